"""A bundle made ready to decide messages: rules as data with closures, made when a rule is first looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from rulelang.runtime import actions as kinds
from rulelang.runtime import finding
from rulelang.runtime.actions import Closure
from rulelang.runtime.operations import Compiler

if TYPE_CHECKING:
    from rulelang.runtime.context import Context

EVERYONE: Final = 100_000
"""A rollout of 100%, in thousandths of a per cent."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of the policy: `rule` for `hits of`, `condition` for `messages where`, `value` for `distinct`.

    `keep` is the longest window that any rule asks of the counter's id.
    """

    id: str
    within: timedelta
    keep: timedelta
    delivered: bool
    keys: tuple[Closure, ...]
    rule: str | None
    condition: Closure | None
    value: Closure | None


class Rule:
    """A rule that may fire. `row` is its row in the bundle; `order` its place in the policy."""

    def __init__(self, program: Program, row: dict[str, Any], order: int) -> None:
        self.program = program
        self.row = row
        self.order = order
        self.name: str = row["name"]
        self.mode: str = row["mode"]
        self.on_failure: str = row["on_failure"]
        self.rollout: int = row["rollout"]
        self.tags: tuple[str, ...] = tuple(row["tags"])
        self.severity: str | None = row["severity"]

    @property
    def is_live(self) -> bool:
        return self.mode == "live"

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The rows of the groups around the rule, the outermost first."""
        return [self.program.body["groups"][index] for index in self.row["groups"]]

    @cached_property
    def conditions(self) -> tuple[Closure, ...]:
        """What must be true, all of it, the cheap parts first; the order changes no result."""
        parts = [part for row in (*self.groups, self.row) for part in _conjuncts(row["when"])]
        parts.sort(key=self.program.cost)
        return tuple(self.program.compiler.closure(part) for part in parts)

    @cached_property
    def exemptions(self) -> tuple[Closure, ...]:
        """What exempts, where any of it is true."""
        parts = [row["unless"] for row in (*self.groups, self.row) if row["unless"] is not None]
        parts.sort(key=self.program.cost)
        return tuple(self.program.compiler.closure(part) for part in parts)

    @cached_property
    def actions(self) -> tuple[kinds.Action, ...]:
        """The actions, in the order they are written."""
        return tuple(_action(row, self.program) for row in self.row["actions"])

    @cached_property
    def denial(self) -> kinds.Deny | None:
        """The rule's first `deny`, where it has one."""
        return next((action for action in self.actions if isinstance(action, kinds.Deny)), None)

    @cached_property
    def acts_on_state(self) -> bool:
        """Whether the actions read state: in a value, in a template, or in the `where` of a finder that they edit."""
        for kind, *rest in self.row["actions"]:
            found: set[tuple[str, Any]] = set()
            if kind in {"mask", "replace", "remove"}:
                for finder in rest[0]:
                    found |= self.program.finder_operations(finder)
            for part in _expressions(kind, rest):
                found |= self.program.operations(part)
            if any(_COSTS.get(operation, 0) == _STATE for operation, _ in found):
                return True
        return False

    def is_rolled_out(self, sender_arn: str) -> bool:
        """Whether the rule is in force for this sender: a stable hash of rule name and sender, compared with the per cent."""
        return self.rollout >= EVERYONE or rollout_place(self.name, sender_arn) < self.rollout


def rollout_place(rule: str, sender_arn: str) -> int:
    """Where a sender stands in a rule's rollout, 0..99999: SHA-256 of `rule NUL sender`, its first 8 bytes, modulo 100,000."""
    digest = hashlib.sha256(f"{rule}\0{sender_arn}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % EVERYONE


class Program:
    """A loaded policy.

    `rules` are those that may fire, in policy order (rules that are off are left out); `evaluation_order` puts a rule after
    those that its condition asks about.
    """

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.name: str = body["name"]
        self.settings: dict[str, Any] = body["settings"]
        self._let_operations: dict[str, frozenset[tuple[str, Any]]] = {}
        self.compiler = Compiler(body, self.cost)
        self.finders, self._words, self._patterns = finding.bind(body["finders"], self.compiler.closure)
        rows = [row for row in body["rules"] if row["mode"] != "off" and row["rollout"] > 0]
        self.rules = tuple(Rule(self, row, order) for order, row in enumerate(rows))
        self.evaluation_order = self._in_dependency_order()
        self._index()

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings["time_zone"])

    @cached_property
    def counters(self) -> tuple[Counter, ...]:
        keep: dict[str, int] = {}
        for row in self.body["counters"]:
            keep[row["id"]] = max(row["within"], keep.get(row["id"], 0))
        return tuple(self._counter(row, keep[row["id"]]) for row in self.body["counters"])

    def _counter(self, row: dict[str, Any], keep: int) -> Counter:
        closure = self.compiler.closure
        condition, value = row.get("condition"), row.get("value")
        return Counter(
            id=row["id"],
            within=timedelta(milliseconds=row["within"]),
            keep=timedelta(milliseconds=keep),
            delivered=row.get("delivered", False),
            keys=tuple(closure(key) for key in row["keys"]),
            rule=row.get("rule"),
            condition=None if condition is None else closure(condition),
            value=None if value is None else closure(value),
        )

    @cached_property
    def uses_sender_age(self) -> bool:
        return any(
            _mentions(part, "sender_age")
            for part in (self.body["rules"], self.body["groups"], self.body["lets"], self.body["counters"], self.body["finders"])
        )

    def cost(self, expression: Any) -> tuple[int, bool]:
        """How dear an expression is: 0 facts, 1 the index over content, 2 functions and other texts, 3 other rules, 4 state.

        Of two as dear an equality comes first: it is quickly told, and seldom true.
        """
        dearest = max((_COSTS.get(operation, 0) for operation, _ in self.operations(expression)), default=0)
        return dearest, expression[0] != "=="

    def operations(self, expression: Any) -> frozenset[tuple[str, Any]]:
        """Every operation in an expression with its first argument (where that is a name or a number), through lets."""
        found: set[tuple[str, Any]] = set()
        for operation, first in _operations(expression):
            found.add((operation, first))
            if operation == "let":
                if first not in self._let_operations:
                    self._let_operations[first] = self.operations(self.body["lets"][first])
                found |= self._let_operations[first]
            elif operation in {"found", "count", "first"}:
                found |= self.finder_operations(first)
            elif operation in {"messages", "hits", "distinct"}:
                counter = self.body["counters"][first]
                if counter["kind"] == "hits":
                    found.add(("matched", counter["rule"]))
                for part in (counter.get("condition"), counter.get("value"), *counter["keys"]):
                    if part is not None:
                        found |= {(name, argument) for name, argument in self.operations(part) if name == "matched"}
        return frozenset(found)

    def finder_operations(self, finder: int) -> frozenset[tuple[str, Any]]:
        """Every operation in the `where` of a finder, and of those that it is made of."""
        row = self.body["finders"][finder]
        if row["kind"] == "where":
            return self.operations(row["condition"]) | self.finder_operations(row["finder"])
        if row["kind"] == "any":
            return frozenset().union(*map(self.finder_operations, row["finders"]))
        return frozenset()

    def candidates(self, context: Context) -> tuple[Rule, ...]:
        """The rules that this message can make fire, in the order in which they are to be evaluated."""
        content = context.search(context.message.content)
        found: list[int] = []
        for number in self._words.matches(content):
            found += self._by_words.get(number, ())
        for read, places in self._by_text.values():
            value = read(context)
            if value.__class__ is str:
                found += places.get(value, ())
        for finder in (*self._unindexed, *self._patterns.possible(content)):
            if self.finders[finder].found(context, content):
                found += self._by_finder.get(finder, ())
        if not found:
            return self._always
        order = self.evaluation_order
        return tuple(order[place] for place in sorted({*self._always_places, *found}))

    def _index(self) -> None:
        """Sorts the rules by what they can be found by: a word list (by its number), another finder, a field's text, or nothing."""
        numbers = {
            row: number for number, row in enumerate(i for i, row in enumerate(self.body["finders"]) if row["kind"] == "words")
        }
        self._by_words: dict[int, list[int]] = {}
        self._by_finder: dict[int, list[int]] = {}
        self._by_text: dict[str, tuple[Closure, dict[str, list[int]]]] = {}
        self._always_places: list[int] = []
        for place, rule in enumerate(self.evaluation_order):
            anchors = rule.row["anchors"]
            if anchors is None:
                self._always_places.append(place)
                continue
            for anchor in anchors:
                if isinstance(anchor, list):
                    expression, texts = anchor
                    _, places = self._by_text.setdefault(str(expression), (self.compiler.closure(expression), {}))
                    for text in texts:
                        places.setdefault(text, []).append(place)
                elif anchor in numbers:
                    self._by_words.setdefault(numbers[anchor], []).append(place)
                else:
                    self._by_finder.setdefault(anchor, []).append(place)
        self._unindexed = tuple(finder for finder in self._by_finder if finder not in self._patterns.covered)
        self._always = tuple(self.evaluation_order[place] for place in self._always_places)

    def _in_dependency_order(self) -> tuple[Rule, ...]:
        by_name = {rule.name: rule for rule in self.rules}
        ordered: dict[str, Rule] = {}
        # INVARIANT: the compiler refuses circles, so the walk ends; its depth is that of the longest chain of `matched`.
        stack: list[tuple[Rule, Iterator[str]]] = []
        for start in self.rules:
            if start.name in ordered:
                continue
            stack.append((start, self._dependencies(start)))
            while stack:
                rule, rest = stack[-1]
                name = next((name for name in rest if name in by_name and name not in ordered), None)
                if name is None:
                    ordered[rule.name] = rule
                    stack.pop()
                elif any(name == waiting.name for waiting, _ in stack):
                    raise ValueError(f"rules depend on each other in a circle: {name}")
                else:
                    stack.append((by_name[name], self._dependencies(by_name[name])))
        return tuple(ordered.values())

    def _dependencies(self, rule: Rule) -> Iterator[str]:
        rows = (*rule.groups, rule.row)
        for part in (part for row in rows for part in (row["when"], row["unless"]) if part is not None):
            yield from sorted(first for operation, first in self.operations(part) if operation == "matched")


def load(body: dict[str, Any]) -> Program:
    """The program of a bundle's body, as `language.bundle.read` gives it."""
    return Program(body)


_STATE: Final = 4
"""The cost of what is read from the store."""

_COSTS: Final = {
    "found": 1,
    "field": 1,
    "count": 2,
    "first": 2,
    "matches": 2,
    "call": 2,
    "matched": 3,
    "hits": _STATE,
    "messages": _STATE,
    "distinct": _STATE,
    "has_label": _STATE,
    "sender_age": _STATE,
}


def _expressions(kind: str, arguments: list[Any]) -> list[Any]:
    """The expressions among an action's arguments."""
    places = {"deny": 0, "append": 0, "prepend": 0, "add": 0, "report": 0, "set": 1, "replace": 2}
    part = arguments[places[kind]] if kind in places else None
    return [] if part is None else [part]


def _conjuncts(expression: Any) -> list[Any]:
    if expression is None:
        return []
    if expression[0] == "and":
        return [part for operand in expression[1:] for part in _conjuncts(operand)]
    return [expression]


def _operations(part: Any) -> Iterator[tuple[str, Any]]:
    stack = [part]
    while stack:
        item = stack.pop()
        if not isinstance(item, list) or not item:
            continue
        if isinstance(item[0], str) and item[0] != "const":
            first = item[1] if len(item) > 1 and isinstance(item[1], str | int) else None
            yield item[0], first
        stack.extend(item)


def _mentions(part: Any, operation: str) -> bool:
    if isinstance(part, dict):
        return any(_mentions(value, operation) for value in part.values())
    if isinstance(part, list):
        return part == [operation] or any(_mentions(item, operation) for item in part)
    return False


def _action(row: list[Any], program: Program) -> kinds.Action:
    kind, *rest = row
    closure = program.compiler.closure
    match kind:
        case "deny":
            return kinds.Deny(None if rest[0] is None else closure(rest[0]))
        case "mask":
            finders, path, character, keep = rest
            return kinds.SpanEdit(kind, tuple(finders), tuple(path), character, None if keep is None else (keep[0], keep[1]))
        case "replace":
            return kinds.SpanEdit(kind, tuple(rest[0]), tuple(rest[1]), replacement=closure(rest[2]))
        case "remove":
            return kinds.SpanEdit(kind, tuple(rest[0]), tuple(rest[1]))
        case "append" | "prepend":
            return kinds.AddEnd(kind, closure(rest[0]))
        case "set":
            return kinds.SetValue(tuple(rest[0]), closure(rest[1]))
        case "unset":
            return kinds.Unset(tuple(rest[0]))
        case "add":
            return kinds.AddValue(closure(rest[0]), tuple(rest[1]))
        case "label":
            duration = None if rest[2] is None else timedelta(milliseconds=rest[2])
            return kinds.Label(rest[0], rest[1], duration, removed=False)
        case "unlabel":
            return kinds.Label(rest[0], rest[1], None, removed=True)
        case "report":
            return kinds.Report(closure(rest[0]), rest[1])
    raise ValueError(f"no kind of action: {kind}")
