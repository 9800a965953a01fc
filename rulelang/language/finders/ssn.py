"""Social security numbers of the United States: three, two and four digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rulelang.language.finders.builtin import NO_FIELDS, Builtin, Found, digit_count, plain

if TYPE_CHECKING:
    from rulelang.language.text import SearchText

_SSN: Final = re.compile(r"(?<![0-9A-Za-z_])[0-9]{3}([ -])[0-9]{2}\1[0-9]{4}(?![0-9A-Za-z_]|\1[0-9])")


def scan(text: SearchText) -> Iterator[Found]:
    """Social security numbers of the United States, with dashes or spaces: `123-45-6789`.

    Numbers that are never given out are none: areas 000, 666 and 900 to 999, group 00, serial 0000, and the numbers
    that became famous in advertisements. Nine digits without a separator are no such number.
    """
    if digit_count(text) < 9:
        return
    value = plain(text)
    for found in _SSN.finditer(value):
        start = found.start()
        if start > 1 and value[start - 1] == found[1] and value[start - 2].isdigit():
            continue  # the end of a longer number
        from stdnum.us import ssn

        if ssn.is_valid(found[0].replace(" ", "-")):
            yield found.start(), found.end(), NO_FIELDS


FINDER: Final = Builtin(
    name="ssn",
    example='replace ssn with "[number removed]"',
    scan=scan,
    alphanumeric_only=True,
)
