"""The changes of a few tokens that may mend a syntax error."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rulelang.compiler.expected import ACTIONS, DECLARATIONS, OPERATORS, STARTERS, STEPS
from rulelang.compiler.source import Source
from rulelang.compiler.tables import Cell, Tables
from rulelang.compiler.tokens import END, Token

CLOSERS: Final = {"LBRACE": "RBRACE", "LSQB": "RSQB", "LPAR": "RPAR"}

_SIMILAR: Final = {
    ("EQUALS", "EQUAL"),
    ("EQUAL", "EQUALS"),
    ("COLON", "EQUALS"),
    ("EQUALS", "COLON"),
    ("IS", "EQUAL"),
    ("COLON", "EQUAL"),
    ("EQUAL", "COLON"),
    ("TEXT", "REGEX"),
    ("REGEX", "TEXT"),
    ("NUMBER", "DURATION"),
    ("NUMBER", "PERCENT"),
    ("NUMBER", "TEXT"),
    ("TEXT", "DURATION"),
    ("TEXT", "NUMBER"),
}
"""Types that are taken for each other: what was written, what was meant."""

_CLOSE: Final = 0.75
"""How alike a name and a word of the language are (1 is equal) for the one to be taken for the other."""

_COMPARING: Final = frozenset({"EQUAL", "NOT_EQUAL", "CONTAINS", "LIKE", "IN", "WITH", "COMMA", "LSQB"})
"""After these a text is likely where a value may stand."""

_BAD_OPERATORS: Final = {
    "&&": "AND",
    "&": "AND",
    "||": "OR",
    "|": "OR",
    "!": "NOT",
    "===": "EQUAL",
    "!==": "NOT_EQUAL",
    "<>": "NOT_EQUAL",
    "=>": "GREATER_OR_EQUAL",
    "=<": "LESS_OR_EQUAL",
}


_PLACEHOLDERS: Final = {"TEXT": '""', "REGEX": "/x/", "NUMBER": "0", "DURATION": "0s", "PERCENT": "0%", "NAME": "", "BROKEN": ""}
"""What is written in tokens that are put in; a NAME without text is a name that was lost."""


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """At `index`, `removed` tokens make place for `inserted`; of edits that go as far, the one that costs least is made.

    `kind`: insert, delete, double (a deletion of what stands there twice), swap, replace, quote (words that need quotes),
    dash (a name written with dashes), object (one where an expression is wanted), where (parentheses put in), bad (what was
    meant by something that is no token).
    """

    kind: str
    index: int
    removed: int
    inserted: tuple[Token, ...]
    cost: float
    far: bool = False
    """Whether it stands where indentation, not the error itself, points."""


class Neighbourhood:
    """The tokens of a file with what is known of them, and the edits that may mend an error among them."""

    def __init__(self, tables: Tables, source: Source, tokens: list[Token]) -> None:
        self.tables = tables
        self.source = source
        self.tokens = tokens

    def begins_line(self, index: int) -> bool:
        """Whether a token is the first of its line."""
        return index == 0 or "\n" in self.source.text[self.tokens[index - 1].end : self.tokens[index].start]

    def indent(self, index: int) -> int:
        """The column, from 0, at which the line of a token begins."""
        text = self.source.text
        start = text.rfind("\n", 0, self.tokens[index].start) + 1
        end = start
        while end < len(text) and text[end] in " \t":
            end += 1
        return end - start

    def new(self, kind: str, index: int) -> Token:
        """A token put in before another, with no text of the source."""
        place = self.tokens[index - 1].end if index else self.tokens[0].start
        return self.token(kind, place, place)

    def token(self, kind: str, start: int, end: int) -> Token:
        """A token of a type, where the source has something else or nothing."""
        return Token(kind, self.tables.spellings.get(kind) or _PLACEHOLDERS[kind], start, end)

    def edits(self, cells: Sequence[Cell], error: int, floor: int) -> Iterator[Edit]:
        """The edits worth trying where the token at `error` can't stand; none reaches back before `floor`."""
        tokens = self.tokens
        for index in range(max(floor, error - 4), error + 1):
            away = 0.25 * (error - index)
            row = cells[index][0]
            for kind in row:
                if kind.isupper() and kind != END and (kind not in {"LPAR", "LSQB"} or self._is_closed(kind, index)):
                    yield Edit("insert", index, 0, (self.new(kind, index),), self._insertion_cost(kind, index) + away)
            yield from self._replacements(index, row.keys(), away)
            if tokens[index].type == "LBRACE" and "BROKEN" in row:
                yield from self._object(index)
            if tokens[index].type != END:
                yield self._deletion(index, away)
                following = tokens[index + 1]
                if following.type not in {END, tokens[index].type}:
                    yield Edit("swap", index, 2, (following, tokens[index]), (0.4 if self._misses_line(index) else 1.6) + away)
        yield from self._by_brackets(error, floor)

    def _misses_line(self, index: int) -> bool:
        """Whether of two tokens one is a word that begins statements, which would begin a line if they were swapped."""
        first, second = self.begins_line(index), self.begins_line(index + 1)
        starter = self.tokens[index + 1] if first else self.tokens[index]
        return first != second and starter.type in STARTERS

    def _insertion_cost(self, kind: str, index: int) -> float:
        """How unlikely it is that a token was forgotten before another."""
        before, after = self.tokens[index - 1] if index else None, self.tokens[index]
        odd = 0.0
        if kind in STARTERS and after.type in STARTERS:
            odd = 1.0
        elif before is None:
            pass
        # What begins a statement is hardly missing within a line, a comma hardly between two lines.
        elif (kind == "COMMA") if self.begins_line(index) else (kind in STARTERS):
            odd = 0.8
        elif kind != "NAME" and kind in {before.type, after.type} and kind.lower() in self.tables.keywords:
            odd = 1.0
        elif kind in OPERATORS and before.type in OPERATORS:
            odd = 0.6
        elif kind == "COLON" and not self.begins_line(index - 1) and self.tokens[index - 2].type not in {"COMMA", "LBRACE"}:
            odd = 1.2
        elif kind == "BROKEN" and after.type in STARTERS and self.begins_line(index):
            odd = -0.5
        if kind in {"RBRACE", "RSQB", "RPAR", "COMMA", "COLON", "EQUALS", "LBRACE", "LPAR", "LSQB"}:
            return 1.0 + odd
        if kind in ACTIONS | STEPS | DECLARATIONS | {"WHEN", "UNLESS"}:
            return 1.3 + odd
        if kind in OPERATORS:
            return (1.47 if kind == "DOT" else 1.45) + odd
        return {"BROKEN": 1.5, "NAME": 1.55, "TEXT": 1.55}.get(kind, 1.6) + odd

    def _is_closed(self, opener: str, index: int) -> bool:
        """Whether a bracket put in before a token would be closed before the next statement."""
        depth = 0
        for place in range(index, len(self.tokens)):
            token = self.tokens[place]
            if token.type == END or (place > index and token.type in STARTERS and self.begins_line(place)):
                return False
            if token.type in CLOSERS:
                depth += 1
            elif token.type in CLOSERS.values():
                if depth == 0:
                    return token.type == CLOSERS[opener]
                depth -= 1
        return False

    def _object(self, index: int) -> Iterator[Edit]:
        """An object where an expression is wanted: it gives way as a whole."""
        depth = 0
        start = self.tokens[index].start
        for place in range(index, min(index + 200, len(self.tokens))):
            token = self.tokens[place]
            depth += (token.type == "LBRACE") - (token.type == "RBRACE")
            if depth == 0:
                yield Edit("object", index, place + 1 - index, (self.token("BROKEN", start, token.end),), 0.4)
                return

    def _deletion(self, index: int, away: float) -> Edit:
        tokens = self.tokens
        token = tokens[index]
        twin = index > 0 and token.text == tokens[index - 1].text
        if twin and not self.begins_line(index):
            return Edit("double", index, 1, (), (1.2 if token.type in CLOSERS.values() else 0.0) + away)
        heavy = token.type in {"LBRACE", "RBRACE"} or (token.type in DECLARATIONS and self.begins_line(index))
        return Edit("delete", index, 1, (), (2.6 if heavy else 2.0) + away)

    def _replacements(self, index: int, kinds: Collection[str], away: float) -> Iterator[Edit]:
        tokens = self.tokens
        token = tokens[index]
        if token.type == END:
            return
        for kind in kinds:
            if not kind.isupper() or kind in {token.type, "BROKEN", END}:
                continue
            similar = (token.type, kind) in _SIMILAR or self.is_misspelt(token, kind)
            misspelled = token.type == "NAME" and _is_near(token.text, self.tables.spellings.get(kind, ""))
            if similar or misspelled or away <= 0.25:
                put = self.token(kind, token.start, token.end)
                yield Edit("replace", index, 1, (put,), (0.3 if misspelled else 0.5 if similar else 2.7) + away)
        yield from self._quotes_and_dashes(index, kinds, away)

    def is_misspelt(self, token: Token, kind: str) -> bool:
        """Whether a name is nearly the word of a type."""
        word = self.tables.spellings.get(kind, "")
        if token.type != "NAME" or not word.isalpha() or abs(len(word) - len(token.text)) > 2:
            return False
        return SequenceMatcher(a=token.text, b=word).ratio() >= _CLOSE

    def _quotes_and_dashes(self, index: int, kinds: Container[str], away: float) -> Iterator[Edit]:
        """Words that need quotes around them, names with dashes in them, a duration with its unit apart."""
        tokens = self.tokens
        token = tokens[index]
        values = "BROKEN" in kinds
        compared = index > 0 and tokens[index - 1].type in _COMPARING
        end = index
        while tokens[end].is_word and (end == index or not self.begins_line(end)) and end < index + 8:
            end += 1
        for size in range(1, end - index + 1):
            put = self.token("TEXT", token.start, tokens[index + size - 1].end)
            cost = 0.9 + away + 0.05 * size
            if any(each.type in OPERATORS for each in tokens[index : index + size]) or (values and not compared):
                cost += 1.0
            yield Edit("quote", index, size, (put,), cost)
        end = index
        while token.is_word and tokens[end + 1].text == "-" and tokens[end].end == tokens[end + 1].start:
            if not tokens[end + 2].is_word and tokens[end + 2].type != "NUMBER":
                break
            end += 2
            if tokens[end - 1].end != tokens[end].start:
                break
            written = self.source.text[token.start : tokens[end].end]
            put = Token("NAME", written.replace("-", "_"), token.start, tokens[end].end, True)
            yield Edit("dash", index, end - index + 1, (put,), 0.3 + away)
        if token.type == "NUMBER" and tokens[index + 1].is_word:
            put = self.token("DURATION", token.start, tokens[index + 1].end)
            yield Edit("replace", index, 2, (put,), 0.6 + away)

    def _by_brackets(self, error: int, floor: int) -> Iterator[Edit]:
        """Where indentation says that a bracket is missing or too many, and doubled brackets that are still open."""
        tokens = self.tokens
        open_brackets: list[int] = []
        found: list[Edit] = []
        for index in range(floor, min(error + 1, len(tokens))):
            token = tokens[index]
            if open_brackets and self.begins_line(index):
                top = open_brackets[-1]
                outside = self.indent(index) - self.indent(top)
                closes = token.type in CLOSERS.values()
                if outside < 0 or (outside == 0 and not closes):
                    put = self.new(CLOSERS[tokens[top].type], index)
                    found.append(Edit("insert", index, 0, (put,), 0.6, index < error))
            if token.type in CLOSERS:
                open_brackets.append(index)
            elif token.type in CLOSERS.values():
                if open_brackets:
                    top = open_brackets.pop()
                    mid_line = not self.begins_line(index)
                    if mid_line and self.source.position(tokens[top].start)[0] < self.source.position(token.start)[0]:
                        found.append(Edit("double" if tokens[index - 1].text == token.text else "delete", index, 1, (), 0.5, True))
                elif index < error:
                    found.append(Edit("delete", index, 1, (), 1.0, True))
        for index in open_brackets:
            if index < error and tokens[index].text == tokens[index + 1].text:
                found.append(Edit("double", index + 1, 1, (), 0.1, True))
        # The first place where indentation and brackets part is the most telling one.
        yield from found[:6]
        yield from found[6:][-6:]

    def meant(self, error: int) -> Iterator[Edit]:
        """What may have been meant by something that is no token."""
        token = self.tokens[error]
        for kind in meanings(token.text):
            put = (
                Token("NAME", token.text, token.start, token.end, True)
                if kind == "NAME"
                else self.token(kind, token.start, token.end)
            )
            yield Edit("bad", error, 1, (put,), 0.1)
        yield Edit("bad", error, 1, (), 0.2)

    def parentheses(self, error: int) -> Iterator[Edit]:
        """A `where` before `error` whose condition has no parentheses: they close before one of the tokens that follow."""
        tokens = self.tokens
        if error == 0 or tokens[error - 1].type != "WHERE":
            return
        for end in range(error + 1, min(error + 40, len(tokens))):
            inside = tuple(tokens[error:end])
            if self.begins_line(end) or tokens[end].type in STARTERS | {"BY", "RPAR", "RBRACE", "COMMA", END}:
                close = Token("RPAR", ")", tokens[end - 1].end, tokens[end - 1].end)
                yield Edit("where", error, end - error, (self.new("LPAR", error), *inside, close), 0.2 + 0.01 * (end - error))


def _is_near(written: str, word: str) -> bool:
    """Whether a word of the language was most likely meant by a word that is none."""
    return word.isalpha() and len(word) > 2 and SequenceMatcher(None, written.lower(), word).ratio() > 0.74


def is_comment(text: str) -> bool:
    """Whether something that is no token is a comment in another language."""
    return text.startswith(("//", "/*"))


def meanings(text: str) -> tuple[str, ...]:
    """The types of token that something that is no token may have been meant for."""
    first = text[0]
    if first in "\"'“”„«":
        return ("TEXT",)
    if first == "/":
        return () if is_comment(text) else ("REGEX",)
    if text in _BAD_OPERATORS:
        return (_BAD_OPERATORS[text],)
    if first.isascii() and first.isdigit():
        return ("DURATION", "NUMBER", "PERCENT", "NAME")
    return ("NAME",) if first.isalpha() else ()
