"""The disguises that `loosely` sees through, each a sight of its own: leetspeak, repeated letters, separators between letters.

The quick view of a text knows nothing of them; `suspicious` says from the kinds of the characters whether it is worth to look
closer. Then `closer_view` rewrites the whole text: symbols and digits become the letters they may stand for, a run of one letter
becomes one letter (how long it was is kept), letters spelled out one by one become a word. A word that can be read in several ways
is added at the end in each of them. A further disguise has its place here: something that `suspicious` notices, and a reading more.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Final

from rulelang.language.finders import views

LEET: Final[dict[str, str]] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "tl", "8": "b", "9": "g",
    "!": "il", "|": "il", "¡": "i", "@": "a", "^": "a", "$": "s", "§": "s", "+": "t", "(": "c", "<": "c", "¢": "c", "©": "c",
    "€": "e", "£": "l", "¥": "y", "®": "r", "#": "h",
}  # fmt: skip
"""What a digit or symbol may stand for, the likelier letter first."""

SENTENCE_SYMBOLS: Final = "!|+(<^#¡©®"
"""Of the symbols of leetspeak, those that also just end or begin a word."""

MOST_READINGS: Final = 8
"""A word is read in no more ways than this."""

_LONGEST_WORD: Final = 48
"""A longer word is read in one way only, so that the cost stays linear."""

RARELY_DOUBLED: Final = frozenset("ahijkquvwxy")
"""Letters that English words hardly ever double: a double one is a stretched one."""

RUNS: Final = tuple(letter * 3 for letter in "bcdefglmnoprstz") + tuple(letter * 2 for letter in sorted(RARELY_DOUBLED))
"""Runs of Latin letters that ordinary words do not have; found by the scan for words."""

_OTHER_RUN: Final = re.compile(r"([^\W\d_a-z])\1\1")
_SPELLED: Final = re.compile(r"(?<![a0$])[a0$](?: {1,3}[a0$](?![a0$])){2,}")
_SEPARATOR: Final = re.compile(r"[\W_]+")
TOKEN: Final = re.compile(r"[a0$]+|n")
"""A word, in the kinds of a text."""

_LONE_WORDS: Final = frozenset("aiu")
"""Letters that are words by themselves, or are written for one, and so may stand beside a spelled-out word."""


def suspicious(folded: str, kinds: str, view: str) -> bool:
    """Whether digits, symbols, spelled-out letters or (in other alphabets) runs make a closer look worth its cost."""
    if ("0" in kinds and ("a0" in kinds or "0a" in kinds)) or ("$" in kinds and _symbols_in_words(folded, kinds)):
        return True
    if folded.isascii():
        return " a a a " in views.shape(view)
    return (
        _OTHER_RUN.search(folded) is not None
        or _SPELLED.search(kinds) is not None
        or _SPELLED.search(kinds.replace("$", " ")) is not None
    )


_INSIDE_SYMBOL: Final = re.compile(r"(?<![a0$])\$+[a0]|[a0]\$+(?=[a0])|\$\$")
_HARD_SYMBOL: Final = re.compile(r"[^\W_][@$§€£¢]")


def _symbols_in_words(folded: str, kinds: str) -> bool:
    return _INSIDE_SYMBOL.search(kinds) is not None or _HARD_SYMBOL.search(folded) is not None


@dataclass(slots=True)
class CloserView:
    """A text rewritten. For each character of `text`: where what it stands for begins and ends in the folded text, how many letters
    it stands for, and whether they were spelled out."""

    text: str = " "
    starts: list[int] = field(default_factory=lambda: [0])
    ends: list[int] = field(default_factory=lambda: [0])
    counts: list[int] = field(default_factory=lambda: [0])
    spelled: list[bool] = field(default_factory=lambda: [False])


@dataclass(slots=True)
class _Writer:
    view: CloserView = field(default_factory=CloserView)
    pieces: list[str] = field(default_factory=lambda: [" "])

    def word(self, letters: str, offsets: list[int], spelled: bool) -> None:
        """Adds one word, its runs squeezed, and the space after it."""
        view, pieces = self.view, self.pieces
        last = ""
        for letter, offset in zip(letters, offsets, strict=True):
            if letter == last:
                view.ends[-1] = offset + 1
                view.counts[-1] += 1
                continue
            last = letter
            pieces.append(letter)
            view.starts.append(offset)
            view.ends.append(offset + 1)
            view.counts.append(1)
            view.spelled.append(spelled)
        pieces.append(" ")
        view.starts.append(0)
        view.ends.append(0)
        view.counts.append(0)
        view.spelled.append(False)

    def done(self) -> CloserView:
        self.view.text = "".join(self.pieces)
        return self.view


def closer_view(folded: str, kinds: str) -> CloserView:
    """The whole text as a closer look reads it."""
    writer = _Writer()
    later: list[tuple[str, list[int], bool]] = []
    for found in TOKEN.finditer(kinds):
        start, end = found.span()
        kind = found.group()
        token = folded[start:end]
        if "0" not in kind and "$" not in kind:
            writer.word(token, list(range(start, end)), False)
            continue
        main, *others = readings(token)
        writer.word(main[1], list(range(start + main[0], start + main[0] + len(main[1]))), False)
        later.extend((letters, list(range(start + skip, start + skip + len(letters))), False) for skip, letters in others)
    for found in _SPELLED.finditer(kinds):
        later.extend(_spelled(folded, kinds, found.start(), found.end()))
    if "$" in kinds:
        bare = kinds.replace("$", " ")
        for found in _SPELLED.finditer(bare):
            # A symbol is a separator only where it is the one between all letters: `s|h|i|t`.
            between = {run.group() for run in _SEPARATOR.finditer(folded, found.start(), found.end())}
            if len(between) == 1:
                later.extend(_spelled(folded, bare, found.start(), found.end()))
    for letters, offsets, spelled in later:
        # A barrier: no phrase goes on from one reading into another.
        writer.word("\0", [0], False)
        writer.word(letters, offsets, spelled)
    return writer.done()


def readings(token: str) -> list[tuple[int, str]]:
    """The ways to read a word with digits or symbols: how many characters are left off in front, and the letters."""
    trimmed = token.strip(SENTENCE_SYMBOLS)
    bare = trimmed.strip("@$§€£¢¥")
    found: dict[tuple[int, str], None] = {}
    for form in (trimmed, token, bare):
        if not form:
            continue
        skip = token.index(form)
        for letters in decoded(form):
            found.setdefault((skip, letters))
            if len(found) >= MOST_READINGS:
                return list(found)
    return list(found)


def decoded(word: str) -> list[str]:
    """A word with its digits and symbols read as letters, in every way; digits without any letter stay a number."""
    digits = any("0" <= char <= "9" for char in word)
    letters = any(char.isalpha() for char in word)
    if digits and not letters:
        return [word]
    choices = [LEET.get(char, char) for char in word]
    if len(word) > _LONGEST_WORD or sum(len(choice) > 1 for choice in choices) > 3:
        return ["".join(choice[0] for choice in choices)]
    return ["".join(letters) for letters in itertools.product(*choices)]


def _spelled(folded: str, kinds: str, start: int, end: int) -> list[tuple[str, list[int], bool]]:
    """The words that single letters between separators spell: all of them together, and what lies between other separators."""
    offsets = [offset for offset in range(start, end) if kinds[offset] != " "]
    groups = [offsets]
    between = [folded[left + 1 : right] for left, right in itertools.pairwise(offsets)]
    groups.extend(_apart(offsets, between))
    found: list[tuple[str, list[int], bool]] = []
    for group in groups:
        for part in _without_lone_words(group, folded):
            if len(part) >= 3:
                for letters in decoded("".join(folded[offset] for offset in part))[:MOST_READINGS]:
                    found.append((letters, part, True))
    return found


def _apart(offsets: list[int], between: list[str]) -> list[list[int]]:
    """The stretches of letters with one separator that stand farther from the rest than from each other: `s.h.i.t, m.a.n`."""
    found = []
    first = 0
    for separator, run in itertools.groupby(between):
        last = first + sum(1 for _ in run)
        neighbours = between[max(0, first - 1) : first] + between[last : last + 1]
        if neighbours and all(_is_wider(neighbour, separator) for neighbour in neighbours):
            found.append(offsets[first : last + 1])
        first = last
    return found


def _is_wider(separator: str, usual: str) -> bool:
    return len(separator) > len(usual) or (any(map(str.isspace, separator)) and not any(map(str.isspace, usual)))


def _without_lone_words(group: list[int], folded: str) -> list[list[int]]:
    if len(group) < 4:
        return [group]
    first = folded[group[0]] in _LONE_WORDS and folded[group[0] + 1] == " "
    last = folded[group[-1]] in _LONE_WORDS and folded[group[-1] - 1] == " "
    forms = [group]
    if first:
        forms.append(group[1:])
    if last:
        forms.append(group[:-1])
    if first and last:
        forms.append(group[1:-1])
    return forms
