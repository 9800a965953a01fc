"""From a policy's text to decisions, for tests: the public way in, without files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rulelang.compiler.pipeline import check_text, compile_policy
from rulelang.language.decision import Decision
from rulelang.runtime import chime
from rulelang.runtime.decide import decide
from rulelang.runtime.message import Message
from rulelang.runtime.program import Program, load
from rulelang.runtime.state.memory import MemoryStore
from rulelang.tools import simulate

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def body(text: str) -> dict[str, Any]:
    """The bundle's body of a policy that has to check."""
    checked = check_text(text)
    errors = [f"{item.span.line}: {item.slug}: {item.message}" for item in checked.diagnostics]
    assert not checked.has_errors, errors
    return dict(compile_policy(checked)["body"])


def program(text: str) -> Program:
    """The loaded policy."""
    return load(body(text))


def message(program: Program, stated: Mapping[str, Any], number: int = 1, now: datetime = NOON) -> Message:
    """A message, its facts stated as a test in the language states them."""
    return chime.read(simulate.event(stated, now, number, program.settings), program.settings, now)


def decide_one(policy: str | Program, stated: Mapping[str, Any] | None = None, store: Any = None, **more: Any) -> Decision:
    """The decision of a policy on one message."""
    loaded = program(policy) if isinstance(policy, str) else policy
    return decide(loaded, message(loaded, stated or {}, **more), store or MemoryStore())


def fired(decision: Decision) -> list[str]:
    """The names of the rules that fired."""
    return [rule.name for rule in decision.rules]
