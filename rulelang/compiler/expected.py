"""The words of syntax errors: what can stand at a place of a file, said as its author would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rulelang.compiler.diagnostics import Diagnostics, Fix, Label
from rulelang.compiler.source import Span
from rulelang.compiler.tables import Cell, Tables, accepted
from rulelang.compiler.tokens import END, Token

DECLARATIONS: Final = frozenset({"SETTINGS", "USE", "LIST", "WORDS", "PATTERN", "LET", "RULE", "GROUP", "TEST"})
ACTIONS: Final = frozenset(
    {"DENY", "MASK", "REPLACE", "REMOVE", "APPEND", "PREPEND", "SET", "UNSET", "ADD", "LABEL", "UNLABEL", "REPORT"}
)
STEPS: Final = frozenset({"GIVEN", "SEND", "EXPECT"})
STARTERS: Final = DECLARATIONS | ACTIONS | STEPS | {"WHEN", "UNLESS", "ON"}
"""The words that begin a declaration or a part of one."""

OPERATORS: Final = frozenset(
    {"AND", "OR", "IN", "CONTAINS", "LIKE", "MATCHES", "STARTS", "ENDS", "IS", "HAS", "EQUAL", "NOT_EQUAL", "LESS", "GREATER"}
    | {"LESS_OR_EQUAL", "GREATER_OR_EQUAL", "PLUS", "MINUS", "STAR", "SLASH", "DOT"}
)

_KINDS: Final = {
    "NAME": "a name",
    "TEXT": "a text in double quotes",
    "REGEX": "a regular expression between slashes",
    "DURATION": "a duration such as `10s`",
    "NUMBER": "a number",
    "PERCENT": "a per cent such as `25%`",
    "BROKEN": "a value",
    END: "the end of the file",
}
_TYPES_OF_VALUES: Final = frozenset({"NUMBER", "TRUE", "FALSE", "NULL", "LSQB"})
_CONDITION_AFTER: Final = frozenset({"WHEN", "UNLESS", "AND", "OR", "NOT"})
_FINDER_AFTER: Final = frozenset({"MASK", "REPLACE", "REMOVE"})
_RULE_AFTER: Final = frozenset({"MATCHED", "OF"})
_MOST: Final = 4


def spelled(tables: Tables, kind: str) -> str:
    """A type of token as it reads in a sentence."""
    return _KINDS.get(kind) or f"`{tables.spellings[kind]}`"


def expected(tables: Tables, cell: Cell, before: tuple[Token, ...]) -> str:
    """What can stand at a place, as it reads after `expected`; `before` are the last tokens before it."""
    kinds = set(accepted(tables, cell))
    last = before[-1].type if before else ""
    if "BROKEN" in kinds:
        return _value(kinds, before)
    if kinds >= _TYPES_OF_VALUES:
        return "a value or `]`" if "RSQB" in kinds and last != "COMMA" else "a value"
    if kinds == {"NAME"}:
        return "the name of a rule" if last in _RULE_AFTER else "a name"
    phrases = []
    if kinds >= DECLARATIONS:
        phrases.append("a declaration such as `rule`")
    elif kinds >= {"RULE", "GROUP"}:
        phrases.append("a rule")
    if kinds >= ACTIONS:
        phrases.append("an action such as `mask`")
    if "WHEN" in kinds and not (kinds & OPERATORS):
        phrases = ["a property", "`when`", *phrases]
    if kinds >= STEPS:
        phrases += ["`given`", "`send`", "`expect`"]
    if len(kinds & OPERATORS) > _MOST:
        phrases.insert(0, "an operator")
        kinds -= {"LSQB"}
    known = DECLARATIONS | ACTIONS | STEPS | OPERATORS | {"WHEN", "UNLESS", "ON", "NOT", "WHERE", END}
    rest = sorted(kinds - known - ({"NAME"} if phrases else set()))
    if not phrases and not rest:
        rest = sorted(kinds - {END})
    if len(phrases) + len(rest) > _MOST:
        rest = [kind for kind in rest if kind in {"RBRACE", "RPAR", "RSQB", "COMMA"}]
    return joined([*phrases, *(spelled(tables, kind) for kind in rest)])


def _value(kinds: set[str], before: tuple[Token, ...]) -> str:
    last = before[-1].type if before else ""
    opener = before[-2].type if len(before) > 1 and last == "LPAR" else ""
    if last in _CONDITION_AFTER or opener == "WHERE":
        return "a condition"
    if last in _FINDER_AFTER or opener in {"COUNT", "FIRST", "OF"}:
        return "a finder"
    return "a value"


def joined(phrases: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(phrases) < 2:
        return "".join(phrases) or "something else"
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}"


def say(
    diagnostics: Diagnostics,
    slug: str,
    span: Span,
    message: str,
    help: str,
    *,
    labels: Sequence[Label] = (),
    fixes: Sequence[Fix] = (),
) -> None:
    """Adds a diagnostic; message and help are phrases, and become sentences."""
    diagnostics.add(slug, span, _sentence(message), _sentence(help), labels=labels, fixes=fixes)


def _sentence(phrase: str) -> str:
    return f"{phrase[0].upper()}{phrase[1:]}."
