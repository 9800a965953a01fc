"""Small pieces that the checks of several subjects make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rulelang.compiler import nodes
from rulelang.compiler.policy import Typed
from rulelang.compiler.source import Span
from rulelang.language.types import BOOLEAN, NULL, NUMBER, TEXT, UNKNOWN, Type


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a match; `optional` where a match may lack it."""

    type: Type
    optional: bool


def unknown(span: Span) -> Typed:
    """What stands for an expression that is wrong and reported."""
    return Typed("unknown", (), UNKNOWN, span)


def constant(value: str | int | bool | None, span: Span) -> Typed:
    """A constant text, integer, boolean or null."""
    type_ = NULL if value is None else BOOLEAN if isinstance(value, bool) else TEXT if isinstance(value, str) else NUMBER
    return Typed("const", (value,), type_, span)


def milliseconds(duration: nodes.Duration) -> int:
    """A duration in the unit of the bundle."""
    return round(duration.value / timedelta(milliseconds=1))
