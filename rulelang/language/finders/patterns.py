"""Patterns: RE2's leftmost-first matches, with Unicode meaning, grown to whole graphemes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ahocorasick_rs import AhoCorasick, MatchKind

from rulelang.language.finders.alphabets import Alphabet, compile_program
from rulelang.language.finders.match import Match
from rulelang.language.text import SearchText

_MOST_LITERALS: Final = 8
"""With more literals than this, looking for each costs more than the search they save."""

_SHORTEST_INDEXED: Final = 3
"""Shorter literals are everywhere in a long text."""


class PatternFinder:
    """One pattern; its programs are compiled when first needed."""

    __slots__ = ("_alphabet", "_ascii", "_few_literals", "_groups", "_row", "literals", "name")

    def __init__(self, row: dict[str, Any]) -> None:
        self.name: str = row["name"]
        self._row = row
        self._groups: list[tuple[str, int]] = list(zip(row["groups"], row["group_numbers"], strict=True))
        self.literals: list[str] | None = row["literals"]
        """Any match holds one of them, letter case undone; None where nothing is known of that sort."""
        self._few_literals = self.literals if self.literals is not None and len(self.literals) <= _MOST_LITERALS else None
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
        if self._few_literals is not None:
            cased = _cased(text)
            for literal in self._few_literals:
                if literal in cased:
                    break
            else:
                return ()
        written: str | bytes
        if text.is_ascii:
            if self._ascii is None:
                self._ascii = compile_program(self._row["ascii"])
            # Bytes save the engine's binding to reckon with offsets of UTF-8; here they are those of the text.
            written, program = value.encode(), self._ascii
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


class PatternIndex:
    """The literals of many patterns behind one automaton: one scan tells which patterns a text can match."""

    def __init__(self, finders: Mapping[int, PatternFinder]) -> None:
        holders: dict[str, list[int]] = {}
        self.covered: set[int] = set()
        """The numbers of the patterns that the index answers for; the others have no literal that is worth looking for."""
        for number, finder in finders.items():
            if finder.literals and min(map(len, finder.literals)) >= _SHORTEST_INDEXED:
                self.covered.add(number)
                for literal in finder.literals:
                    holders.setdefault(literal, []).append(number)
        self._holders = list(holders.values())
        self._automaton = AhoCorasick(list(holders), MatchKind.Standard, store_patterns=False) if holders else None

    def possible(self, text: SearchText) -> set[int]:
        """Of the covered patterns those that `text` holds a literal of: no other can match."""
        if self._automaton is None:
            return set()
        cased = _cased(text)
        # Half a surrogate pair, which a client may send, is what no engine takes.
        subject = cased if text.is_ascii else cased.encode(errors="replace").decode()
        hits = self._automaton.find_matches_as_indexes(subject, overlapping=True)
        return {number for literal, _, _ in hits for number in self._holders[literal]}


def _cased(text: SearchText) -> str:
    """The text without letter case, as the literals of patterns are."""
    cased: str | None = text.cache.get("cased")
    if cased is None:
        cased = text.cache["cased"] = text.value.casefold()
    return cased
