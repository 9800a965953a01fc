"""Lints about conditions that every message answers alike."""

from __future__ import annotations

from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.lint.logic import FALSE, NOT_TRUE, TRUE, Conflict, conflict
from rulelang.compiler.policy import CheckedRule, Policy, Typed
from rulelang.compiler.walk import conditions, exemptions
from rulelang.compiler.wording import code
from rulelang.language.types import BOOLEAN


def check_conditions(policy: Policy, diagnostics: Diagnostics) -> None:
    """`constant-condition`: the smallest part that is constant is reported, else that a rule's parts exclude each other."""
    look = _Look(policy, diagnostics)
    for let in policy.lets.values():
        if let.value.type == BOOLEAN:
            look.let(let.name)
    for finder in policy.finders:
        if finder.kind == "where":
            look.condition(finder.data["condition"])
    for counter in policy.counters:
        if counter.get("condition") is not None:
            look.condition(counter["condition"])
    for group in policy.groups:
        for part in (group.when, group.unless):
            if part is not None:
                look.condition(part)
    for rule in policy.rules:
        look.rule(rule)


class _Look:
    """Looks at conditions, each once."""

    def __init__(self, policy: Policy, diagnostics: Diagnostics) -> None:
        self._policy = policy
        self._diagnostics = diagnostics
        self._lets: dict[str, bool] = {}
        self._constant: set[int] = set()
        """Conditions (by identity) that are constant, or have a part that is."""

    def let(self, name: str) -> bool:
        if name not in self._lets:
            self._lets[name] = False
            self._lets[name] = self.condition(self._policy.lets[name].value)
        return self._lets[name]

    def rule(self, rule: CheckedRule) -> None:
        own = [part for part in (rule.when, rule.unless) if part is not None and not (rule.implied and part is rule.when)]
        for part in own:
            self.condition(part)
        wanted = [(part, TRUE) for part in conditions(rule)] + [(part, NOT_TRUE) for part in exemptions(rule)]
        if any(id(part) in self._constant for part, _ in wanted):
            return
        found = conflict(self._policy, wanted)
        if found is not None:
            self._diagnostics.add(
                "constant-condition",
                rule.node.name.span,
                f"Rule {code(rule.name)} can never fire: its conditions and those of its groups exclude each other.",
                "Take the rule out, or put right what excludes it.",
                labels=_labels(found),
            )

    def condition(self, typed: Typed) -> bool:
        """Whether the condition is constant, or a part of it is; reports what is not reported yet."""
        if typed.operation == "let":
            constant = self.let(typed.arguments[0])
        elif typed.operation in {"and", "or", "not"}:
            parts = [self.condition(part) for part in typed.arguments]
            constant = any(parts) or (typed.operation != "not" and self._report(typed))
        else:
            constant = self._report(typed)
        if constant:
            self._constant.add(id(typed))
        return constant

    def _report(self, typed: Typed) -> bool:
        never = conflict(self._policy, [(typed, TRUE)])
        if never is not None:
            self._say(
                typed, "This is never true.", never, "Write `or` where one of them is enough." if typed.operation == "and" else None
            )
            return True
        always = conflict(self._policy, [(typed, NOT_TRUE)])
        if always is not None:
            self._say(typed, "This is true for every message.", always, _both(typed))
            return True
        if typed.optional:
            always = conflict(self._policy, [(typed, FALSE)])
            if always is not None:
                self._say(typed, "This is true for every message for which it is not missing.", always, _both(typed))
        return always is not None

    def _say(self, typed: Typed, message: str, why: Conflict, help: str | None) -> None:
        help = why.reason or help or "Take it out, or put right what it compares."
        self._diagnostics.add("constant-condition", typed.span, message, help, labels=_labels(why))


def _both(typed: Typed) -> str | None:
    return "Write `and` where both are meant." if typed.operation == "or" else None


def _labels(found: Conflict) -> list[Label]:
    """The parts that exclude each other; none for a part that excludes itself."""
    if len(found.parts) < 2:
        return []
    return [Label(part.span, "this" if index == 0 else "and this") for index, part in enumerate(found.parts)]
