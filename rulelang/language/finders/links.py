"""Links that say their scheme (`https://...`): the one place where other finders keep out or look first."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from rulelang.language.finders import hosts
from rulelang.language.finders.builtin import Spans, plain

if TYPE_CHECKING:
    from rulelang.language.text import SearchText


class Link(NamedTuple):
    """A link: the span, the span of its authority (user, host and port), and its parts. `scheme` None: none was written."""

    start: int
    end: int
    authority: tuple[int, int]
    scheme: str | None
    host: str
    path: str


_LONGEST_SCHEME: Final = 24
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+-]*\Z")
_KNOWN_SCHEME: Final = re.compile(r"(?:https?|ftps?|sftp|wss?)\Z", re.IGNORECASE)
_USER: Final = re.compile(r"[^\s/?#\\<>\"@]{1,256}@")


@cache
def _host() -> re.Pattern[str]:
    return re.compile(rf"[{hosts.LABEL}]+(?:\.[{hosts.LABEL}]+)*|\[[0-9A-Fa-f:.]{{2,45}}\]")


_PORT: Final = re.compile(r":[0-9]{1,5}(?![0-9])")


@cache
def _rest() -> re.Pattern[str]:
    return re.compile(
        r"\.?[/?#][^\s\x00-\x20\x7f<>\"`\\^{|}\u2028\u2029\u3000-\u3002\u300a-\u3011\u201c\u201d\uff08\uff09\uff0c\uff1a\uff1b\uff1f\ufffd]*"
    )


_PATH: Final = re.compile(r"[^?#]*")

_FINAL: Final = ".,;:!?'*~…‘’)]"
_BRACKETS: Final = {")": "(", "]": "["}


def schemed(text: SearchText) -> list[Link]:
    """The links of the text that say their scheme, from left to right."""
    found: list[Link] | None = text.cache.get(schemed)
    if found is None:
        found = text.cache[schemed] = _schemed(plain(text), text.value)
    return found


def authorities(text: SearchText) -> Spans:
    """The spans of user, host and port of the links that say their scheme."""
    return Spans(link.authority for link in schemed(text))


def _schemed(value: str, original: str) -> list[Link]:
    links: list[Link] = []
    position = value.find("://")
    last = 0
    while position >= 0:
        before = value[max(last, position - _LONGEST_SCHEME) : position]
        name = _KNOWN_SCHEME.search(before) or _SCHEME.search(before)
        after = position + 3
        link = _authority(value, original, position - len(name[0]), after, name[0].lower()) if name else None
        if link is not None:
            links.append(link)
            after = last = link.end
        position = value.find("://", after)
    return links


def _authority(value: str, original: str, start: int, position: int, scheme: str) -> Link | None:
    begin = position
    user = _USER.match(value, position)
    if user:
        position = user.end()
        # A browser takes what follows the last @ for the host.
        while (more := _USER.match(value, position)) is not None:
            position = more.end()
    found = _host().match(value, position)
    if found is None:
        return None
    written = found[0]
    if written[0] != "[":
        head, dot, tail = written.rpartition(".")
        written = (head + dot + hosts.trim_last(tail)).rstrip("-_")
    host = hosts.canonical(written.strip("[]"))
    if not host:
        return None
    return finish(value, original, start, (begin, position + len(written)), scheme, host)


def finish(value: str, original: str, start: int, authority: tuple[int, int], scheme: str | None, host: str) -> Link:
    """The link whose authority, without its port, is known: its port, path, query and fragment follow."""
    begin, end = authority
    port = _PORT.match(value, end)
    if port:
        end = port.end()
    rest = _rest().match(value, end)
    stop = _trim(value, end, rest.end()) if rest else end
    path = _PATH.match(original, end, stop)
    return Link(start, stop, (begin, end), scheme, host, path[0] if path else "")


def _trim(value: str, begin: int, end: int) -> int:
    """The end of a link without the punctuation of the sentence around it; a bracket that the link opens stays closed."""
    opened = {
        closing: value.count(opening, begin, end) - value.count(closing, begin, end) for closing, opening in _BRACKETS.items()
    }
    while end > begin and value[end - 1] in _FINAL:
        character = value[end - 1]
        if character in opened:
            if opened[character] >= 0:
                break
            opened[character] += 1
        end -= 1
    return end
