"""A guard around a store that may hang, fail or answer rubbish: it costs a message at most its time, and says so."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rulelang.runtime.state.interface import (
    Answer,
    CountRequest,
    FirstSeenRequest,
    LabelsRequest,
    Request,
    Store,
    StoreError,
    Update,
)

TIMEOUT: Final = 0.15
"""Seconds that a call of the store may take."""


class GuardedStore:
    """Passes calls on to `store` in a thread of its own; every failure becomes a `StoreError`, a call that hangs too."""

    def __init__(self, store: Store, timeout: float = TIMEOUT) -> None:
        self._store = store
        self._timeout = timeout
        self._busy = threading.Lock()

    def read(self, requests: Sequence[Request], event: str, now: datetime) -> Sequence[Answer]:
        answers = self._call(lambda: self._store.read(requests, event, now))
        if not isinstance(answers, list | tuple) or len(answers) != len(requests):
            raise StoreError("the store gave an answer that does not fit the question")
        for request, answer in zip(requests, answers, strict=True):
            if not _is_answer(request, answer):
                raise StoreError("the store gave an answer that does not fit the question")
        return answers

    def write(self, updates: Sequence[Update], event: str, now: datetime) -> None:
        self._call(lambda: self._store.write(updates, event, now))

    def close(self) -> None:
        self._store.close()

    def _call(self, action: Callable[[], Any]) -> Any:
        # A call that hung still holds the lock: the next message is not made to wait behind it.
        if not self._busy.acquire(blocking=False):
            raise StoreError("the store has not answered an earlier question yet")
        outcome: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                result: tuple[Any, Exception | None] = (action(), None)
            except Exception as error:
                result = (None, error)
            finally:
                self._busy.release()
            outcome.put(result)

        threading.Thread(target=run, daemon=True).start()
        try:
            value, error = outcome.get(timeout=self._timeout)
        except queue.Empty:
            raise StoreError(f"the store did not answer within {self._timeout * 1000:.0f} ms") from None
        if error is not None:
            raise error if isinstance(error, StoreError) else StoreError(f"the store failed: {type(error).__name__}: {error}")
        return value


def _is_answer(request: Request, answer: object) -> bool:
    if isinstance(request, CountRequest):
        return isinstance(answer, int) and not isinstance(answer, bool) and answer >= 0
    if isinstance(request, LabelsRequest):
        return isinstance(answer, Mapping) and all(
            isinstance(name, str) and (until is None or isinstance(until, datetime)) for name, until in answer.items()
        )
    assert isinstance(request, FirstSeenRequest)
    return answer is None or isinstance(answer, datetime)
