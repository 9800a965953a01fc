"""Tests beside the rules: the messages they give or send, and what they expect of the decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rulelang.compiler import nodes
from rulelang.compiler.checks import paths
from rulelang.compiler.checks.state import check_label, check_rule
from rulelang.compiler.diagnostics import Label
from rulelang.compiler.source import Span
from rulelang.compiler.wording import a_type, choice, code, did_you_mean, quoted
from rulelang.language.facts import ATTRIBUTE_VALUE, FACTS, GIVEN_EXTRA, Fact
from rulelang.language.types import BOOLEAN, DURATION, TEXT, TIME, Type
from rulelang.language.values import parse_time

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker

_DERIVED: Final = {"content.folded", "content.gist"}
_KEYS: Final = (*(name for name in FACTS if name not in _DERIVED), *GIVEN_EXTRA)
_SOME_KEYS: Final = ("content", "sender.name", "metadata")
_LEAVES: Final = "Expect something of `content`, `content_type`, `metadata`, `attributes` or `push`."


def check_test(checker: Checker, node: nodes.Test) -> None:
    """A test: one `given` or a sequence of `send`, and at least one `expect`."""
    message: nodes.Given | nodes.Send | None = None
    mixed = False
    for step in node.steps:
        match step:
            case nodes.Given() | nodes.Send():
                _check_fields(checker, step.fields)
                if message is not None and not mixed and nodes.Given in (type(message), type(step)):
                    mixed = True
                    checker.diagnostics.add(
                        "bad-test",
                        _keyword(step),
                        "A test has one `given`, or a sequence of `send`.",
                        "Write `send` for each message of a sequence.",
                        labels=[Label(_keyword(message), "the message before it")],
                    )
                message = message or step
                if isinstance(step, nodes.Send) and step.times < 1:
                    checker.report("bad-test", step.span, "A message is sent at least once.", "Write `times 1` or more.")
            case nodes.Expect():
                if message is None:
                    checker.report(
                        "bad-test",
                        step.span,
                        "There is no message yet to expect this of.",
                        "Write `given { content: ... }` before it.",
                    )
                    message = nodes.Given(fields=nodes.ObjectLiteral(entries=(), span=step.span), span=step.span)
                _check_expectation(checker, step.expectation)
    if not any(isinstance(step, nodes.Expect) for step in node.steps):
        checker.report("bad-test", node.name.span, "This test expects nothing.", "Add a line such as `expect unchanged`.")


def _keyword(step: nodes.Given | nodes.Send) -> Span:
    return replace(step.span, end=step.span.start + len("given" if isinstance(step, nodes.Given) else "send"))


# What comes in


def _check_fields(checker: Checker, node: nodes.ObjectLiteral) -> None:
    seen: list[str] = []
    for key, name, value in _fields(node):
        if any(f"{name}.".startswith(f"{other}.") or f"{other}.".startswith(f"{name}.") for other in seen):
            checker.report("bad-test", key.span, f"{code(name)} is given twice.", "Give it in one place.")
        seen.append(name)
        if not isinstance(value, nodes.Broken):
            _check_field(checker, key, name, value)


def _fields(node: nodes.ObjectLiteral) -> Iterator[tuple[nodes.Identifier, str, nodes.Expression]]:
    """What is given, each with its dotted name; `sender: { name: "x" }` is `sender.name: "x"`."""
    for key, value in node.entries:
        if key.value in {"sender", "channel", "push", "attributes"} and isinstance(value, nodes.ObjectLiteral):
            for inner, part in value.entries:
                yield inner, f"{key.value}.{inner.value}", part
        else:
            yield key, key.value, value


def _check_field(checker: Checker, key: nodes.Identifier, name: str, value: nodes.Expression) -> None:
    root, _, rest = name.partition(".")
    if root == "metadata":
        _check_json(checker, value)
    elif root == "attributes" and rest:
        if not isinstance(value, nodes.Text):
            _check_type(checker, name, ATTRIBUTE_VALUE, value)
    elif name in GIVEN_EXTRA:
        _check_type(checker, name, ATTRIBUTE_VALUE, value)
    elif name in _DERIVED:
        checker.report("bad-test", key.span, f"{code(name)} follows from `content` and can't be given.", "Give `content`.")
    elif name in _KEYS and name != "attributes":
        fact = FACTS[name]
        if not (fact.optional and isinstance(value, nodes.Null)):
            _check_type(checker, name, fact.type, value)
    elif any(known.startswith(f"{name}.") for known in _KEYS) or name == "attributes":
        help = f"Write {code(name + ': { KEY: ... }')}."
        checker.report("bad-test", value.span, f"{code(name)} is given by its parts.", help)
    else:
        beside = [known for known in _KEYS if known.startswith(f"{root}.")] if rest else []
        help = did_you_mean(name, beside or _KEYS) or f"What can be given are facts, such as {choice(beside or _SOME_KEYS)}."
        checker.report("bad-test", key.span, f"A message has no {code(name)}.", help)


def _check_json(checker: Checker, node: nodes.Expression) -> None:
    """That a value is one that JSON can hold: anything but a duration."""
    match node:
        case nodes.Duration():
            checker.report("bad-test", node.span, "JSON has no durations.", f"Write a text, {quoted(node.span.text)}, or a number.")
        case nodes.ListLiteral(items=items):
            for item in items:
                _check_json(checker, item)
        case nodes.ObjectLiteral(entries=entries):
            for _, value in entries:
                _check_json(checker, value)


def _check_type(checker: Checker, name: str, type_: Type, value: nodes.Expression) -> None:
    if isinstance(value, nodes.Broken):
        return
    if type_ in (TEXT, TIME) and isinstance(value, nodes.Text):
        if type_ == TIME and parse_time(value.value) is None:
            help = 'Write one such as "2026-11-21T08:30:00Z".'
            checker.report("bad-test", value.span, f"{code(value.span.text)} is no time.", help)
        return
    if type_ == BOOLEAN and isinstance(value, nodes.Boolean):
        return
    if type_ == DURATION and isinstance(value, nodes.Duration):
        return
    if type_.name == "list" and isinstance(value, nodes.ListLiteral):
        for item in value.items:
            if not isinstance(item, nodes.Text | nodes.Broken):
                checker.report("bad-test", item.span, f"{code(name)} is a list of texts.", "Write each between quotes.")
        return
    example = _EXAMPLES.get(type_, '["..."]')
    checker.report("bad-test", value.span, f"{code(name)} is {a_type(type_)}.", f"Write {code(f'{name}: {example}')}.")


_EXAMPLES: Final = {TEXT: '"..."', BOOLEAN: "true", DURATION: "1h", TIME: '"2026-11-21T08:30:00Z"'}


# What is expected


def _check_expectation(checker: Checker, node: nodes.Expectation) -> None:
    match node:
        case nodes.ExpectDeniedBy() | nodes.ExpectMatched():
            check_rule(checker, node.rule)
        case nodes.ExpectLabelled():
            check_label(checker, node.who, node.name)
        case nodes.ExpectPresence() | nodes.ExpectUnchanged():
            _check_path(checker, node.path)
        case nodes.ExpectValue():
            found = _check_path(checker, node.path)
            _check_json(checker, node.value)
            if found is not None:
                _check_expected(checker, node, *found)


def _check_expected(checker: Checker, node: nodes.ExpectValue, fact: Fact, steps: tuple[paths.Step, ...]) -> None:
    shown, value = node.path.span.text, node.value.span.text
    if fact.type == TEXT and not isinstance(node.value, nodes.Text | nodes.Broken):
        checker.report(
            "type-mismatch",
            node.value.span,
            f"{code(shown)} is a text.",
            f"Write it between quotes: {quoted(value)}.",
        )
    elif fact.name == "attributes" and len(steps) == 1 and node.operator == "==" and isinstance(node.value, nodes.Text):
        checker.report(
            "type-mismatch", node.value.span, "An attribute is a list of texts.", f"Write {code(f'{shown} == [{value}]')}."
        )


def _check_path(checker: Checker, node: nodes.Expression) -> tuple[Fact, tuple[paths.Step, ...]] | None:
    """A path into what leaves; None, and a diagnostic, where it is none."""
    if isinstance(node, nodes.Broken):
        return None
    root, steps = paths.unwind(node)
    found = paths.fact_of(root.value, steps) if isinstance(root, nodes.Name) else None
    if found is None or (found[1] and not found[0].open):
        written = ".".join([root.value if isinstance(root, nodes.Name) else "", *(str(step.key) for step in steps[:1])])
        leaves = [name for name, fact in FACTS.items() if fact.writable]
        checker.report(
            "unknown-name", node.span, f"A message has no {code(node.span.text)}.", did_you_mean(written, leaves) or _LEAVES
        )
        return None
    if not found[0].writable:
        checker.report("bad-test", node.span, f"{code(node.span.text)} is nothing that a decision changes.", _LEAVES)
        return None
    return found
