"""A bundle of every released format is read for ever, and decides as it did on the day it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.language import bundle
from rulelang.runtime.program import Program, load
from rulelang.runtime.state.memory import MemoryStore
from tests.engine import decide_one, fired

FOLDER = Path(__file__).parent / "bundle"


@pytest.fixture(scope="module")
def format_1() -> Program:
    return load(bundle.read((FOLDER / "format-1.json").read_bytes()))


@pytest.mark.parametrize(
    ("stated", "outcome", "rules", "content"),
    [
        ({"content": "hello"}, "unchanged", [], "hello"),
        ({"content": "oh cr@p and damnation"}, "update", ["swear"], "oh c••• and damnation"),
        ({"content": "ord-12345 please"}, "update", ["orders"], "ord-12345 please (1)"),
        ({"content": "see http://evil.test", "sender.name": "guest-1"}, "deny", ["links"], None),
        ({"content": "see http://a.example.org", "sender.name": "guest-1"}, "unchanged", [], "see http://a.example.org"),
        ({"content": "see http://evil.test", "sender.name": "guest-1", "metadata": {"staff": True}}, "unchanged", [], None),
        ({"content": "VERY LOUD INDEED, ALL DAY", "sender.name": "guest-1"}, "unchanged", ["loud"], None),
        ({"content": "x", "metadata": {"n": 1, "old": 1}}, "update", ["number"], "x"),
    ],
)
def test_format_1(format_1: Program, stated: dict[str, object], outcome: str, rules: list[str], content: str | None) -> None:
    decision = decide_one(format_1, stated)
    assert (decision.outcome, fired(decision)) == (outcome, rules)
    if content is not None:
        assert decision.members["Content"] == content


def test_format_1_remembers(format_1: Program) -> None:
    store = MemoryStore()
    first, second, third = (decide_one(format_1, {"content": "crap"}, store, number=number) for number in (1, 2, 3))
    assert (fired(first), fired(second)) == (["swear"], ["swear", "strikes"])
    assert [(label.name, report.redacted) for label, report in zip(second.labels, second.reports, strict=True)] == [("muted", True)]
    assert (third.outcome, third.reason) == ("deny", "muted")
