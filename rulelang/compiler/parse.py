"""From text to syntax tree; the one place that knows the parser generator."""

from __future__ import annotations

from collections.abc import Sequence
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

    rows: dict[int, Row] = {
        state: {str(name): action(move) for name, move in sorted(row.items())} for state, row in table.states.items()
    }
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


@dataclass(frozen=True, slots=True)
class Outline:
    """A file without mistakes: its tree and its tokens. `parts` are the constructs in it, each with its name in the grammar
    and the indices of its first and last token, the inner before the outer. The last token is the end of the file."""

    file: nodes.File
    tokens: Sequence[Token]
    comments: Sequence[Token]
    parts: Sequence[tuple[str, int, int]]


def parse(source: Source, diagnostics: Diagnostics) -> nodes.File:
    """The syntax tree of a file; adds to `diagnostics` what is wrong with its text. Never raises for what an author wrote."""
    reading = lexer().reading(source.text)
    found = Diagnostics()
    builder = Builder(source, tables(), lexer(), reading.tokens, found)
    try:
        file: nodes.File = run(tables(), START, reading.read, builder.reduce)
    except Unexpected:
        reading.rest()
        return _parse_mended(source, reading.tokens, diagnostics)
    if _is_too_deep(source, reading.tokens, diagnostics):
        return _nothing(source)
    diagnostics.items.extend(found.items)
    return file


def outline(source: Source, diagnostics: Diagnostics) -> Outline | None:
    """The outline of a file, or None where it has mistakes, which are added to `diagnostics`."""
    reading = lexer().reading(source.text)
    found = Diagnostics()
    builder = Builder(source, tables(), lexer(), reading.tokens, found)
    parts: list[tuple[str, int, int]] = []

    def reduce(name: str, values: list[Any], first: int, last: int) -> Any:
        parts.append((name, first, last))
        return builder.reduce(name, values, first, last)

    try:
        file: nodes.File = run(tables(), START, reading.read, reduce)
    except Unexpected:
        parse(source, diagnostics)
        return None
    if _is_too_deep(source, reading.tokens, diagnostics):
        return None
    diagnostics.items.extend(found.items)
    return None if found.items else Outline(file, reading.tokens, reading.comments, parts)


def _parse_mended(source: Source, tokens: list[Token], diagnostics: Diagnostics) -> nodes.File:
    """The tree of a file whose tokens the grammar does not take."""
    mended = mend(tables(), source, tokens, diagnostics)
    if _is_too_deep(source, mended.tokens, diagnostics):
        return _nothing(source)
    builder = Builder(source, tables(), lexer(), mended.tokens, diagnostics, mended.touched)
    file: nodes.File = run(tables(), START, reader(mended.tokens), builder.reduce)
    return replace(file, incomplete=file.incomplete or mended.names_lost)


def _nothing(source: Source) -> nodes.File:
    return nodes.File((), True, span=Span(source, 0, len(source.text)))


def _is_too_deep(source: Source, tokens: Sequence[Token], diagnostics: Diagnostics) -> bool:
    """Whether brackets are nested deeper than the passes after this one can be asked to go; if so, says it."""
    depth = 0
    for token in tokens:
        if token.type in _OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                span = Span(source, token.start, token.end)
                message = f"brackets are nested more than {MAX_DEPTH} deep"
                say(diagnostics, "syntax-error", span, message, "take some of them out")
                return True
        elif token.type in _CLOSING:
            depth -= 1
    return False


_OPENING: Final = frozenset(CLOSERS)
_CLOSING: Final = frozenset(CLOSERS.values())
