"""What a finder finds: a span of the original text, with fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulelang.language import graphemes

_NO_FIELDS: Mapping[str, Any] = {}


class Match:
    """A match: code points `start` up to `end` of `source`, on grapheme boundaries.

    `by` is the finder's name, `entry` the list entry that did it (words only), `fields` what the finder knows besides (a url's
    `host`); a field that is absent from `fields` is missing.
    """

    __slots__ = ("by", "end", "entry", "fields", "source", "start")

    def __init__(
        self,
        source: str,
        start: int,
        end: int,
        by: str,
        fields: Mapping[str, Any] = _NO_FIELDS,
        entry: str | None = None,
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.by = by
        self.fields = fields
        self.entry = entry

    @property
    def text(self) -> str:
        return self.source[self.start : self.end]

    def field(self, name: str) -> Any:
        """A field of the match: `text`, `start` and `length` (graphemes), or one of `fields`; MISSING where it has none."""
        if name == "text":
            return self.text
        if name == "start":
            return graphemes.count(self.source[: self.start])
        if name == "length":
            return graphemes.count(self.text)
        from rulelang.language.values import MISSING

        return self.fields.get(name, MISSING)

    def __repr__(self) -> str:
        return f"Match({self.text!r} at {self.start}, by {self.by})"
