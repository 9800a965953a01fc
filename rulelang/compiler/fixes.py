"""Safe fixes: what diagnostics propose, written into the files, and never a file that is worse than before."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostic, Fix, Severity
from rulelang.compiler.source import Source, Span

_ROUNDS: Final = 10
"""One fix may make way for another; more rounds than this never helped anyone."""

_ENTRY_END: Final = re.compile(r"[ \t\r\n]*(?:(?P<comma>,)|\])")


class CheckedPolicy(Protocol):
    """What a check of a policy gives: as far as fixes go, its diagnostics."""

    @property
    def diagnostics(self) -> Sequence[Diagnostic]: ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """What came of applying fixes: how many diagnostics were put right, and in which files."""

    count: int
    files: tuple[str, ...]


def fixed_texts(diagnostics: Sequence[Diagnostic]) -> tuple[dict[Source, str], int]:
    """The new text of each source that a fix changes, and the number of diagnostics put right.

    A diagnostic's fixes are applied all or none; of two that touch, the one that was reported first.
    """
    taken: dict[Source, list[Fix]] = {}
    count = 0
    for item in diagnostics:
        if not item.fixes or any(_touches(fix, other) for fix in item.fixes for other in taken.get(fix.span.source, ())):
            continue
        count += 1
        for fix in item.fixes:
            taken.setdefault(fix.span.source, []).append(fix)
    return {source: _replaced(source.text, fixes) for source, fixes in taken.items()}, count


def removed_entry(entry: Span) -> tuple[Fix, ...]:
    """The fix that takes an entry out of its list, with its comma or its line; none where something unforeseen stands beside it."""
    source, text = entry.source, entry.source.text
    start, end = entry.start, entry.end
    if not source.is_list:
        following = _ENTRY_END.match(text, end)
        if following is None:
            return ()
        before = text[:start].rstrip()
        if following["comma"]:
            end = following.end("comma")
        elif before.endswith(","):
            return (Fix(Span(source, len(before) - 1, end), ""),)
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    if line_end >= 0 and not text[line_start:start].strip() and not text[end:line_end].strip():
        return (Fix(Span(source, line_start, line_end + 1), ""),)
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    return (Fix(Span(source, start, end), ""),)


def _touches(one: Fix, other: Fix) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def _replaced(text: str, fixes: Sequence[Fix]) -> str:
    for fix in sorted(fixes, key=lambda fix: fix.span.start, reverse=True):
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    return text


def apply_fixes(path: Path | str, check: Callable[[Path | str], CheckedPolicy]) -> Fixed:
    """Applies the safe fixes of what `check(path)` says, and checks again, until there is nothing left to fix.

    Each file is written whole or not at all; where a check after writing finds more errors than before, what was written is taken
    back. Raises OSError where a file can't be written.
    """
    diagnostics = check(path).diagnostics
    total = 0
    files: dict[str, None] = {}
    for _ in range(_ROUNDS):
        texts, count = fixed_texts(diagnostics)
        if not count:
            break
        before = {Path(source.name).resolve(): Path(source.name).read_bytes() for source in texts}
        for source, text in texts.items():
            file = Path(source.name).resolve()
            write_whole(file, (b"\xef\xbb\xbf" if before[file].startswith(b"\xef\xbb\xbf") else b"") + text.encode())
        after = check(path).diagnostics
        if _errors(after) > _errors(diagnostics):
            for file, data in before.items():
                write_whole(file, data)
            break
        total += count
        files.update(dict.fromkeys(source.name for source in texts))
        diagnostics = after
    return Fixed(total, tuple(files))


def write_whole(file: Path, data: bytes) -> None:
    """Puts a new file in the place of `file`, with its permissions: a reader sees the old one or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
        shutil.copymode(file, name)
        os.replace(name, file)  # noqa: PTH105 - a name, not a path
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _errors(diagnostics: Sequence[Diagnostic]) -> int:
    return sum(severity(item.slug) is Severity.ERROR for item in diagnostics)
