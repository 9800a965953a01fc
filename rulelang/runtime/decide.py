"""The decision on a message: evaluate the rules, put their actions together, write down what is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from rulelang.language.decision import Decision, FiredRule, LabelChange, Note, ReportMade
from rulelang.language.values import Absent, render
from rulelang.runtime import actions
from rulelang.runtime.compose import compose
from rulelang.runtime.context import Context
from rulelang.runtime.evaluate import Firing, evaluate
from rulelang.runtime.explain import because, hits
from rulelang.runtime.message import Message
from rulelang.runtime.program import Program, Rule
from rulelang.runtime.settle import settle
from rulelang.runtime.state.interface import LabelUpdate, Store, StoreError, Update

SHADOWED = "the rule is in shadow mode"
OVERRULED = "the message is denied"


def decide(program: Program, message: Message, store: Store, *, trace: bool = True) -> Decision:
    """The decision on `message`; what the message leaves behind is written to `store`.

    Without `trace` the decision says which rules fired but not why: no spans, no sentences. Never raises for what a message
    holds or for a store that fails: a rule that can't be evaluated takes its `on failure` side.
    """
    if message.is_bot and program.settings["bots"] == "skip":
        return Decision("unchanged", dict(message.members), notes=tuple(message.notes))
    context = Context(program, message, store)
    firing = evaluate(program, context)
    if not firing.fired and not firing.failed:
        # The way of most messages.
        untouched = Decision("unchanged", dict(message.members))
        remarks = (*message.notes, *_write(untouched, context))
        return replace(untouched, notes=remarks) if remarks else untouched
    notes = [*message.notes, *_failures(firing, context)]
    live = [rule for rule in firing.fired if rule.is_live]
    denying = [rule for rule in live if rule.denial is not None]
    refusing = [rule for rule in firing.failed if rule.is_live and rule.on_failure == "deny"]
    reports = _reports(live, context)
    labels = _labels(live, context)
    if denying or refusing:
        by_order = sorted([*denying, *refusing], key=lambda rule: rule.order)
        reasons = {rule.name: _reason(rule, context) for rule in by_order}
        rules = tuple(_denied(rule, reasons, context, trace) for rule in _in_order(firing.fired, refusing))
        decision = Decision("deny", {}, reasons[by_order[0].name], rules, reports, labels)
    else:
        decision = _edited(firing, live, context, reports, labels, trace)
    return replace(decision, notes=(*notes, *decision.notes, *_write(decision, context)))


def _in_order(fired: tuple[Rule, ...], refusing: list[Rule]) -> list[Rule]:
    return sorted([*fired, *refusing], key=lambda rule: rule.order)


def _edited(
    firing: Firing,
    live: list[Rule],
    context: Context,
    reports: tuple[ReportMade, ...],
    labels: tuple[LabelChange, ...],
    trace: bool,
) -> Decision:
    composition = compose(context, live, context.program.settings)
    settled = settle(composition, context.program.settings)
    rules = []
    for rule in firing.fired:
        why_not = settled.why_not[rule.name] if rule.is_live else SHADOWED
        rules.append(_fired(rule, context, why_not is None, why_not, None, trace))
    return Decision(settled.outcome, settled.members, settled.reason, tuple(rules), reports, labels, settled.notes)


def _denied(rule: Rule, reasons: dict[str, str | None], context: Context, trace: bool) -> FiredRule:
    denies = rule.name in reasons
    why_not = SHADOWED if not rule.is_live else None if denies or not actions.only_edit(rule.actions) else OVERRULED
    return _fired(rule, context, why_not is None, why_not, reasons.get(rule.name), trace)


def _fired(rule: Rule, context: Context, applied: bool, why_not: str | None, reason: str | None, trace: bool) -> FiredRule:
    fired = context.fired.get(rule.name) is True
    sentence = None
    if trace:
        sentence = because(rule, context) if fired else f"the rule could not be evaluated ({context.failure}), and then denies"
    return FiredRule(
        name=rule.name,
        mode=rule.mode,
        applied=applied,
        tags=rule.tags,
        severity=rule.severity,
        reason=reason,
        because=sentence,
        why_not=why_not,
        hits=hits(rule, context) if trace and fired else (),
        denies=rule.denial is not None or not fired,
    )


def _reason(rule: Rule, context: Context) -> str | None:
    if context.fired.get(rule.name) is not True:
        return "the message could not be checked"
    denial = rule.denial
    return None if denial is None or denial.reason is None else _text(denial.reason, context)


def _text(closure: actions.Closure, context: Context) -> str:
    value = closure(context)
    return "" if value.__class__ is Absent else render(value)


def _failures(firing: Firing, context: Context) -> list[Note]:
    return [
        Note("rule-failed", f"the rule could not be evaluated: {context.failure}; its side is {rule.on_failure}", rule.name)
        for rule in firing.failed
    ]


def _reports(live: list[Rule], context: Context) -> tuple[ReportMade, ...]:
    return tuple(
        ReportMade(_text(action.queue, context), rule.name, action.redacted)
        for rule in live
        for action in rule.actions
        if isinstance(action, actions.Report)
    )


def _labels(live: list[Rule], context: Context) -> tuple[LabelChange, ...]:
    return tuple(
        LabelChange(action.who, action.name, rule.name, _until(action.duration, context), action.removed)
        for rule in live
        for action in rule.actions
        if isinstance(action, actions.Label)
    )


def _until(duration: timedelta | None, context: Context) -> Any:
    try:
        return None if duration is None else context.message.now + duration
    except OverflowError:
        return None


def _write(decision: Decision, context: Context) -> list[Note]:
    """Writes what the message leaves behind; a store that can't is noted, and the decision stands."""
    updates = context.due_updates(delivered=decision.outcome != "deny")
    updates.extend(_label_updates(decision.labels, context))
    if not updates:
        return []
    try:
        context.store.write(updates, context.event, context.message.now)
    except StoreError as error:
        return [Note("state-not-written", f"what this message leaves behind could not be written: {error}")]
    return []


def _label_updates(changes: tuple[LabelChange, ...], context: Context) -> list[Update]:
    """Of one message's changes of a label `label` beats `unlabel`, and the later end wins, which the store sees to."""
    kept = {(change.who, change.name) for change in changes if not change.removed}
    return [
        LabelUpdate(context.arn(change.who), change.name, change.until, change.removed)
        for change in changes
        if not change.removed or (change.who, change.name) not in kept
    ]
