"""Every diagnostic has a page whose wrong example gives it, as printed there, and whose right example does not.

With RULELANG_UPDATE_GOLDENS=1 in the environment the printed parts are written anew.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from rulelang.compiler import explain
from rulelang.compiler.catalogue import CATALOGUE, severity
from rulelang.compiler.diagnostics import Diagnostic, Severity
from rulelang.compiler.pipeline import check
from rulelang.compiler.render import render

_FOLDER = Path(explain.__file__).parent
_FENCE = re.compile(r"^```(?P<kind>\w+)(?P<options>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"(\w+)=(\S+)")


@dataclass(frozen=True)
class _Half:
    """`## Wrong` or `## Right` of a page: files, the policy, and where what is printed stands in the page."""

    files: dict[str, bytes]
    policy: str
    printed: re.Match[str] | None


def _half(page: str, heading: str) -> _Half:
    start = page.index(f"\n## {heading}\n")
    following = page.find("\n## ", start + 1)
    files: dict[str, bytes] = {}
    policy: str | None = None
    printed: re.Match[str] | None = None
    for fence in _FENCE.finditer(page, start, following if following > 0 else len(page)):
        options = dict(_OPTION.findall(fence["options"]))
        if "file" in options:
            files[options["file"]] = fence["body"].encode(options.get("encoding", "utf-8"))
        elif fence["kind"] == "rules":
            assert policy is None, "one example a half"
            policy = fence["body"]
        else:
            printed = fence
    assert policy is not None
    return _Half(files, policy, printed)


def _diagnostics(half: _Half, slug: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    """What a check says, in a folder of its own; that an example has no tests of its own goes without saying."""
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name, data in {**half.files, "policy.rules": half.policy.encode()}.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)
    return [item for item in check("policy.rules").diagnostics if slug == "untested-rule" or item.slug != "untested-rule"]


@pytest.mark.parametrize("slug", sorted(CATALOGUE))
def test_page(slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = explain.page(slug)
    lines = page.split("\n")
    assert lines[0] == f"# {slug}"
    assert max(map(len, lines)) <= 150 or "```" in page
    wrong, right = _half(page, "Wrong"), _half(page, "Right")

    found = _diagnostics(wrong, slug, tmp_path / "wrong", monkeypatch)
    assert {item.slug for item in found} == {slug}, render(found)
    assert wrong.printed is not None
    printed = render(found).rstrip("\n") + "\n"
    if os.environ.get("RULELANG_UPDATE_GOLDENS"):
        start, end = wrong.printed.span("body")
        (_FOLDER / f"{slug}.md").write_text(page[:start] + printed + page[end:], encoding="utf-8")
    else:
        assert printed == wrong.printed["body"]

    left = _diagnostics(right, slug, tmp_path / "right", monkeypatch)
    worse = [item for item in left if item.slug == slug or severity(item.slug) is Severity.ERROR]
    assert not worse, render(worse)
    assert not left, f"the right example should be an example: {render(left)}"


def test_no_page_without_a_diagnostic() -> None:
    assert {file.stem for file in _FOLDER.glob("*.md")} == set(CATALOGUE)


def test_an_unknown_slug_is_answered_with_the_closest() -> None:
    with pytest.raises(explain.UnknownSlug, match="did you mean `unknown-name`"):
        explain.page("unknwon-name")
    with pytest.raises(explain.UnknownSlug, match="lists them all"):
        explain.page("../../pyproject")
