"""How each fact is read from a message: one row a fact of `language/facts.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from rulelang.language.unparse import unparse_path
from rulelang.language.values import MISSING, Absent

if TYPE_CHECKING:
    from rulelang.runtime.context import Context


def _or_missing(value: Any) -> Any:
    return MISSING if value is None else value


def _last_part(arn: str) -> str:
    return arn.rpartition("/")[2]


def _app_instance(channel_arn: str) -> str:
    # arn:aws:chime:REGION:ACCOUNT:app-instance/ID/channel/ID
    return "/".join(channel_arn.split("/")[:2])


READERS: Final[dict[str, Callable[[Context], Any]]] = {
    "content": lambda c: c.message.content,
    "content.folded": lambda c: c.folded,
    "content.gist": lambda c: c.gist,
    "content_type": lambda c: _or_missing(c.message.content_type),
    "metadata": lambda c: c.message.metadata,
    "attributes": lambda c: c.message.attributes,
    "push.title": lambda c: c.message.push.get("Title", MISSING),
    "push.body": lambda c: c.message.push.get("Body", MISSING),
    "push.type": lambda c: c.message.push.get("Type", MISSING),
    "sender.arn": lambda c: c.message.sender_arn,
    "sender.id": lambda c: _last_part(c.message.sender_arn),
    "sender.name": lambda c: _or_missing(c.message.sender_name),
    "sender.age": lambda c: c.sender_age(),
    "sender.is_bot": lambda c: c.message.is_bot,
    "channel.arn": lambda c: c.message.channel_arn,
    "channel.id": lambda c: _last_part(c.message.channel_arn),
    "app_instance.arn": lambda c: _app_instance(c.message.channel_arn),
    "message.id": lambda c: c.message.message_id,
    "subchannel": lambda c: _or_missing(c.message.subchannel),
    "persistence": lambda c: _or_missing(c.message.persistence),
    "now": lambda c: c.local(c.message.now),
    "created_at": lambda c: c.local(c.message.created_at),
    "edited_at": lambda c: c.local(c.message.edited_at),
    "is_edit": lambda c: c.message.is_edit,
}


def step(value: Any, key: str | int) -> Any:
    """One step into a JSON value; MISSING where it leads nowhere, an absent value stays what it is."""
    if value.__class__ is dict:
        return value.get(key, MISSING)
    if isinstance(value, list | tuple) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    return value if value.__class__ is Absent else MISSING


def texts_at(path: Sequence[Any], context: Context) -> Iterator[tuple[str, str]]:
    """The texts at a path, each with the path's spelling; those of a list one by one."""
    if not path:
        return
    name = ".".join(str(key) for key in path[:2])
    if path[0] in READERS and path[0] != "content":
        value, shown = READERS[path[0]](context), path
        for key in path[1:]:
            value = step(value, key)
    elif len(path) == 1 or name in READERS:
        value, shown = READERS[name if name in READERS else path[0]](context), path
    else:
        return
    text = unparse_path(shown)
    if isinstance(value, str):
        yield text, value
    elif isinstance(value, list | tuple):
        yield from ((f"{text}[{index}]", item) for index, item in enumerate(value) if isinstance(item, str))
