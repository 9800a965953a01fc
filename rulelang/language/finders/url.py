"""Links: with a scheme, with `www.`, and bare domains such as `example.com/page`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from rulelang.language.finders import email, hosts, links
from rulelang.language.finders.builtin import Builtin, Found, Spans, plain
from rulelang.language.types import HOST, TEXT

if TYPE_CHECKING:
    from rulelang.language.text import SearchText


@cache
def _runs() -> re.Pattern[str]:
    return re.compile(rf"(?<![{hosts.LABEL}])[{hosts.LABEL}]+(?:\.[{hosts.LABEL}]+)+")


_WWW: Final = re.compile(r"www[0-9]{0,2}\Z", re.IGNORECASE)
_FIRM: Final = re.compile(r"(?::[0-9]{1,5})?/[^\s/]|:[0-9]{2,5}(?![0-9:])")
_TOP: Final = re.compile(r"[^\W\d_].+\Z")


def scan(text: SearchText) -> Iterator[Found]:
    """Links: with a scheme (`https://example.com/page`), with `www.`, and bare domains (`example.com`, `t.me/name`).

    A bare domain is one whose ending is in the public suffix list, so that `file.txt`, `e.g.` and `3.14` are none;
    where an ending is also an ordinary word or a kind of file (`hello.How`, `like it.it`, `setup.py`), more than the
    name is asked for. Punctuation of the sentence after a link is no part of it. An email address holds no link, and
    what looks like a mention, a hashtag or a phone number inside a link is part of the link.
    """
    value = plain(text)
    if "." not in value and "://" not in value:
        return
    found = list(links.schemed(text))
    if "." in value:
        taken = Spans((link.start, link.end) for link in found)
        addresses = Spans((match.start, match.end) for match in email.FINDER.find(text))
        found += _bare(value, text.value, taken, addresses)
        found.sort()
    for link in found:
        fields: dict[str, Any] = {"host": link.host, "path": link.path}
        if link.scheme is not None:
            fields["scheme"] = link.scheme
        yield link.start, link.end, fields


def _bare(value: str, original: str, taken: Spans, addresses: Spans) -> Iterator[links.Link]:
    last = 0
    for found in _runs().finditer(value):
        start, end = found.span()
        if start < last or taken.touches(start, end) or addresses.touches(start, end):
            continue
        if start and (
            value[start - 1] in "@\\" or (value[start - 1] == "." and value[start - 2 : start - 1] not in ("", ".", " "))
        ):
            continue  # a handle (`@ann.smith`), a path of a disk
        span = _domain(value, start, end)
        if span is None:
            continue
        link = links.finish(value, original, span[0], span, None, hosts.canonical(value[span[0] : span[1]]))
        last = link.end
        yield link


def _domain(value: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the domain in a run of labels, or None where the run is none."""
    labels = value[start:end].split(".")
    first = hosts.trim_first(labels[0])
    start += len(labels[0]) - len(first)
    last = hosts.trim_last(labels[-1]).rstrip("-_")
    end -= len(labels[-1]) - len(last)
    labels[0], labels[-1] = first.lstrip("-_"), last
    start += len(first) - len(labels[0])
    if not labels[0] or _TOP.match(last) is None or "_" in labels[-2]:
        return None
    host = hosts.canonical(".".join(labels))
    if not hosts.is_name(host):
        return None
    if _WWW.match(labels[0]):
        return (start, end) if len(labels) > 2 else None
    if not hosts.is_registrable(host) or hosts.is_glued_sentence(labels, _FIRM.match(value, end) is not None):
        return None
    return start, end


FINDER: Final = Builtin(
    name="url",
    example='count(url where (host not in ["example.com", "*.example.com"])) > 0',
    scan=scan,
    optional_fields=frozenset({"scheme"}),
    fields={"host": HOST, "scheme": TEXT, "path": TEXT},
    field_docs={
        "host": "the host in lower case, without port and final dot; other scripts in the form that browsers look up, `xn--...`",
        "scheme": "`https` and the like, in lower case; missing where the link does not say it",
        "path": "from the first `/` up to `?` or `#`, as written; the empty text where there is none",
    },
)
