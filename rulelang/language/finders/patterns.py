"""Patterns: RE2's leftmost-first matches, with Unicode meaning, grown to whole graphemes."""

from __future__ import annotations

from typing import Any, Final

from rulelang.language.finders.alphabets import Alphabet, compile_program
from rulelang.language.finders.match import Match
from rulelang.language.text import SearchText

_MOST_LITERALS: Final = 8
"""With more literals than this, looking for them costs more than the search they save."""


class PatternFinder:
    """One pattern; its programs are compiled when first needed."""

    __slots__ = ("_alphabet", "_ascii", "_groups", "_literals", "_row", "name")

    def __init__(self, row: dict[str, Any]) -> None:
        self.name: str = row["name"]
        self._row = row
        self._groups: list[tuple[str, int]] = list(zip(row["groups"], row["group_numbers"], strict=True))
        literals: list[str] | None = row["literals"]
        self._literals = literals if literals is not None and len(literals) <= _MOST_LITERALS else None
        self._ascii: Any = None
        self._alphabet: Alphabet | None = None

    def find(self, text: SearchText) -> tuple[Match, ...]:
        """The matches: sorted, apart from one another, never empty; the fields are the named groups that took part."""
        found: tuple[Match, ...] | None = text.cache.get(self)
        if found is None:
            found = text.cache[self] = self._search(text)
        return found

    def found(self, text: SearchText) -> bool:
        """Whether there is a match."""
        return bool(self.find(text))

    def _search(self, text: SearchText) -> tuple[Match, ...]:
        value = text.value
        if self._literals is not None:
            cased = _cased(text)
            if not any(literal in cased for literal in self._literals):
                return ()
        written: str | bytes
        if text.is_ascii:
            if self._ascii is None:
                self._ascii = compile_program(self._row["ascii"])
            written, program = value, self._ascii
        else:
            if self._alphabet is None:
                self._alphabet = Alphabet(self._row["template"], self._row["atoms"], self._row["boundaries"])
            written, program = self._alphabet.write(value)
        matches: list[Match] = []
        for hit in program.finditer(written):
            start, end = hit.span()
            if start == end:
                continue
            fields = self._fields(value, hit) if self._groups else {}
            start, end = text.whole_graphemes(start, end)
            # Two matches may share a grapheme; the first has it.
            if matches and start < matches[-1].end:
                continue
            matches.append(Match(value, start, end, self.name, fields))
        return tuple(matches)

    def _fields(self, value: str, hit: Any) -> dict[str, str]:
        fields = {}
        for name, number in self._groups:
            start, end = hit.span(number)
            if start >= 0:
                fields[name] = value[start:end]
        return fields


def _cased(text: SearchText) -> str:
    """The text without letter case, as the literals of patterns are."""
    cased: str | None = text.cache.get("cased")
    if cased is None:
        cased = text.cache["cased"] = text.value.casefold()
    return cased
