"""The lint about rules that no test speaks about."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.compiler import nodes
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.policy import CheckedRule, Policy
from rulelang.compiler.walk import conditions, exemptions, rests_on
from rulelang.compiler.wording import code


def check_untested(policy: Policy, diagnostics: Diagnostics) -> None:
    """`untested-rule`: a policy without any test is told so once.

    A rule counts as tested where a test names it, where an expectation is about something that it does, and where a tested rule
    rests on it: what a test really reaches, `rulelang test --coverage` knows.
    """
    tested = {rule.name: rule for rule in policy.rules if rule.mode != "off"}
    if not policy.tests:
        if tested:
            first = next(iter(tested.values()))
            help = 'Write `test` blocks beside the rules, such as `test "..." { given { content: "..." } expect deny }`.'
            diagnostics.add("untested-rule", first.node.name.span, "This policy has no tests.", help)
        return
    seen = set(_spoken_of(policy, list(tested.values())))
    for rule in tested.values():
        if rule.name not in seen:
            diagnostics.add(
                "untested-rule",
                rule.node.name.span,
                f"No test says anything about rule {code(rule.name)}.",
                f"Write a test with a message that it fires on, and {code(f'expect matched {rule.name}')}.",
            )


def _spoken_of(policy: Policy, rules: list[CheckedRule]) -> Iterator[str]:
    expectations = [step.expectation for test in policy.tests for step in test.steps if isinstance(step, nodes.Expect)]
    stack = [rule for rule in rules if any(_is_about(expectation, rule) for expectation in expectations)]
    by_name = {rule.name: rule for rule in rules}
    seen: set[str] = set()
    while stack:
        rule = stack.pop()
        if rule.name in seen:
            continue
        seen.add(rule.name)
        yield rule.name
        for each in rests_on(policy, [*conditions(rule), *exemptions(rule)]):
            name = each.arguments[0] if each.operation == "matched" else None
            if each.operation == "hits":
                name = policy.counters[each.arguments[0]]["rule"]
            if name in by_name:
                stack.append(by_name[name])


def _is_about(expectation: nodes.Expectation, rule: CheckedRule) -> bool:
    """Whether an expectation may be about what the rule does."""
    actions = [action.node for action in rule.actions]
    match expectation:
        case nodes.ExpectDeniedBy(rule=name) | nodes.ExpectMatched(rule=name):
            return name.value == rule.name
    if rule.mode != "live":
        return False
    match expectation:
        case nodes.ExpectOutcome(outcome="deny"):
            return any(isinstance(action, nodes.Deny) for action in actions)
        case nodes.ExpectOutcome(outcome="update"):
            return any(not isinstance(action, nodes.Deny) for action in actions)
        case nodes.ExpectReason(reason=reason):
            return any(isinstance(action, nodes.Deny) and _says(action.reason, reason.value) for action in actions)
        case nodes.ExpectValue(path=path) | nodes.ExpectPresence(path=path):
            return any(_changes(action.data, path.span.text) for action in rule.actions)
        case nodes.ExpectReported(queue=queue):
            return any(isinstance(action, nodes.Report) and _says(action.queue, queue.value) for action in actions)
        case nodes.ExpectLabelled(name=label):
            return any(
                isinstance(action, nodes.SetLabel | nodes.Unlabel) and action.name.value == label.value for action in actions
            )
    return False


def _says(text: nodes.Text | nodes.Template | None, wanted: str) -> bool:
    return isinstance(text, nodes.Template) or (text is not None and text.value == wanted)


def _changes(action: tuple[object, ...], written: str) -> bool:
    """Whether an action, as a row of the bundle, changes the path or something in it."""
    kind = action[0]
    if kind in {"append", "prepend"}:
        path: object = ("content",)
    elif kind in {"mask", "replace", "remove", "add"}:
        path = action[2]
    elif kind in {"set", "unset"}:
        path = action[1]
    else:
        return False
    assert isinstance(path, tuple)
    changed = ".".join(path)
    return f"{written}.".startswith(f"{changed}.") or f"{changed}.".startswith(f"{written}.")
