"""The passes of the compiler, in their order: files and syntax, names and types, lints, suppression; then the bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostic, Diagnostics, Severity
from rulelang.compiler.files import Loaded, load, load_text
from rulelang.compiler.lint import lint
from rulelang.compiler.lower import lower_policy
from rulelang.compiler.policy import Policy
from rulelang.compiler.resolve import resolve
from rulelang.compiler.source import Source
from rulelang.compiler.suppress import suppress
from rulelang.language import bundle


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check gives: the policy (None only where nothing could be read), and the diagnostics in the order of the files."""

    policy: Policy | None
    diagnostics: list[Diagnostic]
    sources: list[Source]

    @property
    def has_errors(self) -> bool:
        """Whether the policy can't be compiled."""
        return _has_errors(self.diagnostics)


def check(path: Path | str) -> Checked:
    """Checks the policy at `path`, a file or a folder; never raises for what an author wrote."""
    diagnostics = Diagnostics()
    return _check(load(path, diagnostics), diagnostics)


def check_text(text: str, name: str = "-", folder: Path | str | None = None) -> Checked:
    """Checks one text as a policy; the files that it names are looked for in `folder`."""
    diagnostics = Diagnostics()
    return _check(load_text(text, name, folder, diagnostics), diagnostics)


def compile_policy(checked: Checked) -> dict[str, Any]:
    """The bundle of a policy that was checked without errors."""
    if checked.policy is None or checked.has_errors:
        raise ValueError("a policy with errors can't be compiled")
    return bundle.pack(lower_policy(checked.policy))


def _has_errors(diagnostics: list[Diagnostic]) -> bool:
    return any(severity(each.slug) is Severity.ERROR for each in diagnostics)


def _check(loaded: Loaded, diagnostics: Diagnostics) -> Checked:
    if not loaded.was_read:
        return Checked(None, diagnostics.items, loaded.sources)
    policy = resolve(loaded, diagnostics)
    # Beside an error, what the lints would say might be wrong: a rule that was lost may be the one that uses a list.
    if not _has_errors(diagnostics.items):
        lint(policy, diagnostics)
    kept = suppress(diagnostics.items, loaded.sources)
    order = {id(source): place for place, source in enumerate(loaded.sources)}
    kept.sort(key=lambda each: (order.get(id(each.span.source), len(order)), each.span.start, each.span.end, each.slug))
    return Checked(policy, kept, loaded.sources)
