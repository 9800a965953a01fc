"""Where a command's output goes: standard output, or the file that `--output` names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from rulelang.tools.outcome import Exit, Failure

output_option = click.option("--output", "-o", metavar="FILE", help="Write to FILE instead of standard output.")


@contextmanager
def opened(output: str | None) -> Iterator[IO[str]]:
    """The stream to write to, UTF-8 whatever the terminal's locale says."""
    if output is None:
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        stream = Path(output).open("w", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise Failure(Exit.USAGE, f"`{output}` can't be written: {error.strerror}") from None
    with stream:
        yield stream


def default_format(format: str | None) -> str:
    """The format that was asked for; else `full` on a terminal and `concise` elsewhere."""
    return format or ("full" if sys.stdout.isatty() else "concise")
