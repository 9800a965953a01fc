"""Addresses of the internet protocol, versions 4 and 6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from rulelang.language.finders.builtin import Builtin, Found, plain
from rulelang.language.types import NUMBER

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"


@cache
def _v4() -> re.Pattern[str]:
    word = "[0-9A-Za-z_]"
    return re.compile(rf"(?<!{word})(?<!{word}[.+~^-]){_OCTET}(?:\.{_OCTET}){{3}}(?!{word}|[.+~-]{word})")


@cache
def _v6() -> re.Pattern[str]:
    return re.compile(r"(?<![0-9A-Za-z_:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:[0-9.]{0,15})(?![0-9A-Za-z_:])")


@cache
def _version() -> re.Pattern[str]:
    return re.compile(
        r"(?:\b(?:v|ver|vers|version|versions|release|rev|revision|build|firmware|driver|patch|update|upgrade|downgrade|section"
        r"|chapter|paragraph|clause|step|figure|table|appendix)[.:#]?|[=<>~^]=|[A-Za-z]/)"
        r"[ \t]{0,3}(?:(?:is|to|from|number|no\.?|of)[ \t])?\Z",
        re.IGNORECASE,
    )


_LOOK_BACK: Final = 24


def scan(text: SearchText) -> Iterator[Found]:
    """Addresses of the internet protocol: `203.0.113.7`, `2001:db8::1`.

    A version number is none: four numbers after a word such as `version` or `build`, or as part of something longer
    (`v1.2.3.4`, `1.2.3.4-beta`, `1.2.3.4.5`). A port or a mask after the address (`:8080`, `/24`) is no part of it.
    """
    value = plain(text)
    if value.count(".") < 3 and value.count(":") < 2:
        return
    founds = [*_version_4(value), *_version_6(value)]
    founds.sort(key=lambda found: found[0])
    yield from founds


def _version_4(value: str) -> Iterator[Found]:
    for found in _v4().finditer(value):
        start = found.start()
        before = value[max(0, start - _LOOK_BACK) : start]
        if _version().search(before) is None:
            yield start, found.end(), {"version": 4}


def _version_6(value: str) -> Iterator[Found]:
    for found in _v6().finditer(value):
        candidate = found[0].rstrip(".")
        if not any(map(str.isdigit, candidate)):
            continue  # `a::b` is a path of a programming language
        import ipaddress

        try:
            ipaddress.IPv6Address(candidate)
        except ValueError:
            continue
        yield found.start(), found.start() + len(candidate), {"version": 6}


FINDER: Final = Builtin(
    name="ip_address",
    example='replace ip_address with "[address]"',
    scan=scan,
    fields={"version": NUMBER},
    field_docs={"version": "4 or 6"},
)
