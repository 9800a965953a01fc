"""The lints: what is no mistake, and yet most likely not what the author meant; one file a subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.lint import constants, dependencies, edits, entries, exemptions, names, negations, patterns, untested
from rulelang.compiler.policy import Policy

_LINTS: Final[tuple[Callable[[Policy, Diagnostics], None], ...]] = (
    names.check_unused_names,
    names.check_duplicate_rules,
    constants.check_conditions,
    negations.check_negations,
    exemptions.check_exemptions,
    entries.check_entries,
    patterns.check_patterns,
    edits.check_edits,
    dependencies.check_dependencies,
    untested.check_untested,
)


def lint(policy: Policy, diagnostics: Diagnostics) -> None:
    """Collects the warnings about a policy that has no errors."""
    for check in _LINTS:
        check(policy, diagnostics)
