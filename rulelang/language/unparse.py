"""From the compiled form back to the words of the language, for traces and explanations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from rulelang.language.values import render_duration

_WORD: Final = re.compile(r"[^\W\d]\w*\Z")

_BINARY: Final = {
    "==": "==",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "in": "in",
    "host_in": "in",
    "contains": "contains",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "like": "like",
    "+": "+",
    "-": "-",
    "*": "*",
    "/": "/",
}

# How tightly an operation binds; a looser one inside a tighter one gets parentheses.
_BINDING: Final = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6, "negative": 7}
_COMPARISON: Final = 4
_TIGHT: Final = 9


def unparse(expression: Any, body: Mapping[str, Any]) -> str:
    """The expression as an author would write it; `body` is the bundle's body, which names finders and counters."""
    return _unparse(expression, body)[0]


def unparse_path(path: Any) -> str:
    """A path (`["metadata", "a", "my-key"]`) as it is written: `metadata.a["my-key"]`."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif _WORD.match(key):
            text += f".{key}" if text else key
        else:
            text += f"[{quote(key)}]"
    return text


def quote(text: str) -> str:
    """A text literal."""
    return json.dumps(text, ensure_ascii=False)


def _binding(operation: str) -> int:
    if operation in _BINDING:
        return _BINDING[operation]
    if operation in _BINARY or operation in {"found", "matches", "is_missing", "is_present", "is_null", "has_label"}:
        return _COMPARISON
    return _TIGHT


def _unparse(expression: Any, body: Mapping[str, Any]) -> tuple[str, int]:
    operation, *arguments = expression
    binding = _binding(operation)
    if operation == "truth":
        return _unparse(arguments[0], body)
    return _text(operation, arguments, body, binding), binding


def _text(operation: str, arguments: list[Any], body: Mapping[str, Any], binding: int) -> str:
    def inner(expression: Any, least: int = binding + 1) -> str:
        text, own = _unparse(expression, body)
        return f"({text})" if own < least else text

    if operation in _BINARY:
        right = quote(arguments[1]) if isinstance(arguments[1], str) else inner(arguments[1])
        return f"{inner(arguments[0], max(binding, _COMPARISON + 1))} {_BINARY[operation]} {right}"
    if operation in {"and", "or"}:
        return f" {operation} ".join(inner(argument) for argument in arguments)
    writer = _WRITERS.get(operation)
    if writer is None:
        return f"{operation}(...)"
    return str(writer(arguments, body, inner))


def _finder(index: int, body: Mapping[str, Any]) -> str:
    row = body["finders"][index]
    if row["kind"] == "where" and row["name"] == body["finders"][row["finder"]]["name"]:
        return f"{_finder(row['finder'], body)} where ({unparse(row['condition'], body)})"
    return str(row["name"])


_INFIX: Final = {"in", "host_in", "contains", "starts_with", "ends_with", "like", "found", "matches"}


def _not(arguments: list[Any], body: Mapping[str, Any], inner: Any) -> str:
    """`x not in y` for what has such a form, else `not x`."""
    operation, left, *rest = arguments[0]
    if operation not in _INFIX:
        return f"not {inner(arguments[0], _COMPARISON + 1)}"
    plain = unparse(arguments[0], body)
    subject = inner(rest[0] if operation == "found" else left, _COMPARISON + 1)
    return f"{subject} not {plain.removeprefix(subject).lstrip()}"


def _constant(value: Any) -> str:
    if isinstance(value, str):
        return quote(value)
    return json.dumps(value)


def _template(arguments: list[Any], body: Mapping[str, Any], inner: Any) -> str:
    text = ""
    for part in arguments[0]:
        if isinstance(part, str):
            text += quote(part)[1:-1].replace("{", "{{").replace("}", "}}")
        else:
            text += "{" + inner(part, 0) + "}"
    return f'"{text}"'


def _searched(finder: int, subject: Any, body: Mapping[str, Any], inner: Any) -> str:
    name = _finder(finder, body)
    return name if subject == ["fact", "content"] else f"{name} in {inner(subject, 0)}"


def _first(arguments: list[Any], body: Mapping[str, Any], inner: Any) -> str:
    finder, subject, field = arguments
    text = f"first({_searched(finder, subject, body, inner)})"
    return text if field == "text" else f"{text}.{field}"


def _counter(arguments: list[Any], body: Mapping[str, Any], inner: Any) -> str:
    counter = body["counters"][arguments[0]]
    keys = ", ".join(inner(key, 0) for key in counter["keys"])
    within = render_duration(timedelta(milliseconds=counter["within"]))
    if counter["kind"] == "hits":
        head = f"hits of {counter['rule']}"
    elif counter["kind"] == "distinct":
        head = f"distinct {inner(counter['value'], 0)}"
    else:
        head = "messages delivered" if counter["delivered"] else "messages"
        if counter["condition"] is not None:
            head += f" where ({inner(counter['condition'], 0)})"
    return f"{head} by {keys} within {within}"


_WRITERS: Final[dict[str, Any]] = {
    "const": lambda a, b, i: _constant(a[0]),
    "decimal": lambda a, b, i: a[0],
    "duration": lambda a, b, i: render_duration(timedelta(milliseconds=a[0])),
    "list": lambda a, b, i: "[" + ", ".join(i(item, 0) for item in a[0]) + "]",
    "list_name": lambda a, b, i: a[0],
    "let": lambda a, b, i: a[0],
    "template": _template,
    "fact": lambda a, b, i: a[0],
    "path": lambda a, b, i: unparse_path([a[0], *a[1]]),
    "step": lambda a, b, i: i(a[0]) + unparse_path(["_", a[1]])[1:],
    "field": lambda a, b, i: a[0],
    "sender_age": lambda a, b, i: "sender.age",
    "found": lambda a, b, i: f"{i(a[1], _COMPARISON + 1)} contains {_finder(a[0], b)}",
    "count": lambda a, b, i: f"count({_searched(a[0], a[1], b, i)})",
    "first": _first,
    "not": _not,
    "is_null": lambda a, b, i: f"{i(a[0])} == null",
    "matches": lambda a, b, i: f"{i(a[0])} matches {_finder(a[1], b)}",
    "is_missing": lambda a, b, i: f"{i(a[0])} is missing",
    "is_present": lambda a, b, i: f"{i(a[0])} is present",
    "negative": lambda a, b, i: f"-{i(a[0])}",
    "call": lambda a, b, i: f"{a[0]}(" + ", ".join(i(item, 0) for item in a[1:]) + ")",
    "messages": _counter,
    "hits": _counter,
    "distinct": _counter,
    "has_label": lambda a, b, i: f"{a[0]} has label {quote(a[1])}",
    "matched": lambda a, b, i: f"matched {a[0]}",
}
