"""What holds for every built-in finder on every text."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rulelang.language import graphemes
from rulelang.language.finders import BUILTINS
from rulelang.language.text import SearchText

PIECES = (
    *(
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "+49 30 901820",
        "(415) 555-2671",
        "123-45-6789",
        "10.0.0.1",
        "2001:db8::1",
    ),
    *(
        "ann@example.org",
        "https://x.com/a?b#c",
        "www.x.com",
        "example.com",
        "@ann",
        "#tag",
        "👍🏽",
        "🇩🇪",
        "1️⃣",
        "call",
        "phone:",
        "v",
        "x12",
    ),
    *(
        " ",
        ".",
        "-",
        "/",
        ":",
        "@",
        "#",
        "+",
        "(",
        ")",
        "://",
        "00",
        "0",
        "1",
        "a",
        "é",
        "\u0301",
        "\u200d",
        "\ufe0f",
        "\u20e3",
        "漢",
        "\r",
        "\n",
    ),
    *("４", "٤", "．", "＠", "。", "\u00a0", "–", "\ud800", "%", "_", "x", "xn--", "[", "]", "\\", "'", "*"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(st.characters(codec=None), max_size=40)


@given(TEXTS)
@example("a@" * 300)
@example("1 " * 300)
@example("12-" * 300)
@example("+1 " * 300)
@example("http://" * 200)
@example("🇩" * 301)
@example("http://" + "".join(map(chr, range(0x4E00, 0x5E00))))
@example("x@" + "ы." * 300)
@example("1\u0301" * 100)
def test_matches_are_sorted_apart_and_on_boundaries(text: str) -> None:
    boundaries = set(graphemes.boundaries(text))
    search = SearchText(text)
    for name, finder in BUILTINS.items():
        last = 0
        for match in finder.find(search):
            assert last <= match.start < match.end <= len(text)
            assert match.start in boundaries
            assert match.end in boundaries
            assert match.by == name
            assert match.source is text
            assert set(match.fields) <= set(finder.fields)
            assert set(finder.fields) - set(match.fields) <= finder.optional_fields
            last = match.end
        assert finder.found(search) == bool(finder.find(search))
        assert finder.find(search) is finder.find(search)


@given(TEXTS)
def test_finders_keep_out_of_each_other(text: str) -> None:
    search = SearchText(text)

    def overlap(one: str, other: str) -> bool:
        return any(a.start < b.end and b.start < a.end for a in BUILTINS[one].find(search) for b in BUILTINS[other].find(search))

    for other in ("card_number", "iban", "ssn", "ip_address", "url"):
        assert not overlap("phone", other)
    assert not overlap("mention", "email")
    assert not overlap("mention", "url")
    assert not overlap("hashtag", "url")


@given(TEXTS)
def test_the_order_of_asking_changes_nothing(text: str) -> None:
    one, other = SearchText(text), SearchText(text)
    forwards = {name: [(m.start, m.end) for m in finder.find(one)] for name, finder in BUILTINS.items()}
    backwards = {name: [(m.start, m.end) for m in finder.find(other)] for name, finder in reversed(BUILTINS.items())}
    assert forwards == backwards


@pytest.mark.parametrize("finder", BUILTINS.values(), ids=BUILTINS)
def test_every_finder_has_its_manual(finder: object) -> None:
    from rulelang.language.finders.builtin import Builtin

    assert isinstance(finder, Builtin)
    assert finder.doc
    assert finder.name in finder.example
    assert set(finder.field_docs) == set(finder.fields)


def test_mask_keeps_the_separators_of_numbers() -> None:
    assert {name for name, finder in BUILTINS.items() if finder.alphanumeric_only} == {"card_number", "iban", "ssn", "phone"}


def test_what_the_subjects_know_is_loaded_only_for_a_candidate() -> None:
    code = (
        "import sys\n"
        "from rulelang.language.finders import BUILTINS\n"
        "from rulelang.language.text import SearchText\n"
        "search = SearchText('a clean message, with 12 words and nothing in it')\n"
        "assert not any(finder.found(search) for finder in BUILTINS.values())\n"
        "print([name for name in ('phonenumbers', 'stdnum', 'publicsuffixlist', 'regex') if name in sys.modules])\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
