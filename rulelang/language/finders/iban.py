"""International bank account numbers: the country's length and structure, and the check digits modulo 97."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rulelang.language.finders.builtin import Builtin, Found, digit_count, joins_word, plain
from rulelang.language.types import TEXT

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

_START: Final = re.compile(r"(?<![0-9A-Za-z_])[A-Za-z]{2}[0-9]{2}(?=[ -]?[0-9A-Za-z])")
_FEWEST_DIGITS: Final = 7
"""Of any country's IBAN, the two check digits included; a first sieve only."""
_FIELD: Final = re.compile(r"(\d+)!")


@lru_cache(maxsize=512)
def _length(country: str) -> int:
    """How long an IBAN of the country is; 0 for a country that has none."""
    from stdnum import numdb

    properties = numdb.get("iban").info(country + "00")[0][1]
    structure = properties.get("bban", "")
    return 4 + sum(map(int, _FIELD.findall(structure))) if structure else 0


def scan(text: SearchText) -> Iterator[Found]:
    """International bank account numbers (IBAN), solid or in groups with spaces or dashes between them, in capitals
    or small letters.

    The country is one that has IBANs, the length and the structure are those of the country, and the check digits are
    right.
    """
    if digit_count(text) < _FEWEST_DIGITS:
        return
    value = plain(text)
    last = 0
    for found in _START.finditer(value):
        start = found.start()
        if start < last:
            continue
        country = found[0][:2].upper()
        length = _length(country)
        if not length:
            continue
        end, number = _take(value, start, length)
        if number and _checks(number):
            yield start, end, {"country": country}
            last = end


def _take(value: str, start: int, length: int) -> tuple[int, str]:
    """The `length` letters and digits from `start` on, without single separators; "" where they do not end there."""
    characters: list[str] = []
    position = start
    while len(characters) < length:
        if position >= len(value):
            return position, ""
        character = value[position]
        if character.isascii() and character.isalnum():
            characters.append(character)
        elif character not in " -" or value[position - 1] in " -":
            return position, ""
        position += 1
    if position < len(value) and joins_word(value[position]):
        return position, ""
    return position, "".join(characters).upper()


def _checks(number: str) -> bool:
    remainder = int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97
    if remainder != 1:
        return False
    from stdnum import iban

    # Countries' own check digits are left alone: banks issue numbers that fail them.
    return bool(iban.is_valid(number, check_country=False))


FINDER: Final = Builtin(
    name="iban",
    example="mask iban keeping last 4",
    scan=scan,
    fields={"country": TEXT},
    field_docs={"country": "the country's two letters, in capitals: `DE`"},
    alphanumeric_only=True,
)
