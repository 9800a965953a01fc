"""State: what a store that works remembers, and what a rule does when a store fails, hangs, or answers rubbish."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulelang.runtime.decide import decide
from rulelang.runtime.state.guard import GuardedStore
from rulelang.runtime.state.interface import CountRequest, LabelsRequest, LabelUpdate, StoreError
from rulelang.runtime.state.memory import MemoryStore
from tests.engine import NOON, fired, message, program

SKIP = """
rule flood { when messages by sender.arn within 10s > 2 deny "slow down" }
rule swear { when content contains "damn" set metadata.flag = true }
"""
DENY = """
rule flood { on failure: deny when messages by sender.arn within 10s > 2 deny "slow down" }
rule swear { when content contains "damn" set metadata.flag = true }
"""


class Failing(MemoryStore):
    def read(self, *_: Any) -> Any:
        raise StoreError("connection refused")

    def write(self, *_: Any) -> None:
        raise StoreError("connection refused")


class Raising(MemoryStore):
    def read(self, *_: Any) -> Any:
        raise ConnectionResetError("reset by peer")


class Hanging(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def read(self, *_: Any) -> Any:
        self.released.wait(20)
        return []


class Rubbish(MemoryStore):
    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def read(self, requests: Sequence[Any], *_: Any) -> Any:
        return self.answer


def broken_stores() -> list[Any]:
    return [
        pytest.param(lambda: Failing(), id="refuses"),
        pytest.param(lambda: GuardedStore(Raising()), id="raises"),
        pytest.param(lambda: GuardedStore(Hanging(), timeout=0.05), id="hangs"),
        *[
            pytest.param(lambda answer=answer: GuardedStore(Rubbish(answer)), id=f"answers {answer!r}")
            for answer in (None, [], ["many"], [-1], [True], {"count": 3}, [3, 3])
        ],
    ]


@pytest.mark.parametrize("store", broken_stores())
def test_a_broken_store_takes_the_declared_side_and_says_so(store: Any) -> None:
    skipping = program(SKIP)
    decision = decide(skipping, message(skipping, {"content": "damn"}), store())
    assert decision.outcome == "update"
    assert fired(decision) == ["swear"]
    assert "rule-failed" in [note.slug for note in decision.notes]
    assert [note.rule for note in decision.notes if note.slug == "rule-failed"] == ["flood"]

    denying = program(DENY)
    decision = decide(denying, message(denying, {"content": "damn"}), store())
    assert decision.outcome == "deny"
    assert decision.reason == "the message could not be checked"


def test_a_store_is_not_asked_where_the_rest_of_the_condition_is_not_true() -> None:
    class Untouchable(MemoryStore):
        def read(self, *_: Any) -> Any:
            raise AssertionError("nothing needed the store")

    loaded = program('rule r { when messages by sender.arn within 1m > 3 and content contains "spam" deny }')
    assert decide(loaded, message(loaded, {"content": "hello"}), Untouchable()).outcome == "unchanged"
    loaded = program("rule r { when metadata.vip == true and sender.age < 1h deny }")
    assert decide(loaded, message(loaded, {}), Untouchable()).outcome == "unchanged"


def test_a_shadow_rule_that_fails_denies_nothing() -> None:
    loaded = program("rule r { mode: shadow on failure: deny when messages by sender.arn within 1m > 3 deny }")
    assert decide(loaded, message(loaded, {}), Failing()).outcome == "unchanged"


def test_all_state_of_a_message_is_read_in_one_round_trip() -> None:
    class Counting(MemoryStore):
        reads = 0

        def read(self, *arguments: Any) -> Any:
            self.reads += 1
            return super().read(*arguments)

    loaded = program(
        """
        rule a { when messages by sender.arn within 1m > 3 deny }
        rule b { when sender has label "muted" deny }
        rule c { when sender.age < 1h and distinct sender.arn by content.gist within 1h > 4 deny }
        rule d { when messages by channel.arn within 1m > 100 unless sender has label "trusted" deny }
        """
    )
    store = Counting()
    decide(loaded, message(loaded, {}), store)
    assert store.reads == 1


def test_a_message_that_comes_twice_is_counted_once() -> None:
    loaded = program(SKIP)
    store = MemoryStore()
    for _ in range(5):
        assert decide(loaded, message(loaded, {}, number=7), store).outcome == "unchanged"
    assert decide(loaded, message(loaded, {}, number=8), store).outcome == "unchanged"
    assert decide(loaded, message(loaded, {}, number=9), store).outcome == "deny"


def test_messages_of_others_and_messages_that_no_condition_looked_at_are_counted() -> None:
    loaded = program('rule r { when content contains "now" and messages by channel.arn within 1m >= 3 deny }')
    store = MemoryStore()
    for number, sender in enumerate(("a", "b")):
        decide(loaded, message(loaded, {"sender.id": sender, "content": "x"}, number=number), store)
    assert decide(loaded, message(loaded, {"sender.id": "c", "content": "now"}, number=5), store).outcome == "deny"


def test_delivered_counts_what_was_let_through() -> None:
    loaded = program("rule r { when messages delivered by sender.arn within 1m > 2 deny }")
    store = MemoryStore()
    outcomes = [
        decide(loaded, message(loaded, {}, number=number, now=NOON + timedelta(seconds=number * 20)), store).outcome
        for number in range(6)
    ]
    assert outcomes == ["unchanged", "unchanged", "deny", "unchanged", "unchanged", "deny"]


def test_the_later_end_of_a_label_wins_and_label_beats_unlabel() -> None:
    loaded = program(
        """
        rule long { when content contains "x" label sender "muted" for 2h }
        rule short { when content contains "x" label sender "muted" for 1h unlabel sender "muted" }
        """
    )
    store = MemoryStore()
    decision = decide(loaded, message(loaded, {"content": "x"}), store)
    assert [change.name for change in decision.labels] == ["muted"] * 3
    arn = message(loaded, {}).sender_arn
    assert "muted" in store.read([LabelsRequest(arn)], "e", NOON + timedelta(minutes=119))[0]  # type: ignore[operator]
    assert "muted" not in store.read([LabelsRequest(arn)], "e", NOON + timedelta(minutes=120))[0]  # type: ignore[operator]


def test_a_guard_lets_later_messages_pass_while_a_call_hangs() -> None:
    hanging = Hanging()
    guarded = GuardedStore(hanging, timeout=0.05)
    with pytest.raises(StoreError, match="did not answer within 50 ms"):
        guarded.read([LabelsRequest("a")], "e", NOON)
    with pytest.raises(StoreError, match="has not answered an earlier question"):
        guarded.read([LabelsRequest("a")], "e", NOON)
    hanging.released.set()


@given(st.lists(st.integers(0, 100), max_size=30), st.integers(1, 40), st.integers(0, 40))
def test_windows_hold_what_a_plain_count_over_all_events_finds(times: list[int], window: int, longer: int) -> None:
    store = MemoryStore()
    keep = timedelta(seconds=window + longer)
    for number, at in enumerate(sorted(times)):
        request = CountRequest("k", timedelta(seconds=window), keep, add=True)
        now = NOON + timedelta(seconds=at)
        counts = [store.read([request], str(number), now)[0] for _ in range(2)]
        kept = [other for other in sorted(times)[: number + 1] if at - window < other <= at]
        assert counts == [len(kept), len(kept)]


def test_labels_without_an_end_stay() -> None:
    store = MemoryStore()
    store.write([LabelUpdate("a", "x", NOON), LabelUpdate("a", "x", None), LabelUpdate("a", "x", NOON)], "e", NOON)
    assert store.read([LabelsRequest("a")], "e", NOON + timedelta(days=9999)) == [{"x": None}]


def test_state_in_a_where_in_an_action_and_in_a_counter_is_read() -> None:
    loaded = program(
        """
        let young = sender.age < 1h
        rule links { when content contains url where (young) deny "no links yet" }
        rule counted {
          when count(url where (messages by sender.arn within 1m >= 2)) == 0 and content contains "n"
          set metadata.first = true
        }
        """
    )
    store = MemoryStore()
    assert decide(loaded, message(loaded, {"content": "see http://evil.test/"}), store).reason == "no links yet"
    later = NOON + timedelta(hours=2)
    assert decide(loaded, message(loaded, {"content": "http://evil.test/"}, number=2, now=later), store).outcome == "unchanged"
    assert decide(loaded, message(loaded, {"content": "n"}, number=3, now=later), store).outcome == "update"

    loaded = program(
        """
        rule told { when content contains "x"
          set metadata.count = messages by sender.arn within 1h
          append " ({messages by sender.arn within 1h})" }
        rule masked { when content contains "y" mask url where (sender has label "new") }
        """
    )
    store = MemoryStore()
    decide(loaded, message(loaded, {"content": "a"}), store)
    told = decide(loaded, message(loaded, {"content": "x"}, number=2), store)
    assert (told.members["Content"], told.members["Metadata"]) == ("x (2)", '{"count":2}')
    store.write([LabelUpdate(message(loaded, {}).sender_arn, "new", None)], "e", NOON)
    masked = decide(loaded, message(loaded, {"content": "y http://a.test/"}, number=3), store)
    assert masked.members["Content"] == "y " + "*" * len("http://a.test/")
    failed = decide(loaded, message(loaded, {"content": "x y http://a.test/"}, number=4), Failing())
    assert failed.outcome == "unchanged"
    assert [note.rule for note in failed.notes if note.slug == "rule-failed"] == ["told", "masked"]

    loaded = program('rule r { on failure: deny when content contains "x" set metadata.n = messages by sender.arn within 1h }')
    refused = decide(loaded, message(loaded, {"content": "x"}), Failing())
    assert (refused.outcome, refused.reason) == ("deny", "the message could not be checked")
    assert [(rule.name, rule.applied, rule.denies) for rule in refused.rules] == [("r", True, True)]

    loaded = program("rule r { when messages where (sender.age < 1h) by channel.arn within 1d >= 2 deny }")
    store = MemoryStore()
    outcomes = [
        decide(loaded, message(loaded, {"sender.id": who}, number=number, now=NOON + timedelta(hours=hours)), store).outcome
        for number, (who, hours) in enumerate([("a", 0), ("a", 2), ("a", 3), ("b", 4)])
    ]
    assert outcomes == ["unchanged", "unchanged", "unchanged", "deny"]


def test_a_counter_that_rests_on_state_counts_messages_that_no_rule_asked_about() -> None:
    loaded = program(
        'rule r { when content contains "ask" and messages where (sender.age < 1h) by channel.arn within 1d >= 3 deny }'
    )
    store = MemoryStore()
    for number, who in enumerate("ab"):
        assert decide(loaded, message(loaded, {"sender.id": who}, number=number), store).outcome == "unchanged"
    assert decide(loaded, message(loaded, {"sender.id": "c", "content": "ask"}, number=9), store).outcome == "deny"
