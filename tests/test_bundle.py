"""Bundles: written the same each time, read back whole, and refused with one sentence where they can't be used."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.compiler import pipeline
from rulelang.language import bundle

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"


def compiled(text: str) -> dict[str, Any]:
    """The bundle of a text."""
    checked = pipeline.check_text(text)
    assert not checked.has_errors, checked.diagnostics
    return pipeline.compile_policy(checked)


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return pipeline.compile_policy(pipeline.check(EXAMPLES / "community.rules"))


@pytest.mark.parametrize("name", ["community", "gaming", "support"])
def test_a_bundle_survives_writing_and_reading(name: str) -> None:
    made = pipeline.compile_policy(pipeline.check(EXAMPLES / f"{name}.rules"))
    text = bundle.write(made)
    assert bundle.read(text) == made["body"]
    assert bundle.read(text.encode()) == made["body"]
    assert bundle.read(json.dumps(json.loads(text), indent=2)) == made["body"], "layout is no change"


def test_the_same_policy_gives_the_same_bytes_wherever_it_is_compiled_from(monkeypatch: pytest.MonkeyPatch) -> None:
    absolute = bundle.write(pipeline.compile_policy(pipeline.check(EXAMPLES / "community.rules")))
    monkeypatch.chdir(EXAMPLES)
    assert bundle.write(pipeline.compile_policy(pipeline.check("community.rules"))) == absolute
    monkeypatch.chdir(EXAMPLES.parent)
    assert bundle.write(pipeline.compile_policy(pipeline.check(os.path.join("examples", "community.rules")))) == absolute  # noqa: PTH118


def test_sources_and_places_are_those_of_the_policy_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "more.rules").write_text("\n  rule more { deny }")
    (tmp_path / "main.rules").write_text('rule one { deny }\nuse "sub/more.rules"\n')
    body = pipeline.compile_policy(pipeline.check(tmp_path / "main.rules"))["body"]
    assert body["sources"] == ["main.rules", "sub/more.rules"]
    assert [rule["at"] for rule in body["rules"]] == [[0, 1, 6], [1, 2, 8]]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_truncated_or_altered_bundle_is_refused_in_one_sentence(data: st.DataObject) -> None:
    text = bundle.write(pipeline.compile_policy(pipeline.check(EXAMPLES / "support.rules")))
    place = data.draw(st.integers(0, len(text) - 3))
    if data.draw(st.booleans()):
        broken = text[:place]
    else:
        other = data.draw(st.sampled_from('x1"{}[],: \x00é').filter(lambda char: char != text[place]))
        broken = text[:place] + other + text[place + 1 :]
    try:
        read = bundle.read(broken)
    except bundle.BundleError as error:
        said = str(error)
    else:
        # An unlucky change, such as of the compiler's version, which decides nothing.
        assert read == bundle.read(text)
        return
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "3", '"x"', "{}", b"\xff\xfe", "[" * 100_000, '{"rulelang_bundle": 1}', '{"rulelang_bundle": []}'],
)
def test_what_is_no_bundle_is_refused(text: str | bytes) -> None:
    with pytest.raises(bundle.BundleError):
        bundle.read(text)


def test_an_unknown_format_is_refused_by_name(whole: dict[str, Any]) -> None:
    with pytest.raises(bundle.BundleError, match=r"format 2.*reads format 1"):
        bundle.read(json.dumps({**whole, "rulelang_bundle": 2}))
    with pytest.raises(bundle.BundleError, match="format True"):
        bundle.read(json.dumps({**whole, "rulelang_bundle": True}))


def test_an_altered_body_is_refused(whole: dict[str, Any]) -> None:
    body = {**whole["body"], "settings": {**whole["body"]["settings"], "bots": "skip"}}
    with pytest.raises(bundle.BundleError, match="altered"):
        bundle.read(json.dumps({**whole, "body": body}))


def test_a_missing_function_or_finder_is_refused_by_name(whole: dict[str, Any]) -> None:
    with pytest.raises(bundle.BundleError, match="function `frobnicate`"):
        bundle.read(bundle.write(bundle.pack({**whole["body"], "functions": ["frobnicate"]})))
    finders = [*whole["body"]["finders"], {"kind": "builtin", "name": "passport_photo"}]
    with pytest.raises(bundle.BundleError, match="finder `passport_photo`"):
        bundle.read(bundle.write(bundle.pack({**whole["body"], "finders": finders})))


def test_needed_functions_are_those_that_are_called_anywhere() -> None:
    body = compiled("""
        let long = length(content) > 3
        list words_like = ["call", "trim"]
        rule a { when long and content in words_like set metadata.a = lower(content) }
        rule b { when messages by upper(content) within 1h > 2 and count(url where (lines(text) > 1)) > 0 deny }
    """)["body"]
    assert body["functions"] == ["length", "lines", "lower", "upper"]


def counter_ids(text: str) -> list[str]:
    return [counter["id"] for counter in compiled(text)["body"]["counters"]]


def test_a_counter_has_a_stable_name() -> None:
    rule = "rule r {{ when messages by {} within {} > 3 deny }}"
    (plain,) = counter_ids(rule.format("sender.arn", "1h"))
    assert counter_ids(rule.format("sender.arn", "10s")) == [plain], "the window is no part of it"
    assert counter_ids("rule other { when length(content) > 3 deny }\n" + rule.format("sender.arn", "1h")) == [plain]
    assert counter_ids("let who = sender.arn\n" + rule.format("who", "1h")) == [plain], "what a let stands for counts"
    assert counter_ids(rule.format("sender.arn, content", "1h")) != [plain]
    assert counter_ids("rule r { when messages delivered by sender.arn within 1h > 3 deny }") != [plain]
    two_windows = counter_ids("rule r { when messages by sender.arn within 1h > 3 or messages by sender.arn within 1m > 2 deny }")
    assert two_windows == [plain, plain]
    assert len(counter_ids(rule.format("sender.arn", "1h") + "rule s { when messages by sender.arn within 1h > 5 deny }")) == 1


def test_a_counter_outlives_new_entries_of_its_words() -> None:
    text = "words w = [{}]\nrule r {{ when messages where (content contains w) by sender.arn within 1h > 3 deny }}"
    before = counter_ids(text.format('"horrid"'))
    assert counter_ids("pattern p = /abc/\nrule q { mask p }\n" + text.format('"horrid", "awful"')) == before
    assert counter_ids(text.format('"horrid"').replace("contains w)", "contains url)")) != before


def test_hits_are_counted_by_the_name_of_their_rule() -> None:
    text = (
        "rule {0} {{ when length(content) > {1} set metadata.a = 1 }}\n"
        "rule s {{ when hits of {0} by sender.arn within 1h > 3 deny }}"
    )
    before = counter_ids(text.format("r", 3))
    assert counter_ids(text.format("r", 4)) == before
    assert counter_ids(text.format("q", 3)) != before
