"""Anchors: by what a rule can be found, because one of them must hold for the rule to fire.

An anchor is a finder that must find something in `content`, or a field that must be a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, NamedTuple

from rulelang.compiler.policy import CheckedRule, Policy, Typed
from rulelang.compiler.walk import conditions, dependency_order, exemptions, rests_on


class FieldText(NamedTuple):
    """A fact or a path, as operation and arguments, and the text that it must be."""

    subject: tuple[Any, ...]
    text: str


Anchor = int | FieldText
"""The index of a finder, or a field's text."""

Anchors = frozenset[Anchor] | None
"""The anchors of which one must hold; None where nothing can be said."""

_COSTS: Final = {"words": 0, "pattern": 1, "field": 2, "builtin": 3}
"""By how much they leave to be evaluated, and what they cost: `metadata.lang == "en"` is true of many messages."""
_DEAR_FACTS: Final = {"content.folded", "content.gist"}
_STATE: Final = {"messages", "hits", "distinct", "has_label", "sender_age"}
_COMPARISONS: Final = {"==", "!=", "<", "<=", ">", ">=", "host_in", "starts_with", "ends_with", "like", "contains", "in"}
_STRICT: Final = {"+", "-", "*", "/", "negative", "call", "step"}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def anchors(policy: Policy) -> dict[str, list[Any] | None]:
    """The anchors of each rule, as its row in the bundle has them."""
    indexer = _Indexer(policy)
    # In this order no rule waits for another, however long a chain of `matched` is.
    found = {rule.name: indexer.rule(rule) for rule in dependency_order(policy)}
    return {name: None if each is None else _row(each) for name, each in found.items()}


def _row(choice: frozenset[Anchor]) -> list[Any]:
    texts: dict[tuple[Any, ...], list[str]] = {}
    for anchor in sorted(choice, key=_order):
        if isinstance(anchor, FieldText):
            texts.setdefault(anchor.subject, []).append(anchor.text)
    return [*sorted(anchor for anchor in choice if isinstance(anchor, int)), *([subject, each] for subject, each in texts.items())]


def _order(anchor: Anchor) -> tuple[int, str]:
    return (anchor, "") if isinstance(anchor, int) else (-1, repr(anchor))


class _Indexer:
    """Finds anchors, through lets, groups and `matched`.

    INVARIANT: where no anchor holds, the condition is not true, nor can it be *failed*: the evaluator that skips the
    rule and the one that tries it agree. What is merely missing could be failed beside state that can't be read, so in
    a rule that rests on state only what is then surely false counts.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rules = {rule.name: rule for rule in policy.rules}
        self._found: dict[str, Anchors] = {}
        self._stateful: dict[str, bool] = {}
        self._missing_is_false = True

    def rule(self, rule: CheckedRule) -> Anchors:
        if rule.name not in self._found:
            outer, self._missing_is_false = self._missing_is_false, not self._rests_on_state(rule)
            self._found[rule.name] = self._best(self._true(part) for part in conditions(rule))
            self._missing_is_false = outer
        return self._found[rule.name]

    def _rests_on_state(self, rule: CheckedRule) -> bool:
        if rule.name not in self._stateful:
            self._stateful[rule.name] = any(
                typed.operation in _STATE
                or (typed.operation == "matched" and self._rests_on_state(self._rules[typed.arguments[0]]))
                for typed in rests_on(self._policy, [*conditions(rule), *exemptions(rule)])
            )
        return self._stateful[rule.name]

    def _best(self, choices: Iterable[Anchors]) -> Anchors:
        """The cheapest of several, any of which is enough."""
        known = [choice for choice in choices if choice is not None]
        return min(known, key=self._cost, default=None)

    def _cost(self, choice: frozenset[Anchor]) -> tuple[int, int, list[tuple[int, str]]]:
        kinds = [_COSTS[self._policy.finders[anchor].kind if isinstance(anchor, int) else "field"] for anchor in choice]
        return max(kinds, default=0), len(choice), sorted(map(_order, choice))

    def _all(self, choices: Iterable[Anchors]) -> Anchors:
        """All of several together, because any of them may be the one."""
        together: frozenset[Anchor] = frozenset()
        for choice in choices:
            if choice is None:
                return None
            together |= choice
        return together

    def _finder(self, index: int) -> frozenset[Anchor]:
        data = self._policy.finders[index].data
        if data["kind"] == "where":
            return self._finder(data["finder"])
        if data["kind"] == "any":
            return frozenset().union(*map(self._finder, data["finders"]))
        return frozenset({index})

    def _search(self, finder: int, subject: Typed) -> Anchors:
        is_content = subject.operation == "fact" and subject.arguments == ("content",)
        return self._finder(finder) if is_content else None

    # What must be found where an expression is true, is false, or is there at all

    def _true(self, typed: Typed) -> Anchors:
        arguments = typed.arguments
        match typed.operation:
            case "const":
                return frozenset() if arguments[0] is not True else None
            case "found":
                return self._search(*arguments)
            case "matches":
                return self._search(arguments[1], arguments[0])
            case "and":
                return self._best(map(self._true, arguments))
            case "or":
                return self._all(map(self._true, arguments))
            case "not":
                return self._false(arguments[0])
            case "let":
                return self._true(self._policy.lets[arguments[0]].value)
            case "matched":
                return self.rule(self._rules[arguments[0]])
            case "is_present":
                return self._there(arguments[0])
            case operation if operation in _COMPARISONS:
                return self._compared(operation, *arguments)
        return None

    def _false(self, typed: Typed) -> Anchors:
        arguments = typed.arguments
        match typed.operation:
            case "const":
                return frozenset() if arguments[0] is not False else None
            case "and":
                return self._all(map(self._false, arguments))
            case "or":
                return self._best(map(self._false, arguments))
            case "not":
                return self._true(arguments[0])
            case "let":
                return self._false(self._policy.lets[arguments[0]].value)
            case "is_missing":
                return self._there(arguments[0])
            case operation if operation in _OPPOSITE:
                return self._compared(_OPPOSITE[operation], *arguments)
            case operation if operation in _COMPARISONS - {"in", "contains"}:
                return self._best(map(self._there, arguments))
        return None

    def _compared(self, operation: str, left: Typed, right: Typed) -> Anchors:
        """For a comparison that is true: both sides are there, a field may have to be a text, a count to be 1 or more."""
        counted = self._counted(operation, left, right) if operation in _MIRRORED else None
        if counted is None and operation in _MIRRORED:
            counted = self._counted(_MIRRORED[operation], right, left)
        field = self._field(operation, left, right) or (self._field(operation, right, left) if operation == "==" else None)
        return self._best([counted, field, self._there(left), self._there(right)])

    def _field(self, operation: str, field: Typed, wanted: Typed) -> Anchors:
        field = self._behind_let(field)
        texts = self._texts(operation, wanted)
        if not self._missing_is_false or not texts or not all(isinstance(text, str) for text in texts):
            return None
        if field.operation not in {"fact", "path"} or field.arguments[0] in _DEAR_FACTS:
            return None
        subject = (field.operation, *(tuple(part) if isinstance(part, list) else part for part in field.arguments))
        return frozenset(FieldText(subject, text) for text in texts)

    def _texts(self, operation: str, wanted: Typed) -> list[Any]:
        """The constants of which a field has to be one; none where that can't be said."""
        if operation == "==" and wanted.operation == "const":
            return [wanted.arguments[0]]
        if operation == "in" and wanted.operation == "list_name":
            return [entry.value for entry in self._policy.lists[wanted.arguments[0]].entries]
        if operation == "in" and wanted.operation == "list" and all(item.operation == "const" for item in wanted.arguments[0]):
            return [item.arguments[0] for item in wanted.arguments[0]]
        return []

    def _counted(self, operation: str, count: Typed, number: Typed) -> Anchors:
        count = self._behind_let(count)
        if count.operation != "count" or number.operation not in {"const", "decimal"} or number.type.name != "number":
            return None
        limit = Decimal(number.arguments[0])
        needs_one = {
            ">": limit >= 0,
            ">=": limit > 0,
            "==": limit != 0,
            "!=": limit == 0,
        }.get(operation, False)
        return self._search(*count.arguments) if needs_one else None

    def _there(self, part: Any) -> Anchors:
        if not self._missing_is_false or not isinstance(part, Typed):
            return None
        part = self._behind_let(part)
        if part.operation == "first":
            return self._search(part.arguments[0], part.arguments[1])
        if part.operation in _STRICT:
            return self._best(map(self._there, part.arguments))
        return None

    def _behind_let(self, typed: Typed) -> Typed:
        while typed.operation == "let":
            typed = self._policy.lets[typed.arguments[0]].value
        return typed
