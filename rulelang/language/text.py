"""A text in the hands of finders: the original, and what is derived from it once, when first asked for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Any, Final

from rulelang.language import folding, graphemes

_ASCII_REST: Final = {code: None for code in range(128) if not chr(code).isalpha()}
_REST: Final = re.compile(r"[\W\d_]+")


class SearchText:
    """One text that finders search. `cache` belongs to the finders, each under a key of its own."""

    __slots__ = ("_boundaries", "_folded", "_origins", "cache", "is_ascii", "value")

    def __init__(self, value: str) -> None:
        self.value = value
        self.is_ascii = value.isascii()
        self.cache: dict[Any, Any] = {}
        self._folded: str | None = None
        self._origins: list[int] | range | None = None
        self._boundaries: list[int] | range | None = None

    @property
    def folded(self) -> str:
        """The text without disguises; see `folding`."""
        if self._folded is None:
            self._folded = folding.fold(self.value)
        return self._folded

    @property
    def origins(self) -> list[int] | range:
        """For each character of `folded` the offset in `value` that it comes from."""
        if self._origins is None:
            found = folding.origins(self.value)
            self._origins = range(len(self.value)) if found is None else found
        return self._origins

    @property
    def boundaries(self) -> list[int] | range:
        """The offsets in `value` at which a grapheme begins, and its length at the end."""
        if self._boundaries is None:
            simple = graphemes.is_simple(self.value)
            self._boundaries = range(len(self.value) + 1) if simple else graphemes.boundaries(self.value)
        return self._boundaries

    def whole_graphemes(self, start: int, end: int) -> tuple[int, int]:
        """The span from `start` up to `end`, grown to whole graphemes."""
        bounds = self.boundaries
        if isinstance(bounds, range):
            return start, end
        return bounds[bisect_right(bounds, start) - 1], bounds[bisect_left(bounds, end)]


def fold(value: str) -> str:
    """`content.folded`: letter case, width, accents, look-alike letters and invisible characters undone."""
    return folding.fold(value)


def gist(value: str) -> str:
    """`content.gist`: the folded text without digits, punctuation, emoji and spaces, the same for near-copies."""
    folded = folding.fold(value)
    if folded.isascii():
        return folded.translate(_ASCII_REST)
    return "".join(char for char in folded if char.isalpha() or _is_mark(char))


def _is_mark(char: str) -> bool:
    import unicodedata

    return unicodedata.category(char)[0] == "M"
