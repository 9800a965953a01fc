"""A message as the rules see it, whatever way it came in."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from rulelang.language import json_text
from rulelang.language.values import MISSING


class Message:
    """One message. Texts are as they came, but for `content`, which is decoded; what did not come is None.

    `content` is what the rules read: the decoded Content; of a bot's Lex envelope the texts of its messages, joined by line
    breaks (`segments` then has each text's start in `content`). `attributes` are normalised: a list of texts each.
    `push` has the members of PushNotification that are texts, by their wire names (`Title`, `Body`, `Type`).
    `members` are the members of ChannelMessage that a callback sends back, exactly as they came, by their wire names.
    """

    def __init__(self) -> None:
        self.callback_id: str | None = None
        self.message_id: str = ""
        self.channel_arn: str = ""
        self.content: str = ""
        self.percent_encoded: bool = False
        self.segments: tuple[int, ...] | None = None
        self.metadata_text: str | None = None
        self.attributes: dict[str, list[str]] = {}
        self.push: dict[str, str] = {}
        self.subchannel: str | None = None
        self.content_type: str | None = None
        self.sender_arn: str = ""
        self.sender_name: str | None = None
        self.persistence: str | None = None
        self.created_at: datetime | None = None
        self.edited_at: datetime | None = None
        self.now: datetime
        """The message's own time: `edited_at` on an edit, else `created_at`, else the time of receipt (then noted)."""
        self.is_edit: bool = False
        self.members: dict[str, Any] = {}
        self.notes: list[Any] = []
        """Notes (`language.decision.Note`) made while reading, such as a timestamp that can't be read."""

    @property
    def is_bot(self) -> bool:
        return "/bot/" in self.sender_arn

    @cached_property
    def metadata(self) -> Any:
        """The metadata as a value of the language; MISSING where there is none or where it is not JSON."""
        if not self.metadata_text:
            return MISSING
        return json_text.read(self.metadata_text)
