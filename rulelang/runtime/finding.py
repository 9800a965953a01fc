"""The finders of a loaded policy: those of the language, narrowed by `where` and joined by `any of`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from rulelang.language.finders import BUILTINS
from rulelang.language.finders.match import Match
from rulelang.language.finders.patterns import PatternFinder, PatternIndex
from rulelang.language.finders.words import WordIndex
from rulelang.language.text import SearchText
from rulelang.language.values import FAILED, PENDING, absent
from rulelang.runtime.actions import Closure

if TYPE_CHECKING:
    from rulelang.runtime.context import Context


class PlainFinder(Protocol):
    """A finder of the language: it depends on the text alone."""

    def find(self, text: SearchText) -> tuple[Match, ...]: ...

    def found(self, text: SearchText) -> bool: ...


class BoundFinder(Protocol):
    """A finder of a policy, which may ask about the message too."""

    alphanumeric_only: bool

    def find(self, context: Context, text: SearchText) -> tuple[Match, ...]: ...

    def found(self, context: Context, text: SearchText) -> bool: ...


class Plain:
    """A finder of the language as a finder of the policy."""

    __slots__ = ("_finder", "alphanumeric_only")

    def __init__(self, finder: PlainFinder, alphanumeric_only: bool = False) -> None:
        self._finder = finder
        self.alphanumeric_only = alphanumeric_only

    def find(self, context: Context, text: SearchText) -> tuple[Match, ...]:
        return self._finder.find(text)

    def found(self, context: Context, text: SearchText) -> bool:
        return self._finder.found(text)


class Narrowed:
    """`finder where (condition)`: the matches for which the condition is true."""

    __slots__ = ("_condition", "_finder", "alphanumeric_only")

    def __init__(self, finder: BoundFinder, condition: Closure) -> None:
        self._finder = finder
        self._condition = condition
        self.alphanumeric_only = finder.alphanumeric_only

    def find(self, context: Context, text: SearchText) -> tuple[Match, ...]:
        return _remembered(self, context, text, self._search)

    def _search(self, context: Context, text: SearchText) -> list[Match]:
        outer = context.match
        kept = []
        for match in self._finder.find(context, text):
            context.match = match
            value = self._condition(context)
            if value is True:
                kept.append(match)
            elif value is PENDING or value is FAILED:
                context.unsettled = absent(value, context.unsettled)
        context.match = outer
        return kept

    def found(self, context: Context, text: SearchText) -> bool:
        return self._finder.found(context, text) and bool(self.find(context, text))


class AnyOf:
    """`any of (...)`: the matches of several finders, leftmost, then longest, then in the order they are named."""

    __slots__ = ("_finders", "alphanumeric_only")

    def __init__(self, finders: tuple[BoundFinder, ...]) -> None:
        self._finders = finders
        self.alphanumeric_only = all(finder.alphanumeric_only for finder in finders)

    def find(self, context: Context, text: SearchText) -> tuple[Match, ...]:
        return _remembered(self, context, text, self._search)

    def _search(self, context: Context, text: SearchText) -> list[Match]:
        matches = [match for finder in self._finders for match in finder.find(context, text)]
        matches.sort(key=lambda match: (match.start, -match.end))
        kept: list[Match] = []
        for match in matches:
            if not kept or match.start >= kept[-1].end:
                kept.append(match)
        return kept

    def found(self, context: Context, text: SearchText) -> bool:
        return any(finder.found(context, text) for finder in self._finders)


def _remembered(
    finder: BoundFinder, context: Context, text: SearchText, search: Callable[[Context, SearchText], list[Match]]
) -> tuple[Match, ...]:
    """What `search` finds, once for each text; not kept while it rests on state that is not read, or could not be."""
    cached: tuple[Match, ...] | None = text.cache.get(finder)
    if cached is None:
        outer, context.unsettled = context.unsettled, None
        cached = tuple(search(context, text))
        if context.unsettled is None:
            text.cache[finder] = cached
            context.unsettled = outer
        else:
            context.unsettled = absent(context.unsettled, outer)
    return cached


def bind(rows: list[dict[str, Any]], closure: Any) -> tuple[tuple[BoundFinder, ...], WordIndex, PatternIndex]:
    """The finders of a bundle's rows, in their order, and the indexes that its word lists and its patterns share.

    `closure` makes the condition of a `where`.
    """
    index = WordIndex([row for row in rows if row["kind"] == "words"])
    words = iter(index.finders)
    finders: list[BoundFinder] = []
    patterns: dict[int, PatternFinder] = {}
    for row in rows:
        match row["kind"]:
            case "words":
                finders.append(Plain(next(words)))
            case "pattern":
                pattern = patterns[len(finders)] = PatternFinder(row)
                finders.append(Plain(pattern))
            case "builtin":
                builtin = BUILTINS[row["name"]]
                finders.append(Plain(builtin, builtin.alphanumeric_only))
            case "where":
                finders.append(Narrowed(finders[row["finder"]], closure(row["condition"])))
            case "any":
                finders.append(AnyOf(tuple(finders[index] for index in row["finders"])))
            case kind:
                raise ValueError(f"no kind of finder: {kind}")
    return tuple(finders), index, PatternIndex(patterns)
