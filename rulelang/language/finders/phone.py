"""Phone numbers: international ones, those of North America, and national ones whose shape or context says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rulelang.language.finders import card_number, iban, ip_address, ssn, url
from rulelang.language.finders.builtin import NO_FIELDS, Builtin, Found, digit_count, digit_groups, joins_word, plain, spans_of

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

_FEWEST: Final = 7
_MOST: Final = 15
"""Digits of a number with its country code (ITU-T E.164)."""

_EXTENSION: Final = re.compile(r" ?(?:x|ext\.?|extension|#)[ .:]?[0-9]{1,6}(?![0-9A-Za-z])", re.IGNORECASE)

_DATE: Final = re.compile(
    r"(?:1[89]|20)[0-9]{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:[0-2]?[0-9]|3[01])(?![0-9])"
    r"|(?:[0-2]?[0-9]|3[01])(?P<s>[-./ ])(?:[0-2]?[0-9]|3[01])(?P=s)(?:1[89]|20)[0-9]{2}(?![0-9])"
)

_NORTH_AMERICAN: Final = re.compile(
    r"(?:\+?1(?: ?[-.] ?| )?)?(?:\([2-9][0-9]{2}\) ?[-.]?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}\Z"
)
_LIKE_NORTH_AMERICAN: Final = re.compile(
    r"(?:1[-.])?[0-9]{3}(?P<s>[-.])[0-9]{3}(?P=s)[0-9]{4}\Z|\([0-9]{3}\) ?[0-9]{3}[-.][0-9]{4}\Z"
)
"""The same shape where nobody has that number: `555-123-4567`, as in examples and in jest."""
_BRACKETED: Final = re.compile(r"\(0?[1-9][0-9]{0,3}\) ?[0-9]{2,4}(?:[- ]?[0-9]{2,4}){1,2}\Z")
"""An area code in brackets: `(08) 8747 6301`, `(37) 788-063`."""
_TRUNK: Final = re.compile(
    r"(?![0-9]{3}-[0-9]{2}-[0-9]{4}\Z)(?=(?:[^0-9]?[0-9]){9})0[1-9][0-9]{0,4}"
    r"(?:(?:(?P<s>[-. /])[0-9]{2,4}){2,4}|[-/ ][0-9]{6,8})\Z"
)
"""A national number with its leading zero: `0490 75 40 81`, `01.84.17.61.18`, `0393 1144137`."""
_PAIRS: Final = re.compile(r"[1-9][0-9](?:-[0-9]{2}){3,4}\Z|[1-9][0-9]{2} [0-9]{2} [0-9]{3}\Z")
"""`71-33-52-22`, `416 60 039`: groups that nothing but a phone number has."""


# What stands before a number that its shape alone would not give away: `Phone:`, `call me on`, `my number is`.
_NOUNS: Final = (
    r"tel|tele?phone|phone|mobile|mob|cell|cellphone|fax|desk|landline|hotline|handy|telefon|tel[eé]fono|t[eé]l[eé]phone|m[oó]vil"
    r"|whats ?app|viber|registered|(?:my|your|his|her|their|our) (?:number|num|nr|no|digits)"
    r"|call(?:ed|ing)?|dial(?:ed|ing)?|ring|phoned"
)
_VERBS: Final = r"answering|reach|contact|text(?:ed|ing)?|messages?|sms|signal|telegram"
_LINKS: Final = r"me|us|him|her|them|it|at|on|to|via|by|under"
_FILLERS: Final = rf"{_LINKS}|back|out|up|number|no\.?|nr\.?|num|is|was|now|please|pls|the"
_LOOK_BACK: Final = 40


@cache
def _context() -> re.Pattern[str]:
    return re.compile(
        rf"(?:\b(?:{_NOUNS})\b\.?|[☎📞📱]|\b(?:{_VERBS})(?:[ \t](?:{_LINKS})\b|:))"
        rf"(?:[ \t]{{1,2}}(?:{_FILLERS})\b|[:#=( \t.-])*\s?\Z",
        re.IGNORECASE,
    )


@cache
def _other_number() -> re.Pattern[str]:
    """What stands before a number of another kind: `order no. 1234567`."""
    return re.compile(
        r"\b(?:order|invoice|tracking|ticket|case|ref|reference|account|acct|id|passport|licen[cs]e|zip|postcode|serial|isbn|sku|part|model"
        r"|version|build|card|iban|ssn|customer|booking|room|score|code|pin|lot|item|page|vat|tax)\b"
        r"(?:[ \t]{1,2}(?:number|num|nr|no|code|id|is|was)\b|[:.#= \t])*\Z",
        re.IGNORECASE,
    )


_AFTER: Final = re.compile(r"[ \t]?[-(]?(?:office|fax|mobile|cell|home|work|landline)\b", re.IGNORECASE)
_GAP: Final = re.compile(r"\)?(?: ?[-./] ?| {1,2})?\(?")
_LONGEST_GAP: Final = 5
_MOST_GROUPS: Final = 7


def scan(text: SearchText) -> Iterator[Found]:
    """Phone numbers.

    Found are international numbers (`+49 30 901820`, `0049 30 901820`) of a length that the country has, numbers of
    North America (`555-234-5678`, `(555) 234-5678`), national numbers with a leading zero or in groups that nothing
    else is written in (`0490 75 40 81`, `71-33-52-22`), and any seven to fifteen digits after or before words such as
    `phone`, `call me at`, `my number is`, `fax`. An extension (`x123`) belongs to the number. The digits of a card,
    an IBAN, a social security number, an IP address, a date or a link are no phone number.
    """
    if digit_count(text) < _FEWEST:
        return
    digits = _Digits(plain(text), digit_groups(text))
    taken = None
    index = 0
    while index < len(digits.groups):
        found = digits.number_at(index)
        if found is None:
            index += 1
            continue
        start, end = found
        if taken is None:
            taken = spans_of(
                *(finder.find(text) for finder in (card_number.FINDER, iban.FINDER, ssn.FINDER, ip_address.FINDER, url.FINDER))
            )
        if taken.touches(start, end):
            index += 1
            continue
        yield start, end, NO_FIELDS
        while index < len(digits.groups) and digits.groups[index][0] < end:
            index += 1


class _Digits:
    """The groups of digits of a text. `gaps[i]` joins group `i` to the one before: a space or a sign, "" for nothing."""

    def __init__(self, value: str, groups: list[tuple[int, int]]) -> None:
        self.value = value
        self.groups = groups
        self.gaps = [""]
        for (_, start), (end, _) in pairwise(groups):
            joined = end - start <= _LONGEST_GAP and _GAP.fullmatch(value, start, end)
            self.gaps.append((value[start:end].strip("() ") or " ") if joined else "")
        self.gaps.append("")

    def number_at(self, first: int) -> tuple[int, int] | None:
        """The span of the number that begins with the group `first`, or None."""
        value = self.value
        begin = self.groups[first][0]
        sign = begin - (2 if value[begin - 2 : begin] == "+ " else 1)
        signed = sign >= 0 and value[sign] == "+"
        if not signed and self.gaps[first] and self.gaps[first] == self.gaps[first + 1]:
            return None  # inside a longer run
        lasts = self._lasts(first)
        if not lasts:
            return None
        if signed:
            start = self._opening(first, sign)
            last = None if self._attached(start) else self._international(first, lasts, 0)
        else:
            start = self._opening(first, begin)
            last = None if self._attached(start) else self._unsigned(first, lasts, start)
        if last is None:
            return None
        if last == first and value[start] == "(":
            start += 1
        end = self.groups[last][1]
        extension = _EXTENSION.match(value, end)
        return start, extension.end() if extension else end

    def _lasts(self, first: int) -> list[int]:
        """The groups, the farthest first, up to which a number of a possible length may reach from the group `first` on."""
        digits = 0
        lasts = []
        for last in range(first, min(first + _MOST_GROUPS, len(self.groups))):
            if last > first and not self.gaps[last]:
                break
            start, end = self.groups[last]
            digits += end - start
            if digits > _MOST + len("00"):
                break
            if digits >= _FEWEST and not self._goes_on(end):
                lasts.append(last)
        lasts.reverse()
        return lasts

    def _opening(self, first: int, start: int) -> int:
        """`start`, or the bracket before it that closes after the first group: `(415) 555-2671`, but not `(415-555-2671)`."""
        closes = self.value.startswith(")", self.groups[first][1])
        return start - 1 if closes and start and self.value[start - 1] == "(" else start

    def _unsigned(self, first: int, lasts: list[int], start: int) -> int | None:
        """The last group of a number that begins without a plus at `start`."""
        value = self.value
        begin = self.groups[first][0]
        if value.startswith("00", begin) and not value.startswith("000", begin):
            last = self._international(first, lasts, len("00"))
            if last is not None:
                return last
        lasts = [last for last in lasts if self._is_whole(first, last)]
        if not lasts or _DATE.match(value, start):
            return None
        for last in lasts:
            if _NORTH_AMERICAN.match(value, start, self.groups[last][1]):
                return last
        window = max(0, start - _LOOK_BACK)
        if _other_number().search(value, window, start):
            return None
        named = _context().search(value, window, start) is not None
        for last in lasts:
            end = self.groups[last][1]
            if value.endswith("000", start, end):
                continue  # so many, rather than a number to call
            if named or _AFTER.match(value, end) or any(shape.match(value, start, end) for shape in _SHAPES):
                return last
        return None

    def _international(self, first: int, lasts: list[int], prefix: int) -> int | None:
        """The last group of the longest number whose country code begins after `prefix` digits; one given out goes first."""
        possible = None
        for last in lasts:
            pieces = [
                self.value[begin:end]
                for begin, end in self.groups[first : last + 1]
                # `+46 (0)8 928`: a zero for those who dial from inside the country.
                if self.value[begin - 1 : end + 1] != "(0)"
            ]
            verdict = _verdict("".join(pieces)[prefix:])
            if verdict is _Verdict.GIVEN_OUT:
                return last
            if verdict is _Verdict.POSSIBLE and possible is None:
                possible = last
        return possible

    def _is_whole(self, first: int, last: int) -> bool:
        """Whether the digits around are joined in another way than those of the number, so that it is no window of a longer one."""
        return {self.gaps[first], self.gaps[last + 1]}.isdisjoint(self.gaps[first + 1 : last + 1])

    def _goes_on(self, end: int) -> bool:
        """Whether the digits that end here are part of a word, a decimal number, or a share."""
        after = self.value[end : end + 1]
        if not after or after in " )":
            return False
        if joins_word(after):
            return _EXTENSION.match(self.value, end) is None
        return after in "%°" or (after in ",:" and self.value[end + 1 : end + 2].isdigit())

    def _attached(self, start: int) -> bool:
        """Whether what stands before makes the digits part of something longer: `ORD-1234567`, `$1234567`."""
        before = self.value[start - 1 : start]
        if not before:
            return False
        if joins_word(before) or before in "$€£¥+#*@&=\\":
            return True
        return before in "-/_,." and self.value[start - 2 : start - 1].isalnum()


class _Verdict(Enum):
    """What phonenumbers says of digits: no number; of a length that its country has; in a range that is given out."""

    NONE = 0
    POSSIBLE = 1
    GIVEN_OUT = 2


@lru_cache(maxsize=1024)
def _verdict(digits: str) -> _Verdict:
    """What the digits are, country code first."""
    import phonenumbers

    if not _FEWEST < len(digits) <= _MOST:
        return _Verdict.NONE
    for length in (1, 2, 3):
        code = int(digits[:length])
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            break
    else:
        return _Verdict.NONE
    national = digits[length:]
    number = phonenumbers.PhoneNumber(
        country_code=code, national_number=int(national), italian_leading_zero=(national.startswith("0") and code == 39) or None
    )
    if phonenumbers.is_valid_number(number):
        return _Verdict.GIVEN_OUT
    return _Verdict.POSSIBLE if not national.startswith("0") and phonenumbers.is_possible_number(number) else _Verdict.NONE


_SHAPES: Final = (_LIKE_NORTH_AMERICAN, _BRACKETED, _TRUNK, _PAIRS)


FINDER: Final = Builtin(
    name="phone",
    example='replace phone with "[phone]"',
    scan=scan,
    alphanumeric_only=True,
)
