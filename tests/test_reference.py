"""The manual's reference pages are as the code has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.catalogue import CATALOGUE
from rulelang.language.facts import FACTS
from rulelang.language.finders import BUILTINS
from rulelang.language.functions import FUNCTIONS
from rulelang.language.settings import SETTINGS
from rulelang.tools import reference


def test_pages_are_up_to_date() -> None:
    assert reference.outdated() == [], "run `python -m rulelang.tools.reference`"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("functions.md", FUNCTIONS),
        ("finders.md", BUILTINS),
        ("facts.md", FACTS),
        ("settings.md", SETTINGS),
        ("diagnostics.md", CATALOGUE),
    ],
)
def test_a_page_names_all_of_its_table(page: str, names: dict[str, object]) -> None:
    text = reference.PAGES[page]()
    assert [name for name in names if name not in text] == []
    assert text.startswith("# ")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_writing_and_checking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "reference"
    assert reference.main(["--check"], folder) == 1
    assert "functions.md" in capsys.readouterr().err
    assert reference.main([], folder) == 0
    assert reference.main(["--check"], folder) == 0
    (folder / "facts.md").write_text("old", encoding="utf-8")
    capsys.readouterr()
    assert reference.main(["--check"], folder) == 1
    assert capsys.readouterr().err == f"out of date: {folder / 'facts.md'}\n"
    assert reference.main([], folder) == 0
    assert reference.outdated(folder) == []


def test_a_wrong_argument(tmp_path: Path) -> None:
    assert reference.main(["--chekc"], tmp_path) == 2
