"""Folding: what a text reads as once letter case, width, accents, look-alike letters and invisible characters are undone.

`tables.json` is made by `scripts/make_fold_tables.py` and names the Unicode versions it was made from. Most characters fold one by
one. Look-alikes of another script are judged word by word, since a Russian word is no disguised English one:

- a word that mixes Latin letters with look-alikes is read as Latin (`ѕhit`); one that has letters only Cyrillic has, and of the
  Latin letters only such as pass for Cyrillic ones, is read as Cyrillic (`хyй`);
- a word wholly of look-alikes (`ѕһіѕ`) is read as Latin, unless another word of the text is truly of such a script. Where some only
  roughly look alike (`т` in `ѕһіт`), the text must hold a letter that Russian does not have (`ѕ`, `і`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final


class Table(dict[int, str]):
    """Code point to what it becomes; what is not in it stays as it is."""

    def __missing__(self, code: int) -> str:
        # `str.translate` is slow where a look-up fails, so an answer is kept; only of the first plane, to bound the table.
        char = chr(code)
        if code < 0x10000:
            self[code] = char
        return char


_WORD: Final = re.compile(
    r"[^\W_](?:[^\W_]|[\u00ad\u0300-\u036f\u0483-\u0489\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff])*"
)
"""A word for the judgement of scripts: letters and digits, and what is invisible or an accent between them."""


class Tables:
    """The tables, ready for `str.translate`: `plain` for every text, `latin` and `cyrillic` for a word that is read as such."""

    def __init__(self) -> None:
        data = json.loads(Path(__file__).with_name("tables.json").read_text(encoding="ascii"))
        self.unicode: str = data["unicode"]
        self.plain = _ungrouped(data["plain"])
        self.look_alike = _ungrouped(data["look_alike"])
        self.likely = _ungrouped(data["likely"])
        self.latin = Table(self.plain | self.look_alike | self.likely)
        self.cyrillic = Table(self.plain)
        for code, letter in _ungrouped(data["cyrillic"]).items():
            self.cyrillic[code] = self.cyrillic[ord(chr(code).upper())] = letter
        self.passes_for_cyrillic: Final = frozenset(_ungrouped(data["cyrillic"]))
        # One class for "may need a judgement"; it holds the letters that pass for Latin ones and nothing else.
        scripts = (range(first, last + 1) for first, last in data["whole_word_scripts"])
        self.suspects = frozenset(map(chr, self.look_alike.keys() | self.likely.keys()))
        self.whole_word_scripts = frozenset(chr(code) for script in scripts for code in script)
        self.certain = self.whole_word_scripts - self.suspects
        # Letters of the Cyrillic script that neither Russian nor its larger neighbours use.
        self.unusual = frozenset(
            char for char in map(chr, self.look_alike) if "\u0400" <= char <= "\u052f" and not "А" <= char <= "я"
        ) - {*"іІјЈ"}


def _ungrouped(groups: dict[str, str]) -> Table:
    table = Table()
    for replacement, chars in groups.items():
        table.update(dict.fromkeys(map(ord, chars), replacement))
    return table


@cache
def tables() -> Tables:
    """The tables, read from their file when the first text that is not ASCII comes by."""
    return Tables()


def fold(value: str) -> str:
    """`value` without disguises; letters only, no leetspeak."""
    if value.isascii() and (value.isprintable() or not _CONTROLS.search(value)):
        return value.lower()
    return "".join(text.translate(table) for text, table in _segments(value))


_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff\uff21-\uff5a\U0001d400-\U0001d7cb]")
"""Letters, plain or dressed up, that are Latin or fold to Latin ones."""

_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
"""ASCII that shows nothing."""


def origins(value: str) -> list[int] | None:
    """For each character of `fold(value)` the offset in `value` that it comes from; None where they are the same."""
    if value.isascii() and (value.isprintable() or not _CONTROLS.search(value)):
        return None
    found: list[int] = []
    position = 0
    for text, table in _segments(value):
        for char in text:
            piece = table.get(ord(char))
            if piece is None or len(piece) == 1:
                found.append(position)
            elif piece:
                found.extend([position] * len(piece))
            position += 1
    return found


def _segments(value: str) -> Iterator[tuple[str, Table]]:
    """`value` cut into pieces, each with the table that folds it."""
    folding = tables()
    if folding.suspects.isdisjoint(value):
        yield value, folding.plain
        return
    if not _LATIN.search(value) and not folding.certain.isdisjoint(value):
        # The common case of a text in another script.
        yield value, folding.plain
        return
    words = [(found.start(), found.end()) for found in _WORD.finditer(value)]
    readings = [_reading(value[start:end], folding) for start, end in words]
    foreign = "foreign" in readings or ("rough" in readings and folding.unusual.isdisjoint(value))
    unclear = folding.plain if foreign else folding.latin
    chosen = {"plain": folding.plain, "foreign": folding.plain, "latin": folding.latin, "cyrillic": folding.cyrillic}
    chosen["unclear"] = chosen["rough"] = unclear
    position = 0
    for (start, end), reading in zip(words, readings, strict=True):
        table = chosen[reading]
        if table is not folding.plain:
            if start > position:
                yield value[position:start], folding.plain
            yield value[start:end], table
            position = end
    if position < len(value):
        yield value[position:], folding.plain


def _reading(word: str, folding: Tables) -> str:
    """How a word is read.

    `plain`: nothing to judge; `latin`; `cyrillic`; `foreign`: truly of another script; `unclear`: wholly of look-alikes; `rough`:
    likewise, some of which only roughly look alike.
    """
    foreign = "plain" if folding.whole_word_scripts.isdisjoint(word) else "foreign"
    if folding.suspects.isdisjoint(word):
        return foreign
    latin = decidedly_latin = exact = likely = native = False
    for char in word:
        code = ord(char)
        plain = folding.plain[code]
        if plain.isascii():
            if plain.isalpha():
                latin = True
                decidedly_latin = decidedly_latin or any(ord(letter) not in folding.passes_for_cyrillic for letter in plain)
        elif code in folding.look_alike:
            exact = True
        elif code in folding.likely:
            likely = True
        elif char.isalpha():
            native = True
    if _GREEK.search(word) and _CYRILLIC.search(word):
        return "latin"
    if latin:
        is_latin = decidedly_latin or not (likely or native) or not (native or folding.unusual.isdisjoint(word))
        return "latin" if is_latin else "cyrillic"
    if native or foreign == "plain" or not (exact or likely):
        return foreign
    return "rough" if likely else "unclear"
