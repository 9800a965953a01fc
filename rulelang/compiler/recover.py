"""Mends the tokens of a file until the grammar takes them, with one diagnostic for each mistake.

At a token that can't stand where it does, changes of one token (and a few larger ones) near it are tried, and the one with
which the parse gets furthest is made. Where none gets far, the statement at fault is left out, up to the next word that
begins one (panic mode). What comes out is always a sentence of the grammar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rulelang.compiler.blame import foreign_word, place_of_edit, say_edit, say_unexpected
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.edits import CLOSERS, Edit, Neighbourhood, meanings
from rulelang.compiler.expected import DECLARATIONS, STARTERS
from rulelang.compiler.source import Source
from rulelang.compiler.tables import START, Cell, Tables, advance, first_cell
from rulelang.compiler.tokens import BAD, END, Token

_HORIZON: Final = 40
"""How many tokens after the error a change is tried on."""

_CONVINCING: Final = 3
"""How many tokens after the error must be readable for a change to be believed."""

_OBVIOUS: Final = 1.3
"""A change that costs less is believed a token earlier."""

_MOST_REPAIRS: Final = 60
"""After so many mistakes in a file only statements are left out: it is hardly a file of rules."""

_BACK: Final = 200
"""How many tokens may be left out before the error."""


@dataclass(slots=True, eq=False)
class Mended:
    """Tokens that the grammar takes; `touched` are the indices, in order, of those that were put in, moved, or stand next to
    something that was taken out."""

    tokens: list[Token]
    touched: list[int]
    names_lost: bool
    """Whether a declaration was left out with its name."""


def mend(tables: Tables, source: Source, tokens: list[Token], diagnostics: Diagnostics) -> Mended:
    """Mends the tokens of a file, and adds a diagnostic for each mistake."""
    return _Mender(tables, source, list(tokens), diagnostics).mend()


class _Mender:
    def __init__(self, tables: Tables, source: Source, tokens: list[Token], diagnostics: Diagnostics) -> None:
        self.tables = tables
        self.tokens = tokens
        self.near = Neighbourhood(tables, source, tokens)
        self.diagnostics = diagnostics
        self.cells: list[Cell] = [first_cell(tables, START)]
        """The state before each token read so far, and before the next."""
        self.floor = 0
        """Before this index nothing is changed any more."""
        self.touched: list[int] = []
        self.names_lost = False

    def mend(self) -> Mended:
        tokens, cells = self.tokens, self.cells
        repairs = 0
        while True:
            index = len(cells) - 1
            after = self._take(cells[-1], index)
            if after is not None:
                if tokens[index].type == END:
                    return Mended(tokens, self.touched, self.names_lost)
                cells.append(after)
                continue
            repairs += 1
            edit = self._best_edit(index) if repairs <= _MOST_REPAIRS else None
            if edit is None:
                self._leave_out(index)
            else:
                self._report(edit, index)
                self._apply(edit)

    def _step(self, cell: Cell, token: Token) -> Cell | None:
        return advance(self.tables, cell, token.type, word=token.is_word)

    def _take(self, cell: Cell, index: int) -> Cell | None:
        """The state after the token at an index. A word that begins a line as it would begin a statement is no name."""
        token = self.tokens[index]
        if token.type in STARTERS and token.type not in cell[0]:
            following = self.tokens[index + 1]
            plain = following.type in {"NAME", "TEXT", "FAILURE"} or (token.type in DECLARATIONS and following.is_word)
            if plain and self.near.begins_line(index):
                return None
        return self._step(cell, token)

    # One change

    def _best_edit(self, error: int) -> Edit | None:
        """The change that gets furthest for what it costs, if it gets far enough."""
        best: Edit | None = None
        best_score, furthest = 0.0, 0
        for edit in self._candidates(error):
            reach = self._reach(edit, error)
            score = reach - edit.cost
            if reach > error and (best is None or score > best_score):
                best, best_score, furthest = edit, score, reach
        if best is None:
            return None
        enough = _CONVINCING - (best.cost < _OBVIOUS)
        return best if furthest >= min(error + enough, len(self.tokens)) else None

    def _candidates(self, error: int) -> Iterator[Edit]:
        if foreign_word(self.tokens, error) is not None:
            return
        if self.tokens[error].type == BAD:
            yield from self.near.meant(error)
        else:
            yield from self.near.parentheses(error)
            yield from self.near.edits(self.cells, error, self.floor)

    def _reach(self, edit: Edit, error: int) -> int:
        """The index of the first token that can't stand where it does once the change is made; -1 for a change that can't be."""
        cell: Cell | None = self.cells[edit.index]
        assert cell is not None
        for token in edit.inserted:
            cell = self._step(cell, token)
            if cell is None:
                return -1
        index = edit.index + edit.removed
        limit = min(error + _HORIZON, len(self.tokens))
        while index < limit:
            token = self.tokens[index]
            # What is no token has a mistake of its own, and does not speak against this change.
            kinds = meanings(token.text) if token.type == BAD else ()
            steps = (advance(self.tables, cell, kind) for kind in kinds)
            cell = next((step for step in steps if step is not None), None) if kinds else self._take(cell, index)
            if cell is None:
                return index
            index += 1
        return limit

    def _apply(self, edit: Edit) -> None:
        index = edit.index
        first = self._suspect(edit)
        sure = edit.kind == "double" and self.tokens[index].is_word
        self.tokens[index : index + edit.removed] = edit.inserted
        del self.cells[index + 1 :]
        self.floor = index + len(edit.inserted)
        if not sure:
            self.touched = [each for each in self.touched if each < first]
            self.touched.extend(range(first, self.floor or 1))

    def _suspect(self, edit: Edit) -> int:
        """The index of the first token that may not say what its author meant: what stands before an edit on its line."""
        first = edit.index
        if not edit.removed and edit.inserted[0].type in STARTERS | {"RBRACE", "NAME"} and self.near.begins_line(first):
            return first
        if not edit.inserted and self.near.begins_line(first):
            return first
        if not edit.inserted or not edit.removed:
            first = max(0, first - 1)
        while first > 0 and not self.near.begins_line(first):
            first -= 1
        return first

    def _report(self, edit: Edit, error: int) -> None:
        span = place_of_edit(self.near, self.cells, edit)
        say_edit(self.near, self.cells, edit, error, span, self.diagnostics)

    # Panic mode

    def _leave_out(self, error: int) -> None:
        """Leaves out the statement at fault, up to the next place where the parse can go on."""
        say_unexpected(self.near, self.cells, error, self.diagnostics)
        statement = self._statement_indent(error)
        depth = 0
        for index in range(error, len(self.tokens)):
            token = self.tokens[index]
            outer = token.type in DECLARATIONS and self.near.begins_line(index) and self.near.indent(index) <= statement
            if (depth == 0 or outer or token.type == END) and self._resume(error, index):
                return
            if token.type in CLOSERS:
                depth += 1
            elif token.type in CLOSERS.values():
                depth = max(0, depth - 1)
        raise AssertionError("nothing but the end of the file can stand at the end of the file")

    def _statement_indent(self, error: int) -> int:
        return self.near.indent(min(error, len(self.tokens) - 1))

    def _resume(self, error: int, index: int) -> bool:
        """Goes on at a token if it begins or ends something, and if there is a place before the error where it can stand."""
        token = self.tokens[index]
        if not (token.type in {END, "RBRACE"} or (self.near.begins_line(index) and self._begins_statement(index))):
            return False
        lowest = 0 if token.type == END else max(self.floor, error - _BACK)
        for back in range(error, lowest - 1, -1):
            for filling in self._fillings(back, token):
                cell: Cell | None = self.cells[back]
                for each in filling:
                    cell = self._step(cell, each) if cell is not None else None
                # As what it is, not as a name that happens to be spelled so, unless it begins a property.
                if cell is not None and advance(self.tables, cell, token.type) is not None:
                    # A sound declaration begins with its word; one that does not may be what the text meant.
                    outside = advance(self.tables, self.cells[back], "RULE") is not None
                    self.names_lost |= outside or any(each.type in DECLARATIONS for each in self.tokens[back:index])
                    self._apply(Edit("delete", back, index - back, filling, 0.0))
                    return True
        return False

    def _begins_statement(self, index: int) -> bool:
        token = self.tokens[index]
        return token.type in STARTERS or (token.is_word and self.tokens[index + 1].type == "COLON")

    def _fillings(self, back: int, token: Token) -> Iterator[tuple[Token, ...]]:
        """What is put in where tokens are left out: nothing, a broken expression, closing braces."""
        broken = self.near.new("BROKEN", back)
        yield ()
        yield (broken,)
        if token.type in DECLARATIONS or token.type == END:
            brace = self.near.new("RBRACE", back)
            for count in range(1, 6):
                yield (brace,) * count
                yield (broken, *(brace,) * count)
