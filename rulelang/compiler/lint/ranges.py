"""What a value can be at all, whatever the message: the hours of a day, a share between 0 and 1, a text in lower case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rulelang.compiler.policy import Policy, Typed
from rulelang.language.types import BOOLEAN, HOST


@dataclass(frozen=True, slots=True)
class Range:
    """The values that something can have: `only` these, or from `low` to `high`, or texts that `accepts`; `says` is for authors."""

    says: str
    only: tuple[object, ...] | None = None
    low: object = None
    high: object = None
    integer: bool = False
    accepts: Callable[[str], bool] | None = None


ANYTHING: Final = Range("")

_FLAG: Final = Range("", only=(True, False))
_ALWAYS_FALSE: Final = Range("", only=(False,))
_COUNT: Final = Range("It is a whole number from 0 up.", low=0, integer=True)
_COUNT_OF_THIS: Final = Range("This message counts too, so that it is 1 at least.", low=1, integer=True)
_SHARE: Final = Range("A share is between 0 and 1.", low=0, high=1)
_AGE: Final = Range("An age is 0s at least.", low=0)
_PLACES: Final = {"start", "length"}
"""The fields of every match that are whole numbers."""
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _is_lower(text: str) -> bool:
    return text == text.lower()


def _is_upper(text: str) -> bool:
    return text == text.upper()


def _is_folded(text: str) -> bool:
    return not any(char.isupper() for char in text)


def _is_gist(text: str) -> bool:
    return not any(char.isupper() or char.isspace() or char.isdigit() for char in text)


FUNCTION_RANGES: Final[dict[str, Range]] = {
    "length": Range("A length is a whole number from 0 up.", low=0, integer=True),
    "words": _COUNT,
    "lines": _COUNT,
    "caps_ratio": _SHARE,
    "digit_ratio": _SHARE,
    "punctuation_ratio": _SHARE,
    "repeat_ratio": _SHARE,
    "hour": Range("An hour is a whole number from 0 to 23.", low=0, high=23, integer=True),
    "weekday": Range("A weekday is " + ", ".join(f"`{day}`" for day in _WEEKDAYS[:-1]) + f" or `{_WEEKDAYS[-1]}`.", only=_WEEKDAYS),
    "time_of_day": Range('A time of day is written with four digits, from "00:00" to "23:59".', low="00:00", high="23:59"),
    "abs": Range("A number without its sign is 0 at least.", low=0),
    "lower": Range("What `lower` gives has no capital letters.", accepts=_is_lower),
    "upper": Range("What `upper` gives has no small letters.", accepts=_is_upper),
}
"""By the function's name; a function that is not here gives anything of its type."""

_FACT_RANGES: Final[dict[str, Range]] = {
    "content.folded": Range("`content.folded` has no capital letters.", accepts=_is_folded),
    "content.gist": Range("`content.gist` has no capital letters, digits or spaces.", accepts=_is_gist),
    "persistence": Range("`persistence` is `PERSISTENT` or `NON_PERSISTENT`.", only=("PERSISTENT", "NON_PERSISTENT")),
    "push.type": Range("`push.type` is `DEFAULT` or `VOIP`.", only=("DEFAULT", "VOIP")),
}

_HOST: Final = Range("A host is in lower case, without a port.", accepts=lambda text: _is_lower(text) and ":" not in text)


def range_of(policy: Policy, typed: Typed) -> Range:
    """What the expression can be where it is not missing."""
    match typed.operation:
        case "count" | "found":
            finder = policy.finders[typed.arguments[0]]
            if finder.kind == "words" and not finder.entries:
                return _ALWAYS_FALSE if typed.operation == "found" else Range("Words without an entry find nothing.", only=(0,))
            return _FLAG if typed.operation == "found" else _COUNT
        case "first" if typed.arguments[2] in _PLACES:
            return _COUNT
        case "field" if typed.arguments[0] in _PLACES:
            return _COUNT
        case "messages":
            row = policy.counters[typed.arguments[0]]
            return _COUNT if row["delivered"] or row["condition"] is not None else _COUNT_OF_THIS
        case "distinct":
            return _COUNT_OF_THIS
        case "hits":
            return _COUNT
        case "sender_age":
            return _AGE
        case "call":
            return FUNCTION_RANGES.get(typed.arguments[0], ANYTHING)
        case "fact" if typed.arguments[0] in _FACT_RANGES:
            return _FACT_RANGES[typed.arguments[0]]
    if typed.type == BOOLEAN:
        return _FLAG
    return _HOST if typed.type == HOST else ANYTHING


_NO_CONSTANT: Final = object()


def constant(policy: Policy, typed: Typed) -> object:
    """The value of an expression that is the same for every message, a duration in milliseconds; `NO_CONSTANT` for any other."""
    match typed.operation:
        case "const" | "duration":
            return typed.arguments[0]
        case "decimal":
            return Decimal(typed.arguments[0])
        case "list":
            values = tuple(constant(policy, item) for item in typed.arguments[0])
            return _NO_CONSTANT if _NO_CONSTANT in values else values
        case "list_name" if typed.arguments[0] in policy.lists:
            return tuple(entry.value for entry in policy.lists[typed.arguments[0]].entries)
    return _NO_CONSTANT


def is_constant(value: object) -> bool:
    """Whether `constant` gave a value."""
    return value is not _NO_CONSTANT
