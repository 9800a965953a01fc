"""Email addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from rulelang.language.finders import hosts, links
from rulelang.language.finders.builtin import Builtin, Found, plain
from rulelang.language.types import HOST

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

_MOST_LOCAL: Final = 64
_MOST_LABELS: Final = 10


@cache
def _local_part() -> re.Pattern[str]:
    return re.compile(rf"[.%+'!$&*~{hosts.LABEL}]+\Z")


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(rf"[{hosts.LABEL}]+(?:\.[{hosts.LABEL}]+)+")


_TOP: Final = re.compile(r"[^\W\d_].+\Z")


def scan(text: SearchText) -> Iterator[Found]:
    """Email addresses: `ann.smith+news@mail.example.org`.

    An address holds no link and no mention. What stands before the host of a link (`https://ann@example.com`) is no
    address; one inside a link's query is. `@ann@example.social` is a mention.
    """
    value = plain(text)
    position = value.find("@")
    if position < 0:
        return
    authorities = links.authorities(text)
    last = 0
    while position >= 0:
        local = _local(value, last, position)
        domain = _domain(value, position + 1) if local else None
        if domain is not None and not local.isascii() and domain.isascii() and not hosts.is_spaced(local):
            domain = None  # `你好@ann.me` greets somebody
        start = position - len(local)
        if domain is not None and not authorities.touches(start, position + 1):
            yield start, position + 1 + len(domain), {"domain": hosts.canonical(domain)}
            last = position + 1 + len(domain)
        position = value.find("@", position + 1)


def _local(value: str, last: int, at: int) -> str:
    """What stands before the @ and can be the local part; "" if nothing can, or if it is longer than the 64 that are allowed."""
    begin = max(last, at - _MOST_LOCAL - 1)
    found = _local_part().search(value, begin, at)
    if found is None:
        return ""
    local = found[0].rpartition("..")[2]
    local = hosts.trim_first(local).lstrip(".'!$&*~%-")
    start = at - len(local)
    if len(local) > _MOST_LOCAL or local.endswith(".") or value[start - 1 : start] == "@":
        return ""
    return local


def _domain(value: str, start: int) -> str | None:
    """The domain that begins at `start`, without the sentence that follows it without a space."""
    found = _labels().match(value, start, start + hosts.MOST_HOST)
    if found is None:
        return None
    labels = found[0].split(".")[:_MOST_LABELS]
    labels[-1] = hosts.trim_last(labels[-1]).rstrip("-_")
    while len(labels) > 1:
        host = hosts.canonical(".".join(labels))
        if _TOP.match(labels[-1]) and hosts.is_name(host) and hosts.is_registrable(host):
            # `ann@example.com.Is it right?`
            if (
                len(labels) > 2
                and labels[-1][0].isupper()
                and not labels[-1].isupper()
                and hosts.is_registrable(host.rpartition(".")[0])
            ):
                labels.pop()
                continue
            return ".".join(labels)
        labels.pop()
    # An ending that nobody has registered, as in examples and inside companies.
    return _unregistered(found[0])


def _unregistered(written: str) -> str | None:
    labels = written.split(".")
    labels[-1] = hosts.trim_last(labels[-1]).rstrip("-_")
    if _TOP.match(labels[-1]) and labels[-1].islower() and hosts.is_name(hosts.canonical(".".join(labels))):
        return ".".join(labels)
    return None


FINDER: Final = Builtin(
    name="email",
    example='replace email with "[email]"',
    scan=scan,
    fields={"domain": HOST},
    field_docs={"domain": "what follows the @, in lower case, as a url's `host`"},
)
