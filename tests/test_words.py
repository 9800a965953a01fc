"""Word lists: the three strengths, their spans, and the laws that hold for all of them."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.language import graphemes
from rulelang.language.finders import words
from rulelang.language.finders.match import Match
from rulelang.language.finders.views import kinds, places, view
from rulelang.language.text import SearchText, fold
from tests import disguise

STRENGTHS = ("exactly", "folded", "loosely")


def finder(strength: str, entries: list[str], exceptions: list[str] | None = None) -> words.WordFinder:
    return words.WordIndex([words.prepare("listed", strength, entries, exceptions or [])]).finders[0]


def found(strength: str, entries: list[str], text: str, exceptions: list[str] | None = None) -> list[str]:
    return [match.text for match in finder(strength, entries, exceptions).find(SearchText(text))]


ENTRIES = ["shit", "crap", "hell", "bullshit", "damn*", "ass", "asshole", "kiss my ass", "raper"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sh!t, s h i t and ѕhіt", ["sh!t", "s h i t", "ѕhіt"]),
        ("well, shit happens", ["shit"]),
        ("I live in Scunthorpe and cook shitake", []),
        ("shiiiit s.h.i.t S-H-I-T s_h_i_t", ["shiiiit", "s.h.i.t", "S-H-I-T", "s_h_i_t"]),
        ("a$$hole! a$$ @ss", ["a$$hole", "a$$", "@ss"]),
        ("SHIT!!! hell!", ["SHIT", "hell"]),
        ("5h1t $h1t 5 h 1 t bull5hit", ["5h1t", "$h1t", "5 h 1 t", "bull5hit"]),
        ("damned d4mnation DAMN!", ["damned", "d4mnation", "DAMN"]),
        ("s\u200bh\u200bit s̶h̶i̶t̶ ⓢⓗⓘⓣ ｓｈｉｔ", ["s\u200bh\u200bit", "s̶h̶i̶t̶", "ⓢⓗⓘⓣ", "ｓｈｉｔ"]),
        ("I s h i t, s.h.i.t  c.r.a.p", ["s h i t", "s.h.i.t", "c.r.a.p"]),
        ("kiss  my\nass, kiss-my-a$$", ["kiss  my\nass", "kiss-my-a$$"]),
        ("shit’s shits", ["shit’s"[:4]]),
        # innocents
        ("he'll rapper as as AS a.s.a.p class c l a s s i c", []),
        ("455 a5 4.55 $100 8008135 b2b", []),
        ("rapper shell hello assist basse", []),
    ],
)
def test_loosely(text: str, expected: list[str]) -> None:
    assert found("loosely", ENTRIES, text) == expected


@pytest.mark.parametrize(
    ("strength", "entry", "text", "expected"),
    [
        ("exactly", "acme", "ACME acmé a\u200bcme acme, xacme acme1", ["ACME", "acme"]),
        ("exactly", "café", "cafe CAFÉ cafe\u0301", ["CAFÉ", "cafe\u0301"]),
        ("exactly", "acme corp", "acme  corp acme-corp acme\ncorp", ["acme  corp", "acme\ncorp"]),
        ("exactly", "straße", "STRASSE Straße", ["Straße"]),
        ("folded", "straße", "STRASSE Straße strasse", ["STRASSE", "Straße", "strasse"]),
        ("folded", "cafe", "café CAFÉ c.a.f.e", ["café", "CAFÉ"]),
        ("folded", "café", "cafe", ["cafe"]),
        ("folded", "istanbul", "İSTANBUL ıstanbul Istanbul", ["İSTANBUL", "ıstanbul", "Istanbul"]),
        ("folded", "acme corp", "acme, corp acme \u00a0 corp", ["acme \u00a0 corp"]),
        ("folded", "c++", "c++ c C++ c+ c++!", ["c++", "C++", "c++"]),
        ("loosely", "c++", "c cc c++", ["c++"]),
        ("folded", "don't", "don’t don t", ["don’t"]),
        ("folded", ":(", "x:( y", [":("]),
        ("folded", "¿?", "a¿? b", ["¿?"]),
        ("folded", "69", "69 169 6 9 69th", ["69"]),
        ("folded", "🖕", "a🖕b 🖕🏽 👍", ["🖕", "🖕🏽"]),
        ("folded", "👩", "👩 👨‍👩‍👧", ["👩"]),
        ("folded", "🇩🇪", "🇩🇪 🇦🇩🇪🇫", ["🇩🇪"]),
        ("folded", "*shit", "bullshit shitty shit", ["bullshit", "shit"]),
        ("folded", "*shit*", "bullshitter shitty", ["bullshitter", "shitty"]),
        ("folded", "kill your*", "kill  yourself now", ["kill  yourself"]),
        ("folded", "сука", "сука суки СУКА cукa", ["сука", "СУКА", "cукa"]),
        ("loosely", "сука", "суууука с.у.к.а", ["суууука", "с.у.к.а"]),
        ("folded", "сор", "мой сор сор", ["сор", "сор"]),
        ("folded", "操你妈", "你操你妈的 操 你妈", ["操你妈"]),
        ("folded", "カ", "ガ ｶﾞ カ", ["カ"]),
        ("folded", "กิน", "ฉันกินข้าว กินี", ["กิน"]),
        ("folded", "씨발", "씨발 씨발놈", ["씨발"]),
        ("folded", "씨발*", "씨발놈아", ["씨발놈아"]),
        ("folded", "كلب", "كَلْبٌ كـلـب كلبي", ["كَلْبٌ", "كـلـب"]),
        ("folded", "שלום", "שָׁלוֹם", ["שָׁלוֹם"]),
        ("folded", "कमल", "कमल कमला", ["कमल"]),
        ("folded", "shit", "shit\ufe0f \ud800shit", ["shit\ufe0f", "shit"]),
    ],
)
def test_strengths_and_scripts(strength: str, entry: str, text: str, expected: list[str]) -> None:
    assert found(strength, [entry], text) == expected


def test_a_russian_word_is_no_english_one() -> None:
    assert found("folded", ["cop", "hot", "pot"], "мой сор и рот, нот нет") == []
    assert found("folded", ["cop"], "сор") == ["сор"], "alone, nothing tells it from a disguise"


@pytest.mark.parametrize("strength", STRENGTHS)
def test_leftmost_then_longest(strength: str) -> None:
    entries = ["b c d", "a b", "c", "a b c", "d e"]
    assert found(strength, entries, "a b c d e") == ["a b c", "d e"]


@pytest.mark.parametrize("strength", STRENGTHS)
def test_exceptions_cover(strength: str) -> None:
    assert found(strength, ["cock*", "*thorpe"], "cocktail cockpit cock Scunthorpe", ["cocktail*", "scunthorpe"]) == [
        "cockpit",
        "cock",
    ]
    assert found(strength, ["hell"], "hell, hell yeah HELL YEAH hell", ["hell yeah"]) == ["hell", "hell"]


def test_exceptions_see_what_entries_see() -> None:
    assert found("loosely", ["cock*"], "c0cktail c.o.c.k.t.a.i.l ⓒocktail c0ck", ["cocktail"]) == ["c0ck"]


def test_the_entry_is_told() -> None:
    matches = finder("loosely", ENTRIES).find(SearchText("damnation, you a$$"))
    assert [(match.by, match.entry) for match in matches] == [("listed", "damn*"), ("listed", "ass")]


@pytest.mark.parametrize("kind", disguise.LOOSE)
def test_disguises_are_seen_through(kind: str) -> None:
    seed = random.randrange(1 << 32)
    choose = random.Random(seed)
    for strength, kinds_seen in (("folded", disguise.FOLDED), ("loosely", disguise.LOOSE)):
        if kind not in kinds_seen:
            continue
        listed = finder(strength, ["badword", "grobian", "punkt", "moron"])
        for word in ("badword", "grobian", "punkt", "moron"):
            hidden = disguise.LOOSE[kind](choose, word)
            matches = listed.find(SearchText(f"hey, {hidden} there"))
            assert [match.text for match in matches] == [hidden], f"seed {seed}"


@pytest.mark.parametrize("kind", [kind for kind in disguise.LOOSE if kind not in disguise.FOLDED])
def test_disguises_beyond_folding_are_for_loosely(kind: str) -> None:
    hidden = disguise.LOOSE[kind](random.Random(3), "badword")
    assert found("folded", ["badword"], f"x {hidden} y") == []


@pytest.mark.parametrize("kind", disguise.LOOSE)
def test_disguised_innocents_stay_innocent(kind: str) -> None:
    seed = random.randrange(1 << 32)
    choose = random.Random(seed)
    listed = finder("loosely", ["ass", "shit", "cum", "tit", "cock", "anal", "rape", "hell", "dick", "arse"])
    for word in ("classic", "document", "title", "hancock", "grapes", "shelley", "sparse", "hotel", "dickens", "scunthorpe"):
        hidden = disguise.LOOSE[kind](choose, word)
        assert listed.find(SearchText(f"the {hidden} here")) == (), f"{hidden} (seed {seed})"


@pytest.mark.parametrize(
    "text",
    [
        "मुझे यह फ़िल्म बहुत पसंद आई, कल फिर मिलेंगे",
        "ฉันชอบกินข้าวผัดกับเพื่อนทุกวัน",
        "أنا ذاهب إلى السوق غدًا إن شاء الله",
        "Я пошёл домой, а вы? Нет, сегодня не могу. Хорошо!",
        "我今天很高兴,谢谢你",
        "今日はとても楽しかったです",
        "오늘 정말 재미있었어요",
        "Το σπίτι είναι μεγάλο και όμορφο",
        "https://example.org/a1b2c3d4?x=5h17e6&y=f00 0x5h1t9a d41d8cd98f00b204e9800998ecf8427e",
    ],
)
def test_innocents_of_other_scripts(text: str) -> None:
    assert found("loosely", [*ENTRIES, "nigger", "fuck", "tit*", "cum*", "homo"], text) == []


PIECES = st.sampled_from(
    [
        *"shit as!.- 5$\n|",
        "ѕ",
        "і",
        "é",
        "\u0301",
        "\u200b",
        "👍🏽",
        "👨‍👩‍👧",
        "ｓ",
        "操",
        "กิ",
        "한",
        "ß",
        "İ",
        "\r\n",
        "\ud800",
        "shit",
        "ass",
        "cock",
        "kiss my ass",
        " ",
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)
ENTRY_TEXTS = st.one_of(
    st.sampled_from([*ENTRIES, "cock*", "*tail", "操", "👍", "กิน", "ß", ":)", "c++", "сор", "shit happens"]),
    st.text(st.sampled_from("ashitк5$!é 操."), min_size=1, max_size=5).filter(lambda text: bool(text.strip())),
)
ROWS = st.builds(
    lambda strength, entries, exceptions: words.prepare("listed", strength, entries, exceptions),
    st.sampled_from(STRENGTHS),
    st.lists(ENTRY_TEXTS, min_size=1, max_size=6),
    st.lists(ENTRY_TEXTS, max_size=2),
)


def spans(matches: tuple[Match, ...]) -> list[tuple[int, int, str | None]]:
    return [(match.start, match.end, match.entry) for match in matches]


@given(st.lists(ROWS, min_size=1, max_size=4), TEXTS)
@settings(max_examples=250)
def test_many_lists_find_what_each_finds_alone(rows: list[dict[str, Any]], text: str) -> None:
    together = words.WordIndex(rows)
    shared = SearchText(text)
    for row, listed in zip(rows, together.finders, strict=True):
        alone = words.WordIndex([row]).finders[0].find(SearchText(text))
        assert spans(listed.find(shared)) == spans(alone)
        assert listed.found(shared) is bool(alone)


@given(ROWS, TEXTS)
@settings(max_examples=300)
def test_spans_are_sorted_apart_and_whole_graphemes(row: dict[str, Any], text: str) -> None:
    matches = words.WordIndex([row]).finders[0].find(SearchText(text))
    bounds = set(graphemes.boundaries(text))
    last = 0
    for match in matches:
        assert last <= match.start < match.end <= len(text)
        assert {match.start, match.end} <= bounds
        assert match.source == text
        last = match.end


@given(
    st.sampled_from(STRENGTHS),
    st.lists(st.text(string.ascii_lowercase, min_size=4, max_size=8), min_size=1, max_size=5),
    TEXTS,
    TEXTS,
)
@settings(max_examples=200)
def test_an_entry_between_spaces_is_found_as_it_is(strength: str, entries: list[str], before: str, after: str) -> None:
    text = f"{before} , {entries[0]} , {after}"
    start = len(before) + 3
    matches = finder(strength, entries).find(SearchText(text))
    assert any(match.start <= start and start + len(entries[0]) <= match.end for match in matches)


@given(st.sampled_from(STRENGTHS), st.lists(ENTRY_TEXTS, min_size=1, max_size=6), TEXTS)
@settings(max_examples=200)
def test_a_higher_strength_sees_no_less(strength: str, entries: list[str], text: str) -> None:
    seen = [bool(found(each, entries, text)) for each in STRENGTHS]
    assert seen == sorted(seen)


@given(TEXTS)
def test_views_keep_their_places(text: str) -> None:
    folded = fold(text)
    shown, offsets = view(folded), places(folded)
    assert len(shown) == len(offsets)
    assert "  " not in shown
    for char, offset in zip(shown, offsets, strict=True):
        assert char == " " or folded[offset] == char
    assert len(kinds(folded)) == len(folded)


@pytest.mark.parametrize(
    "text",
    [
        "a@" * 2048,
        "s" * 4096,
        "a\u0301" * 2048,
        "s" + "\u0301" * 4095,
        "a " * 2048,
        "a$s " * 1024,
        "&amp;" * 800,
        "👍🏽" * 1024,
        "1!" * 2048,
        "ѕа" * 2048,
    ],
)
def test_long_and_awkward_texts_are_no_failure(text: str) -> None:
    listed = finder("loosely", [*ENTRIES, "*a*", "s*"])
    bounds = set(graphemes.boundaries(text))
    assert all({match.start, match.end} <= bounds for match in listed.find(SearchText(text)))


@pytest.mark.parametrize(
    ("entry", "strength", "slug", "says"),
    [
        ("", "folded", "bad-entry", "empty"),
        ("  ", "folded", "bad-entry", "empty"),
        ("**", "folded", "bad-entry", "only stars"),
        ("da*mn", "folded", "bad-entry", "inside"),
        ("f*ck", "loosely", "bad-entry", "sees through disguises"),
        (":*", "folded", "bad-entry", "no letters"),
        (r"\bfoo\b", "folded", "bad-entry", "regular expression"),
        ("fo+o", "folded", "bad-entry", "regular expression"),
        ("(foo|bar)", "folded", "bad-entry", "regular expression"),
        ("colou?r", "folded", "bad-entry", "regular expression"),
        ("[abc]+", "folded", "bad-entry", "regular expression"),
        ("\u200b\u0301", "folded", "impossible-entry", "nothing left"),
        ("a", "folded", "risky-entry", "single letter"),
        ("ab*", "folded", "risky-entry", "every word"),
        ("ab", "loosely", "risky-entry", "two letters"),
    ],
)
def test_problems(entry: str, strength: str, slug: str, says: str) -> None:
    (problem,) = words.problems(["fine", entry], strength)
    assert (problem.index, problem.slug) == (1, slug)
    assert says in f"{problem.message} {problem.help}"


@pytest.mark.parametrize(
    "entry",
    [
        "shit",
        "damn*",
        "kiss my ass",
        "c++",
        "a$$",
        ":)",
        "🖕",
        "操",
        "don't",
        "what?",
        "sh!t",
        "ab",
        "69",
        "a.s.s.",
        "no. 1",
        "C#",
        "24/7",
    ],
)
def test_no_problem(entry: str) -> None:
    assert words.problems([entry], "folded") == []


@pytest.mark.parametrize(
    ("entry", "other", "strength", "covered"),
    [
        ("shit", "shit", "exactly", True),
        ("shit", "SHIT", "exactly", True),
        ("cafe", "café", "exactly", False),
        ("cafe", "café", "folded", True),
        ("shit", "sh1t", "folded", False),
        ("shit", "sh1t", "loosely", True),
        ("damn*", "damned", "folded", True),
        ("damn*", "damn it", "folded", False),
        ("damn", "damn*", "folded", False),
        ("*shit*", "bullshit", "folded", True),
        ("*shit", "bullshit*", "folded", False),
        ("damn", "damned", "folded", False),
    ],
)
def test_covers(entry: str, other: str, strength: str, covered: bool) -> None:
    assert words.covers(entry, other, strength) is covered


@given(ENTRY_TEXTS, ENTRY_TEXTS, st.sampled_from(STRENGTHS))
@settings(max_examples=200)
def test_what_is_covered_is_caught(entry: str, other: str, strength: str) -> None:
    core = other.strip().strip("*").strip()
    if words.covers(entry, other, strength) and finder(strength, [other]).find(SearchText(core)):
        assert words.would_catch(words.prepare("listed", strength, [entry], []), core)


def test_keys_tell_what_is_the_same() -> None:
    assert words.key_of("Café", "folded") == words.key_of("CAFE", "folded") != words.key_of("cafe*", "folded")
    assert words.key_of("Café", "exactly") != words.key_of("cafe", "exactly")
    assert words.key_of("sh1t", "loosely") == words.key_of("shit", "loosely")
    assert words.is_empty_after_folding("\u200d\u0301*")
    assert not words.is_empty_after_folding("x")
