"""The facts: everything a rule may read of a message, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rulelang.language.types import BOOLEAN, DURATION, JSON, LIST, TEXT, TIME, Type, list_of


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    `forgeable`: the sender's client decides what it is. `optional`: a message may come without it.
    `writable`: `set` may change it. `editable`: `mask`, `replace`, `remove` may rewrite it. `open`: any path may follow
    (`metadata.a.b`). `needs_state`: it is read from the store.
    """

    name: str
    type: Type
    doc: str
    forgeable: bool = False
    optional: bool = False
    writable: bool = False
    editable: bool = False
    open: bool = False
    needs_state: bool = False


_ROWS: Final = (
    Fact("content", TEXT, "The text of the message, as its sender wrote it.", writable=True, editable=True),
    Fact(
        "content.folded",
        TEXT,
        "The text without disguises: letter case, width, accents, look-alikes and invisible characters undone.",
    ),
    Fact("content.gist", TEXT, "`content.folded` without digits, punctuation, emoji and spaces: the same for near-copies."),
    Fact("content_type", TEXT, "The content type that the client gave.", forgeable=True, optional=True, writable=True),
    Fact(
        "metadata",
        JSON,
        "The message's metadata; `metadata.a.b` reads inside.",
        forgeable=True,
        optional=True,
        writable=True,
        editable=True,
        open=True,
    ),
    Fact(
        "attributes",
        JSON,
        "The message attributes: each is a list of texts.",
        forgeable=True,
        optional=True,
        writable=True,
        editable=True,
        open=True,
    ),
    Fact("push.title", TEXT, "The title of the push notification.", forgeable=True, optional=True, writable=True, editable=True),
    Fact("push.body", TEXT, "The body of the push notification.", forgeable=True, optional=True, writable=True, editable=True),
    Fact("push.type", TEXT, "`DEFAULT` or `VOIP`.", forgeable=True, optional=True, writable=True),
    Fact("sender.arn", TEXT, "The ARN of the sender."),
    Fact("sender.id", TEXT, "What follows the last `/` of the sender's ARN."),
    Fact("sender.name", TEXT, "The name that the sender shows.", optional=True),
    Fact("sender.age", DURATION, "How long ago the sender was first seen; 0s at a first message.", needs_state=True),
    Fact("sender.is_bot", BOOLEAN, "Whether the sender's ARN is that of a bot."),
    Fact("channel.arn", TEXT, "The ARN of the channel."),
    Fact("channel.id", TEXT, "What follows the last `/` of the channel's ARN."),
    Fact("app_instance.arn", TEXT, "The ARN of the app instance, which the channel's ARN begins with."),
    Fact("message.id", TEXT, "The id of the message; an edit keeps it."),
    Fact("subchannel", TEXT, "The id of the subchannel.", optional=True),
    Fact("persistence", TEXT, "`PERSISTENT` or `NON_PERSISTENT`.", optional=True),
    Fact("now", TIME, "The message's own time: when it was edited, else when it was created."),
    Fact("created_at", TIME, "When the message was created.", optional=True),
    Fact("edited_at", TIME, "When the message was last edited.", optional=True),
    Fact("is_edit", BOOLEAN, "Whether this is an edit of an earlier message."),
)

FACTS: Final[dict[str, Fact]] = {fact.name: fact for fact in _ROWS}

ATTRIBUTE_VALUE: Final = list_of(TEXT)
"""The type of `attributes.KEY`."""

GIVEN_EXTRA: Final[dict[str, Type]] = {"sender.labels": LIST, "channel.labels": LIST}
"""What `given` and `send` may state besides facts: the labels that the sender or the channel already carries."""
