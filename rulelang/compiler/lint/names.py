"""Lints about what is declared in vain: names that nothing uses, rules that stand there twice."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.lint.logic import key_of
from rulelang.compiler.policy import CheckedRule, Policy
from rulelang.compiler.source import Span
from rulelang.compiler.walk import conditions, exemptions
from rulelang.compiler.wording import code


def check_unused_names(policy: Policy, diagnostics: Diagnostics) -> None:
    """`unused-name`. Of a file that holds nothing but names, such as one of word lists for many policies, one in use is enough."""
    own = _sources_with_rules(policy)
    declared = list(_declared(policy))
    in_use = {id(span.source) for _, _, span, used in declared if used}
    for what, name, span, used in declared:
        if used or (id(span.source) not in own and id(span.source) in in_use):
            continue
        diagnostics.add("unused-name", span, f"The {what} {code(name)} is never used.", "Take it out, or use it.")


def _declared(policy: Policy) -> Iterator[tuple[str, str, Span, bool]]:
    for each in policy.lists.values():
        yield "list", each.name, each.declaration.name.span, each.used
    for finder in policy.finders:
        if finder.declaration is not None:
            # Words are one noun for many, and read better with what they are.
            yield "word list" if finder.kind == "words" else finder.kind, finder.name, finder.declaration.name.span, finder.used
    for let in policy.lets.values():
        yield "let", let.name, let.declaration.name.span, let.used


def _sources_with_rules(policy: Policy) -> set[int]:
    nodes = [*(rule.node for rule in policy.rules), *policy.tests]
    return {id(node.span.source) for node in nodes}


def check_duplicate_rules(policy: Policy, diagnostics: Diagnostics) -> None:
    """`duplicate-rule`: the same conditions, exemptions and actions; rules without actions count by their tags too."""
    first: dict[str, CheckedRule] = {}
    for rule in policy.rules:
        body = [conditions(rule), exemptions(rule), [action.data for action in rule.actions], rule.mode, rule.rollout]
        key = key_of(policy, body if rule.actions else [*body, rule.tags])
        if key not in first:
            first[key] = rule
            continue
        other = first[key]
        diagnostics.add(
            "duplicate-rule",
            rule.node.name.span,
            f"Rule {code(rule.name)} does the same as rule {code(other.name)}, on the same condition.",
            "Take one of the two out.",
            labels=[Label(other.node.name.span, "the other one")],
        )
