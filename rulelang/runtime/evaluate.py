"""Which rules fire on a message: candidates first, cheap conditions first, state last and together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from rulelang.language.values import FAILED, PENDING
from rulelang.runtime.actions import AddEnd, AddValue, Deny, Report, SetValue, SpanEdit
from rulelang.runtime.context import Context
from rulelang.runtime.program import Program, Rule
from rulelang.runtime.readers import texts_at


@dataclass(frozen=True, slots=True)
class Firing:
    """The rules that fired and those that could not be evaluated, both in policy order."""

    fired: tuple[Rule, ...]
    failed: tuple[Rule, ...]


_NOTHING: Final = Firing((), ())


def evaluate(program: Program, context: Context) -> Firing:
    """Decides for every rule whether it fires; what every rule came to is in `context.fired` by its name."""
    outcomes: dict[int, Any] = {}
    waiting: list[Rule] = []
    for rule in program.candidates(context):
        outcome = fires(rule, context)
        if outcome is PENDING:
            context.fired[rule.name] = PENDING
            waiting.append(rule)
        elif outcome is not False:
            _settle(rule, outcome, context, outcomes)
    while waiting:
        # Every round answers all the questions that were open; what still waits afterwards has asked new ones.
        asked = context.read_state()
        still = []
        for rule in waiting:
            outcome = fires(rule, context)
            if outcome is PENDING:
                still.append(rule)
            else:
                _settle(rule, outcome, context, outcomes)
        if not asked and len(still) == len(waiting):
            raise RuntimeError("rules wait for state that nothing asks for: " + ", ".join(rule.name for rule in still))
        waiting = still
    if not outcomes:
        return _NOTHING
    for rule in _unable_to_act([program.rules[order] for order in outcomes if outcomes[order] is True], context):
        _settle(rule, FAILED, context, outcomes)
    in_order = sorted(outcomes)
    return Firing(
        tuple(program.rules[order] for order in in_order if outcomes[order] is True),
        tuple(program.rules[order] for order in in_order if outcomes[order] is FAILED),
    )


def _unable_to_act(fired: list[Rule], context: Context) -> list[Rule]:
    """Reads the state that the actions of live rules rest on; gives the rules for which it could not be read."""
    stateful = [rule for rule in fired if rule.is_live and rule.acts_on_state]
    unable: list[Rule] = []
    while stateful:
        unable = [rule for rule in stateful if not _can_act(rule, context)]
        if not context.read_state():
            break
    return unable


def _can_act(rule: Rule, context: Context) -> bool:
    """Computes what the actions rest on, and so asks for the state that is missing; False where some could not be read."""
    context.unsettled = None
    values: list[Any] = []
    for action in rule.actions:
        match action:
            case Deny(reason=closure) | AddEnd(text=closure) | Report(queue=closure):
                if closure is not None:
                    values.append(closure(context))
            case SetValue(value=closure) | AddValue(value=closure):
                values.append(closure(context))
            case SpanEdit():
                for _, text in texts_at(action.path, context):
                    for finder in action.finders:
                        context.find(finder, text)
                if action.replacement is not None:
                    values.append(action.replacement(context))
    unsettled, context.unsettled = context.unsettled, None
    return FAILED not in (unsettled, *values)


def _settle(rule: Rule, outcome: Any, context: Context, outcomes: dict[int, Any]) -> None:
    # A rule that could not be evaluated has not fired: what rests on it takes it for that.
    context.fired[rule.name] = outcome is True
    if outcome is not False:
        outcomes[rule.order] = outcome


def fires(rule: Rule, context: Context) -> Any:
    """True, False, PENDING where state has to be read first, or FAILED where it could not be."""
    outcome: Any = True
    for condition in rule.conditions:
        value = condition(context)
        if value is True:
            continue
        if value is PENDING or value is FAILED:
            if outcome is True or value.rank > outcome.rank:
                outcome = value
            continue
        return False
    if not rule.is_rolled_out(context.message.sender_arn):
        return False
    for exemption in rule.exemptions:
        value = exemption(context)
        if value is True:
            return False
        if (value is PENDING or value is FAILED) and (outcome is True or value.rank > outcome.rank):
            outcome = value
    return outcome
