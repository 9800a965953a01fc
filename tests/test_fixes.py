"""Safe fixes: what they change, that they are whole or not at all, and that a fixed policy is never worse than before."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from rulelang.compiler.diagnostics import Diagnostic, Fix
from rulelang.compiler.fixes import apply_fixes, fixed_texts
from rulelang.compiler.pipeline import check, check_text
from rulelang.compiler.source import Source, Span

_RULE = "\nrule language {\n  mask insults\n}\n"


def _fixed(text: str) -> str:
    checked = check_text(text)
    texts, _ = fixed_texts(checked.diagnostics)
    return texts.get(checked.sources[0], text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["a word", "b word", "a word"]', '["a word", "b word"]'),
        ('["a word", "a word", "b word"]', '["a word", "b word"]'),
        ('[\n  "a word",\n  "a word",\n  "b word",\n]', '[\n  "a word",\n  "b word",\n]'),
        ('[\n  "a word",\n  "b word",\n  "a word"\n]', '[\n  "a word",\n  "b word"\n]'),
        ('["a word", "a word", "a word"]', '["a word"]'),
        ('["a word" # why\n, "a word" # why not\n]', '["a word" # why\n, "a word" # why not\n]'),
    ],
)
def test_a_duplicate_entry_goes_with_its_comma(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.rules"
    file.write_text(f"words insults = {before}{_RULE}", encoding="utf-8")
    apply_fixes(file, check)
    assert file.read_text(encoding="utf-8") == f"words insults = {after}{_RULE}"


def test_a_duplicate_line_goes_from_a_list_file(tmp_path: Path) -> None:
    (tmp_path / "insults.txt").write_bytes(b"# insults\r\nblockhead\r\n  blockhead\r\ndimwit\r\n")
    (tmp_path / "policy.rules").write_text('words insults from "insults.txt"' + _RULE)
    fixed = apply_fixes(tmp_path / "policy.rules", check)
    assert (tmp_path / "insults.txt").read_bytes() == b"# insults\r\nblockhead\r\ndimwit\r\n"
    assert fixed.count == 1
    assert fixed.files == (str(tmp_path / "insults.txt"),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('when metadata.ticket-type == "x"', 'when metadata["ticket-type"] == "x"'),
        ('when content contains url where host == "a.example"', 'when content contains url where (host == "a.example")'),
    ],
)
def test_a_spelling_is_put_right(before: str, after: str) -> None:
    assert _fixed(f'rule r {{\n  {before}\n  report "q"\n}}\n') == f'rule r {{\n  {after}\n  report "q"\n}}\n'


def test_a_name_that_is_close_is_no_fix() -> None:
    text = 'words insults = ["blockhead"]\nrule r { mask insult }\n'
    assert _fixed(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('words insults = ["blockhead"]  # allow: risky-entry, meant', 'words insults = ["blockhead"]'),
        ('# allow: risky-entry, meant\nwords insults = ["blockhead"]', 'words insults = ["blockhead"]'),
        (
            'words insults = ["blockhead", "ass*"]  # allow: unused-name, risky-entry, meant',
            'words insults = ["blockhead", "ass*"]  # allow: risky-entry, meant',
        ),
        ('words insults = ["blockhead"]  # allow: unused-name, risky-entry, meant', 'words insults = ["blockhead"]'),
    ],
)
def test_an_unused_allow_is_taken_out(before: str, after: str) -> None:
    assert _fixed(before + _RULE) == after + _RULE


def test_of_two_fixes_that_touch_the_first_is_made() -> None:
    source = Source("x", "abcdef")
    first = Diagnostic("duplicate-entry", Span(source, 0, 3), "", fixes=(Fix(Span(source, 0, 3), "X"),))
    second = Diagnostic(
        "duplicate-entry", Span(source, 2, 4), "", fixes=(Fix(Span(source, 5, 6), "Y"), Fix(Span(source, 2, 4), "Z"))
    )
    third = Diagnostic("duplicate-entry", Span(source, 5, 6), "", fixes=(Fix(Span(source, 5, 6), "W"),))
    assert fixed_texts([first, second, third]) == ({source: "XdeW"}, 2)


def test_permissions_byte_order_mark_and_line_ends_stay(tmp_path: Path) -> None:
    file = tmp_path / "policy.rules"
    file.write_bytes(b'\xef\xbb\xbfwords insults = ["blockhead", "blockhead"]\r\n' + _RULE.encode())
    file.chmod(0o640)
    assert apply_fixes(file, check).count == 1
    assert file.read_bytes() == b'\xef\xbb\xbfwords insults = ["blockhead"]\r\n' + _RULE.encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["policy.rules"]


def test_nothing_to_fix_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "policy.rules"
    file.write_text('words insults = ["blockhead"]' + _RULE)
    file.chmod(0o400)
    assert apply_fixes(file, check).files == ()


def test_a_fix_that_makes_it_worse_is_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "policy.rules"
    file.write_text("good")

    @dataclass
    class Checked:
        diagnostics: list[Diagnostic]

    def bad_check(path: Path | str) -> Checked:
        text = Path(path).read_text()
        span = Span(Source(str(path), text), 0, len(text))
        if text == "good":
            return Checked([Diagnostic("unused-allow", span, "", fixes=(Fix(span, "bad"),))])
        return Checked([Diagnostic("syntax-error", span, "")])

    assert apply_fixes(file, bad_check).count == 0
    assert file.read_text() == "good"
