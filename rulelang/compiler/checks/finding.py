"""Finders: which there are, what their matches know, and the expressions that search with them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rulelang.compiler import nodes, regexes
from rulelang.compiler.checks import paths
from rulelang.compiler.checks.making import Field, unknown
from rulelang.compiler.lower import lower
from rulelang.compiler.policy import FinderValue, Typed
from rulelang.compiler.source import Span
from rulelang.compiler.wording import a_type, code, did_you_mean
from rulelang.language.finders import BUILTINS
from rulelang.language.types import BOOLEAN, FINDER, MATCH, NUMBER, TEXT, UNKNOWN

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker


def fields_of(checker: Checker, index: int) -> dict[str, Field]:
    """The fields that a match of the finder has."""
    fields = {"text": Field(TEXT, False), "start": Field(NUMBER, False), "length": Field(NUMBER, False)}
    data = checker.policy.finders[index].data
    match data["kind"]:
        case "pattern":
            fields |= {name: Field(TEXT, True) for name in data["groups"]}
        case "builtin":
            builtin = BUILTINS[data["name"]]
            fields |= {name: Field(type_, name in builtin.optional_fields) for name, type_ in builtin.fields.items()}
        case "where":
            return fields_of(checker, data["finder"])
        case "any":
            return fields_of_all(checker, data["finders"])
    return fields


def fields_of_all(checker: Checker, finders: Iterable[int]) -> dict[str, Field]:
    """The fields that matches of any of the finders have; one that not all of them have may be missing."""
    each = [fields_of(checker, index) for index in finders]
    merged: dict[str, Field] = {}
    for fields in each:
        for name, field in fields.items():
            merged[name] = replace(field, optional=field.optional or any(name not in other for other in each))
    return merged


def builtin(checker: Checker, name: str, span: Span) -> int:
    """The index of a built-in finder."""
    return checker.row(
        f"builtin {name}", lambda index: FinderValue(index, name, "builtin", {"kind": "builtin", "name": name}, span)
    )


def named(checker: Checker, name: str, span: Span) -> int | None:
    """The index of the finder with this name, of the policy or built in; None where there is none."""
    if name in checker.names.finders:
        return checker.names.finders[name].index
    return builtin(checker, name, span) if name in BUILTINS else None


def name_after_let(checker: Checker, index: int, name: str) -> None:
    """Calls a nameless `where` or `any of` by the name of the first let that stands for it."""
    finder = checker.policy.finders[index]
    if finder.kind in {"where", "any"} and finder.name not in checker.names.lets:
        finder.name = finder.data["name"] = name


def report_no_finder(checker: Checker, node: nodes.Expression, typed: Typed) -> None:
    """Says that an expression is no finder, and how to make one of it."""
    shown = node.span.text
    help = "Name words, a pattern, or a finder of the language such as `url`."
    if typed.operation == "list_name":
        help = f"Declare words with these entries: {code(f'words {shown}_words = {shown}')}."
    elif isinstance(node, nodes.Text):
        help = f"Declare it first: {code(f'words NAME = [{shown}]')}."
    checker.report("not-a-finder", node.span, f"A finder is needed here, and {code(shown)} is {a_type(typed.type)}.", help)


def check_where(checker: Checker, node: nodes.Where) -> Typed:
    """`finder where (condition)`: the finder with fewer matches."""
    base = checker.finder(node.finder)
    if base is None:
        return unknown(node.span)
    with checker.match_fields(fields_of(checker, base)):
        condition = checker.condition(node.condition)
    if condition.type == UNKNOWN:
        return Typed("finder", (base,), FINDER, node.span)
    name = checker.policy.finders[base].name
    data = {"kind": "where", "name": name, "finder": base, "condition": condition}
    index = checker.row(
        f"where {base} {json.dumps(lower(condition))}", lambda index: FinderValue(index, name, "where", data, node.span)
    )
    return Typed("finder", (index,), FINDER, node.span)


def check_any_of(checker: Checker, node: nodes.AnyOf) -> Typed:
    """`any of (finder, ...)`: a finder with the matches of several."""
    finders = [index for index in map(checker.finder, node.finders) if index is not None]
    if len(finders) < len(node.finders):
        return unknown(node.span)
    name = "any of (" + ", ".join(checker.policy.finders[each].name for each in finders) + ")"
    data = {"kind": "any", "name": name, "finders": finders}
    index = checker.row(f"any {finders}", lambda index: FinderValue(index, name, "any", data, node.span))
    return Typed("finder", (index,), FINDER, node.span)


def check_count(checker: Checker, node: nodes.Count) -> Typed:
    """`count(finder)`, `count(finder in path)`."""
    found = _search(checker, node.finder, "length")
    if found is None:
        return unknown(node.span)
    finder, subject = found
    return Typed("count", (finder, subject), NUMBER, node.span, subject.optional)


def check_first(checker: Checker, node: nodes.First) -> Typed:
    """`first(finder)`, `first(finder in path)`: the first match, or missing."""
    found = _search(checker, node.finder, None)
    if found is None:
        return unknown(node.span)
    finder, subject = found
    return Typed("first", (finder, subject, "text"), MATCH, node.span, optional=True)


def field_of_first(checker: Checker, match: Typed, name: str, span: Span) -> Typed:
    """`first(finder).name`."""
    finder, subject, _ = match.arguments
    fields = fields_of(checker, finder)
    if name not in fields:
        known = ", ".join(code(field) for field in fields)
        return checker.report(
            "unknown-field",
            span,
            f"A match of {code(checker.policy.finders[finder].name)} has no field {code(name)}.",
            did_you_mean(name, fields) or f"It has {known}.",
        )
    return Typed("first", (finder, subject, name), fields[name].type, span, optional=True)


def check_found(checker: Checker, node: nodes.Binary, subject: Typed, finder: int) -> Typed:
    """`text contains finder`."""
    if not paths.is_text_like(subject):
        return _report_no_text(checker, node.left, subject)
    return Typed("found", (finder, subject), BOOLEAN, node.span, subject.optional)


def check_matches(checker: Checker, node: nodes.Matches) -> Typed:
    """`text matches /regex/`: a nameless pattern."""
    subject = checker.value(node.subject)
    index = pattern_row(checker, node.regex, "/" + node.regex.pattern.replace("/", "\\/") + "/" + node.regex.flags)
    if index is None or subject.type == UNKNOWN:
        return unknown(node.span)
    if not paths.is_text_like(subject):
        return _report_no_text(checker, node.subject, subject)
    return Typed("matches", (subject, index), BOOLEAN, node.span, subject.optional)


def pattern_row(checker: Checker, regex: nodes.Regex, name: str) -> int | None:
    """The finder of a regular expression without a name of its own; None, and a diagnostic, where it is wrong."""
    data = prepare_pattern(checker, name, regex)
    if data is None:
        return None
    return checker.row(f"regex {name}", lambda index: FinderValue(index, name, "pattern", data, regex.span))


def prepare_pattern(checker: Checker, name: str, regex: nodes.Regex) -> dict[str, Any] | None:
    """The bundle's row of a pattern; None, and a diagnostic, where the engine can't run it."""
    try:
        return regexes.prepare(name, regex.pattern, regex.flags)
    except regexes.RegexError as error:
        checker.report(error.slug, _place(regex, error.offset), error.message, error.help)
        return None


def _place(regex: nodes.Regex, offset: int) -> Span:
    """The place of a code point of the pattern, and all of it for the first; in the source a slash is two, `\\/`."""
    if not offset:
        return regex.span
    start = regex.span.start + 1 + offset + regex.pattern.count("/", 0, offset)
    return replace(regex.span, start=start, end=min(start + 1, regex.span.end))


def _search(checker: Checker, node: nodes.Expression, for_lists: str | None) -> tuple[int, Typed] | None:
    if isinstance(node, nodes.Located):
        subject = checker.value(node.path)
        finder = checker.finder(node.finder)
        if finder is None or subject.type == UNKNOWN:
            return None
        if not paths.is_text_like(subject):
            _report_no_text(checker, node.path, subject)
            return None
        return finder, subject
    typed = checker.expression(node)
    if typed.type == FINDER:
        return typed.arguments[0], Typed("fact", ("content",), TEXT, node.span)
    if typed.type == UNKNOWN:
        return None
    if for_lists and paths.is_text_like(typed) and typed.operation not in {"list_name", "const"}:
        shown = node.span.text
        checker.report(
            "not-a-finder",
            node.span,
            f"`count` counts what a finder finds, and {code(shown)} is {a_type(typed.type)}.",
            f"For its length write {code(f'{for_lists}({shown})')}.",
        )
    else:
        report_no_finder(checker, node, typed)
    return None


def _report_no_text(checker: Checker, node: nodes.Expression, typed: Typed) -> Typed:
    if typed.type == UNKNOWN:
        return typed
    return checker.report(
        "type-mismatch",
        node.span,
        f"Finders search texts, and {code(node.span.text)} is {a_type(typed.type)}.",
        "Name a text such as `content` or `sender.name`.",
    )
