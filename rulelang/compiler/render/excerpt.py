"""A line of source as a terminal shows it: what each code point becomes, in which columns, and what is cut from a long line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from wcwidth import wcswidth

from rulelang.language import graphemes

TAB: Final = 4
"""Columns from one tab stop to the next."""

WIDTH: Final = 110
"""The most columns of a source line that are shown; of a longer line, the part around the span."""

_BEFORE: Final = 30
"""Columns shown before the span where a long line is cut."""

_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""General categories of what a terminal would obey or hide: shown as an escape."""

_JOINER: Final = "\u200d"
"""Shown as an escape where it joins nothing."""


def plain(text: str) -> str:
    """A text that is safe on a terminal: control and invisible characters as `\\u{200b}`, marks and emoji as they are."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(cluster) for cluster in graphemes.split(text))


def _shown(cluster: str) -> str:
    """One grapheme as it is printed. Joiners and selectors inside a visible grapheme belong to it."""
    if len(cluster) == 1:
        return _escaped(cluster) if unicodedata.category(cluster) in _UNSEEN else cluster
    if cluster.endswith(_JOINER):
        return _shown(cluster[:-1]) + _escaped(_JOINER)
    if wcswidth(cluster) > 0 and unicodedata.category(cluster[0]) not in _UNSEEN:
        return cluster
    return "".join(_escaped(char) if unicodedata.category(char) in _UNSEEN else char for char in cluster)


def _escaped(char: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char) or f"\\u{{{ord(char):x}}}"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A shown line: its text, and the columns (from 0) at which the underlined part begins and ends."""

    text: str
    start: int
    end: int


def is_long(line: str) -> bool:
    """Whether `line` is too wide to be shown whole."""
    return len(line) > WIDTH // 8 and _Layout(line).width > WIDTH


def excerpt(line: str, start: int, end: int) -> Excerpt:
    """`line` with what stands from code point `start` to `end` underlined; at least one column is."""
    layout = _Layout(line)
    first, last = layout.column(start), layout.column_after(end)
    last = max(last, first + 1)
    if layout.width <= WIDTH:
        return Excerpt("".join(layout.cells).rstrip(), first, last)
    low, high = layout.window(first, last)
    offset = layout.columns[low] - (1 if low else 0)
    text = ("…" if low else "") + "".join(layout.cells[low:high]) + ("…" if high < len(layout.cells) else "")
    return Excerpt(text.rstrip(), first - offset, min(last, layout.columns[high]) - offset)


class _Layout:
    """The cells (graphemes as shown) of a line, the column each begins at, and the code point each begins at."""

    def __init__(self, line: str) -> None:
        self.cells: list[str] = []
        self.columns: list[int] = []
        self.offsets: list[int] = []
        column = offset = 0
        for cluster in graphemes.split(line):
            shown = " " * (TAB - column % TAB) if cluster == "\t" else _shown(cluster)
            self.cells.append(shown)
            self.columns.append(column)
            self.offsets.append(offset)
            column += max(wcswidth(shown), 0)
            offset += len(cluster)
        self.columns.append(column)
        self.offsets.append(offset)
        self.width = column

    def column(self, offset: int) -> int:
        """The column of the grapheme that holds the code point at `offset`."""
        index = 0
        while index + 1 < len(self.offsets) and self.offsets[index + 1] <= offset:
            index += 1
        return self.columns[index]

    def column_after(self, offset: int) -> int:
        """The column where the grapheme that ends at or after `offset` ends."""
        index = 0
        while index + 1 < len(self.offsets) and self.offsets[index] < offset:
            index += 1
        return self.columns[index]

    def window(self, first: int, last: int) -> tuple[int, int]:
        """The cells to show of a long line: from a little before the span, as much as fits."""
        left = max(0, min(first - _BEFORE, self.width - WIDTH))
        if last - left > WIDTH and last - first <= WIDTH:
            left = last - WIDTH
        low = next(index for index, column in enumerate(self.columns) if column >= left)
        high = low
        while high < len(self.cells) and self.columns[high + 1] - self.columns[low] <= WIDTH:
            high += 1
        return low, high
