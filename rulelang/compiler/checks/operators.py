"""Operators: comparison, membership, arithmetic, and the questions whether something is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from rulelang.compiler import nodes
from rulelang.compiler.checks import finding, paths
from rulelang.compiler.checks.making import unknown
from rulelang.compiler.diagnostics import Fix
from rulelang.compiler.policy import Typed
from rulelang.compiler.wording import a_type, beginning, code, literal, quoted
from rulelang.language.types import BOOLEAN, DURATION, FINDER, HOST, JSON, MATCH, NUMBER, TEXT, TIME, UNKNOWN, Type

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker

_ORDERED: Final = {"text", "host", "number", "duration", "time"}
_JSON: Final = {"text", "host", "number", "boolean", "null", "list", JSON.name}

_DURATION: Final = re.compile(r"([0-9]+(ms|[smhdw]))+\Z")

_SUMS: Final = {
    ("+", NUMBER, NUMBER): NUMBER,
    ("-", NUMBER, NUMBER): NUMBER,
    ("*", NUMBER, NUMBER): NUMBER,
    ("/", NUMBER, NUMBER): NUMBER,
    ("+", DURATION, DURATION): DURATION,
    ("-", DURATION, DURATION): DURATION,
    ("*", DURATION, NUMBER): DURATION,
    ("*", NUMBER, DURATION): DURATION,
    ("/", DURATION, NUMBER): DURATION,
    ("/", DURATION, DURATION): NUMBER,
    ("-", TIME, TIME): DURATION,
    ("+", TIME, DURATION): TIME,
    ("+", DURATION, TIME): TIME,
    ("-", TIME, DURATION): TIME,
}


def can_be_equal(left: Type, right: Type) -> bool:
    """Whether values of the two types can ever be equal."""
    if UNKNOWN in (left, right):
        return True
    if JSON in (left, right):
        return left.name in _JSON and right.name in _JSON
    if left.name == right.name == "list":
        return left.element is None or right.element is None or can_be_equal(left.element, right.element)
    return _plain(left).name == _plain(right).name


def check_binary(checker: Checker, node: nodes.Binary) -> Typed:
    """`left operator right`."""
    dashed = _dashed_key(checker, node)
    if dashed is not None:
        return dashed
    return _CHECKS[node.operator](checker, node)


def check_negative(checker: Checker, node: nodes.Negative) -> Typed:
    """Unary minus; a negative number is a constant of its own."""
    operand = checker.value(node.operand)
    if operand.operation == "const" and operand.type == NUMBER:
        return Typed("const", (-operand.arguments[0],), NUMBER, node.span)
    if operand.operation == "decimal":
        return Typed("decimal", (f"-{operand.arguments[0]}",), NUMBER, node.span)
    type_ = NUMBER if operand.type == JSON else operand.type
    if type_ not in (NUMBER, DURATION, UNKNOWN):
        return checker.report("type-mismatch", node.span, f"A minus needs a number, and this is {a_type(operand.type)}.")
    return Typed("negative", (operand,), type_, node.span, operand.optional)


def check_chain(checker: Checker, node: nodes.Chain) -> Typed:
    """`1 < x < 3`, which the language does not have."""
    for operand in node.operands:
        checker.value(operand)
    texts = [operand.span.text for operand in node.operands]
    parts = [f"{texts[place]} {operator} {texts[place + 1]}" for place, operator in enumerate(node.operators)]
    return checker.report("chained-comparison", node.span, "Comparisons do not chain.", f"Write {code(' and '.join(parts))}.")


def check_presence(checker: Checker, node: nodes.Presence) -> Typed:
    """`x is missing`, `x is present`."""
    shown = node.subject.span.text
    subject = checker.value(node.subject, f"Write {code(('' if node.present else 'not ') + f'content contains {shown}')}.")
    return Typed("is_present" if node.present else "is_missing", (subject,), BOOLEAN, node.span)


def _dashed_key(checker: Checker, node: nodes.Binary) -> Typed | None:
    """`metadata.my-key`: a minus without blanks after a path into what the client sent."""
    if node.operator != "-":
        return None
    parts: list[nodes.Expression] = [node.right]
    left = node.left
    while isinstance(left, nodes.Binary) and left.operator == "-":
        parts.append(left.right)
        left = left.left
    root, steps = paths.unwind(left)
    if (
        not isinstance(root, nodes.Name)
        or root.value not in {"metadata", "attributes"}
        or not steps
        or not isinstance(left, nodes.Attribute)
    ):
        return None
    if node.span.text != "".join(node.span.text.split()) or not all(
        isinstance(paths.unwind(part)[0], nodes.Name) for part in parts
    ):
        return None
    base = left.span.text[: -len(left.name)].removesuffix(".")
    rest = node.span.text[left.span.end - node.span.start :]
    key, dot, tail = (left.name + rest).partition(".")
    spelled = f"{base}[{literal(key)}]{dot}{tail}"
    checker.diagnostics.add(
        "dashed-key",
        node.span,
        "A key with a dash in it can't be written after a dot.",
        f"Write {code(spelled)}.",
        fixes=[Fix(node.span, spelled)],
    )
    return unknown(node.span)


def _equality(checker: Checker, node: nodes.Binary) -> Typed:
    if isinstance(node.right, nodes.Null) or isinstance(node.left, nodes.Null):
        return _with_null(checker, node)
    left, right = _operands(checker, node)
    if UNKNOWN in (left.type, right.type):
        return unknown(node.span)
    if not can_be_equal(left.type, right.type):
        return checker.report("type-mismatch", node.span, _never(left, right, "equal to"), _help_to_compare(node, left, right))
    return Typed(node.operator, (left, right), BOOLEAN, node.span, left.optional or right.optional)


def _with_null(checker: Checker, node: nodes.Binary) -> Typed:
    asked = node.left if isinstance(node.right, nodes.Null) else node.right
    subject = checker.value(asked)
    if not can_be_equal(subject.type, JSON) or subject.type.name in {"text", "host", "number", "boolean"}:
        word = "missing" if node.operator == "==" else "present"
        return checker.report(
            "type-mismatch",
            node.span,
            f"{code(asked.span.text)} is {a_type(subject.type)} and never null.",
            f"To ask whether it is there, write {code(f'{asked.span.text} is {word}')}.",
        )
    is_null = Typed("is_null", (subject,), BOOLEAN, node.span, subject.optional)
    return is_null if node.operator == "==" else Typed("not", (is_null,), BOOLEAN, node.span, subject.optional)


def _order(checker: Checker, node: nodes.Binary) -> Typed:
    left, right = _operands(checker, node)
    if UNKNOWN in (left.type, right.type):
        return unknown(node.span)
    for side in (left, right):
        if side.type != JSON and side.type.name not in _ORDERED:
            return checker.report(
                "type-mismatch",
                side.span,
                f"{code(node.operator)} needs something with an order, and this is {a_type(side.type)}.",
                "Compare it with `==` or `!=`.",
            )
    if not can_be_equal(left.type, right.type):
        return checker.report("type-mismatch", node.span, _never(left, right, "compared with"), _help_to_compare(node, left, right))
    return Typed(node.operator, (left, right), BOOLEAN, node.span, left.optional or right.optional)


def _membership(checker: Checker, node: nodes.Binary) -> Typed:
    whole = checker.expression(node.right)
    shown, right = node.left.span.text, node.right.span.text
    part = checker.value(node.left, f"Write {code(f'{right} contains {shown}')}.")
    if whole.type == FINDER:
        return checker.report(
            "misplaced-finder",
            node.right.span,
            f"{code(right)} is a finder, and `in` needs a list.",
            f"Write {code(f'{shown} contains {right}')}.",
        )
    if UNKNOWN in (whole.type, part.type):
        return unknown(node.span)
    if whole.type in (TEXT, HOST, MATCH):
        return checker.report(
            "type-mismatch",
            node.right.span,
            f"`in` needs a list, and this is {a_type(whole.type)}.",
            f"Write {code(f'{right} contains {shown}')}.",
        )
    if whole.type != JSON and whole.type.name != "list":
        return checker.report(
            "type-mismatch",
            node.right.span,
            f"`in` needs a list, and this is {a_type(whole.type)}.",
            f"Write {code(f'{shown} == {right}')}.",
        )
    if whole.type.element is not None and not can_be_equal(part.type, whole.type.element):
        return checker.report(
            "type-mismatch",
            node.span,
            f"{beginning(a_type(part.type))} is never in {a_type(whole.type)}.",
            _help_with_list(part, whole),
        )
    operation = "host_in" if part.type == HOST else "in"
    wild = None if operation == "host_in" else _wildcard(checker, whole)
    if wild is not None:
        written = node.span.source.text[node.left.span.end : node.right.span.start].split()
        like = "not like" if "not" in written else "like"
        return checker.report(
            "wildcard-in-list",
            node.span,
            f"`in` compares whole values, so {code(wild)} would mean a star, not any text.",
            f"Write {code(f'{shown} {like} {right}')}.",
        )
    return Typed(operation, (part, whole), BOOLEAN, node.span, part.optional or whole.optional)


def _help_with_list(part: Typed, whole: Typed) -> str | None:
    if whole.type.element == NUMBER and _plain(part.type) == TEXT:
        return f"Write the numbers of the list between quotes, or compare {code(f'number({part.span.text})')}."
    if whole.type.element == TEXT and part.type == NUMBER:
        return "Write the elements of the list without quotes."
    return None


def _wildcard(checker: Checker, whole: Typed) -> str | None:
    if whole.operation == "list_name":
        values = [entry.value for entry in checker.names.lists[whole.arguments[0]].entries]
    else:
        values = (
            [item.arguments[0] for item in whole.arguments[0] if item.operation == "const"] if whole.operation == "list" else []
        )
    return next((value for value in values if isinstance(value, str) and "*" in value), None)


def _contains(checker: Checker, node: nodes.Binary) -> Typed:
    shown, right = node.left.span.text, node.right.span.text
    part = checker.expression(node.right)
    if part.type == FINDER:
        whole = checker.value(
            node.left, f"Ask only for {code(f'content contains {right}')}, or narrow it: {code(f'{right} where (...)')}."
        )
        return finding.check_found(checker, node, whole, part.arguments[0])
    whole = checker.value(node.left)
    part = replace(part, type=_plain(part.type))
    if UNKNOWN in (whole.type, part.type):
        return unknown(node.span)
    if part.type.name == "list":
        return checker.report(
            "contains-list",
            node.span,
            "`contains` looks for one thing, and this is a list.",
            _help_with_words(node, whole, part),
        )
    if whole.type in (TEXT, HOST):
        wanted: Type | None = TEXT
    elif whole.type.name == "list":
        wanted = whole.type.element
    elif whole.type == JSON:
        wanted = JSON
    else:
        return checker.report(
            "type-mismatch", node.left.span, f"`contains` needs a text or a list, and this is {a_type(whole.type)}."
        )
    if wanted is not None and not can_be_equal(part.type, wanted):
        message = f"{beginning(a_type(whole.type))} never contains {a_type(part.type)}."
        quotes = f"Write {code(f'{shown} contains {literal(right)}')}." if part.type == NUMBER else None
        return checker.report("type-mismatch", node.span, message, quotes)
    return Typed("contains", (whole, part), BOOLEAN, node.span, whole.optional or part.optional)


def _help_with_words(node: nodes.Binary, whole: Typed, part: Typed) -> str:
    shown, right = node.left.span.text, node.right.span.text
    if whole.type.name == "list":
        return f"Ask for each, joined by `or`: {code(f'{shown} contains ...')}."
    name = f"{right}_words" if part.operation == "list_name" else "NAME"
    return f"Declare {code(f'words {name} = {right}')}, and write {code(f'{shown} contains {name}')}."


def _text_pair(checker: Checker, node: nodes.Binary) -> Typed:
    left, right = _operands(checker, node)
    if UNKNOWN in (left.type, right.type):
        return unknown(node.span)
    for side, is_pattern in ((left, False), (right, node.operator == "like")):
        lists = is_pattern and side.type.name == "list" and (side.type.element or TEXT) in (TEXT, HOST, JSON, UNKNOWN)
        if side.type not in (TEXT, HOST, JSON) and not lists:
            return checker.report(
                "type-mismatch",
                side.span,
                f"{code(node.operator)} compares texts, and this is {a_type(side.type)}.",
                _help_for_text(node, side),
            )
    return Typed(node.operator.replace(" ", "_"), (left, right), BOOLEAN, node.span, left.optional or right.optional)


def _help_for_text(node: nodes.Binary, side: Typed) -> str | None:
    if side.type == NUMBER:
        return f"Write it between quotes: {quoted(side.span.text)}." if side.operation in {"const", "decimal"} else None
    if side.type.name == "list":
        return f"Write {code(f'{node.left.span.text} {node.operator} ...')} for each, joined by `or`, or use `like`."
    return None


def _arithmetic(checker: Checker, node: nodes.Binary) -> Typed:
    left, right = _operands(checker, node)
    if UNKNOWN in (left.type, right.type):
        return unknown(node.span)
    # A JSON value can only be a number here: what else it may be gives missing.
    types = [NUMBER if side.type == JSON else side.type for side in (left, right)]
    result = _SUMS.get((node.operator, types[0], types[1]))
    if result is None:
        texts = any(type_ in (TEXT, HOST) for type_ in types)
        template = "".join(
            "{" + side.span.text + "}" if side.operation != "const" else str(side.arguments[0]) for side in (left, right)
        )
        help = f"A condition can't join texts; in an action, write {quoted(template)}." if texts and node.operator == "+" else None
        if TIME in types and right.operation == "const" and right.type == NUMBER:
            help = _help_with_unit(str(right.arguments[0]))
        return checker.report(
            "type-mismatch",
            node.span,
            f"{code(node.operator)} can't be used with {a_type(left.type)} and {a_type(right.type)}.",
            help,
        )
    divides = node.operator == "/" and not (
        right.operation in {"const", "decimal", "duration"} and any(c in "123456789" for c in str(right.arguments[0]))
    )
    return Typed(node.operator, (left, right), result, node.span, left.optional or right.optional or divides)


def _help_with_unit(number: str) -> str:
    return f"Write a duration with its unit, such as {code(number + 'h')} or {code(number + 'm')}."


def _operands(checker: Checker, node: nodes.Binary) -> tuple[Typed, Typed]:
    left, right = node.left.span.text, node.right.span.text
    return (
        checker.value(node.left, f"Write {code(f'{right} contains {left}')} or {code(f'count({left})')}."),
        checker.value(node.right, f"Write {code(f'{left} contains {right}')} or {code(f'count({right})')}."),
    )


def _plain(type_: Type) -> Type:
    return TEXT if type_ in (HOST, MATCH) else type_


def _never(left: Typed, right: Typed, relation: str) -> str:
    verb = "is never" if relation == "equal to" else "can't be"
    return f"{beginning(a_type(left.type))} {verb} {relation} {a_type(right.type)}."


def _help_to_compare(node: nodes.Binary, left: Typed, right: Typed) -> str | None:
    for side, other, written in ((right, left, node.right), (left, right, node.left)):
        if not isinstance(written, nodes.Text | nodes.Number | nodes.Boolean):
            continue
        value = str(side.arguments[0])
        if _plain(other.type) == TEXT:
            return f"Write it between quotes: {quoted(written.span.text)}."
        if other.type == NUMBER and value.replace(".", "", 1).isdigit():
            return f"Write it without quotes: {code(value)}."
        if other.type == BOOLEAN and value in {"true", "false"}:
            return f"Write it without quotes: {code(value)}."
        if other.type == DURATION and side.type == NUMBER:
            return _help_with_unit(value)
        if other.type == DURATION and _DURATION.match(value):
            return f"Write it without quotes: {code(value)}."
        if other.type == TIME:
            return 'Write `time_of_day(now) >= "08:30"`, `hour(now) >= 8`, or compare a difference: `now - created_at > 1h`.'
    if left.type.name == "list" or right.type.name == "list":
        element, whole = (right, left) if left.type.name == "list" else (left, right)
        return f"Write {code(f'{element.span.text} in {whole.span.text}')}."
    return None


_CHECKS: Final[dict[str, Callable[[Any, nodes.Binary], Typed]]] = {
    "==": _equality,
    "!=": _equality,
    "<": _order,
    "<=": _order,
    ">": _order,
    ">=": _order,
    "in": _membership,
    "contains": _contains,
    "starts with": _text_pair,
    "ends with": _text_pair,
    "like": _text_pair,
    "+": _arithmetic,
    "-": _arithmetic,
    "*": _arithmetic,
    "/": _arithmetic,
}
