"""The command line: exit codes, help, colour, what goes wrong around a command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rulelang.tools.cli import COMMANDS
from tests.command import Command, command

run = pytest.fixture(command)

RULES = """\
settings {
  empty_content: "[gone]"
}

words swears = ["darn", "heck"]

rule swearing "No swearing" {
  tags: tone
  severity: low
  mask swears
}

rule adverts {
  when content contains "buy now"
  deny "no adverts"
  label sender "spammer" for 1h
}

rule links {
  mode: shadow
  when content contains url
  deny "no links"
}

test "a swear word is masked" {
  given { content: "oh heck" }
  expect content == "oh ****"
  expect matched swearing
}

test "adverts" {
  given { content: "buy now https://a.example" }
  expect deny by adverts
  expect matched links
}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.rules"
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.rules"
    path.write_text("rule one {\n  mask nothing_of_that_name\n}\n", encoding="utf-8")
    return path


def test_help_names_every_command_and_no_other(run: Command) -> None:
    ran = run("--help")
    assert ran.code == 0
    listed = [line.split()[0] for line in ran.out.partition("Commands:\n")[2].splitlines() if line.strip()]
    assert listed == list(COMMANDS) == ["check", "fmt", "test", "dry-run", "explain", "compile"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run: Command, name: str) -> None:
    ran = run(name, "--help")
    assert ran.code == 0
    assert "--color" in ran.out


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], {"pydantic", "boto3", "botocore", "rich", "lark", "msgspec", "re2"}),
        (["dry-run", "--help"], {"pydantic", "boto3", "botocore", "rich", "lark"}),
        (["explain", "unknown-name"], {"pydantic", "boto3", "botocore", "rich", "lark"}),
    ],
)
def test_starts_without_what_it_does_not_need(arguments: list[str], heavy: set[str]) -> None:
    code = (
        "import sys, rulelang.tools.cli as cli\n"
        f"assert cli.run({arguments!r}) == 0\n"
        f"print(sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stderr.decode().strip() == "[]"


def test_a_bundle_is_dry_run_without_the_compiler(run: Command, policy: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.json"
    assert run("compile", policy, "-o", bundle).code == 0
    code = (
        "import sys, rulelang.tools.cli as cli\n"
        f"assert cli.run(['dry-run', {str(bundle)!r}, '--content', 'oh heck']) == 0\n"
        "print(sorted(m for m in sys.modules if m == 'lark' or m.startswith('rulelang.compiler')), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stderr.decode().strip() == "[]"
    assert "oh ****" in ran.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Usage"),
        (["expln"], "Did you mean `explain`?"),
        (["check"], "Missing argument"),
        (["check", "--format", "xml", "x.rules"], "is not one of"),
        (["check", "nowhere.rules"], "there is no file or folder `nowhere.rules`"),
        (["fmt", "nowhere.rules"], "there is no file or folder"),
        (["test", "nowhere.rules"], "there is no file or folder"),
        (["compile", "nowhere.rules", "-o", "x"], "there is no file or folder"),
        (["dry-run", "nowhere.rules", "--content", "x"], "there is no file or folder"),
        (["explain", "no-such-slug"], "no-such-slug"),
        (["--color", "pink", "check", "x"], "is not one of"),
    ],
)
def test_wrong_usage_is_2(run: Command, arguments: list[str], said: str) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["dry-run", "BROKEN", "--content", "x"],
        ["explain", "BROKEN", "--content", "x"],
        ["test", "BROKEN"],
        ["compile", "BROKEN", "-o", "OUT"],
    ],
)
def test_rules_that_do_not_compile_are_3(run: Command, broken: Path, tmp_path: Path, arguments: list[str]) -> None:
    names = {"BROKEN": broken, "OUT": tmp_path / "out.json"}
    ran = run(*[names.get(argument, argument) for argument in arguments])
    assert ran.code == 3
    assert "error[unknown-name]" in ran.err
    assert "does not compile: 1 error" in ran.err
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[:-40], "cut off or damaged"),
        (lambda text: "{}", "no bundle of rulelang"),
        (lambda text: text.replace('"rulelang_bundle":1', '"rulelang_bundle":99'), "format 99"),
        (lambda text: text.replace("buy now", "buy now!"), "altered"),
        (lambda text: "", "cut off or damaged"),
    ],
)
def test_a_broken_bundle_is_3(run: Command, policy: Path, tmp_path: Path, damage: object, said: str) -> None:
    bundle = tmp_path / "bundle.json"
    run("compile", policy, "-o", bundle)
    bundle.write_text(damage(bundle.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    ran = run("dry-run", bundle, "--content", "x")
    assert ran.code == 3
    assert said in ran.err


def test_our_own_mistake_is_70_and_told_without_a_traceback(run: Command, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("something of ours")

    monkeypatch.setattr("rulelang.compiler.pipeline.check", fail)
    ran = run("check", policy)
    assert ran.code == 70
    assert "Please report it" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("RULELANG_DEBUG", "1")
    assert "Traceback" in run("check", policy).err


def test_an_interrupt_is_130(run: Command, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rulelang.compiler.pipeline.check", interrupt)
    assert run("check", policy).code == 130


def test_ctrl_c_stops_a_stream_without_a_traceback(policy: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "import rulelang.tools.cli as cli; cli.main()", "dry-run", policy, "-", "--format", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    # Enough for a first block of output, and too little to fill a pipe.
    process.stdin.write(b'{"content": "hello"}\n' * 200)
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["outcome"] == "unchanged"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert errors.strip() == b"rulelang: stopped"


def test_a_reader_that_leaves_is_no_mistake(policy: Path, tmp_path: Path) -> None:
    lines = tmp_path / "messages.jsonl"
    lines.write_text('{"content": "hello hello hello"}\n' * 20_000, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", "import rulelang.tools.cli as cli; cli.main()", "dry-run", policy, lines, "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["outcome"] == "unchanged"
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert errors == b""


def test_output_that_can_not_be_written_is_2(run: Command, policy: Path, tmp_path: Path) -> None:
    ran = run("check", policy, "--output", tmp_path / "no folder" / "out.txt")
    assert ran.code == 2
    assert "can't be written" in ran.err


@pytest.mark.parametrize("before", [True, False])
def test_color_is_chosen_before_or_after_the_command(run: Command, broken: Path, before: bool) -> None:
    def colored(choice: str) -> bool:
        arguments = ["--color", choice, "check", broken] if before else ["check", broken, "--color", choice]
        return "\x1b[" in run(*arguments).out

    assert colored("always")
    assert not colored("never")
    assert not colored("auto")


def test_no_color_turns_colour_off_on_a_terminal(run: Command, broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b[" in run("check", broken).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("check", broken).out
    assert "\x1b[" in run("check", broken, "--color", "always").out


def test_output_to_a_file_has_no_colour(run: Command, broken: Path, tmp_path: Path) -> None:
    run("check", broken, "--color", "always", "--output", tmp_path / "out.txt")
    text = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert "unknown-name" in text
    assert "\x1b[" not in text
