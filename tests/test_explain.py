"""Why and why not: what is told about every rule for one message."""

from __future__ import annotations

from typing import Any

from rulelang.runtime.explain import Part, RuleExplanation, explain
from rulelang.runtime.state.interface import StoreError
from rulelang.runtime.state.memory import MemoryStore
from tests.engine import decide_one, message, program

POLICY = """
words profanity = ["shit", "crap"] loosely
list trusted = ["example.com"]
let guest = sender.name starts with "guest-"
let new_guest = guest and sender.age < 1h

group outer {
  when channel.id == "general"
  unless sender.id == "mod"
  group inner {
    unless metadata.staff == true
    rule links { when new_guest and content contains url where (host not in trusted) deny "no links" }
    rule tier { when metadata.customer.tier == "gold" and metadata.priority >= 3 set metadata.vip = true }
  }
}
rule swear { when content contains profanity unless content contains "quote:" mask profanity }
rule early { rollout: 0% when content contains "x" deny }
rule asleep { mode: off deny }
rule shy { mode: shadow when length(content) > 3 deny }
rule every { append " ok" }
"""


def explained(stated: dict[str, Any], store: Any = None, policy: str = POLICY) -> dict[str, RuleExplanation]:
    loaded = program(policy)
    return {rule.name: rule for rule in explain(loaded, message(loaded, stated), store or MemoryStore())}


def part(parts: tuple[Part, ...], text: str) -> Part:
    """The part with that text, wherever it is in the tree."""
    for each in parts:
        if each.text == text:
            return each
        try:
            return part(each.children, text)
        except LookupError:
            pass
    raise LookupError(text)


def test_a_rule_that_fired_shows_what_it_found() -> None:
    rule = explained({"content": "what crap, sh!t"})["swear"]
    assert rule.fired
    assert part(rule.parts, "content contains profanity").seen == ('"crap", "sh!t" by the entry "shit"',)
    assert [(hit.start, hit.end, hit.by) for hit in rule.hits] == [(5, 9, "profanity"), (11, 15, "profanity")]


def test_the_first_missing_step_of_a_path_is_named() -> None:
    rule = explained({"content": "hi", "metadata": {"customer": {"name": "x"}}})["tier"]
    assert not rule.fired
    when = part(rule.parts, 'metadata.customer.tier == "gold" and metadata.priority >= 3')
    assert (when.role, when.value) == ("when", "missing")
    assert part(rule.parts, 'metadata.customer.tier == "gold"').seen == ("metadata.customer.tier is missing",)
    rule = explained({"content": "hi"})["tier"]
    assert part(rule.parts, 'metadata.customer.tier == "gold"').seen == ("metadata is missing",)
    rule = explained({"content": "hi", "metadata": {"customer": 3}})["tier"]
    assert part(rule.parts, 'metadata.customer.tier == "gold"').seen == ("metadata.customer.tier is missing",)


def test_guards_of_nested_groups_are_told_from_the_outermost_in() -> None:
    rules = explained({"content": "http://evil.test/", "sender.name": "guest-1", "channel.id": "other"})
    assert [each.role for each in rules["links"].parts] == ["group outer when", "group outer unless", "group inner unless", "when"]
    assert rules["links"].parts[0].value == "false"
    assert rules["links"].parts[0].seen == ('channel.id = "other"',)
    assert explained({"sender.id": "mod"})["links"].exempted_by == "outer"
    assert explained({"metadata": {"staff": True}})["links"].exempted_by == "inner"
    assert explained({"content": "quote: crap"})["swear"].exempted_by == "swear"


def test_lets_are_opened_and_each_match_before_its_where_is_shown() -> None:
    rule = explained({"content": "http://example.com/ http://evil.test/", "sender.name": "guest-1"})["links"]
    assert rule.fired
    assert part(rule.parts, 'sender.name starts with "guest-"').seen == ('sender.name = "guest-1"',)
    assert part(rule.parts, "sender.age < 1h").seen == ("sender.age = 0s",)
    found = part(rule.parts, "content contains url where (host not in trusted)")
    assert [child.value for child in found.children] == ["false", "true"]
    assert "example.com" in found.children[0].text


def test_rollout_shadow_and_rules_without_a_condition() -> None:
    rules = explained({"content": "xxxx"})
    assert (rules["early"].fired, rules["early"].rollout) == (False, "the rule's rollout is 0%")
    assert (rules["asleep"].fired, rules["asleep"].mode) == (False, "off")
    assert (rules["shy"].fired, rules["shy"].mode) == (True, "shadow")
    assert (rules["every"].fired, rules["every"].parts) == (True, ())


def test_who_is_out_of_a_rollout_is_told_so() -> None:
    policy = 'rule half { rollout: 50% when content contains "x" deny }'
    told = [explained({"content": "x", "sender.id": str(number)}, policy=policy)["half"] for number in range(40)]
    assert {rule.fired for rule in told} == {True, False}
    for rule in told:
        assert rule.fired is (rule.rollout is None)
        assert rule.fired or "50%" in str(rule.rollout)


def test_what_was_not_needed_was_not_read_and_what_failed_says_so() -> None:
    rule = explained({"content": "hello", "sender.name": "ann"})["links"]
    assert part(rule.parts, "sender.age < 1h").value == "not read"

    class Down(MemoryStore):
        def read(self, *_: Any) -> Any:
            raise StoreError("connection refused")

    rule = explained({"content": "http://evil.test/", "sender.name": "guest-1"}, Down())["links"]
    assert (rule.fired, rule.failure) == (False, "connection refused")
    assert part(rule.parts, "sender.age < 1h").value == "failed"


def test_the_reason_in_a_decision_names_only_what_was_true() -> None:
    decision = decide_one(
        'words bad = ["crap"]\nrule r { when (content contains bad or content contains url) and length(content) > 2 mask bad }',
        {"content": "crap!"},
    )
    assert decision.rules[0].because == 'content contains bad ("crap") and length(content) > 2 (length(content) = 5)'
