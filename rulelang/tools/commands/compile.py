"""`rulelang compile`: a policy as the bundle that the engine reads."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rulelang.tools.cli import wants_color
from rulelang.tools.outcome import Exit, Failure


@click.command("compile")
@click.argument("path", metavar="PATH")
@click.option("--output", "-o", metavar="FILE", required=True, help="The file to write; `-` is standard output.")
def command(path: str, output: str) -> int:
    """Write the bundle of the policy at PATH, a `.rules` file or a folder of them."""
    from rulelang.language import bundle
    from rulelang.tools import policies

    packed = policies.compiled(policies.existing(path), wants_color(sys.stderr.isatty()))
    text = bundle.write(packed)
    if output == "-":
        sys.stdout.write(text)
        return Exit.FINE
    target = Path(output)
    part = target.with_name(target.name + ".part")
    try:
        # A reader never sees half a bundle.
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        raise Failure(Exit.USAGE, f"`{output}` can't be written: {error.strerror}") from None
    body = packed["body"]
    sys.stdout.write(f"{output}: {len(body['rules'])} rules, {len(body['finders'])} finders, {len(text.encode())} bytes\n")
    return Exit.FINE
