"""From what `given` and `send` state about a message to the event that the service would send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from rulelang.compiler import nodes
from rulelang.language import json_text
from rulelang.language.values import parse_time, render_time

START: Final = "2026-01-05T12:00:00.000Z"
"""The time of a test's first message where the test states none: a Monday, at noon UTC."""

APP_INSTANCE: Final = "arn:aws:chime:us-east-1:111122223333:app-instance/ai-1"
CHANNEL: Final = f"{APP_INSTANCE}/channel/general"
SENDER: Final = f"{APP_INSTANCE}/user/sender-1"


def literal(node: Any) -> Any:
    """The value of a literal in a test: JSON values, durations; objects by their keys as written."""
    match node:
        case nodes.Text() | nodes.Number() | nodes.Boolean() | nodes.Duration():
            return node.value
        case nodes.Null():
            return None
        case nodes.Negative():
            return -literal(node.operand)
        case nodes.ListLiteral():
            return [literal(item) for item in node.items]
        case nodes.ObjectLiteral():
            return {key.value: literal(value) for key, value in node.entries}
    raise TypeError(f"no literal: {type(node).__name__}")


def fields(stated: nodes.ObjectLiteral) -> dict[str, Any]:
    """What a `given` or `send` states, by fact: `sender: { name: "x" }` and `sender.name: "x"` are the same."""
    flat: dict[str, Any] = {}
    for key, value in stated.entries:
        made = literal(value)
        if key.value in {"sender", "channel", "push"} and isinstance(made, dict):
            flat.update({f"{key.value}.{inner}": item for inner, item in made.items()})
        elif key.value.startswith(("metadata.", "attributes.")):
            base, *path = key.value.split(".")
            _put(flat.setdefault(base, {}), path, made)
        else:
            flat[key.value] = made
    return flat


def _put(target: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        target = target.setdefault(key, {})
    target[path[-1]] = value


def event(stated: Mapping[str, Any], now: datetime, number: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The processor event of a message; `number` tells the messages of one test apart."""
    sender = _sender_arn(stated)
    channel = _channel_arn(stated)
    content = str(stated.get("content", "hello"))
    if settings.get("content_encoding") == "percent":
        content = quote(content, safe="~()*!.'")
    message: dict[str, Any] = {
        "MessageId": stated.get("message.id", f"test-message-{number}"),
        "ChannelArn": channel,
        "Content": content,
        "Sender": {"Arn": sender, "Name": stated.get("sender.name", "sender")},
        "Persistence": stated.get("persistence", "PERSISTENT"),
        "Type": "STANDARD",
        "CreatedTimestamp": stated.get("created_at", render_time(now)),
    }
    if stated.get("is_edit") or "edited_at" in stated:
        created = parse_time(message["CreatedTimestamp"]) or now
        message["CreatedTimestamp"] = render_time(min(created, now - timedelta(minutes=1)))
        message["LastEditedTimestamp"] = stated.get("edited_at", render_time(now))
    if "metadata" in stated:
        metadata = stated["metadata"]
        message["Metadata"] = metadata if isinstance(metadata, str) or metadata is None else json_text.dump(metadata)
    push = {wire: stated[f"push.{name}"] for name, wire in _PUSH.items() if f"push.{name}" in stated}
    if push:
        message["PushNotification"] = {"Type": "DEFAULT", **push}
    if "attributes" in stated:
        message["MessageAttributes"] = {
            name: {"StringValues": value if isinstance(value, list) else [value]} for name, value in stated["attributes"].items()
        }
    if "subchannel" in stated:
        message["SubChannelId"] = stated["subchannel"]
    if "content_type" in stated:
        message["ContentType"] = stated["content_type"]
    return {"EventType": "CHANNEL_MESSAGE_EVENT", "CallbackId": f"{number:032d}", "ChannelMessage": message}


_PUSH: Final = {"title": "Title", "body": "Body", "type": "Type"}


def _sender_arn(stated: Mapping[str, Any]) -> str:
    if "sender.arn" in stated:
        return str(stated["sender.arn"])
    kind = "bot" if stated.get("sender.is_bot") else "user"
    name = stated.get("sender.id", "sender-1")
    return f"{stated.get('app_instance.arn', APP_INSTANCE)}/{kind}/{name}"


def _channel_arn(stated: Mapping[str, Any]) -> str:
    if "channel.arn" in stated:
        return str(stated["channel.arn"])
    return f"{stated.get('app_instance.arn', APP_INSTANCE)}/channel/{stated.get('channel.id', 'general')}"
