"""The built-in finders, by name; to add one, write its file and name it here."""

from __future__ import annotations

from typing import Final

from rulelang.language.finders import card_number, email, emoji, hashtag, iban, ip_address, mention, phone, ssn, url
from rulelang.language.finders.builtin import Builtin

_FINDERS: Final = (
    url.FINDER,
    email.FINDER,
    phone.FINDER,
    card_number.FINDER,
    iban.FINDER,
    ip_address.FINDER,
    ssn.FINDER,
    mention.FINDER,
    hashtag.FINDER,
    emoji.FINDER,
)

BUILTINS: Final[dict[str, Builtin]] = {finder.name: finder for finder in _FINDERS}
"""In the order of the manual."""
