"""The static types of the language, as the type checker and the tables of facts and functions name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Type:
    """A type; `element` is the type of a list's elements where it is known."""

    name: str
    element: Type | None = None

    def __str__(self) -> str:
        return f"list of {self.element}" if self.element else self.name


TEXT: Final = Type("text")
HOST: Final = Type("host")
"""A text that is a host name: `in` understands `*.example.com` for it. Fits wherever a text fits."""
NUMBER: Final = Type("number")
BOOLEAN: Final = Type("boolean")
NULL: Final = Type("null")
DURATION: Final = Type("duration")
TIME: Final = Type("time")
LIST: Final = Type("list")
TEXT_OR_LIST: Final = Type("text or list")
"""What `length` takes."""
JSON: Final = Type("JSON value")
FINDER: Final = Type("finder")
MATCH: Final = Type("match")
UNKNOWN: Final = Type("unknown")
"""The type of something already reported as wrong: it agrees with everything, so that one mistake is one message."""


def list_of(element: Type) -> Type:
    """The type of a list with elements of type `element`."""
    return Type("list", element)


def fits(actual: Type, wanted: Type) -> bool:
    """Whether a value of type `actual` may stand where `wanted` is asked for (a JSON value may stand for any JSON type)."""
    if UNKNOWN in (actual, wanted) or actual == wanted:
        return True
    if wanted == JSON:
        return actual.name in {"text", "host", "number", "boolean", "null", "list", "duration", "time"}
    if wanted == TEXT_OR_LIST:
        return actual.name in {"text", "host", "list", "JSON value"}
    if actual == JSON:
        return wanted.name in {"text", "host", "number", "boolean", "list", "null"}
    if {actual, wanted} == {TEXT, HOST}:
        return True
    if actual.name == wanted.name == "list":
        return actual.element is None or wanted.element is None or fits(actual.element, wanted.element)
    return False
