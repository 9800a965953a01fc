"""Rules as data and a context with simple finders: the algebra of edits without compiler, evaluator and real finders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rulelang.language.finders.match import Match
from rulelang.language.text import SearchText
from rulelang.language.values import MISSING
from rulelang.runtime import chime
from rulelang.runtime.actions import Action, AddEnd, AddValue, Closure, Label, Report, SetValue, SpanEdit, Unset
from rulelang.runtime.compose import compose
from rulelang.runtime.message import Message
from rulelang.runtime.settle import Settled, settle

RECEIVED = datetime(2026, 1, 5, 12, tzinfo=UTC)
SETTINGS: dict[str, Any] = {"mask_with": "*", "empty_content": None, "content_encoding": "plain", "bots": "check"}
CHANNEL = "arn:aws:chime:us-east-1:123456789012:app-instance/ai-1/channel/c-1"
USER = "arn:aws:chime:us-east-1:123456789012:app-instance/ai-1/user/ann"
BOT = "arn:aws:chime:us-east-1:123456789012:app-instance/ai-1/bot/helper"

FINDERS = {
    "word": r"\bbad\b",
    "long": r"bad \w+",
    "tail": r"\w+ end",
    "card": r"\d{4}(?:[ -]\d{4}){3}",
    "mail": r"(?P<user>\w+)@\w+\.\w+",
    "digits": r"\d+",
    "all": r"(?s).+",
    "nothing": r"(?!)",
}
ALPHANUMERIC = {"card"}
_NAMES = list(FINDERS)


class FakeContext:
    """What `compose` asks of a context, over finders that are regular expressions."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.match: Match | None = None

    def find(self, finder: int, text: str) -> tuple[Match, ...]:
        name = _NAMES[finder]
        found: list[Match] = []
        for each in re.finditer(FINDERS[name], text):
            start, end = SearchText(text).whole_graphemes(*each.span())
            if not found or start >= found[-1].end:
                found.append(Match(text, start, end, name, each.groupdict()))
        return tuple(found)

    def finder_is_alphanumeric(self, finder: int) -> bool:
        return _NAMES[finder] in ALPHANUMERIC


@dataclass(frozen=True)
class FakeRule:
    name: str
    order: int
    actions: tuple[Action, ...]


def always(value: Any) -> Closure:
    """A closure that gives `value`; `{field}` in a text is a field of the match in hand, `{content}` the original content."""

    def give(context: Any) -> Any:
        if not isinstance(value, str) or "{" not in value:
            return value
        fields = {"content": context.message.content}
        if context.match is not None:
            fields |= {"text": context.match.text, **context.match.fields}
        return value.format(**fields)

    return give


def mask(*finders: str, at: str = "content", character: str | None = None, keep: tuple[str, int] | None = None) -> SpanEdit:
    return SpanEdit("mask", tuple(map(_NAMES.index, finders)), tuple(at.split(".")), character, keep)


def replace(*finders: str, by: str, at: str = "content") -> SpanEdit:
    return SpanEdit("replace", tuple(map(_NAMES.index, finders)), tuple(at.split(".")), replacement=always(by))


def remove(*finders: str, at: str = "content") -> SpanEdit:
    return SpanEdit("remove", tuple(map(_NAMES.index, finders)), tuple(at.split(".")))


def append(text: str) -> AddEnd:
    return AddEnd("append", always(text))


def prepend(text: str) -> AddEnd:
    return AddEnd("prepend", always(text))


def put(path: str, value: Any) -> SetValue:
    return SetValue(tuple(path.split(".")), always(value))


def unset(path: str) -> Unset:
    return Unset(tuple(path.split(".")))


def add(value: Any, path: str) -> AddValue:
    return AddValue(always(value), tuple(path.split(".")))


LABEL = Label("sender", "seen", None, removed=False)
REPORT = Report(always("queue"), redacted=False)
ABSENT = MISSING


def event(content: Any = "hello", **members: Any) -> dict[str, Any]:
    """A processor event; members by their wire names, `Sender` by its ARN."""
    sender = members.pop("Sender", USER)
    return {
        "EventType": "CHANNEL_MESSAGE_EVENT",
        "CallbackId": "5c0f9b6c0b9a4d0f8f0e7a6b5c4d3e2f",
        "ChannelMessage": {
            "MessageId": "m-1",
            "ChannelArn": CHANNEL,
            "Content": content,
            "Sender": {"Arn": sender, "Name": "ann"},
            "Persistence": "PERSISTENT",
            "CreatedTimestamp": "2026-01-05T12:00:00.000Z",
            **members,
        },
    }


def settled(event: Mapping[str, Any], *rules: Sequence[Action], **settings: Any) -> Settled:
    """What leaves where `rules` (named r1, r2, ...) have all fired."""
    chosen = {**SETTINGS, **settings}
    context: Any = FakeContext(chime.read(event, chosen, RECEIVED))
    fired = [FakeRule(f"r{number}", number, tuple(actions)) for number, actions in enumerate(rules, 1)]
    return settle(compose(context, fired, chosen), chosen)


def slugs(outcome: Settled) -> list[str]:
    return [note.slug for note in outcome.notes]


def content(text: str, *rules: Sequence[Action], **settings: Any) -> str:
    """The content that leaves."""
    left: str = settled(event(text), *rules, **settings).members["Content"]
    return left
