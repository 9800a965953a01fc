"""Messages as they lie about: JSON Lines of processor events, of Kinesis records, and of plain messages, turned into events.

A plain line is `{"content": ..., "sender": ..., "metadata": ..., ...}`; `PlainMessage` in `schemas.py` describes it. What it
leaves out is derived from the number of its line.
"""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, cast

import msgspec

from rulelang.language.values import render_time
from rulelang.tools.outcome import Exit, Failure

LONGEST_LINE: Final = 4 * 1024 * 1024
"""Bytes of the longest line that is read; a message of the service has a few thousand."""

APP_INSTANCE: Final = "arn:aws:chime:us-east-1:111122223333:app-instance/dry-run"
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of line 0, where lines state no time: each line is a second later than the one before."""

_MESSAGE_RECORDS: Final = ("CREATE_CHANNEL_MESSAGE", "UPDATE_CHANNEL_MESSAGE")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that was read: the processor event, and the number of its line (from 1)."""

    number: int
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that can't be read; `text` is one sentence."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """A record of a stream that holds no message, such as that of a new channel."""

    number: int


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """The bytes of a file, of a `.gz` file unpacked, or of standard input (`-`)."""
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = _open(path)
    except OSError as error:
        raise Failure(Exit.USAGE, f"`{path}` can't be read: {error.strerror or error}") from None
    with stream:
        yield stream


def _open(path: str) -> IO[bytes]:
    if path.endswith(".gz"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return Path(path).open("rb")


def read_messages(stream: IO[bytes]) -> Iterator[Incoming | Unreadable | OtherRecord]:
    """Every line as a message, as a record of another kind, or as what is wrong with it, in order; empty lines are passed over."""
    number = 0
    for line in _lines(stream):
        number += 1
        if line is None:
            yield Unreadable(number, f"the line is longer than {LONGEST_LINE // 1024 // 1024} MiB")
            continue
        if isinstance(line, str):
            yield Unreadable(number, line)
            return
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        line = line.strip()
        if not line:
            continue
        try:
            event = read_line(line, number)
        except ValueError as error:
            yield Unreadable(number, str(error))
            continue
        yield OtherRecord(number) if event is None else Incoming(number, event)


def _lines(stream: IO[bytes]) -> Iterator[bytes | str | None]:
    """The lines; None for one that is too long, a sentence where the file breaks off."""
    while True:
        try:
            line = stream.readline(LONGEST_LINE + 1)
            too_long = len(line) > LONGEST_LINE
            while too_long and line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
        except (EOFError, OSError, zlib.error) as error:
            yield f"the file can't be read any further: {error}"
            return
        if not line:
            return
        yield None if too_long else line


def read_line(line: bytes, number: int) -> dict[str, Any] | None:
    """The event of one line; None for a record that holds no message. Raises ValueError with a sentence for all else."""
    data = _decoded(line)
    if not isinstance(data, dict):
        raise ValueError("the line is no JSON object")
    if "ChannelMessage" in data:
        if not isinstance(data["ChannelMessage"], dict):
            raise ValueError("its ChannelMessage is no JSON object")
        return data
    if "Payload" in data:
        return _from_record(data)
    if "content" in data:
        return from_plain(data, number, line)
    raise ValueError("the line is no processor event (ChannelMessage), no streamed record (Payload), and has no `content`")


def _decoded(line: bytes | str) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        pass
    try:
        # Slower, and knows halves of surrogate pairs, which clients do send.
        return json.loads(line if isinstance(line, str) else line.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ValueError(f"the line is not UTF-8: byte {error.start + 1} does not belong there") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"the line is not JSON: {error.msg}, at column {error.colno}") from None
    except RecursionError:
        raise ValueError("the line is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"the line is not JSON: {error}") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _from_record(data: Mapping[str, Any]) -> dict[str, Any] | None:
    if data.get("EventType") not in _MESSAGE_RECORDS:
        return None
    payload = data["Payload"]
    if isinstance(payload, str):
        payload = _decoded(payload)
    if not isinstance(payload, dict):
        raise ValueError("its Payload is no JSON object")
    return {"EventType": "CHANNEL_MESSAGE_EVENT", "ChannelMessage": payload}


class _Raw(msgspec.Struct):
    metadata: msgspec.Raw = msgspec.Raw()


def from_plain(data: Mapping[str, Any], number: int, line: bytes | None = None) -> dict[str, Any]:
    """The event of a plain message. `line` is its text, from which metadata is taken as it is spelled there."""
    message: dict[str, Any] = {
        "MessageId": _text(data, "message_id", f"line-{number}"),
        "ChannelArn": _text(data, "channel", f"{APP_INSTANCE}/channel/dry-run"),
        "Content": _text(data, "content", ""),
        "Sender": _sender(data.get("sender"), number),
        "Persistence": _text(data, "persistence", "PERSISTENT"),
        "Type": "STANDARD",
        "CreatedTimestamp": _text(data, "created_at", "") or render_time(START + timedelta(seconds=number)),
    }
    for name, member in (("edited_at", "LastEditedTimestamp"), ("subchannel", "SubChannelId"), ("content_type", "ContentType")):
        if data.get(name) is not None:
            message[member] = _text(data, name, "")
    metadata = data.get("metadata")
    if isinstance(metadata, str):
        message["Metadata"] = metadata
    elif metadata is not None:
        message["Metadata"] = _spelled(line, metadata)
    push = _object(data, "push")
    if push is not None:
        message["PushNotification"] = {name.capitalize(): _text(push, name, "") for name in push if push[name] is not None}
    attributes = _object(data, "attributes")
    if attributes is not None:
        message["MessageAttributes"] = {name: {"StringValues": _texts(name, value)} for name, value in attributes.items()}
    event = {"EventType": "CHANNEL_MESSAGE_EVENT", "ChannelMessage": message}
    if data.get("callback_id") is not None:
        event["CallbackId"] = _text(data, "callback_id", "")
    return event


def _spelled(line: bytes | None, metadata: Any) -> str:
    """Metadata as the line spells it: numbers keep their digits."""
    if line is not None:
        try:
            return bytes(msgspec.json.decode(line, type=_Raw).metadata).decode()
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
    return json.dumps(metadata, ensure_ascii=False)


def _text(data: Mapping[str, Any], name: str, default: str) -> str:
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise ValueError(f"its `{name}` is no text")
    return value


def _object(data: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = data.get(name)
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"its `{name}` is no object")
    return value


def _texts(name: str, value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"its attribute `{name}` is no text and no list of texts")
    return texts


def _sender(sender: Any, number: int) -> dict[str, str]:
    if isinstance(sender, str):
        return {"Arn": sender, "Name": sender.rpartition("/")[2]}
    if sender is None:
        sender = {}
    if not isinstance(sender, Mapping):
        raise ValueError("its `sender` is no ARN and no object")
    arn = _text(sender, "arn", f"{APP_INSTANCE}/user/line-{number}")
    return {"Arn": arn, "Name": _text(sender, "name", arn.rpartition("/")[2])}
