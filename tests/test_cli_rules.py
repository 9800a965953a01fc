"""`rulelang check`, `fmt`, `test`, `explain` and `compile`: what they print, write and answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rulelang.compiler.catalogue import CATALOGUE
from tests.command import Command, command
from tests.test_cli import RULES

run = pytest.fixture(command)

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.rules"
    path.write_text(RULES, encoding="utf-8")
    return path


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# check


@pytest.mark.parametrize("name", ["community.rules", "support.rules", "gaming.rules"])
def test_the_examples_check_and_pass(run: Command, name: str) -> None:
    assert run("check", EXAMPLES / name).code == 0
    ran = run("test", EXAMPLES / name)
    assert ran.code == 0
    assert " 0 failed" in ran.out


def test_check_counts_errors_and_warnings(run: Command, tmp_path: Path) -> None:
    warned = written(tmp_path, "warned.rules", 'list unused = ["a"]\n')
    wrong = written(tmp_path, "wrong.rules", "rule a {\n  mask nothing\n}\n")
    assert run("check", warned).code == 0
    assert run("check", warned, "--strict").code == 1
    assert run("check", wrong).code == 1
    both = run("check", warned, wrong)
    assert both.code == 1
    assert "warning[unused-name]" in both.out
    assert "error[unknown-name]" in both.out
    assert "2 files" in both.out


def test_check_points_at_the_place(run: Command, tmp_path: Path) -> None:
    wrong = written(tmp_path, "wrong.rules", "rule a {\n  mask nothing\n}\n")
    ran = run("check", wrong)
    assert f"{wrong}:2:8" in ran.out
    assert "^^^^^^^" in ran.out


@pytest.mark.parametrize("form", ["concise", "json", "sarif", "github"])
def test_check_in_every_format(run: Command, tmp_path: Path, form: str) -> None:
    wrong = written(tmp_path, "wrong.rules", "rule a {\n  mask nothing\n}\n")
    ran = run("check", wrong, "--format", form)
    assert ran.code == 1
    assert "unknown-name" in ran.out
    if form in {"json", "sarif"}:
        json.loads(ran.out)
    if form == "github":
        assert ran.out.startswith("::error ")
    if form == "concise":
        assert f"{wrong}:2:8: error[unknown-name]" in ran.out


def test_check_fixes_what_is_safe(run: Command, tmp_path: Path) -> None:
    file = written(tmp_path, "doubled.rules", 'words swears = ["darn", "heck", "darn"]\nrule a {\n  mask swears\n}\n')
    assert "duplicate-entry" in run("check", file).out
    ran = run("check", file, "--fix")
    assert "fixed 1 mistake" in ran.out
    assert "duplicate-entry" not in ran.out
    assert file.read_text(encoding="utf-8").count("darn") == 1


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe\x00",
        b"rule \x00 {",
        b"",
        b"\xef\xbb\xbfrule a {",
        "rule 🙂 {".encode(),
        b"{" * 5000,
        b'rule a { when content == "',
    ],
)
def test_check_of_rubbish_is_no_crash(run: Command, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "rubbish.rules"
    path.write_bytes(text)
    assert run("check", path).code in {0, 1}


def test_an_empty_folder_is_wrong_usage(run: Command, tmp_path: Path) -> None:
    for arguments in (["check", tmp_path], ["fmt", tmp_path], ["test", tmp_path], ["compile", tmp_path, "-o", tmp_path / "x"]):
        ran = run(*arguments)
        assert ran.code == 2
        assert "no `.rules` file" in ran.err


# fmt


UNTIDY = 'rule   a   {mask swears} # why\nwords swears=["darn"]\n'


def test_fmt_writes_checks_and_shows(run: Command, tmp_path: Path) -> None:
    file = written(tmp_path, "untidy.rules", UNTIDY)
    file.chmod(0o640)
    checked = run("fmt", file, "--check")
    assert checked.code == 1
    assert file.read_text(encoding="utf-8") == UNTIDY
    shown = run("fmt", file, "--diff")
    assert shown.code == 1
    assert "-rule   a   {mask swears} # why" in shown.out
    assert file.read_text(encoding="utf-8") == UNTIDY
    assert run("fmt", file).code == 0
    assert "# why" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o640
    assert run("fmt", file, "--check").code == 0
    assert run("check", file).code == 0


def test_fmt_of_standard_input(run: Command, tmp_path: Path) -> None:
    file = written(tmp_path, "untidy.rules", UNTIDY)
    ran = run("fmt", "-", stdin=UNTIDY.encode())
    run("fmt", file)
    assert ran.code == 0
    assert ran.out == file.read_text(encoding="utf-8")
    assert run("fmt", "-", "--check", stdin=ran.out.encode()).code == 0


def test_fmt_leaves_a_broken_file_and_goes_on(run: Command, tmp_path: Path) -> None:
    broken = written(tmp_path, "a.rules", "rule a {\n  mask\n")
    latin = tmp_path / "b.rules"
    latin.write_bytes("# gr\xfc\xdfe\n".encode("latin-1"))
    untidy = written(tmp_path, "c.rules", UNTIDY)
    ran = run("fmt", tmp_path)
    assert ran.code == 3
    assert broken.read_text(encoding="utf-8") == "rule a {\n  mask\n"
    assert latin.read_bytes() == "# gr\xfc\xdfe\n".encode("latin-1")
    assert untidy.read_text(encoding="utf-8") != UNTIDY
    assert "error[" in ran.err
    assert f"{latin} is not UTF-8 text: line 1" in ran.err


def test_fmt_of_the_examples_changes_no_meaning(run: Command, tmp_path: Path) -> None:
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder)
    assert run("fmt", folder).code == 0
    for name in ("community.rules", "support.rules", "gaming.rules"):
        assert run("test", folder / name).code == 0


# test


def test_a_failing_test_says_what_was_expected_and_what_was_there(run: Command, policy: Path) -> None:
    policy.write_text(RULES + 'test "wrong" {\n  given { content: "hello" }\n  expect deny "no"\n}\n', encoding="utf-8")
    ran = run("test", policy)
    assert ran.code == 1
    line = policy.read_text(encoding="utf-8").splitlines().index('  expect deny "no"') + 1
    assert f'{policy}:{line}: expect deny "no"' in ran.out
    assert "but it was unchanged" in ran.out
    assert "2 passed, 1 failed" in ran.out
    assert "ok" not in run("test", policy, "--format", "concise").out


def test_tests_are_chosen_by_name(run: Command, policy: Path) -> None:
    assert "1 passed, 0 failed" in run("test", policy, "-k", "ADVERTS").out
    ran = run("test", policy, "-k", "nothing like it")
    assert ran.code == 2
    assert "no test to run" in ran.err


def test_coverage_down_to_list_entries(run: Command, policy: Path) -> None:
    ran = run("test", policy, "--coverage")
    for part in (
        "rules that fired: 3 of 3",
        "outcomes seen: update 1, deny 1",
        "never seen: unchanged",
        "entries of swears that matched: 1 of 2",
        "never: darn",
    ):
        assert part in ran.out
    ran = run("test", policy, "--coverage", "-k", "swear")
    assert "never fired: adverts" in ran.out
    (data,) = json.loads(run("test", policy, "--coverage", "--format", "json").out)
    assert data["coverage"]["entries"] == {"swears": {"darn": 0, "heck": 1}}
    assert data["coverage"]["fired"] == {"swearing": 1, "adverts": 1, "links": 1}
    assert [test["passed"] for test in data["tests"]] == [True, True]


def test_junit(run: Command, policy: Path, tmp_path: Path) -> None:
    policy.write_text(RULES + 'test "wrong <&> \\u{1}" {\n  given { content: "\\u{1}" }\n  expect deny "no"\n}\n', encoding="utf-8")
    target = tmp_path / "junit.xml"
    ran = run("test", policy, EXAMPLES / "support.rules", "--format", "junit", "--output", target)
    assert ran.code == 1
    root = ElementTree.parse(target).getroot()
    assert root.tag == "testsuites"
    first, second = root.findall("testsuite")
    assert (first.get("tests"), first.get("failures")) == ("3", "1")
    assert second.get("failures") == "0"
    assert len(second.findall("testcase")) == int(second.get("tests") or 0)
    failed = first.findall("testcase")[2]
    assert (failed.get("name") or "").startswith("wrong <&>")
    failure = failed.find("failure")
    assert failure is not None
    assert "unchanged" in (failure.get("message") or "")
    assert all(case.get("classname") and float(case.get("time") or "x") >= 0 for case in root.iter("testcase"))


# explain


def test_explain_a_diagnostic(run: Command) -> None:
    ran = run("explain", "unknown-name")
    assert ran.code == 0
    assert "unknown-name" in ran.out
    listed = run("explain")
    assert [line.split()[0] for line in listed.out.splitlines()] == list(CATALOGUE)
    ran = run("explain", "unknown-nam")
    assert ran.code == 2
    assert "did you mean `unknown-name`?" in ran.err


def test_explain_asks_for_a_message(run: Command, policy: Path) -> None:
    ran = run("explain", policy)
    assert ran.code == 2
    assert "--content or --event" in ran.err


def test_explain_every_rule_on_one_message(run: Command, policy: Path, tmp_path: Path) -> None:
    policy.write_text(
        RULES
        + """
group adults {
  unless metadata.age >= 18
  rule grown_up {
    when content contains "beer" and metadata.lang == "en"
    deny
  }
}
""",
        encoding="utf-8",
    )
    event = {
        "ChannelMessage": {"MessageId": "m", "ChannelArn": "c", "Content": "beer, heck", "Metadata": '{"age": 20}', "Sender": {}}
    }
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event), encoding="utf-8")
    ran = run("explain", policy, "--event", file)
    assert ran.code == 0
    for part in (
        'swearing "No swearing": fired',
        "adverts: did not fire",
        "links (shadow): did not fire",
        "grown_up: did not fire",
    ):
        assert part in ran.out
    rules = {rule["name"]: rule for rule in json.loads(run("explain", policy, "--event", file, "--format", "json").out)}
    assert list(rules) == ["swearing", "adverts", "links", "grown_up"]
    assert rules["swearing"]["fired"] is True
    assert rules["swearing"]["spans"] == [{"path": "content", "start": 6, "end": 10, "by": "swears"}]
    assert [part["value"] for part in rules["grown_up"]["parts"] if part["role"] == "when"] == ["missing"]
    bundle = tmp_path / "bundle.json"
    run("compile", policy, "-o", bundle)
    assert run("explain", bundle, "--event", file).out == ran.out


# compile


def test_compile_writes_the_bundle_whole_or_not_at_all(run: Command, policy: Path, tmp_path: Path) -> None:
    target = tmp_path / "bundle.json"
    ran = run("compile", policy, "-o", target)
    assert ran.code == 0
    assert "3 rules" in ran.out
    assert run("compile", policy, "-o", "-").out == target.read_text(encoding="utf-8")
    before = target.read_bytes()
    policy.write_text("rule a {", encoding="utf-8")
    assert run("compile", policy, "-o", target).code == 3
    assert target.read_bytes() == before
    assert run("compile", policy).code == 2
