"""The language by example: every program of `tests/spec/*.md` and of the manual gives what its page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import markdown_spec

ROOT = Path(__file__).parent.parent
PAGES = [*sorted((ROOT / "tests" / "spec").glob("*.md")), ROOT / "grammar" / "language.md"]
SECTIONS = [
    pytest.param(section, id=f"{page.stem}: {section.name.split(' > ', 1)[-1]}")
    for page in PAGES
    for section in markdown_spec.sections(page)
]


@pytest.mark.parametrize("section", SECTIONS)
def test_page(section: markdown_spec.Section, tmp_path: Path) -> None:
    problems = markdown_spec.check_section(section, tmp_path)
    assert not problems, "\n" + "\n\n".join(problems)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("```rules\nrule r { when x }\n```\n", "given, and not asserted: -:1: [unknown-name]"),
        ("```rules\nrule r { deny } # error: [unknown-name]\n```\n", "not given: -:1: error[unknown-name]"),
        ('```rules\nrule r { when x } # error: [unknown-name] "other words"\n```\n', "not given"),
        ("```rules\nrule r { deny }\n```\n```cases\ngiven {}\nexpect deny\n\ngiven {}\nexpect unchanged\n```\n", "line 9: "),
        ("```rules\n# warning: [unused-name]\nlet x = 1\nlet y = 2\n```\n", "given, and not asserted: -:3: [unused-name]"),
        ("```rules\nlet x = 1 # no warning: [unused-name]\n```\n", "though it should not be"),
        ("```rules\nrule r { when x }\n```\n```output\nnothing\n```\n", "output at line 5 is\nerror[unknown-name]"),
    ],
)
def test_a_page_that_is_wrong_says_so(page: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(page, encoding="utf-8")
    (section,) = markdown_spec.sections(file)
    problems = markdown_spec.check_section(section, tmp_path)
    assert any(problem in each for each in problems), problems
