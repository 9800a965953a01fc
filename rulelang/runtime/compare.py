"""Comparison, membership and arithmetic of the language on values that are there or absent; nothing here raises."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from rulelang.language.finders.hosts import canonical
from rulelang.language.values import MISSING, Absent, absent, equal, kind

_ARITHMETIC: Final = decimal.Context(prec=28)
"""28 significant digits, as Python's decimal has them by default; what overflows is missing."""

_ORDERED: Final = frozenset({"number", "text", "duration", "time"})


def not_(value: Any) -> Any:
    """Kleene's negation."""
    if value is True:
        return False
    if value is False:
        return True
    return value if value.__class__ is Absent else MISSING


def truth(value: Any) -> Any:
    """A JSON value as a condition: that of `value == true`."""
    if value is True or value is False or value.__class__ is Absent:
        return value
    return MISSING


def ordered(operator: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    """`<`, `<=`, `>`, `>=` between two values of one kind that has an order; MISSING for all others."""

    def compare(left: Any, right: Any) -> Any:
        if left.__class__ is int and right.__class__ is int:
            return operator(left, right)
        gone = absent(left, right)
        if gone is not None:
            return gone
        left_kind = kind(left)
        if left_kind != kind(right) or left_kind not in _ORDERED:
            return MISSING
        return operator(left, right)

    return compare


def any_of(results: Iterable[Any]) -> Any:
    """Kleene's `or` over results."""
    outcome: Any = False
    for result in results:
        if result is True:
            return True
        if result is not False and (outcome is False or result.rank > outcome.rank):
            outcome = result
    return outcome


def member(value: Any, values: Any) -> Any:
    """`value in values`: the `or` of `value == each`."""
    if values.__class__ is Absent:
        return values
    if not isinstance(values, list | tuple):
        return MISSING
    return any_of(equal(value, item) for item in values)


def contains(whole: Any, part: Any) -> Any:
    """A text in a text, or a value in a list."""
    gone = absent(whole, part)
    if gone is not None:
        return gone
    if isinstance(whole, str):
        return part in whole if isinstance(part, str) else MISSING
    return member(part, whole)


def starts_with(whole: Any, part: Any) -> Any:
    if whole.__class__ is str and part.__class__ is str:
        return whole.startswith(part)
    gone = absent(whole, part)
    return MISSING if gone is None else gone


def ends_with(whole: Any, part: Any) -> Any:
    if whole.__class__ is str and part.__class__ is str:
        return whole.endswith(part)
    gone = absent(whole, part)
    return MISSING if gone is None else gone


def host_in(host: Any, hosts: Any) -> Any:
    """Whether a host is one of `hosts`; `*.example.com` stands for every host below `example.com`."""
    gone = absent(host, hosts)
    if gone is not None:
        return gone
    if not isinstance(host, str) or not isinstance(hosts, list | tuple):
        return MISSING
    return any_of(_is_host(host, item) for item in hosts)


def _is_host(host: str, item: Any) -> Any:
    if not isinstance(item, str):
        return MISSING
    item = canonical(item)
    if item.startswith("*."):
        return host.endswith(item[1:]) and len(host) > len(item) - 1
    return host == item


def like(value: Any, patterns: Any) -> Any:
    """Whether the whole text fits the pattern (`*` any text, `?` one code point), or any pattern of a list."""
    gone = absent(value, patterns)
    if gone is not None:
        return gone
    if isinstance(patterns, list | tuple):
        return any_of(like(value, pattern) for pattern in patterns)
    if not isinstance(value, str) or not isinstance(patterns, str):
        return MISSING
    return _fits(value, patterns)


def _fits(text: str, pattern: str) -> bool:
    parts = pattern.split("*")
    if len(parts) == 1:
        return len(text) == len(pattern) and _at(text, pattern, 0)
    first, *middle, last = parts
    if len(text) < len(first) + len(last) or not _at(text, first, 0) or not _at(text, last, len(text) - len(last)):
        return False
    position, end = len(first), len(text) - len(last)
    # The leftmost place for each part is enough: what stands between is any text.
    for part in middle:
        position = _place(text, part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True


def _at(text: str, part: str, position: int) -> bool:
    if "?" not in part:
        return text.startswith(part, position)
    return position + len(part) <= len(text) and all(
        wanted in {"?", char} for wanted, char in zip(part, text[position : position + len(part)], strict=True)
    )


def _place(text: str, part: str, start: int, end: int) -> int:
    if "?" not in part:
        return text.find(part, start, end)
    return next((place for place in range(start, end - len(part) + 1) if _at(text, part, place)), -1)


def arithmetic(operator: str) -> Callable[[Any, Any], Any]:
    """`+ - * /` on numbers, durations and times; MISSING for what can't be computed (division by zero too)."""

    def compute(left: Any, right: Any) -> Any:
        gone = absent(left, right)
        if gone is not None:
            return gone
        kinds = (kind(left), kind(right))
        try:
            if kinds == ("number", "number"):
                return _numbers(operator, left, right)
            return _times(operator, left, right, kinds)
        except (ArithmeticError, ValueError):
            return MISSING

    return compute


def _numbers(operator: str, left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and operator != "/":
        result = left + right if operator == "+" else left - right if operator == "-" else left * right
        # An integer of any size could be built up by `*`; nobody counts beyond what 28 digits hold.
        return result if result.bit_length() <= 4096 else MISSING
    operation = {"+": _ARITHMETIC.add, "-": _ARITHMETIC.subtract, "*": _ARITHMETIC.multiply, "/": _ARITHMETIC.divide}[operator]
    return operation(Decimal(left), Decimal(right))


def _times(operator: str, left: Any, right: Any, kinds: tuple[str, str]) -> Any:
    match operator, kinds:
        case "+" | "-", ("duration", "duration"):
            return left + right if operator == "+" else left - right
        case "+" | "-", ("time", "duration"):
            return left + right if operator == "+" else left - right
        case "+", ("duration", "time"):
            return right + left
        case "-", ("time", "time"):
            return left - right
        case "*", ("duration", "number"):
            return _scaled(left, right)
        case "*", ("number", "duration"):
            return _scaled(right, left)
        case "/", ("duration", "number"):
            return _scaled(left, _ARITHMETIC.divide(Decimal(1), Decimal(right)))
        case "/", ("duration", "duration"):
            microsecond = timedelta(microseconds=1)
            return _ARITHMETIC.divide(Decimal(left // microsecond), Decimal(right // microsecond))
    return MISSING


def _scaled(value: timedelta, factor: int | Decimal) -> timedelta:
    microseconds = _ARITHMETIC.multiply(Decimal(value // timedelta(microseconds=1)), Decimal(factor))
    if abs(microseconds) > Decimal(10) ** 20:
        raise OverflowError
    return timedelta(microseconds=int(microseconds))


def negative(value: Any) -> Any:
    """Unary minus of a number or a duration."""
    if value.__class__ is Absent:
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal | timedelta):
        return MISSING
    return -value
