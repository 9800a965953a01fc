"""`rulelang fmt`: the canonical layout."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from rulelang.tools.cli import wants_color
from rulelang.tools.outcome import Exit, Failure


@click.command("fmt")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(paths: tuple[str, ...], check: bool, diff: bool) -> int:
    """Lay rules out in the canonical way, in place; every comment is kept.

    Each PATH is a `.rules` file, a folder (with all the `.rules` files below it), or `-` for standard input, which is written to
    standard output. A file with syntax errors is left as it is, and the exit code is 3.
    """
    changed, broken, seen = 0, 0, 0
    for name, data in _files(paths):
        seen += 1
        text = _decoded(name, data)
        formatted = None if text is None else _formatted(name, text)
        if text is None or formatted is None:
            broken += 1
            continue
        if name == "-" and not check and not diff:
            sys.stdout.write(formatted)
        if formatted == text:
            continue
        changed += 1
        if diff:
            sys.stdout.writelines(_diff(name, text, formatted))
        elif check:
            sys.stdout.write(f"{name} would change\n")
        elif name != "-":
            _write(Path(name), formatted)
            sys.stdout.write(f"{name}\n")
    if "-" not in paths:
        verb = "would change" if check or diff else "changed"
        sys.stderr.write(f"{changed} of {seen} {'file' if seen == 1 else 'files'} {verb}\n")
    if broken:
        return Exit.NOT_COMPILED
    return Exit.FOUND if changed and (check or diff) else Exit.FINE


def _files(paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    from rulelang.tools import policies

    for path in paths:
        if path == "-":
            yield "-", sys.stdin.buffer.read()
            continue
        found = policies.existing(path)
        files = sorted(found.rglob("*.rules")) if found.is_dir() else [found]
        if not files:
            raise Failure(Exit.USAGE, f"the folder `{path}` holds no `.rules` file")
        for file in files:
            try:
                yield str(file), file.read_bytes()
            except OSError as error:
                raise Failure(Exit.USAGE, f"`{file}` can't be read: {error.strerror}") from None


def _decoded(name: str, data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        sys.stderr.write(f"{name} is not UTF-8 text: line {line} has a byte that does not belong there\n")
        return None


def _formatted(name: str, text: str) -> str | None:
    from rulelang.compiler.diagnostics import Diagnostics
    from rulelang.compiler.format import format_text
    from rulelang.compiler.render import render
    from rulelang.compiler.source import Source

    diagnostics = Diagnostics()
    formatted = format_text(Source(name, text), diagnostics)
    if formatted is None:
        sys.stderr.write(render(diagnostics.items, "full", color=wants_color(sys.stderr.isatty())))
    return formatted


def _diff(name: str, before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, f"{name} (formatted)")
    return (line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _write(file: Path, text: str) -> None:
    from rulelang.compiler.fixes import write_whole

    try:
        write_whole(file.resolve(), text.encode())
    except OSError as error:
        raise Failure(Exit.USAGE, f"`{file}` can't be written: {error.strerror}") from None
