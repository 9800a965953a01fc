"""What is computed about one message while its rules are evaluated: every part once, when first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rulelang.language.finders.match import Match
from rulelang.language.text import SearchText, fold, gist
from rulelang.language.values import FAILED, MISSING, PENDING, Absent, render
from rulelang.runtime.message import Message
from rulelang.runtime.state.interface import (
    Answer,
    CountRequest,
    CountUpdate,
    FirstSeenRequest,
    LabelsRequest,
    Request,
    SeenUpdate,
    Store,
    StoreError,
    Update,
)

if TYPE_CHECKING:
    from rulelang.runtime.program import Program


class Context:
    """One message under one program.

    State is read in rounds: an expression that needs an answer which is not there yet asks for it and is PENDING;
    `read_state` puts all open questions to the store at once; an answer that could not be had is FAILED.
    """

    message: Message
    program: Program

    def __init__(self, program: Program, message: Message, store: Store) -> None:
        self.program = program
        self.message = message
        self.store = store
        self.match: Match | None = None
        """The match in hand, inside a `where` and while a replacement's template is filled."""
        self.unsettled: Absent | None = None
        """PENDING or FAILED once a `where` that was just searched rests on state that is not known."""
        self.lets: dict[str, Any] = {}
        self.fired: dict[str, Any] = {}
        """What is known of each rule by name: True, False, or PENDING while its condition waits for state."""
        self.failure: str | None = None
        """Why the store could not be read, where it could not."""
        self._texts: dict[str, SearchText] = {}
        self._folded: str | None = None
        self._gist: str | None = None
        self._requests: dict[Request, None] = {}
        self._answers: dict[Request, Answer | Absent] = {}

    @property
    def event(self) -> str:
        """What tells this invocation from others in the store."""
        return self.message.callback_id or self.message.message_id

    # Texts

    def search(self, text: str) -> SearchText:
        """The text as finders want it; the same object for the same text."""
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = SearchText(text)
        return found

    def find(self, finder: int, text: str) -> tuple[Match, ...]:
        """The matches of the finder with that index in `text`."""
        return self.program.finders[finder].find(self, self.search(text))

    def found(self, finder: int, text: str) -> bool:
        """Whether the finder with that index finds anything in `text`."""
        return self.program.finders[finder].found(self, self.search(text))

    def finder_is_alphanumeric(self, finder: int) -> bool:
        """Whether masking the finder's matches leaves all but letters and digits."""
        return self.program.finders[finder].alphanumeric_only

    @property
    def folded(self) -> str:
        if self._folded is None:
            self._folded = fold(self.message.content)
        return self._folded

    @property
    def gist(self) -> str:
        if self._gist is None:
            self._gist = gist(self.message.content)
        return self._gist

    def local(self, time: datetime | None) -> Any:
        """The time in the policy's time zone; MISSING for none."""
        if time is None:
            return MISSING
        try:
            return time.astimezone(self.program.zone)
        except OverflowError:
            return time

    # State

    def _ask(self, request: Request) -> Any:
        answer = self._answers.get(request, PENDING)
        if answer is PENDING:
            self._requests[request] = None
        return answer

    def read_state(self) -> bool:
        """Puts the open questions to the store; False where there are none."""
        if not self._requests:
            return False
        requests = tuple(self._requests)
        self._requests.clear()
        try:
            self._answers.update(zip(requests, self.store.read(requests, self.event, self.message.now), strict=True))
        except StoreError as error:
            self.failure = str(error)
            self._answers.update(dict.fromkeys(requests, FAILED))
        return True

    def counter(self, index: int) -> Any:
        """The value of the counter with that index, this message included where it counts."""
        counter = self.program.counters[index]
        key = self.counter_key(index)
        if key.__class__ is Absent:
            return key
        counts = self.counts_here(index)
        if counts is PENDING or counts is FAILED:
            return counts
        value = None
        if counter.value is not None:
            value = self.distinct_value(index)
            if value.__class__ is Absent:
                return value
        # What was delivered is known only afterwards: this message is added to the count here, to the store once it is let through.
        add = counts is True and not counter.delivered
        answer = self._ask(CountRequest(key, counter.within, counter.keep, add, value))
        if answer.__class__ is Absent or not counter.delivered or counts is not True:
            return answer
        return answer + 1

    def counter_key(self, index: int) -> Any:
        """The counter's key in the store for this message; absent where one of its keys is."""
        counter = self.program.counters[index]
        values = [key(self) for key in counter.keys]
        for value in values:
            if value.__class__ is Absent:
                return value
        return counter.id + "\x1f" + json.dumps([_key(value) for value in values], ensure_ascii=True)

    def counts_here(self, index: int) -> Any:
        """Whether this message itself is one of those that the counter counts."""
        counter = self.program.counters[index]
        if counter.rule is not None:
            return self.fired.get(counter.rule, False)
        if counter.condition is None:
            return True
        return counter.condition(self)

    def distinct_value(self, index: int) -> Any:
        """The value that a `distinct` counter counts, as the store's text."""
        counter = self.program.counters[index]
        assert counter.value is not None
        value = counter.value(self)
        return value if value.__class__ is Absent else json.dumps(_key(value), ensure_ascii=True)

    def has_label(self, who: str, name: str) -> Any:
        """Whether the sender or the channel carries the label now."""
        labels = self._ask(LabelsRequest(self.arn(who)))
        if labels.__class__ is Absent:
            return labels
        assert isinstance(labels, Mapping)
        return name in labels

    def arn(self, who: str) -> str:
        """The ARN of `sender` or `channel`."""
        return self.message.sender_arn if who == "sender" else self.message.channel_arn

    def sender_age(self) -> Any:
        """How long ago the sender was first seen."""
        seen = self._ask(FirstSeenRequest(self.message.sender_arn))
        if seen.__class__ is Absent:
            return seen
        if seen is None:
            return timedelta(0)
        assert isinstance(seen, datetime)
        return max(self.message.now - seen, timedelta(0))

    def due_updates(self, delivered: bool) -> list[Update]:
        """The counts of this message that no rule has asked for, and that its sender was seen."""
        updates: list[Update] = []
        if self.program.uses_sender_age:
            updates.append(SeenUpdate(self.message.sender_arn))
        if not self.program.counters:
            return updates
        while self._counters_wait() and self.read_state():
            pass
        done = {request.key for request in self._answers if isinstance(request, CountRequest) and request.add}
        written: set[str] = set()
        for index, counter in enumerate(self.program.counters):
            if counter.delivered and not delivered:
                continue
            key = self.counter_key(index)
            if key.__class__ is Absent or key in done or key in written or self.counts_here(index) is not True:
                continue
            value = None
            if counter.value is not None:
                value = self.distinct_value(index)
                if value.__class__ is Absent:
                    continue
            written.add(key)
            updates.append(CountUpdate(key, counter.keep, value))
        return updates

    def _counters_wait(self) -> bool:
        """Whether a counter's key, value or condition rests on state that is not read; asks for it."""
        self._requests.clear()
        for index, counter in enumerate(self.program.counters):
            if self.counter_key(index) is PENDING or self.counts_here(index) is PENDING:
                continue
            if counter.value is not None:
                self.distinct_value(index)
        return bool(self._requests)


def _key(value: Any) -> Any:
    """A value as part of a key: texts, numbers and truth values stay apart (`1` is not `"1"`)."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return [_key(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _key(item) for key, item in sorted(value.items())}
    return [type(value).__name__, render(value)]
