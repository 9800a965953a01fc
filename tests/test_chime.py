"""From the service's event to a message, and from a decision to the callback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulelang.language.decision import Decision
from rulelang.language.values import MISSING
from rulelang.runtime import chime
from tests import composing
from tests.callback_model import problems
from tests.composing import BOT, RECEIVED, SETTINGS, add, append, event, mask, prepend, put, remove, replace, settled, unset

FIELDS = [
    "Content",
    "Metadata",
    "Sender",
    "Persistence",
    "Type",
    "CreatedTimestamp",
    "LastEditedTimestamp",
    "PushNotification",
    "MessageAttributes",
    "SubChannelId",
    "ContentType",
    "Unknown",
]
EVENTS = Path(__file__).parent / "events"


def sample(name: str) -> dict[str, Any]:
    return dict(json.loads((EVENTS / f"{name}.json").read_text())["event"])


def read(event: Any, **chosen: Any) -> Any:
    return chime.read(event, {**SETTINGS, **chosen}, RECEIVED)


class TestRead:
    def test_what_a_processor_receives(self) -> None:
        message = read(sample("processor_event.create.measured-fields"))
        assert message.callback_id == "5c0f9b6c0b9a4d0f8f0e7a6b5c4d3e2f"
        assert message.content == "hello there"
        assert message.sender_arn.endswith("/user/johndoe")
        assert (message.sender_name, message.is_bot, message.persistence) == ("John", False, "PERSISTENT")
        assert message.push == {"Title": "New message", "Body": "hello there", "Type": "DEFAULT"}
        assert message.now == message.created_at == datetime(2026, 8, 14, 17, 42, 41, 912000, UTC)
        assert message.members == {"Content": "hello there", "PushNotification": message.push}
        assert message.notes == []

    def test_metadata(self) -> None:
        message = read(sample("processor_event.create.with-metadata"))
        assert message.metadata == {"clientId": "6f1f", "temporaryId": "b2a0"}
        assert message.members["Metadata"] == '{"clientId": "6f1f", "temporaryId": "b2a0"}'

    def test_an_edit(self) -> None:
        message = read(sample("processor_event.update"))
        assert message.is_edit
        assert message.now == message.edited_at == datetime(2026, 8, 14, 17, 45, 1, 2000, UTC)

    def test_percent_encoding(self) -> None:
        raw = sample("processor_event.create.percent-encoded")
        assert read(raw).content == "you%20are%20an%20idi%C3%B6t%20%F0%9F%98%80"
        message = read(raw, content_encoding="percent")
        assert (message.content, message.percent_encoded) == ("you are an idiöt 😀", True)

    @pytest.mark.parametrize("raw", ["100%", "%zz", "%ff", "plain text", "é"])
    def test_what_was_not_encoded(self, raw: str) -> None:
        message = read(event(raw), content_encoding="percent")
        assert (message.content, message.percent_encoded) == (raw, False)

    def test_a_lex_envelope(self) -> None:
        message = read(sample("processor_event.bot-lex"))
        assert message.is_bot
        assert (message.content, message.segments) == ("Hi - I'm your assistant", (0,))
        raw = '{"Messages":[{"Content":"one"},{"ContentType":"ImageResponseCard"},{"Content":""},{"Content":"two"}]}'
        message = read(event(raw, Sender=BOT))
        assert (message.content, message.segments) == ("one\n\ntwo", (0, 4, 5))

    def test_the_placeholders_of_the_documentation(self) -> None:
        message = read(sample("processor_event.docs-template") | {"EventType": "CHANNEL_MESSAGE_EVENT"})
        assert message.callback_id is None
        assert message.now == RECEIVED
        assert [note.slug for note in message.notes] == ["timestamp-unreadable", "timestamp-unreadable"]

    def test_attributes_are_lists_of_texts(self) -> None:
        came = {
            "a": {"StringValues": ["x", "", None]},
            "b": {"StringValues": None},
            "c": {},
            "d": None,
            "": {"StringValues": ["y"]},
        }
        message = read(event(MessageAttributes=came))
        assert message.attributes == {"a": ["x"]}
        assert message.members["MessageAttributes"] == {"a": {"StringValues": ["x"]}, "b": {}, "c": {}}

    @pytest.mark.parametrize("value", [None, 5, [], {}, True, "text"])
    @pytest.mark.parametrize(
        "name",
        [
            "Content",
            "Metadata",
            "Sender",
            "Persistence",
            "Type",
            "CreatedTimestamp",
            "LastEditedTimestamp",
            "PushNotification",
            "MessageAttributes",
            "SubChannelId",
            "ContentType",
            "Unknown",
        ],
    )
    def test_no_field_is_needed(self, name: str, value: Any) -> None:
        raw = event()
        raw["ChannelMessage"][name] = value
        message = read(raw)
        assert message.callback_id is not None
        assert problems(chime.callback_arguments(message, Decision("unchanged", message.members)), raw["ChannelMessage"]) == []

    def test_nothing_but_the_ids(self) -> None:
        message = read({"CallbackId": "c" * 32, "ChannelMessage": {"MessageId": "m", "ChannelArn": composing.CHANNEL}})
        assert (message.content, message.metadata, message.push, message.members) == ("", MISSING, {}, {})

    @pytest.mark.parametrize("edited", [None, "", "2026-01-05T12:00:00.000Z", "2026-01-05T11:59:59.000Z"])
    def test_no_edit(self, edited: str | None) -> None:
        message = read(event(LastEditedTimestamp=edited))
        assert not message.is_edit
        assert message.now == message.created_at


class TestNotAnEvent:
    @pytest.mark.parametrize(
        ("raw", "answerable"),
        [
            (None, False),
            ([], False),
            ({}, False),
            ({"CallbackId": "c" * 32}, False),
            ({"EventType": "CHANNEL_MESSAGE_EVENT", "CallbackId": "c" * 32, "ChannelMessage": None}, False),
            ({"EventType": "OTHER"} | {"ChannelMessage": event()["ChannelMessage"]}, False),
            (event() | {"EventType": "OTHER"}, True),
            (event() | {"EventType": 5}, True),
            (sample("processor_event.docs-template"), False),
            (sample("kinesis.CREATE_CHANNEL_MESSAGE"), False),
        ],
    )
    def test_refused(self, raw: Any, answerable: bool) -> None:
        with pytest.raises(chime.NotAnEvent) as caught:
            read(raw)
        assert caught.value.answerable is answerable
        if answerable:
            assert problems(chime.fallback_arguments(raw, "deliver")) == []
        else:
            with pytest.raises(chime.NotAnEvent):
                chime.fallback_arguments(raw, "deliver")

    @pytest.mark.parametrize("callback_id", [None, 5, "", "c" * 31, "c" * 65])
    def test_what_can_t_be_answered(self, callback_id: Any) -> None:
        message = read(event() | {"CallbackId": callback_id})
        assert message.callback_id is None
        with pytest.raises(chime.NotAnEvent):
            chime.callback_arguments(message, Decision("unchanged", {}))


class TestCallback:
    def test_a_denial_sends_the_id_alone(self) -> None:
        wanted = sample("callback.deny")
        raw = sample("processor_event.create.measured-fields")
        raw["ChannelMessage"]["ChannelArn"] = wanted["ChannelArn"]
        assert chime.callback_arguments(read(raw), Decision("deny", {}, "why")) == wanted

    def test_what_is_delivered_sends_every_member_back(self) -> None:
        wanted = sample("callback.allow")
        raw = sample("processor_event.create.measured-fields")
        raw["ChannelMessage"] |= {"Metadata": "{}", "PushNotification": None}
        message = read(raw)
        assert chime.callback_arguments(message, Decision("unchanged", message.members)) == wanted

    def test_the_fallback(self) -> None:
        raw = event("hello", Metadata="x\ny", ContentType=None)
        delivered = chime.fallback_arguments(raw, "deliver")
        assert delivered["DeleteResource"] is False
        assert delivered["ChannelMessage"] == {"MessageId": "m-1", "Content": "hello", "Metadata": "x\ny"}
        denied = chime.fallback_arguments(raw, "deny")
        assert (denied["DeleteResource"], denied["ChannelMessage"]) == (True, {"MessageId": "m-1"})


# The law: every callback is valid, for any message and any edits.

some_text = st.text(max_size=12) | st.sampled_from(
    ["bad", "a bad day\nend", "4111 1111 1111 1111", "b%61d", "x" * 4090 + " bad", "é" * 700, ""]
)
json_like = st.sampled_from(
    ['{"a":"bad","l":["bad","x"],"o":{}}', "[]", "null", "", "{ }", "not json", '{"a":"' + "é" * 508 + '"}', '{"a":1}\n']
)
junk = st.none() | st.integers() | st.booleans() | st.lists(st.text(max_size=3), max_size=2)
push = st.fixed_dictionaries(
    {}, optional={"Title": some_text | junk, "Body": some_text | junk, "Type": st.sampled_from(["DEFAULT", "VOIP", "x", 5])}
)
attributes = st.dictionaries(
    st.text(max_size=3),
    st.fixed_dictionaries({}, optional={"StringValues": st.lists(some_text | junk, max_size=3) | junk}) | junk,
    max_size=3,
)
messages = st.fixed_dictionaries(
    {"MessageId": st.just("m-1"), "ChannelArn": st.just(composing.CHANNEL)},
    optional={
        "Content": some_text | junk | st.sampled_from(['{"Messages":[{"Content":"bad"},{"Content":"x"}]}']),
        "Metadata": json_like | junk,
        "PushNotification": push | junk,
        "MessageAttributes": attributes | junk,
        "SubChannelId": st.sampled_from(["sub-1", "not valid", ""]) | junk,
        "ContentType": some_text | junk,
        "Sender": st.sampled_from([{"Arn": composing.USER}, {"Arn": BOT, "Name": 5}, None]),
        "CreatedTimestamp": some_text | junk,
        "LastEditedTimestamp": some_text | junk,
    },
)
finders = st.sampled_from([name for name in composing.FINDERS if name != "nothing"])
edited = st.sampled_from(["content", "push.title", "push.body", "metadata.a", "metadata.l", "attributes.a"])
written = st.sampled_from(
    [
        "content",
        "push.title",
        "push.body",
        "push.type",
        "content_type",
        "metadata.a",
        "metadata.o.p",
        "attributes.a",
        "attributes." + "n" * 70,
    ]
)
long_text = st.sampled_from(["x" * 5000, "line\nbreak\u2028", " ", "\ud800", "👩‍👩‍👧" * 300]) | st.text(
    st.characters(exclude_characters="{}"), max_size=8
)
value = long_text | st.integers() | st.none() | st.just(MISSING) | st.lists(long_text, max_size=2)
edits = st.one_of(
    st.builds(lambda f, p: mask(f, at=p), finders, edited),
    st.builds(lambda f, p, t: replace(f, at=p, by=t), finders, edited, long_text),
    st.builds(lambda f, p: remove(f, at=p), finders, edited),
    st.builds(append, long_text),
    st.builds(prepend, long_text),
    st.builds(put, written, value),
    st.builds(unset, written.filter(lambda path: path != "content")),
    st.builds(add, value, st.sampled_from(["metadata.l", "metadata.a", "attributes.a"])),
)
chosen = st.fixed_dictionaries(
    {"content_encoding": st.sampled_from(["plain", "percent"]), "empty_content": st.sampled_from([None, "[gone]", "x" * 5000])}
)


@given(messages, st.lists(st.lists(edits, max_size=3), max_size=3), chosen)
@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
def test_every_callback_is_valid(came: dict[str, Any], rules: list[Any], chosen: dict[str, Any]) -> None:
    raw = {"EventType": "CHANNEL_MESSAGE_EVENT", "CallbackId": "c" * 32, "ChannelMessage": came}
    outcome = settled(raw, *rules, **chosen)
    message = chime.read(raw, {**SETTINGS, **chosen}, RECEIVED)
    arguments = chime.callback_arguments(message, Decision(outcome.outcome, outcome.members, outcome.reason))
    assert problems(arguments, came) == []
    json.dumps(arguments).encode()
    if outcome.outcome == "unchanged":
        assert outcome.members == message.members
    if not rules:
        assert outcome.outcome == "unchanged"
