"""What became of each rule's edits, and the notes that say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rulelang.language.decision import Note
from rulelang.runtime import actions

if TYPE_CHECKING:
    from rulelang.runtime.compose import LiveRule

NOTES: Final = {
    "value-missing": "a `set` or `add` whose value is missing did nothing",
    "edit-overruled": "an earlier rule sets the same path, or one above or below it",
    "content-set": "span edits of the content were dropped, because a rule sets it",
    "edit-blocked": "a path went through something that is not an object, or `add` found no list",
    "metadata-not-object": "metadata edits were dropped, because what the client sent is not a JSON object",
    "metadata-dropped": "metadata edits of a rule were dropped, because the metadata would have been too long",
    "nothing-left": "the rules left nothing of the content: the message is denied",
    "content-emptied": "the rules left nothing of the content: it became `empty_content`",
    "content-cut": "the content was too long and was cut",
    "push-cut": "a push title or body was too long and was cut",
    "push-left-out": "a push title or body ended up empty and was left out",
    "push-line-breaks": "line breaks in a push title became spaces",
    "push-type-unknown": "a push type other than DEFAULT and VOIP was dropped",
    "attribute-cut": "a text of an attribute was too long and was cut",
    "attribute-left-out": "an attribute ended up empty, or has too long a name, and was left out",
    "content-type-cut": "the content type was too long and was cut",
    "content-type-left-out": "the content type ended up empty and was left out",
}
"""The notes on edits, and what each says."""


class Ledger:
    """Written while a decision is put together: which rules had an effect, what the others lost to, and the notes."""

    def __init__(self) -> None:
        self._effective: set[str] = set()
        self._lost: dict[str, str] = {}
        self._notes: dict[Note, None] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(self._notes)

    def effect(self, rule: str) -> None:
        """An edit of the rule is part of what leaves."""
        self._effective.add(rule)

    def lose(self, rule: str, why: str) -> None:
        """An edit of the rule is not; the first reason is the one to be told."""
        self._lost.setdefault(rule, why)

    def drop(self, rule: str, slug: str, why: str) -> None:
        """An edit of the rule is not part of what leaves, and the reader should know."""
        self.lose(rule, why)
        self.note(slug, why, rule)

    def note(self, slug: str, text: str, rule: str | None = None) -> None:
        self._notes[Note(slug, text, rule)] = None

    def merge(self, other: Ledger) -> None:
        """Takes over what an attempt has written."""
        self._effective |= other._effective
        self._lost = other._lost | self._lost
        self._notes |= other._notes

    def why_not(self, fired: Iterable[LiveRule], denied: str | None) -> dict[str, str | None]:
        """By rule: None where it was applied, else why not. `denied` says why all edits are void, if they are."""
        return {rule.name: self._why_not(rule, denied) for rule in fired}

    def _why_not(self, rule: LiveRule, denied: str | None) -> str | None:
        if not actions.only_edit(rule.actions):
            return None
        if denied is not None:
            return denied
        if rule.name in self._effective:
            return None
        return self._lost.get(rule.name, "there is nothing for it to change")
