"""The syntax tree: plain data, one class a construct; two trees are equal when they mean the same, wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from rulelang.compiler.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has: the place it was written at, which does not count in a comparison of trees."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Identifier(Node):
    """A name as written, where something is named or referred to (a rule, a property, `sender` in `label sender`)."""

    value: str


# Expressions


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text literal; `value` has its escapes resolved. Not a template."""

    value: str


@dataclass(frozen=True, slots=True)
class Template(Node):
    """A text literal where templates are understood, with at least one hole: texts (`{{` resolved) and expressions."""

    parts: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`3` is an int, `0.7` a Decimal."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Percent(Node):
    """`25%`: only as a property's value."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Null(Node):
    pass


@dataclass(frozen=True, slots=True)
class Duration(Node):
    value: timedelta


@dataclass(frozen=True, slots=True)
class Regex(Node):
    """`/pattern/flags`, the pattern as written but for `\\/`, which is `/` here."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ObjectLiteral(Node):
    """`{ key: value, ... }` in tests; a key is a name, a dotted path (`sender.name`) or a text."""

    entries: tuple[tuple[Identifier, Expression], ...]


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name at the beginning of an expression: a fact, a list, a finder, a let, a match field."""

    value: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`value.name`; a fact such as `sender.arn` is `Attribute(Name("sender"), "arn")`."""

    value: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`value["my-key"]` or `value[0]`."""

    value: Expression
    key: str | int


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`lower(content)`; `first`, `count` and the state expressions have nodes of their own."""

    function: Identifier
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Where(Node):
    """`finder where (condition)`."""

    finder: Expression
    condition: Expression


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """`any of (finder, ...)`."""

    finders: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Located(Node):
    """`finder in path`, only inside `count(...)` and `first(...)`."""

    finder: Expression
    path: Expression


@dataclass(frozen=True, slots=True)
class Count(Node):
    finder: Expression


@dataclass(frozen=True, slots=True)
class First(Node):
    finder: Expression


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not x`; also `x not in y` and its like, which are the negation of the plain form."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And(Node):
    """Flat: two operands or more, none of which is itself an unparenthesised `and`."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Unary minus."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`operator` is one of == != < <= > >= in contains "starts with" "ends with" like + - * /"""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`1 < x < 3`: no part of the language; kept so that the message can say what to write."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Matches(Node):
    """`subject matches /regex/`."""

    subject: Expression
    regex: Regex


@dataclass(frozen=True, slots=True)
class Presence(Node):
    """`x is missing` (`present` False), `x is present` and `x is not missing` (`present` True)."""

    subject: Expression
    present: bool


@dataclass(frozen=True, slots=True)
class HasLabel(Node):
    """`sender has label "x"`."""

    who: Identifier
    label: Text


@dataclass(frozen=True, slots=True)
class Messages(Node):
    """`messages (delivered)? (where (condition))? by key, ... within D`."""

    delivered: bool
    condition: Expression | None
    keys: tuple[Expression, ...]
    within: Duration


@dataclass(frozen=True, slots=True)
class Hits(Node):
    """`hits of rule by key, ... within D`."""

    rule: Identifier
    keys: tuple[Expression, ...]
    within: Duration


@dataclass(frozen=True, slots=True)
class Distinct(Node):
    """`distinct value by key, ... within D`."""

    value: Expression
    keys: tuple[Expression, ...]
    within: Duration


@dataclass(frozen=True, slots=True)
class Matched(Node):
    """`matched rule`."""

    rule: Identifier


@dataclass(frozen=True, slots=True)
class Broken(Node):
    """What recovery left where an expression could not be read; already reported."""


Expression = (
    Text
    | Template
    | Number
    | Percent
    | Boolean
    | Null
    | Duration
    | Regex
    | ListLiteral
    | ObjectLiteral
    | Name
    | Attribute
    | Index
    | Call
    | Where
    | AnyOf
    | Located
    | Count
    | First
    | Not
    | And
    | Or
    | Negative
    | Binary
    | Chain
    | Matches
    | Presence
    | HasLabel
    | Messages
    | Hits
    | Distinct
    | Matched
    | Broken
)


# Actions. A path is an expression of Name, Attribute and Index nodes.


@dataclass(frozen=True, slots=True)
class Deny(Node):
    reason: Text | Template | None


@dataclass(frozen=True, slots=True)
class Keeping(Node):
    """`keeping first N` or `keeping last N`."""

    side: str
    count: int


@dataclass(frozen=True, slots=True)
class Mask(Node):
    finders: tuple[Expression, ...]
    path: Expression | None
    character: Text | None
    keeping: Keeping | None


@dataclass(frozen=True, slots=True)
class Replace(Node):
    finders: tuple[Expression, ...]
    path: Expression | None
    replacement: Text | Template


@dataclass(frozen=True, slots=True)
class Remove(Node):
    finders: tuple[Expression, ...]
    path: Expression | None


@dataclass(frozen=True, slots=True)
class Append(Node):
    text: Text | Template


@dataclass(frozen=True, slots=True)
class Prepend(Node):
    text: Text | Template


@dataclass(frozen=True, slots=True)
class Set(Node):
    path: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Unset(Node):
    path: Expression


@dataclass(frozen=True, slots=True)
class Add(Node):
    value: Expression
    path: Expression


@dataclass(frozen=True, slots=True)
class SetLabel(Node):
    """`label who "name" (for D)?`."""

    who: Identifier
    name: Text
    duration: Duration | None


@dataclass(frozen=True, slots=True)
class Unlabel(Node):
    who: Identifier
    name: Text


@dataclass(frozen=True, slots=True)
class Report(Node):
    queue: Text | Template
    redacted: bool


Action = Deny | Mask | Replace | Remove | Append | Prepend | Set | Unset | Add | SetLabel | Unlabel | Report


# Declarations


@dataclass(frozen=True, slots=True)
class Setting(Node):
    """`value` is a literal, or an Identifier for a bare word (`plain`)."""

    name: Identifier
    value: Expression | Identifier


@dataclass(frozen=True, slots=True)
class Settings(Node):
    entries: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Use(Node):
    path: Text


@dataclass(frozen=True, slots=True)
class FromFile(Node):
    """`from "file.txt"`: one entry a line."""

    path: Text


@dataclass(frozen=True, slots=True)
class ListDeclaration(Node):
    """`list name = [...]` or `list name from "file"`."""

    name: Identifier
    items: ListLiteral | FromFile


@dataclass(frozen=True, slots=True)
class Words(Node):
    """`words name (= [...] | = list | from "file") (exactly | loosely)? (except ...)?`; strength: exactly, folded, loosely."""

    name: Identifier
    entries: ListLiteral | Name | FromFile
    strength: str
    exceptions: ListLiteral | Name | None


@dataclass(frozen=True, slots=True)
class Pattern(Node):
    name: Identifier
    regex: Regex


@dataclass(frozen=True, slots=True)
class Let(Node):
    name: Identifier
    value: Expression


@dataclass(frozen=True, slots=True)
class Property(Node):
    """`tags: spam, links`, `rollout: 25%`, `on failure: deny` (its name is `on failure`)."""

    name: Identifier
    values: tuple[Identifier | Text | Number | Percent | Boolean, ...]


@dataclass(frozen=True, slots=True)
class Rule(Node):
    name: Identifier
    title: Text | None
    properties: tuple[Property, ...]
    when: Expression | None
    unless: Expression | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    name: Identifier
    title: Text | None
    properties: tuple[Property, ...]
    when: Expression | None
    unless: Expression | None
    members: tuple[Rule | Group, ...]


# Tests


@dataclass(frozen=True, slots=True)
class Given(Node):
    fields: ObjectLiteral


@dataclass(frozen=True, slots=True)
class Send(Node):
    """`send {...} (times N every D)? (after D)?`; `every` and `after` default to no time."""

    fields: ObjectLiteral
    times: int
    every: Duration | None
    after: Duration | None


@dataclass(frozen=True, slots=True)
class ExpectOutcome(Node):
    """`expect unchanged`, `expect update`, `expect deny`."""

    outcome: str


@dataclass(frozen=True, slots=True)
class ExpectDeniedBy(Node):
    rule: Identifier


@dataclass(frozen=True, slots=True)
class ExpectReason(Node):
    reason: Text


@dataclass(frozen=True, slots=True)
class ExpectMatched(Node):
    rule: Identifier
    negated: bool


@dataclass(frozen=True, slots=True)
class ExpectValue(Node):
    """`PATH == value`, `PATH contains value` (`operator`), about what leaves."""

    path: Expression
    operator: str
    value: Expression


@dataclass(frozen=True, slots=True)
class ExpectPresence(Node):
    """`PATH is missing` (`present` False) or `PATH is present`."""

    path: Expression
    present: bool


@dataclass(frozen=True, slots=True)
class ExpectUnchanged(Node):
    """`content unchanged`."""

    path: Expression


@dataclass(frozen=True, slots=True)
class ExpectReported(Node):
    queue: Text
    negated: bool


@dataclass(frozen=True, slots=True)
class ExpectLabelled(Node):
    who: Identifier
    name: Text
    negated: bool


Expectation = (
    ExpectOutcome
    | ExpectDeniedBy
    | ExpectReason
    | ExpectMatched
    | ExpectValue
    | ExpectPresence
    | ExpectUnchanged
    | ExpectReported
    | ExpectLabelled
)


@dataclass(frozen=True, slots=True)
class Expect(Node):
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class Test(Node):
    name: Text
    steps: tuple[Given | Send | Expect, ...]


Declaration = Settings | Use | ListDeclaration | Words | Pattern | Let | Rule | Group | Test


@dataclass(frozen=True, slots=True)
class File(Node):
    """One file. `incomplete` when recovery lost a declaration's name, so that unknown names prove nothing; `rules_incomplete`
    when it was that of a rule or a group, which have names of their own."""

    declarations: tuple[Declaration, ...]
    incomplete: bool = field(default=False, compare=False)
    rules_incomplete: bool = field(default=False, compare=False)
