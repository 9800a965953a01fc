"""The policies in `rules/`: each checks without a word, passes its tests, and decides on every sample message."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rulelang.compiler.pipeline import Checked, check, compile_policy
from rulelang.runtime import chime
from rulelang.runtime.decide import decide
from rulelang.runtime.program import load
from rulelang.runtime.state.memory import MemoryStore
from rulelang.tools.messages import Incoming, read_messages
from rulelang.tools.spec import Coverage, run_tests

RULES = Path(__file__).parent.parent / "rules"
POLICIES = ("community", "support", "gaming", "classroom")
RECEIVED = datetime(2026, 3, 7, 20, tzinfo=UTC)


@pytest.fixture(scope="module", params=POLICIES)
def policy(request: pytest.FixtureRequest) -> Checked:
    return check(RULES / request.param)


def test_checks_without_errors_and_warnings(policy: Checked) -> None:
    assert [f"{item.span.source.name}:{item.span.line} {item.slug} {item.message}" for item in policy.diagnostics] == []


def test_its_tests_pass_and_fire_every_rule(policy: Checked) -> None:
    assert policy.policy is not None
    coverage = Coverage()
    results = run_tests(policy.policy.tests, compile_policy(policy)["body"], coverage)
    assert [(result.name, [failure.text for failure in result.failures]) for result in results if not result.passed] == []
    assert [rule for rule, times in coverage.fired.items() if times == 0] == []
    assert all(coverage.outcomes.values())


@pytest.mark.parametrize("name", POLICIES)
def test_decides_on_every_sample_message(name: str) -> None:
    """The samples show each outcome, and many rules at work."""
    program = load(compile_policy(check(RULES / name))["body"])
    store = MemoryStore()
    outcomes: dict[str, int] = defaultdict(int)
    fired: set[str] = set()
    for item in read_messages(io.BytesIO((RULES / "messages" / f"{name}.jsonl").read_bytes())):
        assert isinstance(item, Incoming), item
        decision = decide(program, chime.read(item.event, program.settings, RECEIVED), store)
        outcomes[decision.outcome] += 1
        fired |= {rule.name for rule in decision.rules}
    assert set(outcomes) == {"unchanged", "update", "deny"}
    assert len(fired) >= len(program.rules) * 3 / 4


def test_a_list_of_one_name_is_the_same_in_every_policy() -> None:
    lists: dict[str, set[str]] = defaultdict(set)
    for file in RULES.glob("*/lists/*.txt"):
        lists[file.name].add(file.read_text(encoding="utf-8"))
    assert [name for name, texts in lists.items() if len(texts) > 1] == []


INNOCENTS = """
Scunthorpe Penistone Lightwater Clitheroe Sussex Essex Middlesex Cockfosters Arsenal Hitchcock Babcock Cockburn Dickens Dickinson
Titmarsh Titian Cummings Wankel Shitov Assange Hassan Cassandra Matsushita Fukuoka Fukushima Lipshitz Libshitz Niger Nigeria Nigel
assassin assess asset assault assemble associate class classic glass grass bass pass compass embassy cassette ambassador
cocktail cockpit cockatoo cockroach peacock hancock shuttlecock weathercock dickey dickybird
shiitake shitake shittah mishit basement amusement therapist grape drape scrape document cucumber accumulate circumstance
raccoon cocoon tycoon cooncat spice spicy hospice despicable auspicious suspicion pakistan japan japanese jape
snigger sniggering niggle niggling denigrate vinegar retardant bastardise custard mustard leotard
title titan titanic attitude constitution prostitution institute button butter butterfly rebuttal
analyst analysis canal banal manual annual evaluate sextant sextet unisex asexual bisexual
passionate swank hoecake shoes phoenix pedometer pedology paedagogue expedition
hello shell hellenic michelle crapaud scrap scrape damnation hotdog fagin sulphate saturday fargo fatigue
""".split()


@pytest.mark.parametrize("name", ["community", "classroom"])
def test_innocent_words_pass(name: str) -> None:
    program = load(compile_policy(check(RULES / name))["body"])
    caught = {}
    for number, word in enumerate(INNOCENTS):
        event = {
            "EventType": "CHANNEL_MESSAGE_EVENT",
            "CallbackId": f"{number:032d}",
            "ChannelMessage": {
                "MessageId": f"m-{number}",
                "ChannelArn": "arn:aws:chime:us-east-1:111122223333:app-instance/ai-1/channel/general",
                "Content": f"we spoke of {word} today",
                "Sender": {"Arn": f"arn:aws:chime:us-east-1:111122223333:app-instance/ai-1/user/u-{number}", "Name": "u"},
                "CreatedTimestamp": "2026-03-04T15:00:00.000Z",
            },
        }
        decision = decide(program, chime.read(event, program.settings, RECEIVED), MemoryStore())
        if decision.rules:
            caught[word] = [rule.name for rule in decision.rules]
    assert caught == {}
