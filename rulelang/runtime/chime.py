"""From the event of a channel processor to a message, and from a decision to the arguments of the callback; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from rulelang.language.decision import Decision, Note
from rulelang.language.values import parse_time
from rulelang.runtime import content, limits
from rulelang.runtime.message import Message

EVENT_TYPE: Final = "CHANNEL_MESSAGE_EVENT"
"""The EventType that invokes a processor."""

UNANSWERABLE: Final = "the event can't be answered: CallbackId, ChannelArn or MessageId is missing or out of bounds"


class NotAnEvent(Exception):  # noqa: N818 -- it says what the event is, not what went wrong in us
    """An event that holds no message for the rules; `answerable`: it can still be answered by the fallback."""

    def __init__(self, reason: str, answerable: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answerable = answerable


# From the event


def read(event: Mapping[str, Any], settings: Mapping[str, Any], received_at: datetime) -> Message:
    """The message of a processor event. `received_at` (aware) stands in for a timestamp that can't be read.

    Fields that are absent, null or of a wrong type are taken as absent, unknown ones are ignored, so that only an event of
    another type or without a message is no event. `callback_id` is None where the event can't be answered.
    """
    message = _addressed(event)
    kind = event.get("EventType") if isinstance(event, dict) else None
    answerable = message.callback_id is not None
    if kind is not None and kind != EVENT_TYPE:
        raise NotAnEvent(f"the event is of type {str(kind)[:100]!r}, not {EVENT_TYPE}", answerable)
    if not isinstance(event, dict) or not isinstance(event.get("ChannelMessage"), dict):
        raise NotAnEvent("the event has no ChannelMessage", answerable)
    came: Mapping[str, Any] = event["ChannelMessage"]
    sender = came.get("Sender")
    if isinstance(sender, dict):
        message.sender_arn = _text(sender, "Arn") or ""
        message.sender_name = _text(sender, "Name")
    message.persistence = _text(came, "Persistence")
    message.subchannel = _text(came, "SubChannelId")
    message.content_type = _text(came, "ContentType")
    message.metadata_text = _text(came, "Metadata")
    push = came.get("PushNotification")
    if isinstance(push, dict):
        message.push = {name: text for name in ("Title", "Body", "Type") if (text := _text(push, name)) is not None}
    message.attributes = {
        name: [text for text in value["StringValues"] if text]
        for name, value in message.members.get("MessageAttributes", {}).items()
        if "StringValues" in value
    }
    content.unwrap(message, _text(came, "Content") or "", settings["content_encoding"] == "percent")
    _read_times(message, came, received_at)
    return message


def _addressed(event: Any) -> Message:
    """A message that has only what an answer needs: the ids, and the members that go back as they came."""
    message = Message()
    came = event.get("ChannelMessage") if isinstance(event, dict) else None
    if isinstance(came, dict):
        message.message_id = _text(came, "MessageId") or ""
        message.channel_arn = _text(came, "ChannelArn") or ""
        message.members = _members(came)
        callback_id = _text(event, "CallbackId")
        if (
            callback_id is not None
            and _is_between(callback_id, limits.CALLBACK_ID)
            and _is_between(message.channel_arn, limits.CHANNEL_ARN)
            and message.channel_arn.isascii()
            and limits.NAME.fullmatch(message.message_id)
        ):
            message.callback_id = callback_id
    return message


def _is_between(text: str, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= len(text) <= bounds[1]


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _members(came: Mapping[str, Any]) -> dict[str, Any]:
    """What came and can be sent back; what is null, of a wrong type, or too short for the service's model can't."""
    members: dict[str, Any] = {}
    if text := _text(came, "Content"):
        members["Content"] = text
    if (text := _text(came, "Metadata")) is not None:
        members["Metadata"] = text
    push = came.get("PushNotification")
    if isinstance(push, dict):
        members["PushNotification"] = {name: text for name in ("Title", "Body") if (text := _text(push, name))}
        if _text(push, "Type") in limits.PUSH_TYPES:
            members["PushNotification"]["Type"] = push["Type"]
    attributes = came.get("MessageAttributes")
    if isinstance(attributes, dict):
        members["MessageAttributes"] = {
            name: _attribute(value)
            for name, value in attributes.items()
            if isinstance(name, str) and name and isinstance(value, dict)
        }
    if (text := _text(came, "SubChannelId")) and limits.NAME.fullmatch(text):
        members["SubChannelId"] = text
    if (text := _text(came, "ContentType")) is not None:
        members["ContentType"] = text
    return members


def _attribute(value: Mapping[str, Any]) -> dict[str, list[str]]:
    texts = value.get("StringValues")
    if not isinstance(texts, list):
        return {}
    return {"StringValues": [text for text in texts if isinstance(text, str) and text]}


def _read_times(message: Message, came: Mapping[str, Any], received_at: datetime) -> None:
    message.created_at = _time(message, came, "CreatedTimestamp", received_at)
    if came.get("LastEditedTimestamp"):
        message.edited_at = _time(message, came, "LastEditedTimestamp", received_at)
        message.is_edit = message.edited_at > message.created_at
    message.now = message.edited_at if message.is_edit and message.edited_at else message.created_at


def _time(message: Message, came: Mapping[str, Any], name: str, received_at: datetime) -> datetime:
    time = parse_time(came.get(name))
    if time is None:
        message.notes.append(Note("timestamp-unreadable", f"{name} can't be read; the time of receipt is taken"))
    return time or received_at


# To the callback


def callback_arguments(message: Message, decision: Decision) -> dict[str, Any]:
    """The keyword arguments of boto3's `channel_flow_callback`. Raises NotAnEvent where the message can't be answered."""
    if message.callback_id is None:
        raise NotAnEvent(UNANSWERABLE, False)
    denied = decision.outcome == "deny"
    return {
        "CallbackId": message.callback_id,
        "ChannelArn": message.channel_arn,
        "DeleteResource": denied,
        "ChannelMessage": {"MessageId": message.message_id, **({} if denied else decision.members)},
    }


def fallback_arguments(event: Any, fallback: str) -> dict[str, Any]:
    """The arguments that answer `event` undecided; `fallback` is deliver or deny. Raises NotAnEvent where it can't be answered."""
    message = _addressed(event)
    return callback_arguments(message, Decision("deny" if fallback == "deny" else "unchanged", message.members))
