"""Emoji: what a reader sees as one picture is one match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from rulelang.language.finders.builtin import NO_FIELDS, Builtin, Found

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

# Where emoji stand (Unicode's emoji-data), and the two signs that make one of a plain character.
_CANDIDATE: Final = re.compile(r"[\u20e3\u231a-\u23ff\u25fd\u25fe\u2600-\u27bf\u2b1b-\u2b55\ufe0f\U0001f004-\U0001faff]")

_emoji: Any = None


def _pattern() -> Any:
    # Imported on first need: `regex` knows Unicode's emoji properties and grapheme clusters.
    global _emoji
    if _emoji is None:
        import regex

        # A flag first: \X alone would count all the flag letters before, each time. Else a cluster that shows as a picture by
        # itself, or is made to by U+FE0F, a skin tone or a keycap. The symbols and dingbats of U+2600..27BF are shown as
        # pictures nearly everywhere, also where U+FE0F got lost.
        _emoji = regex.compile(
            r"\p{Regional_Indicator}{2}[\p{M}\u200d]*"
            r"|\p{Regional_Indicator}(*SKIP)(*FAIL)"
            r"|(?=\p{Emoji_Presentation}(?!\ufe0e)"
            r"|[0-9#*]\ufe0f?\u20e3"
            r"|(?![0-9#*])\p{Emoji}(?:\ufe0f|\p{Emoji_Modifier})"
            r"|(?=[\u2600-\u27bf])\p{Emoji}(?!\ufe0e))\X"
        )
    return _emoji


def scan(text: SearchText) -> Iterator[Found]:
    """Emoji. What is seen as one picture is one match: a face with a skin tone, a family, a flag, a keycap.

    Digits, `#`, `©` and `™` by themselves are text, not emoji.
    """
    if text.is_ascii or _CANDIDATE.search(text.value) is None:
        return
    for found in _pattern().finditer(text.value):
        yield found.start(), found.end(), NO_FIELDS


FINDER: Final = Builtin(
    name="emoji",
    example="count(emoji) > 20",
    scan=scan,
)
