"""The comments of a source, found without its tree: a `#` inside a text or a regular expression begins none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rulelang.compiler.source import Source, Span

_PIECES: Final = re.compile(
    r"""
      "(?:[^"\\\n]|\\.)*"?                             # a text, closed or not
    | (?:\bmatches\b|=)[ \t\r\n]*/(?:[^/\\\n]|\\.)*/?  # a regular expression, where one can stand
    | (?P<comment>\#[^\r\n]*)
    """,
    re.VERBOSE,
)

_LIST_COMMENT: Final = re.compile(r"^[^\S\n]*(?P<comment>#[^\r\n]*)", re.MULTILINE)
"""In a list's file only a line that begins with `#` is a comment: `c#` is an entry."""


def comments(source: Source) -> Iterator[Span]:
    """The comments in order, each from its `#` to the end of its line."""
    for found in (_LIST_COMMENT if source.is_list else _PIECES).finditer(source.text):
        if found["comment"] is not None:
            yield Span(source, *found.span("comment"))
