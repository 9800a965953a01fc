"""Functions from text to text."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rulelang.language.values import MISSING, Absent, Number


def lower(text: str) -> str:
    """The text in small letters.

    >>> lower("HELLO, Ärger")
    "hello, ärger"
    """
    return text.lower()


def upper(text: str) -> str:
    """The text in capitals.

    >>> upper("wts gold")
    "WTS GOLD"
    """
    return text.upper()


def trim(text: str) -> str:
    """The text without white space at its beginning and end.

    >>> trim("  hi there ")
    "hi there"
    """
    return text.strip()


_LONGEST_NUMBER: Final = 40


def number(text: str) -> Number | Absent:
    """The number that a text spells, in decimal digits with a point and a minus sign at most; missing for any other text.

    Message attributes are always texts: `number(attributes.level[0]) >= 10` compares as numbers.

    >>> number("12.50") > 12
    true
    >>> number(" 7 ")
    7
    >>> number("a dozen")
    missing
    """
    digits = text.strip()
    unsigned = digits.removeprefix("-")
    whole, point, fraction = unsigned.partition(".")
    if len(digits) > _LONGEST_NUMBER or not digits.isascii() or not whole.isdigit() or (point and not fraction.isdigit()):
        return MISSING
    return Decimal(digits) if point else int(digits)
