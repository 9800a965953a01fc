"""The canonical layout: what it looks like, and that it changes nothing of what a file says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from rulelang.compiler import format as formatter
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.format import FormatError, format_text
from rulelang.compiler.parse import outline, parse
from rulelang.compiler.source import Source
from tests.strategies import programs, syntax_programs

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"
CASES = Path(__file__).parent / "format"
PROGRAMS = 1_000 if os.environ.get("CI") else 100
LAW = settings(max_examples=PROGRAMS, deadline=None, suppress_health_check=list(HealthCheck))


def formatted(text: str) -> str:
    diagnostics = Diagnostics()
    result = format_text(Source("-", text), diagnostics)
    assert result is not None, [(item.slug, item.message) for item in diagnostics.items]
    return result


def comments(text: str) -> list[str]:
    of = outline(Source("-", text), Diagnostics())
    assert of is not None
    return [comment.text.rstrip() for comment in of.comments]


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.rules")), ids=lambda path: path.name)
def test_the_examples_are_in_the_canonical_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


@given(syntax_programs())
@LAW
def test_layout_keeps_the_tree_and_the_comments_and_is_done_once(text: str) -> None:
    result = formatted(text)
    found = Diagnostics()
    assert parse(Source("-", result), found) == parse(Source("-", text), found)
    assert comments(result) == comments(text)
    assert formatted(result) == result
    assert all(line == line.rstrip() for line in result.splitlines())
    assert "\n\n\n" not in result
    assert result == "" or (result.endswith("\n") and not result.startswith("\n"))


@given(programs())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_layout_of_policies_is_done_once(text: str) -> None:
    assert formatted(formatted(text)) == formatted(text)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.before.rules")), ids=lambda path: path.name.split(".")[0])
def test_a_layout_as_it_is_kept(path: Path) -> None:
    after = path.with_name(path.name.replace(".before.", ".after."))
    result = formatted(path.read_text(encoding="utf-8"))
    if os.environ.get("WRITE_GOLDENS"):
        after.write_text(result, encoding="utf-8")
    assert result == after.read_text(encoding="utf-8")
    assert formatted(result) == result


def test_a_file_with_mistakes_is_not_laid_out() -> None:
    diagnostics = Diagnostics()
    assert format_text(Source("-", "rule r { deny"), diagnostics) is None
    assert [item.slug for item in diagnostics.items] == ["unclosed"]


@pytest.mark.parametrize("text", ["", "\n\n", "  \n"])
def test_nothing_stays_nothing(text: str) -> None:
    assert formatted(text) == ""


@pytest.mark.parametrize(
    ("change", "says"), [(("b", "c"), "mean the same"), (("# x", "# y"), "keep its comments"), (("# x", ""), "keep")]
)
def test_a_layout_that_changes_something_is_refused(monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], says: str) -> None:
    correct = formatter._Printer.file
    monkeypatch.setattr(formatter._Printer, "file", lambda printer: correct(printer).replace(*change))
    with pytest.raises(FormatError, match=says):
        format_text(Source("-", "let a = b # x\n"), Diagnostics())


def test_windows_line_ends_become_plain_ones() -> None:
    assert formatted("rule r {\r\n  deny # x\r\n}\r\n") == formatted("rule r {\n  deny # x\n}\n")
