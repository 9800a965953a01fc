"""Circles of rules: those that would have to fire before they can be decided."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.policy import CheckedRule, Policy, Typed
from rulelang.compiler.walk import conditions, exemptions, rests_on
from rulelang.compiler.wording import code


def check_circles(policy: Policy, diagnostics: Diagnostics) -> None:
    """Reports each circle of `matched` and `hits of` once, at the condition that closes it."""
    rules = {rule.name: rule for rule in policy.rules}
    done: set[str] = set()
    for start in policy.rules:
        if start.name in done:
            continue
        trail = [start.name]
        stack = [_asks(policy, start)]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                done.add(trail.pop())
                continue
            name, asked = step
            if name in trail:
                _report(diagnostics, [*trail[trail.index(name) :], name], asked)
            elif name in rules and name not in done:
                trail.append(name)
                stack.append(_asks(policy, rules[name]))


def _asks(policy: Policy, rule: CheckedRule) -> Iterator[tuple[str, Typed]]:
    """The rules that a rule's conditions rest on, each with the expression that asks."""
    seen = set()
    for typed in rests_on(policy, [*conditions(rule), *exemptions(rule)]):
        if typed.operation in {"matched", "hits"}:
            name = typed.arguments[0] if typed.operation == "matched" else policy.counters[typed.arguments[0]]["rule"]
            if name not in seen:
                seen.add(name)
                yield name, typed


def _report(diagnostics: Diagnostics, circle: list[str], asked: Typed) -> None:
    if len(circle) == 2:
        message = f"The rule {code(circle[0])} depends on itself."
    else:
        message = "Rules depend on each other in a circle: " + ", which asks about ".join(code(name) for name in circle) + "."
    diagnostics.add("circular-rules", asked.span, message, "Take one of these questions out.")
