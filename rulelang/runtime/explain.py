"""Why a rule fired on a message, and why another did not: every part of its condition with the values it saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rulelang.language.decision import Hit
from rulelang.language.finders.match import Match
from rulelang.language.unparse import quote, unparse, unparse_path
from rulelang.language.values import FAILED, MISSING, PENDING, Absent, render
from rulelang.runtime import actions
from rulelang.runtime.context import Context
from rulelang.runtime.evaluate import evaluate
from rulelang.runtime.message import Message
from rulelang.runtime.program import EVERYONE, Program, Rule, rollout_place
from rulelang.runtime.readers import READERS, step, texts_at
from rulelang.runtime.state.interface import Store

_LONGEST: Final = 120
"""Values longer than this many code points are shown by their beginning."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition: its text, what it came to (`true`, `false`, `missing`, `failed`, `not read`), the values it saw.

    `role` of the outermost parts: `when`, `unless`, `group NAME when`, `group NAME unless`; empty inside.
    """

    text: str
    value: str
    seen: tuple[str, ...] = ()
    children: tuple[Part, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """One rule on one message.

    `exempted_by` is the group's or the rule's name whose `unless` is true; `rollout` a sentence where the sender is out;
    `failure` why the rule could not be evaluated.
    """

    name: str
    title: str | None
    mode: str
    fired: bool
    parts: tuple[Part, ...]
    exempted_by: str | None = None
    rollout: str | None = None
    failure: str | None = None
    hits: tuple[Hit, ...] = ()


def explain(program: Program, message: Message, store: Store) -> list[RuleExplanation]:
    """For every rule of the policy: whether it fires on `message`, and why or why not."""
    context = Context(program, message, store)
    evaluate(program, context)
    rules = {rule.name: rule for rule in program.rules}
    return [_rule(rules[row["name"]], context) if row["name"] in rules else _asleep(row) for row in program.body["rules"]]


def _asleep(row: Mapping[str, Any]) -> RuleExplanation:
    """A rule that is off, or rolled out to nobody: it is not evaluated at all."""
    rollout = None if row["mode"] == "off" else "the rule's rollout is 0%"
    return RuleExplanation(row["name"], row["title"], row["mode"], False, (), rollout=rollout)


def _rule(rule: Rule, context: Context) -> RuleExplanation:
    parts = []
    exempted_by = None
    for owner, row in (*((f"group {group['name']} ", group) for group in rule.groups), ("", rule.row)):
        if row["when"] is not None:
            parts.append(describe(row["when"], context, role=f"{owner}when"))
        if row["unless"] is not None:
            part = describe(row["unless"], context, role=f"{owner}unless")
            parts.append(part)
            if part.value == "true" and exempted_by is None:
                exempted_by = row["name"]
    rollout = None
    if not rule.is_rolled_out(context.message.sender_arn):
        place = rollout_place(rule.name, context.message.sender_arn)
        rollout = (
            f"this sender stands at {place * 100 / EVERYONE:.3f}% and the rule's rollout is {rule.rollout * 100 / EVERYONE:g}%"
        )
    fired = context.fired.get(rule.name, False) is True
    failed = not fired and any(part.value == "failed" for part in parts)
    return RuleExplanation(
        rule.name,
        rule.row["title"],
        rule.mode,
        fired,
        tuple(parts),
        exempted_by,
        rollout,
        context.failure if failed else None,
        hits(rule, context) if fired else (),
    )


def describe(expression: Any, context: Context, role: str = "") -> Part:
    """A condition as a tree of its parts, each with its value for this message."""
    operation, *arguments = expression
    if operation == "truth":
        return describe(arguments[0], context, role)
    text = unparse(expression, context.program.body)
    value = _verdict(context.program.compiler.closure(expression)(context))
    seen: tuple[str, ...] = ()
    children: tuple[Part, ...] = ()
    if operation in {"and", "or"}:
        children = tuple(describe(argument, context) for argument in arguments)
    elif operation == "not":
        children = (describe(arguments[0], context),)
    elif operation == "let":
        children = (describe(context.program.body["lets"][arguments[0]], context),)
    else:
        seen = tuple(dict.fromkeys(_seen(expression, context)))
        children = tuple(_narrowings(expression, context))
    return Part(text, value, seen, children, role)


def because(rule: Rule, context: Context) -> str:
    """One sentence that says why a rule that fired did so."""
    reasons: list[str] = []
    for row in (*rule.groups, rule.row):
        if row["when"] is not None:
            reasons.extend(_reasons(describe(row["when"], context)))
    return " and ".join(dict.fromkeys(reasons)) if reasons else "the rule has no condition"


def _reasons(part: Part) -> Iterator[str]:
    """The innermost parts that made a true part true."""
    inner = [child for child in part.children if child.value == "true" and not child.role]
    if part.seen or not inner or len(part.children) == 1:
        yield part.text + (f" ({', '.join(part.seen)})" if part.seen else "")
        return
    for child in inner:
        yield from _reasons(child)


def hits(rule: Rule, context: Context) -> tuple[Hit, ...]:
    """The spans that the finders of a rule's condition and edits find, by path and position."""
    found: dict[Hit, None] = {}
    for finder, path in searched(rule):
        for text_path, text in texts_at(path, context):
            for match in context.find(finder, text):
                found[Hit(text_path, match.start, match.end, match.by)] = None
    return tuple(sorted(found, key=lambda hit: (hit.path, hit.start, hit.end)))


def searched(rule: Rule) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The finders that a rule's conditions and edits look for, each with the path of the text that it searches."""
    for row in (*rule.groups, rule.row):
        yield from _searched_by(row["when"], rule.program)
    for action in rule.actions:
        if isinstance(action, actions.SpanEdit):
            for finder in action.finders:
                yield finder, action.path


def _searched_by(expression: Any, program: Program) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The finders in an expression, through lets, each with the path that it searches."""
    if not isinstance(expression, list):
        return
    operation = expression[0]
    if operation in {"const", "path"}:
        return
    if operation in {"found", "count", "first"}:
        yield expression[1], _path_of(expression[2])
        return
    if operation == "matches":
        yield expression[2], _path_of(expression[1])
        return
    if operation == "let":
        yield from _searched_by(program.body["lets"][expression[1]], program)
        return
    for part in expression[1] if operation == "list" else expression[1:]:
        yield from _searched_by(part, program)


def _path_of(expression: Any) -> tuple[Any, ...]:
    operation, *arguments = expression
    if operation == "fact":
        return tuple(arguments[0].split("."))
    if operation == "path":
        return (arguments[0], *arguments[1])
    return ()


def _verdict(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is FAILED:
        return "failed"
    if value is PENDING:
        return "not read"
    if value is MISSING:
        return "missing"
    return shown(value)


def shown(value: Any) -> str:
    """A value as an explanation shows it."""
    if value.__class__ is Absent:
        return _verdict(value)
    if isinstance(value, str):
        return quote(value if len(value) <= _LONGEST else value[:_LONGEST] + "…")
    text = render(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _seen(expression: Any, context: Context) -> Iterator[str]:
    """What the operands of a comparison were, as far as the reader can't read it off the text."""
    operation, *arguments = expression
    if operation in {"found", "matches"}:
        finder, subject = arguments if operation == "found" else reversed(arguments)
        yield from _matches(finder, subject, context)
        return
    if operation == "count":
        yield from _matches(arguments[0], arguments[1], context)
        return
    if operation in {"matched", "has_label", "const", "decimal", "duration", "list_name"}:
        return
    if operation in {"fact", "path", "step", "let", "first", "call", "messages", "hits", "distinct", "sender_age"}:
        yield from _operand(expression, context)
        return
    for argument in arguments:
        if isinstance(argument, list) and argument and isinstance(argument[0], str):
            yield from _operand(argument, context)


def _operand(expression: Any, context: Context) -> Iterator[str]:
    operation, *arguments = expression
    if operation in {"const", "decimal", "duration", "list", "list_name", "template"}:
        return
    text = unparse(expression, context.program.body)
    value = context.program.compiler.closure(expression)(context)
    if operation == "path" and value is MISSING:
        yield f"{_first_missing(arguments[0], arguments[1], context)} is missing"
        return
    yield f"{text} is {shown(value)}" if value.__class__ is Absent else f"{text} = {shown(value)}"
    if operation == "count":
        yield from _matches(arguments[0], arguments[1], context)
    elif operation in {"call", "+", "-", "*", "/", "negative"}:
        for argument in arguments:
            if isinstance(argument, list) and argument[0] != "fact":
                yield from _operand(argument, context)


def _first_missing(base: str, keys: Sequence[Any], context: Context) -> str:
    """The beginning of a path up to the first step that leads nowhere."""
    value = READERS[base](context)
    taken: list[Any] = [base]
    for key in keys:
        if value is MISSING:
            break
        value = step(value, key)
        taken.append(key)
    return unparse_path(taken)


def _matches(finder: int, subject: Any, context: Context) -> Iterator[str]:
    name = context.program.body["finders"][finder]["name"]
    texts = [text for _, text in texts_at(_path_of(subject), context)]
    if not texts:
        yield f"{unparse(subject, context.program.body)} is missing"
        return
    matches = [match for text in texts for match in context.find(finder, text)]
    if matches:
        yield ", ".join(_match(match) for match in matches[:5]) + (f" and {len(matches) - 5} more" if len(matches) > 5 else "")
    else:
        yield f"{name} finds nothing"


def _match(match: Match) -> str:
    text = shown(match.text)
    if match.entry is not None and match.entry.strip("*") != match.text.lower():
        return f"{text} by the entry {quote(match.entry)}"
    return text


def _narrowings(expression: Any, context: Context) -> Iterator[Part]:
    """For a finder with `where`: each match before the `where`, and what its condition came to."""
    if expression[0] not in {"found", "count"}:
        return
    row = context.program.body["finders"][expression[1]]
    if row["kind"] != "where":
        return
    outer = context.match
    for _, text in texts_at(_path_of(expression[2]), context):
        for match in context.find(row["finder"], text):
            context.match = match
            part = describe(row["condition"], context)
            yield Part(f"for {shown(match.text)}: {part.text}", part.value, part.seen, part.children, role="match")
    context.match = outer
