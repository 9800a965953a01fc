"""Properties of rules and groups: their values, and what groups hand down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rulelang.compiler import nodes
from rulelang.compiler.diagnostics import Label
from rulelang.compiler.wording import choice, code, did_you_mean, literal

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker

SEVERITIES: Final = ("low", "medium", "high", "critical")
MODES: Final = ("live", "shadow", "off")
"""From the weakest to the strongest: the strongest of a rule and its groups counts."""
FAILURES: Final = ("skip", "deny")

_Value = nodes.Identifier | nodes.Text | nodes.Number | nodes.Percent | nodes.Boolean


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of a rule or a group, its groups' included. `rollout` in thousandths of a per cent."""

    mode: str = "live"
    tags: tuple[str, ...] = ()
    severity: str | None = None
    owner: str | None = None
    note: str | None = None
    rollout: int = 100_000
    on_failure: str = "skip"


def check_properties(checker: Checker, node: nodes.Rule | nodes.Group, outer: Properties) -> Properties:
    """What a rule or group is, given what the groups around it hand down."""
    result = outer
    seen: dict[str, nodes.Property] = {}
    for each in node.properties:
        name = each.name.value
        read = _READ.get(name)
        if read is None:
            help = did_you_mean(name, _READ) or f"A rule or group has {choice(_READ)}."
            checker.report("unknown-property", each.name.span, f"There is no property {code(name)}.", help)
        elif name in seen:
            checker.diagnostics.add(
                "duplicate-property",
                each.name.span,
                f"{code(name)} is given twice.",
                "Take one of the two out.",
                labels=[Label(seen[name].name.span, "first here")],
            )
        else:
            seen[name] = each
            result = read(checker, each, result)
    return result


def _tags(checker: Checker, node: nodes.Property, outer: Properties) -> Properties:
    tags = [text for value in node.values if (text := _text(checker, node, value)) is not None]
    return replace(outer, tags=tuple(dict.fromkeys((*outer.tags, *tags))))


def _severity(checker: Checker, node: nodes.Property, outer: Properties) -> Properties:
    return replace(outer, severity=_one_of(checker, node, SEVERITIES) or outer.severity)


def _mode(checker: Checker, node: nodes.Property, outer: Properties) -> Properties:
    return replace(outer, mode=max(_one_of(checker, node, MODES) or "live", outer.mode, key=MODES.index))


def _on_failure(checker: Checker, node: nodes.Property, outer: Properties) -> Properties:
    return replace(outer, on_failure=_one_of(checker, node, FAILURES) or outer.on_failure)


def _owner(checker: Checker, node: nodes.Property, outer: Properties) -> Properties:
    return replace(outer, owner=_only_text(checker, node) or outer.owner)


def _note(checker: Checker, node: nodes.Property, outer: Properties) -> Properties:
    return replace(outer, note=_only_text(checker, node) or outer.note)


def _rollout(checker: Checker, node: nodes.Property, outer: Properties) -> Properties:
    value = _only(checker, node)
    if value is None:
        return outer
    if not isinstance(value, nodes.Percent):
        number = f"{value.value}%" if isinstance(value, nodes.Number) else "25%"
        checker.report("bad-property", value.span, "`rollout` is a per cent.", f"Write {code(f'rollout: {number}')}.")
        return outer
    thousandths = Decimal(value.value) * 1000
    if not 0 <= thousandths <= 100_000 or thousandths != int(thousandths):
        checker.report(
            "bad-property",
            value.span,
            "`rollout` goes from 0% to 100%, with three decimals at most.",
            "Write a per cent such as `25%` or `0.5%`.",
        )
        return outer
    return replace(outer, rollout=int(thousandths))


def _only(checker: Checker, node: nodes.Property) -> _Value | None:
    if len(node.values) == 1:
        return node.values[0]
    if node.values:
        checker.report("bad-property", node.values[1].span, f"{code(node.name.value)} has one value.", "Keep one of them.")
    return None


def _only_text(checker: Checker, node: nodes.Property) -> str | None:
    value = _only(checker, node)
    return None if value is None else _text(checker, node, value)


def _text(checker: Checker, node: nodes.Property, value: _Value) -> str | None:
    if isinstance(value, nodes.Identifier | nodes.Text) and value.value.strip():
        return value.value
    what = "can't be empty" if isinstance(value, nodes.Text) else "has to be a word or a text"
    example = "spam" if node.name.value == "tags" else literal("...")
    help = f"Write {code(f'{node.name.value}: {example}')}."
    checker.report("bad-property", value.span, f"A value of {code(node.name.value)} {what}.", help)
    return None


def _one_of(checker: Checker, node: nodes.Property, words: tuple[str, ...]) -> str | None:
    value = _only(checker, node)
    if value is None:
        return None
    if isinstance(value, nodes.Identifier | nodes.Text) and value.value in words:
        return value.value
    written = str(value.value)
    name = node.name.value
    help = did_you_mean(written, words) or f"Write {choice(words)}."
    checker.report("bad-property", value.span, f"{code(name)} can't be {code(value.span.text)}: it is {choice(words)}.", help)
    return None


_Reader = Callable[["Checker", nodes.Property, Properties], Properties]

_READ: Final[dict[str, _Reader]] = {
    "tags": _tags,
    "severity": _severity,
    "owner": _owner,
    "note": _note,
    "mode": _mode,
    "rollout": _rollout,
    "on failure": _on_failure,
}
