"""The functions of the rule language: their examples are run, and nothing that a message can bring makes one fail."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulelang.language.functions import FUNCTIONS, Example
from rulelang.language.types import LIST, NUMBER, TEXT, TEXT_OR_LIST, TIME, fits
from rulelang.language.values import MISSING, Absent, kind, same
from rulelang.tools.reference import EXAMPLE_TIME
from rulelang.tools.spec import evaluate_expression

EXAMPLES = [(function.name, example) for function in FUNCTIONS.values() for example in function.examples]
SAMPLES: dict[Any, Any] = {
    TEXT: "Hello",
    NUMBER: 3,
    TIME: datetime(2026, 11, 20, 14, 5, tzinfo=UTC),
    LIST: ["a"],
    TEXT_OR_LIST: "Hello",
}


def call(name: str, *values: Any) -> Any:
    return FUNCTIONS[name].implementation(*values)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example.expression for _, example in EXAMPLES])
def test_example(name: str, example: Example) -> None:
    message = {"now": EXAMPLE_TIME, "content": "hello"}
    value = evaluate_expression(example.expression, message)
    assert name in example.expression
    if example.value == "missing":
        assert value is MISSING
    else:
        assert same(value, evaluate_expression(example.value, message))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_its_manual(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.doc
    assert function.doc[0].isupper()
    assert function.examples
    assert inspect.isfunction(function.implementation)
    assert not function.variadic or function.parameters


def test_the_functions_of_the_language() -> None:
    assert set(FUNCTIONS) >= {
        *("length", "words", "lines", "caps_ratio", "digit_ratio", "repeat_ratio", "lower", "upper", "trim", "script"),
        *("hour", "weekday", "time_of_day", "min", "max", "round", "abs"),
    }


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("length", "", 0),
        ("length", "e\u0301", 1),
        ("length", "🇩🇪🇫🇷", 2),
        ("length", "👨‍👩‍👧‍👦!", 2),
        ("length", "a\r\nb", 3),
        ("words", "", 0),
        ("words", "one,two;three", 3),
        ("words", "नमस्ते दुनिया", 2),
        ("words", "l’été est là", 3),
        ("words", "日本語", 3),
        ("words", "한국어 단어", 2),
        ("lines", "one", 1),
        ("lines", "one\r\ntwo", 2),
        ("caps_ratio", "", Decimal(0)),
        ("caps_ratio", "ABCDEFGxyz", Decimal("0.7")),
        ("caps_ratio", "ÄÖü", Decimal(2) / Decimal(3)),
        ("caps_ratio", "漢字 A", Decimal(1)),
        ("caps_ratio", "12 !?", Decimal(0)),
        ("digit_ratio", "abc1234567", Decimal("0.7")),
        ("digit_ratio", "٣٤ ab", Decimal("0.5")),
        ("punctuation_ratio", "!!", Decimal(1)),
        ("punctuation_ratio", "«a»…", Decimal("0.75")),
        ("punctuation_ratio", "a 👍🏽", Decimal("0.5")),
        ("repeat_ratio", "aAaA", Decimal("0.75")),
        ("repeat_ratio", "👍🏽👍🏽", Decimal("0.5")),
        ("repeat_ratio", "", Decimal(0)),
        ("lower", "ÄB", "äb"),
        ("upper", "ß", "SS"),
        ("trim", "\u3000 x \n", "x"),
        ("script", "Hello Привет мир", "Cyrillic"),
        ("script", "漢字かな漢", "Han"),
        ("script", "ab гд", "Latin"),
        ("script", "👍 !?", MISSING),
        ("script", "", MISSING),
        ("script", "नमस्ते", "Devanagari"),
        ("number", "-3", -3),
        ("number", "0.10", Decimal("0.10")),
        ("number", "1e9", MISSING),
        ("number", "", MISSING),
        ("number", "--1", MISSING),
        ("number", "1.", MISSING),
        ("number", "٣", MISSING),
        ("number", "9" * 41, MISSING),
    ],
)
def test_of_a_text(name: str, text: str, value: Any) -> None:
    result = call(name, text)
    assert result is value if isinstance(value, Absent) else same(result, value)


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("min", (2, Decimal("1.5")), Decimal("1.5")),
        ("max", (1, 5, 3), 5),
        ("max", (Decimal("1E+999999"), 5), Decimal("1E+999999")),
        ("round", (7,), 7),
        ("round", (Decimal("0.5"),), 1),
        ("round", (Decimal("-0.5"),), -1),
        ("round", (Decimal("12345678901234567890.4"),), 12345678901234567890),
        ("round", (Decimal("1E+999999"),), Decimal("1E+999999")),
        ("round", (Decimal("1E-999999"),), 0),
        ("abs", (Decimal("-12345678901234567890123456789.5"),), Decimal("12345678901234567890123456789.5")),
        ("abs", (-(10**500),), 10**500),
        ("length", (["a", None],), 2),
        ("length", ((),), 0),
    ],
)
def test_of_numbers_and_lists(name: str, arguments: tuple[Any, ...], value: Any) -> None:
    assert same(call(name, *arguments), value)


def test_times_are_read_in_the_zone_they_carry() -> None:
    late = datetime(2026, 12, 31, 23, 5, tzinfo=UTC)
    there = late.astimezone(timezone(timedelta(hours=1)))
    assert (call("hour", late), call("weekday", late), call("time_of_day", late), call("date", late)) == (
        23,
        "thu",
        "23:05",
        "2026-12-31",
    )
    assert (call("hour", there), call("weekday", there), call("time_of_day", there), call("date", there)) == (
        0,
        "fri",
        "00:05",
        "2027-01-01",
    )


def test_the_policy_names_the_zone() -> None:
    assert evaluate_expression("hour(now)", {"now": "2026-11-20T23:30:00Z"}) == 23


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None))
    | st.timedeltas()
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@given(st.sampled_from(sorted(FUNCTIONS)), st.data())
def test_any_values_give_a_value_or_missing(name: str, data: st.DataObject) -> None:
    function = FUNCTIONS[name]
    result = function.implementation(*(data.draw(VALUES) for _ in function.parameters))
    if result is MISSING:
        return
    assert kind(result) == function.returns.name


@given(st.sampled_from(sorted(FUNCTIONS)))
def test_a_value_of_another_type_is_missing(name: str) -> None:
    function = FUNCTIONS[name]
    for value in (None, True, {}):
        assert function.implementation(*(value for _ in function.parameters)) is MISSING
    assert function.implementation(*(SAMPLES[type_] for _, type_ in function.parameters)) is not MISSING or name == "number"


@given(st.text())
def test_ratios_are_shares(text: str) -> None:
    for name in ("caps_ratio", "digit_ratio", "punctuation_ratio", "repeat_ratio"):
        assert 0 <= call(name, text) <= 1


def test_what_length_takes() -> None:
    from rulelang.language.types import BOOLEAN, JSON

    assert all(fits(type_, TEXT_OR_LIST) for type_ in (TEXT, LIST, JSON))
    assert not fits(NUMBER, TEXT_OR_LIST)
    assert not fits(BOOLEAN, TEXT_OR_LIST)
