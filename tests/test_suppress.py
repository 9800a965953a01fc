"""`# allow: slug, the reason`: what it lets pass, what it can't, and what is said about one that is wrong or of no use."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.pipeline import check, check_text

_RULE = "\nrule language {\n  mask insults\n}\n"
_TESTED = _RULE + 'test "x" {\n  given { content: "x" }\n  expect matched language\n}\n'


def _slugs(text: str) -> list[str]:
    return [item.slug for item in check_text(text + _TESTED).diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        'words insults = ["ass*"]  # allow: risky-entry, it is meant',
        '# allow: risky-entry, it is meant\nwords insults = ["ass*"]',
        '# allow: risky-entry, it is meant\n\n# more about it\nwords insults = ["ass*"]',
        'words insults = [\n  # allow: risky-entry, it is meant\n  "ass*",\n]',
        'words insults = [\n  "ass*",  # allow: risky-entry, it is meant\n]',
        'words insults = ["ass*", "ass*"]  # allow: risky-entry, duplicate-entry, both are meant, really',
        '#allow:risky-entry,it is meant\nwords insults = ["ass*"]',
        '# allow: risky-entry, one reason\n# allow: duplicate-entry, another\nwords insults = ["ass*", "ass*"]',
    ],
)
def test_what_is_allowed_is_not_said(text: str) -> None:
    assert _slugs(text) == []


def test_in_a_list_file_a_line_of_its_own_allows_the_next(tmp_path: Path) -> None:
    (tmp_path / "insults.txt").write_text("# allow: risky-entry, it is meant\nass*\nhr*\n")
    (tmp_path / "policy.rules").write_text('words insults from "insults.txt"' + _TESTED)
    found = check(tmp_path / "policy.rules").diagnostics
    assert [(item.slug, item.span.line) for item in found] == [("risky-entry", 3)]


def test_a_sign_inside_a_text_or_a_pattern_is_no_comment() -> None:
    text = 'words insults = ["# allow: risky-entry, x"]\npattern p = /# allow: risky-entry, x/\nrule q { mask p }'
    assert "unused-allow" not in _slugs(text)
    assert "bad-allow" not in _slugs(text)


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# allow: risky-entry", "needs a reason"),
        ("# allow: risky-entry,  ", "needs a reason"),
        ("# allow: risky-entry, duplicate-entry", "needs a reason"),
        ("# allow:", "names the slug of a warning"),
        ("# allow: risky-entri, it is meant", "There is no diagnostic `risky-entri`"),
        ("# allow: risky-entry, duplicate-entri, it is meant", "There is no diagnostic `duplicate-entri`"),
        ("# allow: unknown-name, it is meant", "only warnings can be allowed"),
        ("# allow: unused-allow, it is meant", "can't be allowed"),
        ("# allow risky-entry, it is meant", "A colon is missing"),
    ],
)
def test_an_allow_that_is_wrong_allows_nothing(comment: str, message: str) -> None:
    found = check_text(f'words insults = ["ass*"]  {comment}{_TESTED}').diagnostics
    assert [item.slug for item in found] == ["risky-entry", "bad-allow"]
    assert message in found[1].message


def test_an_ordinary_comment_about_allowing_is_none() -> None:
    assert _slugs('words insults = ["blockhead"]  # allow guests to say this') == []


def test_an_error_is_not_suppressed_and_hides_what_is_unused() -> None:
    text = 'words insults = ["blockhead"]  # allow: risky-entry, for later\nrule r { mask insult }\n'
    assert [item.slug for item in check_text(text).diagnostics] == ["unknown-name"]


def test_of_two_that_allow_the_same_one_is_unused() -> None:
    text = '# allow: risky-entry, here\nwords insults = ["ass*"]  # allow: risky-entry, and here'
    assert _slugs(text) == ["unused-allow"]


def test_an_allow_says_nothing_about_other_lines() -> None:
    text = '# allow: risky-entry, here\nwords insults = [\n  "ass*",\n]'
    assert sorted(_slugs(text)) == ["risky-entry", "unused-allow"]
