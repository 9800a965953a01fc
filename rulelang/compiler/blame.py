"""Says what is wrong where the text is not of the grammar: which place, in which words, with which help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rulelang.compiler.diagnostics import Diagnostics, Fix, Label
from rulelang.compiler.edits import CLOSERS, Edit, Neighbourhood, is_comment
from rulelang.compiler.expected import ACTIONS, DECLARATIONS, OPERATORS, STARTERS, expected, say, spelled
from rulelang.compiler.source import Span
from rulelang.compiler.tables import Cell, accepted
from rulelang.compiler.tokens import BAD, END, Token

_OPENERS: Final = {closer: opener for opener, closer in CLOSERS.items()}

_WORDS_OF_OTHERS: Final = {
    "if": "a rule fires where its `when` is true: write `when` and the condition, then the action",
    "else": "there is no `else`: write a second rule, or exempt messages with `unless`",
    "elif": "there is no `elif`: write a second rule",
    "then": "write the action on the next line, without `then`",
}
"""Words that other languages have, and what to write instead."""


def place_of_edit(near: Neighbourhood, cells: Sequence[Cell], edit: Edit) -> Span:
    """Where a mistake is shown: a missing token right after the one before it, on the line that it is missing from."""
    tokens, source = near.tokens, near.source
    if edit.kind != "insert":
        last = tokens[edit.index + max(1, edit.removed) - 1]
        start = tokens[edit.index].start
        return Span(source, start, tokens[edit.index].end if edit.kind == "where" else last.end)
    index = edit.index
    if index == 0:
        return Span(source, tokens[0].start, tokens[0].start)
    before, after = tokens[index - 1], tokens[index]
    if not near.begins_line(index) and after.type != END:
        return Span(source, before.end, before.end)
    kind = edit.inserted[0].type
    if kind in _OPENERS:
        opener = _opener(near, index, kind)
        if opener is not None and source.position(opener.start)[0] != source.position(before.start)[0]:
            return _next_line(near, index)
    elif _belongs_to_next(near, cells, edit):
        return Span(source, after.start, after.start)
    return Span(source, before.end, before.end)


def _belongs_to_next(near: Neighbourhood, cells: Sequence[Cell], edit: Edit) -> bool:
    """Whether a token that is missing between two lines is missing from the second."""
    kind = edit.inserted[0].type
    if kind not in STARTERS | {"NAME", "TEXT", "BROKEN", *CLOSERS}:
        return False
    if kind == "NAME" and near.tokens[edit.index].type == "COLON":
        return True
    before = near.tokens[edit.index - 1].type
    return before in {"LBRACE", "LSQB", "COMMA", "RBRACE"} or bool(accepted(near.tables, cells[edit.index]) & STARTERS)


def _opener(near: Neighbourhood, index: int, closer: str) -> Token | None:
    """The bracket that a missing closer would close."""
    depth = 0
    for back in range(index - 1, -1, -1):
        kind = near.tokens[back].type
        if kind in _OPENERS:
            depth += 1
        elif kind in CLOSERS:
            if depth == 0:
                return near.tokens[back] if CLOSERS[kind] == closer else None
            depth -= 1
    return None


def _next_line(near: Neighbourhood, index: int) -> Span:
    """The line after a token, where the bracket that closes a block of lines is missing."""
    text = near.source.text
    before, after = near.tokens[index - 1], near.tokens[index]
    start = text.find("\n", before.end) + 1
    if start == 0:
        return Span(near.source, before.end, before.end)
    end = text.find("\n", start)
    if after.type != END and start <= after.start and (end < 0 or after.start <= end):
        return Span(near.source, after.start, after.start)
    while start < len(text) and text[start] in " \t":
        start += 1
    return Span(near.source, start, start)


def say_edit(near: Neighbourhood, cells: Sequence[Cell], edit: Edit, error: int, span: Span, diagnostics: Diagnostics) -> None:
    """Reports the mistake that an edit mends."""
    tokens = near.tokens
    token = tokens[edit.index]
    written = near.source.text[span.start : span.end]
    put = spelled(near.tables, edit.inserted[0].type) if edit.inserted else ""
    match edit.kind:
        case "where":
            whole = Span(near.source, span.start, tokens[edit.index + edit.removed - 1].end)
            fixes = [Fix(whole, f"({whole.text})")]
            say(
                diagnostics,
                "where-parentheses",
                span,
                "a `where` needs parentheses around its condition",
                f"write `where ({whole.text})`",
                fixes=fixes,
            )
        case "bad":
            _say_bad(near, edit, span, diagnostics)
        case "double":
            say(diagnostics, "syntax-error", span, f"`{written}` is written twice", "take one of them out")
        case "swap":
            first, second = _shown(token), _shown(tokens[edit.index + 1])
            say(diagnostics, "syntax-error", span, f"{first} and {second} are in the wrong order", f"write {second} before {first}")
        case "quote":
            say(
                diagnostics,
                "syntax-error",
                span,
                "a text needs double quotes around it",
                f'write `"{written}"`',
                fixes=[Fix(span, f'"{written}"')],
            )
        case "dash":
            name = edit.inserted[0].text
            if edit.index and tokens[edit.index - 1].type == "DOT":
                message = "a key with a dash in it can't be written after a dot"
                say(diagnostics, "dashed-key", span, message, f'write `["{written}"]` in place of `.{written}`')
                return
            say(diagnostics, "syntax-error", span, "a name holds letters, digits and `_`, but no `-`", f"write `{name}`")
        case "object":
            message = "an object stands in tests alone"
            say(diagnostics, "syntax-error", span, message, "set each key of it: `set metadata.key.inner = ...`")
        case "replace":
            _say_replaced(near, cells, edit, span, diagnostics)
        case "delete":
            message = f"{_shown(token)} is not expected here"
            say(diagnostics, "syntax-error", span, message, "take it out")
        case _:
            _say_missing(near, cells, edit, error, span, put, diagnostics)


def _say_missing(
    near: Neighbourhood, cells: Sequence[Cell], edit: Edit, error: int, span: Span, put: str, diagnostics: Diagnostics
) -> None:
    tokens = near.tokens
    kind = edit.inserted[0].type
    before = tuple(tokens[max(0, edit.index - 2) : edit.index])
    after = tokens[edit.index]
    if kind in _OPENERS:
        opener = _opener(near, edit.index, kind)
        if opener is not None:
            label = Label(Span(near.source, opener.start, opener.end), "opened here")
            message = f"this `{opener.text}` is never closed" if after.type == END else f"expected {put} before {_shown(after)}"
            say(diagnostics, "unclosed", span, message, f"write {put} here", labels=[label])
            return
    if kind == "LPAR" and before and before[-1].type == "WHERE":
        say(diagnostics, "where-parentheses", span, "a `where` needs parentheses around its condition", "write `where (...)`")
        return
    if span.start == after.start and span.start != (before[-1].end if before else -1):
        where = f"before {_shown(after)}"
    else:
        where = f"after {_shown(before[-1])}" if before else "here"
    if kind in OPERATORS and kind != "DOT":
        what = "an operator"
    elif kind in ACTIONS | {"WHEN", "UNLESS"}:
        what = "an action or a condition"
    elif kind in DECLARATIONS - {"RULE", "GROUP", "TEST"}:
        what = f"a declaration such as {put}"
    elif kind == "NAME" and after.type in {"COLON", "DOT"}:
        what = "a name"
    elif kind in {"NAME", "TEXT", "BROKEN"}:
        what = expected(near.tables, cells[edit.index], before)
    else:
        what = put
    say(diagnostics, "syntax-error", span, f"expected {what} {where}", _help_for_missing(kind, what))


def _help_for_missing(kind: str, what: str) -> str:
    if what == "an action or a condition":
        return "begin with `when`, or with an action such as `mask`"
    if what == "an operator":
        return "join the two with `contains`, `==`, `and` or another operator"
    if kind == "NAME":
        return "write the name that is missing"
    return f"write {what}" if what.startswith("`") else f"write {what} here"


def _say_replaced(near: Neighbourhood, cells: Sequence[Cell], edit: Edit, span: Span, diagnostics: Diagnostics) -> None:
    token, new = near.tokens[edit.index], edit.inserted[0]
    if new.type == "DURATION":
        number = token.text if token.type == "NUMBER" else "10"
        help = f"write a number with its unit, such as `{number}s` or `{number}m`"
        say(diagnostics, "bad-number", span, f"`{span.text}` is no duration", help)
    elif (token.type, new.type) == ("TEXT", "REGEX"):
        say(diagnostics, "syntax-error", span, "a regular expression stands between slashes", f"write `/{token.text[1:-1]}/`")
    elif near.is_misspelt(token, new.type):
        say(diagnostics, "syntax-error", span, f"expected `{new.text}`, found {_shown(token)}", f"write `{new.text}`")
    elif new.type in {"EQUAL", "EQUALS", "COLON"}:
        help = "a comparison is written `==`" if new.type == "EQUAL" else f"write `{new.text}`"
        fixes = [Fix(span, new.text)]
        say(diagnostics, "syntax-error", span, f"expected `{new.text}`, found {_shown(token)}", help, fixes=fixes)
    else:
        what = expected(near.tables, cells[edit.index], tuple(near.tokens[max(0, edit.index - 2) : edit.index]))
        say(diagnostics, "syntax-error", span, f"expected {what}, found {_shown(token)}", f"write {what}")


def _say_bad(near: Neighbourhood, edit: Edit, span: Span, diagnostics: Diagnostics) -> None:
    """Reports something that is no token."""
    written = span.text
    first = written[0]
    meant = edit.inserted[0].type if edit.inserted else ""
    spelling = near.tables.spellings.get(meant)
    if is_comment(written):
        say(
            diagnostics,
            "syntax-error",
            span,
            "this is no comment of the language",
            "begin the comment with `#`, on each of its lines",
        )
    elif first == '"':
        say(
            diagnostics,
            "bad-text",
            span,
            "this text has no closing quote",
            'close it with `"` on the same line; `\\n` stands for a line break',
        )
    elif first in "'“”„«":
        inside = written[1:-1]
        fixes = [] if '"' in inside or "\\" in inside else [Fix(span, f'"{inside}"')]
        say(diagnostics, "bad-text", span, "a text stands in double quotes", f'write `"{inside}"`', fixes=fixes)
    elif first == "/":
        say(diagnostics, "syntax-error", span, "this regular expression has no closing `/`", "a `/` inside it is written `\\/`")
    elif spelling is not None:
        fixes = [] if meant == "NOT" else [Fix(span, spelling)]
        say(diagnostics, "syntax-error", span, f"`{written}` is no operator of the language", f"write `{spelling}`", fixes=fixes)
    elif first.isascii() and first.isdigit():
        help = "a number is written `3` or `0.7`, a duration `90s` or `1h30m`, a per cent `25%`"
        say(diagnostics, "bad-number", span, f"`{written}` is no number and no duration", help)
    elif first.isalpha():
        help = "a name holds the letters a to z and A to Z, digits and `_`"
        say(diagnostics, "syntax-error", span, f"`{written}` is no word of the language", help)
    elif written.startswith(";"):
        say(diagnostics, "syntax-error", span, "`;` is not expected here", "take it out: nothing stands between actions")
    else:
        say(
            diagnostics,
            "syntax-error",
            span,
            f"{_shown_text(written)} is not expected here",
            "take it out, or put it into a text in double quotes",
        )


def say_unexpected(near: Neighbourhood, cells: Sequence[Cell], error: int, diagnostics: Diagnostics) -> None:
    """Reports a token that can't stand where it does, where no small change mends it."""
    token = near.tokens[error]
    before = tuple(near.tokens[max(0, error - 2) : error])
    if token.type == BAD:
        _say_bad(near, Edit("bad", error, 1, (), 0.0), Span(near.source, token.start, token.end), diagnostics)
        return
    foreign = foreign_word(near.tokens, error)
    if foreign is not None:
        span = Span(near.source, foreign.start, foreign.end)
        say(diagnostics, "syntax-error", span, f"`{foreign.text}` is no word of the language", _WORDS_OF_OTHERS[foreign.text])
        return
    what = expected(near.tables, cells[error], before)
    place = f" after {_shown(before[-1])}" if before else ""
    help = f"write {what}"
    message = f"expected {what}{place}, found {_shown(token)}"
    if token.type == END and before:
        say(diagnostics, "syntax-error", Span(near.source, before[-1].end, before[-1].end), message, help)
    else:
        say(diagnostics, "syntax-error", Span(near.source, token.start, token.end), message, help)


def foreign_word(tokens: Sequence[Token], error: int) -> Token | None:
    """A word of other languages at an error or right before it, with which nothing of this language can be meant."""
    for token in (tokens[error], *tokens[max(0, error - 1) : error]):
        if token.text in _WORDS_OF_OTHERS and token.type == "NAME":
            return token
    return None


def _shown(token: Token) -> str:
    return "the end of the file" if token.type == END else _shown_text(token.text or "a name")


def _shown_text(text: str) -> str:
    """A piece of the source as it is quoted in a sentence."""
    if len(text) > 30:
        text = text[:29] + "…"
    return f"`{text}`" if text.isprintable() and "`" not in text else f"the character U+{ord(text[0]):04X}"
