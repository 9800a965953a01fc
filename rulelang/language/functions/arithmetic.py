"""Functions of numbers."""

from __future__ import annotations

import builtins
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Final

from rulelang.language.values import Number

_WIDE: Final = Context(prec=1000, traps=[InvalidOperation])
_LARGEST: Final = 900
"""Numbers of more digits than this before the point are whole for all that anybody measures, and stay as they are."""


def min_(first: Number, second: Number, *others: Number) -> Number:
    """The smallest of two numbers or more.

    >>> min(3, 1, 2)
    1
    """
    return builtins.min(first, second, *others)


def max_(first: Number, second: Number, *others: Number) -> Number:
    """The greatest of two numbers or more.

    >>> max(length(content), 20)
    20
    """
    return builtins.max(first, second, *others)


def abs_(number: Number) -> Number:
    """A number without its sign.

    >>> abs(-3)
    3
    """
    return abs(number) if isinstance(number, int) else number.copy_abs()


def round_(number: Number) -> Number:
    """The nearest whole number; a half goes away from zero.

    >>> round(2.5)
    3
    >>> round(-0.4)
    0
    """
    if isinstance(number, int) or not number.is_finite() or number.adjusted() >= _LARGEST:
        return number
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_WIDE))
