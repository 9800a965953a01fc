"""The settlement table: what leaves is valid, whatever the rules' edits came to."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

import pytest

from rulelang.language.graphemes import boundaries
from tests.composing import BOT, LABEL, add, append, content, event, mask, prepend, put, remove, settled, slugs, unset


class TestNothingLeft:
    @pytest.mark.parametrize(
        ("text", "rule"), [("bad", remove("word")), ("bad \n bad", remove("word")), ("hi", put("content", " \u3000"))]
    )
    def test_denied_where_empty_content_is_not_set(self, text: str, rule: Any) -> None:
        outcome = settled(event(text), [rule], [LABEL])
        assert (outcome.outcome, outcome.reason, outcome.members) == ("deny", "nothing left", {})
        assert slugs(outcome) == ["nothing-left"]
        assert outcome.why_not == {"r1": "the message is denied, for nothing of the content was left", "r2": None}

    def test_empty_content_takes_its_place(self) -> None:
        outcome = settled(event("bad"), [remove("word"), append(" ")], empty_content="[removed]")
        assert (outcome.outcome, outcome.members["Content"]) == ("update", "[removed]")
        assert slugs(outcome) == ["content-emptied"]

    def test_what_no_rule_edited_may_be_blank(self) -> None:
        outcome = settled(event(" "), [mask("word")], [put("metadata.a", 1)])
        assert (outcome.outcome, outcome.members["Content"]) == ("update", " ")

    def test_what_is_appended_is_content(self) -> None:
        assert content("bad", [remove("word"), append("see above")]) == "see above"


class TestContentTooLong:
    def test_cut_at_a_grapheme_boundary(self) -> None:
        outcome = settled(event("hi"), [put("content", "é" * 2045 + "👩‍👩‍👧" * 9)])
        left = outcome.members["Content"]
        assert len(left.encode()) <= 4096
        assert left == "é" * 2045
        assert slugs(outcome) == ["content-cut"]

    def test_exactly_at_the_limit(self) -> None:
        outcome = settled(event("hi"), [put("content", "x" * 4096)])
        assert (len(outcome.members["Content"]), slugs(outcome)) == (4096, [])

    def test_append_and_prepend_stay_whole(self) -> None:
        outcome = settled(event("x" * 4096), [append(" [edited]"), prepend("[mod] ")])
        left = outcome.members["Content"]
        assert left == "[mod] " + "x" * (4096 - 15) + " [edited]"

    def test_ends_that_do_not_fit_are_cut_last(self) -> None:
        left = content("hello", [prepend("p" * 4000), append("a" * 4000)])
        assert left == "p" * 4000 + "a" * 96

    def test_what_came_longer_may_stay_as_long(self) -> None:
        text = "bad " + "x" * 5000
        assert content(text, [mask("word")]) == "*** " + "x" * 5000
        assert content(text, [append("!")]) == text[:-1] + "!"
        assert content(text, [mask("nothing")]) == text

    def test_what_is_sent_is_measured(self) -> None:
        outcome = settled(event(quote("bad é")), [append("é" * 1000)], content_encoding="percent")
        left = outcome.members["Content"]
        assert len(left) == 4096 - (4096 - len(quote("é" * 682))) % 6
        assert unquote(left) == "é" * 682


class TestMetadataTooLong:
    def test_the_last_rule_s_edits_are_dropped_first(self) -> None:
        outcome = settled(
            event(Metadata='{"a": 1}'),
            [put("metadata.b", "x" * 500)],
            [put("metadata.c", "x" * 400), mask("word")],
            [put("metadata.d", "x" * 200), add("y", "metadata.e")],
        )
        assert list(json.loads(outcome.members["Metadata"])) == ["a", "b", "c"]
        assert slugs(outcome) == ["metadata-dropped"]
        assert outcome.why_not["r1"] is None
        assert outcome.why_not["r3"] is not None

    def test_all_edits_dropped_leave_what_came(self) -> None:
        before = '{ "a": "' + "x" * 1000 + '" }'
        outcome = settled(
            event(Metadata=before), [add("yy", "metadata.l"), put("metadata.m", "x" * 50)], [put("metadata.o", "x" * 50)]
        )
        assert (outcome.outcome, outcome.members["Metadata"]) == ("unchanged", before)
        assert [note.rule for note in outcome.notes] == ["r2", "r1"]

    def test_an_edit_that_lost_to_a_dropped_one_is_made(self) -> None:
        outcome = settled(event(), [mask("word")], [put("metadata.a", "short")], [put("metadata.a.b", "x" * 2000)])
        assert outcome.members["Metadata"] == '{"a":"short"}'

    def test_what_came_longer_may_stay_as_long(self) -> None:
        before = '{"a":"' + "x" * 2000 + '"}'
        outcome = settled(event(Metadata=before), [put("metadata.a", "y" * 2000)])
        assert len(outcome.members["Metadata"]) == len(before)
        assert settled(event(Metadata=before)).members["Metadata"] == before

    def test_bytes_are_counted(self) -> None:
        assert slugs(settled(event(), [put("metadata.a", "é" * 508)])) == []
        assert slugs(settled(event(), [put("metadata.a", "é" * 509)])) == ["metadata-dropped"]


class TestMetadataThatIsNoObject:
    @pytest.mark.parametrize("came", ["[1, 2]", '"text"', "12", "not json", '{"a": 1'])
    def test_edits_are_dropped(self, came: str) -> None:
        outcome = settled(event(Metadata=came), [put("metadata.a", 1), add("x", "metadata.l")], [mask("word", at="metadata.a")])
        assert (outcome.outcome, outcome.members["Metadata"]) == ("unchanged", came)
        assert slugs(outcome) == ["metadata-not-object", "metadata-not-object"]


def test_edited_metadata_is_compact_and_as_it_came() -> None:
    came = '{\n "z": 1.10,\r\n "n": 12345678901234567890,\t"e": 1e5, "t": "\\u00e9\\/" }'
    outcome = settled(event(Metadata=came), [put("metadata.a", "new\nline\u2028")])
    assert outcome.members["Metadata"] == '{"z":1.10,"n":12345678901234567890,"e":1e5,"t":"\\u00e9\\/","a":"new\\nline\\u2028"}'


class TestPush:
    def left(self, push: dict[str, Any] | None, *rules: Any) -> tuple[Any, list[str]]:
        outcome = settled(event(PushNotification=push), *rules)
        return outcome.members.get("PushNotification"), slugs(outcome)

    def test_too_long(self) -> None:
        assert self.left(None, [put("push.title", "e\u0301" * 26)]) == ({"Title": "e\u0301" * 25}, ["push-cut"])
        assert self.left(None, [put("push.body", "x" * 151)]) == ({"Body": "x" * 150}, ["push-cut"])
        assert self.left({"Body": "y" * 200}, [put("push.body", "x" * 210)]) == ({"Body": "x" * 200}, ["push-cut"])

    def test_line_breaks(self) -> None:
        push, notes = self.left(None, [put("push.title", "a\r\nb\nc\u2028d"), put("push.body", "a\nb")])
        assert (push, notes) == ({"Title": "a b c d", "Body": "a\nb"}, ["push-line-breaks"])

    def test_what_ends_up_empty_is_left_out(self) -> None:
        assert self.left({"Title": "bad", "Body": "x"}, [remove("word", at="push.title")]) == ({"Body": "x"}, ["push-left-out"])
        assert self.left(None, [put("push.title", "")]) == (None, ["push-left-out"])

    def test_an_unknown_type(self) -> None:
        assert self.left({"Title": "t", "Type": "VOIP"}, [put("push.type", "LOUD")]) == (
            {"Title": "t", "Type": "VOIP"},
            ["push-type-unknown"],
        )


class TestAttributes:
    def left(self, *rules: Any, **came: Any) -> tuple[Any, list[str]]:
        outcome = settled(event(MessageAttributes={name: {"StringValues": texts} for name, texts in came.items()} or None), *rules)
        return outcome.members.get("MessageAttributes"), slugs(outcome)

    def test_too_long(self) -> None:
        assert self.left([put("attributes.a", ["x" * 513, "y"])]) == ({"a": {"StringValues": ["x" * 512, "y"]}}, ["attribute-cut"])
        assert self.left([add("y", "attributes.a")], a=["x" * 600]) == ({"a": {"StringValues": ["x" * 600, "y"]}}, [])

    def test_what_ends_up_empty_is_left_out(self) -> None:
        assert self.left([remove("word", at="attributes.a")], a=["bad", "ok"]) == ({"a": {"StringValues": ["ok"]}}, [])
        assert self.left([remove("word", at="attributes.a")], a=["bad"]) == ({}, ["attribute-left-out"])
        assert self.left([put("attributes.a", "")]) == (None, ["attribute-left-out"])

    def test_a_name_that_is_too_long(self) -> None:
        assert self.left([put("attributes." + "n" * 65, "x")]) == (None, ["attribute-left-out"])


def test_content_type() -> None:
    outcome = settled(event(), [put("content_type", "x" * 46)])
    assert (outcome.members["ContentType"], slugs(outcome)) == ("x" * 45, ["content-type-cut"])
    outcome = settled(event(ContentType="a"), [put("content_type", "")])
    assert ("ContentType" in outcome.members, slugs(outcome)) == (False, ["content-type-left-out"])
    assert "ContentType" not in settled(event(ContentType="a"), [unset("content_type")]).members


class TestPercentEncoding:
    def left(self, raw: str, *rules: Any) -> str:
        return content(raw, *rules, content_encoding="percent")

    def test_edited_content_is_encoded_again(self) -> None:
        assert self.left("you%20are%20bad%20%F0%9F%98%80", [mask("word")]) == "you%20are%20***%20%F0%9F%98%80"
        assert self.left("bad", [mask("word"), append(" (é)")]) == "***%20(%C3%A9)"

    def test_unedited_content_stays_as_it_came(self) -> None:
        assert self.left("fine%20%c3%a9%41", [mask("word")]) == "fine%20%c3%a9%41"

    @pytest.mark.parametrize("raw", ["50% bad", "bad %zz", "bad %ff", "bad é"])
    def test_what_is_not_valid_is_read_as_it_stands(self, raw: str) -> None:
        assert self.left(raw, [mask("word")]) == raw.replace("bad", "***")

    def test_an_escape_in_an_otherwise_plain_text_is_seen_through(self) -> None:
        assert self.left("so b%61d", [mask("word")]) == "so%20***"

    def test_half_a_surrogate_pair(self) -> None:
        assert self.left("bad", [append("\ud83d")]) == "bad%EF%BF%BD"

    def test_push_text_is_never_decoded(self) -> None:
        outcome = settled(event("a%20bad", PushNotification={"Body": "a%20bad"}), [mask("word")], content_encoding="percent")
        assert outcome.members["PushNotification"] == {"Body": "a%20bad"}


class TestLexEnvelopes:
    RAW = (
        '{ "Messages": [ {"Content":"a bad d\\u00e4y","ContentType":"PlainText"}, {"n": 1.0}, {"Content" : "so bad"} ], "x": 1e5 }'
    )

    def left(self, *rules: Any, raw: str = RAW, sender: str = BOT) -> str:
        return content(raw, *rules) if sender != BOT else settled(event(raw, Sender=BOT), *rules).members["Content"]

    def test_the_texts_are_edited_and_nothing_else(self) -> None:
        assert self.left([mask("word")]) == self.RAW.replace("a bad d\\u00e4y", "a *** däy").replace("so bad", "so ***")

    def test_ends(self) -> None:
        left = json.loads(self.left([append("!")], [prepend("> ")]))
        assert [message.get("Content") for message in left["Messages"]] == ["> a bad däy", None, "so bad!"]

    def test_set_content(self) -> None:
        left = json.loads(self.left([put("content", 'new "text"')]))
        assert [message.get("Content") for message in left["Messages"]] == ['new "text"', None, ""]

    def test_an_edit_across_messages(self) -> None:
        left = json.loads(self.left([mask("all")]))
        assert [message.get("Content") for message in left["Messages"]] == ["*********", None, "******"]

    def test_too_long(self) -> None:
        left = self.left([append("é" * 3000)])
        assert len(left.encode()) <= 4096
        assert json.loads(left)["x"] == 1e5

    def test_from_a_user_it_is_text(self) -> None:
        assert content(self.RAW, [mask("word")]) == self.RAW.replace("bad", "***")

    @pytest.mark.parametrize("raw", ["bad", '{"Messages":[]}', '{"Messages":[{"Content":5}]} bad', "{bad"])
    def test_what_is_no_envelope_is_text(self, raw: str) -> None:
        assert self.left([mask("word")], raw=raw) == raw.replace("bad", "***")


def test_unchanged_means_every_member() -> None:
    members = {
        "Metadata": '{ "a" : 1.10 }',
        "PushNotification": {"Title": "t", "Body": "b", "Type": "DEFAULT"},
        "MessageAttributes": {"k": {"StringValues": ["v"]}},
        "SubChannelId": "sub-1",
        "ContentType": "text/plain",
    }
    outcome = settled(event("hello", **members), [mask("word")], [put("content_type", "text/plain")], [put("push.title", "t")])
    assert (outcome.outcome, outcome.members) == ("unchanged", {"Content": "hello", **members})


def test_cuts_are_the_longest_that_fit() -> None:
    text = "e\u0301a👍" * 1000
    left = content("x", [put("content", text)])
    ends = [end for end in boundaries(text) if len(text[:end].encode()) <= 4096]
    assert left == text[: ends[-1]]
