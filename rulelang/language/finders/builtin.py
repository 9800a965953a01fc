"""What a built-in finder is, and the views of a text that the built-ins share."""

from __future__ import annotations

import inspect
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rulelang.language import graphemes
from rulelang.language.finders.match import Match
from rulelang.language.types import Type

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

Found = tuple[int, int, Mapping[str, Any]]
"""What a scan yields: start and end in code points, and the fields of the match."""

NO_FIELDS: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A finder that knows its subject.

    `scan` finds, from left to right; it may yield overlaps, of which the leftmost stands. Its docstring, with `example`, is the
    manual's entry. `fields` are the types of what a match has besides `text`, `start` and `length`; `field_docs` say what each is,
    and those in `optional_fields` a match may lack.
    `alphanumeric_only`: `mask` covers letters and digits alone, separators stay.
    """

    name: str
    example: str
    scan: Callable[[SearchText], Iterable[Found]] = field(repr=False)
    fields: Mapping[str, Type] = field(default_factory=dict)
    field_docs: Mapping[str, str] = field(default_factory=dict)
    optional_fields: frozenset[str] = frozenset()
    alphanumeric_only: bool = False

    @property
    def doc(self) -> str:
        """What it finds, for people: paragraphs of Markdown."""
        return inspect.getdoc(self.scan) or ""

    def find(self, text: SearchText) -> tuple[Match, ...]:
        """The matches: sorted, not overlapping, each on grapheme boundaries. They are found once for a text."""
        matches: tuple[Match, ...] | None = text.cache.get(self)
        if matches is None:
            matches = text.cache[self] = _matches(text, self.name, self.scan(text))
        return matches

    def found(self, text: SearchText) -> bool:
        """Whether there is any match."""
        return bool(self.find(text))


def _matches(text: SearchText, name: str, founds: Iterable[Found]) -> tuple[Match, ...]:
    value = text.value
    matches: list[Match] = []
    boundaries: list[int] | None = None
    last = 0
    for start, end, fields in founds:
        if not text.is_ascii:
            # A mark that follows the last digit belongs to the digit's grapheme: the span takes it in.
            if boundaries is None:
                boundaries = graphemes.boundaries(value)
            start = boundaries[bisect_right(boundaries, start) - 1]
            end = boundaries[bisect_left(boundaries, end)]
        if start >= last and end > start:
            matches.append(Match(value, start, end, name, fields))
            last = end
    return tuple(matches)


_plain_table: dict[int, str] = {}

_DASHES: Final = "‐‑‒–—―−﹘﹣"
_SPACES: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


_LAST_DIGIT: Final = 0x1FBF9
"""The last of Unicode's decimal digits."""


def _fill_plain_table() -> None:
    for code in range(0xFF01, 0xFF5F):
        _plain_table[code] = chr(code - 0xFEE0)
    for code in range(0x80, _LAST_DIGIT + 1):
        digit = unicodedata.decimal(chr(code), None)
        if digit is not None:
            _plain_table[code] = str(digit)
    _plain_table.update((ord(dash), "-") for dash in _DASHES)
    _plain_table.update((ord(space), " ") for space in _SPACES)


def plain(text: SearchText) -> str:
    """The text with the digits of every script, fullwidth ASCII, dashes and spaces as their ASCII twins.

    It has exactly as many code points as the text, so that offsets are the same.
    """
    if text.is_ascii:
        return text.value
    view: str | None = text.cache.get(plain)
    if view is None:
        if not _plain_table:
            _fill_plain_table()
        view = text.cache[plain] = text.value.translate(_plain_table)
    return view


_DIGITS: Final = re.compile(r"[0-9]+")


def digit_groups(text: SearchText) -> list[tuple[int, int]]:
    """The spans of the groups of digits in the plain view."""
    groups: list[tuple[int, int]] | None = text.cache.get(digit_groups)
    if groups is None:
        groups = text.cache[digit_groups] = [found.span() for found in _DIGITS.finditer(plain(text))]
    return groups


def digit_count(text: SearchText) -> int:
    """How many digits the text has: too few, and no number of a kind can be in it."""
    return sum(end - start for start, end in digit_groups(text))


class Spans:
    """Spans to keep out of, such as those of another finder; sorted and not overlapping."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = [end for _, end in ordered]

    def touches(self, start: int, end: int) -> bool:
        """Whether any of them shares a code point with `start` up to `end`."""
        index = bisect_left(self._ends, start + 1)
        return index < len(self._starts) and self._starts[index] < end


def spans_of(*finders: Iterable[Match]) -> Spans:
    """The spans of the matches of several finders; where they overlap, as one."""
    spans = sorted((match.start, match.end) for matches in finders for match in matches)
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return Spans(joined)


def joins_word(character: str) -> bool:
    """Whether a letter, digit or underscore of ASCII stands here: digits that touch one are part of something longer.

    Letters of other scripts do not count: Chinese or Japanese puts no space before a number.
    """
    return character.isascii() and (character.isalnum() or character == "_")
