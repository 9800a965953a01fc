"""Lints about regular expressions."""

from __future__ import annotations

from rulelang.compiler import nodes, regexes
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.policy import Policy
from rulelang.compiler.wording import code


def check_patterns(policy: Policy, diagnostics: Diagnostics) -> None:
    """`empty-match`, and for patterns that are declared `no-literal`."""
    for finder in policy.finders:
        if finder.kind != "pattern":
            continue
        declaration = finder.declaration
        span = declaration.regex.span if isinstance(declaration, nodes.Pattern) else finder.span
        if regexes.can_match_empty(regexes.check_syntax(finder.data["pattern"], finder.data["flags"])):
            diagnostics.add(
                "empty-match",
                span,
                "This can match the empty text, which never counts as a match.",
                "Ask for one character at least: `+` instead of `*`.",
            )
        elif declaration is not None and finder.data["literals"] is None:
            diagnostics.add(
                "no-literal",
                span,
                f"{code(finder.name)} spells no text that every match has, so that each message is searched for it in full.",
                "Put in what its matches always have, such as a prefix or a separator.",
            )
