"""What a text literal says: its escapes, and the literal parts and holes of a template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_ESCAPES: Final = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r"}
_CODE_POINT: Final = re.compile(r"u\{([0-9A-Fa-f]{1,6})\}")
ESCAPES_HELP: Final = 'the escapes are `\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{1F600}`'
BRACE_HELP: Final = "in a template `{{` and `}}` stand for the braces themselves"

Report = Callable[[str, int, int, str, str], None]
"""Takes a mistake: slug, the code points of the source from and to, message, help."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character that a literal stands for, and the code points of the source that it is written with."""

    value: str
    start: int
    end: int

    @property
    def escaped(self) -> bool:
        return self.end - self.start > 1


@dataclass(frozen=True, slots=True)
class Hole:
    """What stands in the braces of a template. `offsets[i]` is where in the source `text[i]` stands; the last is the end."""

    text: str
    offsets: tuple[int, ...]


def characters(literal: str, offset: int, report: Report) -> Iterator[Character]:
    """The characters of a literal, quotes left out, that stands at an offset of the source."""
    index, end = 1, len(literal) - 1
    while index < end:
        start = index
        value = literal[index]
        index += 1
        if value == "\\":
            escape = literal[index]
            index += 1
            code = _CODE_POINT.match(literal, start + 1)
            if code is not None:
                index = code.end()
                number = int(code[1], 16)
                if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                    report("bad-text", offset + start, offset + index, f"`{code[0]}` is no character of Unicode", ESCAPES_HELP)
                    number = 0xFFFD
                value = chr(number)
            elif escape in _ESCAPES:
                value = _ESCAPES[escape]
            else:
                report("bad-text", offset + start, offset + index, f"`\\{escape}` is no escape of the language", ESCAPES_HELP)
                value = escape
        yield Character(value, offset + start, offset + index)


def text(literal: str, offset: int, report: Report) -> str:
    """The text that a literal stands for."""
    if "\\" not in literal:
        return literal[1:-1]
    return "".join(character.value for character in characters(literal, offset, report))


def template(literal: str, offset: int, report: Report) -> list[str | Hole]:
    """The parts of a template, texts and holes; no two texts follow each other."""
    parts: list[str | Hole] = []
    plain: list[str] = []
    written = list(characters(literal, offset, report))
    index = 0
    while index < len(written):
        character = written[index]
        brace = character.value if character.value in "{}" and not character.escaped else ""
        if not brace:
            plain.append(character.value)
            index += 1
        elif _same_brace(written, index + 1, brace):
            plain.append(brace)
            index += 2
        elif brace == "}":
            report("bad-template", character.start, character.end, "this `}` closes nothing", BRACE_HELP)
            index += 1
        else:
            close = _closing_brace(written, index + 1)
            if close is None:
                report("bad-template", character.start, character.end, "this `{` has no `}` that closes it", BRACE_HELP)
                index += 1
                continue
            inside = written[index + 1 : close]
            if plain:
                parts.append("".join(plain))
                plain.clear()
            offsets = (*(each.start for each in inside), written[close].start)
            parts.append(Hole("".join(each.value for each in inside), offsets))
            index = close + 1
    if plain:
        parts.append("".join(plain))
    return parts


def _same_brace(written: list[Character], index: int, brace: str) -> bool:
    return index < len(written) and written[index].value == brace and not written[index].escaped


def _closing_brace(written: list[Character], index: int) -> int | None:
    """The index of the brace that closes a hole; braces inside a text in the hole don't count."""
    inside_text = False
    while index < len(written):
        value = written[index].value
        if value == '"':
            inside_text = not inside_text
        elif inside_text and value == "\\":
            index += 1
        elif value == "}" and not inside_text:
            return index
        index += 1
    return None
