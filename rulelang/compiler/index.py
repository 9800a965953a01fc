"""Anchors: by which finders a rule can be found, because one of them must find something in `content` for the rule to fire."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from rulelang.compiler.policy import CheckedRule, Policy, Typed
from rulelang.compiler.walk import conditions, dependency_order, exemptions, rests_on

Anchors = frozenset[int] | None
"""The finders of which one must find something; None where nothing can be said."""

_COSTS: Final = {"words": 0, "pattern": 1, "builtin": 2}
_STATE: Final = {"messages", "hits", "distinct", "has_label", "sender_age"}
_COMPARISONS: Final = {"==", "!=", "<", "<=", ">", ">=", "host_in", "starts_with", "ends_with", "like", "contains", "in"}
_STRICT: Final = {"+", "-", "*", "/", "negative", "call", "step"}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def anchors(policy: Policy) -> dict[str, tuple[int, ...] | None]:
    """The anchors of each rule, as finder indexes in rising order."""
    indexer = _Indexer(policy)
    # In this order no rule waits for another, however long a chain of `matched` is.
    found = {rule.name: indexer.rule(rule) for rule in dependency_order(policy)}
    return {name: None if each is None else tuple(sorted(each)) for name, each in found.items()}


class _Indexer:
    """Finds anchors, through lets, groups and `matched`.

    INVARIANT: where no anchor finds anything, the condition is not true, nor can it be *failed*: the evaluator that skips the
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

    def _cost(self, choice: frozenset[int]) -> tuple[int, int, list[int]]:
        kinds = [_COSTS[self._policy.finders[index].kind] for index in choice]
        return max(kinds, default=0), len(choice), sorted(choice)

    def _all(self, choices: Iterable[Anchors]) -> Anchors:
        """All of several together, because any of them may be the one."""
        together: frozenset[int] = frozenset()
        for choice in choices:
            if choice is None:
                return None
            together |= choice
        return together

    def _finder(self, index: int) -> frozenset[int]:
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
        """For a comparison that is true: both sides are there, and a count compared with a number may have to be 1 or more."""
        counted = self._counted(operation, left, right) if operation in _MIRRORED else None
        if counted is None and operation in _MIRRORED:
            counted = self._counted(_MIRRORED[operation], right, left)
        return self._best([counted, self._there(left), self._there(right)])

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
