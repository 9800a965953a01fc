"""Hashtags: `#summer`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from rulelang.language.finders import hosts, url
from rulelang.language.finders.builtin import Builtin, Found, plain, spans_of
from rulelang.language.types import TEXT

if TYPE_CHECKING:
    from rulelang.language.text import SearchText


@cache
def _hashtag() -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z_&/])#([{hosts.LABEL}]+)")


def scan(text: SearchText) -> Iterator[Found]:
    """Hashtags: a `#` and the letters, digits and underscores that follow, in any script.

    There is at least one letter, so that `#15` is none; neither is the `#` of `C#`, of `&#39;` or of a link's end.
    """
    value = plain(text)
    if "#" not in value:
        return
    taken = spans_of(url.FINDER.find(text))
    for found in _hashtag().finditer(value):
        name = found[1].partition("-")[0]
        start = found.start()
        end = start + 1 + len(name)
        if any(map(str.isalpha, name)) and not taken.touches(start, end):
            yield start, end, {"name": text.value[start + 1 : end]}


FINDER: Final = Builtin(
    name="hashtag",
    example="count(hashtag) > 10",
    scan=scan,
    fields={"name": TEXT},
    field_docs={"name": "the tag without the `#`, as written"},
)
