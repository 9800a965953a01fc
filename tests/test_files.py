"""Files: what `use` and `from` bring in, what they may not reach, and what is said where a file is not in order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rulelang.compiler import pipeline
from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostic, Severity
from rulelang.compiler.pipeline import Checked


def write(folder: Path, **files: str | bytes) -> None:
    """Writes files; `__` in a name is a folder, `_` before its ending a dot."""
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        path = folder / f"{stem.replace('__', '/')}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def errors(checked: Checked) -> list[Diagnostic]:
    return [each for each in checked.diagnostics if severity(each.slug) is Severity.ERROR]


def rule_names(checked: Checked) -> list[str]:
    assert checked.policy is not None
    return [rule.name for rule in checked.policy.rules]


def test_use_brings_in_at_its_place_and_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_rules='rule first { deny }\nuse "parts/middle.rules"\nuse "./parts/../parts/middle.rules"\n'
        "rule last { when content contains w deny }",
        parts__middle_rules='use "words.rules"\nrule middle { deny }',
        parts__words_rules='words w from "w.txt"',
        parts__w_txt="bad\n",
    )
    checked = pipeline.check(tmp_path / "main.rules")
    assert errors(checked) == []
    assert rule_names(checked) == ["first", "middle", "last"]
    names = [Path(source.name).relative_to(tmp_path).as_posix() for source in checked.sources]
    assert names == ["main.rules", "parts/middle.rules", "parts/words.rules", "parts/w.txt"]


def test_a_folder_is_one_policy_in_the_order_of_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        b_rules='rule b { when content contains w deny }\ntest "b" { given { content: "x" } expect unchanged }',
        a_rules='rule a { deny }\nwords w = ["x"]',
        sub__c_rules="rule c { deny }",
        notes_txt="no rules",
    )
    checked = pipeline.check(tmp_path)
    assert errors(checked) == []
    assert rule_names(checked) == ["a", "b"]
    assert checked.policy is not None
    assert checked.policy.name == tmp_path.name
    assert len(checked.policy.tests) == 1


def test_a_member_of_the_folder_may_be_used_by_another_and_keeps_its_tests(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_rules='use "z.rules"\nrule a { deny }',
        z_rules='settings { bots: skip }\nrule z { deny }\ntest "z" { given { content: "x" } expect deny }',
    )
    checked = pipeline.check(tmp_path)
    assert errors(checked) == []
    assert rule_names(checked) == ["z", "a"]


def test_two_settings_blocks_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, a_rules="settings { bots: skip }", b_rules="settings { bots: skip }")
    assert [each.slug for each in errors(pipeline.check(tmp_path))] == ["duplicate-settings"]


def test_settings_and_tests_of_a_used_file_are_misplaced(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_rules='use "other.rules"',
        other_rules='settings { bots: skip }\nrule o { deny }\ntest "t" { given { content: "x" } expect deny }',
    )
    checked = pipeline.check(tmp_path / "main.rules")
    assert [each.slug for each in errors(checked)] == ["misplaced-declaration"] * 2
    assert rule_names(checked) == ["o"]


def test_files_that_use_each_other(tmp_path: Path) -> None:
    write(tmp_path, a_rules='use "b.rules"', b_rules='use "c.rules"', c_rules='rule c { deny }\nuse "a.rules"')
    (found,) = errors(pipeline.check(tmp_path / "a.rules"))
    assert (found.slug, found.span.text) == ("circular-use", 'use "a.rules"')
    assert "`c.rules` uses `a.rules`" in found.message


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        ('use "nothing.rules"', "missing-file"),
        ('use "folder"', "missing-file"),
        ('use ""', "missing-file"),
        ('use "../outside.rules"', "outside-folder"),
        ('use "folder/../../outside.rules"', "outside-folder"),
        ('use "/etc/passwd"', "outside-folder"),
        ('use "link.rules"', "outside-folder"),
        ('use "linked/outside.rules"', "outside-folder"),
        ('list l from "../outside.txt"', "outside-folder"),
        ('words w from "nothing.txt"', "missing-file"),
        ('words w from "pipe.txt"', "missing-file"),
        ('use "loop.rules"', "missing-file"),
    ],
)
def test_files_that_can_not_be_had(tmp_path: Path, line: str, slug: str) -> None:
    inside = tmp_path / "policy"
    write(tmp_path, outside_rules="rule o { deny }", outside_txt="a", policy__main_rules=line, policy__folder__x_rules="")
    (inside / "link.rules").symlink_to(tmp_path / "outside.rules")
    (inside / "linked").symlink_to(tmp_path)
    (inside / "loop.rules").symlink_to(inside / "loop.rules")
    os.mkfifo(inside / "pipe.txt")
    (found,) = errors(pipeline.check(inside / "main.rules"))
    assert found.slug == slug
    assert found.span.text.startswith('"')


def test_a_link_within_the_folder_is_fine_and_the_same_file(tmp_path: Path) -> None:
    write(tmp_path, main_rules='use "a.rules"\nuse "b.rules"', a_rules="rule a { deny }")
    (tmp_path / "b.rules").symlink_to(tmp_path / "a.rules")
    checked = pipeline.check(tmp_path / "main.rules")
    assert errors(checked) == []
    assert rule_names(checked) == ["a"]


def test_a_member_that_links_outside_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, outside_rules="rule o { deny }", policy__a_rules="rule a { deny }")
    (tmp_path / "policy" / "b.rules").symlink_to(tmp_path / "outside.rules")
    checked = pipeline.check(tmp_path / "policy")
    assert [each.slug for each in errors(checked)] == ["outside-folder"]
    assert rule_names(checked) == ["a"]


def test_a_list_file_has_comments_blank_lines_any_line_ends_and_a_mark(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_rules='words w from "w.txt"\nrule r { mask w }',
        w_txt="\ufeff# a comment\r\n one two \r\n\r\nC# \n  # more\nlast".encode(),
    )
    checked = pipeline.check(tmp_path / "main.rules")
    assert errors(checked) == []
    assert checked.policy is not None
    entries = checked.policy.finders[0].entries
    assert [entry.value for entry in entries] == ["one two", "C#", "last"]
    assert [(Path(entry.span.source.name).name, entry.span.line, entry.span.column) for entry in entries] == [
        ("w.txt", 2, 2),
        ("w.txt", 4, 1),
        ("w.txt", 6, 1),
    ]


def test_an_entry_that_stands_twice_is_pointed_at_in_its_file(tmp_path: Path) -> None:
    write(tmp_path, main_rules='words w from "w.txt"\nrule r { mask w }', w_txt="horrid\nawful\nhorrid\n")
    found = [each for each in pipeline.check(tmp_path / "main.rules").diagnostics if each.slug == "duplicate-entry"]
    assert [(Path(each.span.source.name).name, each.span.line) for each in found] == [("w.txt", 3)]
    assert found[0].labels[0].span.line == 1


@pytest.mark.parametrize("name", ["w.txt", "main.rules"])
def test_bytes_that_are_no_utf_8_are_named_with_their_line(tmp_path: Path, name: str) -> None:
    write(tmp_path, main_rules='words w from "w.txt"\nrule r { mask w }', w_txt="a\n")
    (tmp_path / name).write_bytes(b"# fine\n# fine\nb\xff\n")
    (found,) = errors(pipeline.check(tmp_path / "main.rules"))
    assert found.slug == "bad-encoding"
    assert "byte 0xff on line 3 (byte 16 of the file)" in found.message


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    checked = pipeline.check(tmp_path / "nothing.rules")
    assert checked.policy is None
    assert [each.slug for each in checked.diagnostics] == ["missing-file"]
    assert checked.has_errors


def test_a_folder_without_rules(tmp_path: Path) -> None:
    checked = pipeline.check(tmp_path)
    assert [each.slug for each in checked.diagnostics] == ["missing-file"]


def test_a_text_without_a_folder_names_no_files_and_with_one_it_does(tmp_path: Path) -> None:
    write(tmp_path, w_txt="bad")
    source = 'words w from "w.txt"\nrule r { mask w }'
    assert [each.slug for each in errors(pipeline.check_text(source))] == ["missing-file"]
    assert errors(pipeline.check_text(source, folder=tmp_path)) == []
    assert errors(pipeline.check_text(source, "here.rules", tmp_path)) == []


def test_a_text_that_stands_for_a_file_is_not_used_again(tmp_path: Path) -> None:
    write(tmp_path, a_rules="rule old { deny }", b_rules='use "a.rules"')
    (found,) = errors(pipeline.check_text('use "b.rules"\nrule new { deny }', "a.rules", tmp_path))
    assert found.slug == "circular-use"


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    for name in ("x" * 300, "a\0b"):
        assert [each.slug for each in pipeline.check(tmp_path / name).diagnostics] == ["missing-file"]
        write(tmp_path, main_rules=f'use "{name}.rules"')
        assert errors(pipeline.check(tmp_path / "main.rules"))


def test_a_file_that_is_missing_causes_no_other_message(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_rules='use "gone.rules"\nwords w from "gone.txt"\nrule r { when content contains w or content contains x deny }',
    )
    assert [each.slug for each in errors(pipeline.check(tmp_path / "main.rules"))] == ["missing-file", "missing-file"]
