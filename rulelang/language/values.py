"""The values a rule computes with, and the laws of missing, equality and order among them.

| type in the language | Python |
| --- | --- |
| text | `str` |
| number | `int` or `decimal.Decimal` (never `float`: 7 of 10 letters is 0.7 exactly) |
| boolean | `bool` |
| `null` | `None` |
| duration, time | `datetime.timedelta`, `datetime.datetime` (aware, UTC) |
| list, JSON object | `list` or `tuple`, `dict` |
| missing | `MISSING` |
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

Number = int | Decimal
Duration = timedelta
Time = datetime


class Absent:
    """A value that is not there, and why; of two that meet in one operation the higher `rank` wins."""

    __slots__ = ("name", "rank")

    def __init__(self, name: str, rank: int) -> None:
        self.name = name
        self.rank = rank

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        raise TypeError("an absent value has no truth: compare with `is True`")


MISSING: Final = Absent("missing", 0)
"""The value of a path that leads nowhere; also Kleene's third truth value."""

FAILED: Final = Absent("failed", 1)
"""The value of something that could not be read, such as a counter of a store that is down."""

PENDING: Final = Absent("pending", 2)
"""The value of state that has not been read yet; never seen outside the evaluator."""


def absent(left: Any, right: Any) -> Absent | None:
    """The absent value that results where `left` and `right` meet, or None when both are there."""
    if left.__class__ is Absent:
        if right.__class__ is Absent and right.rank > left.rank:
            return right
        return left
    if right.__class__ is Absent:
        return right
    return None


def kind(value: object) -> str:
    """The JSON type (or `duration`, `time`) of a value: values of different kinds never compare."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return "list"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, timedelta):
        return "duration"
    if isinstance(value, datetime):
        return "time"
    raise TypeError(f"no value of the language: {type(value).__name__}")


def same(left: Any, right: Any) -> bool:
    """Deep equality of two values that are there, without Python's `1 == True`."""
    left_kind = kind(left)
    if left_kind != kind(right):
        return False
    if left_kind == "list":
        return len(left) == len(right) and all(map(same, left, right))
    if left_kind == "object":
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    return bool(left == right)


def equal(left: Any, right: Any) -> Any:
    """`==` of the language: True, False, or an absent value where the two can't be compared."""
    if left.__class__ is str and right.__class__ is str:
        return left == right
    gone = absent(left, right)
    if gone is not None:
        return gone
    if kind(left) != kind(right):
        return MISSING
    return same(left, right)


def render(value: Any) -> str:
    """The text that a value becomes inside a template."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Absent):
        return ""
    if isinstance(value, int | Decimal):
        try:
            return str(value)
        except ValueError:  # more digits than Python writes of an int
            return str(Decimal(value))
    if isinstance(value, timedelta):
        return render_duration(value)
    if isinstance(value, datetime):
        return render_time(value)
    from rulelang.language import json_text

    return json_text.dump(value)


_UNITS: Final = (("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))

DURATION_UNITS: Final = {name: timedelta(milliseconds=size) for name, size in _UNITS}
"""The units of a duration literal: `90s`, `1h30m`, `2w`, `250ms`."""


def render_duration(value: timedelta) -> str:
    """`1h30m`, as a duration is written in the language; milliseconds are its smallest unit."""
    rest = round(value / timedelta(milliseconds=1))
    sign, rest = ("-", -rest) if rest < 0 else ("", rest)
    parts = []
    for name, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{name}")
    return sign + ("".join(parts) or "0s")


def render_time(value: datetime) -> str:
    """A time as RFC 3339 in UTC with milliseconds, as the service writes it."""
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse_time(text: object) -> datetime | None:
    """A time of RFC 3339; None for what is none. A time without a zone is taken as UTC."""
    if not isinstance(text, str):
        return None
    try:
        value = datetime.fromisoformat(text)
        if value.tzinfo is UTC:
            return value
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
