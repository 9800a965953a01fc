"""What the lints say of conditions is so: tried on many messages by the evaluator, which knows nothing of the lints."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.compiler.pipeline import check_text
from tests.engine import decide_one, fired, program

_ATOMS = [
    'metadata.a == "x"',
    'metadata.a != "x"',
    'metadata.a == "y"',
    'metadata.a in ["x", "y"]',
    'metadata.a in ["y", 1]',
    "metadata.a > 1",
    "metadata.a <= 1",
    "metadata.a < 2",
    "metadata.a == null",
    "metadata.a != null",
    "metadata.a",
    "metadata.a is missing",
    "metadata.a is present",
    "metadata.a.b == 1",
    "metadata.a.b is present",
    'sender.name == "ann"',
    'sender.name != "bob"',
    'sender.name in ["ann", "bob"]',
    'sender.name starts with "a"',
    'sender.name starts with "b"',
    'lower(sender.name) == "ann"',
    "sender.name is missing",
    "length(content) > 2",
    "length(content) >= 3",
    "length(content) < 3",
    "length(content) == 0",
    "length(content) >= 0",
    "count(email) > 0",
    "count(email) < 1",
    "caps_ratio(content) > 1",
    "caps_ratio(content) <= 1",
    "content contains email",
    "sender.is_bot",
    "loud",
]

_CONDITIONS = st.recursive(
    st.sampled_from(_ATOMS),
    lambda parts: st.one_of(
        parts.map(lambda part: f"not ({part})"),
        st.tuples(parts, parts).map(lambda pair: f"({pair[0]}) and ({pair[1]})"),
        st.tuples(parts, parts).map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
    ),
    max_leaves=5,
)

_MESSAGES: list[dict[str, Any]] = [
    {"content": content, **({} if metadata is None else {"metadata": metadata}), **({} if name is None else {"sender.name": name})}
    for content, metadata, name in product(
        ["ABC", "a@b.example"],
        [None, {"a": "x"}, {"a": "y"}, {"a": 1}, {"a": 2}, {"a": None}, {"a": True}, {"a": {"b": 1}}],
        [None, "ann", "bob", "Ann"],
    )
]

_LET = "let loud = caps_ratio(content) > 0.7\n"


@settings(max_examples=60, deadline=None)
@given(_CONDITIONS, _CONDITIONS)
def test_what_is_said_to_be_constant_is(condition: str, exemption: str) -> None:
    text = f"{_LET}rule r {{ when {condition} unless {exemption} }}\n"
    said = {(item.span.text, item.message) for item in check_text(text).diagnostics if item.slug == "constant-condition"}
    parts = sorted({part for part, _ in said if part != "r"})
    rules = "".join(f"rule true_{n} {{ when {part} }}\nrule false_{n} {{ when not ({part}) }}\n" for n, part in enumerate(parts))
    loaded = program(text + rules)
    for message in _MESSAGES:
        names = fired(decide_one(loaded, message))
        for part, words in said:
            if part == "r":
                assert "r" not in names
                continue
            number = parts.index(part)
            if "never true" in words:
                assert f"true_{number}" not in names
            elif "every message." in words:
                assert f"true_{number}" in names
            else:
                assert f"false_{number}" not in names


@settings(max_examples=60, deadline=None)
@given(_CONDITIONS, _CONDITIONS)
def test_of_two_rules_that_both_fire_and_set_one_path_it_is_said(one: str, other: str) -> None:
    text = f"{_LET}rule a {{ when {one} set metadata.q = 1 }}\nrule b {{ when {other} set metadata.q = 2 }}\n"
    said = any(item.slug == "conflicting-set" for item in check_text(text).diagnostics)
    loaded = program(text)
    if not said:
        assert all({"a", "b"} - set(fired(decide_one(loaded, message))) for message in _MESSAGES)
