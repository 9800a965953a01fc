"""From a PATH on the command line to a program: rules are compiled, a bundle is read without the compiler."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rulelang.language.bundle import BundleError
from rulelang.tools.outcome import Exit, Failure

if TYPE_CHECKING:
    from rulelang.compiler.pipeline import Checked
    from rulelang.runtime.program import Program


def existing(path: str) -> Path:
    """The path, where there is something."""
    found = Path(path)
    try:
        there = found.exists()
    except (OSError, ValueError):
        there = False
    if not there:
        raise Failure(Exit.USAGE, f"there is no file or folder `{path}`")
    return found


def is_rules(path: Path) -> bool:
    """Whether a path names rules, and not a bundle."""
    return path.is_dir() or path.suffix == ".rules"


def checked(path: Path) -> Checked:
    """The policy at `path`, checked."""
    from rulelang.compiler.pipeline import check

    if path.is_dir() and not any(path.glob("*.rules")):
        raise Failure(Exit.USAGE, f"the folder `{path}` holds no `.rules` file")
    return check(path)


def compiled(path: Path, color: bool) -> dict[str, Any]:
    """The bundle of the rules at `path`. Rules that do not compile end the command with their errors and code 3."""
    from rulelang.compiler.catalogue import severity
    from rulelang.compiler.diagnostics import Severity
    from rulelang.compiler.pipeline import compile_policy
    from rulelang.compiler.render import render, summary

    found = checked(path)
    if found.has_errors or found.policy is None:
        errors = [item for item in found.diagnostics if severity(item.slug) is Severity.ERROR]
        count = summary(errors, len(found.sources))
        raise Failure(Exit.NOT_COMPILED, f"`{path}` does not compile: {count}", render(errors, "full", color=color))
    return compile_policy(found)


def bundle_body(path: Path, color: bool) -> dict[str, Any]:
    """The body of the bundle at `path`, which names a bundle, or rules that are compiled."""
    if is_rules(path):
        body: dict[str, Any] = compiled(path, color)["body"]
        return body
    from rulelang.language import bundle

    try:
        return bundle.read(path.read_bytes())
    except BundleError as error:
        raise Failure(Exit.NOT_COMPILED, f"`{path}`: {error}") from None
    except OSError as error:
        raise Failure(Exit.USAGE, f"`{path}` can't be read: {error.strerror}") from None


def program(path: str) -> Program:
    """The program of a PATH: a `.rules` file, a folder, or a bundle."""
    from rulelang.runtime.program import load
    from rulelang.tools.cli import wants_color

    try:
        return load(bundle_body(existing(path), wants_color(sys.stderr.isatty())))
    except BundleError as error:
        raise Failure(Exit.NOT_COMPILED, f"`{path}`: {error}") from None
