"""After a mistake: one diagnostic for each, at its place, and the rest of the file is read as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random, SystemRandom

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rulelang.compiler import nodes
from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostic, Diagnostics, Severity
from rulelang.compiler.parse import parse
from rulelang.compiler.pipeline import check_text
from rulelang.compiler.source import Source

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"
POLICIES = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.rules"))}
FRESH = SystemRandom()


def read(text: str) -> tuple[nodes.File, list[Diagnostic]]:
    diagnostics = Diagnostics()
    file = parse(Source("-", text), diagnostics)
    return file, sorted(diagnostics.items, key=lambda item: item.span.start)


def errors(text: str) -> list[Diagnostic]:
    """The errors of a whole check."""
    return [item for item in check_text(text, "-", EXAMPLES).diagnostics if severity(item.slug) is Severity.ERROR]


# One damaged token

TOKEN = re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\.)*"|(?<== )/(?:[^/\\\n]|\\.)+/[a-z]*|\w+%?|[=!<>]=|\S')
NUMBER = re.compile(r"\d+\.\d+")


def tokens_of(text: str) -> list[tuple[int, int]]:
    """Where the tokens of a text stand, told without the lexer under test."""
    return [match.span() for match in TOKEN.finditer(NUMBER.sub(lambda m: m[0].replace(".", "_"), text)) if match[0][0] != "#"]


def damaged(text: str, random: Random) -> tuple[str, str, set[int]]:
    """A text with one token deleted, doubled, or swapped with the next; what was done; the lines where it may be shown."""
    tokens = tokens_of(text)
    index = random.randrange(len(tokens) - 1)
    (start, end), (next_start, next_end) = tokens[index : index + 2]
    token, following = text[start:end], text[next_start:next_end]
    lines = {text.count("\n", 0, start) + 1}
    match random.choice(("delete", "double", "swap")):
        case "delete":
            what, result = f"delete {token}", text[:start] + text[end:]
        case "double":
            what, result = f"double {token}", f"{text[:end]} {token}{text[end:]}"
        case _:
            lines.add(text.count("\n", 0, next_start) + 1)
            what = f"swap {token} and {following}"
            # The space keeps two words from becoming one, which would be another mistake.
            result = f"{text[:start]}{following}{text[end:next_start] or ' '}{token}{text[next_end:]}"
    return result, what, lines | {line + 1 for line in lines}


@pytest.mark.parametrize("run", [1, 2, 3])
def test_one_damaged_token_is_one_error_at_its_line(run: int, capsys: pytest.CaptureFixture[str]) -> None:
    seed = FRESH.randrange(2**32)
    random = Random(seed)
    good, bad = 0, []
    for _ in range(400):
        name = random.choice(list(POLICIES))
        text, what, lines = damaged(POLICIES[name], random)
        found = errors(text)
        if len(found) == 1 and found[0].span.line in lines:
            good += 1
        elif found:
            bad.append(f"{name}: {what}: " + "; ".join(f"{item.span.line}: {item.slug}: {item.message}" for item in found))
    share = good / (good + len(bad))
    with capsys.disabled():
        print(f"\none damaged token, seed {seed}: {share:.1%} of {good + len(bad)} files give one error at its line")  # noqa: T201
    assert share >= 0.97, "\n".join(bad)


# Mistakes that people make: each stands between « and », and is the only one

MISTAKES = [
    # a missing token is shown right after the one before it
    ('rule r {\n  when content contains "a"\n«»', "unclosed"),
    ('rule r {\n  when content contains«»\n  deny "x"\n}\n', "syntax-error"),
    ("rule r {\n  when count(url«» > 3\n  deny\n}\n", "unclosed"),
    ('list a = ["x"«» "y"]\n', "syntax-error"),
    ('list a«» ["x"]\n', "syntax-error"),
    ('list a = ["x", "y"«»\nlist b = ["z"]\n', "unclosed"),
    ("rule r {\n  when a\n«»\nrule s {\n  deny\n}\n", "unclosed"),
    ("group g {\n  rule r {\n    deny\n  }\n«»\nrule s {\n  deny\n}\n", "unclosed"),
    ("rule«» {\n  deny\n}\n", "syntax-error"),
    ('rule«» "A title" {\n  deny\n}\n', "syntax-error"),
    ("let a =«»\nlet b = 1\n", "syntax-error"),
    ("rule r {\n  set metadata.a«» 3\n}\n", "syntax-error"),
    ("rule r {\n  tags«» spam\n}\n", "syntax-error"),
    ('rule r {\n  add "x"«» metadata.a\n}\n', "syntax-error"),
    ('rule r {\n  replace url«» "x"\n}\n', "syntax-error"),
    ("rule r {\n  when a and«»\n}\n", "syntax-error"),
    ("rule r {\n  when«» and b\n}\n", "syntax-error"),
    # a token too many
    ("rule r {\n  deny\n}\n«}»\n", "syntax-error"),
    ("group g {\n  rule r {\n    deny\n  }«}»\n  rule s {\n    deny\n  }\n}\n", "syntax-error"),
    ('list a = [[\n  "x",\n  "y",\n]\nlist b = ["x"]\n'.replace("[[", "[«[»"), "syntax-error"),
    ("rule r {\n  when count(«(»url) > 3\n}\n", "syntax-error"),
    ("rule «rule» r {\n  deny\n}\n", "syntax-error"),
    # other languages
    ("rule r {\n  when a «=» b\n}\n", "syntax-error"),
    ("rule r {\n  set metadata.a «==» 1\n}\n", "syntax-error"),
    ("let a «:» 1\n", "syntax-error"),
    ('rule r {\n  tags «=» "x"\n}\n', "syntax-error"),
    ("rule r {\n  when a «&&» b\n}\n", "syntax-error"),
    ("rule r {\n  when a «||» b\n}\n", "syntax-error"),
    ("rule r {\n  when «!»a\n}\n", "syntax-error"),
    ("rule r {\n  when a «<>» b\n}\n", "syntax-error"),
    ("rule r {\n  when a «===» b\n}\n", "syntax-error"),
    ("rule r {\n  «if» a {\n    deny\n  }\n}\n", "syntax-error"),
    ("rule r {\n  when a\n  deny\n} «else» {\n  mask url\n}\n", "syntax-error"),
    ("rule r {\n  deny«;»\n}\n", "syntax-error"),
    ("«// no comment»\nrule r {\n  deny\n}\n", "syntax-error"),
    ("«/* no\n comment */»\nrule r {\n  deny\n}\n", "syntax-error"),
    ("rule r {\n  deny «'spam'»\n}\n", "bad-text"),
    ("rule r {\n  deny «“spam”»\n}\n", "bad-text"),
    ('rule r {\n  deny «"spam»\n}\n', "bad-text"),
    ('list a = ["x", «"y»]\n', "bad-text"),
    ("pattern a = «/x»\nlet b = 1\n", "syntax-error"),
    # this language, almost
    ("rule r {\n  when content contains url where «host» in hosts\n  deny\n}\n", "where-parentheses"),
    ("rule r {\n  when messages where«» a) by b within 1s > 2\n}\n", "where-parentheses"),
    ("rule «my-rule» {\n  deny\n}\n", "syntax-error"),
    ("rule r {\n  tags: «hate-speech», spam\n}\n", "syntax-error"),
    ("rule r {\n  deny «hate speech»\n}\n", "syntax-error"),
    ('list a = [«spam», "x"]\n', "syntax-error"),
    ('rule r {\n  when content matches «"a+"»\n}\n', "syntax-error"),
    ("let «größe» = 1\n", "syntax-error"),
    ("let a = «3x»\n", "bad-number"),
    ("let a = «1.2.3»\n", "bad-number"),
    ("let a = 1 «§» 2\n", "syntax-error"),
]


@pytest.mark.parametrize(("marked", "slug"), MISTAKES)
def test_a_mistake_is_told_once_and_at_its_place(marked: str, slug: str) -> None:
    start = marked.index("«")
    place = marked[start + 1 : marked.index("»")]
    _, found = read(marked.replace("«", "").replace("»", ""))
    assert [(item.slug, item.span.text) for item in found] == [(slug, place)]
    assert found[0].span.start == start
    assert found[0].help


WORDS = [
    ('rule r {\n  when\n  deny "x"\n}\n', "Expected a condition after `when`."),
    ("rule r {\n  mask\n}\n", "Expected a finder after `mask`."),
    ("let a = count()\n", "Expected a finder after `(`."),
    ("let a =\nlet b = 1", "Expected a value after `=`."),
    ("rule {\n}\n", "Expected a name after `rule`."),
    ("use\nlet b = 1\n", "Expected a text in double quotes after `use`."),
    ("pattern a =\nlet b = 1\n", "Expected a regular expression between slashes after `=`."),
    ("let a = messages by b within > 3\n", "Expected a duration such as `10s` after `within`."),
    ('rule r {\n  when matched\n  deny "x"\n}\n', "Expected the name of a rule after `matched`."),
    ("hello there everyone\n", "Expected a declaration such as `rule`, found `hello`."),
    ("let a = b c\n", "Expected an operator after `b`."),
    ("rule r {\n  when a = b\n}\n", "Expected `==`, found `=`."),
    ("rule r {\n  maks url\n}\n", "Expected `mask`, found `maks`."),
    ("rule r {\n  wen a == b\n}\n", "Expected `when`, found `wen`."),
    ('words w from "a" losely\n', "Expected `loosely`, found `losely`."),
    ("rule r {\n  set metadata.a = { b: 1 }\n}\n", "An object stands in tests alone."),
    ("rule rule r {\n}\n", "`rule` is written twice."),
    ("rule r {\n  content when contains url\n}\n", "`content` and `when` are in the wrong order."),
]


@pytest.mark.parametrize(("text", "message"), WORDS)
def test_a_mistake_is_told_in_the_words_of_the_author(text: str, message: str) -> None:
    _, found = read(text)
    assert [item.message for item in found] == [message]


def test_no_name_of_the_grammar_is_ever_shown() -> None:
    names = re.compile(r"\b(?:[A-Z]{3,}|__\w+)\b")
    random = Random(7)
    for text in POLICIES.values():
        for _ in range(60):
            for item in read(damaged(text, random)[0])[1]:
                said = re.sub(r"`[^`]*`", "", f"{item.message} {item.help}")
                assert not names.search(said), said


def test_every_mistake_of_a_file_is_collected() -> None:
    wrong = "\n".join(f"rule r{number} {{\n  when a = {number}\n  deny\n}}\n" for number in range(300))
    file, found = read(wrong)
    assert len(found) == 300
    assert len(file.declarations) == 300


FIXED = [
    ("rule r {\n  when a = b\n}\n", "rule r {\n  when a == b\n}\n"),
    ("rule r {\n  when a && b\n}\n", "rule r {\n  when a and b\n}\n"),
    ("rule r {\n  deny 'x y'\n}\n", 'rule r {\n  deny "x y"\n}\n'),
    ("rule r {\n  deny spam\n}\n", 'rule r {\n  deny "spam"\n}\n'),
]


@pytest.mark.parametrize(("wrong", "right"), FIXED)
def test_what_was_surely_meant_comes_as_a_fix(wrong: str, right: str) -> None:
    _, (item,) = read(wrong)
    (fix,) = item.fixes
    fixed = wrong[: fix.span.start] + fix.text + wrong[fix.span.end :]
    assert fixed == right
    assert read(fixed)[1] == []


# What is left of a file with a mistake


def test_the_names_of_broken_declarations_are_kept() -> None:
    file, found = read('list a = ["x" "y" 3x]\nwords b = \npattern c = /x\nlet d = 1 +\nrule e {\n  when (\n  deny\n}\n')
    assert len(found) >= 5
    named = [each.name.value for each in file.declarations if isinstance(each, nodes.Let | nodes.Rule)]
    assert named == ["a", "b", "c", "d", "e"]


def test_a_broken_condition_stays_a_condition() -> None:
    file, _ = read('rule r {\n  when content contains and x\n  deny "no"\n}\n')
    (rule,) = file.declarations
    assert isinstance(rule, nodes.Rule)
    assert isinstance(rule.when, nodes.Broken)
    assert len(rule.actions) == 1
    assert not file.incomplete


@pytest.mark.parametrize(
    "text",
    ["use\nlet a = 1\n", 'rule "T" {\n  deny\n}\n', "let = 3\n", "what is this {\n}\nlet a = 1\n", "words = [\n]\nlet a = 1"],
)
def test_a_file_whose_names_were_lost_is_incomplete(text: str) -> None:
    tree = read(text)[0]
    assert tree.incomplete or tree.rules_incomplete


def test_a_mistake_does_not_give_rise_to_another() -> None:
    (item,) = errors(
        'words bad = ["x" "y"]\npattern order = /ORD-(?P<digits>[0-9]+)/\n'
        'rule r {\n  when content contains bad and first(order).digits == "1"\n  mask bad\n}\n'
        'test "t" {\n  given { content: "x" }\n  expect matched r\n}\n'
    )
    assert item.slug == "syntax-error"


# Any text

ALPHABET = st.sampled_from(
    [*"{}[]()\"'/\\.,:;=<>!&|+-*#\n \t§😀\x00\r\ufeff“", "rule", "when", "let", "test", "in", "3", "10s", "x", '"a"', "//"]
)


@given(
    st.one_of(st.text(max_size=200), st.lists(ALPHABET, max_size=60).map("".join), st.lists(ALPHABET, max_size=60).map(" ".join))
)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@example('rule r { deny "\\')
@example('"\\')
@example("/")
@example("\\")
@example("{" * 200)
@example("rule r {\n when x\n" * 50)
def test_any_text_gives_diagnostics_and_never_an_exception(text: str) -> None:
    for item in read(text)[1]:
        assert 0 <= item.span.start <= item.span.end <= len(text)
        assert item.message
        assert item.help


@given(st.sampled_from(sorted(POLICIES)), st.integers(0, 3000), st.integers(0, 3000), ALPHABET)
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_diagnostics_and_never_an_exception(name: str, start: int, end: int, put: str) -> None:
    text = POLICIES[name]
    check_text(text[:start] + put + text[end:], "-", EXAMPLES)
