"""Lints about `not` and `!=` over something that may be missing, where they are neither true nor false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.lint.logic import key_of
from rulelang.compiler.policy import Policy, Typed
from rulelang.compiler.walk import conditions, exemptions
from rulelang.compiler.wording import code

_LOGIC = {"and", "or", "not", "let"}
_NEGATIONS = {"not", "!="}
_PRESENCE = {"is_missing", "is_present"}


def check_negations(policy: Policy, diagnostics: Diagnostics) -> None:
    """`negated-missing`: unless the conditions around it ask whether the path is there, or need it to be there anyhow."""
    seen: set[int] = set()
    for rule in policy.rules:
        around = [*conditions(rule), *exemptions(rule)]
        for condition in around:
            for negation in _negations(policy, condition):
                if id(negation) in seen:
                    continue
                missing = _unasked(policy, negation, around)
                if missing is None:
                    continue
                seen.add(id(negation))
                path = missing.span.text
                diagnostics.add(
                    "negated-missing",
                    negation.span,
                    f"Where a message has no {code(path)}, this is neither true nor false.",
                    f"Write {code(f'{path} is missing or ...')} if it is meant too, else {code(f'{path} is present and ...')}.",
                )


def _negations(policy: Policy, typed: Typed) -> Iterator[Typed]:
    """The outermost negations of a condition, those in its lets included."""
    if typed.operation in _NEGATIONS:
        yield typed
    elif typed.operation == "let" and typed.arguments[0] in policy.lets:
        yield from _negations(policy, policy.lets[typed.arguments[0]].value)
    elif typed.operation in _LOGIC:
        for part in typed.arguments:
            yield from _negations(policy, part)


def _unasked(policy: Policy, negation: Typed, around: Sequence[Typed]) -> Typed | None:
    """The first path in a negation that may be missing and that no condition around it asks for."""
    if not negation.optional:
        return None
    asked = {key for condition in around for key in _asked(policy, condition, negated=False)}
    for path in _optional_paths(policy, negation):
        if key_of(policy, path) not in asked:
            return path
    return None


def _asked(policy: Policy, typed: Typed, *, negated: bool) -> Iterator[str]:
    """The paths whose presence a condition asks for by name, or needs because it compares them outside a negation."""
    if typed.operation in _PRESENCE:
        for path in _optional_paths(policy, typed):
            yield from (key_of(policy, each) for each in _with_parents(path))
    elif typed.operation == "let" and typed.arguments[0] in policy.lets:
        yield from _asked(policy, policy.lets[typed.arguments[0]].value, negated=negated)
    elif typed.operation in _LOGIC:
        for part in typed.arguments:
            yield from _asked(policy, part, negated=negated or typed.operation != "and")
    elif not negated and typed.operation != "!=":
        for path in _optional_paths(policy, typed):
            yield from (key_of(policy, each) for each in _with_parents(path))


def _with_parents(path: Typed) -> Iterator[Typed]:
    yield path
    if path.operation == "path":
        root, keys = path.arguments
        for length in range(1, len(keys)):
            yield Typed("path", (root, keys[:length]), path.type, path.span)


def _optional_paths(policy: Policy, part: Any) -> Iterator[Typed]:
    """The facts and paths inside an expression that a message may come without; not those a finder's `where` reads."""
    if isinstance(part, tuple | list):
        for each in part:
            yield from _optional_paths(policy, each)
    elif isinstance(part, Typed):
        if part.operation == "path" or (part.operation == "fact" and part.optional):
            yield part
        elif part.operation == "let" and part.arguments[0] in policy.lets:
            yield from _optional_paths(policy, policy.lets[part.arguments[0]].value)
        else:
            yield from _optional_paths(policy, part.arguments)
