"""Lints about rules and groups that rest on each other: modes, and sanctions on counts."""

from __future__ import annotations

from rulelang.compiler import nodes
from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.policy import CheckedRule, Policy, Typed
from rulelang.compiler.walk import conditions, exemptions, rests_on
from rulelang.compiler.wording import code


def check_dependencies(policy: Policy, diagnostics: Diagnostics) -> None:
    """`live-in-shadow`, `rests-on-shadow` and `label-without-matched`."""
    rules = {rule.name: rule for rule in policy.rules}
    seen: set[int] = set()
    for rule in policy.rules:
        _check_mode(rule, diagnostics, seen)
        _check_shadow(policy, rule, rules, diagnostics)
        _check_sanction(policy, rule, diagnostics)


def _check_mode(rule: CheckedRule, diagnostics: Diagnostics, seen: set[int]) -> None:
    """Says where a `live` is overruled by a group further out."""
    parts: list[nodes.Group | nodes.Rule] = [*(group.node for group in rule.groups), rule.node]
    outer: tuple[str, nodes.Property] | None = None
    for part in parts:
        written = next((each for each in part.properties if each.name.value == "mode"), None)
        if written is None or not isinstance(written.values[0], nodes.Identifier | nodes.Text):
            continue
        mode = written.values[0].value
        if mode == "live" and outer is not None and id(written) not in seen:
            seen.add(id(written))
            diagnostics.add(
                "live-in-shadow",
                written.span,
                f"{code(part.name.value)} says it is live, and the group around it makes it {outer[0]}.",
                "Take this line out, or move it out of the group.",
                labels=[Label(outer[1].span, f"{outer[0]} here")],
            )
        elif mode in {"shadow", "off"} and (outer is None or outer[0] != "off"):
            outer = (mode, written)


def _check_shadow(policy: Policy, rule: CheckedRule, rules: dict[str, CheckedRule], diagnostics: Diagnostics) -> None:
    """Says where what a live rule does depends on a rule that is being tried, or that is off."""
    if rule.mode != "live":
        return
    named: set[str] = set()
    for each in rests_on(policy, [*conditions(rule), *exemptions(rule)]):
        other = _rule_behind(policy, each)
        if other is None or other in named or other not in rules or rules[other].mode == "live":
            continue
        named.add(other)
        mode = rules[other].mode
        what = "which is off, and never fires" if mode == "off" else "which is a shadow rule"
        diagnostics.add(
            "rests-on-shadow",
            each.span,
            f"The live rule {code(rule.name)} rests on {code(other)}, {what}.",
            f"Make {code(other)} live, or {code(rule.name)} shadow too.",
            labels=[Label(rules[other].node.name.span, mode)],
        )


def _rule_behind(policy: Policy, typed: Typed) -> str | None:
    if typed.operation == "matched":
        return str(typed.arguments[0])
    if typed.operation == "hits":
        return str(policy.counters[typed.arguments[0]]["rule"])
    return None


def _check_sanction(policy: Policy, rule: CheckedRule, diagnostics: Diagnostics) -> None:
    """Says where a label or a report would come again with every message, once a count is reached."""
    action = next((action for action in rule.actions if action.data[0] in {"label", "report"}), None)
    if action is None or rule.mode == "off":
        return
    reads = list(rests_on(policy, conditions(rule)))
    matched = {each.arguments[0] for each in reads if each.operation == "matched"}
    for each in reads:
        other = _rule_behind(policy, each) if each.operation == "hits" else None
        if other is not None and other not in matched:
            diagnostics.add(
                "label-without-matched",
                each.span,
                f"Once there are enough hits of {code(other)}, this fires on every later message, whatever it says.",
                f"Write {code(f'matched {other} and ...')} before it.",
                labels=[Label(action.node.span, "and does this each time")],
            )
            return
