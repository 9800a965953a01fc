"""Functions that count what a text is made of."""

from __future__ import annotations

import re
from typing import Any, Final

from rulelang.language import graphemes

_ASCII_WORD: Final = re.compile(r"[0-9A-Za-z_]+(?:['-][0-9A-Za-z_]+)*")

_word: Any = None


def _words() -> Any:
    # Imported on first need: only texts beyond ASCII want it.
    global _word
    if _word is None:
        import regex

        unspaced = r"[\p{Han}\p{Hiragana}]"
        run = rf"(?:(?!{unspaced})[\w\p{{M}}\u200c\u200d])+"
        _word = regex.compile(rf"{unspaced}\p{{M}}*|{run}(?:['’\-]{run})*")
    return _word


def length(value: str | list) -> int:  # type: ignore[type-arg]
    """How long a text is in characters as a reader counts them, or how many elements a list has.

    An emoji with a skin tone, a flag, a letter with its accents are one character each.

    >>> length("héllo 👍🏽")
    7
    >>> length(["a", "b"])
    2
    """
    return graphemes.count(value) if isinstance(value, str) else len(value)


def words(text: str) -> int:
    """How many words a text has: runs of letters and digits, apostrophes and hyphens inside them included.

    Chinese characters and hiragana, which are written without spaces, count one each.

    >>> words("don't shout - it's well-known!")
    4
    >>> words("你好 world")
    3
    >>> words("?!")
    0
    """
    pattern = _ASCII_WORD if text.isascii() else _words()
    return sum(1 for _ in pattern.finditer(text))


def lines(text: str) -> int:
    """How many lines a text has, empty ones included; the empty text has none.

    >>> lines("one\\n\\nthree")
    3
    >>> lines("")
    0
    """
    return len(text.splitlines())
