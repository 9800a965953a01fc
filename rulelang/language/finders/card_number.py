"""Numbers of payment cards: an issuer's range, the length that goes with it, and the Luhn check digit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rulelang.language.finders.builtin import Builtin, Found, digit_count, digit_groups, joins_word, plain
from rulelang.language.types import TEXT

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

_LONGEST: Final = 19
_SHORTEST: Final = 12
_MOST_GROUPS: Final = 8

# Issuer ranges (ISO/IEC 7812, as the networks publish them): the first digits from..to, the lengths, the brand.
# The first row that fits counts, so that narrow ranges stand before wide ones.
_RANGES: Final[tuple[tuple[str, str, tuple[int, ...], str], ...]] = (
    ("34", "34", (15,), "amex"),
    ("37", "37", (15,), "amex"),
    ("300", "305", (14, 16), "diners"),
    ("3095", "3095", (14, 16), "diners"),
    ("36", "36", (14, 16), "diners"),
    ("38", "39", (14, 16), "diners"),
    ("2131", "2131", (15,), "jcb"),
    ("1800", "1800", (15,), "jcb"),
    ("35", "35", (16, 17, 18, 19), "jcb"),
    ("2200", "2204", (16, 17, 18, 19), "mir"),
    ("2221", "2720", (16,), "mastercard"),
    ("51", "55", (16,), "mastercard"),
    ("6011", "6011", (16, 17, 18, 19), "discover"),
    ("622126", "622925", (16, 17, 18, 19), "discover"),
    ("644", "649", (16, 17, 18, 19), "discover"),
    ("65", "65", (16, 17, 18, 19), "discover"),
    ("62", "62", (16, 17, 18, 19), "unionpay"),
    ("60", "60", (16,), "rupay"),
    ("81", "82", (16,), "rupay"),
    ("9792", "9792", (16,), "troy"),
    ("4", "4", (13, 16, 19), "visa"),
    ("50", "50", (12, 13, 14, 15, 16, 17, 18, 19), "maestro"),
    ("56", "59", (12, 13, 14, 15, 16, 17, 18, 19), "maestro"),
    ("0604", "0604", (12, 13, 14, 15, 16, 17, 18, 19), "maestro"),
    ("6304", "6304", (12, 13, 14, 15, 16, 17, 18, 19), "maestro"),
    ("67", "67", (12, 13, 14, 15, 16, 17, 18, 19), "maestro"),
    ("6390", "6390", (12, 13, 14, 15, 16, 17, 18, 19), "maestro"),
)

_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def brand(digits: str) -> str | None:
    """The brand of a card number, or None for digits that are no card number."""
    length = len(digits)
    if not _SHORTEST <= length <= _LONGEST:
        return None
    name = next((name for low, high, lengths, name in _RANGES if low <= digits[: len(low)] <= high and length in lengths), None)
    total = 0
    double = False
    for digit in reversed(digits):
        total += _DOUBLED[int(digit)] if double else int(digit)
        double = not double
    return None if total % 10 else name


def scan(text: SearchText) -> Iterator[Found]:
    """Numbers of payment cards, solid or in groups with spaces, dashes or dots between them.

    A card number begins like those of a known network, is as long as they are, and its check digit (Luhn) is right.
    It is the whole of its groups of digits: sixteen digits inside a longer number are no card. Digits in other
    scripts count.
    """
    if digit_count(text) < _SHORTEST:
        return
    value = plain(text)
    for groups in _numbers(value, digit_groups(text)):
        digits = "".join(value[start:end] for start, end in groups)
        name = brand(digits)
        if name is not None:
            yield groups[0][0], groups[-1][1], {"brand": name}


def _numbers(value: str, groups: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The numbers that the groups make: groups with one and the same separator between them belong together."""
    index = 0
    count = len(groups)
    while index < count:
        start, end = groups[index]
        if end - start >= _SHORTEST:
            # So long a group is no part of a grouped number: `4111111111111111 123` is a card and its security code.
            if _stands_alone(value, start, end):
                yield [groups[index]]
            index += 1
            continue
        last = index
        separator = value[end : end + 1]
        if separator in (" ", "-", "."):
            while (
                last + 1 < count
                and groups[last + 1][0] == groups[last][1] + 1
                and value[groups[last][1]] == separator
                and groups[last + 1][1] - groups[last + 1][0] < _SHORTEST
            ):
                last += 1
        run = groups[index : last + 1]
        if len(run) > 1 and _stands_alone(value, run[0][0], run[-1][1]):
            yield from _readings(value, run, separator)
        # The last group may begin a run with another separator: `5 4111-1111-1111-1111`.
        index = last if last > index else index + 1


def _readings(value: str, run: list[tuple[int, int]], separator: str) -> Iterator[list[tuple[int, int]]]:
    """A run, and the run without a date (`12/25`), a price (`4.50`) or a time (`10:30`) that stands at one of its ends."""
    if len(run) <= _MOST_GROUPS:
        yield run
    first, last = run[0][0], run[-1][1]
    begins_in_compound = first > 1 and value[first - 1] in "/.:,-" and value[first - 2].isdigit()
    ends_in_compound = last + 1 < len(value) and value[last] in "/.:-" and value[last + 1].isdigit()
    trimmed = run[1 if begins_in_compound else 0 : len(run) - 1 if ends_in_compound else len(run)]
    if separator == " " and 1 < len(trimmed) < len(run) and len(trimmed) <= _MOST_GROUPS:
        yield trimmed


def _stands_alone(value: str, start: int, end: int) -> bool:
    return not (start and joins_word(value[start - 1])) and not (end < len(value) and joins_word(value[end]))


FINDER: Final = Builtin(
    name="card_number",
    example="mask card_number keeping last 4",
    scan=scan,
    fields={"brand": TEXT},
    field_docs={
        "brand": "`visa`, `mastercard`, `amex`, `diners`, `discover`, `jcb`, `maestro`, `mir`, `rupay`, `troy` or `unionpay`"
    },
    alphanumeric_only=True,
)
