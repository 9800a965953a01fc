"""The actions of a loaded rule: plain data with closures where the rule has expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rulelang.runtime.context import Context

Closure = Callable[["Context"], Any]
"""Computes a value of the language; reads `context.match` where match fields are in scope."""

Path = tuple[str, ...]
"""`("content",)`, `("metadata", "a", "b")`, `("attributes", "order")`, `("push", "title")`, `("content_type",)`."""


@dataclass(frozen=True, slots=True)
class Deny:
    """`reason` gives a text, or is None."""

    reason: Closure | None


@dataclass(frozen=True, slots=True)
class SpanEdit:
    """`kind` is mask, replace or remove; `finders` are indexes for `context.find`; `keep` is ("first"|"last", N)."""

    kind: str
    finders: tuple[int, ...]
    path: Path
    character: str | None = None
    keep: tuple[str, int] | None = None
    replacement: Closure | None = None


@dataclass(frozen=True, slots=True)
class AddEnd:
    """`kind` is append or prepend, to content."""

    kind: str
    text: Closure


@dataclass(frozen=True, slots=True)
class SetValue:
    path: Path
    value: Closure


@dataclass(frozen=True, slots=True)
class Unset:
    path: Path


@dataclass(frozen=True, slots=True)
class AddValue:
    value: Closure
    path: Path


@dataclass(frozen=True, slots=True)
class Label:
    """`duration` None: for ever; `removed`: this is `unlabel`. `who` is sender or channel."""

    who: str
    name: str
    duration: timedelta | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Report:
    queue: Closure
    redacted: bool


Action = Deny | SpanEdit | AddEnd | SetValue | Unset | AddValue | Label | Report
EDITS = (SpanEdit, AddEnd, SetValue, Unset, AddValue)


def only_edit(rule_actions: Sequence[Action]) -> bool:
    """Whether a rule's actions all edit the message, so that it does nothing where edits are void: labels and reports stand."""
    return bool(rule_actions) and all(isinstance(action, EDITS) for action in rule_actions)
