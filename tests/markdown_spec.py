"""The runner of Markdown tests: pages whose examples are programs of the rule language, with what must come of them.

The format:

- A heading is a test; it holds the blocks up to the next heading. A block is fenced by three backquotes and a word:
  `rules`, `cases`, `output` or `file NAME`. Fences with other words (or none) are prose.
- `rules` is source. It is checked as a policy of its own. It must give exactly the errors that it asserts:
  `# error: [slug]` at the end of a line says that an error with this slug begins on this line; `# error: [slug] "part of the
  message"` looks into its text too. A line that holds nothing but assertions speaks of the next line that doesn't.
- `# warning: [slug]` asserts a warning in the same way. Warnings that nobody asserts are let pass, but of a slug that is asserted
  somewhere in a block, exactly the asserted ones must be given. `# no warning: [slug]` says that a line gives none.
- `cases` says what the `rules` block before it does: it is the body of a `test` of the language (`given`, `send`, `expect`).
  An empty line begins a new test, with a store and a clock of its own.
- `output` is exactly what `rulelang check` prints about the `rules` block before it.
- `file NAME` is a file that the next `rules` block finds beside it. Assertions count in it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostic
from rulelang.compiler.pipeline import check_text, compile_policy
from rulelang.compiler.render import render
from rulelang.tools.spec import run_tests

_FENCE = re.compile(r"^(?P<marks>`{3,})(?P<info>.*)$")
_HEADING = re.compile(r"^(?P<level>#{1,6}) +(?P<title>.*?) *#*$")
_ASSERTION = re.compile(r'#\s*(?P<kind>error|warning|no warning): \[(?P<slug>[a-z-]+)\](?: "(?P<text>(?:[^"\\]|\\.)*)")?')


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` is that of its first line in the page, from 1."""

    info: str
    text: str
    line: int


@dataclass(slots=True)
class Program:
    """A `rules` block with what belongs to it."""

    rules: Block
    files: list[Block]
    cases: list[Block] = field(default_factory=list)
    outputs: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its programs: one test."""

    name: str
    programs: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """An error or a warning that is asserted on a line of a source."""

    source: str
    line: int
    kind: str
    slug: str
    text: str | None

    def fits(self, diagnostic: Diagnostic) -> bool:
        return self._place == _place(diagnostic) and (self.text is None or self.text in diagnostic.message)

    @property
    def _place(self) -> tuple[str, int, str]:
        return self.source, self.line, self.slug

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.kind}[{self.slug}] {self.text or ''}"


def _place(diagnostic: Diagnostic) -> tuple[str, int, str]:
    return diagnostic.span.source.name, diagnostic.span.line, diagnostic.slug


def sections(page: Path) -> list[Section]:
    """The sections of a page that hold programs."""
    found: list[Section] = []
    titles: list[tuple[int, str]] = []
    name, blocks = page.stem, []
    for item in _items(page.read_text(encoding="utf-8")):
        if isinstance(item, Block):
            blocks.append(item)
            continue
        _close(found, name, blocks)
        level, title = item
        titles = [(other, text) for other, text in titles if other < level] + [(level, title)]
        name, blocks = " > ".join(text for _, text in titles), []
    _close(found, name, blocks)
    return found


def _close(found: list[Section], name: str, blocks: list[Block]) -> None:
    programs: list[Program] = []
    files: list[Block] = []
    for block in blocks:
        word = block.info.split(" ")[0]
        if word == "file":
            files.append(block)
        elif word == "rules":
            programs.append(Program(block, files))
            files = []
        elif word in {"cases", "output"}:
            assert programs, f"line {block.line}: a {word} block follows a rules block"
            (programs[-1].cases if word == "cases" else programs[-1].outputs).append(block)
    assert not files, f"line {files[0].line}: a file block comes before its rules block"
    if programs:
        found.append(Section(name, tuple(programs)))


def _items(text: str) -> Iterator[Block | tuple[int, str]]:
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        fence, heading = _FENCE.match(lines[index]), _HEADING.match(lines[index])
        index += 1
        if heading:
            yield len(heading["level"]), heading["title"]
        elif fence:
            start = index
            while lines[index] != fence["marks"]:
                index += 1
            yield Block(fence["info"].strip(), "\n".join(lines[start:index]) + "\n", start + 1)
            index += 1


def check_section(section: Section, folder: Path) -> list[str]:
    """What does not hold of a section, one text each; `folder` is an empty one for its files."""
    problems: list[str] = []
    for number, program in enumerate(section.programs):
        home = folder / str(number)
        home.mkdir()
        problems.extend(_check_program(program, home))
    return problems


def _check_program(program: Program, folder: Path) -> Iterator[str]:
    where = f"rules at line {program.rules.line}"
    assertions = _assertions("-", program.rules.text)
    for block in program.files:
        path = folder / block.info.removeprefix("file ").strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        assertions += _assertions(str(path), block.text)
    text, starts = _with_cases(program)
    checked = check_text(text, "-", folder)
    for problem in _compare(assertions, checked.diagnostics):
        yield f"{where}: {problem}"
    for output in program.outputs:
        # The cases are there for the warnings that speak of tests; what is printed is about the block as it stands.
        printed = render(check_text(program.rules.text, "-", folder).diagnostics, "full").rstrip("\n")
        if printed != output.text.rstrip("\n"):
            yield f"{where}: output at line {output.line} is\n{printed}"
    if checked.has_errors or checked.policy is None:
        if program.cases and not any(item.kind == "error" for item in assertions):
            yield f"{where}: the cases could not be run"
        return
    results = run_tests(checked.policy.tests, compile_policy(checked)["body"])
    for result in results:
        for failure in result.failures:
            line = failure.span.line
            shift = max((pair for pair in starts if pair[0] <= line), default=(line, line))
            yield f"line {line - shift[0] + shift[1]}: {failure.span.text}: {failure.text}"


def _with_cases(program: Program) -> tuple[str, list[tuple[int, int]]]:
    """The source with its cases as tests, and for each test its first line there and in the page."""
    lines = program.rules.text.split("\n")
    starts: list[tuple[int, int]] = []
    for block in program.cases:
        number = block.line
        for paragraph in block.text.rstrip("\n").split("\n\n"):
            body = paragraph.split("\n")
            lines.append(f'test "line {number}" {{')
            starts.append((len(lines) + 1, number))
            lines += [*body, "}"]
            number += len(body) + 1
    return "\n".join(lines) + "\n", starts


def _assertions(source: str, text: str) -> list[Assertion]:
    found: list[Assertion] = []
    waiting: list[re.Match[str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        here = list(_ASSERTION.finditer(line))
        if here and not line[: here[0].start()].strip():
            waiting += here
            continue
        for match in [*waiting, *here]:
            text_part = match["text"]
            said = None if text_part is None else text_part.replace('\\"', '"')
            found.append(Assertion(source, number, match["kind"], match["slug"], said))
        waiting = []
    return found


def _compare(assertions: list[Assertion], diagnostics: list[Diagnostic]) -> Iterator[str]:
    left = list(diagnostics)
    asserted = {item.slug for item in assertions if item.kind != "no warning"}
    for item in assertions:
        if item.kind == "no warning":
            if any(item.fits(diagnostic) for diagnostic in left):
                yield f"given, though it should not be: {item}"
            continue
        fitting = [diagnostic for diagnostic in left if item.fits(diagnostic)]
        if fitting:
            left.remove(fitting[0])
        else:
            yield f"not given: {item}"
    for diagnostic in left:
        if severity(diagnostic.slug) == "error" or diagnostic.slug in asserted:
            source, line, slug = _place(diagnostic)
            yield f"given, and not asserted: {source}:{line}: [{slug}] {diagnostic.message}"
