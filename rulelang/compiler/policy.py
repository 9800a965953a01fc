"""A policy after names and types are settled: what the lints read and what `lower` writes into the bundle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rulelang.compiler import nodes
from rulelang.compiler.source import Source, Span
from rulelang.language.types import Type


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """An expression of the compiled form: `operation` and `arguments` are those of `language/bundle.py`, nested `Typed` for
    sub-expressions. `optional`: it may be missing at run time for a message that is in order."""

    operation: str
    arguments: tuple[Any, ...]
    type: Type
    span: Span
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One entry of a list or of words, with the place it was written at (in a `.rules` file or in a list's file)."""

    value: object
    span: Span


@dataclass(slots=True, eq=False)
class ListValue:
    """A `list`: its entries are texts, numbers, booleans or null."""

    name: str
    declaration: nodes.ListDeclaration
    entries: tuple[Entry, ...]
    element: Type
    used: bool = False


@dataclass(slots=True, eq=False)
class FinderValue:
    """A finder of the policy's finder table (see `language/bundle.py`); `data` is its row, with `Typed` where the row has an
    expression. `declaration` is None for built-ins and for the nameless `where` and `any of`."""

    index: int
    name: str
    kind: str
    data: dict[str, Any]
    span: Span
    declaration: nodes.Words | nodes.Pattern | None = None
    entries: tuple[Entry, ...] = ()
    exceptions: tuple[Entry, ...] = ()
    used: bool = False


@dataclass(slots=True, eq=False)
class LetValue:
    name: str
    declaration: nodes.Let
    value: Typed
    used: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CheckedAction:
    """`data` is the row of the action in the bundle, with `Typed` where it has an expression."""

    node: nodes.Action
    data: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CheckedGroup:
    name: str
    node: nodes.Group
    index: int
    when: Typed | None
    unless: Typed | None


@dataclass(frozen=True, slots=True, eq=False)
class CheckedRule:
    """A rule with everything that its groups hand down already applied. `groups` from the outermost in."""

    name: str
    node: nodes.Rule
    groups: tuple[CheckedGroup, ...]
    mode: str
    tags: tuple[str, ...]
    severity: str | None
    owner: str | None
    note: str | None
    rollout: int
    """Thousandths of a per cent, 0..100000: `25%` is 25000."""
    on_failure: str
    when: Typed | None
    """None where it fires on every message; an implied condition (finders to rewrite) is filled in."""
    implied: bool
    """Whether `when` was filled in."""
    unless: Typed | None
    actions: tuple[CheckedAction, ...]


@dataclass(slots=True, eq=False)
class Policy:
    """A checked policy. `rules` in policy order. `folder` is where its files are, None for a text that has no folder."""

    name: str = ""
    folder: str | None = None
    sources: list[Source] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    settings_nodes: dict[str, nodes.Setting] = field(default_factory=dict)
    lists: dict[str, ListValue] = field(default_factory=dict)
    finders: list[FinderValue] = field(default_factory=list)
    lets: dict[str, LetValue] = field(default_factory=dict)
    counters: list[dict[str, Any]] = field(default_factory=list)
    groups: list[CheckedGroup] = field(default_factory=list)
    rules: list[CheckedRule] = field(default_factory=list)
    tests: list[nodes.Test] = field(default_factory=list)
