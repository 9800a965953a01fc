"""JSON as it came: reading, writing, and edits on the text itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.language import json_text
from rulelang.language.json_text import Document, EditError
from rulelang.language.values import MISSING, same

texts = st.text(st.characters(), max_size=8)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
scalars = st.none() | st.booleans() | st.integers() | decimals | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12)
objects = st.dictionaries(texts, values, max_size=5)


class TestRead:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("12345678901234567890", 12345678901234567890),
            ("1.10", Decimal("1.10")),
            ("1e5", Decimal("1e5")),
            ("-0.0", Decimal("-0.0")),
            (' {"a" : [null, true, "x"]}\n', {"a": [None, True, "x"]}),
            ('{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2}),
            ('"\\ud800"', "\ud800"),
        ],
    )
    def test_values(self, text: str, value: object) -> None:
        assert same(json_text.read(text), value)

    def test_a_number_keeps_its_digits(self) -> None:
        assert str(json_text.read("1.10")) == "1.10"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "nope",
            "{",
            "[1,]",
            "{'a': 1}",
            "NaN",
            "[Infinity]",
            "-Infinity",
            '"\n"',
            "01",
            "\ufeff{}",
            "1e10000",
            "1e999999999999999999999999",
            "0e99999",
        ],
    )
    def test_what_is_no_json_is_missing(self, text: str) -> None:
        assert json_text.read(text) is MISSING

    def test_long_integers_are_exact(self) -> None:
        digits = "7" * 5000
        assert json_text.dump(json_text.read(f'{{"n":{digits},"m":1}}')) == f'{{"n":{digits},"m":1}}'
        assert json_text.read("9" * 20_000) is MISSING

    def test_depth(self) -> None:
        deepest = json_text.DEEPEST
        assert json_text.read("[" * deepest + "]" * deepest) is not MISSING
        assert json_text.read("[" * (deepest + 1) + "]" * (deepest + 1)) is MISSING
        assert json_text.read("[" * 100_000 + "]" * 100_000) is MISSING
        assert json_text.read('{"a":' * 100_000) is MISSING
        assert json_text.read('"' + "[" * 1000 + '\\""') == "[" * 1000 + '"'

    @given(st.text())
    def test_any_text_reads_and_parses_alike(self, text: str) -> None:
        assert (json_text.read(text) is MISSING) == (json_text.parse(text) is None)

    @given(st.text('[]{}",:\\truefalsn0123.eE- \n', max_size=30))
    def test_what_looks_like_json_reads_and_parses_alike(self, text: str) -> None:
        beyond = any(part.isdigit() and len(part) > 3 for part in text.replace("-", "e").replace("+", "").lower().split("e")[1:])
        if not beyond:
            assert (json_text.read(text) is MISSING) == (json_text.parse(text) is None)

    @given(values)
    def test_agrees_with_the_standard_library(self, value: object) -> None:
        text = json_text.dump(value)
        assert same(json_text.read(text), json.loads(text, parse_float=Decimal))


class TestDump:
    @given(values)
    def test_round_trip(self, value: object) -> None:
        text = json_text.dump(value)
        assert same(json_text.read(text), value)
        assert len(text.splitlines()) <= 1 or not set(text) & set("\n\r\u0085\u2028\u2029")
        text.encode()

    def test_spelling(self) -> None:
        assert (
            json_text.dump({"a": [1, Decimal("1.10"), None, True, "é\ud800\u2028\n"]})
            == '{"a":[1,1.10,null,true,"é\\ud800\\u2028\\n"]}'
        )

    def test_a_number_with_more_digits_than_python_writes(self) -> None:
        assert json_text.dump(10**5000) == "1" + "0" * 5000

    def test_durations_and_times_are_texts(self) -> None:
        assert json_text.dump([timedelta(minutes=90), datetime(2026, 1, 5, tzinfo=UTC)]) == '["1h30m","2026-01-05T00:00:00.000Z"]'

    def test_what_is_no_value(self) -> None:
        with pytest.raises(TypeError):
            json_text.dump({1, 2})


class TestDocument:
    BEFORE = (
        '{ "n" : 1.10,\n  "big": 12345678901234567890, "e":1e5 , "\\u0061": "\\u00e9", "list": [1, "x"], "o": {"p": {"q": 0.0}} }'
    )

    def test_what_no_edit_touches_stays_as_it_came(self) -> None:
        edited = Document(self.BEFORE)
        edited.set(("new",), [Decimal("2.50")])
        assert edited.text() == (
            '{"n":1.10,"big":12345678901234567890,"e":1e5,"\\u0061":"\\u00e9","list":[1,"x"],"o":{"p":{"q":0.0}},"new":[2.50]}'
        )

    def test_no_edit_no_change(self) -> None:
        edited = Document(self.BEFORE)
        edited.set(("n",), Decimal("1.1"))
        edited.set(("big",), 12345678901234567890)
        edited.unset(("nowhere", "at", "all"))
        edited.unset(("n", "x"))
        edited.add(("list",), "x")
        edited.add(("none",), [])
        for place, text in edited.texts(("a",)):
            edited.rewrite(place, text)
        assert edited.text() == self.BEFORE

    @pytest.mark.parametrize("nothing", ["", " ", "null", " null\n"])
    def test_nothing_is_an_empty_object(self, nothing: str) -> None:
        edited = Document(nothing)
        assert edited.text() == nothing
        edited.set(("a", "b"), 1)
        assert edited.text() == '{"a":{"b":1}}'

    @pytest.mark.parametrize("other", ["[]", "1", '"text"', "true", "not json", "{", '{"a":1} x'])
    def test_what_is_no_object_is_refused(self, other: str) -> None:
        with pytest.raises(EditError):
            Document(other)

    def test_steps_through_something_else_are_refused(self) -> None:
        for path in (("n", "x"), ("list", "x"), ("list", "0"), ("o", "p", "q", "r")):
            edited = Document(self.BEFORE)
            with pytest.raises(EditError):
                edited.set(path, 1)
            with pytest.raises(EditError):
                edited.add(path, 1)
            edited.unset(path)
            assert edited.text() == self.BEFORE
        with pytest.raises(EditError):
            Document(self.BEFORE).add(("n",), 1)

    def test_members_are_replaced_in_place_and_taken_away(self) -> None:
        edited = Document('{"a":1,"b":2,"c":3}')
        edited.set(("b",), {"x": None})
        edited.unset(("a",))
        assert edited.text() == '{"b":{"x":null},"c":3}'

    def test_add_appends_once(self) -> None:
        edited = Document('{"l":[1.0,"a"]}')
        edited.add(("l",), ["a", 1, "b", "b", True])
        edited.add(("m", "n"), "x")
        assert edited.text() == '{"l":[1.0,"a","b",true],"m":{"n":["x"]}}'

    def test_of_members_with_one_name_the_last_stays(self) -> None:
        text = '{"a":1,"b":{"c":1,"c":2},"a":3}'
        edited = Document(text)
        assert edited.text() == text
        edited.set(("d",), 4)
        assert edited.text() == '{"a":3,"b":{"c":2},"d":4}'

    def test_texts(self) -> None:
        edited = Document('{"l":["a",1,"b",["a"]],"t":"\\u0061"}')
        found = [*edited.texts(("l",)), *edited.texts(("t",)), *edited.texts(("l", "x")), *edited.texts(("none",))]
        assert [text for _, text in found] == ["a", "b", "a"]
        for place, text in found:
            edited.rewrite(place, text.upper())
        assert edited.text() == '{"l":["A",1,"B",["a"]],"t":"A"}'

    def test_no_depth_is_too_deep(self) -> None:
        deep = '{"a":' * 3000 + "1" + "}" * 3000
        edited = Document(deep)
        edited.set(("b",), 1)
        assert edited.text() == deep[:-1] + ',"b":1}'

    @given(objects, st.sampled_from(["", " ", "\n"]), texts, values)
    def test_set_and_unset_against_dict(self, before: dict[str, object], space: str, name: str, value: object) -> None:
        edited = Document(space + json.dumps(json.loads(json_text.dump(before)), indent=space or None) + space)
        before = json.loads(edited.text(), parse_float=Decimal)
        edited.set((name,), value)
        assert same(json_text.read(edited.text()), {**before, name: value})
        edited.unset((name,))
        assert same(json_text.read(edited.text()), {key: item for key, item in before.items() if key != name})

    @given(objects, texts, st.lists(scalars, max_size=3))
    @settings(max_examples=50)
    def test_add_against_list(self, before: dict[str, object], name: str, added: list[object]) -> None:
        before[name] = ["there"]
        edited = Document(json_text.dump(before))
        edited.add((name,), added)
        after = ["there"]
        for item in added:
            if not any(same(item, there) for there in after):
                after.append(item)
        assert same(json_text.read(edited.text()), {**before, name: after})
