"""Disguises of words, made from tables of their own: nothing here reads the tables of the product."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Final

_LEET: Final = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_LOOK_ALIKES: Final = {
    "a": "а",
    "c": "с",
    "e": "е",
    "i": "іι",
    "o": "оο",
    "p": "рρ",
    "s": "ѕ",
    "x": "х",
    "y": "у",
    "h": "һ",
    "n": "ո",
    "u": "ս",
}


def _between(separator: str) -> Callable[[random.Random, str], str]:
    return lambda _, word: separator.join(word)


def _shifted(first: int) -> Callable[[random.Random, str], str]:
    return lambda _, word: "".join(chr(first + ord(letter) - ord("a")) for letter in word)


def _leet(choose: random.Random, word: str) -> str:
    places = [place for place, letter in enumerate(word) if letter in _LEET]
    if not places:
        return word
    at = choose.choice(places)
    return word[:at] + choose.choice(_LEET[word[at]]) + word[at + 1 :]


def _stretched(choose: random.Random, word: str) -> str:
    at = choose.randrange(len(word))
    return word[:at] + word[at] * choose.randint(3, 6) + word[at + 1 :]


def _look_alike(choose: random.Random, word: str) -> str:
    return "".join(
        choose.choice(_LOOK_ALIKES[letter]) if letter in _LOOK_ALIKES and choose.random() < 0.5 else letter for letter in word
    )


def _accented(choose: random.Random, word: str) -> str:
    return "".join(
        unicodedata.normalize("NFC", letter + choose.choice("\u0301\u0308\u0302\u0304")) if choose.random() < 0.5 else letter
        for letter in word
    )


def _stacked(choose: random.Random, word: str) -> str:
    return "".join(letter + "".join(chr(choose.randint(0x300, 0x34E)) for _ in range(choose.randint(1, 5))) for letter in word)


def _cased(choose: random.Random, word: str) -> str:
    return "".join(letter.upper() if choose.random() < 0.5 else letter for letter in word)


FOLDED: Final[dict[str, Callable[[random.Random, str], str]]] = {
    "as it is": lambda _, word: word,
    "letter case": _cased,
    "look-alikes": _look_alike,
    "accents": _accented,
    "stacked marks": _stacked,
    "zero-width spaces": _between("\u200b"),
    "soft hyphens": _between("\u00ad"),
    "joiners": _between("\u2060"),
    "right-to-left marks": _between("\u200f"),
    "control characters": _between("\x02"),
    "variation selectors": _between("\ufe0f"),
    "tags": _between("\U000e0061"),
    "fullwidth": _shifted(0xFF41),
    "bold": _shifted(0x1D41A),
    "sans-serif": _shifted(0x1D5BA),
    "monospace": _shifted(0x1D68A),
    "circled": _shifted(0x24D0),
    "squared": _shifted(0x1F130),
    "negative squared": _shifted(0x1F170),
}
"""What the default strength sees through."""

LOOSE: Final[dict[str, Callable[[random.Random, str], str]]] = {
    **FOLDED,
    "leetspeak": _leet,
    "a stretched letter": _stretched,
    "spaces": _between(" "),
    "dots": _between("."),
    "dashes": _between("-"),
    "low lines": _between("_"),
    "line breaks": _between("\n"),
    "wide separators": _between(" . "),
    "bars": _between("|"),
    "leetspeak and dots": lambda choose, word: ".".join(_leet(choose, word)),
    "leetspeak and a stretched letter": lambda choose, word: _stretched(choose, _leet(choose, word)),
    "look-alikes and spaces": lambda choose, word: " ".join(_look_alike(choose, word)),
}
"""What `loosely` sees through."""
