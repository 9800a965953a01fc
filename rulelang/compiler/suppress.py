"""Suppression of warnings by `# allow: slug, the reason`, on the line itself or on a line of its own before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from rulelang.compiler.catalogue import CATALOGUE, severity
from rulelang.compiler.comments import comments
from rulelang.compiler.diagnostics import Diagnostic, Fix, Severity
from rulelang.compiler.source import Source, Span

_ALLOW: Final = re.compile(r"#\s*allow\b\s*:?")
_NEVER_ALLOWED: Final = {"unused-allow", "bad-allow"}
_HELP: Final = "Write `# allow: slug, the reason`, such as `# allow: risky-entry, it is always meant badly here`."


@dataclass(frozen=True, slots=True)
class _Allow:
    """A comment that allows `slugs`, each with its place, on `line`. `alone`: nothing else stands on the comment's own line."""

    comment: Span
    slugs: tuple[tuple[str, Span], ...]
    line: int
    alone: bool


def suppress(diagnostics: Sequence[Diagnostic], sources: Iterable[Source]) -> list[Diagnostic]:
    """The diagnostics without the warnings that comments allow, and with what is wrong with such comments.

    A comment that allows nothing is reported only where there are no errors: with one, warnings may not have been looked for.
    """
    own: list[Diagnostic] = []
    allows = [allow for source in sources for allow in _allows(source, own)]
    by_place: dict[tuple[int, int, str], _Allow] = {}
    for allow in allows:
        for slug, _ in allow.slugs:
            # Of two comments that allow the same, the first is the one that is used.
            by_place.setdefault((id(allow.comment.source), allow.line, slug), allow)
    kept = [item for item in diagnostics if _key(item) not in by_place]
    if all(severity(item.slug) is Severity.WARNING for item in kept):
        used = {(id(by_place[key]), key[2]) for key in map(_key, diagnostics) if key in by_place}
        for allow in allows:
            own.extend(_unused(allow, [place for place in allow.slugs if (id(allow), place[0]) not in used]))
    return [*kept, *own]


def _key(item: Diagnostic) -> tuple[int, int, str]:
    return id(item.span.source), item.span.line, item.slug


def _allows(source: Source, own: list[Diagnostic]) -> Iterable[_Allow]:
    if "allow" not in source.text:
        return
    for comment in comments(source):
        opening = _ALLOW.match(comment.text)
        if opening is None:
            continue
        if not opening.group().endswith(":"):
            # `# allow guests ...` is an ordinary comment, unless a slug follows.
            word = comment.text[opening.end() :].split(",")[0].strip()
            if word not in CATALOGUE:
                continue
            own.append(Diagnostic("bad-allow", comment, "A colon is missing after `allow`.", _HELP))
            continue
        start = comment.start + opening.end()
        slugs, problem = _parts(Span(source, start, comment.end))
        if problem is not None:
            own.append(problem)
            continue
        line, column = source.position(comment.start)
        alone = not source.line(line)[: column - 1].strip()
        yield _Allow(comment, slugs, _next_line(source, line) if alone else line, alone)


def _parts(rest: Span) -> tuple[tuple[tuple[str, Span], ...], Diagnostic | None]:
    """The slugs of what follows `allow:`, or what is wrong with it; the parts after the slugs are the reason."""
    slugs: list[tuple[str, Span]] = []
    offset = rest.start
    reason = ""
    for part in rest.text.split(","):
        word = part.strip()
        start = offset + len(part) - len(part.lstrip())
        span = Span(rest.source, start, start + len(word))
        problem = _problem(word, span, first=not slugs)
        if problem is not None:
            return (), problem
        if word not in CATALOGUE:
            reason = rest.source.text[offset : rest.end].strip(" ,\t")
            break
        slugs.append((word, span))
        offset += len(part) + 1
    if not reason:
        return (), Diagnostic("bad-allow", rest, "An `allow` needs a reason after the slug.", _HELP)
    return tuple(slugs), None


def _problem(word: str, span: Span, *, first: bool) -> Diagnostic | None:
    """What is wrong with a part that is, or was meant to be, a slug."""
    if word in _NEVER_ALLOWED:
        return Diagnostic("bad-allow", span, f"`{word}` can't be allowed.", "Put the comment right, or take it out.")
    if word in CATALOGUE:
        if severity(word) is Severity.WARNING:
            return None
        return Diagnostic("bad-allow", span, f"`{word}` is an error, and only warnings can be allowed.", "Put right what it says.")
    close = get_close_matches(word, CATALOGUE, n=1, cutoff=0.8)
    if first or ("-" in word and " " not in word and close):
        help = f"Did you mean `{close[0]}`?" if close else _HELP
        message = f"There is no diagnostic `{word}`." if word else "An `allow` names the slug of a warning."
        return Diagnostic("bad-allow", span, message, help)
    return None


def _next_line(source: Source, line: int) -> int:
    """The next line after `line` that is neither empty nor a comment alone, so that several comments may stand above a line."""
    last = source.position(len(source.text))[0]
    for number in range(line + 1, last + 1):
        text = source.line(number).strip()
        if text and not text.startswith("#"):
            return number
    return line


def _unused(allow: _Allow, unused: Sequence[tuple[str, Span]]) -> Iterable[Diagnostic]:
    """Says that slugs are of no use; the fix takes them out, or the whole comment where no other is left."""
    source = allow.comment.source
    text = source.text
    if len(unused) == len(allow.slugs):
        start, end = allow.comment.start, allow.comment.end
        while start > 0 and text[start - 1] in " \t":
            start -= 1
        if allow.alone:
            end = next((index + 1 for index in range(end, len(text)) if text[index] == "\n"), len(text))
        place = Span(source, unused[0][1].start, unused[-1][1].end)
        names = " or ".join(f"`{slug}`" for slug, _ in unused)
        yield _nothing_to_allow(place, names, Fix(Span(source, start, end), ""))
        return
    for slug, span in unused:
        end = text.index(",", span.end) + 1
        while text[end] in " \t":
            end += 1
        yield _nothing_to_allow(span, f"`{slug}`", Fix(Span(source, span.start, end), ""))


def _nothing_to_allow(span: Span, names: str, fix: Fix) -> Diagnostic:
    return Diagnostic("unused-allow", span, f"There is no {names} here to allow.", "Take it out.", fixes=(fix,))
