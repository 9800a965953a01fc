"""From expressions of the compiled form to closures: each operation of `language/bundle.py`, once."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rulelang.language.bundle import BundleError
from rulelang.language.functions import FUNCTIONS
from rulelang.language.values import MISSING, Absent, equal, render
from rulelang.runtime import compare
from rulelang.runtime.actions import Closure
from rulelang.runtime.readers import READERS, step

if TYPE_CHECKING:
    from rulelang.runtime.context import Context

Expression = list[Any]


class Compiler:
    """Makes closures; holds what they share: the lists of the policy and its lets, compiled on first use.

    `cost` says how dear an expression is: of those joined by `and` or `or` the cheap ones are tried first.
    """

    def __init__(self, body: dict[str, Any], cost: Callable[[Expression], Any]) -> None:
        self._body = body
        self._cost = cost
        self._lists = {name: [constant(item) for item in items] for name, items in body["lists"].items()}
        self._lets: dict[str, Closure] = {}

    def closure(self, expression: Expression) -> Closure:
        """The closure that computes `expression`."""
        operation, *arguments = expression
        simple = _SIMPLE.get(operation)
        if operation == "==" and arguments[1][0] == "const" and isinstance(arguments[1][1], str):
            return _equals_text(self.closure(arguments[0]), arguments[1][1])
        if simple is not None:
            if len(arguments) == 2 and arguments[1][0] in _WRITTEN:
                return _with_constant(simple, self.closure(arguments[0]), self._constant_of(arguments[1]))
            return _strict(simple, [self.closure(argument) for argument in arguments])
        if operation not in _BUILDERS:
            raise BundleError(f"the bundle has an operation that this version does not know: {operation}")
        return getattr(self, "_" + operation)(*arguments)  # type: ignore[no-any-return]

    # Constants and values

    def _const(self, value: Any) -> Closure:
        return lambda context: value

    def _decimal(self, text: str) -> Closure:
        return self._const(Decimal(text))

    def _duration(self, milliseconds: int) -> Closure:
        return self._const(timedelta(milliseconds=milliseconds))

    def _constant_of(self, expression: Expression) -> Any:
        """The value of an expression whose operation is one of `_WRITTEN`."""
        operation, written = expression
        if operation == "duration":
            return timedelta(milliseconds=written)
        return Decimal(written) if operation == "decimal" else written

    def _list(self, items: list[Expression]) -> Closure:
        if all(item[0] in _WRITTEN for item in items):
            return self._const([self._constant_of(item) for item in items])
        parts = [self.closure(item) for item in items]

        def build(context: Context) -> Any:
            values = [part(context) for part in parts]
            # A list with a hole in it is no list: as with every operation, missing gives missing.
            gone = max((v for v in values if v.__class__ is Absent), key=lambda v: v.rank, default=None)
            return values if gone is None else gone

        return build

    def _list_name(self, name: str) -> Closure:
        return self._const(self._lists[name])

    def _let(self, name: str) -> Closure:
        def read(context: Context) -> Any:
            if name in context.lets:
                return context.lets[name]
            computed = self._lets.get(name)
            if computed is None:
                computed = self._lets[name] = self.closure(self._body["lets"][name])
            value = computed(context)
            if not (value.__class__ is Absent and value.rank):
                context.lets[name] = value
            return value

        return read

    def _template(self, parts: list[Any]) -> Closure:
        made = [part if isinstance(part, str) else self.closure(part) for part in parts]

        def fill(context: Context) -> Any:
            text = []
            for part in made:
                if isinstance(part, str):
                    text.append(part)
                    continue
                value = part(context)
                if value.__class__ is Absent and value.rank:
                    return value
                text.append(render(value))
            return "".join(text)

        return fill

    # What is read

    def _fact(self, name: str) -> Closure:
        return READERS[name]

    def _path(self, base: str, keys: list[Any]) -> Closure:
        read = READERS[base]
        first, *rest = keys

        def member(context: Context) -> Any:
            value = read(context)
            return value.get(first, MISSING) if value.__class__ is dict else step(value, first)

        def walk(context: Context) -> Any:
            value = member(context)
            for key in rest:
                value = step(value, key)
            return value

        return walk if rest else member

    def _step(self, expression: Expression, key: Any) -> Closure:
        inner = self.closure(expression)
        return lambda context: step(inner(context), key)

    def _field(self, name: str) -> Closure:
        def read(context: Context) -> Any:
            return MISSING if context.match is None else context.match.field(name)

        return read

    def _sender_age(self) -> Closure:
        return READERS["sender.age"]

    # Finders

    def _settled(self, finder: int, search: Closure) -> Closure:
        """A search that is absent where it rests on state that is not known; only a `where` can."""
        if self._body["finders"][finder]["kind"] not in {"where", "any"}:
            return search

        def settled(context: Context) -> Any:
            outer, context.unsettled = context.unsettled, None
            value = search(context)
            gone, context.unsettled = context.unsettled, outer
            # What is found stays found, whatever the other matches come to.
            return value if gone is None or value is True else gone

        return settled

    def _found(self, finder: int, subject: Expression) -> Closure:
        return self._settled(finder, self._found_in(finder, subject))

    def _found_in(self, finder: int, subject: Expression) -> Closure:
        if subject == ["fact", "content"]:
            return lambda context: context.found(finder, context.message.content)
        read = self.closure(subject)

        def found(context: Context) -> Any:
            value = read(context)
            if isinstance(value, str):
                return context.found(finder, value)
            if isinstance(value, list | tuple):
                return any(isinstance(item, str) and context.found(finder, item) for item in value)
            return value if value.__class__ is Absent else MISSING

        return found

    def _count(self, finder: int, subject: Expression) -> Closure:
        read = self.closure(subject)

        def count(context: Context) -> Any:
            value = read(context)
            if isinstance(value, str):
                return len(context.find(finder, value))
            if isinstance(value, list | tuple):
                return sum(len(context.find(finder, item)) for item in value if isinstance(item, str))
            return value if value.__class__ is Absent else MISSING

        return self._settled(finder, count)

    def _first(self, finder: int, subject: Expression, field: str) -> Closure:
        read = self.closure(subject)

        def first(context: Context) -> Any:
            value = read(context)
            if value.__class__ is Absent:
                return value
            for text in value if isinstance(value, list | tuple) else (value,):
                matches = context.find(finder, text) if isinstance(text, str) else ()
                if matches:
                    return matches[0].field(field)
            return MISSING

        return self._settled(finder, first)

    def _matches(self, subject: Expression, finder: int) -> Closure:
        return self._found(finder, subject)

    # Logic

    def _and(self, *operands: Expression) -> Closure:
        return self._logic(operands, decisive=False)

    def _or(self, *operands: Expression) -> Closure:
        return self._logic(operands, decisive=True)

    def _logic(self, operands: tuple[Expression, ...], decisive: bool) -> Closure:
        """Kleene's `and` (one False decides) or `or` (one True does); of absent values the one of the highest rank results."""
        parts = [self.closure(operand) for operand in sorted(operands, key=self._cost)]
        neutral = not decisive

        def combine(context: Context) -> Any:
            outcome: Any = neutral
            for part in parts:
                value = part(context)
                if value is decisive:
                    return decisive
                if value is not neutral and (outcome is neutral or value.rank > outcome.rank):
                    outcome = value
            return outcome

        return combine

    def _is_missing(self, operand: Expression) -> Closure:
        return self._presence(operand, False)

    def _is_present(self, operand: Expression) -> Closure:
        return self._presence(operand, True)

    def _presence(self, operand: Expression, present: bool) -> Closure:
        read = self.closure(operand)

        def ask(context: Context) -> Any:
            value = read(context)
            if value.__class__ is Absent:
                return value if value.rank else not present
            return present

        return ask

    # Functions and state

    def _call(self, name: str, *arguments: Expression) -> Closure:
        function = FUNCTIONS[name]
        compute = _strict(_contained(function.implementation), [self.closure(argument) for argument in arguments])
        if all(argument[0] in {"fact", "const"} for argument in arguments):
            # Many rules ask for `length(content)` and its like; no let has such a name.
            return _once(compute, f"{name} {arguments}")
        return compute

    def _messages(self, index: int) -> Closure:
        return lambda context: context.counter(index)

    _hits = _distinct = _messages

    def _has_label(self, who: str, name: str) -> Closure:
        return lambda context: context.has_label(who, name)

    def _matched(self, rule: str) -> Closure:
        return lambda context: context.fired.get(rule, False)

    def _like(self, subject: Expression, pattern: Any) -> Closure:
        patterns = self._const(pattern) if isinstance(pattern, str) else self.closure(pattern)
        return _strict(compare.like, [self.closure(subject), patterns])

    def _in(self, value: Expression, values: Expression) -> Closure:
        items: list[Any] = []
        if values[0] == "list_name":
            items = self._lists[values[1]]
        elif values[0] == "list" and all(item[0] in _WRITTEN for item in values[1]):
            items = [self._constant_of(item) for item in values[1]]
        if items and all(isinstance(item, str) for item in items):
            return self._in_texts(value, frozenset(items))
        return _strict(compare.member, [self.closure(value), self.closure(values)])

    def _in_texts(self, value: Expression, texts: frozenset[str]) -> Closure:
        read = self.closure(value)

        def ask(context: Context) -> Any:
            found = read(context)
            if isinstance(found, str):
                return found in texts
            return found if found.__class__ is Absent else MISSING

        return ask


def constant(value: Any) -> Any:
    """A value of the bundle's lists as a value of the language."""
    if isinstance(value, dict):
        return Decimal(value["decimal"])
    return value


def _equals_text(read: Closure, text: str) -> Closure:
    """`value == "text"`, the commonest condition on a field."""

    def ask(context: Context) -> Any:
        value = read(context)
        if value.__class__ is str:
            return value == text
        return value if value.__class__ is Absent else MISSING

    return ask


def _once(compute: Closure, name: str) -> Closure:
    """Computes a value that rests on the message alone once for each message."""

    def read(context: Context) -> Any:
        lets = context.lets
        if name in lets:
            return lets[name]
        value = lets[name] = compute(context)
        return value

    return read


def _strict(function: Callable[..., Any], parts: list[Closure]) -> Closure:
    """Applies `function` to the parts' values; an absent one goes through `function` only where it says how (two operands)."""
    if len(parts) == 1:
        (only,) = parts
        return lambda context: function(only(context))
    if len(parts) == 2:
        left, right = parts
        return lambda context: function(left(context), right(context))
    return lambda context: function(*[part(context) for part in parts])


def _with_constant(function: Callable[..., Any], read: Closure, constant: Any) -> Closure:
    """Applies `function` to a value that is read and one that is written in the rules."""
    return lambda context: function(read(context), constant)


def _contained(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of the language that is only called with values that are there."""

    def call(*values: Any) -> Any:
        gone = None
        for value in values:
            if value.__class__ is Absent and (gone is None or value.rank > gone.rank):
                gone = value
        return function(*values) if gone is None else gone

    return call


def _unequal(left: Any, right: Any) -> Any:
    if left.__class__ is str and right.__class__ is str:
        return left != right
    return compare.not_(equal(left, right))


def _is_null(value: Any) -> Any:
    return value if value.__class__ is Absent else value is None


_SIMPLE: Final[dict[str, Callable[..., Any]]] = {
    "not": compare.not_,
    "truth": compare.truth,
    "==": equal,
    "!=": _unequal,
    "<": compare.ordered(python.lt),
    "<=": compare.ordered(python.le),
    ">": compare.ordered(python.gt),
    ">=": compare.ordered(python.ge),
    "is_null": _is_null,
    "host_in": compare.host_in,
    "contains": compare.contains,
    "starts_with": compare.starts_with,
    "ends_with": compare.ends_with,
    "+": compare.arithmetic("+"),
    "-": compare.arithmetic("-"),
    "*": compare.arithmetic("*"),
    "/": compare.arithmetic("/"),
    "negative": compare.negative,
}

_WRITTEN: Final = frozenset(["const", "decimal", "duration"])
"""The operations whose value is the same for every message."""

_BUILDERS: Final = frozenset(
    [
        "and",
        "call",
        "const",
        "count",
        "decimal",
        "distinct",
        "duration",
        "fact",
        "field",
        "first",
        "found",
        "has_label",
        "hits",
        "in",
        "is_missing",
        "is_present",
        "let",
        "like",
        "list",
        "list_name",
        "matched",
        "matches",
        "messages",
        "or",
        "path",
        "sender_age",
        "step",
        "template",
    ]
)
"""The operations that have a method of their own in `Compiler`."""
