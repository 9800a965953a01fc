"""The algebra of edits: what rules make of a message together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.language.graphemes import split
from rulelang.runtime.ledger import NOTES
from tests import composing
from tests.composing import (
    ABSENT,
    LABEL,
    REPORT,
    add,
    append,
    content,
    event,
    mask,
    prepend,
    put,
    remove,
    replace,
    settled,
    slugs,
    unset,
)

CARD = "4111 1111 1111 1234"


class TestSpans:
    def test_each_kind(self) -> None:
        assert content("a bad day", [mask("word")]) == "a *** day"
        assert content("a bad day", [mask("word", character="•")]) == "a ••• day"
        assert content("a bad day", [mask("word")], mask_with="#") == "a ### day"
        assert content("a bad day", [replace("word", by="[{text}]")]) == "a [bad] day"
        assert content("a bad day", [remove("word")]) == "a  day"

    def test_a_mask_counts_graphemes(self) -> None:
        assert content("né\u0301 👩‍👩‍👧", [mask("all")]) == "****"

    def test_a_replacement_reads_the_match_and_the_original(self) -> None:
        assert content("ann@a.de bob@b.de", [replace("mail", by="<{user}>")]) == "<ann> <bob>"
        assert content("ann@a.de bad", [mask("word")], [replace("mail", by="({content})")]) == "(ann@a.de bad) ***"

    def test_only_letters_and_digits_of_a_card_are_masked(self) -> None:
        assert content(f"it is {CARD}.", [mask("card")]) == "it is **** **** **** ****."

    @pytest.mark.parametrize(
        ("keep", "left"),
        [
            (("last", 4), "**** **** **** 1234"),
            (("first", 4), "4111 **** **** ****"),
            (("last", 5), "**** **** ***1 1234"),
            (("last", 16), CARD),
            (("last", 99), CARD),
        ],
    )
    def test_keeping_counts_what_would_have_been_masked(self, keep: tuple[str, int], left: str) -> None:
        assert content(CARD, [mask("card", keep=keep)]) == left

    def test_keeping_counts_graphemes_of_other_finders(self) -> None:
        assert content("e\u0301a bad", [mask("all", keep=("first", 1))]) == "e\u0301*****"

    def test_what_is_kept_is_no_part_of_the_span(self) -> None:
        assert content("1234 5678", [mask("digits", keep=("last", 2))], [replace("digits", by="n")]) == "n n"
        assert content(f"{CARD} end", [mask("card", keep=("last", 4))], [remove("tail")]) == "**** **** **** "

    def test_the_strongest_edit_gets_the_joined_span(self) -> None:
        assert content("so bad stuff", [mask("word")], [replace("long", by="X")]) == "so X"
        assert content("so bad stuff", [mask("long")], [replace("word", by="X")]) == "so X"
        assert content("so bad stuff", [replace("long", by="X")], [remove("word")]) == "so "

    def test_spans_join_through_others(self) -> None:
        assert content("x bad thing end x", [mask("word")], [replace("tail", by="T")], [mask("long")]) == "x T x"

    def test_among_equals_the_earlier_rule_then_the_earlier_action_then_the_leftmost(self) -> None:
        assert content("bad stuff", [replace("word", by="1")], [replace("long", by="2")]) == "1"
        assert content("bad stuff", [replace("long", by="2"), replace("word", by="1")]) == "2"
        assert content("x bad thing end", [replace("long", "tail", by="<{text}>")]) == "x <bad thing>"
        assert content("bad stuff", [mask("long", character="1")], [mask("word", character="2")]) == "111111111"

    def test_spans_that_only_touch_stay_apart(self) -> None:
        assert content("1234", [mask("digits", keep=("last", 2))], [mask("digits", keep=("first", 2), character="#")]) == "**##"

    def test_a_rule_whose_span_another_gets_was_not_applied(self) -> None:
        outcome = settled(event("so bad stuff"), [mask("word")], [remove("long")], [mask("nothing")])
        assert outcome.why_not == {"r1": "r2 edits the same text", "r2": None, "r3": "there is nothing for it to change"}


class TestContent:
    def test_append_and_prepend_in_rule_order(self) -> None:
        assert content("a bad day", [append("1"), prepend("2")], [append("3"), prepend("4"), mask("word")]) == "24a *** day13"

    def test_set_beats_span_edits(self) -> None:
        outcome = settled(event("a bad day"), [mask("word")], [put("content", "new"), append("!")], [put("content", "newer")])
        assert outcome.members["Content"] == "new!"
        assert outcome.why_not == {"r1": "r2 sets the content", "r2": None, "r3": "r2 changes content, and comes first"}
        assert sorted(slugs(outcome)) == ["content-set", "edit-overruled"]

    def test_set_of_missing_does_nothing(self) -> None:
        outcome = settled(event("a bad day"), [put("content", ABSENT)], [mask("word")])
        assert outcome.members["Content"] == "a *** day"
        assert slugs(outcome) == ["value-missing"]

    def test_expressions_read_the_original(self) -> None:
        assert content("a bad day", [mask("word")], [append(" | {content}")]) == "a *** day | a bad day"

    def test_nothing_to_edit_is_unchanged(self) -> None:
        outcome = settled(event("fine"), [mask("word")], [append("")])
        assert (outcome.outcome, outcome.members["Content"]) == ("unchanged", "fine")


class TestPush:
    def left(self, text: str, push: dict[str, Any], *rules: Any) -> dict[str, str]:
        return settled(event(text, PushNotification=push), *rules).members["PushNotification"]

    def test_the_finders_of_content_run_in_push_texts(self) -> None:
        push = {"Title": "bad ann", "Body": "she says bad", "Type": "VOIP"}
        assert self.left("a bad day", push, [mask("word")]) == {"Title": "*** ann", "Body": "she says ***", "Type": "VOIP"}

    def test_only_where_content_is_rewritten(self) -> None:
        assert self.left("fine", {"Body": "bad"}, [mask("word")], [append("!")]) == {"Body": "bad"}

    @pytest.mark.parametrize("body", [f"card {CARD[:11]}", f"card {CARD[:11]}…", f"card {CARD[:11]} ...", f"card {CARD}"])
    def test_a_body_that_is_the_beginning_is_edited_by_position(self, body: str) -> None:
        left = self.left(f"card {CARD} ok", {"Body": body}, [mask("card")])["Body"]
        assert left == "card " + "".join("*" if letter.isdigit() else letter for letter in body[5:])

    def test_a_cut_off_replacement_is_whole(self) -> None:
        assert self.left("mail ann@example.org", {"Body": "mail ann@exa"}, [replace("mail", by="[mail]")]) == {
            "Body": "mail [mail]"
        }

    def test_a_cut_off_title_is_covered_too(self) -> None:
        assert self.left(f"card {CARD}", {"Title": "card 4111 11"}, [mask("card")]) == {"Title": "card **** **"}

    def test_where_content_is_set_such_a_body_is_set(self) -> None:
        assert self.left("hello there", {"Title": "Ann", "Body": "hello"}, [put("content", "new")]) == {
            "Title": "Ann",
            "Body": "new",
        }
        assert self.left("hello there", {"Body": "other"}, [put("content", "new")]) == {"Body": "other"}

    def test_where_content_is_set_the_finders_still_run_in_other_push_texts(self) -> None:
        push = {"Title": "bad ann", "Body": "so bad"}
        assert self.left("a bad day", push, [mask("word")], [put("content", "new")]) == {"Title": "*** ann", "Body": "so ***"}

    def test_a_rule_s_own_set_wins(self) -> None:
        push = {"Title": "bad", "Body": "a bad day"}
        assert self.left("a bad day", push, [mask("word")], [put("push.body", "bad news")]) == {"Title": "***", "Body": "bad news"}
        assert self.left("a bad day", push, [mask("word")], [unset("push.title")]) == {"Body": "a *** day"}

    def test_edits_of_the_push_itself(self) -> None:
        push = {"Title": "bad", "Body": "a bad day 12"}
        assert self.left("fine", push, [mask("word", at="push.body")]) == {"Title": "bad", "Body": "a *** day 12"}
        assert self.left("a bad day 12", push, [mask("word")], [remove("digits", at="push.body")])["Body"] == "a *** day "

    def test_a_push_is_made_where_none_came(self) -> None:
        outcome = settled(event("hi"), [put("push.title", "New"), put("push.type", "VOIP")])
        assert outcome.members["PushNotification"] == {"Title": "New", "Type": "VOIP"}


class TestMetadata:
    def left(self, metadata: str | None, *rules: Any) -> Any:
        return settled(event(Metadata=metadata), *rules).members.get("Metadata")

    def test_sets_then_adds(self) -> None:
        assert self.left('{"a": 1.10}', [add("y", "metadata.l")], [put("metadata.l", ["x"])]) == '{"a":1.10,"l":["x","y"]}'
        assert self.left('{"l":["x"]}', [add(["x", "y"], "metadata.l")], [unset("metadata.l")]) == '{"l":["x","y"]}'

    @pytest.mark.parametrize("nothing", [None, "", "null"])
    def test_nothing_is_an_empty_object(self, nothing: str | None) -> None:
        assert self.left(nothing, [put("metadata.a.b", 1)]) == '{"a":{"b":1}}'
        assert self.left(nothing, [unset("metadata.a")]) == nothing

    def test_of_two_on_one_way_the_earlier_wins(self) -> None:
        for first, second, left in (
            (put("metadata.a", 1), put("metadata.a", 2), '{"a":1}'),
            (put("metadata.a.b", 1), put("metadata.a", 2), '{"a":{"b":1}}'),
            (put("metadata.a", 2), put("metadata.a.b", 1), '{"a":2}'),
            (unset("metadata.a"), put("metadata.a.b", 1), None),
        ):
            outcome = settled(event(), [first], [second])
            assert outcome.members.get("Metadata") == left
            assert outcome.why_not["r2"] is not None
            assert slugs(outcome) == ["edit-overruled"]

    def test_paths_side_by_side_do_not_meet(self) -> None:
        assert self.left(None, [put("metadata.a.b", 1)], [put("metadata.a.c", 2)]) == '{"a":{"b":1,"c":2}}'

    def test_an_edit_that_is_blocked_is_dropped(self) -> None:
        outcome = settled(event(Metadata='{"t":"x"}'), [put("metadata.t.u", 1)], [add(1, "metadata.t")], [put("metadata.ok", True)])
        assert outcome.members["Metadata"] == '{"t":"x","ok":true}'
        assert slugs(outcome) == ["edit-blocked", "edit-blocked"]
        assert list(outcome.why_not.values())[2] is None

    def test_missing_does_nothing_and_does_not_win(self) -> None:
        outcome = settled(event(), [put("metadata.a", ABSENT), add(ABSENT, "metadata.l")], [put("metadata.a", 1)])
        assert outcome.members["Metadata"] == '{"a":1}'
        assert slugs(outcome) == ["value-missing", "value-missing"]

    def test_texts_are_edited_each_element_of_a_list_too(self) -> None:
        metadata = '{"t": "a bad day", "l": ["bad", 1, "good", "bad 2"], "n": 1e3}'
        rules = [mask("word", at="metadata.t"), mask("word", at="metadata.l")], [remove("long", at="metadata.l")]
        assert self.left(metadata, *rules) == '{"t":"a *** day","l":["***",1,"good",""],"n":1e3}'

    def test_a_set_beats_span_edits_on_its_way(self) -> None:
        outcome = settled(event(Metadata='{"t":"bad"}'), [mask("word", at="metadata.t")], [put("metadata.t", "so bad")])
        assert outcome.members["Metadata"] == '{"t":"so bad"}'
        assert slugs(outcome) == ["edit-overruled"]

    def test_an_edit_that_changes_nothing_leaves_every_byte(self) -> None:
        before = '{ "a": 1.0, "l": [ "x" ] }'
        outcome = settled(event(Metadata=before), [put("metadata.a", 1)], [add("x", "metadata.l")], [unset("metadata.none")])
        assert (outcome.outcome, outcome.members["Metadata"]) == ("unchanged", before)


class TestAttributes:
    CAME = {"k": {"StringValues": ["a bad day", "x"]}, "other": {"StringValues": ["y"]}, "odd": {}}  # noqa: RUF012

    def left(self, *rules: Any) -> Any:
        return settled(event(MessageAttributes=self.CAME), *rules).members["MessageAttributes"]

    def test_an_attribute_is_a_list_of_texts(self) -> None:
        assert self.left([put("attributes.new", "one")])["new"] == {"StringValues": ["one"]}
        assert self.left([put("attributes.new", ["one", 2])])["new"] == {"StringValues": ["one", "2"]}
        assert self.left([add(["x", "z"], "attributes.k")])["k"] == {"StringValues": ["a bad day", "x", "z"]}
        assert self.left([add("z", "attributes.new")])["new"] == {"StringValues": ["z"]}

    def test_texts_are_edited(self) -> None:
        assert self.left([mask("word", at="attributes.k")]) == {**self.CAME, "k": {"StringValues": ["a *** day", "x"]}}

    def test_unset(self) -> None:
        assert self.left([unset("attributes.k")]) == {"other": {"StringValues": ["y"]}, "odd": {}}

    def test_missing(self) -> None:
        assert settled(event(), [put("attributes.k", ABSENT)]).outcome == "unchanged"


class TestContentType:
    def test_set_and_unset(self) -> None:
        assert settled(event(), [put("content_type", "text/plain")]).members["ContentType"] == "text/plain"
        outcome = settled(event(ContentType="a"), [unset("content_type")], [put("content_type", "b")])
        assert "ContentType" not in outcome.members
        assert slugs(outcome) == ["edit-overruled"]


def test_rules_without_edits_are_applied() -> None:
    outcome = settled(event(), [], [LABEL], [REPORT, mask("word")], [LABEL, unset("metadata.a")])
    assert outcome.outcome == "unchanged"
    assert set(outcome.why_not.values()) == {None}


def test_every_note_is_in_the_table() -> None:
    outcome = settled(event("bad"), [put("content", ABSENT), put("metadata.a", "x" * 2000), remove("word")])
    assert set(slugs(outcome)) <= set(NOTES)


FINDERS = [name for name in composing.FINDERS if name != "nothing"]
texts = st.text("bad end 12345-@.é👍\u0301\n", max_size=25) | st.sampled_from(["a bad day end", CARD, "bad ann@a.de 12 end"])
finders = st.sampled_from(FINDERS)
keeps = st.none() | st.tuples(st.sampled_from(["first", "last"]), st.integers(1, 5))
edits = st.one_of(
    st.builds(lambda f, k: mask(f, keep=k), finders, keeps),
    st.builds(lambda f: replace(f, by="<{text}>"), finders),
    st.builds(remove, finders),
)


@given(texts, st.lists(st.lists(edits, min_size=1, max_size=3), max_size=4))
@settings(max_examples=150)
def test_what_no_finder_finds_stays(text: str, rules: list[Any]) -> None:
    """Outside of every match the content is as it came; masks alone keep the number of graphemes."""
    outcome = settled(event(text), *rules, empty_content="gone")
    left = outcome.members.get("Content", "")
    if outcome.outcome == "unchanged":
        assert left == text
    if "content-emptied" not in slugs(outcome) and all(edit.kind == "mask" for rule in rules for edit in rule):
        assert len(split(left)) == len(split(text))
        for before, after in zip(split(text), split(left), strict=True):
            assert after in (before, "*")


@given(texts, st.lists(st.lists(edits, min_size=1, max_size=2), min_size=1, max_size=3))
@settings(max_examples=100)
def test_a_push_body_that_repeats_the_content_leaves_like_it(text: str, rules: list[Any]) -> None:
    outcome = settled(event(text, PushNotification={"Body": text}), *rules, empty_content="gone")
    if "content-emptied" not in slugs(outcome) and text:
        assert outcome.members["PushNotification"].get("Body", "") == outcome.members["Content"]


@given(st.dictionaries(st.sampled_from("abc"), st.integers() | st.just("bad") | st.lists(st.just("bad"), max_size=2)))
@settings(max_examples=50)
def test_metadata_edits_keep_what_they_do_not_name(before: dict[str, Any]) -> None:
    outcome = settled(event(Metadata=json.dumps(before)), [put("metadata.z", 1), mask("word", at="metadata.a")])
    left = json.loads(outcome.members["Metadata"])
    assert {name: value for name, value in left.items() if name in "bc"} == {n: v for n, v in before.items() if n in "bc"}
