"""Diagnostics for people: a sentence, the source lines with the exact span underlined, and help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostic, Severity
from rulelang.compiler.render.excerpt import excerpt, is_long, plain
from rulelang.compiler.source import Source, Span

_BOLD: Final = "1"
_BLUE: Final = "1;34"
_CYAN: Final = "1;36"
_COLORS: Final = {Severity.ERROR: "1;31", Severity.WARNING: "1;33"}


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something to underline on one line: code points `start` to `end` of it."""

    line: int
    start: int
    end: int
    text: str
    primary: bool


class _Painter:
    """Colours, where they are asked for."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._color and text else text


def render_full(diagnostics: Sequence[Diagnostic], color: bool) -> str:
    """All diagnostics, with an empty line after each."""
    paint = _Painter(color)
    return "".join(f"{_render_one(item, paint)}\n\n" for item in diagnostics)


def _render_one(item: Diagnostic, paint: _Painter) -> str:
    level = severity(item.slug)
    places = _places(item)
    margin = max(len(str(mark.line)) for _, marks in places for mark in marks)
    lines = [paint(f"{level}[{item.slug}]", _COLORS[level]) + paint(f": {plain(item.message)}", _BOLD)]
    for index, (source, marks) in enumerate(places):
        arrow = "-->" if index == 0 else ":::"
        line, column = source.position(item.span.start) if index == 0 else (marks[0].line, marks[0].start + 1)
        if not source.text:  # a file that could not be read, or that holds nothing: there is no line to show
            lines.append(f"{' ' * margin}{paint(arrow, _BLUE)} {plain(source.name)}")
            continue
        lines.append(f"{' ' * margin}{paint(arrow, _BLUE)} {plain(source.name)}:{line}:{column}")
        lines.append(paint(f"{' ' * margin} |", _BLUE))
        lines.extend(_snippet(source, marks, margin, _COLORS[level], paint))
    if item.help is not None:
        first, *rest = item.help.split("\n")
        lines.append(paint(f"{' ' * margin} |", _BLUE))
        lines.append(f"{' ' * margin} {paint('=', _BLUE)} {paint('help', _CYAN)}: {plain(first)}")
        lines.extend(f"{' ' * margin}         {plain(line)}".rstrip() for line in rest)
    return "\n".join(line.rstrip() for line in lines)


def _places(item: Diagnostic) -> list[tuple[Source, list[_Mark]]]:
    """What to underline, file by file, the file of the diagnostic first; within a file by line."""
    marks: dict[int, tuple[Source, list[_Mark]]] = {id(item.span.source): (item.span.source, list(_marks(item.span, "", True)))}
    for label in item.labels:
        entry = marks.setdefault(id(label.span.source), (label.span.source, []))
        entry[1].extend(_marks(label.span, label.text, False))
    # The primary mark of a line comes first, so that the eye meets it first.
    return [(source, sorted(found, key=lambda mark: (mark.line, not mark.primary, mark.start))) for source, found in marks.values()]


def _marks(span: Span, text: str, primary: bool) -> Iterable[_Mark]:
    """The span's marks: one, or for a span of several lines one on its first and one on its last line."""
    source = span.source
    first, start = source.position(span.start)
    end_offset = max(span.end - 1, span.start)
    last, last_column = source.position(end_offset)
    if span.end == span.start:
        yield _Mark(first, start - 1, start - 1, text, primary)
    elif first == last:
        yield _Mark(first, start - 1, last_column, text, primary)
    else:
        yield _Mark(first, start - 1, max(len(source.line(first).rstrip()), start), "", primary)
        closing = source.line(last)
        yield _Mark(last, len(closing) - len(closing.lstrip()), min(last_column, len(closing)), text, primary)


def _snippet(source: Source, marks: Sequence[_Mark], margin: int, level_color: str, paint: _Painter) -> Iterable[str]:
    """The marked lines with what underlines them; `...` stands for lines left out."""
    empty_gutter = paint(f"{' ' * margin} |", _BLUE)
    shown = 0
    for number in dict.fromkeys(mark.line for mark in marks):
        line = source.line(number)
        if shown and number == shown + 2:
            yield _source_line(number - 1, excerpt(source.line(number - 1), 0, 0).text, margin, paint)
        elif shown and number > shown + 1:
            yield paint("...", _BLUE)
        printed = ""
        for mark in (mark for mark in marks if mark.line == number):
            part = excerpt(line, mark.start, mark.end)
            if not printed or (is_long(line) and part.text != printed):
                yield _source_line(number, part.text, margin, paint)
                printed = part.text
            sign, code = ("^", level_color) if mark.primary else ("-", _BLUE)
            underline = paint(f"{sign * (part.end - part.start)} {plain(mark.text)}".rstrip(), code)
            yield f"{empty_gutter} {' ' * part.start}{underline}"
        shown = number


def _source_line(number: int, text: str, margin: int, paint: _Painter) -> str:
    return f"{paint(f'{number:>{margin}} |', _BLUE)} {text}".rstrip()
