"""`rulelang check`: every mistake and every warning."""

from __future__ import annotations

import sys

import click

from rulelang.tools.cli import wants_color
from rulelang.tools.outcome import Exit
from rulelang.tools.output import opened, output_option


@click.command("check")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe, then check.")
@click.option("--strict", is_flag=True, help="Warnings count as errors for the exit code.")
@click.option(
    "--format",
    type=click.Choice(["full", "concise", "json", "sarif", "github"]),
    default="full",
    help="How to print what is found.",
)
@output_option
def command(paths: tuple[str, ...], fix: bool, strict: bool, format: str, output: str | None) -> int:
    """Find every mistake in a policy: each PATH is a `.rules` file or a folder of them.

    Exit code 0: no errors; 1: errors, with --strict warnings too.
    """
    from rulelang.compiler.catalogue import severity
    from rulelang.compiler.diagnostics import Diagnostic, Severity
    from rulelang.compiler.fixes import apply_fixes
    from rulelang.compiler.pipeline import check
    from rulelang.compiler.render import render, summary
    from rulelang.tools import policies

    diagnostics: list[Diagnostic] = []
    sources = {}
    fixed = 0
    for path in [policies.existing(path) for path in paths]:
        if fix:
            fixed += apply_fixes(path, check).count
        found = policies.checked(path)
        # Two policies may bring in one file: what is said of it is said once.
        known = {(item.slug, item.span.source.name, item.span.start) for item in diagnostics}
        diagnostics += [item for item in found.diagnostics if (item.slug, item.span.source.name, item.span.start) not in known]
        sources.update({source.name: source for source in found.sources})
    with opened(output) as stream:
        stream.write(render(diagnostics, format, color=output is None and wants_color(sys.stdout.isatty())))
        if format in {"full", "concise"}:
            if fix:
                stream.write(f"fixed {fixed} {'mistake' if fixed == 1 else 'mistakes'}\n")
            stream.write(summary(diagnostics, len(sources)) + "\n")
    worst = any(strict or severity(item.slug) is Severity.ERROR for item in diagnostics)
    return Exit.FOUND if worst else Exit.FINE
