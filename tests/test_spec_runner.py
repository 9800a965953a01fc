"""The runner of the tests that stand beside the rules: what holds passes, what does not is told with what was there instead."""

from __future__ import annotations

import pytest

from rulelang.compiler.pipeline import check_text, compile_policy
from rulelang.tools.spec import Coverage, evaluate_expression, run_tests

POLICY = """
words bad = ["crap", "damn*"] loosely
rule swear "Swearing" { tags: language when content contains bad mask bad add "language" to metadata.flags }
rule spam { when content contains "buy" deny "no {sender.name}" report "queue-{channel.id}" }
rule also { when content contains "buy now" deny "second" }
rule strike { when matched swear and hits of swear by sender.arn within 1h >= 2 label sender "muted" for 1h }
rule half { rollout: 1% when content contains "rolled" set metadata.in = true }
rule hidden { mode: shadow when content contains "crap" deny "never" }
"""


def outcome(steps: str) -> list[str]:
    """The failures of a test with these steps."""
    checked = check_text(POLICY + f'test "t" {{ {steps} }}')
    assert not checked.has_errors, [(item.span.line, item.message) for item in checked.diagnostics]
    assert checked.policy is not None
    (result,) = run_tests(checked.policy.tests, compile_policy(checked)["body"])
    return [failure.text for failure in result.failures]


@pytest.mark.parametrize(
    "steps",
    [
        'given { content: "hello" } expect unchanged expect not matched swear expect content == "hello"',
        'given { content: "crap!" } expect update expect content == "****!" expect metadata.flags == ["language"] '
        "expect matched hidden",
        'given { content: "crap" } expect metadata.flags contains "language" expect metadata.other is missing '
        "expect metadata is present",
        'given { content: "x", metadata: { a: 1.10, b: [1, { c: null }] } } expect metadata.b[1].c == null '
        "expect metadata.a == 1.1",
        'given { content: "buy now", sender.name: "bob" } expect deny expect deny by spam expect deny by also expect deny "no bob"',
        'given { content: "buy" } expect reported "queue-general" expect not reported "x" expect not matched also',
        'given { content: "rolled" } expect metadata.in == true',
        'send { content: "crap" } times 2 every 1m expect labelled sender "muted" expect matched strike '
        'send { content: "hi" } after 61m expect not labelled sender "muted" expect content unchanged',
        'send { content: "crap" } send { content: "crap" } after 2h expect not matched strike',
        'given { content: "a", sender.labels: ["muted", "x"], channel.labels: ["y"] } expect labelled sender "x" '
        'expect labelled channel "y"',
    ],
)
def test_what_holds_passes(steps: str) -> None:
    assert outcome(steps) == []


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (
            'given { content: "crap" } expect unchanged',
            'it was updated: content became "****"; the rules that fired: swear, hidden',
        ),
        ('given { content: "buy" } expect unchanged', 'it was denied with the reason "no sender"; the rules that fired: spam'),
        ('given { content: "hi" } expect deny', "it was unchanged; no rule fired"),
        ('given { content: "hi" } expect deny by spam', "it was unchanged; no rule fired"),
        ('given { content: "buy" } expect deny by also', "denied by spam"),
        ('given { content: "buy" } expect deny "x"', 'denied with the reason "no sender"'),
        (
            'given { content: "crap" } expect deny by hidden',
            'it was updated: content became "****"; the rules that fired: swear, hidden',
        ),
        ('given { content: "hi" } expect matched swear', "swear did not fire; no rule fired"),
        ('given { content: "crap" } expect not matched swear', "swear fired"),
        ('given { content: "crap" } expect content == "crap"', 'it is "****"'),
        ('given { content: "crap" } expect content unchanged', 'it is "****", and came as "crap"'),
        ('given { content: "hi" } expect metadata.a == 1', "it is missing"),
        ('given { content: "hi", metadata: { a: 1 } } expect metadata.a == "1"', "it is 1"),
        ('given { content: "hi", metadata: { a: 1 } } expect metadata.a is missing', "it is 1"),
        ('given { content: "hi", metadata: { a: true } } expect metadata.a == 1', "it is true"),
        ('given { content: "hi" } expect reported "q"', "nothing was reported"),
        ('given { content: "buy" } expect reported "q"', 'reported to "queue-general"'),
        ('given { content: "hi" } expect labelled sender "muted"', "the sender carries no label"),
        (
            'given { content: "buy" } expect content == "buy"',
            'it was denied with the reason "no sender"; the rules that fired: spam',
        ),
    ],
)
def test_what_does_not_hold_is_told_with_what_was_there(steps: str, told: str) -> None:
    assert outcome(steps) == [told]


def test_coverage_goes_down_to_list_entries() -> None:
    checked = check_text(POLICY + 'test "t" { given { content: "crap crap" } expect update }')
    assert checked.policy is not None
    coverage = Coverage()
    run_tests(checked.policy.tests, compile_policy(checked)["body"], coverage)
    assert {name for name, count in coverage.fired.items() if count} == {"swear", "hidden"}
    assert set(coverage.fired) == {"swear", "spam", "also", "strike", "half", "hidden"}
    assert coverage.outcomes == {"unchanged": 0, "update": 1, "deny": 0}
    assert coverage.entries == {"bad": {"crap": 2, "damn*": 0}}


def test_an_expression_can_be_evaluated_alone() -> None:
    assert evaluate_expression("length(content) + 1", {"content": "abc"}) == 4
    with pytest.raises(ValueError, match="Nothing is called"):
        evaluate_expression("length(nothing_of_the_kind)")
