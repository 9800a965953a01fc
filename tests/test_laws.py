"""The laws of the whole engine: what holds for every policy and every message."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rulelang.compiler.pipeline import check_text, compile_policy
from rulelang.language import bundle
from rulelang.runtime import chime
from rulelang.runtime.decide import decide
from rulelang.runtime.program import Program, load
from rulelang.runtime.state.memory import MemoryStore
from rulelang.tools import simulate
from tests.engine import NOON
from tests.naive import NOTHING, Naive, World, same
from tests.strategies import programs

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)

WORDS = (
    "shit sh!t shiiit darn Darn hello spam acme corp ACME sсunthorpe Scunthorpe ORD-00912345 ann@example.org http://evil.test/x "
    "https://blog.example.com/y 4111 1111 1111 1111 +49 30 901820 @bob #win 😀 👩‍👩‍👧 ё नमस्ते wts , . ! ( ) é é \u200b x 10.0.0.1"
).split(" ")

contents = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("".join),
    st.text(min_size=1, max_size=40),
).filter(lambda text: text.strip() != "" and text.isprintable())

json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 5),
        st.decimals(-5, 5, places=2, allow_nan=False, allow_infinity=False),
        st.sampled_from(["en", "gold", "vip", "a", "", "shit here", "x y"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "tier", "flags", "my-key"]), inner, max_size=3)
    ),
    max_leaves=6,
)
metadata = st.one_of(
    st.none(),
    st.dictionaries(
        st.sampled_from(["lang", "customer", "priority", "flags", "vip", "a", "b", "note", "tier"]), json_values, max_size=4
    ),
    st.sampled_from(["not json", "[1, 2]", '"text"', "", "{}", "12"]),
)


@st.composite
def messages(draw: Any) -> dict[str, Any]:
    """What a test in the language would state about a message."""
    stated: dict[str, Any] = {
        "content": draw(contents),
        "sender.id": draw(st.sampled_from(["ann", "bob", "guest-7"])),
        "sender.name": draw(st.sampled_from(["ann", "guest-7", "shit"])),
        "channel.id": draw(st.sampled_from(["general", "trade-1"])),
        "persistence": draw(st.sampled_from(["PERSISTENT", "NON_PERSISTENT"])),
    }
    data = draw(metadata)
    if data is not None:
        stated["metadata"] = data
    if draw(st.booleans()):
        stated["attributes"] = draw(
            st.dictionaries(
                st.sampled_from(["order", "tags"]), st.lists(st.sampled_from(["a", "shit", "b"]), min_size=1, max_size=2)
            )
        )
    if draw(st.integers(0, 3)) == 0:
        stated["is_edit"] = True
    return stated


def compiled(text: str) -> dict[str, Any]:
    checked = check_text(text)
    assert not checked.has_errors, (text, [(item.slug, item.span.line, item.message) for item in checked.diagnostics])
    return dict(compile_policy(checked))


@given(programs(), st.lists(st.tuples(messages(), st.integers(0, 400)), min_size=1, max_size=6))
@SLOW
def test_the_engine_and_the_naive_evaluator_agree(text: str, sent: list[tuple[dict[str, Any], int]]) -> None:
    body = compiled(text)["body"]
    program, store = load(body), MemoryStore()
    naive, world = Naive(body), World()
    now = NOON
    for number, (stated, seconds) in enumerate(sent):
        now += timedelta(seconds=seconds)
        event = simulate.event(stated, now, number, {})
        message = chime.read(event, program.settings, now)
        decision = decide(program, message, store)
        expected = naive.decide(event, world)
        assert [rule.name for rule in decision.rules] == expected.fired, text
        settled = {note.slug for note in decision.notes} - QUIET
        if settled:
            continue  # the limits of the service took part, which the naive evaluator does not know
        assert decision.outcome == expected.outcome, text
        assert decision.reason == expected.reason
        if decision.outcome == "deny":
            continue
        members = decision.members
        assert members["Content"] == expected.content, text
        if isinstance(expected.metadata, dict):
            left = json.loads(members.get("Metadata") or "{}", parse_float=Decimal)
            assert same(left, expected.metadata), text
        else:
            assert members.get("Metadata") == message.members.get("Metadata"), text
        attributes = {name: value["StringValues"] for name, value in members.get("MessageAttributes", {}).items()}
        assert attributes == expected.attributes, text
        push = members.get("PushNotification", {})
        leaves = {"content_type": members.get("ContentType", NOTHING)}
        leaves |= {f"push.{name.lower()}": push.get(name, NOTHING) for name in ("Title", "Body", "Type")}
        assert leaves == expected.texts, text


QUIET = {"value-missing", "edit-overruled", "content-set", "edit-blocked", "metadata-not-object"}
"""Notes that say nothing about the limits of the service."""


@given(programs(), messages())
@SLOW
def test_a_bundle_survives_writing_and_reading(text: str, stated: dict[str, Any]) -> None:
    packed = compiled(text)
    body = bundle.read(bundle.write(packed))
    assert body == packed["body"]
    assert bundle.write(compiled(text)) == bundle.write(packed)
    first, second = (one_decision(load(each), stated) for each in (body, packed["body"]))
    assert first == second


def one_decision(program: Program, stated: dict[str, Any]) -> Any:
    event = simulate.event(stated, NOON, 1, program.settings)
    return decide(program, chime.read(event, program.settings, NOON), MemoryStore())


@given(programs(), messages())
@SLOW
def test_the_order_of_rules_never_changes_which_rules_match(text: str, stated: dict[str, Any]) -> None:
    body = compiled(text)["body"]
    turned = {**body, "rules": list(reversed(body["rules"]))}
    matched = {rule.name for rule in one_decision(load(body), stated).rules}
    assert {rule.name for rule in one_decision(load(turned), stated).rules} == matched


@given(programs(), messages())
@SLOW
def test_the_index_changes_nothing(text: str, stated: dict[str, Any]) -> None:
    body = compiled(text)["body"]
    plain = {**body, "rules": [{**row, "anchors": None} for row in body["rules"]]}
    assert one_decision(load(body), stated) == one_decision(load(plain), stated)


@given(programs(), messages())
@SLOW
def test_no_trace_means_the_same_decision(text: str, stated: dict[str, Any]) -> None:
    program = load(compiled(text)["body"])
    message = chime.read(simulate.event(stated, NOON, 1, program.settings), program.settings, NOON)
    traced = decide(program, message, MemoryStore())
    bare = decide(program, message, MemoryStore(), trace=False)
    assert (traced.outcome, traced.members, traced.reason) == (bare.outcome, bare.members, bare.reason)
    assert [(rule.name, rule.applied) for rule in traced.rules] == [(rule.name, rule.applied) for rule in bare.rules]
    assume(traced.rules)
    assert all(rule.because for rule in traced.rules)
