"""From text to syntax tree; the one place that knows the parser generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from lark import Lark
from lark.lexer import PatternStr
from lark.parsers.lalr_analysis import Shift

from rulelang.compiler import nodes
from rulelang.compiler.build import Builder
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.edits import CLOSERS
from rulelang.compiler.expected import say
from rulelang.compiler.expressions import MAX_DEPTH
from rulelang.compiler.recover import mend
from rulelang.compiler.source import Source, Span
from rulelang.compiler.tables import LONE_EXPRESSION, START, Reduction, Row, Tables, Unexpected, reader, run
from rulelang.compiler.tokens import Lexer, Token


def grammar() -> str:
    """The text of the grammar: of the wheel, or of the checkout."""
    shipped = resources.files("rulelang.compiler").joinpath("rules.lark")
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "grammar" / "rules.lark").read_text(encoding="utf-8")


@cache
def tables() -> Tables:
    """The tables that the grammar compiles to."""
    lark = Lark(grammar(), parser="lalr", lexer="contextual", start=[START, LONE_EXPRESSION], maybe_placeholders=False)
    table = lark.parse_interactive("", start=START).parser_state.parse_conf.parse_table
    reductions = {rule: Reduction(str(rule.origin.name), len(rule.expansion)) for rule in lark.rules}

    def action(move: tuple[Any, Any]) -> int | Reduction:
        kind, argument = move
        return (
            int(argument)
            if kind is Shift
            else reductions.setdefault(argument, Reduction(argument.origin.name, len(argument.expansion)))
        )

    rows: dict[int, Row] = {state: {str(name): action(move) for name, move in row.items()} for state, row in table.states.items()}
    spelled = {
        terminal.pattern.value: str(terminal.name) for terminal in lark.terminals if isinstance(terminal.pattern, PatternStr)
    }
    return Tables(
        rows=rows,
        starts=dict(table.start_states),
        ends=dict(table.end_states),
        keywords={text: name for text, name in spelled.items() if text.isalpha()},
        symbols={text: name for text, name in spelled.items() if not text.isalpha()},
        patterns={str(terminal.name): terminal.pattern.to_regexp() for terminal in lark.terminals},
    )


@cache
def lexer() -> Lexer:
    """The lexer of the grammar."""
    shapes = tables()
    return Lexer(shapes.keywords, shapes.symbols, shapes.patterns)


def parse(source: Source, diagnostics: Diagnostics) -> nodes.File:
    """The syntax tree of a file; adds to `diagnostics` what is wrong with its text. Never raises for what an author wrote."""
    reading = lexer().reading(source.text)
    found = Diagnostics()
    try:
        file = _build(source, reading.read, reading.tokens, found)
        deepest = _too_deep(reading.tokens)
    except Unexpected:
        reading.rest()
        found = Diagnostics()
        mended = mend(tables(), source, reading.tokens, found)
        deepest = _too_deep(mended.tokens)
        if deepest is None:
            file = _build(source, reader(mended.tokens), mended.tokens, found, mended.touched)
            file = replace(file, incomplete=file.incomplete or mended.names_lost)
    if deepest is not None:
        span = Span(source, deepest.start, deepest.end)
        say(diagnostics, "syntax-error", span, f"brackets are nested more than {MAX_DEPTH} deep", "take some of them out")
        return nodes.File((), True, span=Span(source, 0, len(source.text)))
    diagnostics.items.extend(found.items)
    return file


def _build(
    source: Source, read: Callable[[bool], Token], tokens: list[Token], diagnostics: Diagnostics, mended: Sequence[int] = ()
) -> nodes.File:
    builder = Builder(source, tables(), lexer(), tokens, diagnostics, mended)
    file: nodes.File = run(tables(), START, read, builder.reduce)
    return file


def _too_deep(tokens: Sequence[Token]) -> Token | None:
    """The first bracket that is nested deeper than the passes after this one can be asked to go."""
    depth = 0
    for token in tokens:
        if token.type in _OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                return token
        elif token.type in _CLOSING:
            depth = max(0, depth - 1)
    return None


_OPENING: Final = frozenset(CLOSERS)
_CLOSING: Final = frozenset(CLOSERS.values())


@dataclass(frozen=True, slots=True)
class Outline:
    """A file without mistakes as its tokens: `parts` are the constructs in it, each with its name in the grammar and the
    indices of its first and last token, the inner before the outer. The last token is the end of the file."""

    tokens: Sequence[Token]
    comments: Sequence[Token]
    parts: Sequence[tuple[str, int, int]]


def outline(source: Source) -> Outline:
    """The tokens, comments and constructs of a file that `parse` finds nothing wrong with."""
    reading = lexer().reading(source.text)
    parts: list[tuple[str, int, int]] = []

    def note(name: str, values: list[Any], first: int, last: int) -> tuple[Any, ...]:
        parts.append((name, first, last))
        return ()

    run(tables(), START, reading.read, note)
    return Outline(reading.tokens, reading.comments, parts)
