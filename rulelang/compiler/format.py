"""Writes a file in the canonical layout: its own tokens and comments, laid out anew."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.expected import STARTERS
from rulelang.compiler.parse import Outline, outline
from rulelang.compiler.source import Source
from rulelang.compiler.tokens import Token

_WIDTH: Final = 120
"""Columns of a line before it is broken."""

_COMMENT_COLUMN: Final = 50
"""Where a comment after code stands, from 0, if the code leaves it room."""

_STEP: Final = 2

_BLOCKS: Final = frozenset({"settings", "rule", "group", "test"})
_STATEMENTS: Final = frozenset(kind.lower() for kind in STARTERS - {"ON"}) | {"setting", "property"}
_ENTRIES: Final = frozenset({"items", "value_list", "object", "message"})
"""Brackets whose entries may stand one a line."""

_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")


class FormatError(Exception):
    """The formatter would have changed what a file says: a mistake of ours, and nothing is written."""


def format_text(source: Source, diagnostics: Diagnostics) -> str | None:
    """The text of a file in the canonical layout, or None where it has mistakes, which are added to `diagnostics`.

    Raises `FormatError` if what it wrote did not say the same, with the same comments.
    """
    before = outline(source, diagnostics)
    if before is None:
        return None
    text = _Printer(_Plan(source, before)).file()
    after = outline(Source(source.name, text), Diagnostics())
    if after is None or after.file != before.file:
        raise FormatError(f"the canonical layout of {source.name} would not mean the same")
    if _comments(after) != _comments(before):
        raise FormatError(f"the canonical layout of {source.name} would not keep its comments")
    return text


def _comments(of: Outline) -> list[str]:
    return [comment.text.rstrip() for comment in of.comments]


@dataclass(slots=True)
class _Plan:
    """What the printer knows of each token, by its index."""

    source: Source
    outline: Outline
    tokens: list[Token] = field(init=False)
    statements: dict[int, tuple[str, int]] = field(default_factory=dict)
    """At the first token of a statement: what it is, and the index of its last token."""
    entries: set[int] = field(default_factory=set)
    """Opening brackets whose entries may stand one a line."""
    spread: set[int] = field(default_factory=set)
    """Those whose entries must: a comma ends the last one, or a comment stands among them."""
    tight: set[int] = field(default_factory=set)
    """Tokens with no space before them, where punctuation alone does not say so."""
    leading: dict[int, list[Token]] = field(default_factory=dict)
    """The comments on lines of their own before a token."""
    trailing: dict[int, Token] = field(default_factory=dict)
    """The comment after a token on its line."""
    closers: dict[int, int] = field(default_factory=dict)
    """The closing bracket of each opening one."""

    def __post_init__(self) -> None:
        self.tokens = list(self.outline.tokens)
        for name, first, last in self.outline.parts:
            if name in _STATEMENTS:
                self.statements[first] = (name, last)
            elif name in _ENTRIES:
                self.entries.add(first)
            elif name in {"call", "count", "first", "negative", "minus"}:
                self.tight.add(first + 1)
            elif name == "index":
                self.tight.add(first)
        opened: list[int] = []
        for index, token in enumerate(self.tokens):
            if token.text in _OPENING:
                opened.append(index)
            elif token.text in _CLOSING:
                self.closers[opened.pop()] = index
        self._place_comments()
        for opener in sorted(self.entries, reverse=True):
            closer = self.closers[opener]
            comma = self.tokens[closer - 1].text == ","
            if comma or self.commented(opener, closer) or any(opener < inner < closer for inner in self.spread):
                self.spread.add(opener)

    def _place_comments(self) -> None:
        index = 0
        text = self.source.text
        for comment in self.outline.comments:
            while self.tokens[index].start < comment.start and index < len(self.tokens) - 1:
                index += 1
            before = self.tokens[index - 1] if index else None
            if before is not None and "\n" not in text[before.end : comment.start]:
                self.trailing[index - 1] = comment
            else:
                self.leading.setdefault(index, []).append(comment)

    def blank_before(self, token: Token) -> bool:
        """Whether an empty line stands before a token or comment."""
        text = self.source.text
        start = token.start
        while start and text[start - 1] in " \t\r\n\f":
            start -= 1
        return text.count("\n", start, token.start) > 1

    def commented(self, first: int, last: int) -> bool:
        """Whether comments stand between the tokens of a range."""
        return any(index in self.trailing for index in range(first, last)) or any(
            index in self.leading for index in range(first + 1, last + 1)
        )

    def glue(self, index: int) -> str:
        """What stands between a token and the one before it on a line."""
        token, before = self.tokens[index], self.tokens[index - 1]
        if index in self.tight or token.text in {",", ":", ".", ")", "]"} or before.text in {"(", "[", "."}:
            return ""
        return "" if before.text == "{" and token.text == "}" else " "

    def flat(self, first: int, last: int) -> str:
        """A range of tokens on one line, without the commas that end the last entry of brackets."""
        pieces = [self.tokens[first].text]
        for index in range(first + 1, last + 1):
            if self.tokens[index].text != "," or self.tokens[index + 1].text not in _CLOSING:
                pieces += (self.glue(index), self.tokens[index].text)
        return "".join(pieces)


class _Printer:
    """Writes lines; a comment after code ends its line."""

    def __init__(self, plan: _Plan) -> None:
        self.plan = plan
        self.lines: list[str] = []
        self.line = ""
        self.comment = ""

    def file(self) -> str:
        last = len(self.plan.tokens) - 1
        self._statements(0, last, 0)
        self._leading(last, 0, first=not self.lines)
        return "".join(f"{line}\n" for line in self.lines)

    # Lines

    def _end_line(self) -> None:
        if self.comment:
            gap = max(_COMMENT_COLUMN - len(self.line), 2)
            self.lines.append(f"{self.line}{' ' * gap}{self.comment}")
        elif self.line.strip():
            self.lines.append(self.line)
        self.line = self.comment = ""

    def _begin_line(self, indent: int) -> None:
        self._end_line()
        self.line = " " * indent

    def _leading(self, index: int, indent: int, *, first: bool) -> None:
        """Writes the comments before a token, each on its line; `first`: nothing stands before them in their block."""
        self._end_line()
        for comment in self.plan.leading.get(index, ()):
            if not first and self.plan.blank_before(comment):
                self._blank()
            self.lines.append(" " * indent + comment.text.rstrip())
            first = False

    def _blank(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def _put(self, index: int, indent: int, *, fresh: bool = False) -> None:
        """Writes a token; where a comment stands in between, on a line of its own. `fresh`: the comments before it are written."""
        plan = self.plan
        token = plan.tokens[index]
        if index in plan.leading and not fresh:
            self._leading(index, indent, first=True)
            self._begin_line(indent)
        elif self.comment and token.text != ",":
            self._begin_line(indent)
        self.line += plan.glue(index) + token.text if self.line.strip() else token.text
        comment = plan.trailing.get(index)
        if comment is not None:
            if self.comment:
                self._begin_line(indent)
                self.lines.append(" " * indent + comment.text.rstrip())
            else:
                self.comment = comment.text.rstrip()

    # Statements

    def _statements(self, first: int, end: int, indent: int) -> None:
        """Writes the statements from one token up to another, each on lines of its own."""
        plan = self.plan
        index = first
        block_before = False
        while index < end:
            name, last = plan.statements[index]
            block = name in _BLOCKS
            leading = plan.leading.get(index)
            if index > first:
                self._end_line()
                if block or block_before or plan.blank_before(leading[0] if leading else plan.tokens[index]):
                    self._blank()
            self._leading(index, indent, first=True)
            if leading and plan.blank_before(plan.tokens[index]):
                self._blank()
            self.line = " " * indent
            if block:
                self._block(index, last, indent)
            else:
                self._statement(index, last, indent)
            block_before = block
            index = last + 1
        self._end_line()

    def _block(self, first: int, last: int, indent: int) -> None:
        """Writes a declaration whose body stands in braces."""
        plan = self.plan
        brace = next(index for index in range(first, last + 1) if plan.tokens[index].text == "{")
        self._run(first, brace, indent)
        if brace + 1 == last and last not in plan.leading and not self.comment:
            self._put(last, indent)
            return
        self._end_line()
        self._statements(brace + 1, last, indent + _STEP)
        self._leading(last, indent + _STEP, first=brace + 1 == last)
        self.line = " " * indent
        self._put(last, indent, fresh=True)

    def _statement(self, first: int, last: int, indent: int) -> None:
        plan = self.plan
        wide = indent + len(plan.flat(first, last)) > _WIDTH
        chain = self._chain(first, last, indent) if wide and not self._has_entries(first, last) else frozenset()
        self._run(first, last, indent, wide=wide, chain=chain)

    def _chain(self, first: int, last: int, indent: int) -> frozenset[int]:
        """Where a condition is broken: before each `or` outside brackets; before each `and` too, if that is not enough."""
        depth = 0
        breaks: dict[str, set[int]] = {"OR": set(), "AND": set()}
        for index in range(first + 1, last + 1):
            token = self.plan.tokens[index]
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth == 0 and token.type in breaks and self.plan.tokens[index - 1].text != ".":
                breaks[token.type].add(index)
        edges = sorted({first, *breaks["OR"], last + 1})
        lengths = [len(self.plan.flat(start, end - 1)) for start, end in pairwise(edges)]
        enough = breaks["OR"] and max(lengths) + indent + _STEP <= _WIDTH
        return frozenset(breaks["OR"] if enough else breaks["OR"] | breaks["AND"])

    def _has_entries(self, first: int, last: int) -> bool:
        return any(index in self.plan.entries for index in range(first, last))

    def _run(
        self, first: int, last: int, indent: int, *, wide: bool = False, chain: Container[int] = (), begun: bool = False
    ) -> None:
        """Writes a range of tokens. `wide`: brackets of entries in it are opened up; `chain`: these tokens begin a line;
        `begun`: the line holds tokens before the first."""
        index = first
        while index <= last:
            if index in self.plan.entries:
                index = self._entries(index, indent, wide, fresh=index == first and not begun)
            elif index in chain and index not in self.plan.leading:
                self._begin_line(indent + _STEP)
                self._put(index, indent + _STEP, fresh=True)
            else:
                self._put(index, indent + _STEP, fresh=index == first and not begun)
            index += 1

    def _entries(self, opener: int, indent: int, wide: bool, fresh: bool) -> int:
        """Writes brackets with entries in them, and returns the index of the closing one."""
        plan = self.plan
        closer = plan.closers[opener]
        self._put(opener, indent + _STEP, fresh=fresh)
        alone = all(self._is_alone(inner) for inner in range(opener, closer) if inner in plan.entries)
        if opener not in plan.spread and (alone or not wide):
            self._run(opener + 1, closer - 1, indent, wide=wide, begun=True)
            self._put(closer, indent + _STEP)
            return closer
        inner = indent + _STEP
        index = opener + 1
        while index < closer:
            end = self._entry_end(index, closer)
            self._leading(index, inner, first=True)
            self.line = " " * inner
            fits = inner + len(plan.flat(index, end - 1)) < _WIDTH
            self._run(index, end - 1, inner, wide=not fits)
            if end < closer:
                self._put(end, inner)
            else:
                self.line += ","
            index = end + 1
        self._leading(closer, inner, first=True)
        self.line = " " * indent
        self._put(closer, indent, fresh=True)
        return closer

    def _is_alone(self, opener: int) -> bool:
        """Whether brackets hold one entry at most, which a line of its own would not make much shorter."""
        closer = self.plan.closers[opener]
        return self._entry_end(opener + 1, closer) == closer

    def _entry_end(self, index: int, closer: int) -> int:
        """The index of the comma after an entry, or of the closing bracket."""
        depth = 0
        while index < closer:
            text = self.plan.tokens[index].text
            if text == "," and depth == 0:
                return index
            depth += (text in _OPENING) - (text in _CLOSING)
            index += 1
        return closer
