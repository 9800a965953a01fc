"""What the compiler has to say about a policy: diagnostics, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rulelang.compiler.source import Span


class Severity(StrEnum):
    """Errors stop compilation; warnings never stop a command."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that a diagnostic points at, with what is to be said there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A safe change of the source: the text of `span` becomes `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: `slug` names a row of the catalogue, `message` is one sentence, `help` says what to write instead."""

    slug: str
    span: Span
    message: str
    help: str | None = None
    labels: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()


@dataclass(slots=True)
class Diagnostics:
    """Collects what the passes find; the order of `items` is the order of reporting only after `sorted`."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        slug: str,
        span: Span,
        message: str,
        help: str | None = None,
        *,
        labels: Sequence[Label] = (),
        fixes: Sequence[Fix] = (),
    ) -> None:
        """Collects one diagnostic; `slug` must be a row of the catalogue."""
        self.items.append(Diagnostic(slug, span, message, help, tuple(labels), tuple(fixes)))
