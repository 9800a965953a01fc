"""Declarations of names: lists, words, patterns and lets, and the settings of a policy."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, TypeVar

from rulelang.compiler import nodes
from rulelang.compiler.catalogue import severity
from rulelang.compiler.checks.finding import prepare_pattern
from rulelang.compiler.diagnostics import Diagnostics, Label, Severity
from rulelang.compiler.files import Files
from rulelang.compiler.fixes import removed_entry
from rulelang.compiler.policy import Entry, FinderValue, ListValue, Policy
from rulelang.compiler.source import Span
from rulelang.compiler.typecheck import Checker
from rulelang.compiler.wording import choice, code, did_you_mean
from rulelang.language.facts import FACTS
from rulelang.language.finders import BUILTINS, words
from rulelang.language.settings import DEFAULTS, SETTINGS
from rulelang.language.types import BOOLEAN, JSON, NULL, NUMBER, TEXT, UNKNOWN, Type

Named = nodes.ListDeclaration | nodes.Words | nodes.Pattern | nodes.Let
_Declared = TypeVar("_Declared", nodes.Rule, nodes.Group, nodes.ListDeclaration | nodes.Words | nodes.Pattern | nodes.Let)

_BUILTIN_NAMES: Final = {**dict.fromkeys(BUILTINS, "finder"), **{name.split(".")[0]: "fact" for name in FACTS}}


def unique(diagnostics: Diagnostics, kind: str, declarations: Iterable[_Declared]) -> dict[str, _Declared]:
    """Declarations by name; of two with one name the first counts."""
    found: dict[str, _Declared] = {}
    for each in declarations:
        name = each.name.value
        if name in found:
            diagnostics.add(
                "duplicate-name",
                each.name.span,
                f"{kind} {code(name)} is declared twice.",
                "Give one of the two another name.",
                labels=[Label(found[name].name.span, "first here")],
            )
        else:
            found[name] = each
    return found


def check_hidden(diagnostics: Diagnostics, name: nodes.Identifier) -> None:
    """Warns where a name of the policy hides a built-in one."""
    kind = _BUILTIN_NAMES.get(name.value)
    if kind is not None:
        diagnostics.add(
            "hidden-builtin",
            name.span,
            f"{code(name.value)} hides the {kind} of that name, which can't be used in this policy any more.",
            f"Choose another name, such as {code(f'my_{name.value}')}.",
        )


def check_settings(policy: Policy, blocks: Iterable[nodes.Settings], diagnostics: Diagnostics) -> None:
    """Fills the settings of the policy in: what its block says, and defaults."""
    policy.settings = dict(DEFAULTS)
    first: nodes.Settings | None = None
    for block in blocks:
        if first is not None:
            diagnostics.add(
                "duplicate-settings",
                block.span,
                "A policy has one `settings` block, and this is another.",
                "Move its lines into the first.",
                labels=[Label(first.span, "first here")],
            )
            continue
        first = block
        for entry in block.entries:
            _check_setting(policy, entry, diagnostics)


def _check_setting(policy: Policy, entry: nodes.Setting, diagnostics: Diagnostics) -> None:
    name, span = entry.name.value, entry.value.span
    setting = SETTINGS.get(name)
    if setting is None:
        help = did_you_mean(name, SETTINGS) or f"There are {choice(SETTINGS)}."
        diagnostics.add("unknown-setting", entry.name.span, f"There is no setting {code(name)}.", help)
        return
    if name in policy.settings_nodes:
        labels = [Label(policy.settings_nodes[name].name.span, "first here")]
        diagnostics.add(
            "duplicate-settings", entry.name.span, f"{code(name)} is set twice.", "Take one of the two out.", labels=labels
        )
        return
    policy.settings_nodes[name] = entry
    value = entry.value.value if isinstance(entry.value, nodes.Text | nodes.Identifier) else None
    if isinstance(entry.value, nodes.Broken):
        return
    example = f"Write {code(f'{name}: {setting.example}')}."
    if setting.choices:
        if value not in setting.choices:
            help = did_you_mean(value or "", setting.choices) or f"Write {choice(setting.choices)}."
            message = f"{code(name)} can't be {code(span.text)}: it is {choice(setting.choices)}."
            diagnostics.add("bad-setting", span, message, help)
            return
    elif not isinstance(value, str):
        diagnostics.add("bad-setting", span, f"{code(name)} is a text.", example)
        return
    elif (problem := setting.check(value)) is not None:
        diagnostics.add("bad-setting", span, problem, example)
        return
    policy.settings[name] = value


def check_list(checker: Checker, files: Files, node: nodes.ListDeclaration) -> ListValue | None:
    """A list with its entries; None where its file can't be read."""
    if isinstance(node.items, nodes.FromFile):
        entries = _from_file(files, node.items)
    else:
        entries = _from_literal(checker, node.items, only_texts=False)
    if entries is None:
        return None
    _check_duplicates(checker, entries)
    return ListValue(node.name.value, node, entries, _element(entries))


def check_words(checker: Checker, files: Files, node: nodes.Words) -> FinderValue | None:
    """Words with their entries and exceptions; None where their entries can't be read."""
    if isinstance(node.entries, nodes.FromFile):
        entries = _from_file(files, node.entries)
    elif isinstance(node.entries, nodes.Name):
        entries = _from_list(checker, node.entries)
    else:
        entries = _from_literal(checker, node.entries, only_texts=True)
    exceptions: tuple[Entry, ...] | None = ()
    if isinstance(node.exceptions, nodes.Name):
        exceptions = _from_list(checker, node.exceptions)
    elif node.exceptions is not None:
        exceptions = _from_literal(checker, node.exceptions, only_texts=True)
    if entries is None:
        return None
    if not isinstance(node.entries, nodes.Name):
        _check_duplicates(checker, entries)
    good, excepted = (_good_words(checker, each, node.strength) for each in (entries, exceptions or ()))
    name = node.name.value
    data = {"kind": "words", "name": name, "strength": node.strength}
    finder = FinderValue(len(checker.policy.finders), name, "words", data, node.name.span, node, good, excepted)
    checker.policy.finders.append(finder)
    return finder


def check_pattern(checker: Checker, node: nodes.Pattern) -> FinderValue | None:
    """A pattern; None where its regular expression is wrong."""
    data = prepare_pattern(checker, node.name.value, node.regex)
    if data is None:
        return None
    finder = FinderValue(len(checker.policy.finders), node.name.value, "pattern", data, node.name.span, node)
    checker.policy.finders.append(finder)
    return finder


def _from_file(files: Files, node: nodes.FromFile) -> tuple[Entry, ...] | None:
    lines = files.lines(node.path)
    return None if lines is None else tuple(Entry(line.text, line.span) for line in lines)


def _from_list(checker: Checker, node: nodes.Name) -> tuple[Entry, ...] | None:
    names = checker.names
    name = node.value
    if name in names.lists:
        names.lists[name].used = True
        entries = names.lists[name].entries
        for entry in entries:
            if not isinstance(entry.value, str):
                message = f"Words are texts, and the list {code(name)} holds {code(entry.span.text)}."
                checker.report("bad-entry", node.span, message, "Write it between quotes in the list.")
                return None
        return entries
    if name in names.broken:
        return None
    if name in names.finders or name in names.lets:
        checker.report(
            "type-mismatch",
            node.span,
            f"A list is needed here, and {code(name)} is none.",
            f"Declare {code(f'list {name}_list = [...]')}.",
        )
        return None
    help = checker.did_you_mean(name, names.lists) or f"Declare it: {code(f'list {name} = [...]')}."
    checker.report_unknown("unknown-name", node.span, f"There is no list {code(name)}.", help)
    return None


def _from_literal(checker: Checker, node: nodes.ListLiteral, *, only_texts: bool) -> tuple[Entry, ...]:
    entries = []
    for item in node.items:
        value = _constant(item)
        if value is _NO_CONSTANT or (only_texts and not isinstance(value, str)):
            if not isinstance(item, nodes.Broken):
                what = "Words are texts." if only_texts else "A list holds texts, numbers, `true`, `false` and `null`."
                quoted = code(f'"{item.span.text}"')
                checker.report("bad-entry", item.span, what, f"If it is a text, write it between quotes: {quoted}.")
            continue
        entries.append(Entry(value, item.span))
    return tuple(entries)


_NO_CONSTANT: Final = object()


def _constant(node: nodes.Expression) -> Any:
    if isinstance(node, nodes.Text | nodes.Number | nodes.Boolean):
        return node.value
    if isinstance(node, nodes.Null):
        return None
    if isinstance(node, nodes.Negative) and isinstance(node.operand, nodes.Number):
        return -node.operand.value
    return _NO_CONSTANT


def _element(entries: tuple[Entry, ...]) -> Type:
    types = {_type(entry.value) for entry in entries}
    if not types:
        return UNKNOWN
    return types.pop() if len(types) == 1 else JSON


def _type(value: object) -> Type:
    if isinstance(value, str):
        return TEXT
    if isinstance(value, bool):
        return BOOLEAN
    return NULL if value is None else NUMBER


def _good_words(checker: Checker, entries: tuple[Entry, ...], strength: str) -> tuple[Entry, ...]:
    """The entries that words can hold; what is only doubtful is the lints' matter."""
    bad = set()
    for problem in words.problems([str(entry.value) for entry in entries], strength):
        if severity(problem.slug) is Severity.ERROR:
            bad.add(problem.index)
            checker.report(problem.slug, entries[problem.index].span, problem.message, problem.help)
    return tuple(entry for place, entry in enumerate(entries) if place not in bad)


def _check_duplicates(checker: Checker, entries: tuple[Entry, ...]) -> None:
    first: dict[tuple[type, object], Span] = {}
    for entry in entries:
        key = (bool if isinstance(entry.value, bool) else str if isinstance(entry.value, str) else Decimal, entry.value)
        if key in first:
            checker.diagnostics.add(
                "duplicate-entry",
                entry.span,
                f"{code(str(entry.value))} stands in this list twice.",
                "Take one of the two out.",
                labels=[Label(first[key], "first here")],
                fixes=removed_entry(entry.span),
            )
        else:
            first[key] = entry.span
