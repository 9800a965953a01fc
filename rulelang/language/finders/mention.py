"""Mentions of people: `@ann`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from rulelang.language.finders import email, hosts, url
from rulelang.language.finders.builtin import Builtin, Found, plain, spans_of
from rulelang.language.types import TEXT

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

_NAME: Final = rf"[{hosts.LABEL}]+(?:\.[{hosts.LABEL}]+)*"


@cache
def _mention() -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z_.@])@({_NAME}(?:@{_NAME})?)")


def scan(text: SearchText) -> Iterator[Found]:
    """Mentions: an `@` and the name that follows, `@ann`, `@ann.smith`, `@here`, `@ann@example.social`.

    A name has at least one letter. The `@` of an email address and what is inside a link are no mentions.
    """
    value = plain(text)
    if "@" not in value:
        return
    taken = spans_of(email.FINDER.find(text), url.FINDER.find(text))
    for found in _mention().finditer(value):
        name = found[1].rstrip("-")
        start = found.start()
        if not any(map(str.isalpha, name)) or taken.touches(start, start + 1 + len(name)):
            continue
        yield start, start + 1 + len(name), {"name": text.value[start + 1 : start + 1 + len(name)]}


FINDER: Final = Builtin(
    name="mention",
    example="count(mention) > 5",
    scan=scan,
    fields={"name": TEXT},
    field_docs={"name": "the name without the `@`, as written"},
)
