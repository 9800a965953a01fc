"""Renderers of diagnostics: for people (`full`, `concise`) and for other programs (`json`, `sarif`, `github`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostic, Severity
from rulelang.compiler.render.excerpt import plain
from rulelang.compiler.render.full import render_full
from rulelang.compiler.render.machine import render_github, render_json, render_sarif

FORMATS: Final = ("full", "concise", "json", "sarif", "github")
"""The formats that `render` knows."""


def render(diagnostics: Sequence[Diagnostic], format: str = "full", *, color: bool = False) -> str:
    """All diagnostics as one text, in the order given; it ends with a line break unless it is empty.

    `format` is one of `FORMATS`. `color` adds terminal colours to `full` and changes nothing in the others.
    """
    if format == "full":
        return render_full(diagnostics, color)
    return _PLAIN_FORMATS[format](diagnostics)


def render_concise(diagnostics: Sequence[Diagnostic]) -> str:
    """One line a diagnostic: `file:line:column: error[slug] message`."""
    return "".join(f"{_place(item)}: {severity(item.slug)}[{item.slug}] {plain(item.message)}\n" for item in diagnostics)


def _place(item: Diagnostic) -> str:
    return f"{plain(item.span.source.name)}:{item.span.line}:{item.span.column}"


def summary(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """`2 errors, 1 warning in 3 files`; `files` is the number of files that were read."""
    errors = sum(severity(item.slug) is Severity.ERROR for item in diagnostics)
    warnings = len(diagnostics) - errors
    counts = [_counted(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count]
    return f"{', '.join(counts) or 'no errors, no warnings'} in {_counted(files, 'file')}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


_PLAIN_FORMATS: Final[dict[str, Callable[[Sequence[Diagnostic]], str]]] = {
    "concise": render_concise,
    "json": render_json,
    "sarif": render_sarif,
    "github": render_github,
}
