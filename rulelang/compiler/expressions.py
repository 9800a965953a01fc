"""Builds the nodes of expressions and of values out of what the grammar recognised."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from rulelang.compiler import nodes, texts
from rulelang.compiler.diagnostics import Diagnostics
from rulelang.compiler.expected import say
from rulelang.compiler.source import Source, Span
from rulelang.compiler.tables import LONE_EXPRESSION, Tables, Unexpected, run
from rulelang.compiler.tokens import Lexer, Token
from rulelang.language.values import DURATION_UNITS

MAX_DEPTH: Final = 100
"""How deep expressions and brackets may be nested."""

_MAX_DIGITS: Final = 100

Maker = Callable[[Any, list[Any], int, int], Any]
"""A method that makes the value of one rule of the grammar: its parts, the indices of its first and its last token."""


class ExpressionBuilder:
    """Makes nodes. A method `make_x` makes what the grammar calls `x`; parts are tokens and what other methods made."""

    _makers: dict[str, Maker]

    def __init_subclass__(cls) -> None:
        names = {name for base in cls.__mro__ for name in vars(base) if name.startswith("make_")}
        cls._makers = {name.removeprefix("make_"): getattr(cls, name) for name in names}

    def __init__(self, source: Source, tables: Tables, lexer: Lexer, tokens: list[Token], diagnostics: Diagnostics) -> None:
        self.source = source
        self.tables = tables
        self.lexer = lexer
        self.tokens = tokens
        self.diagnostics = diagnostics
        self.offsets: tuple[int, ...] | None = None
        """Where in the source each code point of a template's hole stands; None outside holes."""

    def reduce(self, name: str, parts: list[Any], first: int, last: int) -> Any:
        """What `tables.run` calls."""
        return self._makers[name](self, parts, first, last)

    def place(self, start: int, end: int) -> Span:
        """The span of what was read from `start` to `end`."""
        if self.offsets is not None:
            start, end = self.offsets[start], self.offsets[end]
        return Span(self.source, start, end)

    def span(self, first: int, last: int) -> Span:
        """The span from the first to the last of some tokens."""
        tokens = self.tokens
        return self.place(tokens[first].start, tokens[last].end)

    def token_span(self, token: Token) -> Span:
        return self.place(token.start, token.end)

    def report(self, slug: str, start: int, end: int, message: str, help: str) -> None:
        say(self.diagnostics, slug, self.place(start, end), message, help)

    # Leaves

    def identifier(self, token: Token) -> nodes.Identifier:
        return nodes.Identifier(token.text, span=self.token_span(token))

    def text_value(self, token: Token) -> str:
        return texts.text(token.text, token.start, self.report)

    def text(self, token: Token) -> nodes.Text:
        return nodes.Text(self.text_value(token), span=self.token_span(token))

    def number_value(self, token: Token) -> int | Decimal:
        digits = token.text.rstrip("%")
        if len(digits) > _MAX_DIGITS:
            self.report("bad-number", token.start, token.end, "this number is too long", f"write at most {_MAX_DIGITS} digits")
            return 0
        return Decimal(digits) if "." in digits else int(digits)

    def whole_number(self, token: Token, what: str) -> int:
        value = self.number_value(token)
        if isinstance(value, int):
            return value
        self.report("bad-number", token.start, token.end, f"{what} is a whole number", f"write `{int(value)}`")
        return int(value)

    def duration(self, token: Token) -> nodes.Duration:
        total = timedelta()
        digits = ""
        unit = ""
        try:
            for character in token.text + "0":
                if character.isdigit():
                    if unit:
                        total += int(digits) * DURATION_UNITS[unit]
                        digits = unit = ""
                    digits += character
                else:
                    unit += character
        except (OverflowError, ValueError):
            self.report("bad-number", token.start, token.end, "this duration is too long", "write a shorter one, such as `52w`")
        return nodes.Duration(total, span=self.token_span(token))

    def regex(self, token: Token) -> nodes.Regex:
        end = token.text.rindex("/")
        pattern = token.text[1:end].replace("\\/", "/")
        return nodes.Regex(pattern, token.text[end + 1 :], span=self.token_span(token))

    def make_name(self, parts: list[Any], first: int, last: int) -> nodes.Name:
        return nodes.Name(parts[0].text, span=self.span(first, last))

    def make_word(self, parts: list[Any], first: int, last: int) -> nodes.Identifier:
        return self.identifier(parts[0])

    def make_text(self, parts: list[Any], first: int, last: int) -> nodes.Text:
        return self.text(parts[0])

    def make_number(self, parts: list[Any], first: int, last: int) -> nodes.Number:
        return nodes.Number(self.number_value(parts[0]), span=self.span(first, last))

    def make_percent(self, parts: list[Any], first: int, last: int) -> nodes.Percent:
        return nodes.Percent(self.number_value(parts[0]), span=self.span(first, last))

    def make_duration(self, parts: list[Any], first: int, last: int) -> nodes.Duration:
        return self.duration(parts[0])

    def make_boolean(self, parts: list[Any], first: int, last: int) -> nodes.Boolean:
        return nodes.Boolean(parts[0].type == "TRUE", span=self.span(first, last))

    def make_null(self, parts: list[Any], first: int, last: int) -> nodes.Null:
        return nodes.Null(span=self.span(first, last))

    def make_broken(self, parts: list[Any], first: int, last: int) -> nodes.Broken:
        return nodes.Broken(span=self.span(first, last))

    # Operators

    def make_expression(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        return self.bounded(parts[0], first, last)

    def make_or(self, parts: list[Any], first: int, last: int) -> nodes.Or:
        return nodes.Or(tuple(parts[::2]), span=self.span(first, last))

    def make_and(self, parts: list[Any], first: int, last: int) -> nodes.And:
        return nodes.And(tuple(parts[::2]), span=self.span(first, last))

    def make_not(self, parts: list[Any], first: int, last: int) -> nodes.Not:
        return nodes.Not(parts[1], span=self.span(first, last))

    def make_compare(self, parts: list[Any], first: int, last: int) -> nodes.Binary | nodes.Chain:
        if len(parts) == 3:
            return nodes.Binary(parts[1].text, parts[0], parts[2], span=self.span(first, last))
        return nodes.Chain(tuple(token.text for token in parts[1::2]), tuple(parts[::2]), span=self.span(first, last))

    def make_relation(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        negated = parts[1].type == "NOT"
        operator = " ".join(token.text for token in parts[2 if negated else 1 : -1])
        return self._negated(nodes.Binary(operator, parts[0], parts[-1], span=self.span(first, last)), negated)

    def make_matches(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        return self._negated(nodes.Matches(parts[0], self.regex(parts[-1]), span=self.span(first, last)), len(parts) == 4)

    def _negated(self, node: nodes.Expression, negated: bool) -> nodes.Expression:
        return nodes.Not(node, span=node.span) if negated else node

    def make_presence(self, parts: list[Any], first: int, last: int) -> nodes.Presence:
        return nodes.Presence(parts[0], self.asks_presence(parts), span=self.span(first, last))

    def asks_presence(self, parts: list[Any]) -> bool:
        """What `is (not)? missing|present` at the end of some parts asks for."""
        return bool((parts[-1].type == "PRESENT") != (parts[-2].type == "NOT"))

    def make_has_label(self, parts: list[Any], first: int, last: int) -> nodes.HasLabel:
        return nodes.HasLabel(self.identifier(parts[0]), self.text(parts[3]), span=self.span(first, last))

    def make_sum(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        result: nodes.Expression = parts[0]
        for operator, right in zip(parts[1::2], parts[2::2], strict=True):
            span = Span(self.source, result.span.start, right.span.end)
            result = nodes.Binary(operator.text, result, right, span=span)
        return result

    make_product = make_sum

    def make_negative(self, parts: list[Any], first: int, last: int) -> nodes.Negative:
        return nodes.Negative(parts[1], span=self.span(first, last))

    # Steps after a primary: each method gives a function from what stands before to the whole

    def make_postfix(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        result: nodes.Expression = parts[0]
        for step in parts[1:]:
            result = step(result)
        return result

    def make_field(self, parts: list[Any], first: int, last: int) -> Callable[[nodes.Expression], nodes.Expression]:
        name: Token = parts[1]
        end = self.token_span(name).end
        return lambda value: nodes.Attribute(value, name.text, span=Span(self.source, value.span.start, end))

    def make_index(self, parts: list[Any], first: int, last: int) -> Callable[[nodes.Expression], nodes.Expression]:
        key = self.text_value(parts[1]) if parts[1].type == "TEXT" else self.whole_number(parts[1], "the place in a list")
        end = self.token_span(parts[2]).end
        return lambda value: nodes.Index(value, key, span=Span(self.source, value.span.start, end))

    def make_where(self, parts: list[Any], first: int, last: int) -> Callable[[nodes.Expression], nodes.Expression]:
        end = self.token_span(parts[3]).end
        return lambda value: nodes.Where(value, parts[2], span=Span(self.source, value.span.start, end))

    # Primaries

    def make_parenthesised(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        inside: nodes.Expression = parts[1]
        return dataclasses.replace(inside, span=self.span(first, last))

    def make_items(self, parts: list[Any], first: int, last: int) -> nodes.ListLiteral:
        return nodes.ListLiteral(_without_tokens(parts), span=self.span(first, last))

    make_value_list = make_items

    def make_call(self, parts: list[Any], first: int, last: int) -> nodes.Call:
        return nodes.Call(self.identifier(parts[0]), _without_tokens(parts), span=self.span(first, last))

    def make_located(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        return nodes.Located(parts[0], parts[2], span=self.span(first, last))

    def make_count(self, parts: list[Any], first: int, last: int) -> nodes.Count:
        return nodes.Count(parts[2], span=self.span(first, last))

    def make_first(self, parts: list[Any], first: int, last: int) -> nodes.First:
        return nodes.First(parts[2], span=self.span(first, last))

    def make_any_of(self, parts: list[Any], first: int, last: int) -> nodes.AnyOf:
        return nodes.AnyOf(_without_tokens(parts), span=self.span(first, last))

    def make_keys(self, parts: list[Any], first: int, last: int) -> tuple[tuple[nodes.Expression, ...], nodes.Duration]:
        return _without_tokens(parts), self.duration(parts[-1])

    def make_condition(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        return parts[2]  # type: ignore[no-any-return]

    def make_messages(self, parts: list[Any], first: int, last: int) -> nodes.Messages:
        condition = parts[-2] if parts[-2].__class__ is not Token else None
        delivered = parts[1].__class__ is Token
        return nodes.Messages(delivered, condition, *parts[-1], span=self.span(first, last))

    def make_hits(self, parts: list[Any], first: int, last: int) -> nodes.Hits:
        return nodes.Hits(self.identifier(parts[2]), *parts[3], span=self.span(first, last))

    def make_distinct(self, parts: list[Any], first: int, last: int) -> nodes.Distinct:
        return nodes.Distinct(parts[1], *parts[2], span=self.span(first, last))

    def make_matched(self, parts: list[Any], first: int, last: int) -> nodes.Matched:
        return nodes.Matched(self.identifier(parts[1]), span=self.span(first, last))

    def make_path(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        return self.make_postfix([nodes.Name(parts[0].text, span=self.token_span(parts[0])), *parts[1:]], first, last)

    # Values

    def make_minus(self, parts: list[Any], first: int, last: int) -> nodes.Number:
        return nodes.Number(-self.number_value(parts[1]), span=self.span(first, last))

    def make_object(self, parts: list[Any], first: int, last: int) -> nodes.ObjectLiteral:
        return nodes.ObjectLiteral(_without_tokens(parts), span=self.span(first, last))

    make_message = make_object

    def make_entry(self, parts: list[Any], first: int, last: int) -> tuple[nodes.Identifier, nodes.Expression]:
        key: list[Token] = parts[:-2]
        span = Span(self.source, self.token_span(key[0]).start, self.token_span(key[-1]).end)
        written = "".join(token.text for token in key)
        name = self.text_value(key[0]) if written.startswith('"') else written
        return nodes.Identifier(name, span=span), parts[-1]

    make_fact = make_entry

    # Templates

    def template(self, node: nodes.Text) -> nodes.Text | nodes.Template:
        """A text read as a template."""
        literal = node.span.text
        if "{" not in literal and "}" not in literal:
            return node
        # Its escapes were reported when the text was read.
        parts = texts.template(literal, node.span.start, self._report_once)
        if all(isinstance(part, str) for part in parts):
            return nodes.Text("".join(str(part) for part in parts), span=node.span)
        return nodes.Template(tuple(part if isinstance(part, str) else self._hole(part) for part in parts), span=node.span)

    def _report_once(self, slug: str, start: int, end: int, message: str, help: str) -> None:
        if slug != "bad-text":
            self.report(slug, start, end, message, help)

    def _hole(self, hole: texts.Hole) -> nodes.Expression:
        """The expression in the braces of a template."""
        reading = self.lexer.reading(hole.text)
        # INVARIANT: the source of a hole begins with its own first character, also where that is U+FEFF.
        builder = type(self)(self.source, self.tables, self.lexer, reading.tokens, self.diagnostics)
        builder.offsets = hole.offsets
        try:
            value: nodes.Expression = run(self.tables, LONE_EXPRESSION, reading.read, builder.reduce)
        except Unexpected as unexpected:
            token = reading.tokens[unexpected.index]
            say(
                self.diagnostics,
                "bad-template",
                builder.token_span(token),
                f"`{token.text}` is not expected in an expression"
                if token.text
                else "the expression in these braces is not complete",
                texts.BRACE_HELP,
            )
            return nodes.Broken(span=builder.place(0, len(hole.text)))
        if reading.comments:
            say(
                self.diagnostics,
                "bad-template",
                builder.token_span(reading.comments[0]),
                "a comment can't stand in a template",
                texts.BRACE_HELP,
            )
        return value

    def templates(self, expression: nodes.Expression) -> nodes.Expression:
        """An expression whose texts are read as templates."""
        written = expression.span.text
        if "{" not in written and "}" not in written:
            return expression
        return self._templates(expression)  # type: ignore[no-any-return]

    def _templates(self, part: Any) -> Any:
        if isinstance(part, nodes.Text):
            return self.template(part)
        if isinstance(part, tuple):
            return tuple(self._templates(each) for each in part)
        if isinstance(part, nodes.HasLabel | nodes.Identifier) or not isinstance(part, nodes.Node):
            return part
        names = [field.name for field in dataclasses.fields(part) if field.name != "span"]
        return dataclasses.replace(part, **{name: self._templates(getattr(part, name)) for name in names})

    # Depth

    def bounded(self, expression: nodes.Expression, first: int, last: int) -> nodes.Expression:
        """The expression, unless it is nested deeper than the passes after this one can be asked to go."""
        if last - first < MAX_DEPTH or _depth(expression) <= MAX_DEPTH:
            return expression
        span = Span(self.source, expression.span.start, expression.span.start + 1)
        say(self.diagnostics, "syntax-error", span, "this expression is nested too deeply", "give parts of it names with `let`")
        return nodes.Broken(span=expression.span)


def _without_tokens(parts: list[Any]) -> tuple[Any, ...]:
    return tuple(part for part in parts if part.__class__ is not Token)


def _depth(expression: nodes.Expression) -> int:
    """How deep a tree is, told without recursion; one deeper than `MAX_DEPTH` is not followed to its end."""
    depth = 0
    level: list[Any] = [expression]
    while level and depth <= MAX_DEPTH:
        depth += 1
        below: list[Any] = []
        for node in level:
            for field in dataclasses.fields(node):
                value = getattr(node, field.name)
                if isinstance(value, tuple):
                    below.extend(each for each in value if isinstance(each, nodes.Node))
                elif isinstance(value, nodes.Node):
                    below.append(value)
        level = below
    return depth
