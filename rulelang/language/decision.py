"""What is decided about a message, and the trace that says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Outcome = Literal["unchanged", "update", "deny"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A span that a rule found or edited: code points of the decoded text at `path`, found by the finder `by`."""

    path: str
    start: int
    end: int
    by: str


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that fired.

    `why_not` says why a rule that fired was not applied; `because` is one sentence; `denies`: it has a `deny`.
    """

    name: str
    mode: str
    applied: bool
    tags: tuple[str, ...] = ()
    severity: str | None = None
    reason: str | None = None
    because: str | None = None
    why_not: str | None = None
    hits: tuple[Hit, ...] = ()
    denies: bool = False


@dataclass(frozen=True, slots=True)
class ReportMade:
    """A report to a review queue; the evidence is put together by who sends it, from message and decision."""

    queue: str
    rule: str
    redacted: bool


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A label that is set (`until` None: for ever) or, with `removed`, taken away."""

    who: str
    name: str
    rule: str
    until: datetime | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader should know: an edit that was dropped or cut, a rule that could not be evaluated."""

    slug: str
    text: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one message.

    `members` are the members of the callback's ChannelMessage besides MessageId, as they leave, by their wire names (`Content`,
    `Metadata`, `PushNotification`, `MessageAttributes`, `SubChannelId`, `ContentType`); empty for a denial.
    """

    outcome: Outcome
    members: dict[str, Any]
    reason: str | None = None
    rules: tuple[FiredRule, ...] = ()
    reports: tuple[ReportMade, ...] = ()
    labels: tuple[LabelChange, ...] = ()
    notes: tuple[Note, ...] = field(default=())
