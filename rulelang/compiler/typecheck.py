"""Types of expressions: every expression of the tree becomes one of the compiled form, or `unknown` and a diagnostic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from rulelang.compiler import nodes
from rulelang.compiler.checks import finding, functions, operators, paths, state
from rulelang.compiler.checks.making import Field, constant, milliseconds, unknown
from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.policy import FinderValue, LetValue, ListValue, Policy, Typed
from rulelang.compiler.source import Span
from rulelang.compiler.wording import a_type, code, did_you_mean
from rulelang.language.types import BOOLEAN, DURATION, FINDER, JSON, LIST, MATCH, NUMBER, TEXT, UNKNOWN, list_of

# Whatever walks an expression recursively, here and in the engine, goes through the lets that it uses.
_MAX_DEPTH: Final = 120
_MAX_LET_HEIGHT: Final = 60
_MOST_SEARCHES: Final = 20
_FLATTEN: Final = "Put together in one step what now takes many."


@dataclass(slots=True)
class Names:
    """What the policy's names stand for: its rules, and its lists, finders and lets, which share a namespace."""

    rules: dict[str, nodes.Rule]
    groups: dict[str, nodes.Group]
    lists: dict[str, ListValue]
    finders: dict[str, FinderValue]
    lets: dict[str, nodes.Let]
    broken: set[str]
    """Names whose declarations are wrong and reported: they are known, and nothing more."""

    def values(self) -> list[str]:
        """The names that an expression can use."""
        return [*self.lists, *self.finders, *self.lets, *self.broken]


class Checker:
    """Checks expressions; holds the names, what is being checked, and where diagnostics go."""

    def __init__(self, policy: Policy, names: Names, diagnostics: Diagnostics, *, incomplete: bool, rules_incomplete: bool) -> None:
        self.policy = policy
        self.names = names
        self.diagnostics = diagnostics
        self.fields: Mapping[str, Field] = {}
        """The fields of the match in hand: inside a `where`, and in a replacement's template."""
        self._incomplete = incomplete
        self._rules_incomplete = rules_incomplete
        self._unknown: dict[str, int] = {}
        self._open_lets: list[tuple[str, Span]] = []
        self._let_heights: dict[str, int] = {}
        self._height = 0
        self._depth = 0
        self._rows: dict[str, int] = {}
        self._counters: dict[tuple[str, int], int] = {}

    # What is said

    def report(self, slug: str, span: Span, message: str, help: str | None = None) -> Typed:
        """Collects a diagnostic; gives the unknown expression that stands for what is wrong."""
        self.diagnostics.add(slug, span, message, help)
        return unknown(span)

    def report_unknown(self, slug: str, span: Span, message: str, help: str | None = None) -> Typed:
        """The same for a name that nothing declares: once for all its places, and silent where declarations were lost."""
        if self._incomplete or (self._rules_incomplete and slug == "unknown-rule"):
            return unknown(span)
        if message not in self._unknown:
            self._unknown[message] = len(self.diagnostics.items)
            return self.report(slug, span, message, help)
        place = self._unknown[message]
        first = self.diagnostics.items[place]
        self.diagnostics.items[place] = replace(first, labels=(*first.labels, Label(span, "and here")))
        return unknown(span)

    def did_you_mean(self, name: str, candidates: Iterable[str]) -> str | None:
        """`Did you mean ...?` over names of the policy; not for each of very many, for the search has its price."""
        return None if len(self._unknown) > _MOST_SEARCHES else did_you_mean(name, candidates)

    # What an expression is wanted for

    def expression(self, node: nodes.Expression) -> Typed:
        """Any expression, finders and matches included."""
        if self._depth > _MAX_DEPTH:
            return self.report(
                "syntax-error", node.span, "This is nested too deeply, counting the lets that it stands in.", _FLATTEN
            )
        beside, self._height = self._height, 0
        self._depth += 1
        typed = _CHECKS[type(node)](self, node)
        self._depth -= 1
        self._height = max(beside, self._height + 1)
        return typed

    def value(self, node: nodes.Expression, finder_help: str | None = None) -> Typed:
        """An expression that gives a value; a match gives its text. `finder_help` says what to write instead of a finder."""
        typed = self.expression(node)
        if typed.type == FINDER:
            name = node.span.text
            help = finder_help or f"Ask {code(f'content contains {name}')}, {code(f'count({name})')} or {code(f'first({name})')}."
            return self.report("misplaced-finder", node.span, f"{code(name)} is a finder, and a value is needed here.", help)
        return replace(typed, type=TEXT) if typed.type == MATCH else typed

    def condition(self, node: nodes.Expression) -> Typed:
        """An expression that is true, false or missing."""
        typed = self.expression(node)
        shown = node.span.text
        if typed.type in (BOOLEAN, UNKNOWN):
            return typed
        if typed.type == JSON:
            return Typed("truth", (typed,), BOOLEAN, node.span, optional=True)
        if typed.type == FINDER:
            return self.report(
                "misplaced-finder",
                node.span,
                f"{code(shown)} is a finder, and a condition is needed here.",
                f"Write {code(f'content contains {shown}')}.",
            )
        help = {
            NUMBER: f"Compare it, as in {code(f'{shown} > 3')}.",
            DURATION: f"Compare it, as in {code(f'{shown} < 1h')}.",
            MATCH: f"Write {code(f'{shown} is present')}.",
        }.get(typed.type, f"Compare it, as in {code(f'{shown} == ...')}, or ask {code(f'{shown} is present')}.")
        return self.report("type-mismatch", node.span, f"A condition is needed here, and this is {a_type(typed.type)}.", help)

    def finder(self, node: nodes.Expression) -> int | None:
        """The index of the finder that an expression names; None, and a diagnostic, where it names none."""
        typed = self.expression(node)
        if typed.type == FINDER:
            index: int = typed.arguments[0]
            return index
        if typed.type != UNKNOWN:
            finding.report_no_finder(self, node, typed)
        return None

    # What names stand for

    def let(self, name: str, span: Span) -> LetValue | None:
        """A let, checked when first asked for; None, and a diagnostic, where it depends on itself."""
        known = self.policy.lets.get(name)
        if known is not None:
            self._height = max(self._height, self._let_heights[name])
            return known
        if any(name == opened for opened, _ in self._open_lets):
            self._report_circle(name, span)
            return None
        declaration = self.names.lets[name]
        self._open_lets.append((name, span))
        beside, self._height = self._height, 0
        with self.match_fields({}):
            value = self.expression(declaration.value)
        self._let_heights[name], self._height = self._height, beside
        self._open_lets.pop()
        if self._let_heights[name] > _MAX_LET_HEIGHT:
            message = f"{code(name)} is nested too deeply, counting the lets that it uses."
            value = self.report("syntax-error", declaration.name.span, message, _FLATTEN)
            self._let_heights[name] = 0
        if value.type == FINDER:
            finding.name_after_let(self, value.arguments[0], name)
        self.policy.lets[name] = LetValue(name, declaration, value)
        return self.let(name, span)

    def _report_circle(self, name: str, closing: Span) -> None:
        """Says at the place that closes a circle of lets that they depend on each other."""
        start = next(place for place, (opened, _) in enumerate(self._open_lets) if opened == name)
        circle = [*self._open_lets[start:], (name, closing)]
        names = ", which uses ".join(code(each) for each, _ in circle)
        self.diagnostics.add(
            "circular-let",
            closing,
            f"{code(name)} depends on itself." if len(circle) == 2 else f"Lets depend on each other in a circle: {names}.",
            "Write out one of them without the others.",
            labels=[Label(span, f"{code(each)} is used here") for each, span in circle[1:-1]],
        )

    @contextmanager
    def match_fields(self, fields: Mapping[str, Field]) -> Iterator[None]:
        """Puts the fields of a match in scope, instead of those that were."""
        outer, self.fields = self.fields, fields
        try:
            yield
        finally:
            self.fields = outer

    def row(self, identity: str, make: Callable[[int], FinderValue]) -> int:
        """The index of the finder with this identity; `make` makes it where there is none yet."""
        if identity not in self._rows:
            self._rows[identity] = len(self.policy.finders)
            self.policy.finders.append(make(self._rows[identity]))
        return self._rows[identity]

    def counter(self, row: dict[str, Any]) -> int:
        """The index of a counter, which is one for all places that ask the same."""
        place = self._counters.setdefault((row["id"], row["within"]), len(self.policy.counters))
        if place == len(self.policy.counters):
            self.policy.counters.append(row)
        return place


def _literal(checker: Checker, node: Any) -> Typed:
    if isinstance(node.value, Decimal):
        return Typed("decimal", (str(node.value),), NUMBER, node.span)
    return constant(node.value, node.span)


def _null(checker: Checker, node: nodes.Null) -> Typed:
    return constant(None, node.span)


def _duration(checker: Checker, node: nodes.Duration) -> Typed:
    return Typed("duration", (milliseconds(node),), DURATION, node.span)


def _list(checker: Checker, node: nodes.ListLiteral) -> Typed:
    items = tuple(checker.value(item) for item in node.items)
    types = {item.type for item in items}
    element = types.pop() if len(types) == 1 else JSON
    type_ = list_of(element) if items and element != UNKNOWN else LIST
    return Typed("list", (items,), type_, node.span, any(item.optional for item in items))


def _template(checker: Checker, node: nodes.Template) -> Typed:
    parts = tuple(part if isinstance(part, str) else checker.value(part) for part in node.parts)
    return Typed("template", (parts,), TEXT, node.span)


def _not(checker: Checker, node: nodes.Not) -> Typed:
    operand = checker.condition(node.operand)
    return Typed("not", (operand,), BOOLEAN, node.span, operand.optional)


def _logic(checker: Checker, node: nodes.And | nodes.Or) -> Typed:
    operands = tuple(checker.condition(operand) for operand in node.operands)
    operation = "and" if isinstance(node, nodes.And) else "or"
    return Typed(operation, operands, BOOLEAN, node.span, any(operand.optional for operand in operands))


def _broken(checker: Checker, node: nodes.Broken) -> Typed:
    return unknown(node.span)


_CHECKS: Final[dict[type[nodes.Node], Callable[[Checker, Any], Typed]]] = {
    nodes.Text: _literal,
    nodes.Number: _literal,
    nodes.Boolean: _literal,
    nodes.Null: _null,
    nodes.Duration: _duration,
    nodes.ListLiteral: _list,
    nodes.Template: _template,
    nodes.Not: _not,
    nodes.And: _logic,
    nodes.Or: _logic,
    nodes.Broken: _broken,
    nodes.Name: paths.check_path,
    nodes.Attribute: paths.check_path,
    nodes.Index: paths.check_path,
    nodes.Call: functions.check_call,
    nodes.Where: finding.check_where,
    nodes.AnyOf: finding.check_any_of,
    nodes.Count: finding.check_count,
    nodes.First: finding.check_first,
    nodes.Matches: finding.check_matches,
    nodes.Negative: operators.check_negative,
    nodes.Binary: operators.check_binary,
    nodes.Chain: operators.check_chain,
    nodes.Presence: operators.check_presence,
    nodes.HasLabel: state.check_has_label,
    nodes.Messages: state.check_messages,
    nodes.Hits: state.check_hits,
    nodes.Distinct: state.check_distinct,
    nodes.Matched: state.check_matched,
}
