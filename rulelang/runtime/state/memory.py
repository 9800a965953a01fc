"""State in the memory of one process: exact, and gone when the process ends."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from datetime import datetime, timedelta

from rulelang.runtime.state.interface import (
    Answer,
    CountRequest,
    CountUpdate,
    FirstSeenRequest,
    LabelsRequest,
    LabelUpdate,
    Request,
    Update,
)


class _Counter:
    """The events of one counter, sorted by time; an event counts once."""

    __slots__ = ("events", "ids")

    def __init__(self) -> None:
        self.events: list[tuple[datetime, str, str]] = []
        self.ids: set[tuple[str, str]] = set()

    def add(self, now: datetime, event: str, value: str, keep: timedelta) -> None:
        if (event, value) in self.ids:
            return
        self.ids.add((event, value))
        insort(self.events, (now, event, value))
        try:
            horizon = self.events[-1][0] - keep
        except OverflowError:
            return
        if self.events[0][0] <= horizon:
            old = bisect_right(self.events, horizon, key=lambda item: item[0])
            for _, gone, gone_value in self.events[:old]:
                self.ids.discard((gone, gone_value))
            del self.events[:old]

    def within(self, now: datetime, window: timedelta) -> list[tuple[datetime, str, str]]:
        end = bisect_right(self.events, now, key=lambda item: item[0])
        try:
            start = bisect_right(self.events, now - window, key=lambda item: item[0])
        except OverflowError:
            start = 0
        return self.events[start:end]


class MemoryStore:
    """A store for tests, for dry-run, and for a Lambda whose rules can do without durable state."""

    def __init__(self) -> None:
        self._counters: dict[str, _Counter] = {}
        self._labels: dict[str, dict[str, datetime | None]] = {}
        self._seen: dict[str, datetime] = {}

    def read(self, requests: Sequence[Request], event: str, now: datetime) -> Sequence[Answer]:
        return [self._answer(request, event, now) for request in requests]

    def _answer(self, request: Request, event: str, now: datetime) -> Answer:
        if isinstance(request, CountRequest):
            counter = self._counters.get(request.key)
            if counter is None:
                if not request.add:
                    return 0
                counter = self._counters[request.key] = _Counter()
            if request.add:
                counter.add(now, event, request.value or "", request.keep)
            found = counter.within(now, request.window)
            return len(found) if request.value is None else len({value for _, _, value in found})
        if isinstance(request, LabelsRequest):
            labels = self._labels.get(request.who, {})
            return {name: until for name, until in labels.items() if until is None or now < until}
        assert isinstance(request, FirstSeenRequest)
        return self._seen.get(request.who)

    def write(self, updates: Sequence[Update], event: str, now: datetime) -> None:
        for update in updates:
            if isinstance(update, CountUpdate):
                counter = self._counters.setdefault(update.key, _Counter())
                counter.add(now, event, update.value or "", update.keep)
            elif isinstance(update, LabelUpdate):
                self._label(update, now)
            else:
                seen = self._seen.get(update.who)
                if seen is None or now < seen:
                    self._seen[update.who] = now

    def _label(self, update: LabelUpdate, now: datetime) -> None:
        labels = self._labels.setdefault(update.who, {})
        if update.removed:
            labels.pop(update.name, None)
            return
        held = labels.get(update.name, now)
        if held is None or update.until is None:
            labels[update.name] = None
        else:
            labels[update.name] = max(held, update.until)

    def close(self) -> None:
        self._counters.clear()
        self._labels.clear()
        self._seen.clear()
