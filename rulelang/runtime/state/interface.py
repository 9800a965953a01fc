"""What the evaluator asks of a store, and what a store promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class StoreError(Exception):
    """A store that can't do what was asked: it is down, refuses, or answers what is no answer."""


@dataclass(frozen=True, slots=True)
class CountRequest:
    """How many events the counter `key` holds in `(now - window, now]`.

    With `add` this event is added first, in the same atomic step. With `value` the answer is the number of different values
    among the events instead of the number of events. `keep` is the longest window that any rule asks of this counter: what is
    older may be forgotten.
    """

    key: str
    window: timedelta
    keep: timedelta
    add: bool
    value: str | None = None


@dataclass(frozen=True, slots=True)
class LabelsRequest:
    """The labels that `who` (an ARN) carries now: a mapping from name to the time it ends, None for never."""

    who: str


@dataclass(frozen=True, slots=True)
class FirstSeenRequest:
    """When `who` was first seen, or None where this is the first time."""

    who: str


Request = CountRequest | LabelsRequest | FirstSeenRequest
Answer = int | Mapping[str, datetime | None] | datetime | None


@dataclass(frozen=True, slots=True)
class CountUpdate:
    """Adds this event to the counter `key`."""

    key: str
    keep: timedelta
    value: str | None = None


@dataclass(frozen=True, slots=True)
class LabelUpdate:
    """Sets a label until a time (None: for ever); of two ends the later wins. With `removed` it is taken away."""

    who: str
    name: str
    until: datetime | None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class SeenUpdate:
    """Remembers when `who` was first seen: the earliest time that was ever written."""

    who: str


Update = CountUpdate | LabelUpdate | SeenUpdate


class Store(Protocol):
    """A place for counters and labels.

    `event` identifies the invocation (its CallbackId): an event that is added to a counter twice counts once. `now` is the
    message's own time, never the clock of the machine. Both methods raise `StoreError`, and only that.
    """

    def read(self, requests: Sequence[Request], event: str, now: datetime) -> Sequence[Answer]:
        """The answers, in the order of the requests."""
        ...

    def write(self, updates: Sequence[Update], event: str, now: datetime) -> None:
        """Makes the updates."""
        ...

    def close(self) -> None:
        """Gives back what the store holds."""
        ...
