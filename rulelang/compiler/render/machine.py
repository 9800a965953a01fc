"""Diagnostics for other programs: JSON of our own, SARIF 2.1.0, and GitHub's workflow commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rulelang import __version__
from rulelang.compiler import explain
from rulelang.compiler.catalogue import CATALOGUE, severity
from rulelang.compiler.diagnostics import Diagnostic, Fix
from rulelang.compiler.source import Span


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """A JSON array, one object a diagnostic and a line.

    Lines and columns count from 1, columns and the offsets `start` and `end` in code points; an end is exclusive.
    """
    rows = [
        {
            "slug": item.slug,
            "severity": str(severity(item.slug)),
            "message": item.message,
            "help": item.help,
            **_place(item.span),
            "labels": [{**_place(label.span), "text": label.text} for label in item.labels],
            "fixes": [{**_place(fix.span), "text": fix.text} for fix in item.fixes],
        }
        for item in diagnostics
    ]
    return "[" + ",".join(f"\n{json.dumps(row, ensure_ascii=False)}" for row in rows) + "\n]\n"


def _place(span: Span) -> dict[str, Any]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {
        "file": span.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "start": span.start,
        "end": span.end,
    }


def render_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """A SARIF 2.1.0 log with one run."""
    slugs = sorted({item.slug for item in diagnostics})
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "rulelang", "version": __version__, "rules": [_sarif_rule(slug) for slug in slugs]}},
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(item, slugs.index(item.slug)) for item in diagnostics],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_rule(slug: str) -> dict[str, Any]:
    level, sentence = CATALOGUE[slug]
    return {
        "id": slug,
        "shortDescription": {"text": sentence},
        "help": {"text": f"`rulelang explain {slug}` shows a wrong and a right example.", "markdown": explain.page(slug)},
        "defaultConfiguration": {"level": str(level)},
    }


def _sarif_result(item: Diagnostic, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": item.slug,
        "ruleIndex": rule,
        "level": str(severity(item.slug)),
        "message": {"text": item.message if item.help is None else f"{item.message}\n{item.help}"},
        "locations": [{"physicalLocation": _sarif_location(item.span)}],
    }
    if item.labels:
        result["relatedLocations"] = [
            {"id": index, "physicalLocation": _sarif_location(label.span), "message": {"text": label.text}}
            for index, label in enumerate(item.labels)
        ]
    if item.fixes:
        result["fixes"] = [{"description": {"text": item.help or item.message}, "artifactChanges": _sarif_changes(item.fixes)}]
    return result


def _sarif_changes(fixes: Sequence[Fix]) -> list[dict[str, Any]]:
    """One change a file, with all replacements in it."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for fix in fixes:
        replacement = {"deletedRegion": _sarif_region(fix.span), "insertedContent": {"text": fix.text}}
        changes.setdefault(fix.span.source.name, []).append(replacement)
    return [{"artifactLocation": {"uri": _uri(name)}, "replacements": replacements} for name, replacements in changes.items()]


def _sarif_location(span: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(span.source.name)}, "region": _sarif_region(span)}


def _sarif_region(span: Span) -> dict[str, int]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _uri(name: str) -> str:
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """GitHub's workflow commands, one line a diagnostic: they become annotations of the lines."""
    lines = []
    for item in diagnostics:
        line, column = item.span.source.position(item.span.start)
        end_line, end_column = item.span.source.position(item.span.end)
        properties = {"file": item.span.source.name, "line": str(line), "endLine": str(end_line), "col": str(column)}
        if end_line == line:  # GitHub refuses an end column on another line
            properties["endColumn"] = str(end_column)
        properties["title"] = item.slug
        settings = ",".join(f"{name}={_github_property(value)}" for name, value in properties.items())
        text = item.message if item.help is None else f"{item.message}\n{item.help}"
        lines.append(f"::{severity(item.slug)} {settings}::{_github_data(text)}\n")
    return "".join(lines)


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")
