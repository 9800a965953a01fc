"""Runs the tests that stand beside the rules, and gathers what they covered."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from rulelang.compiler import nodes
from rulelang.compiler.source import Span
from rulelang.language.decision import Decision
from rulelang.language.unparse import quote
from rulelang.language.values import MISSING, equal, parse_time
from rulelang.runtime import chime
from rulelang.runtime.compare import contains
from rulelang.runtime.context import Context
from rulelang.runtime.decide import decide
from rulelang.runtime.explain import searched, shown
from rulelang.runtime.message import Message
from rulelang.runtime.program import EVERYONE, Program, load
from rulelang.runtime.readers import READERS, step, texts_at
from rulelang.runtime.state.interface import LabelsRequest, LabelUpdate, SeenUpdate
from rulelang.runtime.state.memory import MemoryStore
from rulelang.tools import simulate


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold: where it stands, and one sentence that says what was there instead."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test: it passed where `failures` is empty."""

    name: str
    span: Span
    failures: tuple[Failure, ...]
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(slots=True)
class Coverage:
    """What the tests made happen.

    `fired`: how many messages each rule (not off) fired on; `outcomes`: how many messages ended so; `entries`: for each
    word list its entries with the number of matches they made.
    """

    fired: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=lambda: {"unchanged": 0, "update": 0, "deny": 0})
    entries: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Answer:
    """What the last message of a test came to."""

    message: Message
    decision: Decision
    program: Program
    store: MemoryStore
    event: dict[str, Any]

    def after(self) -> Context:
        """The message as it leaves."""
        event = copy.deepcopy(self.event)
        members = event["ChannelMessage"]
        for name in ("Content", "Metadata", "PushNotification", "MessageAttributes", "SubChannelId", "ContentType"):
            members.pop(name, None)
        members.update(self.decision.members)
        return Context(self.program, chime.read(event, self.program.settings, self.message.now), self.store)


def program_for_tests(body: Mapping[str, Any]) -> Program:
    """The program with every rollout at 100%, as tests see it."""
    rules = [{**row, "rollout": EVERYONE} for row in body["rules"]]
    return load({**body, "rules": rules})


def run_tests(
    tests: Iterable[nodes.Test],
    body: Mapping[str, Any],
    coverage: Coverage | None = None,
    make_store: Callable[[], Any] = MemoryStore,
) -> list[TestResult]:
    """Runs tests against the policy whose bundle body is `body`; each test has a store and a clock of its own."""
    program = program_for_tests(body)
    if coverage is not None:
        _prepare(coverage, program)
    results = []
    for test in tests:
        started = time.perf_counter()
        result = _run(test, program, coverage, make_store)
        results.append(replace(result, seconds=time.perf_counter() - started))
    return results


def _run(test: nodes.Test, program: Program, coverage: Coverage | None, make_store: Callable[[], Any]) -> TestResult:
    store = make_store()
    clock: datetime | None = None
    answer: _Answer | None = None
    number = 0
    failures: list[Failure] = []
    for step_ in test.steps:
        if isinstance(step_, nodes.Expect):
            if answer is None:
                failures.append(Failure(step_.span, "there is no message yet"))
                continue
            text = _check(step_.expectation, answer)
            if text is not None:
                failures.append(Failure(step_.span, text))
            continue
        stated = simulate.fields(step_.fields)
        times, every, after = (1, None, None) if isinstance(step_, nodes.Given) else (step_.times, step_.every, step_.after)
        clock = _start(stated, clock, after)
        for repeat in range(times):
            if repeat and every is not None:
                clock += every.value
            number += 1
            answer = _send(stated, clock, number, program, store)
            if coverage is not None:
                _cover(coverage, answer)
    return TestResult(test.name.value, test.span, tuple(failures))


def _start(stated: Mapping[str, Any], clock: datetime | None, after: nodes.Duration | None) -> datetime:
    said = parse_time(stated.get("now", stated.get("edited_at", stated.get("created_at"))))
    if said is not None:
        return said
    if clock is None:
        clock = parse_time(simulate.START)
        assert clock is not None
    return clock + (after.value if after is not None else timedelta(0))


def _send(stated: Mapping[str, Any], now: datetime, number: int, program: Program, store: Any) -> _Answer:
    event = simulate.event(stated, now, number, program.settings)
    message = chime.read(event, program.settings, now)
    for who, arn in (("sender", message.sender_arn), ("channel", message.channel_arn)):
        labels = [LabelUpdate(arn, name, None) for name in stated.get(f"{who}.labels", ())]
        store.write(labels, "given", now)
    if "sender.age" in stated:
        store.write([SeenUpdate(message.sender_arn)], "given", now - stated["sender.age"])
    decision = decide(program, message, store)
    return _Answer(message, decision, program, store, event)


# Expectations


def _check(expectation: nodes.Expectation, answer: _Answer) -> str | None:
    """None where the expectation holds, else what was there instead."""
    decision = answer.decision
    match expectation:
        case nodes.ExpectOutcome(outcome):
            return None if decision.outcome == outcome else _outcome(decision, answer)
        case nodes.ExpectDeniedBy(rule):
            deniers = [fired.name for fired in decision.rules if fired.applied and fired.denies]
            if decision.outcome == "deny" and rule.value in deniers:
                return None
            return f"denied by {' and '.join(deniers)}" if decision.outcome == "deny" and deniers else _outcome(decision, answer)
        case nodes.ExpectReason(reason):
            if decision.outcome != "deny":
                return _outcome(decision, answer)
            return None if decision.reason == reason.value else f"denied with {_reason(decision)}"
        case nodes.ExpectMatched(rule, negated):
            fired_names = [fired.name for fired in decision.rules]
            if (rule.value in fired_names) is not negated:
                return None
            return f"{rule.value} fired" if negated else f"{rule.value} did not fire; {_fired(fired_names)}"
        case nodes.ExpectReported(queue, negated):
            queues = [report.queue for report in decision.reports]
            if (queue.value in queues) is not negated:
                return None
            return "reported to " + ", ".join(map(quote, queues)) if queues else "nothing was reported"
        case nodes.ExpectLabelled(who, name, negated):
            return _check_label(who.value, name.value, negated, answer)
    return _check_what_leaves(expectation, answer)


def _check_label(who: str, name: str, negated: bool, answer: _Answer) -> str | None:
    arn = answer.message.sender_arn if who == "sender" else answer.message.channel_arn
    (labels,) = answer.store.read([LabelsRequest(arn)], "expect", answer.message.now)
    assert isinstance(labels, Mapping)
    if (name in labels) is not negated:
        return None
    return f"the {who} carries " + (", ".join(quote(label) for label in labels) or "no label")


def _check_what_leaves(expectation: nodes.Expectation, answer: _Answer) -> str | None:
    if answer.decision.outcome == "deny":
        return _outcome(answer.decision, answer)
    after = answer.after()
    match expectation:
        case nodes.ExpectUnchanged(path):
            before = read_path(path, Context(answer.program, answer.message, answer.store))
            left = read_path(path, after)
            same = left is before is MISSING or equal(left, before) is True
            return None if same else f"it is {shown(left)}, and came as {shown(before)}"
        case nodes.ExpectPresence(path, present):
            value = read_path(path, after)
            return None if (value is not MISSING) is present else f"it is {shown(value)}"
        case nodes.ExpectValue(path, operator, wanted):
            value = read_path(path, after)
            expected = simulate.literal(wanted)
            if operator == "contains":
                holds = contains(value, expected) is True
            elif expected is None:
                holds = value is None
            else:
                holds = equal(value, expected) is True
            return None if holds else f"it is {shown(value)}"
    raise TypeError(f"no expectation: {type(expectation).__name__}")


def read_path(path: nodes.Expression, context: Context) -> Any:
    """The value at a path of names, as a test writes it."""
    keys = _keys(path)
    name = ".".join(str(key) for key in keys[:2])
    if len(keys) > 1 and name in READERS:
        value, rest = READERS[name](context), keys[2:]
    else:
        value, rest = READERS[str(keys[0])](context), keys[1:]
    for key in rest:
        value = step(value, key)
    return value


def _keys(path: nodes.Expression) -> list[str | int]:
    match path:
        case nodes.Name(value):
            return [value]
        case nodes.Attribute(value, name):
            return [*_keys(value), name]
        case nodes.Index(value, key):
            return [*_keys(value), key]
    raise TypeError(f"no path: {type(path).__name__}")


def _outcome(decision: Decision, answer: _Answer) -> str:
    fired = _fired([rule.name for rule in decision.rules])
    if decision.outcome == "deny":
        return f"it was denied with {_reason(decision)}; {fired}"
    if decision.outcome == "unchanged":
        return f"it was unchanged; {fired}"
    content = answer.after().message.content
    changed = f"content became {shown(content)}" if content != answer.message.content else "content was not changed"
    return f"it was updated: {changed}; {fired}"


def _reason(decision: Decision) -> str:
    return "no reason" if decision.reason is None else f"the reason {quote(decision.reason)}"


def _fired(names: list[str]) -> str:
    return "the rules that fired: " + ", ".join(names) if names else "no rule fired"


# Coverage


def _prepare(coverage: Coverage, program: Program) -> None:
    for rule in program.rules:
        coverage.fired.setdefault(rule.name, 0)
    for row in program.body["finders"]:
        if row["kind"] == "words":
            coverage.entries.setdefault(row["name"], {}).update(dict.fromkeys(row["entries"], 0))


def _cover(coverage: Coverage, answer: _Answer) -> None:
    coverage.outcomes[answer.decision.outcome] += 1
    for fired in answer.decision.rules:
        coverage.fired[fired.name] = coverage.fired.get(fired.name, 0) + 1
    context = Context(answer.program, answer.message, answer.store)
    tried: set[tuple[str, str, str, int]] = set()
    for rule in answer.program.rules:
        for finder, path in searched(rule):
            for where, text in texts_at(path, context):
                for match in context.find(finder, text):
                    if match.entry is not None:
                        tried.add((match.by, match.entry, where, match.start))
    for name, entry, _, _ in tried:
        if entry in coverage.entries.get(name, {}):
            coverage.entries[name][entry] += 1


def evaluate_expression(text: str, given: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression of the rule language for a message; `given` states facts as a test does.

    Raises ValueError with the diagnostics for an expression that does not check.
    """
    from rulelang.compiler.pipeline import check_text, compile_policy

    checked = check_text(f"let value = {text}\nrule use_it {{ when value is present }}\n", "expression")
    if checked.has_errors:
        raise ValueError("; ".join(diagnostic.message for diagnostic in checked.diagnostics))
    program = load(compile_policy(checked)["body"])
    now = parse_time((given or {}).get("now", simulate.START))
    assert now is not None
    event = simulate.event(given or {}, now, 1, program.settings)
    context = Context(program, chime.read(event, program.settings, now), MemoryStore())
    return program.compiler.closure(["let", "value"])(context)
