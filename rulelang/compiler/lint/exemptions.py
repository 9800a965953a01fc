"""Lints about exemptions that rest on what a sender's client can forge."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.policy import CheckedRule, Policy, Typed
from rulelang.compiler.walk import conditions, exemptions, rests_on
from rulelang.compiler.wording import code
from rulelang.language.facts import FACTS

_HELP = "Rest it on what the service says, such as `sender.arn`, `channel.arn` or a label."


def check_exemptions(policy: Policy, diagnostics: Diagnostics) -> None:
    """`forgeable-exemption`: an `unless`, or a negation in a rule that denies, reads metadata, attributes, push or content type."""
    seen: set[int] = set()
    for rule in policy.rules:
        for exemption in exemptions(rule):
            _check(policy, diagnostics, exemption, "exempts", seen)
        if _denies(rule):
            for condition in conditions(rule):
                for negation in _negations(policy, condition):
                    _check(policy, diagnostics, negation, "lets a message through", seen)


def _denies(rule: CheckedRule) -> bool:
    return rule.mode != "off" and any(action.data[0] == "deny" for action in rule.actions)


def _negations(policy: Policy, typed: Typed) -> Iterator[Typed]:
    """The outermost parts of a condition that are true where something is not so, those in its lets included."""
    if typed.operation in {"not", "!=", "is_missing"}:
        yield typed
    elif typed.operation == "let" and typed.arguments[0] in policy.lets:
        yield from _negations(policy, policy.lets[typed.arguments[0]].value)
    elif typed.operation in {"and", "or"}:
        for part in typed.arguments:
            yield from _negations(policy, part)


def _check(policy: Policy, diagnostics: Diagnostics, typed: Typed, does: str, seen: set[int]) -> None:
    if id(typed) in seen:
        return
    seen.add(id(typed))
    for each in rests_on(policy, typed):
        if each.operation in {"fact", "path"} and FACTS[each.arguments[0]].forgeable:
            source = code(each.span.text)
            inside = (
                typed.span.source is each.span.source and typed.span.start <= each.span.start and each.span.end <= typed.span.end
            )
            diagnostics.add(
                "forgeable-exemption",
                typed.span,
                f"This {does} by {source}, which the sender's client can set as it likes.",
                _HELP,
                labels=[] if inside else [Label(each.span, "read here")],
            )
            return
