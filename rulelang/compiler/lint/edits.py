"""Lints about what rules change: two that set one path, and contents made of the content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.lint.logic import NOT_TRUE, TRUE, Wanted, Way, exclude, key_of, ways
from rulelang.compiler.policy import CheckedAction, CheckedRule, Policy, Typed
from rulelang.compiler.walk import conditions, exemptions, rests_on
from rulelang.compiler.wording import code
from rulelang.language.types import BOOLEAN


@dataclass(frozen=True, slots=True)
class _Setting:
    """A `set` or `unset` of a live rule."""

    rule: CheckedRule
    action: CheckedAction
    path: tuple[str, ...]
    value: str
    """What it becomes, comparable; `unset` has one too."""


_MOST_COMPARED: Final = 100
"""A rule is compared with so many rules before it that set the same path; where there are more, others will have been told."""


def check_edits(policy: Policy, diagnostics: Diagnostics) -> None:
    """`conflicting-set` and `set-reads-content`."""
    _check_conflicts(policy, diagnostics)
    for rule in policy.rules:
        for action in rule.actions:
            if rule.mode != "off" and action.data[:2] == ("set", ("content",)):
                _check_content(policy, action, diagnostics)


def _check_conflicts(policy: Policy, diagnostics: Diagnostics) -> None:
    by_root: dict[tuple[str, ...], list[_Setting]] = {}
    firing: dict[str, list[Way]] = {}

    def can_both_fire(one: CheckedRule, other: CheckedRule) -> bool:
        for rule in (one, other):
            if rule.name not in firing:
                firing[rule.name] = ways(policy, list(_to_fire(rule)))
        return one is other or not exclude(policy, firing[one.name], firing[other.name])

    for setting in _settings(policy):
        earlier = by_root.setdefault(setting.path[:2], [])
        for other in earlier[-_MOST_COMPARED:]:
            if _overlap(setting.path, other.path) and setting.value != other.value and can_both_fire(setting.rule, other.rule):
                _report(diagnostics, setting, other)
                break
        earlier.append(setting)


def _settings(policy: Policy) -> Iterator[_Setting]:
    for rule in policy.rules:
        # Where a rule that fired denies, nothing is set at all.
        if rule.mode != "live" or any(action.data[0] == "deny" for action in rule.actions):
            continue
        for action in rule.actions:
            if action.data[0] in {"set", "unset"}:
                yield _Setting(rule, action, tuple(action.data[1]), key_of(policy, action.data))


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _to_fire(rule: CheckedRule) -> Iterator[Wanted]:
    """What must be so for the rule to fire; that it fired is what `matched` of it says."""
    for part in conditions(rule):
        yield part, TRUE
    for part in exemptions(rule):
        yield part, NOT_TRUE
    yield Typed("matched", (rule.name,), BOOLEAN, rule.node.name.span), TRUE


def _report(diagnostics: Diagnostics, setting: _Setting, other: _Setting) -> None:
    shown = code(".".join(setting.path))
    if setting.rule is other.rule:
        message = f"Rule {code(setting.rule.name)} changes {shown} twice; the earlier wins."
        help = "Take one of the two out."
    else:
        message = f"Rules {code(other.rule.name)} and {code(setting.rule.name)} can both fire and change {shown}; the earlier wins."
        help = "Let their conditions exclude each other, or let one of them `add`."
    diagnostics.add(
        "conflicting-set", setting.action.node.span, message, help, labels=[Label(other.action.node.span, "this one wins")]
    )


def _check_content(policy: Policy, action: CheckedAction, diagnostics: Diagnostics) -> None:
    """Says where a rule makes the content of the original: what other rules mask or remove would come back."""
    for each in rests_on(policy, action.data[2]):
        if each.operation == "fact" and each.arguments[0].split(".")[0] == "content":
            diagnostics.add(
                "set-reads-content",
                action.node.span,
                "This sets `content` from the content as it came: what other rules mask, replace or remove there comes back.",
                "Edit the spans that are meant with `mask`, `replace` or `remove`, or add to it with `append` and `prepend`.",
            )
            return
