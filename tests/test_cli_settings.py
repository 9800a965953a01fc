"""The settings of the tools: where they are found, what they may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Command, command

run = pytest.fixture(command)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "rules"
    folder.mkdir(parents=True)
    path = folder / "policy.rules"
    path.write_text('rule a {\n  when content == "x"\n  deny\n}\n', encoding="utf-8")
    return path


def test_settings_are_known_or_refused_by_name(run: Command, policy: Path) -> None:
    file = policy.parent / "rulelang.toml"
    file.write_text('state = "memory:"\n', encoding="utf-8")
    assert run("dry-run", policy, "--content", "x").code == 0
    file.write_text('state = "memory:"\nstaet = "memory:"\n', encoding="utf-8")
    ran = run("dry-run", policy, "--content", "x")
    assert ran.code == 2
    assert str(file) in ran.err
    assert "`staet`" in ran.err
    assert "`state`" in ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"state = 5\n", "`state`"),
        (b'state = "nosuch:place"\n', "names no store"),
        (b"state = \n", "is not TOML"),
        (b"state = '\xff'\n", "is not UTF-8"),
    ],
)
def test_a_bad_setting_is_told_with_its_file(run: Command, policy: Path, text: bytes, said: str) -> None:
    file = policy.parent / "rulelang.toml"
    file.write_bytes(text)
    ran = run("dry-run", policy, "--content", "x")
    assert ran.code == 2
    assert str(file) in ran.err
    assert said in ran.err


def test_the_nearest_settings_win(run: Command, policy: Path) -> None:
    project = policy.parents[1]
    (project / "rulelang.toml").write_text("nonsense = 1\n", encoding="utf-8")
    (policy.parent / "pyproject.toml").write_text('[tool.rulelang]\nstate = "memory:"\n', encoding="utf-8")
    assert run("dry-run", policy, "--content", "x").code == 0
    (policy.parent / "rulelang.toml").write_text("other_nonsense = 1\n", encoding="utf-8")
    assert "other_nonsense" in run("dry-run", policy, "--content", "x").err
    (policy.parent / "rulelang.toml").unlink()
    (policy.parent / "pyproject.toml").write_text('[tool.something]\nstate = "memory:"\n', encoding="utf-8")
    assert "`nonsense`" in run("dry-run", policy, "--content", "x").err


def test_a_store_that_does_not_exist_is_told(run: Command, policy: Path) -> None:
    ran = run("dry-run", policy, "--content", "x", "--state", "nosuch:place")
    assert ran.code == 2
    assert "--state" in ran.err
    assert "`nosuch:place` names no store" in ran.err
