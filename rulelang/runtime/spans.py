"""The algebra of span edits: kept graphemes taken out, spans that meet joined, each joined span edited once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rulelang.language import graphemes
from rulelang.language.values import Absent, render

if TYPE_CHECKING:
    from rulelang.language.finders.match import Match
    from rulelang.runtime.actions import SpanEdit
    from rulelang.runtime.context import Context

_STRENGTH: Final = {"mask": 0, "replace": 1, "remove": 2}


@dataclass(frozen=True, slots=True)
class Piece:
    """A span (code points) that one action of a rule wants to edit; `place` is (order of the rule, number of the action)."""

    start: int
    end: int
    edit: SpanEdit
    match: Match
    rule: str
    place: tuple[int, int]
    alphanumeric_only: bool

    @property
    def rank(self) -> tuple[int, tuple[int, int], int]:
        """The least rank wins: remove, replace, mask; then the earlier rule, the earlier action, the leftmost match."""
        return -_STRENGTH[self.edit.kind], self.place, self.match.start


@dataclass(frozen=True, slots=True)
class Change:
    """Code points `start` up to `end` become `text`."""

    start: int
    end: int
    text: str


def pieces(context: Context, edit: SpanEdit, rule: str, place: tuple[int, int], text: str) -> Iterator[Piece]:
    """What an edit wants to change in `text`: the matches of its finders, without what it keeps."""
    for finder in edit.finders:
        alphanumeric_only = context.finder_is_alphanumeric(finder)
        for match in context.find(finder, text):
            for start, end in _without_kept(match, edit, alphanumeric_only):
                yield Piece(start, end, edit, match, rule, place, alphanumeric_only)


def _without_kept(match: Match, edit: SpanEdit, alphanumeric_only: bool) -> Iterator[tuple[int, int]]:
    if edit.keep is None or edit.keep[1] == 0:
        yield match.start, match.end
        return
    end_kept, count = edit.keep
    clusters = graphemes.split(match.text)
    maskable = [index for index, cluster in enumerate(clusters) if not alphanumeric_only or _is_alphanumeric(cluster)]
    kept = set(maskable[:count] if end_kept == "first" else maskable[-count:])
    start = position = match.start
    for index, cluster in enumerate(clusters):
        if index in kept:
            if start < position:
                yield start, position
            start = position + len(cluster)
        position += len(cluster)
    if start < position:
        yield start, position


def _is_alphanumeric(cluster: str) -> bool:
    return any(character.isalnum() for character in cluster)


def join(found: Iterable[Piece]) -> list[Piece]:
    """The joined spans, in order: pieces that share a grapheme become one, with the edit of the least rank among them.

    Pieces begin and end on grapheme boundaries, so that to share a grapheme is to share a code point.
    """
    joined: list[Piece] = []
    for piece in sorted(found, key=lambda piece: (piece.start, piece.end)):
        if joined and piece.start < joined[-1].end:
            before = joined[-1]
            winner = min(before, piece, key=lambda either: either.rank)
            joined[-1] = replace(winner, start=before.start, end=max(before.end, piece.end))
        else:
            joined.append(piece)
    return joined


def up_to(joined: Iterable[Piece], length: int) -> list[Piece]:
    """The same spans in the first `length` code points of their text."""
    return [replace(piece, end=min(piece.end, length)) for piece in joined if piece.start < length]


def changes(context: Context, joined: Iterable[Piece], text: str, mask_with: str) -> list[Change]:
    """What the edits of joined spans make of `text`, in order; masks are a change for each grapheme."""
    made: list[Change] = []
    for piece in joined:
        if piece.edit.kind != "mask":
            made.append(Change(piece.start, piece.end, _replacement(context, piece)))
            continue
        position = piece.start
        for cluster in graphemes.split(text[piece.start : piece.end]):
            end = position + len(cluster)
            if not piece.alphanumeric_only or _is_alphanumeric(cluster):
                made.append(Change(position, end, piece.edit.character or mask_with))
            position = end
    return made


def _replacement(context: Context, piece: Piece) -> str:
    if piece.edit.replacement is None:
        return ""
    context.match = piece.match
    try:
        value = piece.edit.replacement(context)
    finally:
        context.match = None
    return "" if isinstance(value, Absent) else render(value)


def apply(made: Sequence[Change], text: str, start: int = 0, end: int | None = None) -> str:
    """The part of `text` from `start` to `end` after the changes; one that reaches further back leaves its text there."""
    end = len(text) if end is None else end
    parts = []
    position = start
    for change in made:
        if change.start < end and change.end > start:
            parts.append(text[position : change.start])
            # A change that spans several texts of an envelope puts its own text into the first that it touches.
            if change.start >= start - 1:
                parts.append(change.text)
            position = change.end
    parts.append(text[position:end])
    return "".join(parts)
