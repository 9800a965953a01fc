"""Names, and the paths that begin with them: match fields, the policy's own names, built-in finders, facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rulelang.compiler import nodes
from rulelang.compiler.checks import finding
from rulelang.compiler.checks.making import unknown
from rulelang.compiler.expected import STARTERS
from rulelang.compiler.policy import Typed
from rulelang.compiler.source import Span
from rulelang.compiler.wording import a_type, beginning, choice, code, did_you_mean, quoted
from rulelang.language.facts import ATTRIBUTE_VALUE, FACTS, Fact
from rulelang.language.finders import BUILTINS
from rulelang.language.functions import FUNCTIONS
from rulelang.language.types import FINDER, JSON, MATCH, TEXT, UNKNOWN, list_of

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path, and where it is written."""

    key: str | int
    span: Span


def unwind(node: nodes.Expression) -> tuple[nodes.Expression, tuple[Step, ...]]:
    """What a path begins with, and its steps."""
    steps: list[Step] = []
    while isinstance(node, nodes.Attribute | nodes.Index):
        if isinstance(node, nodes.Attribute):
            end = node.span.end
            steps.append(Step(node.name, replace(node.span, start=end - len(node.name))))
        else:
            steps.append(Step(node.key, node.span))
        node = node.value
    return node, tuple(reversed(steps))


def fact_of(root: str, steps: tuple[Step, ...]) -> tuple[Fact, tuple[Step, ...]] | None:
    """The fact that a path reads, and the steps that are left; None where it reads none."""
    if steps and f"{root}.{steps[0].key}" in FACTS:
        return FACTS[f"{root}.{steps[0].key}"], steps[1:]
    return (FACTS[root], steps) if root in FACTS else None


def check_path(checker: Checker, node: nodes.Name | nodes.Attribute | nodes.Index) -> Typed:
    """A name, or a path that begins with a name or another expression."""
    root, steps = unwind(node)
    if isinstance(root, nodes.Name):
        typed, steps = _check_name(checker, root, steps)
    else:
        typed = checker.expression(root)
    for step in steps:
        typed = _check_step(checker, typed, step)
    return replace(typed, span=node.span)


def _check_name(checker: Checker, root: nodes.Name, steps: tuple[Step, ...]) -> tuple[Typed, tuple[Step, ...]]:
    name, span = root.value, root.span
    if name in checker.fields:
        field = checker.fields[name]
        return Typed("field", (name,), field.type, span, field.optional), steps
    known = _declared(checker, name, span)
    if known is not None:
        return known, steps
    found = fact_of(name, steps)
    if found is None:
        return _report_unknown_name(checker, root, steps), ()
    fact, rest = found
    if rest and fact.name == name and any(other.startswith(f"{name}.") for other in FACTS):
        # `content.foldet`: a fact that has parts, none of them this one.
        return _report_unknown_name(checker, root, steps), ()
    operation, arguments = ("sender_age", ()) if fact.name == "sender.age" else ("fact", (fact.name,))
    return Typed(operation, arguments, fact.type, span, fact.optional), rest


def _declared(checker: Checker, name: str, span: Span) -> Typed | None:
    names = checker.names
    if name in names.broken:
        return unknown(span)
    if name in names.lists:
        names.lists[name].used = True
        return Typed("list_name", (name,), list_of(names.lists[name].element), span)
    if name in names.finders:
        names.finders[name].used = True
        return Typed("finder", (names.finders[name].index,), FINDER, span)
    if name in names.lets:
        let = checker.let(name, span)
        if let is None:
            return unknown(span)
        let.used = True
        # A let that names a finder or a match is that finder or match, so that its fields can be asked for.
        if let.value.type in (FINDER, MATCH, UNKNOWN):
            return replace(let.value, span=span)
        return Typed("let", (name,), let.value.type, span, let.value.optional)
    if name in BUILTINS:
        return Typed("finder", (finding.builtin(checker, name, span),), FINDER, span)
    return None


def _check_step(checker: Checker, typed: Typed, step: Step) -> Typed:
    key, span = step.key, replace(step.span, start=typed.span.start) if step.span.start >= typed.span.start else step.span
    if typed.type == UNKNOWN:
        return replace(typed, span=span)
    if typed.type == MATCH and isinstance(key, str):
        return finding.field_of_first(checker, typed, key, step.span)
    if typed.type == FINDER:
        shown = typed.span.text
        return checker.report(
            "misplaced-finder",
            step.span,
            f"{code(shown)} is a finder, which has no fields; its matches have.",
            f"Write {code(f'first({shown}).{key}')}, or ask inside {code(f'{shown} where (...)')}.",
        )
    reads_attributes = typed.arguments[:1] == ("attributes",)
    if typed.type == JSON and not (typed.operation == "fact" and reads_attributes and not isinstance(key, str)):
        if typed.operation == "fact":
            type_ = ATTRIBUTE_VALUE if reads_attributes else JSON
            return Typed("path", (typed.arguments[0], (key,)), type_, span, optional=True)
        if typed.operation == "path":
            return Typed("path", (typed.arguments[0], (*typed.arguments[1], key)), JSON, span, optional=True)
        return Typed("step", (typed, key), JSON, span, optional=True)
    if typed.type.name == "list" and isinstance(key, int):
        element = typed.type.element or JSON
        if typed.operation == "path":
            return Typed("path", (typed.arguments[0], (*typed.arguments[1], key)), element, span, optional=True)
        return Typed("step", (typed, key), element, span, optional=True)
    if typed.type.name == "list":
        return checker.report(
            "type-mismatch",
            step.span,
            f"{code(typed.span.text)} is a list, whose elements have numbers, not names.",
            f"Write {code(f'{typed.span.text}[0]')} for the first element.",
        )
    if typed.type == JSON:
        return checker.report("type-mismatch", step.span, "The attributes have names, not numbers.", "Write `attributes.KEY[0]`.")
    what = beginning(a_type(typed.type))
    return checker.report("type-mismatch", step.span, f"{what} has no parts.", f"Leave it at {code(typed.span.text)}.")


def _report_unknown_name(checker: Checker, root: nodes.Name, steps: tuple[Step, ...]) -> Typed:
    name = root.value
    parts = [fact for fact in FACTS if fact.startswith(f"{name}.")]
    if parts and steps:
        written = f"{name}.{steps[0].key}"
        span = replace(root.span, end=steps[0].span.end)
        help = did_you_mean(written, parts) or f"It has {choice(parts)}."
        if steps[0].key in FUNCTIONS:
            help = f"{code(str(steps[0].key))} is a function: write {code(f'{steps[0].key}({name})')}."
        return checker.report("unknown-name", span, f"{code(name)} has no part {code(str(steps[0].key))}.", help)
    if parts:
        return checker.report("unknown-name", root.span, f"{code(name)} is no value by itself.", f"Write {choice(parts)}.")
    return checker.report_unknown("unknown-name", root.span, f"Nothing is called {code(name)}.", _help_with_name(checker, name))


def _help_with_name(checker: Checker, name: str) -> str:
    if name.upper() in STARTERS:
        return f"{code(name)} begins a line of its own: complete what stands before it."
    if name in FUNCTIONS:
        return f"{code(name)} is a function: write {code(f'{name}(content)')}."
    if name in checker.names.rules:
        return f"To ask whether the rule fired, write {code(f'matched {name}')}."
    owners = [finder for finder, builtin in BUILTINS.items() if name in builtin.fields]
    if name in {"text", "start", "length"} or owners:
        owner = owners[0] if owners else "url"
        return (
            f"{code(name)} is a field of a match: write {code(f'{owner} where ({name} ...)')} or {code(f'first({owner}).{name}')}."
        )
    candidates = [*checker.fields, *checker.names.values(), *BUILTINS, *FACTS, *(fact.split(".")[0] for fact in FACTS)]
    near = checker.did_you_mean(name, candidates)
    return near or f"Declare it with `list`, `words`, `pattern` or `let`; if it is meant as a text, write {quoted(name)}."


def is_text_like(typed: Typed) -> bool:
    """Whether finders can search it: a text, a list of texts, or a JSON value that may be one."""
    return typed.type in (TEXT, JSON, UNKNOWN) or typed.type.name in {"host", "list"}
