"""Walks over the expressions of a policy: everything inside one, and everything it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulelang.compiler.policy import CheckedRule, Policy, Typed


def inside(part: Any) -> Iterator[Typed]:
    """Every expression in an expression, a row or an action, itself included, from the outside in."""
    stack = [part]
    while stack:
        each = stack.pop()
        if isinstance(each, Typed):
            yield each
            stack.extend(reversed(each.arguments))
        elif isinstance(each, tuple | list):
            stack.extend(reversed(each))
        elif isinstance(each, dict):
            stack.extend(reversed(list(each.values())))


def rests_on(policy: Policy, part: Any) -> Iterator[Typed]:
    """Every expression that the value of an expression rests on: through lets, finders and counters too, each once."""
    seen: set[tuple[str, Any]] = set()
    stack = [part]
    while stack:
        for typed in inside(stack.pop()):
            yield typed
            for key, row in _behind(policy, typed):
                if key not in seen:
                    seen.add(key)
                    stack.append(row)


def conditions(rule: CheckedRule) -> tuple[Typed, ...]:
    """What has to be true for the rule to fire: the `when` of its groups, from the outermost in, and its own."""
    parts = [*(group.when for group in rule.groups), rule.when]
    return tuple(part for part in parts if part is not None)


def exemptions(rule: CheckedRule) -> tuple[Typed, ...]:
    """What keeps the rule from firing: the `unless` of its groups, from the outermost in, and its own."""
    parts = [*(group.unless for group in rule.groups), rule.unless]
    return tuple(part for part in parts if part is not None)


def questions(policy: Policy, rule: CheckedRule) -> Iterator[tuple[str, Typed]]:
    """The rules that a rule's conditions rest on, by `matched` or `hits of`, each with the expression that asks."""
    seen = set()
    for typed in rests_on(policy, [*conditions(rule), *exemptions(rule)]):
        if typed.operation in {"matched", "hits"}:
            name = typed.arguments[0] if typed.operation == "matched" else policy.counters[typed.arguments[0]]["rule"]
            if name not in seen:
                seen.add(name)
                yield name, typed


def dependency_order(policy: Policy) -> list[CheckedRule]:
    """The rules, each after those that it rests on; of a policy without circles."""
    rules = {rule.name: rule for rule in policy.rules}
    ordered: dict[str, CheckedRule] = {}
    for start in policy.rules:
        stack = [(start, questions(policy, start))]
        while stack:
            rule, rest = stack[-1]
            name = next((name for name, _ in rest if name not in ordered), None)
            if rule.name in ordered or name is None:
                ordered.setdefault(rule.name, rule)
                stack.pop()
            else:
                stack.append((rules[name], questions(policy, rules[name])))
    return list(ordered.values())


def _behind(policy: Policy, typed: Typed) -> Iterator[tuple[tuple[str, Any], Any]]:
    match typed.operation:
        case "let":
            name = typed.arguments[0]
            if name in policy.lets:
                yield ("let", name), policy.lets[name].value
        case "messages" | "hits" | "distinct":
            yield ("counter", typed.arguments[0]), policy.counters[typed.arguments[0]]
        case "found" | "count" | "first" | "finder":
            yield from _behind_finder(policy, typed.arguments[0])
        case "matches":
            yield from _behind_finder(policy, typed.arguments[1])


def _behind_finder(policy: Policy, index: int) -> Iterator[tuple[tuple[str, Any], Any]]:
    data = policy.finders[index].data
    if data["kind"] == "where":
        yield ("finder", index), data["condition"]
        yield from _behind_finder(policy, data["finder"])
    elif data["kind"] == "any":
        for each in data["finders"]:
            yield from _behind_finder(policy, each)
