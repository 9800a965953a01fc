"""What a policy does to messages that are only tried: a decision a message, with state in the messages' own time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from rulelang.language.decision import Decision
from rulelang.language.values import render_time
from rulelang.runtime import chime
from rulelang.runtime.decide import decide
from rulelang.runtime.message import Message
from rulelang.runtime.program import Program
from rulelang.runtime.state.interface import Store
from rulelang.tools.messages import Incoming, OtherRecord, Unreadable

RECEIVED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of receipt that stands in for a timestamp that can't be read: fixed, so that two runs agree."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One message and its decision; `micros` is how long the decision took, in microseconds."""

    number: int
    message: Message
    decision: Decision
    micros: int


@dataclass(slots=True)
class Totals:
    """What a dry-run came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    shadow: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    others: int = 0
    micros: int = 0

    @property
    def messages(self) -> int:
        return sum(self.outcomes.values())

    def count(self, tried: Tried) -> None:
        """Takes one message into account."""
        decision = tried.decision
        self.outcomes[decision.outcome] += 1
        self.micros += tried.micros
        for rule in decision.rules:
            (self.fired if rule.mode == "live" else self.shadow)[rule.name] += 1
        for note in decision.notes:
            self.notes[note.slug] += 1


def dry_run(
    program: Program, store: Store, lines: Iterable[Incoming | OtherRecord | Unreadable], *, trace: bool = True
) -> Iterator[Tried | OtherRecord | Unreadable]:
    """Decides message after message, in the order they come; a line that holds none, or can't be read, is passed on."""
    for line in lines:
        if not isinstance(line, Incoming):
            yield line
            continue
        try:
            message = chime.read(line.event, program.settings, RECEIVED)
        except chime.NotAnEvent as error:
            yield Unreadable(line.number, error.reason)
            continue
        started = time.perf_counter_ns()
        decision = decide(program, message, store, trace=trace)
        yield Tried(line.number, message, decision, (time.perf_counter_ns() - started) // 1000)


def as_data(tried: Tried) -> dict[str, Any]:
    """The decision as the JSON line that `schemas.DryRunLine` describes."""
    message, decision = tried.message, tried.decision
    return {
        "message_id": message.message_id,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "callback": None if message.callback_id is None else chime.callback_arguments(message, decision),
        "rules": [
            {
                "name": rule.name,
                "mode": rule.mode,
                "applied": rule.applied,
                "tags": list(rule.tags),
                "severity": rule.severity,
                "reason": rule.reason,
                "because": rule.because,
                "why_not": rule.why_not,
                "spans": [{"path": hit.path, "start": hit.start, "end": hit.end, "by": hit.by} for hit in rule.hits],
            }
            for rule in decision.rules
        ],
        "reports": [{"queue": report.queue, "rule": report.rule} for report in decision.reports],
        "labels": [
            {
                "who": label.who,
                "name": label.name,
                "until": None if label.until is None else render_time(label.until),
                "rule": label.rule,
                **({"removed": True} if label.removed else {}),
            }
            for label in decision.labels
        ],
        "notes": [{"slug": note.slug, "rule": note.rule, "text": note.text} for note in decision.notes],
        "micros": tried.micros,
    }


_encode = msgspec.json.Encoder().encode


def as_line(tried: Tried) -> str:
    """The decision as one line of JSON, without the line break."""
    data = as_data(tried)
    try:
        return _encode(data).decode()
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8; JSON can spell it all the same.
        import json

        return json.dumps(data)
