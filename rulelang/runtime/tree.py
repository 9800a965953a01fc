"""Edits of metadata and attributes, collected first, so that they can be made again without some rule's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rulelang.language.json_text import Document, EditError, Node
from rulelang.runtime import spans
from rulelang.runtime.ledger import Ledger

if TYPE_CHECKING:
    from rulelang.runtime.actions import Path, SpanEdit
    from rulelang.runtime.context import Context


@dataclass(frozen=True, slots=True)
class Put:
    """`set`, or `unset` where `value` is None and `away` is true; paths are those below the root."""

    rule: str
    path: Path
    value: Any = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Add:
    rule: str
    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A span edit; `place` is (order of the rule, number of the action)."""

    rule: str
    path: Path
    edit: SpanEdit
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TreeEdits:
    """The edits of one JSON object, `source` (None: absent), in policy order."""

    source: str | None
    edits: tuple[Put | Add | Rewrite, ...]

    def last_rule(self) -> str | None:
        """The last rule that has an edit here."""
        return self.edits[-1].rule if self.edits else None

    def without(self, rule: str) -> TreeEdits:
        """The edits of all other rules."""
        return replace(self, edits=tuple(edit for edit in self.edits if edit.rule != rule))

    def made(self, context: Context, ledger: Ledger, mask_with: str) -> str | None:
        """The text after the edits: what came, byte for byte, where they change nothing."""
        if not self.edits:
            return self.source
        try:
            document = Document(self.source or "")
        except EditError as error:
            for edit in self.edits:
                ledger.drop(edit.rule, "metadata-not-object", str(error))
            return self.source
        texts = list(self._texts(document))
        winners = self._put(document, ledger)
        self._rewrite(document, texts, winners, context, ledger, mask_with)
        for edit in self.edits:
            if isinstance(edit, Add):
                with _attempt(edit, ledger):
                    document.add(edit.path, edit.value)
        edited = document.text()
        return self.source if edited == "" else edited

    def _texts(self, document: Document) -> Iterator[tuple[Rewrite, Node, str]]:
        for edit in self.edits:
            if isinstance(edit, Rewrite):
                for node, text in document.texts(edit.path):
                    yield edit, node, text

    def _put(self, document: Document, ledger: Ledger) -> list[Put]:
        winners: list[Put] = []
        for edit in self.edits:
            if not isinstance(edit, Put):
                continue
            winner = next((earlier for earlier in winners if _on_one_way(earlier.path, edit.path)), None)
            if winner is not None:
                ledger.drop(edit.rule, "edit-overruled", overruled(winner.rule, winner.path))
                continue
            winners.append(edit)
            with _attempt(edit, ledger):
                if edit.away:
                    document.unset(edit.path)
                else:
                    document.set(edit.path, edit.value)
        return winners

    def _rewrite(
        self,
        document: Document,
        texts: list[tuple[Rewrite, Node, str]],
        winners: list[Put],
        context: Context,
        ledger: Ledger,
        mask_with: str,
    ) -> None:
        by_place: dict[Node, tuple[str, list[spans.Piece]]] = {}
        for edit, node, text in texts:
            winner = next((put for put in winners if _on_one_way(put.path, edit.path)), None)
            if winner is not None:
                ledger.drop(edit.rule, "edit-overruled", overruled(winner.rule, winner.path))
                continue
            by_place.setdefault(node, (text, []))[1].extend(spans.pieces(context, edit.edit, edit.rule, edit.place, text))
        for node, (text, found) in by_place.items():
            joined = spans.join(found)
            record(ledger, found, joined)
            document.rewrite(node, spans.apply(spans.changes(context, joined, text, mask_with), text))


def record(ledger: Ledger, found: list[spans.Piece], joined: list[spans.Piece]) -> None:
    """Writes down whose edit each joined span got, and which rules' it did not get."""
    for piece in joined:
        ledger.effect(piece.rule)
    starts = [piece.start for piece in joined]
    for piece in found:
        winner = joined[bisect_right(starts, piece.start) - 1]
        if winner.rule != piece.rule:
            ledger.lose(piece.rule, f"{winner.rule} edits the same text")


def overruled(rule: str, path: Path) -> str:
    """Why an edit is dropped that meets `rule`'s at `path`."""
    return f"{rule} changes {'.'.join(path)}, and comes first"


def _on_one_way(one: Path, other: Path) -> bool:
    """Whether two paths are the same, or one is above the other."""
    return all(left == right for left, right in zip(one, other, strict=False))


@contextmanager
def _attempt(edit: Put | Add, ledger: Ledger) -> Iterator[None]:
    """Notes an edit that can't be made, and goes on."""
    try:
        yield
    except EditError as error:
        ledger.drop(edit.rule, "edit-blocked", str(error))
    else:
        ledger.effect(edit.rule)
