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
