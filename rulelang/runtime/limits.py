"""The limits of the service on what a callback may carry; sources: botocore's model of chime-sdk-messaging (2021-05-15)."""

from __future__ import annotations

import re
from typing import Final

CONTENT_BYTES: Final = 4096
"""UTF-8 bytes of Content. The model's read side says 4096 and not of what; bytes are the safe reading."""

METADATA_BYTES: Final = 1024
"""UTF-8 bytes of Metadata; the model says 1024 and not of what."""

TITLE: Final = 50
BODY: Final = 150
ATTRIBUTE_NAME: Final = 64
ATTRIBUTE_TEXT: Final = 512
CONTENT_TYPE: Final = 45
"""Code points, as the model counts them."""

PUSH_TYPES: Final = frozenset({"DEFAULT", "VOIP"})

CALLBACK_ID: Final = (32, 64)
CHANNEL_ARN: Final = (5, 1600)
NAME: Final = re.compile(r"[-_a-zA-Z0-9]{1,128}")
"""MessageId and SubChannelId."""

LINE_BREAK: Final = re.compile("\r\n|[\n\x0b\x0c\r\x85\u2028\u2029]")
"""What `.` of a pattern may refuse to match."""


def size(text: str) -> int:
    """UTF-8 bytes; half a surrogate pair counts three."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
