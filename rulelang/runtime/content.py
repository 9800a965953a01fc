"""How content is wrapped on its way: percent-encoding, and the envelopes that Lex bots send."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes

from rulelang.language import json_text

if TYPE_CHECKING:
    from rulelang.language.json_text import Node
    from rulelang.runtime.message import Message

UNRESERVED: Final = "-_.!~*'()"
"""What JavaScript's `encodeURIComponent` leaves as it is, besides letters and digits of ASCII."""

_ENCODED: Final = re.compile(r"[A-Za-z0-9\-_.!~*'()%]*")
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def percent_decoded(text: str) -> str | None:
    """What `decodeURIComponent` would give; None where it would fail, or where nothing says that the text was encoded."""
    if _BROKEN_ESCAPE.search(text):
        return None
    # A text without an escape may have been encoded only if nothing in it would have been escaped.
    if "%" not in text and not _ENCODED.fullmatch(text):
        return None
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeError:
        return None


def percent_encoded(text: str) -> str:
    """The text as `encodeURIComponent` writes it; half a surrogate pair, which has no UTF-8, becomes U+FFFD."""
    return quote(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), safe=UNRESERVED)


def envelope_texts(text: str) -> list[str] | None:
    """The texts of the messages in a Lex envelope, `{"Messages": [{"Content": "..."}]}`; None for what is none."""
    places = _places(text)
    return None if not places else [place.text or "" for place in places]


def _places(text: str) -> list[Node]:
    if not text.lstrip().startswith("{"):
        return []
    root = json_text.parse(text)
    messages = root.child("Messages") if root else None
    contents = [item.child("Content") for item in (messages.items if messages else None) or ()]
    return [place for place in contents if place is not None and place.text is not None]


def unwrap(message: Message, raw: str, percent: bool) -> None:
    """Reads the Content of a message as it came into `content`, `segments` and `percent_encoded`."""
    message.content = raw
    texts = envelope_texts(raw) if message.is_bot else None
    if texts is None and percent:
        decoded = percent_decoded(raw)
        if decoded is not None:
            message.content, message.percent_encoded = decoded, True
            texts = envelope_texts(decoded) if message.is_bot else None
    if texts is not None:
        starts = [0]
        for text in texts[:-1]:
            starts.append(starts[-1] + len(text) + 1)
        message.content, message.segments = "\n".join(texts), tuple(starts)


def segments(message: Message) -> list[tuple[int, int]]:
    """Where each text of the content begins and ends: one, or one for each message of a Lex envelope."""
    if message.segments is None:
        return [(0, len(message.content))]
    return list(zip(message.segments, [start - 1 for start in message.segments[1:]] + [len(message.content)], strict=True))


def wrap(message: Message, texts: Sequence[str]) -> str:
    """The Content to send with `texts` in the places of those that `segments` names; all around them stays as it came."""
    if message.segments is None:
        (text,) = texts
    else:
        raw: str = message.members["Content"]
        decoded = percent_decoded(raw) if message.percent_encoded else raw
        assert decoded is not None
        parts, end = [], 0
        for place, edited in zip(_places(decoded), texts, strict=True):
            parts += [decoded[end : place.start], place.raw or "" if place.text == edited else json_text.dump(edited)]
            end = place.end
        text = "".join(parts) + decoded[end:]
    return percent_encoded(text) if message.percent_encoded else text
