"""The pipeline: whatever is written, diagnostics come in order and nothing is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.compiler import pipeline

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"
PIECES = sorted({word for file in EXAMPLES.glob("*.rules") for word in file.read_text(encoding="utf-8").split()})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_words_of_the_language_give_diagnostics(words: list[str]) -> None:
    pipeline.check_text(" ".join(words))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_diagnostics(text: str) -> None:
    pipeline.check_text(text)
    pipeline.check_text("rule r { when " + text + " deny }")


EXPRESSIONS = [
    "content",
    "sender.name",
    "sender.age",
    "now",
    "metadata",
    "metadata.a",
    "attributes.a",
    "url",
    "w",
    "l",
    "e",
    "unknown",
    "3",
    "0.5",
    "null",
    "true",
    "1h",
    '"a"',
    "[1, 2]",
    "[]",
    "first(url)",
    "first(url).host",
    "count(w)",
    "length(content)",
    "/a/",
    "matched r",
    "any of (url, w)",
    "url where (host in l)",
    "messages by sender.arn within 1h",
]
OPERATORS = ["==", "!=", "<", ">=", "in", "not in", "contains", "starts with", "like", "+", "-", "*", "/", "and", "or"]


@settings(max_examples=300, deadline=None)
@given(st.recursive(
    st.sampled_from(EXPRESSIONS),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner) | st.builds("(not {})".format, inner),
    max_leaves=6,
))  # fmt: skip
def test_any_expression_is_typed_or_reported(expression: str) -> None:
    source = f'list l = ["*.a", "b"]\nwords w = ["horrid"]\nlist e = []\nrule r {{ deny }}\nrule s {{ when {expression} deny }}'
    checked = pipeline.check_text(source)
    if not checked.has_errors:
        pipeline.compile_policy(checked)


def test_diagnostics_come_in_the_order_of_the_text() -> None:
    checked = pipeline.check_text("rule a { when matched x deny }\nlet b = unknown_thing\nrule c { set sender.id = b }")
    starts = [each.span.start for each in checked.diagnostics]
    assert starts == sorted(starts)
    assert len(starts) >= 3


def test_a_policy_with_errors_is_not_compiled() -> None:
    checked = pipeline.check_text("rule a { when matched x deny }")
    assert checked.has_errors
    with pytest.raises(ValueError, match="errors"):
        pipeline.compile_policy(checked)


def test_deep_nesting_is_no_exception() -> None:
    for opening, closing in (("(", ")"), ("not (", ")"), ("lower(", ")"), ("[", "]")):
        pipeline.check_text("rule r { when " + opening * 3000 + "content" + closing * 3000 + " deny }")
    pipeline.check_text("rule r { when " + "1 + " * 5000 + "1 == 2 deny }")
    pipeline.check_text("".join(f"group g{n} {{ " for n in range(2000)) + "rule r { deny }" + "}" * 2000)
    chain = "".join(f"rule r{n} {{ when matched r{n + 1} deny }}\n" for n in range(1500))
    pipeline.compile_policy(pipeline.check_text(chain + "rule r1500 { deny }"))
    pipeline.check_text("".join(f"let a{n} = a{n + 1} + 1\n" for n in range(3000)) + "let a3000 = 1\nrule r { when a0 > 1 deny }")
