"""From a checked policy to the body of a bundle, as `language/bundle.py` describes it; the same policy gives the same bytes."""

from __future__ import annotations

import os.path
from decimal import Decimal
from typing import Any

from rulelang.compiler import index
from rulelang.compiler.policy import CheckedGroup, CheckedRule, FinderValue, Policy, Typed
from rulelang.compiler.source import Source, Span
from rulelang.compiler.walk import inside
from rulelang.language.finders import words
from rulelang.language.types import FINDER


def lower(part: Any) -> Any:
    """An expression, or anything that holds expressions, as JSON data."""
    if isinstance(part, Typed):
        return [part.operation, *map(lower, part.arguments)]
    if isinstance(part, tuple | list):
        return [lower(each) for each in part]
    if isinstance(part, dict):
        return {key: lower(value) for key, value in part.items()}
    return part


def lower_policy(policy: Policy) -> dict[str, Any]:
    """The bundle's body of a policy without errors."""
    anchors = index.anchors(policy)
    places = _Places(policy)
    return {
        "name": policy.name,
        "settings": policy.settings,
        "sources": places.names,
        "lists": {name: [_value(entry.value) for entry in each.entries] for name, each in policy.lists.items()},
        "finders": [_finder(finder) for finder in policy.finders],
        "lets": {name: lower(let.value) for name, let in policy.lets.items() if let.used and let.value.type != FINDER},
        "counters": [lower(counter) for counter in policy.counters],
        "groups": [_group(group, places) for group in policy.groups],
        "rules": [_rule(rule, anchors[rule.name], places) for rule in policy.rules],
        "functions": sorted({typed.arguments[0] for typed in inside(_everything(policy)) if typed.operation == "call"}),
    }


def _everything(policy: Policy) -> list[Any]:
    rows = [finder.data for finder in policy.finders]
    rules = [(rule.when, rule.unless, [action.data for action in rule.actions]) for rule in policy.rules]
    return [rows, policy.counters, [let.value for let in policy.lets.values()], [(g.when, g.unless) for g in policy.groups], rules]


def _finder(finder: FinderValue) -> dict[str, Any]:
    if finder.kind == "words":
        entries = [str(entry.value) for entry in finder.entries]
        exceptions = [str(entry.value) for entry in finder.exceptions]
        return words.prepare(finder.name, finder.data["strength"], entries, exceptions)
    row: dict[str, Any] = lower(finder.data)
    return row


def _group(group: CheckedGroup, places: _Places) -> dict[str, Any]:
    return {
        "name": group.name,
        "title": group.node.title.value if group.node.title else None,
        "when": lower(group.when),
        "unless": lower(group.unless),
        "at": places.at(group.node.name.span),
    }


def _rule(rule: CheckedRule, anchors: list[Any] | None, places: _Places) -> dict[str, Any]:
    return {
        "name": rule.name,
        "title": rule.node.title.value if rule.node.title else None,
        "mode": rule.mode,
        "tags": list(rule.tags),
        "severity": rule.severity,
        "owner": rule.owner,
        "note": rule.note,
        "rollout": rule.rollout,
        "on_failure": rule.on_failure,
        "groups": [group.index for group in rule.groups],
        "when": lower(rule.when),
        "implied": rule.implied,
        "unless": lower(rule.unless),
        "actions": [lower(action.data) for action in rule.actions],
        "at": places.at(rule.node.name.span),
        "anchors": lower(anchors),
    }


def _value(value: object) -> object:
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


class _Places:
    """Numbers the sources, and names them from the policy's folder, so that a bundle does not depend on where it was made."""

    def __init__(self, policy: Policy) -> None:
        self._folder = policy.folder
        self._numbers: dict[int, int] = {}
        self.names: list[str] = []

    def at(self, span: Span) -> list[int]:
        """Source, line and column of a place."""
        return [self._number(span.source), *span.source.position(span.start)]

    def _number(self, source: Source) -> int:
        if id(source) not in self._numbers:
            self._numbers[id(source)] = len(self.names)
            inside = self._folder is not None and source.name != "-"
            self.names.append(os.path.relpath(source.name, self._folder) if inside else source.name)
        return self._numbers[id(source)]
