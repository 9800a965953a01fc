"""Whether some message can make several conditions true together, in the language's three-valued logic.

A condition is spread into branches of *literals*, each an atom with the truth values wanted of it; the literals of a branch about
one subject are then weighed together. What is not understood counts as possible, so that a conflict that is reported is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import ceil, floor
from typing import Any, Final, TypeGuard

from rulelang.compiler.lint.ranges import ANYTHING, Range, constant, is_constant, range_of
from rulelang.compiler.policy import Policy, Typed
from rulelang.language.types import JSON
from rulelang.language.values import MISSING, equal

TRUE: Final = 1
FALSE: Final = 2
ABSENT: Final = 4
NOT_TRUE: Final = FALSE | ABSENT
NOT_FALSE: Final = TRUE | ABSENT

_MOST_BRANCHES: Final = 128
"""More than this are not looked at: such a condition counts as possible."""

_FLIPPED: Final = {TRUE: FALSE, FALSE: TRUE, NOT_TRUE: NOT_FALSE, NOT_FALSE: NOT_TRUE}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_ON_CONSTANTS: Final = {"==", "!=", "<", "<=", ">", ">=", "in", "starts_with", "ends_with", "contains"}

Wanted = tuple[Typed, int]
"""A condition, and the truth values that would do."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why conditions can't be as wanted: the parts that exclude each other, and what a value can be at all, where that is why."""

    parts: tuple[Typed, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Test:
    """A question about one subject: `operator` with a constant `value`, and the answers wanted."""

    operator: str
    value: object
    wanted: int
    part: Typed


def key_of(policy: Policy, part: Any) -> str:
    """A text that two expressions share exactly when they are written alike, lets written out."""
    return json.dumps(_plain(policy, part), default=str)


def _plain(policy: Policy, part: Any) -> Any:
    if isinstance(part, Typed):
        if part.operation == "let" and part.arguments[0] in policy.lets:
            return _plain(policy, policy.lets[part.arguments[0]].value)
        return [part.operation, *(_plain(policy, argument) for argument in part.arguments)]
    if isinstance(part, tuple | list):
        return [_plain(policy, each) for each in part]
    return part


def conflict(policy: Policy, wanted: Sequence[Wanted]) -> Conflict | None:
    """Why no message can give all conditions the truth values wanted; None where one may."""
    found: Conflict | None = None
    for way in ways(policy, wanted):
        problem = _weigh(policy, way.subjects.values())
        if problem is None:
            return None
        found = found or problem
    return found


@dataclass(frozen=True, slots=True)
class Way:
    """One way to give conditions the truth values wanted: what is asked about each subject, by the subject's key.

    `pins`: the few values that a subject can have then, for those of which they are known.
    """

    subjects: dict[str, tuple[Typed, list[_Test]]]
    pins: dict[str, frozenset[object]]


def ways(policy: Policy, wanted: Sequence[Wanted]) -> list[Way]:
    """All ways to give the conditions the truth values wanted; a single one that asks nothing where they are too many."""
    branches = _all_of([_branches(policy, typed, values) for typed, values in wanted])
    return [Way({}, {})] if branches is None else [_way(policy, branch) for branch in branches]


def exclude(policy: Policy, one: Sequence[Way], other: Sequence[Way]) -> bool:
    """Whether no message can go a way of the one and a way of the other at once."""
    for first in one:
        for second in other:
            # Most pairs of rules that differ do so by one value of one subject: that is seen at a glance.
            if any(first.pins[key].isdisjoint(second.pins[key]) for key in first.pins.keys() & second.pins.keys()):
                continue
            mine, others = first.subjects, second.subjects
            shared = [(mine[key][0], [*mine[key][1], *others[key][1]]) for key in mine.keys() & others.keys()]
            if _weigh(policy, shared) is None:
                return False
    return True


Branch = tuple[Wanted, ...]


def _branches(policy: Policy, typed: Typed, wanted: int) -> list[Branch] | None:
    """The ways to give a condition a truth value that is wanted; None where there are too many."""
    match typed.operation:
        case "let" if typed.arguments[0] in policy.lets:
            return _branches(policy, policy.lets[typed.arguments[0]].value, wanted)
        case "not":
            return _branches(policy, typed.arguments[0], _FLIPPED[wanted])
        case "and" | "or":
            parts = [_branches(policy, operand, wanted) for operand in typed.arguments]
            # Of `and`, true and not false ask for all operands, the others for one; of `or` the other way round.
            return _all_of(parts) if (typed.operation == "and") == bool(wanted & TRUE) else _one_of(parts)
    return [((typed, wanted),)]


def _one_of(parts: Iterable[list[Branch] | None]) -> list[Branch] | None:
    joined: list[Branch] = []
    for part in parts:
        if part is None:
            return None
        joined.extend(part)
    return joined if len(joined) <= _MOST_BRANCHES else None


def _all_of(parts: Sequence[list[Branch] | None]) -> list[Branch] | None:
    size = 1
    known: list[list[Branch]] = []
    for part in parts:
        if part is None:
            return None
        size *= len(part)
        known.append(part)
    if size > _MOST_BRANCHES:
        return None
    return [tuple(literal for branch in choice for literal in branch) for choice in product(*known)]


def _way(policy: Policy, branch: Branch) -> Way:
    """The literals of a branch by their subjects."""
    subjects: dict[str, tuple[Typed, list[_Test]]] = {}
    pins: dict[str, frozenset[object]] = {}

    def ask(subject: Typed, test: _Test) -> None:
        key = key_of(policy, subject)
        subjects.setdefault(key, (subject, []))[1].append(test)
        values = _pinned(test)
        if values is not None:
            pins.setdefault(key, frozenset((value.__class__ is bool, value) for value in values))

    for typed, wanted in branch:
        subject, test = _test(policy, typed, wanted)
        ask(subject, test)
        if not wanted & ABSENT and test.operator not in {"is_missing", "is_present"}:
            # A definite answer needs every path that it rests on.
            for path in _paths(policy, subject):
                ask(path, _Test("is_present", None, TRUE, typed))
    return Way(subjects, pins)


def _weigh(policy: Policy, subjects: Iterable[tuple[Typed, list[_Test]]]) -> Conflict | None:
    """Why what is asked about a subject excludes itself; None where all may be so."""
    for subject, tests in subjects:
        reason = _excluded(policy, subject, tests)
        if reason is not None:
            parts = {id(test.part): test.part for test in tests}
            return Conflict(tuple(parts.values()), reason)
    return None


def _test(policy: Policy, typed: Typed, wanted: int) -> tuple[Typed, _Test]:
    """A literal as a question about a subject."""
    operation, arguments = typed.operation, typed.arguments
    if operation in {"is_missing", "is_present"}:
        return _written_out(policy, arguments[0]), _Test(operation, None, wanted, typed)
    if operation == "truth":
        return _written_out(policy, arguments[0]), _Test("truth", None, wanted, typed)
    if operation == "is_null":
        return _written_out(policy, arguments[0]), _Test("==", None, wanted, typed)
    if operation in _ON_CONSTANTS:
        left, right = (_written_out(policy, side) for side in arguments)
        value = constant(policy, right)
        if is_constant(value):
            return left, _Test(operation, value, wanted, typed)
        value = constant(policy, left)
        if is_constant(value) and operation in _MIRRORED:
            return right, _Test(_MIRRORED[operation], value, wanted, typed)
        if operation in _MIRRORED and key_of(policy, left) == key_of(policy, right):
            return left, _Test("self", operation in {"==", "<=", ">="}, wanted, typed)
        if operation == "!=":
            return Typed("==", (left, right), typed.type, typed.span, typed.optional), _Test("truth", None, _FLIPPED[wanted], typed)
    return typed, _Test("truth", None, wanted, typed)


def _written_out(policy: Policy, typed: Typed) -> Typed:
    while typed.operation == "let" and typed.arguments[0] in policy.lets:
        typed = policy.lets[typed.arguments[0]].value
    return typed


def _paths(policy: Policy, typed: Typed) -> Iterator[Typed]:
    """The facts and paths that must be present for the expression to be, and the paths above them."""
    stack: list[Any] = [typed]
    while stack:
        each = stack.pop()
        if isinstance(each, tuple | list):
            stack.extend(each)
        elif isinstance(each, Typed) and each.operation == "path":
            root, keys = each.arguments
            for length in range(1, len(keys) + 1):
                yield Typed("path", (root, keys[:length]), each.type if length == len(keys) else JSON, each.span, optional=True)
        elif isinstance(each, Typed) and each.operation == "fact" and each.optional:
            yield each
        elif isinstance(each, Typed) and each.operation == "let":
            stack.append(_written_out(policy, each))
        elif isinstance(each, Typed) and each.operation not in {"and", "or", "not", "template", "is_missing", "is_present", "list"}:
            stack.extend(each.arguments)


def _excluded(policy: Policy, subject: Typed, tests: Sequence[_Test]) -> str | None:
    """What makes the tests impossible for every value of the subject (an empty text where they exclude each other); else None."""
    if subject.optional and all(_answer(MISSING, test) & test.wanted for test in tests):
        return None
    value = constant(policy, subject)
    if is_constant(value):
        return None if _some_fits((value,), tests) else ""
    if subject.type != JSON:
        # What is there, and of the type that the other side has, gives a definite answer.
        tests = [test if test.operator == "in" else replace(test, wanted=test.wanted & ~ABSENT) for test in tests]
    limits = range_of(policy, subject)
    present = [test for test in tests if test.operator not in {"is_missing", "is_present"}]
    if any(not _answer("", test) & test.wanted for test in tests if test not in present):
        return ""
    candidates = _candidates(limits, present)
    if candidates is not None:
        if _some_fits(candidates, present):
            return None
    elif _fits_between(subject, limits, present):
        return None
    return limits.says if limits.says and len({id(test.part) for test in tests}) == 1 else ""


def _candidates(limits: Range, tests: Sequence[_Test]) -> tuple[object, ...] | None:
    """The only values that can pass, where they can be counted."""
    if limits.only is not None:
        return limits.only
    for test in tests:
        found = _pinned(test)
        if found is not None:
            return tuple(value for value in found if _within(value, limits))
    if any(test.operator == "truth" and test.wanted == TRUE for test in tests):
        return (True,)
    return None


def _pinned(test: _Test) -> tuple[object, ...] | None:
    """The values that alone can pass a test; None where there are others, or a host with a `*` stands for many."""
    if (test.operator, test.wanted) in {("==", TRUE), ("!=", FALSE)}:
        return (test.value,)
    if test.operator == "in" and test.wanted == TRUE and isinstance(test.value, tuple):
        return None if any(isinstance(value, str) and "*" in value for value in test.value) else test.value
    return None


def _within(value: object, limits: Range) -> bool:
    if limits is ANYTHING:
        return True
    if limits.integer and value != int(value):  # type: ignore[call-overload]
        return False
    if limits.accepts is not None and isinstance(value, str):
        return limits.accepts(value)
    low_fits = limits.low is None or _order(value, limits.low) in (0, 1)
    return low_fits and (limits.high is None or _order(value, limits.high) in (-1, 0))


def _some_fits(candidates: Iterable[object], tests: Sequence[_Test]) -> bool:
    return any(all(_answer(value, test) & test.wanted for test in tests) for value in candidates)


def _answer(value: object, test: _Test) -> int:
    """The truth values that a test may have for a value: one bit, or all where it is not understood."""
    operator, other = test.operator, test.value
    if operator == "is_missing":
        return TRUE if value is MISSING else FALSE
    if operator == "is_present":
        return FALSE if value is MISSING else TRUE
    if operator == "in" and other == ():
        return FALSE
    if value is MISSING:
        return ABSENT
    if operator == "truth":
        return TRUE if value is True else FALSE if value is False else ABSENT
    if operator == "self":
        return TRUE if other else FALSE
    if operator in {"==", "!="}:
        if other is None:
            return TRUE if (value is None) == (operator == "==") else FALSE
        same = equal(value, other)
        return ABSENT if same is MISSING else TRUE if same is (operator == "==") else FALSE
    if operator in {"<", "<=", ">", ">="}:
        order = _order(value, other)
        if order is None:
            return ABSENT
        return TRUE if order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[operator] else FALSE
    if operator == "in" and isinstance(other, tuple) and not any(isinstance(each, str) and "*" in each for each in other):
        answers = [equal(value, each) for each in other]
        return TRUE if True in answers else ABSENT if MISSING in answers else FALSE
    if isinstance(value, str) and isinstance(other, str) and operator in {"starts_with", "ends_with", "contains"}:
        found = {"starts_with": value.startswith(other), "ends_with": value.endswith(other), "contains": other in value}[operator]
        return TRUE if found else FALSE
    return TRUE | FALSE | ABSENT


def _order(left: object, right: object) -> int | None:
    """-1, 0 or 1 as `left` is less than, equal to or more than `right`; None where they have no order."""
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if _is_number(left) and _is_number(right):
        return (left > right) - (left < right)
    return None


def _is_number(value: object) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _fits_between(subject: Typed, limits: Range, tests: Sequence[_Test]) -> bool:
    """Whether a value can pass the tests that give it a lowest and a highest value, a beginning, or letters it can't have."""
    low: tuple[object, bool] | None = None if limits.low is None else (limits.low, True)
    high: tuple[object, bool] | None = None if limits.high is None else (limits.high, True)
    beginnings: list[str] = []
    for test in tests:
        wanted, operator = test.wanted, test.operator
        if wanted == FALSE and operator in {"<", "<=", ">", ">="}:
            operator = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[operator]
        elif operator == "self":
            if not _answer("", test) & test.wanted:
                return False
            continue
        elif wanted != TRUE:
            continue
        if operator in {"<", "<="}:
            high = _tighter(high, (test.value, operator == "<="), -1)
        elif operator in {">", ">="}:
            low = _tighter(low, (test.value, operator == ">="), 1)
        elif operator in {"starts_with", "ends_with", "contains"} and isinstance(test.value, str):
            if limits.accepts is not None and not limits.accepts(test.value):
                return False
            if operator == "starts_with":
                beginnings.append(test.value)
    if any(not one.startswith(other) and not other.startswith(one) for one in beginnings for other in beginnings):
        return False
    return _some_between(low, high, integer=limits.integer)


def _tighter(known: tuple[object, bool] | None, new: tuple[object, bool], sign: int) -> tuple[object, bool]:
    if known is None:
        return new
    order = _order(new[0], known[0])
    if order is None:
        return known
    return new if order == sign or (order == 0 and not new[1]) else known


def _some_between(low: tuple[object, bool] | None, high: tuple[object, bool] | None, *, integer: bool) -> bool:
    if low is None or high is None:
        return True
    order = _order(low[0], high[0])
    if order is None:
        return True
    if order == 0:
        return low[1] and high[1]
    if order == 1:
        return False
    if integer and _is_number(low[0]) and _is_number(high[0]):
        first = ceil(low[0]) if low[1] else floor(low[0]) + 1
        return first < high[0] or (high[1] and first == high[0])
    return True
