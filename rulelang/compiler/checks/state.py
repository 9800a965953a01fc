"""Expressions that read state: counters, labels, and whether other rules fired."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rulelang.compiler import nodes
from rulelang.compiler.checks.making import milliseconds
from rulelang.compiler.policy import Policy, Typed
from rulelang.compiler.wording import choice, code, did_you_mean
from rulelang.language.types import BOOLEAN, NUMBER

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker

WHO = ("sender", "channel")
"""Who can carry a label."""


def check_has_label(checker: Checker, node: nodes.HasLabel) -> Typed:
    """`sender has label "x"`."""
    check_label(checker, node.who, node.label)
    return Typed("has_label", (node.who.value, node.label.value), BOOLEAN, node.span)


def check_label(checker: Checker, who: nodes.Identifier, name: nodes.Text) -> None:
    """Who carries a label, and what it is called."""
    if who.value not in WHO:
        help = did_you_mean(who.value, WHO) or f"Write {choice(WHO)}."
        checker.report("unknown-name", who.span, f"{code(who.value)} can't carry a label; a sender or a channel can.", help)
    if not name.value.strip():
        checker.report("bad-argument", name.span, "A label needs a name.", 'Write one between the quotes, such as "muted".')


def check_messages(checker: Checker, node: nodes.Messages) -> Typed:
    """`messages by key within D`."""
    with checker.match_fields({}):
        condition = None if node.condition is None else checker.condition(node.condition)
    row = {"kind": "messages", "delivered": node.delivered, "condition": condition}
    return _counter(checker, node, row, node.keys, node.within)


def check_hits(checker: Checker, node: nodes.Hits) -> Typed:
    """`hits of rule by key within D`."""
    check_rule(checker, node.rule)
    return _counter(checker, node, {"kind": "hits", "rule": node.rule.value}, node.keys, node.within)


def check_distinct(checker: Checker, node: nodes.Distinct) -> Typed:
    """`distinct value by key within D`."""
    with checker.match_fields({}):
        value = checker.value(node.value)
    return _counter(checker, node, {"kind": "distinct", "value": value}, node.keys, node.within)


def check_matched(checker: Checker, node: nodes.Matched) -> Typed:
    """`matched rule`."""
    check_rule(checker, node.rule)
    return Typed("matched", (node.rule.value,), BOOLEAN, node.span)


def check_rule(checker: Checker, rule: nodes.Identifier) -> None:
    """The name of a rule, where one is referred to."""
    name, names = rule.value, checker.names
    if name in names.rules:
        return
    if name in names.groups:
        members = [member.name.value for member in names.groups[name].members if isinstance(member, nodes.Rule)]
        help = f"Name one of its rules: {choice(members)}." if members else "Name a rule."
        checker.report_unknown("unknown-rule", rule.span, f"{code(name)} is a group, and a rule is needed here.", help)
        return
    help = did_you_mean(name, names.rules) or (
        "Name one of the rules of this policy." if names.rules else "The policy has no rules yet."
    )
    checker.report_unknown("unknown-rule", rule.span, f"There is no rule {code(name)}.", help)


def _counter(
    checker: Checker, node: nodes.Expression, row: dict[str, Any], keys: Sequence[nodes.Expression], within: nodes.Duration
) -> Typed:
    # A message is counted as a whole, also inside a `where`: what is counted can't depend on the match in hand.
    with checker.match_fields({}):
        typed_keys = tuple(checker.value(key) for key in keys)
    if milliseconds(within) <= 0:
        checker.report(
            "bad-argument", within.span, "A window is longer than no time at all.", "Write a duration such as `10s` or `1h`."
        )
    row |= {"keys": typed_keys, "within": milliseconds(within)}
    row["id"] = _identity(checker.policy, row)
    parts = (*typed_keys, *(row[part] for part in ("condition", "value") if row.get(part) is not None))
    return Typed(row["kind"], (checker.counter(row),), NUMBER, node.span, any(part.optional for part in parts))


def _identity(policy: Policy, row: dict[str, Any]) -> str:
    """The counter's name in the store: made of what it counts and by which keys, not of where it stands or how long it looks back.

    Lists, words and patterns that have names count by their names, so that a new entry does not start the count again.
    """
    counted = [row["kind"], row.get("delivered"), _meaning(policy, row.get("condition")), _meaning(policy, row.get("value"))]
    text = json.dumps([*counted, _meaning(policy, row["keys"])], ensure_ascii=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return ":".join(part for part in (row["kind"], row.get("rule"), digest) if part)


def _meaning(policy: Policy, part: Any) -> Any:
    """An expression as data that does not depend on its place: lets written out, finders and counters by what they are."""
    if isinstance(part, tuple | list):
        return [_meaning(policy, each) for each in part]
    if not isinstance(part, Typed):
        return part
    operation, arguments = part.operation, list(part.arguments)
    match operation:
        case "let" if arguments[0] in policy.lets:
            return _meaning(policy, policy.lets[arguments[0]].value)
        case "found" | "count" | "first" | "finder":
            arguments[0] = _finder(policy, arguments[0])
        case "matches":
            arguments[1] = _finder(policy, arguments[1])
        case "messages" | "hits" | "distinct":
            counter = policy.counters[arguments[0]]
            arguments = [counter["id"], counter["within"]]
    return [operation, *(_meaning(policy, argument) for argument in arguments)]


def _finder(policy: Policy, index: int) -> Any:
    finder = policy.finders[index]
    if finder.kind == "where":
        return ["where", _finder(policy, finder.data["finder"]), _meaning(policy, finder.data["condition"])]
    if finder.kind == "any":
        return ["any", *(_finder(policy, each) for each in finder.data["finders"])]
    return [finder.kind, finder.name]
