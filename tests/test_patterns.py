"""Patterns: RE2 with Unicode meaning, against the `regex` module as the reference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rulelang.compiler import regexes
from rulelang.language import graphemes
from rulelang.language.finders.patterns import PatternFinder
from rulelang.language.text import SearchText


def find(pattern: str, text: str, flags: str = "") -> list[str]:
    finder = PatternFinder(regexes.prepare("p", pattern, flags))
    return [match.text for match in finder.find(SearchText(text))]


def spans(pattern: str, text: str, flags: str = "") -> list[tuple[int, int]]:
    finder = PatternFinder(regexes.prepare("p", pattern, flags))
    return [(match.start, match.end) for match in finder.find(SearchText(text))]


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "expected"),
    [
        (r"\bORD\b", "", "éORD x ORD", [(7, 10)]),
        (r"\bORD\b", "", "ORDé ORD\u0301 ORD", [(10, 13)]),
        (r"é\b", "", "é éa ée\u0301 é", [(0, 1), (9, 10)]),
        (r"\Bx\B", "", "éxé x", [(1, 2)]),
        (r"a\bé|aé", "", "aé", [(0, 2)]),
        (r"\w+", "", "été नमस्ते _x", [(0, 3), (4, 10), (11, 13)]),
        (r"\d+", "", "٣٤ 12 ²", [(0, 2), (3, 5)]),
        (r"\s", "", "a\u00a0b\vc", [(1, 2), (3, 4)]),
        (r"\s", "", "a\vb", [(1, 2)]),
        (r"[^\W\d_]+", "", "ab1éc_", [(0, 2), (3, 5)]),
        (r"[\s\d]+", "", "é1\u2003٣x", [(1, 4)]),
        (r"straße", "i", "STRAẞE", [(0, 6)]),
        (r"kiss", "i", "\u212aIſS", [(0, 4)]),
        (r"^x|y$", "", "xéy", [(0, 1), (2, 3)]),
        (r"^.", "m", "é\nab", [(0, 1), (2, 3)]),
        (r"a.b", "", "a\nb aéb", [(4, 7)]),
        (r"a.b", "s", "a\nb", [(0, 3)]),
        (r"x*", "", "yxxé", [(1, 3)]),
        (r"a|ab", "", "ab é", [(0, 1)]),
        (r"(?U)a+?", "", "aaé", [(0, 2)]),
        (r"\Qa.b\E+", "", "a.bbé", [(0, 4)]),
        (r"[[:alpha:]]+", "", "abé", [(0, 2)]),
        (r"\p{Cyrillic}+", "", "ab мир", [(3, 6)]),
        (r"[^\p{L}]", "", "é!", [(1, 2)]),
        (r"\x{1F600}|\x41|\101", "", "😀A", [(0, 1), (1, 2)]),
        (r"[]a-]+", "", "]a-é", [(0, 3)]),
        (r"(?i:É)x", "", "éxÉX", [(0, 2)]),
    ],
)
def test_meaning(pattern: str, flags: str, text: str, expected: list[tuple[int, int]]) -> None:
    assert spans(pattern, text, flags) == expected


def test_a_match_grows_to_whole_graphemes() -> None:
    assert find("e", "ne\u0301e") == ["e\u0301", "e"]
    assert find("👩", "👨‍👩‍👧") == ["👨‍👩‍👧"]
    assert find(".", "e\u0301x") == ["e\u0301", "x"]


def test_groups_are_fields_and_absent_where_they_took_no_part() -> None:
    finder = PatternFinder(regexes.prepare("p", r"(?P<word>[a-zé]+)-(?:(?P<number>\d+)|x)", ""))
    first, second = finder.find(SearchText("été-12 ab-x"))
    assert dict(first.fields) == {"word": "été", "number": "12"}
    assert dict(second.fields) == {"word": "ab"}


def test_groups_beside_a_boundary() -> None:
    finder = PatternFinder(regexes.prepare("p", r"\b(x)?(?P<word>é+)\b", ""))
    assert [dict(match.fields) for match in finder.find(SearchText("xéé aé éé"))] == [{"word": "éé"}, {"word": "éé"}]


def test_half_a_surrogate_pair_in_the_text_is_no_failure() -> None:
    assert find(r"\w+", "ab \ud800 cd") == ["ab", "cd"]


@pytest.mark.parametrize(
    ("pattern", "slug", "offset", "words"),
    [
        ("x(?=a)", "bad-regex", 1, "Look-around"),
        (r"(a)\1", "bad-regex", 3, "back-reference"),
        (r"a\Z", "bad-regex", 1, "end of the text"),
        ("ab(", "bad-regex", 0, "never closed"),
        ("[a", "bad-regex", 0, "never closed"),
        ("a**", "bad-regex", 1, "repetitions"),
        ("a{1001}", "bad-regex", 1, "too large"),
        (r"\p{Klingon}", "bad-regex", 0, "not known"),
        (r"\pL(?P<text>a)", "bad-regex", 3, "field"),
        (r"(?P<é>a)", "bad-regex", 0, "name"),
        (r"(?P<a>a)(?P<a>b)", "bad-regex", 8, "same name|have the name"),
        ("|".join(rf"{char}\w{{900}}" for char in "abcdefghijklmnopqrstuvwxyz"), "bad-regex", 0, "large"),
        ("\\u00e9", "bad-regex", 0, "not known"),
        ("\ud800", "bad-regex", 0, "surrogate"),
    ],
)
def test_refused_with_help(pattern: str, slug: str, offset: int, words: str) -> None:
    with pytest.raises(regexes.RegexError) as caught:
        regexes.prepare("p", pattern, "")
    assert caught.value.slug == slug
    assert caught.value.offset == offset
    assert regex.search(words, f"{caught.value.message} {caught.value.help}")


def test_a_boundary_among_too_many_letters_is_refused() -> None:
    letters = "".join(map(chr, [*range(ord("а"), ord("я") + 1), *range(ord("a"), ord("z") + 1), *range(ord("α"), ord("ω") + 1)]))
    regexes.prepare("p", letters, "")
    with pytest.raises(regexes.RegexError) as caught:
        regexes.prepare("p", rf"x\b{letters}", "")
    assert caught.value.slug == "unsupported-boundary"
    assert caught.value.offset == 1


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("(?:foo|bar)baz", ("barbaz", "foobaz")),
        (r"(?:discord\.gg|t\.me)\/\w+", ("discord.gg/", "t.me/")),
        (r"\bORD-(?P<d>[0-9]{8})\b", ("ord-",)),
        ("a.*b", None),
        ("x?", None),
        (r"\d+ euro", (" euro",)),
        ("(?i)straße", ("strasse",)),
        ("(ab)+", ("ab",)),
        ("ab{3}c", ("abbbc",)),
        ("abc|x", None),
        ("[ab]cd", ("acd", "bcd")),
        ("", None),
    ],
)
def test_required_literals(pattern: str, literals: tuple[str, ...] | None) -> None:
    assert regexes.required_literals(regexes.check_syntax(pattern, "")) == literals


@pytest.mark.parametrize(
    ("pattern", "empty"),
    [("a", False), ("a*", True), ("", True), ("a|", True), (r"\b", True), ("(a|b)+", False), ("(a?b*)c", False), ("(a?)+", True)],
)
def test_can_match_empty(pattern: str, empty: bool) -> None:
    assert regexes.can_match_empty(regexes.check_syntax(pattern, "")) is empty


# The reference: the `regex` module, where `\w`, `\b` and the ends of the text are spelled out as the language means them.

WORD = r"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200c\u200d\u24b6-\u24e9]"
BOUNDARY = rf"(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))"
NO_BOUNDARY = rf"(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))"

Both = tuple[str, str]
LETTERS = "abkKsSéÉяЯſßΣςσ1_- !\n٣中\u0301\u212a"


def both(text: str) -> Both:
    return text, text


def joined(parts: list[Both]) -> Both:
    return "".join(ours for ours, _ in parts), "".join(theirs for _, theirs in parts)


def grouped(part: Both, suffix: str, start: str = "(?:") -> Both:
    return f"{start}{part[0]}){suffix}", f"{start}{part[1]}){suffix}"


ATOMS: st.SearchStrategy[Both] = st.one_of(
    st.sampled_from([letter for letter in LETTERS if letter not in "-!\n "]).map(both),
    st.sampled_from(
        [
            both("."),
            both("[a-k]"),
            both("[^aé]"),
            both("[éЯ1]"),
            both("[α-ωя]"),
            (r"\w", WORD),
            (r"\W", WORD.replace("[", "[^", 1)),
            (r"\d", r"\p{Nd}"),
            (r"\D", r"\P{Nd}"),
            (r"\s", r"[\t-\r \x85\xa0\u2028\u2029]"),
            (r"[\w-]", WORD[:-1] + "-]"),
            both(r"\p{Lu}"),
            both(r"\p{Cyrillic}"),
        ]
    ),
)
ASSERTIONS: st.SearchStrategy[Both] = st.sampled_from(
    [(r"\b", BOUNDARY), (r"\B", NO_BOUNDARY), (r"^", r"\A"), (r"$", r"\Z"), (r"(?m:^)", r"(?m:^)"), (r"(?m:$)", r"(?m:$)")]
)


def larger(inner: st.SearchStrategy[Both]) -> st.SearchStrategy[Both]:
    suffixes = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?"])
    combine: Callable[[list[Both]], Both] = lambda parts: ("|".join(a for a, _ in parts), "|".join(b for _, b in parts))  # noqa: E731
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(joined),
        st.lists(inner, min_size=2, max_size=3).map(combine).map(lambda part: grouped(part, "")),
        # What is repeated ends in a character: where nothing is repeated, RE2 goes on where others stop.
        st.tuples(ATOMS | st.tuples(inner, ATOMS).map(list).map(joined), suffixes).map(lambda pair: grouped(*pair)),
        inner.map(lambda part: grouped(part, "", "(")),
    )


PATTERNS = st.recursive(ATOMS | ASSERTIONS, larger, max_leaves=6)
TEXTS = st.text(st.sampled_from(LETTERS), max_size=12)


def reference(pattern: str, text: str, flags: int) -> list[tuple[int, int]]:
    """Leftmost-first matches one after another; after an empty one the search goes on a character later."""
    compiled = regex.compile(pattern, flags | regex.VERSION0)
    found, at = [], 0
    while at <= len(text):
        match = compiled.search(text, at)
        if match is None:
            break
        if match.end() > match.start():
            found.append(match.span())
        at = match.end() + (match.end() == match.start())
    return found


def rounded(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    bounds = graphemes.boundaries(text)
    kept: list[tuple[int, int]] = []
    for start, end in found:
        first = max(bound for bound in bounds if bound <= start)
        last = min(bound for bound in bounds if bound >= end)
        if not kept or first >= kept[-1][1]:
            kept.append((first, last))
    return kept


@given(PATTERNS, TEXTS)
@settings(max_examples=600)
def test_agrees_with_the_reference(pattern: Both, text: str) -> None:
    ours, theirs = pattern
    assert spans(ours, text) == rounded(text, reference(theirs, text, 0))


@given(st.text(st.sampled_from("abkKsSéÉяЯſßẞΣςσ\u212a.*"), min_size=1, max_size=4), TEXTS)
@settings(max_examples=200)
def test_letter_case_is_simple_folding(letters: str, text: str) -> None:
    pattern = "".join(regex.escape(letter) for letter in letters if letter not in "ßẞ") or "a"
    # (?i) alone is full folding in the reference, where ß is ss; simple folding differs in nothing but that.
    assume("ß" not in text)
    assert spans(pattern, text, "i") == rounded(text, reference(pattern, text, regex.IGNORECASE))


@given(PATTERNS, TEXTS, st.booleans())
@settings(max_examples=400)
def test_required_literals_are_in_every_match(pattern: Both, text: str, any_case: bool) -> None:
    tree = regexes.check_syntax(pattern[0], "i" if any_case else "")
    literals = regexes.required_literals(tree)
    if literals is None:
        return
    found = reference(pattern[1], text, regex.IGNORECASE if any_case else 0)
    for start, end in found:
        assert any(literal in text[start:end].casefold() for literal in literals)


@given(PATTERNS, TEXTS)
@settings(max_examples=200)
def test_can_match_empty_is_sound(pattern: Both, text: str) -> None:
    if not regexes.can_match_empty(regexes.check_syntax(pattern[0], "")):
        assert all(match.end() > match.start() for match in regex.finditer(pattern[1], text))


@given(st.text(st.sampled_from("ab\\()[]{}*+?|^$.,-dwbBpLQE:P<>i1=!é"), max_size=12))
@settings(max_examples=500)
def test_any_text_is_a_pattern_or_a_regex_error(pattern: str) -> None:
    refused = None
    try:
        PatternFinder(regexes.prepare("p", pattern, "")).find(SearchText("ab é"))
    except regexes.RegexError as error:
        refused = error
    assert refused is None or (refused.message and 0 <= refused.offset <= len(pattern))
