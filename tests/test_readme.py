"""The README's commands, run one after the other as its reader would, print what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
_BLOCK = re.compile(r"^```(?P<info>rules|console)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MEASURED = re.compile(r"\d+\.\d+ s\b|\d+ bytes\b")


def _blocks() -> Iterator[tuple[str, str]]:
    for match in _BLOCK.finditer(README.read_text(encoding="utf-8")):
        yield match["info"], match["text"]


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def test_the_first_rule_in_a_minute(tmp_path: Path) -> None:
    rulelang = Path(sys.executable).with_name("rulelang")
    if not rulelang.exists():
        pytest.skip("the command rulelang is not installed beside this Python")
    blocks = list(_blocks())
    (policy,) = (text for info, text in blocks if info == "rules")
    file = tmp_path / "chat.rules"
    file.write_text(policy, encoding="utf-8")
    commands = [pair for info, text in blocks if info == "console" for pair in _commands(text)]
    assert len(commands) == 6
    for number, (command, wanted) in enumerate(commands):
        if number == 1:  # "Write `content`"
            file.write_text(policy.replace("contnet", "content"), encoding="utf-8")
        name, *arguments = shlex.split(command)
        assert name == "rulelang"
        environment = {**os.environ, "COLUMNS": "160", "NO_COLOR": "1"}
        done = subprocess.run(
            [rulelang, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        printed = done.stdout + done.stderr
        assert _MEASURED.sub("...", printed).rstrip() == _MEASURED.sub("...", wanted).rstrip(), command
    assert (tmp_path / "policy.json").is_file()
