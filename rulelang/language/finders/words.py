"""Word lists: whole words and phrases, found as written, folded, or loosely; one scan of a text serves all lists of a policy.

What counts as a whole word: an entry matches where no letter, digit or mark stands before or after it. In Chinese, Japanese, Thai,
Lao, Khmer and Burmese, which put no spaces between words, an entry matches anywhere, though never a part of a grapheme; Korean has
spaces, so its words are whole words (`*` stands for particles). Emoji and other symbols match wherever they stand by themselves.
`*` at an end of an entry stands for any further letters, digits and marks of that word, and the match covers them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ahocorasick_rs import AhoCorasick, MatchKind

from rulelang.language import folding
from rulelang.language.finders import disguises, views
from rulelang.language.finders.entries import (
    CLOSER,
    EXACTLY,
    LOOSELY,
    PUNCTUATION,
    Problem,
    case_folded,
    covers,
    is_empty_after_folding,
    key_of,
    prepare,
    problems,
)
from rulelang.language.finders.match import Match
from rulelang.language.text import SearchText

__all__ = [
    "Problem",
    "WordFinder",
    "WordIndex",
    "covers",
    "is_empty_after_folding",
    "key_of",
    "prepare",
    "problems",
    "would_catch",
]

_NONE: Final[tuple[Match, ...]] = ()
_SKIN_TONES: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


@dataclass(slots=True)
class _Key:
    """One key of one entry of one list."""

    finder: int
    entry: int
    is_exception: bool
    closer: bool
    head: int
    tail: int
    detail: Any


class WordIndex:
    """All word lists of a policy behind one automaton; `finders` are in the order of `rows`."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.finders = tuple(WordFinder(self, number, row) for number, row in enumerate(rows))
        self._loose = any(row["strength"] == LOOSELY for row in rows)
        numbers: dict[str, int] = {}
        self._targets: list[list[_Key]] = []
        symbols: dict[str, int] = {}
        self._symbol_targets: list[list[_Key]] = []
        for number, row in enumerate(rows):
            for entry, is_exception, look, key, detail in row["keys"]:
                target = _Key(number, entry, bool(is_exception), look == CLOSER, key[:1] == " ", key[-1:] == " ", detail)
                known, targets = (symbols, self._symbol_targets) if look == PUNCTUATION else (numbers, self._targets)
                place = known.setdefault(key, len(known))
                if place == len(targets):
                    targets.append([])
                targets[place].append(target)
        self._words = len(numbers)
        if self._loose:
            for run in disguises.RUNS:
                numbers.setdefault(run, len(numbers))
        self._automaton = AhoCorasick(list(numbers), MatchKind.Standard, store_patterns=False) if numbers else None
        self._symbols = AhoCorasick(list(symbols), MatchKind.Standard, store_patterns=False) if symbols else None

    def matches(self, text: SearchText) -> dict[int, tuple[Match, ...]]:
        """The matches of every list that has any, by the number of the list."""
        found: dict[int, tuple[Match, ...]] | None = text.cache.get(self)
        if found is None:
            found = text.cache[self] = self._search(text)
        return found

    def _search(self, text: SearchText) -> dict[int, tuple[Match, ...]]:
        folded = text.folded
        closer = False
        candidates: list[_Candidate] = []
        if self._automaton is not None:
            view = views.view(folded)
            hits = self._automaton.find_matches_as_indexes(view, overlapping=True)
            places: Sequence[int] | None = None
            for number, start, end in hits:
                if number >= self._words:
                    closer = True
                    continue
                for key in self._targets[number]:
                    if not key.closer:
                        if places is None:
                            # Where no run of spaces was squeezed, an offset in the view is one more than in the text.
                            same = text.is_ascii and len(view) == len(folded) + 2
                            places = range(-1, len(view) - 1) if same else views.places(folded)
                        self._quick(text, view, places, key, start, end, candidates)
            if self._loose:
                kinds = views.kinds(folded)
                if closer or disguises.suspicious(folded, kinds, view):
                    self._look_closer(text, kinds, candidates)
        if self._symbols is not None:
            # Half a surrogate pair, which a client may send, is what no engine takes.
            subject = folded if text.is_ascii else folded.encode(errors="replace").decode()
            for number, start, end in self._symbols.find_matches_as_indexes(subject, overlapping=True):
                for key in self._symbol_targets[number]:
                    self._keep(text, key, start, end, start, end, candidates)
        return self._settled(text, candidates) if candidates else _NOTHING

    def _quick(
        self, text: SearchText, view: str, places: Sequence[int], key: _Key, start: int, end: int, candidates: list[_Candidate]
    ) -> None:
        """Verifies a hit in the quick view: `start` and `end` are offsets in the view."""
        folded = text.folded
        first, last = start + key.head, end - key.tail
        core_start, core_end = places[first], places[last - 1] + 1
        reading: str = key.detail
        core = folded[core_start:core_end]
        if core != reading and " ".join(core.split()) != reading:
            # The entry begins or ends with punctuation, or the text has other separators between the words.
            before, after = _edges(reading)
            core_start -= before
            core_end += after
            if core_start < 0 or core_end > len(folded):
                return
            same = " ".join(folded[core_start:core_end].split()) == reading
            if not same and (before or after or not self.finders[key.finder].sees_separators):
                return
        whole_start, whole_end = core_start, core_end
        if not key.head:
            whole_start = min(whole_start, places[view.rfind(" ", 0, first + 1) + 1])
        if not key.tail:
            whole_end = max(whole_end, places[view.find(" ", last - 1) - 1] + 1)
        self._keep(text, key, core_start, core_end, whole_start, whole_end, candidates)

    def _look_closer(self, text: SearchText, kinds: str, candidates: list[_Candidate]) -> None:
        assert self._automaton is not None
        view = disguises.closer_view(text.folded, kinds)
        for number, start, end in self._automaton.find_matches_as_indexes(view.text, overlapping=True):
            if number >= self._words:
                continue
            for key in self._targets[number]:
                if key.closer and (found := _verified(view, text.folded, kinds, key, start, end, self.finders[key.finder].sights)):
                    self._keep(text, key, *found, *found, candidates)

    def _keep(
        self, text: SearchText, key: _Key, core_start: int, core_end: int, start: int, end: int, candidates: list[_Candidate]
    ) -> None:
        """Brings a verified span of the folded text back to the original."""
        finder = self.finders[key.finder]
        origins = text.origins
        # A character that folds to several must be matched as a whole.
        if not text.is_ascii and (
            (start and origins[start - 1] == origins[start]) or (end < len(origins) and origins[end] == origins[end - 1])
        ):
            return
        first, last = origins[start], origins[end - 1] + 1
        if not text.is_ascii:
            whole = _whole_graphemes(text, first, last)
            if whole is None:
                return
            first, last = whole
        if finder.strength == EXACTLY:
            core_first, core_last = origins[core_start], origins[core_end - 1] + 1
            written = text.value[first if core_start == start else core_first : last if core_end == end else core_last]
            texts = finder.exceptions if key.is_exception else finder.entries
            if " ".join(case_folded(written).split()) != finder.case_folded(texts[key.entry]):
                return
        candidates.append(_Candidate(key.finder, key.is_exception, first, last, key.entry))

    def _settled(self, text: SearchText, candidates: list[_Candidate]) -> dict[int, tuple[Match, ...]]:
        """Exceptions taken out, then leftmost and longest."""
        innocents: dict[int, list[tuple[int, int]]] = {}
        for candidate in candidates:
            if candidate.is_exception:
                innocents.setdefault(candidate.finder, []).append((candidate.start, candidate.end))
        kept: dict[int, list[Match]] = {}
        candidates.sort(key=lambda candidate: (candidate.start, -candidate.end, candidate.entry))
        covering = {finder: _Covering(spans) for finder, spans in innocents.items()}
        for candidate in candidates:
            if candidate.is_exception:
                continue
            if candidate.finder in covering and covering[candidate.finder].covers(candidate.start, candidate.end):
                continue
            matches = kept.setdefault(candidate.finder, [])
            if not matches or matches[-1].end <= candidate.start:
                finder = self.finders[candidate.finder]
                matches.append(
                    Match(text.value, candidate.start, candidate.end, finder.name, entry=finder.entries[candidate.entry])
                )
        return {finder: tuple(matches) for finder, matches in kept.items()}


_NOTHING: Final[dict[int, tuple[Match, ...]]] = {}


@dataclass(slots=True)
class _Candidate:
    finder: int
    is_exception: bool
    start: int
    end: int
    entry: int


class _Covering:
    """Spans, asked in the order of their starts whether one of them covers another span."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._next = 0
        self._furthest = -1

    def covers(self, start: int, end: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][0] <= start:
            self._furthest = max(self._furthest, self._spans[self._next][1])
            self._next += 1
        return end <= self._furthest


class WordFinder:
    """One word list. `find` gives its matches in a text, `found` whether there is any."""

    __slots__ = ("_cased", "_index", "_number", "entries", "exceptions", "name", "sees_separators", "sights", "strength")

    def __init__(self, index: WordIndex, number: int, row: dict[str, Any]) -> None:
        self._index = index
        self._number = number
        self._cased: dict[str, str] = {}
        self.name: str = row["name"]
        self.strength: str = row["strength"]
        self.sights = frozenset(row["sights"])
        self.sees_separators = "separators" in self.sights
        self.entries: list[str] = row["entries"]
        self.exceptions: list[str] = row["exceptions"]

    def find(self, text: SearchText) -> tuple[Match, ...]:
        """The matches: sorted, apart from one another, on grapheme boundaries."""
        return self._index.matches(text).get(self._number, _NONE)

    def found(self, text: SearchText) -> bool:
        """Whether there is a match."""
        return self._number in self._index.matches(text)

    def case_folded(self, entry: str) -> str:
        """What an entry without its stars is when only letter case is undone."""
        found = self._cased.get(entry)
        if found is None:
            found = self._cased[entry] = key_of(entry, EXACTLY).strip("*")
        return found


def would_catch(row: dict[str, Any], text: str) -> bool:
    """Whether the word list that `prepare` made `row` of matches anywhere in `text`."""
    return WordIndex([row]).finders[0].found(SearchText(text))


def _edges(reading: str) -> tuple[int, int]:
    """How many characters stand before the first and after the last word of a folded entry."""
    kinds = views.kinds(reading).replace("$", " ")
    return len(kinds) - len(kinds.lstrip(" ")), len(kinds) - len(kinds.rstrip(" "))


def _whole_graphemes(text: SearchText, start: int, end: int) -> tuple[int, int] | None:
    """The span grown to whole graphemes; None where that would add more than accents, invisible characters or a skin tone."""
    first, last = text.whole_graphemes(start, end)
    if first == start and last == end:
        return start, end
    added = text.value[first:start] + text.value[end:last]
    return None if folding.fold(added).strip(_SKIN_TONES) else (first, last)


def _verified(
    view: disguises.CloserView, folded: str, kinds: str, key: _Key, start: int, end: int, sights: frozenset[str]
) -> tuple[int, int] | None:
    """The span in the folded text of a hit in the closer view, or None where the list does not see it."""
    first, last = start + key.head, end - key.tail
    if view.spelled[first] and "separators" not in sights:
        return None
    needed: list[int] = key.detail
    stretched = 0
    clearly = False
    for place, need in zip(range(first, last), needed, strict=True):
        letter = view.text[place]
        if letter == " ":
            continue
        have = view.counts[place]
        if have < need:
            return None
        if have > need:
            stretched += 1
            clearly = clearly or have > 2 or letter in disguises.RARELY_DOUBLED or not letter.isascii()
            # `hell!` is no `helll`: the reading without the sign is there too.
            if (place == first and folded[view.starts[place]] in disguises.SENTENCE_SYMBOLS) or (
                place == last - 1 and folded[view.ends[place] - 1] in disguises.SENTENCE_SYMBOLS
            ):
                return None
    # A single doubled letter is how English writes another word: "shoot" is no "shot", "rapper" no "raper".
    if stretched and ("repeats" not in sights or (stretched == 1 and not clearly)):
        return None
    core_start, core_end = view.starts[first], view.ends[last - 1]
    span_start, span_end = core_start, core_end
    if not key.head:
        span_start = view.starts[view.text.rfind(" ", 0, first + 1) + 1]
    if not key.tail:
        span_end = view.ends[view.text.find(" ", last - 1) - 1]
    # What a star stands for is letters: the digits of a hash are none, nor is the sign after a word.
    if kinds[span_start:core_start].strip("an ") or kinds[core_end:span_end].strip("an "):
        return None
    if "leet" not in sights and ("0" in kinds[core_start:core_end] or "$" in kinds[core_start:core_end]):
        return None
    return span_start, span_end
