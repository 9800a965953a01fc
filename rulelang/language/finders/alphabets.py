"""Unicode meaning on an engine whose `\\w \\d \\s \\b` know ASCII only: the text is written in the pattern's own alphabet.

A pattern tells characters apart only by its atoms: its literals and classes. Characters on which all atoms agree are one letter of
the pattern's alphabet; each such letter gets a symbol that RE2 takes for a word character exactly where Unicode does, and both the
text and the atoms are written in these symbols, character by character. Then every `\\b` means what it should, wherever it stands,
offsets stay the same, and programs stay small (`\\p{L}` is a handful of symbols). On ASCII text the symbols are the characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

WHITE_SPACE: Final = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""The characters with the property White_Space (Unicode, PropList.txt)."""

_WORD_CATEGORIES: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
_CIRCLED: Final = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))
"""Symbols that have the property Alphabetic all the same."""

_LARGE_ORBITS: Final = (
    "Kk\u212a", "Ss\u017f", "\xb5\u039c\u03bc", "\xc5\xe5\u212b", "\u01c4\u01c5\u01c6", "\u01c7\u01c8\u01c9", "\u01ca\u01cb\u01cc",
    "\u01f1\u01f2\u01f3", "\u0345\u0399\u03b9\u1fbe", "\u0392\u03b2\u03d0", "\u0395\u03b5\u03f5", "\u0398\u03b8\u03d1\u03f4",
    "\u039a\u03ba\u03f0", "\u03a0\u03c0\u03d6", "\u03a1\u03c1\u03f1", "\u03a3\u03c2\u03c3", "\u03a6\u03c6\u03d5",
    "\u03a9\u03c9\u2126",
    "\u0412\u0432\u1c80", "\u0414\u0434\u1c81", "\u041e\u043e\u1c82", "\u0421\u0441\u1c83", "\u0422\u0442\u1c84\u1c85",
    "\u042a\u044a\u1c86", "\u0462\u0463\u1c87", "\u1c88\ua64a\ua64b", "\u1e60\u1e61\u1e9b", "\xdf\u1e9e",
)  # fmt: skip
"""Letters that differ in case alone where there are more than two, or where Python's own conversions don't lead both ways."""

_ORBITS: Final = {char: orbit for orbit in _LARGE_ORBITS for char in orbit}


def is_word(char: str) -> bool:
    """Whether `\\w` matches: letters, marks, decimal and letter numbers, connectors, joiners (UTS #18, annex C)."""
    if unicodedata.category(char) in _WORD_CATEGORIES or char in "\u200c\u200d":
        return True
    return any(first <= ord(char) <= last for first, last in _CIRCLED)


def orbit(char: str) -> Iterable[str]:
    """The characters that are `char` when letter case is ignored (simple case folding, as RE2 does it)."""
    known = _ORBITS.get(char)
    if known is not None:
        return known
    return {form for form in (char, char.lower(), char.upper(), char.title()) if len(form) == 1 and form not in _ORBITS} | {char}


def matches_item(item: Any, char: str) -> bool:
    """Whether one part of a class holds `char`: a range `[first, last]` of code points, `\\w` and its like, or `\\p{...}`."""
    if not isinstance(item, str):
        return bool(item[0] <= ord(char) <= item[1])
    if item == r"\w":
        return is_word(char)
    if item == r"\W":
        return not is_word(char)
    if item == r"\d":
        return unicodedata.category(char) == "Nd"
    if item == r"\D":
        return unicodedata.category(char) != "Nd"
    if item == r"\s":
        return char in WHITE_SPACE
    if item == r"\S":
        return char not in WHITE_SPACE
    return not "\ud800" <= char <= "\udfff" and _property(item).fullmatch(char) is not None


@cache
def _property(source: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(source, options)


def has(atom: Sequence[Any], char: str) -> bool:
    """Whether an atom `[negated, any case, item...]` matches `char`."""
    negated, any_case, *items = atom
    for item in items:
        if matches_item(item, char) or (any_case and any(matches_item(item, other) for other in orbit(char))):
            return not negated
    return bool(negated)


_ASCII: Final = [chr(code) for code in range(128)]


def ascii_program(template: Sequence[str | int], atoms: Sequence[Sequence[Any]]) -> str:
    """The pattern for ASCII texts: a template's texts as they stand, its numbers replaced by what the atoms match of ASCII."""
    sets = [_class([ord(char) for char in _ASCII if has(atom, char)]) for atom in atoms]
    return "".join(piece if isinstance(piece, str) else sets[piece] for piece in template)


def _class(codes: list[int]) -> str:
    if not codes:
        return r"[^\s\S]"
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    if len(codes) == 1:
        return rf"\x{{{codes[0]:x}}}"
    return "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in ranges) + "]"


class Alphabet(dict[int, str]):
    """The alphabet of one pattern, for `str.translate`; it grows with the characters that come by.

    Where the pattern asks for boundaries, a symbol is one byte: RE2's `\\B` would match between the bytes of a longer one.
    `crowded`: such a pattern tells more characters apart than there are symbols (63 word characters, 128 others); the compiler
    refuses it.
    """

    def __init__(self, template: Sequence[str | int], atoms: Sequence[Sequence[Any]], boundaries: bool) -> None:
        super().__init__()
        self._template = template
        self._atoms = atoms
        self._boundaries = boundaries
        self._letters: dict[tuple[bool, ...], str] = {}
        self._words = iter([char for char in _ASCII if is_word(char)])
        self._others = iter(range(0x80, 0x100) if boundaries else range(0x80, 0xD800))
        self._program: Any = None
        self.crowded = False

    def __missing__(self, code: int) -> str:
        char = chr(code)
        # A line break stays what it is: `^` and `$` look for it, with the flag m.
        word = self._boundaries and is_word(char)
        letter = (word, char == "\n", *(has(atom, char) for atom in self._atoms))
        symbol = self._letters.get(letter)
        if symbol is None:
            symbol = self._letters[letter] = char if char == "\n" else self._new(word)
            self._program = None
        if code < 0x10000:
            self[code] = symbol
        return symbol

    def _new(self, word: bool) -> str:
        symbol = next(self._words, None) if word else next(map(chr, self._others), None)
        self.crowded = self.crowded or symbol is None
        return symbol or "\x00"

    def write(self, text: str) -> tuple[str | bytes, Any]:
        """`text` in the alphabet, one symbol a character, and the program that searches it."""
        written = text.translate(self)
        if self._program is None:
            sets = [
                _class([ord(symbol) for letter, symbol in self._letters.items() if letter[2 + number]])
                for number in range(len(self._atoms))
            ]
            source = "".join(piece if isinstance(piece, str) else sets[piece] for piece in self._template)
            self._program = compile_program(source, one_byte=self._boundaries)
        return (written.encode("latin-1") if self._boundaries else written), self._program


MOST_MEMORY: Final = 16 * 1024 * 1024
"""What one program may use, in bytes."""


def compile_program(source: str, *, one_byte: bool = False) -> Any:
    """RE2's program, for texts or (`one_byte`) for bytes that are a character each; raises `re2.error` for a bad one."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    if one_byte:
        options.encoding = re2.Options.Encoding.LATIN1
        return re2.compile(source.encode("ascii"), options)
    return re2.compile(source, options)
