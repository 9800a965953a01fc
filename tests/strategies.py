"""Whole random programs: of any syntax (`syntax_programs`), and well-typed ones that check without errors (`programs`).

Both are written by the plain classes below from a `random.Random`, so that a seed gives a program without Hypothesis too.
A piece of a program is a list of tokens; `layout` puts any white space and comments between them.
"""

from __future__ import annotations

from random import Random
from typing import ClassVar

from hypothesis import strategies as st

Tokens = list[str]


def syntax_programs(size: int = 6) -> st.SearchStrategy[str]:
    """Programs that the grammar takes, with comments everywhere; names and types are any."""
    return st.randoms(use_true_random=False).map(lambda random: layout(random, AnySyntax(random).file(size), comments=True))


def programs(size: int = 5) -> st.SearchStrategy[str]:
    """Policies without errors: names declared before they are used, right types, no state with unknown rules."""
    return st.randoms(use_true_random=False).map(lambda random: layout(random, WellTyped(random).file(size), comments=False))


def program(seed: int, size: int = 5) -> str:
    """The well-typed policy of a seed."""
    random = Random(seed)
    return layout(random, WellTyped(random).file(size), comments=False)


COMMENTS = ("#", "# a comment", '# "quoted { [', "#no space", "# é 😀 /x/", "# allow: unused-name, a test", "##")


def layout(random: Random, tokens: Tokens, *, comments: bool) -> str:
    """Tokens with white space between them: line breaks where statements begin, and with `comments` anywhere else too."""
    written: list[str] = []
    for token in tokens:
        if token == BREAK:
            written.append("\n")
        else:
            written.append(token)
            written.append(_space(random) if comments else " ")
    text = "".join(written)
    return text + random.choice(("", "\n", "# the end")) if comments else text + "\n"


def _space(random: Random) -> str:
    number = random.randrange(30)
    if number == 0:
        return f" {random.choice(COMMENTS)}\n"
    if number == 1:
        return f"\n\n  {random.choice(COMMENTS)}\n\t"
    if number == 2:
        return random.choice(("\n", "\n\n\n", "\t", "   ", "\r\n"))
    return " "


BREAK = "\n"
"""Stands in a list of tokens where a statement ends."""


def joined(parts: list[Tokens], by: str = ",") -> Tokens:
    """Lists of tokens with a token between each two."""
    result = list(parts[0]) if parts else []
    for part in parts[1:]:
        result += [by, *part]
    return result


class Writer:
    """What both kinds of programs are made of."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *choices: str) -> Tokens:
        """One of some choices, each written with spaces between its tokens."""
        return self.random.choice(choices).split(" ")

    def maybe(self, tokens: Tokens) -> Tokens:
        return tokens if self.random.randrange(2) else []

    def some(self, most: int, least: int = 0) -> range:
        return range(self.random.randint(least, most))

    def duration(self) -> str:
        return self.random.choice(("10s", "90s", "1h30m", "2w", "1d", "5m", "250ms"))

    def comma(self) -> Tokens:
        """A comma after the last entry, or none."""
        return [","] if self.random.randrange(4) == 0 else []


class AnySyntax(Writer):
    """Writes whatever the grammar allows, with words of the language as names where they may be."""

    NAMES = ("a", "profanity", "content", "x1", "_y", "trusted_hosts", "Guest", "sender", "report_x", "metadata")
    WORDS = ("report", "in", "rule", "label", "when", "count", "true", "not", "tags", "mask", "and", "x")
    TEXTS = ('"a"', '""', '"it is \\"so\\""', '"tab\\t\\u{1F600}"', '"# no comment"', '"ѕhіt 😀"', '"{{not a hole}}"', '"a/b"')
    TEMPLATES = (
        '"a"',
        '"vip-{metadata.region}"',
        '"{count(url) + 1} {{x}}"',
        '"{a[\\"k\\"]}"',
        '"\\u{7B}"',
        '"{x} and {lower(\\"{\\")}"',
    )
    REGEXES = ("/a/", r"/\bORD-(?P<digits>[0-9]{8})\b/", r"/a\/b/i", "/[\"'#]+/", "/ x /")
    NUMBERS = ("0", "3", "0.7", "12345678901234567890", "1.10")

    def name(self) -> str:
        return self.random.choice(self.NAMES)

    def word(self) -> str:
        return self.random.choice(self.WORDS + self.NAMES)

    def text(self) -> str:
        return self.random.choice(self.TEXTS)

    def template(self) -> str:
        return self.random.choice(self.TEMPLATES)

    def file(self, size: int) -> Tokens:
        makers = (self.settings, self.use, self.list, self.words, self.pattern, self.let, self.rule, self.group, self.test)
        return [token for _ in self.some(size) for token in [*self.random.choice(makers)(), BREAK]]

    # Declarations

    def settings(self) -> Tokens:
        body = [
            token for _ in self.some(3) for token in [self.name(), ":", *(self.value(2) if self.random.randrange(2) else ["plain"])]
        ]
        return ["settings", "{", *body, "}"]

    def use(self) -> Tokens:
        return ["use", self.text()]

    def list(self) -> Tokens:
        return ["list", self.name(), *(["from", self.text()] if self.random.randrange(3) == 0 else ["=", *self.values(2)])]

    def words(self) -> Tokens:
        entries = self.random.choice((["from", self.text()], ["=", self.name()], ["=", *self.values(1)]))
        exceptions = self.random.choice(([], ["except", self.name()], ["except", *self.values(1)]))
        return ["words", self.name(), *entries, *self.random.choice(([], ["exactly"], ["loosely"])), *exceptions]

    def pattern(self) -> Tokens:
        return ["pattern", self.name(), "=", self.random.choice(self.REGEXES)]

    def let(self) -> Tokens:
        return ["let", self.name(), "=", *self.expression(3)]

    def rule(self) -> Tokens:
        return ["rule", self.word(), *self.maybe([self.text()]), "{", *self.body([self.action() for _ in self.some(3)]), "}"]

    def group(self, depth: int = 1) -> Tokens:
        members = [self.group(depth - 1) if depth and self.random.randrange(4) == 0 else self.rule() for _ in self.some(2)]
        return ["group", self.word(), *self.maybe([self.text()]), "{", *self.body(members), "}"]

    def body(self, members: list[Tokens]) -> Tokens:
        parts = [self.property() for _ in self.some(2)]
        parts += [["when", *self.expression(3)]] if self.random.randrange(2) else []
        parts += [["unless", *self.expression(2)]] if self.random.randrange(4) == 0 else []
        return [token for part in parts + members for token in [*part, BREAK]]

    def property(self) -> Tokens:
        values = [self.random.choice(([self.word()], [self.text()], ["25%"], ["0.5%"], ["3"])) for _ in self.some(3, 1)]
        return [*self.random.choice((["tags"], ["owner"], ["on", "failure"], ["mode"])), ":", *joined(values)]

    # Actions

    def action(self) -> Tokens:
        finders = joined([self.finder(1) for _ in self.some(3, 1)])
        path = self.maybe(["in", *self.path()])
        keeping = self.maybe(["keeping", self.random.choice(("first", "last")), "4"])
        who = self.random.choice(("sender", "channel"))
        return self.random.choice(
            (
                ["deny", *self.maybe([self.template()])],
                ["mask", *finders, *path, *self.maybe(["with", self.text()]), *keeping],
                ["replace", *finders, *path, "with", self.template()],
                ["remove", *finders, *path],
                ["append", self.template()],
                ["prepend", self.template()],
                ["set", *self.path(), "=", *self.expression(2)],
                ["unset", *self.path()],
                ["add", *self.expression(1), "to", *self.path()],
                ["label", who, self.text(), *self.maybe(["for", self.duration()])],
                ["unlabel", who, self.text()],
                ["report", self.template(), *self.maybe(["redacted"])],
            )
        )

    def path(self) -> Tokens:
        return [self.name(), *(token for _ in self.some(3) for token in self.step())]

    def step(self) -> Tokens:
        return self.random.choice(([".", self.word()], ["[", '"my-key"', "]"], ["[", "0", "]"]))

    # Expressions, from the loosest binding to the tightest

    def expression(self, depth: int) -> Tokens:
        if depth <= 0:
            return self.primary(0)
        return self.random.choice(
            (
                lambda: joined([self.negation(depth - 1) for _ in self.some(3, 1)], "and"),
                lambda: joined([self.negation(depth - 1) for _ in self.some(3, 1)], "or"),
                lambda: self.negation(depth - 1),
                lambda: self.comparison(depth - 1),
            )
        )()

    def negation(self, depth: int) -> Tokens:
        return [*["not" for _ in self.some(2)], *self.comparison(depth)]

    def comparison(self, depth: int) -> Tokens:
        subject = self.sum(depth)
        negated = self.maybe(["not"])
        return self.random.choice(
            (
                lambda: subject,
                lambda: [*subject, *self.one("==", "!=", "<", "<=", ">", ">="), *self.sum(depth)],
                lambda: [*subject, "<", *self.sum(depth), "<=", *self.sum(0)],
                lambda: [*subject, *negated, *self.one("in", "contains", "like", "starts with", "ends with"), *self.sum(depth)],
                lambda: [*subject, *negated, "matches", self.random.choice(self.REGEXES)],
                lambda: [*subject, "is", *negated, *self.one("missing", "present")],
                lambda: ["sender", "has", "label", self.text()],
            )
        )()

    def sum(self, depth: int) -> Tokens:
        if depth <= 0:
            return self.finder(0)
        terms = [self.unary(depth - 1) for _ in self.some(3, 1)]
        return joined(terms, self.random.choice(("+", "-", "*", "/")))

    def unary(self, depth: int) -> Tokens:
        return [*["-" for _ in self.some(1)], *self.finder(depth)]

    def finder(self, depth: int) -> Tokens:
        if depth <= 0 or self.random.randrange(2):
            return self.primary(depth)
        step = self.random.choice((self.step(), ["where", "(", *self.expression(depth - 1), ")"]))
        return [*self.primary(depth), *step]

    def primary(self, depth: int) -> Tokens:
        leaves = (self.name(), self.text(), self.random.choice(self.NUMBERS), self.duration(), "true", "false", "null", self.name())
        if depth <= 0:
            return [self.random.choice(leaves)]
        below = depth - 1
        keys = ["by", *joined([self.sum(0) for _ in self.some(2, 1)]), "within", self.duration()]
        located = lambda: [*self.sum(below), *self.maybe(["in", *self.path()])]  # noqa: E731
        return self.random.choice(
            (
                lambda: [self.random.choice(leaves)],
                lambda: ["(", *self.expression(below), ")"],
                lambda: self.bracketed("[", [self.expression(below) for _ in self.some(3)], "]"),
                lambda: [self.name(), *self.bracketed("(", [self.expression(below) for _ in self.some(2)], ")")],
                lambda: ["count", "(", *located(), ")"],
                lambda: ["first", "(", *located(), ")"],
                lambda: ["any", "of", *self.bracketed("(", [self.finder(below) for _ in self.some(3, 1)], ")")],
                lambda: ["messages", *self.maybe(["delivered"]), *self.maybe(["where", "(", *self.expression(below), ")"]), *keys],
                lambda: ["hits", "of", self.word(), *keys],
                lambda: ["distinct", *self.sum(below), *keys],
                lambda: ["matched", self.word()],
            )
        )()

    def bracketed(self, opener: str, entries: list[Tokens], closer: str) -> Tokens:
        return [opener, *joined(entries), *(self.comma() if entries else []), closer]

    # Values and tests

    def value(self, depth: int) -> Tokens:
        number = self.random.choice(self.NUMBERS)
        leaf = self.random.choice(([self.text()], [number], ["-", number], [self.duration()], ["true"], ["false"], ["null"]))
        if depth <= 0:
            return leaf
        return self.random.choice((lambda: leaf, lambda: self.values(depth - 1), lambda: self.object(depth - 1)))()

    def values(self, depth: int) -> Tokens:
        return self.bracketed("[", [self.value(depth) for _ in self.some(4)], "]")

    def object(self, depth: int) -> Tokens:
        key = lambda: self.random.choice((self.word(), self.text()))  # noqa: E731
        return self.bracketed("{", [[key(), ":", *self.value(depth)] for _ in self.some(3)], "}")

    def message(self) -> Tokens:
        key = lambda: self.random.choice(([self.word()], [self.name(), ".", self.word()], [self.text()]))  # noqa: E731
        return self.bracketed("{", [[*key(), ":", *self.value(2)] for _ in self.some(3)], "}")

    def test(self) -> Tokens:
        steps = [self.random.choice((self.given, self.send, self.expect))() for _ in self.some(4)]
        return ["test", self.text(), "{", *(token for step in steps for token in [*step, BREAK]), "}"]

    def given(self) -> Tokens:
        return ["given", *self.message()]

    def send(self) -> Tokens:
        times = self.maybe(["times", "5", *self.maybe(["every", self.duration()])])
        return ["send", *self.message(), *times, *self.maybe(["after", self.duration()])]

    def expect(self) -> Tokens:
        negated = self.maybe(["not"])
        path = ["metadata", *(token for _ in self.some(2) for token in self.step())]
        return [
            "expect",
            *self.random.choice(
                (
                    self.one("unchanged", "update", "deny"),
                    ["deny", "by", self.word()],
                    ["deny", self.text()],
                    [*negated, "matched", self.word()],
                    [*path, *self.one("==", "contains"), *self.value(2)],
                    [*path, "is", *negated, *self.one("missing", "present")],
                    [*path, "unchanged"],
                    [*negated, "reported", self.text()],
                    [*negated, "labelled", "sender", self.text()],
                )
            ),
        ]


class WellTyped(Writer):
    """Writes policies that check without errors. What is declared is there to be used; what is not used only warns."""

    LISTS: ClassVar = {
        "vips": '[ "ann" , "bob" , "guest-7" ]',
        "tiers": '[ "gold" , "silver" ]',
        "numbers": "[ 1 , 2 , 3 ]",
    }
    HOSTS = '[ "example.com" , "*.example.com" ]'
    WORDS: ClassVar = {
        "profanity": ('[ "shit" , "darn*" , "hell" ]', "loosely", 'except [ "scunthorpe" ]'),
        "brands": ('[ "acme" , "acme corp" ]', "exactly", ""),
        "plain": ('[ "spam" , "hello" ]', "", ""),
    }
    PATTERNS: ClassVar = {"order_number": r"/ORD-(?P<digits>[0-9]{8})/", "trade": "/(?:wts|wtb)/i"}
    BUILTINS = ("url", "email", "phone", "card_number", "iban", "ip_address", "mention", "hashtag", "emoji")
    TEXT_PATHS = ("content", "metadata.note", "push.title", "metadata.flags", "attributes.tags")

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.rules: list[str] = []
        """The rules written so far, which later ones may speak of."""
        self.lets: list[str] = []

    def file(self, size: int) -> Tokens:
        parts: list[Tokens] = [
            ["settings", "{", *self.maybe(["mask_with", ":", '"•"']), *self.maybe(["empty_content", ":", '"[removed]"']), "}"]
        ]
        parts += [["list", name, "=", *items.split(" ")] for name, items in self.LISTS.items()]
        parts.append(["list", "hosts", "=", *self.HOSTS.split(" ")])
        for name, (entries, strength, exceptions) in self.WORDS.items():
            parts.append(["words", name, "=", *_words(entries), *([strength] if strength else []), *_words(exceptions)])
        parts += [["pattern", name, "=", regex] for name, regex in self.PATTERNS.items()]
        for number in self.some(2):
            parts.append(["let", f"let_{number}", "=", *self.condition(2)])
            self.lets.append(f"let_{number}")
        for _ in self.some(size, 1):
            parts.append(self.group() if self.random.randrange(5) == 0 else self.rule())
        return [token for part in parts for token in [*part, BREAK]]

    # Rules

    def new_rule(self) -> str:
        return f"rule_{len(self.rules)}"

    def rule(self) -> Tokens:
        name = self.new_rule()
        body = self.properties()
        if self.random.randrange(5):
            body += ["when", *self.condition(3), BREAK]
        if self.random.randrange(4) == 0:
            body += ["unless", *self.condition(2), BREAK]
        for _ in self.some(3):
            body += [*self.action(), BREAK]
        self.rules.append(name)
        return ["rule", name, *self.maybe(['"A title"']), "{", BREAK, *body, "}"]

    def group(self) -> Tokens:
        number = len(self.rules)
        guard = ["when", *self.condition(2), BREAK] if self.random.randrange(2) else []
        guard += ["unless", *self.condition(1), BREAK] if self.random.randrange(2) else []
        mode = self.maybe(["mode", ":", *self.one("live", "shadow"), BREAK])
        members = [token for _ in self.some(3, 1) for token in [*self.rule(), BREAK]]
        return ["group", f"group_{number}", "{", BREAK, *mode, *guard, *members, "}"]

    def properties(self) -> Tokens:
        choices = (
            ["tags", ":", *joined([[tag] for tag in self.random.choice((("spam",), ("pii", "links"), ("report",)))])],
            ["severity", ":", *self.one("low", "medium", "high", "critical")],
            ["mode", ":", *self.one("live", "shadow", "off")],
            ["on", "failure", ":", *self.one("skip", "deny")],
            ["owner", ":", '"team a"'],
            ["rollout", ":", "50%"],
        )
        return [token for choice in choices if self.random.randrange(6) == 0 for token in [*choice, BREAK]]

    def action(self) -> Tokens:
        number = self.random.randrange(16)
        finders = joined([self.finder() for _ in self.some(2, 1)])
        path = self.random.choice(([], [], ["in", *_path(self.random.choice(self.TEXT_PATHS))]))
        if number < 4:
            keeping = ["keeping", *self.one("first", "last"), self.random.choice(("1", "4"))]
            return ["mask", *finders, *path, *self.maybe(["with", '"#"']), *self.maybe(keeping)]
        if number < 6:
            return ["replace", *finders, *path, "with", self.random.choice(('"[gone]"', '"<{text}>"', '"{{{length}}}"', '""'))]
        if number < 7:
            return ["remove", *finders, *path]
        if number < 12:
            return self.random.choice(
                (
                    ["set", *_path("metadata.a"), "=", *self.number(1)],
                    ["set", *_path("metadata.customer.tier"), "=", *self.text(1)],
                    ["set", *_path("metadata.b"), "=", self.random.choice(('"{sender.name}: {count(url)}"', "true", "null"))],
                    ["set", *_path("push.title"), "=", *self.text(1)],
                    ["unset", *_path(self.random.choice(("metadata.a", "metadata.customer", "attributes.tags")))],
                    ["add", *self.text(0), "to", *_path("metadata.flags")],
                    ["add", '"x"', "to", *_path("attributes.tags")],
                    [self.random.choice(("append", "prepend")), '" (by {sender.id})"'],
                )
            )
        if number < 14:
            who = self.random.choice(("sender", "channel"))
            return self.random.choice(
                (
                    ["label", who, '"muted"', *self.maybe(["for", "1h"])],
                    ["unlabel", who, '"muted"'],
                    ["report", '"review"', *self.maybe(["redacted"])],
                )
            )
        return ["deny", *self.maybe(['"no: {content}"'])]

    # Typed expressions

    def finder(self) -> Tokens:
        number = self.random.randrange(12)
        if number == 0:
            return ["url", "where", "(", "host", *self.maybe(["not"]), "in", "hosts", ")"]
        if number == 1:
            return ["order_number", "where", "(", "digits", "starts", "with", '"009"', ")"]
        if number == 2:
            return [self.random.choice(tuple(self.WORDS)), "where", "(", "length", ">", "4", ")"]
        return [self.random.choice((*self.WORDS, *self.PATTERNS, *self.BUILTINS))]

    def any_finder(self) -> Tokens:
        if self.random.randrange(5):
            return self.finder()
        return ["any", "of", "(", *joined([self.finder() for _ in self.some(3, 2)]), ")"]

    def condition(self, depth: int) -> Tokens:
        if depth > 0 and self.random.randrange(3) == 0:
            parts = [self.condition(depth - 1) for _ in self.some(3, 2)]
            return self.random.choice((joined(parts, "and"), ["(", *joined(parts, "or"), ")"], ["not", "(", *parts[0], ")"]))
        return self.random.choice(
            (
                lambda: ["content", *self.maybe(["not"]), "contains", *self.any_finder()],
                lambda: [*self.number(depth), *self.one("==", "!=", "<", "<=", ">", ">="), *self.number(depth)],
                lambda: [*self.text(depth), *self.one("==", "!="), *self.text(0)],
                lambda: [*self.text(0), *self.maybe(["not"]), "in", self.random.choice(("vips", "tiers"))],
                lambda: [*self.text(0), *self.maybe(["not"]), *self.one("starts with", "ends with", "contains"), '"s"'],
                lambda: [*self.text(0), *self.maybe(["not"]), "like", '"*s?i*"'],
                lambda: [*self.text(0), *self.maybe(["not"]), "matches", "/s[hk]/i"],
                lambda: [*self.json(), "is", *self.one("missing", "present", "not missing")],
                lambda: [*self.json(), *self.one("==", "!="), *self.one("null", "true", '"en"', "3", "0.50")],
                lambda: [*self.json(), *self.one("<", ">="), self.random.choice(("1", "2.5"))],
                lambda: self.json(),
                lambda: ["first", "(", "url", ")", ".", "host", *self.maybe(["not"]), "in", "hosts"],
                lambda: ["sender", ".", "is_bot"],
                lambda: self.state(),
                lambda: [self.random.choice(self.lets)] if self.lets else ["is_edit"],
            )
        )()

    def state(self) -> Tokens:
        number = self.random.randrange(6)
        who = ["sender", ".", "arn"]
        window = ["within", self.random.choice(("10s", "5m", "1h")), *self.one(">=", ">"), self.random.choice(("1", "2", "3"))]
        if number == 0 and self.rules:
            return ["matched", self.random.choice(self.rules)]
        if number == 1 and self.rules:
            return ["hits", "of", self.random.choice(self.rules), "by", *who, *window]
        if number == 2:
            return ["distinct", *who, "by", "content", ".", "gist", *window]
        if number == 3:
            return [self.random.choice(("sender", "channel")), "has", "label", '"muted"']
        if number == 4:
            return ["sender", ".", "age", "<", "1m"]
        inside = self.maybe(["where", "(", "content", "contains", "url", ")"])
        return [
            "messages",
            *self.maybe(["delivered"]),
            *inside,
            "by",
            *joined([who, ["channel", ".", "id"]][: self.random.randint(1, 2)]),
            *window,
        ]

    def number(self, depth: int) -> Tokens:
        if depth > 0 and self.random.randrange(3) == 0:
            return ["(", *joined([self.number(depth - 1), self.number(depth - 1)], self.random.choice(("+", "-", "*", "/"))), ")"]
        return self.random.choice(
            (
                lambda: [self.random.choice(("0", "1", "3", "0.5", "20"))],
                lambda: ["count", "(", *self.finder(), *self.maybe(["in", *_path("sender.name")]), ")"],
                lambda: ["length", "(", *self.text(0), ")"],
                lambda: [self.random.choice(("caps_ratio", "digit_ratio", "words", "repeat_ratio")), "(", "content", ")"],
                lambda: ["max", "(", "2", ",", "count", "(", "emoji", ")", ")"],
                lambda: ["hour", "(", "now", ")"],
                lambda: ["-", "1"],
            )
        )()

    def text(self, depth: int) -> Tokens:
        if depth > 0 and self.random.randrange(4) == 0:
            return [self.random.choice(("lower", "upper", "trim")), "(", *self.text(depth - 1), ")"]
        facts = ("content", "content.folded", "content.gist", "sender.name", "sender.id", "channel.id", "persistence", "push.body")
        return self.random.choice(
            (
                lambda: _path(self.random.choice(facts)),
                lambda: [self.random.choice(('"ann"', '"guest-7"', '"en"', '"shit"'))],
                lambda: ["first", "(", *self.random.choice((["order_number", ")", ".", "digits"], ["url", ")", ".", "host"]))],
                lambda: ["script", "(", "content", ")"],
            )
        )()

    def json(self) -> Tokens:
        return _path(
            self.random.choice(("metadata.lang", "metadata.customer.tier", "metadata.priority", "metadata.vip", "metadata.a.b"))
        )


def _words(text: str) -> Tokens:
    """Tokens of a line whose texts may hold spaces."""
    tokens: Tokens = []
    for number, piece in enumerate(text.split('"')):
        if number % 2:
            tokens.append(f'"{piece}"')
        else:
            tokens += piece.split()
    return tokens


def _path(text: str) -> Tokens:
    return " . ".join(text.split(".")).split(" ")
