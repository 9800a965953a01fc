"""The function that tells in which script a text is written."""

from __future__ import annotations

from typing import Any, Final

from rulelang.language.values import MISSING, Absent

_NAMES: Final = (
    "Latin Cyrillic Greek Arabic Hebrew Han Hiragana Katakana Hangul Bopomofo Devanagari Bengali Gurmukhi Gujarati "
    "Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Khmer Mongolian Georgian Armenian "
    "Ethiopic Thaana Cherokee Canadian_Aboriginal Syriac Nko Tifinagh Yi Javanese Balinese Sundanese Cham Lisu Vai "
    "Adlam Meetei_Mayek Ol_Chiki Chakma Tai_Le New_Tai_Lue Tai_Viet Newa Limbu Lepcha Syloti_Nagri Saurashtra "
    "Kayah_Li Rejang Buginese Batak Miao Osage Hanifi_Rohingya Wancho Nyiakeng_Puachue_Hmong"
)
"""The scripts in use today, as Unicode names them (UAX #31, recommended and limited use)."""

_script: Any = None


def _scripts() -> Any:
    # Imported on first need: a text in ASCII has an answer without it.
    global _script
    if _script is None:
        import regex

        _script = regex.compile("|".join(rf"(?P<{name}>(?:(?=\p{{L}})\p{{Script={name}}})+)" for name in _NAMES.split()))
    return _script


def script(text: str) -> str | Absent:
    """The script of most of the letters, by its Unicode name: `"Latin"`, `"Cyrillic"`, `"Greek"`, `"Arabic"`, `"Han"` and so on.

    Missing for a text without letters. Of two scripts with equally many letters it is the one that comes first.

    >>> script("Привет, Bob")
    "Cyrillic"
    >>> script("hello")
    "Latin"
    >>> script("123 :-)")
    missing
    """
    if text.isascii():
        return "Latin" if any(map(str.isalpha, text)) else MISSING
    counts: dict[str, int] = {}
    for found in _scripts().finditer(text):
        name = found.lastgroup
        counts[name] = counts.get(name, 0) + found.end() - found.start()
    return max(counts, key=counts.__getitem__) if counts else MISSING
