"""How word lists look at a text: its words between single spaces, and the kind of each character.

A view makes whole words plain: every run of what is no letter, digit or mark is one space, and a space stands before and after.
So an entry's key is ` shit `, and a hit is a whole word already. Two sorts of characters are words by themselves, with a space on
either side: those of scripts written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese), where an entry therefore
matches anywhere, and symbols that are no punctuation, such as emoji.
"""

from __future__ import annotations

import unicodedata
from typing import Final

UNSPACED: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF), (0x1A20, 0x1AAF), (0x1B00, 0x1B7F), (0x2E80, 0x2FDF),
    (0x3005, 0x3007), (0x3021, 0x3035), (0x303B, 0x303C), (0x3040, 0x30FF), (0x3100, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA980, 0xA9DF), (0xA9E0, 0xA9FF), (0xAA60, 0xAADF), (0xF900, 0xFAFF), (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)  # fmt: skip
"""Blocks of scripts written without spaces between words."""

LEET_SYMBOLS: Final = "!|@$+(<#^€£¢§©®¥¡"
"""Symbols that stand for letters in leetspeak."""


def is_unspaced(char: str) -> bool:
    """Whether `char` belongs to a script written without spaces."""
    code = ord(char)
    return code >= 0x0E00 and any(first <= code <= last for first, last in UNSPACED)


def _kind(char: str) -> str:
    """`a`: part of a word; `0`: a digit 0-9; `n`: a word by itself; `$`: a symbol of leetspeak; a space: between words."""
    if "0" <= char <= "9":
        return "0"
    if char in LEET_SYMBOLS:
        return "$"
    category = unicodedata.category(char)
    if category[0] in "LNM":
        return "n" if is_unspaced(char) else "a"
    # Assigned symbols, and what this Unicode version does not know (a newer emoji): never punctuation.
    if category in ("So", "Sm", "Sc", "Sk", "Cn", "Co") and not char.isascii():
        return "n"
    return " "


class _Kinds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        kind = _kind(chr(code))
        if code < 0x10000:
            self[code] = kind
        return kind


class _Views(dict[int, str]):
    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = _kind(char)
        if kind == "$":
            kind = " " if char.isascii() or unicodedata.category(char)[0] == "P" else "n"
        piece = f" {char} " if kind == "n" else " " if kind == " " else char
        if code < 0x10000:
            self[code] = piece
        return piece


_KINDS: Final = _Kinds()
_VIEWS: Final = _Views()
_ASCII_KINDS: Final = "".join(map(_kind, map(chr, range(128)))).encode().ljust(256)
_ASCII_SHAPE: Final = "".join("a" if chr(code).isalnum() else " " for code in range(128)).encode().ljust(256)
_ASCII_VIEW: Final = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128)).encode().ljust(256)


def kinds(folded: str) -> str:
    """The kind of each character, see `_kind`; as long as `folded`."""
    if folded.isascii():
        return folded.encode().translate(_ASCII_KINDS).decode()
    return folded.translate(_KINDS)


def shape(view: str) -> str:
    """An ASCII view with an `a` for each letter and digit."""
    return view.encode().translate(_ASCII_SHAPE).decode()


def view(folded: str) -> str:
    """The view of a folded text."""
    if folded.isascii():
        return _squeeze(f" {folded.encode().translate(_ASCII_VIEW).decode()} ")
    return _squeeze(f" {folded.translate(_VIEWS)} ")


def _squeeze(text: str) -> str:
    # Each round halves a run, so the whole is linear.
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def places(folded: str) -> list[int]:
    """For each character of `view(folded)` its offset in `folded`; for a space, that of what it stands for or next to."""
    found = [0]
    after_space = True
    for offset, char in enumerate(folded):
        for piece in _VIEWS[ord(char)]:
            if piece != " ":
                found.append(offset)
                after_space = False
            elif not after_space:
                found.append(offset)
                after_space = True
    if not after_space:
        found.append(len(folded))
    return found


def words(folded: str) -> list[str]:
    """The words of a folded text."""
    return view(folded).split()
