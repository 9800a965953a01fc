"""Functions that say what share of a text is of one kind: numbers from 0 to 1, exact where the decimal system is."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Final

from rulelang.language import graphemes
from rulelang.language.values import Number

_CAPITALS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SMALL: Final = b"abcdefghijklmnopqrstuvwxyz"
_PUNCTUATION: Final = b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def _ratio(part: int, whole: int) -> Decimal:
    return Decimal(part) / Decimal(whole) if whole else Decimal(0)


def _visible(text: str) -> list[str]:
    """The characters, as a reader counts them, that are no white space."""
    return [grapheme for grapheme in graphemes.split(text) if not grapheme.isspace()]


def caps_ratio(text: str) -> Number:
    """The share of capitals among the letters that have a capital and a small form; 0 where there is none.

    Letters of scripts without case (Chinese, Arabic, Hindi), digits and punctuation do not count.

    >>> caps_ratio("HI you")
    0.4
    >>> caps_ratio("Ten LETTERS") > 0.7
    true
    >>> caps_ratio("1, 2, 3!")
    0
    """
    if text.isascii():
        encoded = text.encode("ascii")
        capitals = len(encoded) - len(encoded.translate(None, _CAPITALS))
        small = len(encoded) - len(encoded.translate(None, _SMALL))
    else:
        capitals = sum(1 for character in text if character.isupper() or character.istitle())
        small = sum(map(str.islower, text))
    return _ratio(capitals, capitals + small)


def digit_ratio(text: str) -> Number:
    """The share of digits among the characters that are no white space; 0 for a text without any.

    >>> digit_ratio("7 of 10")
    0.6
    >>> digit_ratio("")
    0
    """
    visible = _visible(text)
    return _ratio(sum(1 for grapheme in visible if grapheme[0].isdecimal()), len(visible))


def punctuation_ratio(text: str) -> Number:
    """The share of punctuation and symbols (`!`, `?`, `$`, `=`, emoji too) among the characters that are no white space.

    >>> punctuation_ratio("what?!?!")
    0.5
    >>> punctuation_ratio("plain text")
    0
    """
    if text.isascii():
        encoded = text.encode("ascii")
        marks = len(encoded) - len(encoded.translate(None, _PUNCTUATION))
        return _ratio(marks, len("".join(text.split())))
    visible = _visible(text)
    return _ratio(sum(1 for grapheme in visible if unicodedata.category(grapheme[0])[0] in "PS"), len(visible))


def repeat_ratio(text: str) -> Number:
    """The share of characters that are the same as the one before them, letter case and white space left aside.

    `hellooooo` has four of nine; a text without two like characters in a row has 0.

    >>> repeat_ratio("nooooooooo")
    0.8
    >>> repeat_ratio("! ! ! !")
    0.75
    >>> repeat_ratio("calm")
    0
    """
    visible = _visible(text.lower())
    return _ratio(sum(1 for index in range(1, len(visible)) if visible[index] == visible[index - 1]), len(visible))
