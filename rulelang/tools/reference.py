"""The manual's reference pages, made from the tables that the code runs on: `python -m rulelang.tools.reference [--check]`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from rulelang.compiler.catalogue import CATALOGUE
from rulelang.compiler.diagnostics import Severity
from rulelang.language.facts import FACTS, Fact
from rulelang.language.finders import BUILTINS
from rulelang.language.finders.builtin import Builtin
from rulelang.language.functions import FUNCTIONS, Function
from rulelang.language.settings import SETTINGS, Setting

FOLDER: Final = Path(__file__).parents[2] / "grammar" / "reference"
"""Where the pages are, in a clone of the project."""

EXAMPLE_TIME: Final = "2026-11-20T14:05:00Z"
"""What `now` is in the examples of functions."""

_HEADING: Final = re.compile(r"^(?=#)", re.MULTILINE)
_MADE: Final = "<!-- Made by `python -m rulelang.tools.reference` from the code; do not edit. -->"


def functions() -> str:
    """The page of the functions."""
    parts = [
        "# Functions",
        "A function takes values and gives one. Where an argument is missing, or metadata holds a value of another type "
        "there, what the function gives is missing too. In the examples, the value stands behind the expression, and `now` is "
        "Friday, 20 November 2026, 14:05, in the time zone of the policy.",
        *map(_function, FUNCTIONS.values()),
    ]
    return _page(parts)


def _function(function: Function) -> str:
    names = ", ".join(name for name, _ in function.parameters) + (", ..." if function.variadic else "")
    takes = ", ".join(f"`{name}`: {type_}" for name, type_ in function.parameters)
    more = ", and any number more" if function.variadic else ""
    gives = f"{function.returns}, or missing" if function.may_be_missing else str(function.returns)
    examples = "\n".join(f"{example.expression}  # {example.value}" for example in function.examples)
    return f"## {function.name}({names})\n\n{function.doc}\n\nTakes {takes}{more}. Gives: {gives}.\n\n```\n{examples}\n```"


def finders() -> str:
    """The page of the built-in finders."""
    parts = [
        "# Built-in finders",
        "A finder finds spans in a text. These know their subject; `words` and `pattern` make finders of your own. A "
        "finder can be asked for (`content contains url`), counted (`count(url) > 3`), narrowed (`url where (host not in "
        "trusted)`), and its spans can be rewritten (`mask`, `replace`, `remove`). Its matches do not overlap, and begin "
        "and end where a character as seen by a reader does.",
        "Every match has the fields `text`, `start` and `length` (in characters as a reader counts them), and those that "
        "its finder names.",
        "The digits of a card number or of an IBAN are no phone number; an email address holds no link and no mention.",
        *map(_finder, BUILTINS.values()),
    ]
    return _page(parts)


def _finder(finder: Builtin) -> str:
    rows = [(f"`{name}`", str(type_), finder.field_docs[name]) for name, type_ in finder.fields.items()]
    fields = "\n\n" + _table(("field", "type", "what it is"), rows) if rows else ""
    masked = "\n\n`mask` covers letters and digits only; separators stay." if finder.alphanumeric_only else ""
    return f"## {finder.name}\n\n{finder.doc}{masked}{fields}\n\n```\n{finder.example}\n```"


def facts() -> str:
    """The page of the facts."""
    rows = [
        (f"`{fact.name}.*`" if fact.open else f"`{fact.name}`", str(fact.type), fact.doc, _marks(fact)) for fact in FACTS.values()
    ]
    parts = [
        "# Facts",
        "What a rule may read of a message. Conditions see the message as its sender wrote it, whatever other rules do to it.",
        _table(("fact", "type", "what it is", ""), rows),
        "*Client's word*: the sender's client decides what it is, so that an exemption that rests on it can be had by "
        "anybody. *May be missing*: a message may come without it. *Set*: `set` may change it. *Edit*: `mask`, `replace` "
        "and `remove` may rewrite it. *State*: it is read from the store.",
    ]
    return _page(parts)


def _marks(fact: Fact) -> str:
    marks = {
        "client's word": fact.forgeable,
        "may be missing": fact.optional,
        "set": fact.writable,
        "edit": fact.editable,
        "state": fact.needs_state,
    }
    return ", ".join(mark for mark, holds in marks.items() if holds)


def settings() -> str:
    """The page of the settings."""
    parts = [
        "# Settings",
        "A policy has at most one `settings { key: value ... }`. What it leaves out is as it says here.",
        *map(_setting, SETTINGS.values()),
    ]
    return _page(parts)


def _setting(setting: Setting) -> str:
    values = " or ".join(f"`{choice}`" for choice in setting.choices) if setting.choices else "a text"
    default = "not set" if setting.default is None else f"`{setting.default}`"
    return (
        f"## {setting.name}\n\n{setting.doc}\n\nValue: {values}. Where a policy says nothing: {default}.\n\n"
        f"```\nsettings {{\n  {setting.name}: {setting.example}\n}}\n```"
    )


def diagnostics() -> str:
    """The page of the diagnostics."""
    parts = [
        "# Diagnostics",
        "What `rulelang check` has to say about a policy. An error keeps the policy from being compiled, a warning never "
        "does. `rulelang explain SLUG` shows one of these on the command line; `# allow: SLUG, the reason` at the end of "
        "a line silences a warning there.",
    ]
    for severity, title in ((Severity.ERROR, "Errors"), (Severity.WARNING, "Warnings")):
        parts.append(f"## {title}")
        parts.extend(_diagnostic(slug, sentence) for slug, (each, sentence) in CATALOGUE.items() if each is severity)
    return _page(parts)


def _diagnostic(slug: str, sentence: str) -> str:
    page = resources.files("rulelang.compiler") / "explain" / f"{slug}.md"
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    # The page's own title is the heading here; what is below it goes two levels down.
    body = text.partition("\n")[2] if text.startswith("# ") else text
    return f"### {slug}\n\n{sentence}\n\n{_shift(body)}".strip()


def _shift(text: str) -> str:
    """The text with its headings two levels down, but for what stands in blocks of code, where `#` begins a comment."""
    pieces = re.split(r"^(```.*?^```)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(piece if piece.startswith("```") else _HEADING.sub("##", piece) for piece in pieces).strip()


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _page(parts: list[str]) -> str:
    return "\n\n".join([parts[0], _MADE, *parts[1:]]) + "\n"


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "functions.md": functions,
    "finders.md": finders,
    "facts.md": facts,
    "settings.md": settings,
    "diagnostics.md": diagnostics,
}


def outdated(folder: Path = FOLDER) -> list[str]:
    """The names of the pages in `folder` that are not as the code has it now, or not there."""
    return [
        name
        for name, make in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != make()
    ]


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Writes the pages, or with `--check` names those out of date. Answers 1 where there are such, 2 for a wrong argument."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("Usage: python -m rulelang.tools.reference [--check]\n")
        return 2
    stale = outdated(folder)
    if arguments:
        sys.stderr.writelines(f"out of date: {folder / name}\n" for name in stale)
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (folder / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stdout.write(f"wrote {folder / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
