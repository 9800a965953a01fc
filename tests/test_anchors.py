"""Anchors: a rule that is skipped because none of its finders finds anything would not have fired, nor failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.runtime.context import Context
from rulelang.runtime.evaluate import evaluate
from rulelang.runtime.program import load
from rulelang.runtime.state.interface import StoreError
from rulelang.runtime.state.memory import MemoryStore
from tests import engine

ANCHORS = [
    ("content contains w", ["w"]),
    ("content contains w and length(content) > 3", ["w"]),
    ("content contains url and content contains w", ["w"]),
    ("content contains w or content contains url", ["w", "url"]),
    ("content contains w or length(content) > 3", None),
    ("not content contains w", None),
    ("not (not content contains w)", ["w"]),
    ("sender.name contains w", None),
    ("count(w) > 0", ["w"]),
    ("count(w) >= 0", None),
    ("2 <= count(w)", ["w"]),
    ("count(w) != 0", ["w"]),
    ("not (count(w) == 0)", ["w"]),
    ("count(w) < 3", None),
    ("content matches /abc/", ["/abc/"]),
    ("content contains any of (w, email)", ["w", "email"]),
    ("content contains w where (length > 3)", ["w"]),
    ('first(url).host == "a.example"', ["url"]),
    ("first(url) is present", ["url"]),
    ("not (first(url) is missing)", ["url"]),
    ("length(first(url)) > 3", ["url"]),
    ('not (first(url).host == "a.example")', ["url"]),
    ('first(url).host == "a.example" and messages by sender.arn within 1h > 3', None),
    ("content contains w and messages by sender.arn within 1h > 3", ["w"]),
    ("named", ["w"]),
    ("matched other", ["email"]),
    ("metadata.a == 1", None),
    ('metadata.a == "x"', ["metadata.a x"]),
    ('"x" == metadata.a.b', ["metadata.a.b x"]),
    ('not (metadata.a != "x")', ["metadata.a x"]),
    ('metadata.a != "x"', None),
    ('metadata.a in ["x", "y"]', ["metadata.a x y"]),
    ("sender.id in some", ["sender.id p q"]),
    ('metadata.a in ["x", 1]', None),
    ('metadata.a in ["x", metadata.b]', None),
    ('not (metadata.a in ["x"])', None),
    ('metadata.a == "x" and content contains w', ["w"]),
    ('metadata.a == "x" and content contains url', ["metadata.a x"]),
    ('metadata.a == "x" or content contains w', ["w", "metadata.a x"]),
    ('metadata.a == "x" or metadata.a == "y" or sender.name == "x"', ["metadata.a x y", "sender.name x"]),
    ('metadata.a == "x" or metadata.a is missing', None),
    ('content.folded == "x"', None),
    ('metadata.a == "x" and messages by sender.arn within 1h > 3', None),
    ("length(content) > 3 and false", []),
]


@pytest.mark.parametrize(("condition", "wanted"), ANCHORS)
def test_anchors_are_what_must_be_found(condition: str, wanted: list[str] | None) -> None:
    body = engine.body(f"""
        words w = ["horrid"]
        list some = ["p", "q"]
        let named = content contains w and sender.is_bot
        rule other {{ mask email }}
        group all {{ rule r {{ when {condition} deny }} }}
        rule keep {{ when named deny }}
    """)
    rule = next(rule for rule in body["rules"] if rule["name"] == "r")
    found = None if rule["anchors"] is None else [told(anchor, body) for anchor in rule["anchors"]]
    assert (None if found is None else sorted(found)) == (None if wanted is None else sorted(wanted))


def told(anchor: Any, body: dict[str, Any]) -> str:
    """An anchor in short: a finder's name, or a field and its texts."""
    if isinstance(anchor, int):
        return str(body["finders"][anchor]["name"])
    (_, base, *keys), texts = anchor
    return " ".join([".".join([base, *(key for some in keys for key in some)]), *texts])


def test_a_guard_anchors_what_it_guards() -> None:
    body = engine.body('words w = ["horrid"]\ngroup g { when content contains w  rule r { when length(content) > 3 deny } }')
    assert body["rules"][0]["anchors"] == [0]


class BrokenStore(MemoryStore):
    """A store that can't be read."""

    def read(self, requests: Sequence[Any], event: str, now: Any) -> Any:
        raise StoreError("down")


VALUES = [
    "first(url).host",
    "first(w)",
    "count(w)",
    "count(url in sender.name)",
    "metadata.a",
    "sender.name",
    "length(first(url))",
    "2",
    '"a"',
    "lim",
]
CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "content contains w",
            "content contains url",
            "content contains any of (w, email)",
            "content contains url where (length > 12)",
            "sender.name contains w",
            "content matches /x[0-9]/",
            "first(url) is present",
            "first(url).path is missing",
            "metadata.a",
            "count(w) > 0",
            "0 == count(w)",
            "count(url) != 1",
            "lim <= count(w)",
            "true",
            "false",
            "found_one",
            "matched other",
            "messages by sender.arn within 1h > 3",
            'sender has label "muted"',
            "sender.age < 1h",
            'first(url).host in ["a.example", "b.example"]',
            'first(url).host like "*.example"',
            'metadata.a == "a.example"',
            'metadata.b in ["horrid", "a.example"]',
            'sender.name == "ann"',
            "sender.name in names",
        ]
    )
    | st.builds("{} {} {}".format, st.sampled_from(VALUES), st.sampled_from(["==", "!="]), st.just("metadata.b")),
    lambda inner: (
        st.builds("not ({})".format, inner)
        | st.builds("({} and {})".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
    ),
    max_leaves=5,
)
MESSAGES = st.fixed_dictionaries(
    {
        "content": st.sampled_from(
            ["hello", "horrid", "horrid horrid x1", "see http://a.example/x", "http://c.test ann@b.example x2 horrid"]
        ),
        "sender.name": st.sampled_from(["ann", "horrid"]),
        "metadata": st.sampled_from([{}, {"a": True}, {"a": "a.example", "b": 1}, {"b": "a.example"}, {"b": "horrid"}]),
    }
)


@settings(max_examples=200, deadline=None)
@given(CONDITIONS, CONDITIONS, CONDITIONS, st.lists(MESSAGES, min_size=2, max_size=4))
def test_a_skipped_rule_would_neither_fire_nor_fail(when: str, guard: str, unless: str, messages: list[dict[str, Any]]) -> None:
    body = engine.body(f"""
        words w = ["horrid"]
        let lim = 1
        list names = ["horrid", "bob"]
        let found_one = count(w) >= lim or content contains email
        rule other {{ when content contains email and messages by sender.arn within 1m > 2 set metadata.x = 1 }}
        group g {{ when {guard} rule r {{ when {when} unless {unless} deny }} }}
    """)
    indexed, naive = load(body), load({**body, "rules": [{**row, "anchors": None} for row in body["rules"]]})
    for stated in messages:
        for make_store in (MemoryStore, BrokenStore):
            results = []
            for program in (indexed, naive):
                firing = evaluate(program, Context(program, engine.message(program, stated), make_store()))
                results.append(([rule.name for rule in firing.fired], [rule.name for rule in firing.failed]))
            assert results[0] == results[1]
