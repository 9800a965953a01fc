"""From text to tree: what each construct becomes, where it stands, and that the grammar is what it says it is."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lark import Lark
from lark.exceptions import GrammarError

from rulelang.compiler import nodes
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.parse import grammar, parse
from rulelang.compiler.source import Source, Span
from tests.strategies import AnySyntax, layout, syntax_programs

ROOT = Path(__file__).parents[1]
EXAMPLES = Path(__file__).parent / "fixtures" / "examples"
NOWHERE = {"span": Span(Source("", ""), 0, 0)}


def read(text: str) -> nodes.File:
    """The tree of a text without mistakes."""
    diagnostics = Diagnostics()
    file = parse(Source("-", text), diagnostics)
    assert [(item.slug, item.message) for item in diagnostics.items] == []
    return file


def mistakes(text: str) -> list[tuple[str, str]]:
    """The slug of each mistake in a text, with what it points at."""
    diagnostics = Diagnostics()
    parse(Source("-", text), diagnostics)
    return [(item.slug, item.span.text) for item in diagnostics.items]


def condition(text: str) -> Any:
    (rule,) = read(f"rule r {{ when {text} }}").declarations
    assert isinstance(rule, nodes.Rule)
    return rule.when


def action(text: str) -> Any:
    (rule,) = read(f"rule r {{ {text} }}").declarations
    assert isinstance(rule, nodes.Rule)
    (each,) = rule.actions
    return each


def name(value: str) -> nodes.Name:
    return nodes.Name(value, **NOWHERE)


def identifier(value: str) -> nodes.Identifier:
    return nodes.Identifier(value, **NOWHERE)


def text(value: str) -> nodes.Text:
    return nodes.Text(value, **NOWHERE)


def number(value: int | Decimal) -> nodes.Number:
    return nodes.Number(value, **NOWHERE)


def binary(operator: str, left: Any, right: Any) -> nodes.Binary:
    return nodes.Binary(operator, left, right, **NOWHERE)


def attribute(path: str) -> Any:
    first, *rest = path.split(".")
    result: Any = name(first)
    for step in rest:
        result = nodes.Attribute(result, step, **NOWHERE)
    return result


def negation(operand: Any) -> nodes.Not:
    return nodes.Not(operand, **NOWHERE)


def seconds(count: int) -> nodes.Duration:
    return nodes.Duration(timedelta(seconds=count), **NOWHERE)


# The grammar


def test_the_grammar_has_no_conflict() -> None:
    Lark(grammar(), parser="lalr", lexer="contextual", start=["file", "expression"], strict=True)


def test_a_conflict_would_be_seen() -> None:
    conflict = grammar().replace("_negation: not", "_negation: and | not")
    with pytest.raises(GrammarError):
        Lark(conflict, parser="lalr", lexer="contextual", start=["file", "expression"], strict=True)


def test_the_grammar_of_the_checkout_is_the_one_that_is_read() -> None:
    assert grammar() == (ROOT / "grammar" / "rules.lark").read_text(encoding="utf-8")


@cache
def plain() -> Lark:
    """The grammar as its generator reads it, with nothing of ours."""
    return Lark(grammar(), parser="lalr", lexer="contextual", start="file")


@given(syntax_programs())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_grammar_alone_takes_every_program(program: str) -> None:
    plain().parse(program)
    read(program)


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.rules")), ids=lambda path: path.name)
def test_the_examples_are_read(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    plain().parse(written)
    assert read(written).declarations


# Expressions

EXPRESSIONS = [
    ("a", name("a")),
    ('"a\\"b\\\\\\n\\u{1F600}"', text('a"b\\\n😀')),
    ("0.70", number(Decimal("0.70"))),
    ("12345678901234567890", number(12345678901234567890)),
    ("1h30m", seconds(5400)),
    ("250ms", nodes.Duration(timedelta(milliseconds=250), **NOWHERE)),
    ("true", nodes.Boolean(True, **NOWHERE)),
    ("null", nodes.Null(**NOWHERE)),
    ("[a, 1,]", nodes.ListLiteral((name("a"), number(1)), **NOWHERE)),
    ("metadata.in.count", attribute("metadata.in.count")),
    ('metadata["my-key"][0]', nodes.Index(nodes.Index(name("metadata"), "my-key", **NOWHERE), 0, **NOWHERE)),
    ("a or b and not c", nodes.Or((name("a"), nodes.And((name("b"), negation(name("c"))), **NOWHERE)), **NOWHERE)),
    ("a and b and c", nodes.And((name("a"), name("b"), name("c")), **NOWHERE)),
    ("(a and b) and c", nodes.And((nodes.And((name("a"), name("b")), **NOWHERE), name("c")), **NOWHERE)),
    ("not a == b", negation(binary("==", name("a"), name("b")))),
    ("a - b - c", binary("-", binary("-", name("a"), name("b")), name("c"))),
    ("a + b * -c", binary("+", name("a"), binary("*", name("b"), nodes.Negative(name("c"), **NOWHERE)))),
    ("a / b / 2", binary("/", binary("/", name("a"), name("b")), number(2))),
    ("a < b <= c", nodes.Chain(("<", "<="), (name("a"), name("b"), name("c")), **NOWHERE)),
    ("a not in b", negation(binary("in", name("a"), name("b")))),
    ("a not starts with b", negation(binary("starts with", name("a"), name("b")))),
    ("a ends with b", binary("ends with", name("a"), name("b"))),
    ("a not like b", negation(binary("like", name("a"), name("b")))),
    ("a not matches /x/", negation(nodes.Matches(name("a"), nodes.Regex("x", "", **NOWHERE), **NOWHERE))),
    (r"a matches /\/x\b/i", nodes.Matches(name("a"), nodes.Regex(r"/x\b", "i", **NOWHERE), **NOWHERE)),
    ("a is missing", nodes.Presence(name("a"), False, **NOWHERE)),
    ("a is present", nodes.Presence(name("a"), True, **NOWHERE)),
    ("a is not missing", nodes.Presence(name("a"), True, **NOWHERE)),
    ("a is not present", nodes.Presence(name("a"), False, **NOWHERE)),
    ('sender has label "x"', nodes.HasLabel(identifier("sender"), text("x"), **NOWHERE)),
    ("lower(a)", nodes.Call(identifier("lower"), (name("a"),), **NOWHERE)),
    ("count(url)", nodes.Count(name("url"), **NOWHERE)),
    ("count(url in sender.name)", nodes.Count(nodes.Located(name("url"), attribute("sender.name"), **NOWHERE), **NOWHERE)),
    ("first(url).host", nodes.Attribute(nodes.First(name("url"), **NOWHERE), "host", **NOWHERE)),
    ("url where (a in b)", nodes.Where(name("url"), binary("in", name("a"), name("b")), **NOWHERE)),
    ("content contains any of (a, b,)", binary("contains", name("content"), nodes.AnyOf((name("a"), name("b")), **NOWHERE))),
    ("matched report", nodes.Matched(identifier("report"), **NOWHERE)),
    (
        "messages by a, b.c within 10s > 5",
        binary(">", nodes.Messages(False, None, (name("a"), attribute("b.c")), seconds(10), **NOWHERE), number(5)),
    ),
    ("messages delivered where (a) by b within 10s", nodes.Messages(True, name("a"), (name("b"),), seconds(10), **NOWHERE)),
    ("messages delivered by b within 10s", nodes.Messages(True, None, (name("b"),), seconds(10), **NOWHERE)),
    ("messages where (a) by b within 10s", nodes.Messages(False, name("a"), (name("b"),), seconds(10), **NOWHERE)),
    ("hits of r by a within 1m", nodes.Hits(identifier("r"), (name("a"),), seconds(60), **NOWHERE)),
    ("distinct a by b, c within 1m", nodes.Distinct(name("a"), (name("b"), name("c")), seconds(60), **NOWHERE)),
]


@pytest.mark.parametrize(("written", "tree"), EXPRESSIONS, ids=[written for written, _ in EXPRESSIONS])
def test_an_expression_becomes_its_tree(written: str, tree: Any) -> None:
    assert condition(written) == tree
    assert condition(f"(\n {written} )") == tree


@pytest.mark.parametrize("written", [written for written, _ in EXPRESSIONS])
def test_the_span_of_an_expression_is_what_was_written(written: str) -> None:
    assert condition(written).span.text == written
    assert condition(f"x and ({written})").operands[1].span.text == f"({written})"


def test_spans_inside_an_expression() -> None:
    tree = condition('not (a.b + 1) * c["k"] >= count(x in y.z)')
    compared = tree.operand
    product = compared.left
    assert product.span.text == '(a.b + 1) * c["k"]'
    assert product.left.left.span.text == "a.b"
    assert product.right.span.text == 'c["k"]'
    assert compared.right.finder.span.text == "x in y.z"
    assert compared.right.finder.path.span.text == "y.z"


# Actions, properties, tests

ACTIONS = [
    ("deny", nodes.Deny(None, **NOWHERE)),
    ('deny "a"', nodes.Deny(text("a"), **NOWHERE)),
    (
        'mask a, b in metadata.x with "•" keeping last 4',
        nodes.Mask((name("a"), name("b")), attribute("metadata.x"), text("•"), nodes.Keeping("last", 4, **NOWHERE), **NOWHERE),
    ),
    ("mask in in in", nodes.Mask((name("in"),), name("in"), None, None, **NOWHERE)),
    ('replace a in push.body with "x"', nodes.Replace((name("a"),), attribute("push.body"), text("x"), **NOWHERE)),
    ("remove any of (a, b)", nodes.Remove((nodes.AnyOf((name("a"), name("b")), **NOWHERE),), None, **NOWHERE)),
    ('append "a"', nodes.Append(text("a"), **NOWHERE)),
    ('prepend "a"', nodes.Prepend(text("a"), **NOWHERE)),
    ("set metadata.label = 1", nodes.Set(attribute("metadata.label"), number(1), **NOWHERE)),
    ("unset metadata.a", nodes.Unset(attribute("metadata.a"), **NOWHERE)),
    ('add "a" to metadata.b', nodes.Add(text("a"), attribute("metadata.b"), **NOWHERE)),
    ('label sender "a" for 1m', nodes.SetLabel(identifier("sender"), text("a"), seconds(60), **NOWHERE)),
    ('label channel "a"', nodes.SetLabel(identifier("channel"), text("a"), None, **NOWHERE)),
    ('unlabel sender "a"', nodes.Unlabel(identifier("sender"), text("a"), **NOWHERE)),
    ('report "q"', nodes.Report(text("q"), False, **NOWHERE)),
    ('report "q" redacted', nodes.Report(text("q"), True, **NOWHERE)),
]


@pytest.mark.parametrize(("written", "tree"), ACTIONS, ids=[written for written, _ in ACTIONS])
def test_an_action_becomes_its_tree(written: str, tree: Any) -> None:
    assert action(written) == tree
    assert action(written).span.text == written


def test_words_of_the_language_are_names_wherever_a_name_may_stand() -> None:
    file = read("rule count { tags: when, true, report, not  owner: deny  when metadata.first.null == content }\nlet by = unless")
    rule, let = file.declarations
    assert isinstance(rule, nodes.Rule)
    assert isinstance(let, nodes.Let)
    assert rule.name.value == "count"
    assert [value.value for value in rule.properties[0].values] == ["when", "true", "report", "not"]  # type: ignore[union-attr]
    assert let.value == name("unless")


@pytest.mark.parametrize("word", ["count", "first", "messages", "hits", "distinct", "matched", "delivered", "any", "null", "true"])
def test_words_that_begin_an_expression_name_no_value(word: str) -> None:
    for declaration in (f"let «{word}» = 1", f'list «{word}» = ["a"]', f'words «{word}» = ["a"]', f"pattern «{word}» = /a/"):
        written = declaration.replace("«", "").replace("»", "")
        assert mistakes(written) == [("reserved-word", word)]


def test_properties_and_conditions_stand_in_any_order() -> None:
    one = read('rule r "T" { tags: a\n severity: high\n on failure: deny\n rollout: 0.5%\n when x\n unless y\n deny }')
    other = read('rule r "T" { tags: a severity: high deny unless y on failure: deny when x rollout: 0.5% }')
    assert one == other


def test_a_second_condition_is_one_mistake() -> None:
    assert mistakes("rule r { when a when b deny }") == [("duplicate-property", "b")]
    assert mistakes("rule r { unless a unless b deny }") == [("duplicate-property", "b")]


def test_a_test_becomes_its_steps() -> None:
    (test,) = read(
        'test "t" { given { content: "a", sender.name: "b", metadata: { "k.l": [1, -2, null], in: {} }, }'
        ' send { content: "a" } times 5 every 1s after 2m expect deny expect deny by r expect deny "x" expect unchanged'
        " expect not matched r expect metadata.a == [1] expect content contains 3 expect a.b is not present"
        ' expect content unchanged expect reported "q" expect not labelled sender "x" }'
    ).declarations
    assert isinstance(test, nodes.Test)
    first, send, *expectations = test.steps
    assert isinstance(first, nodes.Given)
    assert isinstance(send, nodes.Send)
    assert [key.value for key, _ in first.fields.entries] == ["content", "sender.name", "metadata"]
    metadata = first.fields.entries[2][1]
    assert isinstance(metadata, nodes.ObjectLiteral)
    assert [key.value for key, _ in metadata.entries] == ["k.l", "in"]
    assert (send.times, send.every, send.after) == (5, seconds(1), seconds(120))
    assert [type(step.expectation).__name__ for step in expectations] == [  # type: ignore[union-attr]
        *("ExpectOutcome", "ExpectDeniedBy", "ExpectReason", "ExpectOutcome", "ExpectMatched", "ExpectValue", "ExpectValue"),
        *("ExpectPresence", "ExpectUnchanged", "ExpectReported", "ExpectLabelled"),
    ]


# Texts and templates


def test_a_text_is_a_template_only_where_templates_are_understood() -> None:
    assert condition('a == "{b}"') == binary("==", name("a"), text("{b}"))
    assert action('deny "{b}"') == nodes.Deny(nodes.Template((name("b"),), **NOWHERE), **NOWHERE)
    assert action('deny "{{b}}"') == nodes.Deny(text("{b}"), **NOWHERE)
    assert action('set a = lower("x{b}y")').value.arguments == (nodes.Template(("x", name("b"), "y"), **NOWHERE),)
    assert action('mask a with "{"').character == text("{")
    assert action('label sender "{x}"').name == text("{x}")


def test_a_hole_holds_any_expression() -> None:
    template = action(r'append "n: {count(url) + 1}, {metadata[\"my-key\"]} {lower(\"}\")}"').text
    assert template.parts[1] == binary("+", nodes.Count(name("url"), **NOWHERE), number(1))
    assert template.parts[3] == nodes.Index(name("metadata"), "my-key", **NOWHERE)
    assert template.parts[5] == nodes.Call(identifier("lower"), (text("}"),), **NOWHERE)


def test_spans_in_a_hole_are_those_of_the_file() -> None:
    template = action(r'append "\u{1F600}\" {metadata[\"my-key\"].b + cd}"').text
    hole = template.parts[1]
    assert hole.span.text == r"metadata[\"my-key\"].b + cd"
    assert hole.right.span.text == "cd"


def test_an_escaped_brace_opens_no_hole() -> None:
    assert action(r'append "\u{7B}x\u{7D}"') == nodes.Append(text("{x}"), **NOWHERE)


TEXT_MISTAKES = [
    (r'deny "a«\q»b"', "bad-text"),
    (r'deny "«\u{110000}»"', "bad-text"),
    (r'deny "«\u{D800}»"', "bad-text"),
    ('deny "a «{»b"', "bad-template"),
    ('deny "a «}»b"', "bad-template"),
    ('deny "{a «b»}"', "bad-template"),
    ('deny "{«»}"', "bad-template"),
    ('deny "{a «# b»}"', "bad-template"),
    (r'deny "{\"x\" + «§»}"', "bad-template"),
    ("deny «'a'»", "bad-text"),
    ('deny «"a»', "bad-text"),
    ("when length(content) > «10x»", "bad-number"),
    ("when messages by a within «10» > 3", "bad-number"),
    ("when messages by a within «10 minutes» > 3", "bad-number"),
    ("when a[«0.5»] == 1", "bad-number"),
    ("mask a keeping first «1.5»", "bad-number"),
    (f"when a < «{'9' * 200}»", "bad-number"),
    (f"when a < «{'9' * 20}w»", "bad-number"),
]


@pytest.mark.parametrize(("written", "slug"), TEXT_MISTAKES)
def test_a_mistake_in_a_literal_is_shown_where_it_stands(written: str, slug: str) -> None:
    start, place, rest = re.split("[«»]", written)
    source = f"rule r {{\n  {start}{place}{rest}\n}}\n"
    diagnostics = Diagnostics()
    parse(Source("-", source), diagnostics)
    (item,) = diagnostics.items
    assert (item.slug, item.span.text) == (slug, place)
    assert item.span.start == source.index(start) + len(start)
    assert item.help


# Depth, speed of the worst, other texts

DEEP = {
    "parentheses": "let x = " + "(" * 10_000 + "1" + ")" * 10_000,
    "open parentheses": "let x = " + "(" * 10_000,
    "negations": "let x = " + "not " * 10_000 + "y",
    "minus signs": "let x = " + "-" * 10_000 + "y",
    "a sum": "let x = 1" + " + 1" * 10_000,
    "a path": "let x = a" + ".b" * 10_000,
    "lists": "list x = " + "[" * 10_000 + "]" * 10_000,
    "groups": "group g { " * 10_000 + "}" * 10_000,
    "a template": 'rule r { deny "{' + "a+" * 10_000 + 'a}" }',
    "a finder": "rule r { mask " + "a" + ".b" * 10_000 + " }",
}


@pytest.mark.parametrize("written", DEEP.values(), ids=DEEP.keys())
def test_what_is_nested_too_deeply_is_one_mistake(written: str) -> None:
    assert len(mistakes(written)) == 1


def test_a_long_condition_is_not_deep() -> None:
    assert len(condition("a" + " or a" * 5_000).operands) == 5_001


def test_a_byte_order_mark_and_windows_line_ends_are_nothing() -> None:
    unix = 'rule r {\n  deny "x" # y\n}\n'
    assert read("\ufeff" + unix.replace("\n", "\r\n")) == read(unix)


def test_division_and_regular_expressions_are_told_apart() -> None:
    assert condition("a.matches / 2 > b / 3").operator == ">"
    assert condition("a matches /2 > b/").regex.pattern == "2 > b"


def test_an_empty_file_is_a_policy_of_nothing() -> None:
    assert read("").declarations == ()
    assert read("\n# only a comment").declarations == ()


def test_a_tree_does_not_depend_on_the_layout() -> None:
    for seed in range(20):
        tokens = AnySyntax(Random(seed)).file(4)
        trees = [read(layout(Random(variant), tokens, comments=True)) for variant in range(2)]
        assert trees[0] == trees[1]
