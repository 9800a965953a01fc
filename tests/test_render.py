"""Diagnostics as they are printed; with RULELANG_UPDATE_GOLDENS=1 in the environment the goldens are written anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from rulelang.compiler import explain
from rulelang.compiler.catalogue import CATALOGUE
from rulelang.compiler.diagnostics import Diagnostic, Fix, Label
from rulelang.compiler.render import FORMATS, render, summary
from rulelang.compiler.source import Source, Span

_GOLDENS = Path(__file__).parent / "goldens" / "render"
_SCHEMA = Path(__file__).parent / "fixtures" / "sarif" / "sarif-schema-2.1.0.json"


def _place(text: str, marked: str, name: str = "policy.rules") -> tuple[Source, Span]:
    start = text.index(marked)
    source = Source(name, text)
    return source, Span(source, start, start + len(marked))


def _in(source: Source, marked: str) -> Span:
    start = source.text.index(marked)
    return Span(source, start, start + len(marked))


def _simple(text: str, marked: str, help: str | None = None) -> list[Diagnostic]:
    _, span = _place(text, marked)
    return [Diagnostic("unknown-name", span, f"Nothing is called `{marked.strip()}`.", help)]


def _with_labels() -> list[Diagnostic]:
    text = (
        'rule first_of_all {\n  set metadata.a = "x"\n}\n\n# between\nrule second {\n  set metadata.a = "y"\n}\nlist a = [1, 1]\n'
    )
    source, span = _place(text, 'set metadata.a = "y"')
    _, far = _place('list b = [\n  "somewhere else",\n]\n', '"somewhere else"', "lists/other.rules")
    same_line = Span(source, text.index("1, 1") + 3, text.index("1, 1") + 4)
    return [
        Diagnostic(
            "conflicting-set",
            span,
            "Both rules can fire and set `metadata.a`; the earlier wins.",
            "Let their conditions exclude each other,\nor let one of them `add`.",
            (Label(_in(source, 'set metadata.a = "x"'), "this one wins"), Label(_in(source, "second"), "in this rule")),
        ),
        Diagnostic("duplicate-entry", same_line, "`1` stands in this list twice.", None, (Label(_in(source, "1"), "first here"),)),
        Diagnostic("duplicate-name", far, "It is declared twice.", None, (Label(_in(source, "a"), "first here"),)),
    ]


def _over_lines() -> list[Diagnostic]:
    text = 'rule r {\n  when (\n    content contains url\n    and sender.is_bot\n  )\n  deny "x"\n}'
    source, span = _place(text, "(\n    content contains url\n    and sender.is_bot\n  )")
    at_end = Span(source, len(text), len(text))
    nothing = Source("empty.rules", "")
    return [
        Diagnostic("constant-condition", span, "This is never true.", "Take it out."),
        Diagnostic("unclosed", at_end, "A `}` is missing.", "Write it here.", (Label(_in(source, "{"), "opened here"),)),
        Diagnostic("missing-file", Span(nothing, 0, 0), "The file holds nothing."),
    ]


def _long_lines() -> list[Diagnostic]:
    entries = ", ".join(f'"entry number {number}"' for number in range(1, 60))
    text = f"words w = [{entries}, oops, {entries}]"
    source, span = _place(text, "oops")
    huge = Span(source, text.index("["), len(text))
    return [
        Diagnostic("unknown-name", span, "In the middle.", None, (Label(_in(source, '"entry number 1"'), "far from it"),)),
        Diagnostic("unknown-name", _in(source, "w"), "At the beginning."),
        Diagnostic("unclosed", Span(source, len(text) - 1, len(text)), "At the end."),
        Diagnostic("unknown-name", huge, "Longer than a line."),
    ]


CASES = {
    "plain": _simple("rule r {\n  when content contains profanty\n}\n", "profanty", "Did you mean `profanity`?"),
    "after a tab": _simple("rule r {\n\twhen\tcontent contains\tprofanty\tand x\n}\n", "profanty"),
    "after wide characters": _simple('rule r { when "日本語のテキスト" == content and profanty }', "profanty"),
    "under wide characters": _simple('rule r { when content == "日本" }', '"日本"'),
    "after emoji": _simple('rule r { when content == "👩‍👩‍👧 ❤️ 🇩🇪 👍🏽" and profanty }', "profanty"),
    "after combining marks": _simple('rule r { when content == "e\u0301a\u0308\u0323 \u0915\u093f" and profanty }', "profanty"),
    "on a combining mark": _simple('let a = "e\u0301x"', "\u0301"),
    "invisible and dangerous characters": _simple(
        'let a = "x\u200by\u202ez\x1b[31m\x07" + profanty', "profanty", "Not \x1b[2J\u202e here either."
    ),
    "line breaks of another system": _simple("let a = 1\r\nlet b = profanty\r\nlet c = 2\r\n", "profanty"),
    "labels": _with_labels(),
    "over several lines": _over_lines(),
    "long lines": _long_lines(),
}


def _golden(name: str, found: str) -> None:
    file = _GOLDENS / name
    if os.environ.get("RULELANG_UPDATE_GOLDENS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found, encoding="utf-8", newline="\n")
    assert found == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_full(name: str) -> None:
    _golden(f"{name.replace(' ', '_')}.txt", render(CASES[name]))


def _assorted() -> list[Diagnostic]:
    text = 'words a = ["x", "x"]\nrule r: 100%, {\n  when ünknown\n}\n'
    source = Source("my rules/policy,1:2.rules", text)
    second = Span(source, text.index('"x"]'), text.index('"x"]') + 3)
    fix = Fix(Span(source, second.start - 2, second.end), "")
    return [
        Diagnostic(
            "duplicate-entry",
            second,
            "`x` stands in this list twice.",
            "Take one out.",
            (Label(_in(source, '"x"'), "first"),),
            (fix,),
        ),
        Diagnostic("syntax-error", _in(source, "100%, {\n"), "100%: expected\r\n`{`, found `:`.", "Write `{`, as in:\nrule r {"),
        Diagnostic("unknown-name", _in(source, "ünknown"), "Nothing is called `ünknown`."),
    ]


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "full"])
def test_other_formats(format: str) -> None:
    found = render(_assorted(), format)
    assert found == render(_assorted(), format, color=True)
    if format == "sarif":
        log = json.loads(found)
        driver = log["runs"][0]["tool"]["driver"]
        driver["version"] = "..."
        for rule in driver["rules"]:
            assert rule["help"].pop("markdown") == explain.page(rule["id"])
        found = json.dumps(log, indent=2, ensure_ascii=False) + "\n"
    _golden(f"assorted.{format}.txt", found)


def test_colour_changes_nothing_but_colour() -> None:
    for diagnostics in CASES.values():
        colored = render(diagnostics, color=True)
        assert "\x1b[1;31m" in colored or "\x1b[1;33m" in colored
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(diagnostics)
    _golden("colour.txt", render(CASES["plain"], color=True).replace("\x1b", "ESC"))


def test_json_gives_offsets_and_places_that_agree() -> None:
    text = _assorted()[0].span.source.text
    rows = json.loads(render(_assorted(), "json"))
    assert [text[row["start"] : row["end"]] for row in rows] == [item.span.text for item in _assorted()]
    assert (rows[2]["line"], rows[2]["column"], rows[2]["end_line"], rows[2]["end_column"]) == (3, 8, 3, 15)
    assert json.loads(render([], "json")) == []


@pytest.mark.parametrize("name", [*CASES, "assorted", "none", "absolute"])
def test_sarif_is_valid_by_the_published_schema(name: str) -> None:
    absolute = [Diagnostic("unknown-name", Span(Source("/tmp/a b/ü.rules", "x"), 0, 1), "m")]
    diagnostics = {**CASES, "assorted": _assorted(), "none": [], "absolute": absolute}[name]
    log = json.loads(render(diagnostics, "sarif"))
    validator = jsonschema.Draft4Validator(json.loads(_SCHEMA.read_text()), format_checker=jsonschema.FormatChecker())
    assert not [error.message for error in validator.iter_errors(log)]
    run = log["runs"][0]
    for result, item in zip(run["results"], diagnostics, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == item.slug


def test_github_takes_one_line_a_diagnostic() -> None:
    for diagnostics in (*CASES.values(), _assorted()):
        lines = render(diagnostics, "github").splitlines()
        assert len(lines) == len(diagnostics)
        assert all(line.startswith(("::error ", "::warning ")) for line in lines)


@pytest.mark.parametrize(
    ("slugs", "files", "text"),
    [
        (["unknown-name", "unclosed", "unused-name"], 3, "2 errors, 1 warning in 3 files"),
        (["unknown-name"], 1, "1 error in 1 file"),
        (["unused-name", "no-literal"], 2, "2 warnings in 2 files"),
        ([], 1, "no errors, no warnings in 1 file"),
    ],
)
def test_summary(slugs: list[str], files: int, text: str) -> None:
    span = Span(Source("x", ""), 0, 0)
    assert summary([Diagnostic(slug, span, "") for slug in slugs], files) == text


_TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("ab \t\n日\u0301\u200d👩🏽\x1b\u202e")), max_size=60)


@settings(deadline=None)
@given(_TEXTS, st.integers(0, 60), st.integers(0, 60), st.sampled_from(FORMATS))
def test_any_span_of_any_text_can_be_shown(text: str, one: int, other: int, format: str) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    source = Source("x.rules", text)
    found = render(
        [Diagnostic("unknown-name", Span(source, start, end), text, text, (Label(Span(source, 0, start), text),))], format
    )
    assert found.endswith("\n")
    if format in {"full", "concise"}:
        assert not set(found) & {"\x1b", "\u202e", "\x07", "\r", "\u2028"}


@settings(deadline=None)
@given(
    st.text(st.sampled_from("ab\t日本é\u0301👩\u200d👩🏽"), max_size=300), st.text(st.sampled_from("xy語"), min_size=1, max_size=5)
)
def test_the_caret_stands_under_the_span(before: str, marked: str) -> None:
    source = Source("x.rules", before + " " + marked)
    shown = render([Diagnostic("unknown-name", Span(source, len(before) + 1, len(source.text)), "m")]).splitlines()
    line, carets = shown[3][4:], shown[4][4:]
    assert carets.strip(" ") == "^" * wcswidth(marked)
    assert wcswidth(line) == wcswidth(carets)
    assert line.endswith(marked)
    assert len(carets) <= 112


def test_every_slug_has_a_sentence() -> None:
    for slug, (_, sentence) in CATALOGUE.items():
        assert slug == slug.lower()
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0] == "`"
