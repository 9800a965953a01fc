"""The comments of a source, in a file of rules or of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rulelang.compiler.parse import lexer
from rulelang.compiler.source import Source, Span

_LIST_COMMENT: Final = re.compile(r"^[^\S\n]*(?P<comment>#[^\r\n]*)", re.MULTILINE)
"""In a list's file only a line that begins with `#` is a comment: `c#` is an entry."""


def comments(source: Source) -> Iterator[Span]:
    """The comments in order, each from its `#` to the end of its line."""
    if source.is_list:
        for found in _LIST_COMMENT.finditer(source.text):
            yield Span(source, *found.span("comment"))
        return
    reading = lexer().reading(source.text)
    reading.rest()
    for comment in reading.comments:
        yield Span(source, comment.start, comment.end)
