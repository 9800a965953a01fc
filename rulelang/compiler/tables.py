"""The tables of the grammar as plain data, and the two machines that run on them: one builds, one only recognises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rulelang.compiler.tokens import END, Token

Reducer = Callable[[str, list[Any], int, int], Any]
"""Makes the value of a rule of the grammar: its name, the values of its parts, the indices of its first and last token."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """A production of the grammar: `name` is made of `size` symbols. Names that begin with `_` have no value of their own:
    their parts become parts of what they stand in."""

    name: str
    size: int


Row = dict[str, "int | Reduction"]
"""What to do in a state for each symbol: go to a state, or reduce."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The LALR tables of the grammar and the shapes of its tokens.

    `keywords` and `symbols` give the token type of a word or of punctuation; `patterns` the regular expressions of the
    other types. `starts` and `ends` are the first and the accepting state for each start symbol.
    """

    rows: dict[int, Row]
    starts: dict[str, int]
    ends: dict[str, int]
    keywords: dict[str, str]
    symbols: dict[str, str]
    patterns: dict[str, str]
    spellings: dict[str, str] = field(init=False)
    """The spelling of each keyword and symbol, by its type."""

    def __post_init__(self) -> None:
        words = {name: word for word, name in self.keywords.items()} | {name: text for text, name in self.symbols.items()}
        object.__setattr__(self, "spellings", words)


class Unexpected(Exception):  # noqa: N818 -- a signal between the machine and its caller, never an author's error
    """The text is not of the grammar; `index` is that of the first token that can't stand where it does."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def run(tables: Tables, start: str, read: Callable[[bool], Token], reduce: Reducer) -> Any:
    """Parses the tokens that `read` gives, and returns the value of the start symbol.

    `read` is told whether a regular expression may stand at the place. Raises `Unexpected`.
    """
    rows = tables.rows
    end_state = tables.ends[start]
    row = rows[tables.starts[start]]
    states: list[Row] = [row]
    values: list[Any] = []
    firsts: list[int] = []
    index = 0
    while True:
        token = read("REGEX" in row)
        kind = token.type
        if kind not in row and token.is_word:
            kind = "NAME"
        while True:
            action = row.get(kind)
            if action.__class__ is int:
                row = rows[action]
                states.append(row)
                values.append(token)
                firsts.append(index)
                break
            if action is None:
                raise Unexpected(index)
            size = action.size  # type: ignore[union-attr]
            name = action.name  # type: ignore[union-attr]
            if size == 1 and name[0] == "_":
                # A link of the chain from `_expression` down to a name: its value is that of its only part.
                states.pop()
            else:
                parts: list[Any] = []
                first = index
                if size:
                    first = firsts[-size]
                    following = values[-size:]
                    if name[0] == "_" and following[0].__class__ is list:
                        # The beginning of a repetition grows: copied each time, a long list would cost its square.
                        parts = following.pop(0)
                    for value in following:
                        if value.__class__ is list:
                            parts.extend(value)
                        else:
                            parts.append(value)
                    del states[-size:], values[-size:], firsts[-size:]
                values.append(parts if name[0] == "_" else reduce(name, parts, first, index - 1))
                firsts.append(first)
            target = states[-1][name]
            row = rows[target]  # type: ignore[index]
            states.append(row)
            if kind == END and target == end_state:
                return values[-1]
        index += 1


Cell = tuple[Row, Any]
"""A state of the recognising machine: the row of its state, and the cell below. Cells never change, so any can be kept."""


def first_cell(tables: Tables, start: str) -> Cell:
    """The state before the first token."""
    return (tables.rows[tables.starts[start]], None)


def advance(tables: Tables, cell: Cell, kind: str, *, word: bool = False) -> Cell | None:
    """The state after a token of type `kind`, or None where none can stand. A `word` may also stand as a NAME."""
    rows = tables.rows
    row = cell[0]
    if word and kind not in row:
        kind = "NAME"
    while True:
        action = row.get(kind)
        if action.__class__ is int:
            return (rows[action], cell)
        if action is None:
            return None
        for _ in range(action.size):  # type: ignore[union-attr]
            cell = cell[1]
        target = cell[0][action.name]  # type: ignore[union-attr]
        if kind == END and target in tables.ends.values():
            return cell
        row = rows[target]  # type: ignore[index]
        cell = (row, cell)


def accepted(tables: Tables, cell: Cell) -> frozenset[str]:
    """The types of all tokens that can stand next."""
    return frozenset(kind for kind in cell[0] if (kind.isupper() or kind == END) and advance(tables, cell, kind) is not None)


def reader(tokens: Sequence[Token]) -> Callable[[bool], Token]:
    """A `read` for `run` that gives tokens already read."""
    following = iter(tokens)
    return lambda _regex_wanted: next(following)


START: Final = "file"
LONE_EXPRESSION: Final = "expression"
