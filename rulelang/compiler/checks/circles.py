"""Circles of rules: those that would have to fire before they can be decided."""

from __future__ import annotations

from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.policy import Policy, Typed
from rulelang.compiler.walk import questions
from rulelang.compiler.wording import code


def check_circles(policy: Policy, diagnostics: Diagnostics) -> None:
    """Reports each circle of `matched` and `hits of` once, at the question that closes it."""
    rules = {rule.name: rule for rule in policy.rules}
    done: set[str] = set()
    for start in policy.rules:
        if start.name in done:
            continue
        # Rules, each with the question of the one before that leads to it.
        trail: list[tuple[str, Typed | None]] = [(start.name, None)]
        stack = [questions(policy, start)]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                done.add(trail.pop()[0])
                continue
            name, asked = step
            place = next((place for place, (opened, _) in enumerate(trail) if opened == name), None)
            if place is not None:
                _report(diagnostics, trail[place:], asked)
            elif name in rules and name not in done:
                trail.append((name, asked))
                stack.append(questions(policy, rules[name]))


def _report(diagnostics: Diagnostics, circle: list[tuple[str, Typed | None]], closing: Typed) -> None:
    names = ", which asks about ".join(code(name) for name in [*(name for name, _ in circle), circle[0][0]])
    around = f"Rules depend on each other in a circle: {names}."
    diagnostics.add(
        "circular-rules",
        closing.span,
        f"The rule {code(circle[0][0])} depends on itself." if len(circle) == 1 else around,
        "Take one of these questions out.",
        labels=[Label(asked.span, f"{code(name)} is asked about here") for name, asked in circle[1:] if asked is not None],
    )
