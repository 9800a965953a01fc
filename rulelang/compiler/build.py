"""Builds the syntax tree of a file out of what the grammar recognised."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

from rulelang.compiler import nodes
from rulelang.compiler.diagnostics import Diagnostics, Label
from rulelang.compiler.expected import say
from rulelang.compiler.expressions import ExpressionBuilder
from rulelang.compiler.source import Source
from rulelang.compiler.tables import Tables
from rulelang.compiler.tokens import Lexer, Token

RESERVED: Final = frozenset(
    {"count", "first", "any", "messages", "hits", "distinct", "matched", "delivered", "null", "true", "false", "not", "signal"}
)
"""Words that begin an expression, and so can't be the name of a value."""

_DROPPED: Final = object()
"""What stands for a part that recovery had to touch, so that it may not say what its author meant."""


class Builder(ExpressionBuilder):
    """Makes the nodes of declarations, actions and tests.

    `mended` holds the indices of the tokens that recovery put in or moved, or next to which it took some out. What is built
    of such tokens is left out, or stands as `Broken`: its mistake is reported, and it shall not give rise to another.
    """

    def __init__(
        self,
        source: Source,
        tables: Tables,
        lexer: Lexer,
        tokens: list[Token],
        diagnostics: Diagnostics,
        mended: Sequence[int] = (),
    ) -> None:
        super().__init__(source, tables, lexer, tokens, diagnostics)
        self.mended = mended
        self.incomplete = False
        self.rules_incomplete = False

    def damaged(self, first: int, last: int) -> bool:
        """Whether recovery touched one of some tokens."""
        if not self.mended:
            return False
        index = bisect_left(self.mended, first)
        return index < len(self.mended) and self.mended[index] <= last

    def reduce(self, name: str, parts: list[Any], first: int, last: int) -> Any:
        if self.mended and name in _UNITS and self.damaged(first, last):
            return self._makers["damaged_" + _UNITS[name]](self, parts, first, last)
        return self._makers[name](self, parts, first, last)

    # What is left of a part that recovery touched

    def make_damaged_part(self, parts: list[Any], first: int, last: int) -> object:
        return _DROPPED

    def make_damaged_use(self, parts: list[Any], first: int, last: int) -> object:
        self.incomplete = True
        return _DROPPED

    def make_damaged_condition(self, parts: list[Any], first: int, last: int) -> tuple[str, nodes.Expression]:
        return "unless" if parts[0].type == "UNLESS" else "when", nodes.Broken(span=self.span(first, last))

    def make_damaged_value(self, parts: list[Any], first: int, last: int) -> object:
        """A list, words, pattern or let: of its name it is only known that it stands for something."""
        name: Token = parts[1]
        if not name.text or self.damaged(first, first + 1):
            self.incomplete = True
        if not name.text:
            return _DROPPED
        return nodes.Let(self.identifier(name), nodes.Broken(span=self.span(first, last)), span=self.span(first, last))

    # Declarations

    def make_file(self, parts: list[Any], first: int, last: int) -> nodes.File:
        span = self.place(0, len(self.source.text))
        return nodes.File(_kept(parts), self.incomplete, self.rules_incomplete, span=span)

    def make_settings(self, parts: list[Any], first: int, last: int) -> nodes.Settings:
        return nodes.Settings(_kept(parts), span=self.span(first, last))

    def make_setting(self, parts: list[Any], first: int, last: int) -> nodes.Setting:
        value = parts[2]
        return nodes.Setting(self.identifier(parts[0]), value, span=self.span(first, last))

    def make_use(self, parts: list[Any], first: int, last: int) -> nodes.Use:
        return nodes.Use(self.text(parts[1]), span=self.span(first, last))

    def value_name(self, token: Token) -> nodes.Identifier:
        """The name of a list, words, pattern or let."""
        name = self.identifier(token)
        if name.value in RESERVED:
            message = f"`{name.value}` begins an expression, so nothing can be called so"
            say(self.diagnostics, "reserved-word", name.span, message, f"write another name, such as `{name.value}_`")
        return name

    def make_list(self, parts: list[Any], first: int, last: int) -> nodes.ListDeclaration:
        return nodes.ListDeclaration(self.value_name(parts[1]), parts[-1], span=self.span(first, last))

    def make_from_file(self, parts: list[Any], first: int, last: int) -> nodes.FromFile:
        return nodes.FromFile(self.text(parts[1]), span=self.span(first, last))

    def make_assigned(self, parts: list[Any], first: int, last: int) -> nodes.ListLiteral | nodes.Name:
        return parts[1]  # type: ignore[no-any-return]

    make_exceptions = make_assigned

    def make_words(self, parts: list[Any], first: int, last: int) -> nodes.Words:
        strength = next((part.text for part in parts[3:] if part.__class__ is Token), "folded")
        exceptions = next((part for part in parts[3:] if part.__class__ is not Token), None)
        return nodes.Words(self.value_name(parts[1]), parts[2], strength, exceptions, span=self.span(first, last))

    def make_pattern(self, parts: list[Any], first: int, last: int) -> nodes.Pattern:
        return nodes.Pattern(self.value_name(parts[1]), self.regex(parts[3]), span=self.span(first, last))

    def make_let(self, parts: list[Any], first: int, last: int) -> nodes.Let:
        value = self.bounded(parts[3], first, last)
        return nodes.Let(self.value_name(parts[1]), value, span=self.span(first, last))

    # Rules and groups

    def make_rule(self, parts: list[Any], first: int, last: int) -> object:
        if self._lost_name(parts[1], first):
            return _DROPPED
        name, title, properties, when, unless, rest = self._guarded(parts)
        return nodes.Rule(name, title, properties, when, unless, rest, span=self.span(first, last))

    def make_group(self, parts: list[Any], first: int, last: int) -> object:
        if self._lost_name(parts[1], first):
            # Its rules are spliced in where it stands.
            return [part for part in parts if isinstance(part, nodes.Rule | nodes.Group)]
        name, title, properties, when, unless, rest = self._guarded(parts)
        return nodes.Group(name, title, properties, when, unless, rest, span=self.span(first, last))

    def _lost_name(self, name: Token, first: int) -> bool:
        if self.damaged(first, first + 1):
            self.rules_incomplete = True
        return not name.text

    def _guarded(self, parts: list[Any]) -> tuple[Any, ...]:
        """The name, title, properties, conditions and the rest of a rule or group."""
        title = self.text(parts[2]) if parts[2].type == "TEXT" else None
        conditions: dict[str, nodes.Expression] = {}
        properties: list[nodes.Property] = []
        rest: list[Any] = []
        for part in parts[3:]:
            if part.__class__ is tuple:
                name, condition = part
                first = conditions.get(name)
                if first is None or isinstance(first, nodes.Broken):
                    conditions[name] = condition
                elif not isinstance(condition, nodes.Broken):
                    say(
                        self.diagnostics,
                        "duplicate-property",
                        condition.span,
                        f"a second `{name}` in one rule or group",
                        "join the two with `and`" if name == "when" else "join the two with `or`",
                        labels=[Label(first.span, "the first")],
                    )
            elif isinstance(part, nodes.Property):
                properties.append(part)
            elif part.__class__ is not Token and part is not _DROPPED:
                rest.append(part)
        return self.identifier(parts[1]), title, tuple(properties), conditions.get("when"), conditions.get("unless"), tuple(rest)

    def make_property(self, parts: list[Any], first: int, last: int) -> nodes.Property:
        size = 2 if parts[1].type == "FAILURE" else 1
        written = " ".join(token.text for token in parts[:size])
        name = nodes.Identifier(written, span=self.span(first, first + size - 1))
        return nodes.Property(name, _kept(parts), span=self.span(first, last))

    def make_when(self, parts: list[Any], first: int, last: int) -> tuple[str, nodes.Expression]:
        return "when", self.bounded(parts[1], first, last)

    def make_unless(self, parts: list[Any], first: int, last: int) -> tuple[str, nodes.Expression]:
        return "unless", self.bounded(parts[1], first, last)

    # Actions

    def make_deny(self, parts: list[Any], first: int, last: int) -> nodes.Deny:
        reason = self.template(self.text(parts[1])) if len(parts) > 1 else None
        return nodes.Deny(reason, span=self.span(first, last))

    def make_finders(self, parts: list[Any], first: int, last: int) -> tuple[nodes.Expression, ...]:
        return tuple(self.bounded(finder, first, last) for finder in parts[::2])

    def make_in_path(self, parts: list[Any], first: int, last: int) -> nodes.Expression:
        return parts[1]  # type: ignore[no-any-return]

    def make_with_character(self, parts: list[Any], first: int, last: int) -> nodes.Text:
        return self.text(parts[1])

    def make_keeping(self, parts: list[Any], first: int, last: int) -> nodes.Keeping:
        count = self.whole_number(parts[2], "what is kept")
        return nodes.Keeping(parts[1].text, count, span=self.span(first, last))

    def make_mask(self, parts: list[Any], first: int, last: int) -> nodes.Mask:
        options = parts[2:]
        keeping = options.pop() if options and isinstance(options[-1], nodes.Keeping) else None
        character = options.pop() if options and isinstance(options[-1], nodes.Text) else None
        path = options.pop() if options else None
        return nodes.Mask(parts[1], path, character, keeping, span=self.span(first, last))

    def make_replace(self, parts: list[Any], first: int, last: int) -> nodes.Replace:
        path = parts[2] if len(parts) == 5 else None
        return nodes.Replace(parts[1], path, self.template(self.text(parts[-1])), span=self.span(first, last))

    def make_remove(self, parts: list[Any], first: int, last: int) -> nodes.Remove:
        return nodes.Remove(parts[1], parts[2] if len(parts) == 3 else None, span=self.span(first, last))

    def make_append(self, parts: list[Any], first: int, last: int) -> nodes.Append:
        return nodes.Append(self.template(self.text(parts[1])), span=self.span(first, last))

    def make_prepend(self, parts: list[Any], first: int, last: int) -> nodes.Prepend:
        return nodes.Prepend(self.template(self.text(parts[1])), span=self.span(first, last))

    def make_set(self, parts: list[Any], first: int, last: int) -> nodes.Set:
        value = self.templates(self.bounded(parts[3], first, last))
        return nodes.Set(parts[1], value, span=self.span(first, last))

    def make_unset(self, parts: list[Any], first: int, last: int) -> nodes.Unset:
        return nodes.Unset(parts[1], span=self.span(first, last))

    def make_add(self, parts: list[Any], first: int, last: int) -> nodes.Add:
        value = self.templates(self.bounded(parts[1], first, last))
        return nodes.Add(value, parts[3], span=self.span(first, last))

    def make_label(self, parts: list[Any], first: int, last: int) -> nodes.SetLabel:
        duration = self.duration(parts[4]) if len(parts) > 3 else None
        return nodes.SetLabel(self.identifier(parts[1]), self.text(parts[2]), duration, span=self.span(first, last))

    def make_unlabel(self, parts: list[Any], first: int, last: int) -> nodes.Unlabel:
        return nodes.Unlabel(self.identifier(parts[1]), self.text(parts[2]), span=self.span(first, last))

    def make_report(self, parts: list[Any], first: int, last: int) -> nodes.Report:
        return nodes.Report(self.template(self.text(parts[1])), len(parts) > 2, span=self.span(first, last))

    # Tests

    def make_test(self, parts: list[Any], first: int, last: int) -> nodes.Test:
        return nodes.Test(self.text(parts[1]), _kept(parts), span=self.span(first, last))

    def make_given(self, parts: list[Any], first: int, last: int) -> nodes.Given:
        return nodes.Given(parts[1], span=self.span(first, last))

    def make_times(self, parts: list[Any], first: int, last: int) -> tuple[str, int, nodes.Duration | None]:
        every = self.duration(parts[3]) if len(parts) > 2 else None
        return "times", self.whole_number(parts[1], "how often"), every

    def make_after(self, parts: list[Any], first: int, last: int) -> nodes.Duration:
        return self.duration(parts[1])

    def make_send(self, parts: list[Any], first: int, last: int) -> nodes.Send:
        times, every, after = 1, None, None
        for part in parts[2:]:
            if isinstance(part, nodes.Duration):
                after = part
            else:
                _, times, every = part
        return nodes.Send(parts[1], times, every, after, span=self.span(first, last))

    def make_expect(self, parts: list[Any], first: int, last: int) -> nodes.Expect:
        return nodes.Expect(parts[1], span=self.span(first, last))

    def make_outcome(self, parts: list[Any], first: int, last: int) -> nodes.ExpectOutcome:
        return nodes.ExpectOutcome(parts[0].text, span=self.span(first, last))

    def make_denied_by(self, parts: list[Any], first: int, last: int) -> nodes.ExpectDeniedBy:
        return nodes.ExpectDeniedBy(self.identifier(parts[2]), span=self.span(first, last))

    def make_reason(self, parts: list[Any], first: int, last: int) -> nodes.ExpectReason:
        return nodes.ExpectReason(self.text(parts[1]), span=self.span(first, last))

    def make_expect_matched(self, parts: list[Any], first: int, last: int) -> nodes.ExpectMatched:
        return nodes.ExpectMatched(self.identifier(parts[-1]), len(parts) == 3, span=self.span(first, last))

    def make_expect_value(self, parts: list[Any], first: int, last: int) -> nodes.ExpectValue:
        return nodes.ExpectValue(parts[0], parts[1].text, parts[2], span=self.span(first, last))

    def make_expect_presence(self, parts: list[Any], first: int, last: int) -> nodes.ExpectPresence:
        return nodes.ExpectPresence(parts[0], self.asks_presence(parts), span=self.span(first, last))

    def make_expect_unchanged(self, parts: list[Any], first: int, last: int) -> nodes.ExpectUnchanged:
        return nodes.ExpectUnchanged(parts[0], span=self.span(first, last))

    def make_reported(self, parts: list[Any], first: int, last: int) -> nodes.ExpectReported:
        return nodes.ExpectReported(self.text(parts[-1]), len(parts) == 3, span=self.span(first, last))

    def make_labelled(self, parts: list[Any], first: int, last: int) -> nodes.ExpectLabelled:
        who, name = parts[-2:]
        return nodes.ExpectLabelled(self.identifier(who), self.text(name), len(parts) == 4, span=self.span(first, last))


_UNITS: Final = {
    "use": "use",
    "list": "value",
    "words": "value",
    "pattern": "value",
    "let": "value",
    "when": "condition",
    "unless": "condition",
    **dict.fromkeys(("setting", "property", "test"), "part"),
    **dict.fromkeys(
        ("deny", "mask", "replace", "remove", "append", "prepend", "set", "unset", "add", "label", "unlabel", "report"), "part"
    ),
}
"""What is left of each part that can be left out alone, if recovery touched it: see the methods `make_damaged_...`."""


def _kept(parts: list[Any]) -> tuple[Any, ...]:
    """What has become a node."""
    return tuple(part for part in parts if part.__class__ is not Token and part is not _DROPPED)
