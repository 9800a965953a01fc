"""Grapheme clusters (UAX #29): what a reader calls one character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_SIMPLE: Final = re.compile(
    r"[\x00-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ff\u061b-\u064a\u0671-\u06d5\u1e00-\u200b\u200e-\u20cf\u2100-\u2cee"
    r"\u2e00-\u3029\u3030-\u3098\u309b-\ua66e\uac00-\ud7a3\uf900-\ufb1d\ufb1f-\ufdff\ufe30-\uff9d"
    r"\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]*"
)
"""Code points that, among themselves, are a cluster each: no marks, joiners, flags, skin tones, single jamo, carriage returns."""

_cluster: Any = None


def _clusters(text: str) -> Iterator[Any]:
    # Imported on first need: most messages never ask, and Lambda starts without it.
    global _cluster
    if _cluster is None:
        import regex

        # Flags by themselves: at each of them \X would count all the flag letters before it.
        _cluster = regex.compile(r"\p{Regional_Indicator}{2}[\p{Grapheme_Extend}\p{Grapheme_Cluster_Break=SpacingMark}\u200d]*|\X")
    return _cluster.finditer(text)  # type: ignore[no-any-return]


def is_simple(text: str) -> bool:
    """Whether every code point of `text` surely is a grapheme of its own."""
    found = _SIMPLE.match(text)
    return found is not None and found.end() == len(text)


def count(text: str) -> int:
    """The number of graphemes."""
    if is_simple(text):
        return len(text)
    return sum(1 for _ in _clusters(text))


def split(text: str) -> list[str]:
    """The graphemes, in order."""
    if is_simple(text):
        return list(text)
    return [found.group() for found in _clusters(text)]


def boundaries(text: str) -> list[int]:
    """The offsets (code points) at which a grapheme begins, and `len(text)` at the end."""
    if is_simple(text):
        return list(range(len(text) + 1))
    offsets = [found.start() for found in _clusters(text)]
    offsets.append(len(text))
    return offsets


def cut(text: str, most: int) -> str:
    """The longest beginning of `text` that is at most `most` code points long and ends on a grapheme boundary."""
    if len(text) <= most:
        return text
    last = 0
    for offset in boundaries(text):
        if offset > most:
            break
        last = offset
    return text[:last]
