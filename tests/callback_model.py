"""The service's own model of a callback: what botocore checks, and what it leaves to the service."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.validate import ParamValidator


@functools.cache
def _request() -> Any:
    model = botocore.session.get_session().get_service_model("chime-sdk-messaging")
    return model.operation_model("ChannelFlowCallback").input_shape


def problems(arguments: Mapping[str, Any], came: Mapping[str, Any] | None = None) -> list[str]:
    """What the service would refuse: types, bounds, patterns, enums, and our byte limits.

    What came (a ChannelMessage) is held against nothing: a text of it may go back as it is, and others be as long.
    """
    report = ParamValidator().validate(dict(arguments), _request())
    found = [report.generate_report()] if report.has_errors() else []
    allowed = set(_texts(came or {}))
    found += list(_beyond(_request(), arguments, "", allowed))
    message = arguments["ChannelMessage"]
    for name, most in (("Content", 4096), ("Metadata", 1024)):
        size = len(message.get(name, "").encode("utf-8", "surrogatepass"))
        before = (came or {}).get(name)
        if size > max(most, len(before.encode("utf-8", "surrogatepass")) if isinstance(before, str) else 0):
            found.append(f"{name} is {size} bytes long")
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _beyond(shape: Any, value: Any, path: str, allowed: set[str]) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from _beyond(member, value[name], f"{path}.{name}", allowed)
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _beyond(shape.key, key, f"{path}.key", allowed)
            yield from _beyond(shape.value, item, f"{path}.{key}", allowed)
    elif shape.type_name == "list":
        for item in value:
            yield from _beyond(shape.member, item, path, allowed)
    elif shape.type_name == "string" and value not in allowed:
        if len(value) > max(shape.metadata.get("max", len(value)), max(map(len, allowed), default=0)):
            yield f"{path} is {len(value)} long"
        # INVARIANT: in the service's patterns a dot matches no line terminator, of Unicode ones neither.
        pattern = shape.metadata.get("pattern", r"[\s\S]*").replace(".*", "[^\n\r\x85\u2028\u2029]*")
        if not re.fullmatch(pattern, value):
            yield f"{path} does not match {pattern!r}"
        if shape.enum and value not in shape.enum:
            yield f"{path} is none of {shape.enum}"
