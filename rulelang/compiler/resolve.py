"""Names, types and everything else that makes declarations a policy: the pass between the files and the lints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rulelang.compiler import nodes
from rulelang.compiler.checks.actions import check_action, implied_condition
from rulelang.compiler.checks.circles import check_circles
from rulelang.compiler.checks.declarations import (
    Named,
    check_hidden,
    check_list,
    check_pattern,
    check_settings,
    check_words,
    unique,
)
from rulelang.compiler.checks.expectations import check_test
from rulelang.compiler.checks.properties import Properties, check_properties
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.files import Loaded
from rulelang.compiler.policy import CheckedGroup, CheckedRule, Policy
from rulelang.compiler.typecheck import Checker, Names

_MAX_GROUPS: Final = 50


def resolve(loaded: Loaded, diagnostics: Diagnostics) -> Policy:
    """The policy that the declarations make; whatever is wrong is reported and left out."""
    policy = Policy(name=loaded.name, folder=loaded.folder, sources=loaded.sources)
    declarations = loaded.declarations
    check_settings(policy, [each for each in declarations if isinstance(each, nodes.Settings)], diagnostics)
    named = unique(diagnostics, "The name", [each for each in declarations if isinstance(each, Named)])
    members = list(_members(declarations))
    rules = unique(diagnostics, "The rule", [each for each in members if isinstance(each, nodes.Rule)])
    groups = unique(diagnostics, "The group", [each for each in members if isinstance(each, nodes.Group)])
    names = Names(rules, groups, policy.lists, {}, {}, set())
    checker = Checker(policy, names, diagnostics, incomplete=loaded.incomplete, rules_incomplete=loaded.rules_incomplete)
    _declare(checker, loaded, named)
    outer = Properties(on_failure=policy.settings["on_failure"])
    for declaration in declarations:
        if isinstance(declaration, nodes.Rule | nodes.Group):
            _check_member(checker, declaration, (), outer)
    for declaration in declarations:
        if isinstance(declaration, nodes.Test):
            check_test(checker, declaration)
            policy.tests.append(declaration)
    check_circles(policy, diagnostics)
    return policy


def _members(declarations: list[nodes.Declaration]) -> Iterator[nodes.Rule | nodes.Group]:
    stack = [each for each in reversed(declarations) if isinstance(each, nodes.Rule | nodes.Group)]
    while stack:
        member = stack.pop()
        yield member
        if isinstance(member, nodes.Group):
            stack.extend(reversed(member.members))


def _declare(checker: Checker, loaded: Loaded, named: dict[str, Named]) -> None:
    """Lists first, then the finders that can be made of them, then lets, which may use both and each other."""
    names = checker.names
    for name, node in named.items():
        check_hidden(checker.diagnostics, node.name)
        if isinstance(node, nodes.Let):
            names.lets[name] = node
        elif isinstance(node, nodes.ListDeclaration):
            found = check_list(checker, loaded.files, node)
            if found is None:
                names.broken.add(name)
            else:
                names.lists[name] = found
    for name, node in named.items():
        if isinstance(node, nodes.Words | nodes.Pattern):
            finder = check_words(checker, loaded.files, node) if isinstance(node, nodes.Words) else check_pattern(checker, node)
            if finder is None:
                names.broken.add(name)
            else:
                names.finders[name] = finder
    for name, node in names.lets.items():
        checker.let(name, node.name.span)


def _check_member(checker: Checker, node: nodes.Rule | nodes.Group, groups: tuple[CheckedGroup, ...], outer: Properties) -> None:
    if len(groups) > _MAX_GROUPS:
        checker.report(
            "syntax-error", node.name.span, "Groups are nested too deeply.", "Join the conditions of some of them with `and`."
        )
        return
    properties = check_properties(checker, node, outer)
    when = None if node.when is None else checker.condition(node.when)
    unless = None if node.unless is None else checker.condition(node.unless)
    name = node.name.value
    if isinstance(node, nodes.Group):
        group = CheckedGroup(name, node, len(checker.policy.groups), when, unless)
        checker.policy.groups.append(group)
        for member in node.members:
            _check_member(checker, member, (*groups, group), properties)
        return
    actions = tuple(action for each in node.actions if (action := check_action(checker, each)) is not None)
    implied = implied_condition(actions, node.name.span) if when is None else None
    if checker.names.rules[name] is not node:
        return
    checker.policy.rules.append(
        CheckedRule(
            name=name,
            node=node,
            groups=groups,
            mode=properties.mode,
            tags=properties.tags,
            severity=properties.severity,
            owner=properties.owner,
            note=properties.note,
            rollout=properties.rollout,
            on_failure=properties.on_failure,
            when=when or implied,
            implied=implied is not None,
            unless=unless,
            actions=actions,
        )
    )
