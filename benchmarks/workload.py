"""A seeded policy and seeded messages: chat as it is, most of it harmless, some of it long, some with emoji or links."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_SYLLABLES = (
    "ba ce di fo gu ha ki lo mu ne po qua ri sa tu ve wo xi ya zo an er in on us bren clat drin flom grus plik strom thev".split()
)
_EMOJI = ("😀", "👍🏽", "🎉", "❤️", "👩\u200d💻", "😂😂😂")
_OTHER_SCRIPTS = ("привет всем", "schöne Grüße", "ça va déjà mieux", "今日はいい天気", "γεια σου φίλε", "שלום לכולם")
_LANGUAGES = ("en", "de", "fr", "es", "pt")
_CLIENTS = ("web", "ios", "android")
_ROOMS = tuple(f"room-{number}" for number in range(40))
_APP_INSTANCE = "arn:aws:chime:us-east-1:111122223333:app-instance/bench"

_LONG, _LISTED, _WITH_EMOJI, _WITH_LINK, _OTHER_SCRIPT = 0.01, 0.03, 0.1, 0.05, 0.02


@dataclass(frozen=True, slots=True)
class Words:
    """A rule that masks, or denies for, any of the terms as whole words."""

    name: str
    terms: tuple[str, ...]
    action: Literal["mask", "deny"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule that replaces what a regular expression matches; the expression means the same to `re`."""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Test:
    """`metadata.FIELD OPERATOR VALUE`, or the same of the content's length."""

    field: str
    operator: Literal["==", "!=", ">", "<", "in"]
    value: str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A rule that denies where all tests of one of the alternatives hold."""

    name: str
    alternatives: tuple[tuple[Test, ...], ...]


Rule = Words | Pattern | Fields


def make_rules(count: int, seed: int) -> list[Rule]:
    """Of 20 rules 14 have a list of 1 to 20 terms, 3 a regular expression, 3 a condition on fields."""
    chance = random.Random(f"rules {seed}")
    rules: list[Rule] = []
    for number in range(count):
        match number % 20:
            case place if place < 14:
                terms = dict.fromkeys(_term(chance) for _ in range(chance.randint(1, 20)))
                rules.append(Words(f"words_{number}", tuple(terms), "deny" if number % 5 == 0 else "mask"))
            case 14 | 15:
                rules.append(Pattern(f"code_{number}", rf"\b{make_word(chance, 2).upper()}-[0-9]{{4,8}}\b"))
            case 16:
                rules.append(Pattern(f"code_{number}", rf"\b[A-Z]{{2}}[0-9]{{{number % 7 + 4}}}{make_word(chance, 1)}\b"))
            case _:
                rules.append(Fields(f"fields_{number}", tuple(_tests(chance) for _ in range(chance.randint(2, 3)))))
    return rules


def make_word(chance: random.Random, syllables: int) -> str:
    """A word that sounds like one."""
    return "".join(chance.choices(_SYLLABLES, k=syllables))


def _term(chance: random.Random) -> str:
    # Longer than the words that messages are made of, so that only planted ones are found.
    return make_word(chance, 4) + " " + make_word(chance, 2) if chance.random() < 0.1 else make_word(chance, 5)


def _tests(chance: random.Random) -> tuple[Test, ...]:
    rare = Test("room", "==", f"room-{chance.randint(100, 999)}")
    others = (
        Test("lang", "==", chance.choice(_LANGUAGES)),
        Test("client", "!=", chance.choice(_CLIENTS)),
        Test("client", "in", tuple(chance.sample(_CLIENTS, 2))),
        Test("level", ">", chance.randint(10, 90)),
        Test("length", "<", chance.randint(10, 200)),
    )
    tests = [rare, *chance.sample(others, chance.randint(1, 2))]
    chance.shuffle(tests)
    return tuple(tests)


def source(rules: list[Rule]) -> str:
    """The rules in the rule language."""
    return "\n".join(_rule_source(rule) for rule in rules)


def _rule_source(rule: Rule) -> str:
    match rule:
        case Words(name, terms, action):
            head = f"words {name}_list = {json.dumps(terms)}\n\n"
            if action == "mask":
                return f"{head}rule {name} {{\n  mask {name}_list\n}}\n"
            return f'{head}rule {name} {{\n  when content contains {name}_list\n  deny "{name}"\n}}\n'
        case Pattern(name, pattern):
            return f'pattern {name}_pattern = /{pattern}/\n\nrule {name} {{\n  replace {name}_pattern with "[code]"\n}}\n'
        case Fields(name, alternatives):
            conditions = " or ".join("(" + " and ".join(map(_test_source, tests)) + ")" for tests in alternatives)
            return f'rule {name} {{\n  when {conditions}\n  deny "{name}"\n}}\n'


def _test_source(test: Test) -> str:
    subject = "length(content)" if test.field == "length" else f"metadata.{test.field}"
    return f"{subject} {test.operator} {json.dumps(test.value)}"


def write_messages(path: Path, count: int, rules: list[Rule], seed: int) -> None:
    """Writes `count` processor events, one a line; the median content is some 60 characters long."""
    chance = random.Random(f"messages {seed}")
    vocabulary = [make_word(chance, chance.choice((1, 1, 2, 2, 3))) for _ in range(4000)]
    terms = [term for rule in rules if isinstance(rule, Words) for term in rule.terms]
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            message = {
                "MessageId": f"{number:064x}",
                "ChannelArn": f"{_APP_INSTANCE}/channel/{chance.randrange(50)}",
                "Content": _content(chance, vocabulary, terms),
                "Metadata": json.dumps(_metadata(chance)),
                "Sender": {"Arn": f"{_APP_INSTANCE}/user/{chance.randrange(2000)}", "Name": chance.choice(vocabulary).title()},
                "Persistence": "PERSISTENT",
                "Type": "STANDARD",
                "CreatedTimestamp": f"2026-03-{1 + number % 28:02}T12:{number // 60 % 60:02}:{number % 60:02}.000Z",
            }
            event = {"EventType": "CHANNEL_MESSAGE_EVENT", "CallbackId": f"{number:032x}", "ChannelMessage": message}
            out.write(json.dumps(event, ensure_ascii=False) + "\n")


def _content(chance: random.Random, vocabulary: list[str], terms: list[str]) -> str:
    if chance.random() < _OTHER_SCRIPT:
        return " ".join(chance.choices(_OTHER_SCRIPTS, k=chance.randint(1, 6)))
    length = 800 if chance.random() < _LONG else max(1, round(chance.gauss(11, 5)))
    words = chance.choices(vocabulary, k=length)
    words[0] = words[0].title()
    if chance.random() < 0.5:
        words[-1] += chance.choice(".!?")
    if chance.random() < _LISTED:
        words[chance.randrange(length)] = chance.choice(terms)
    if chance.random() < _WITH_EMOJI:
        words.append(chance.choice(_EMOJI))
    if chance.random() < _WITH_LINK:
        words.append(f"https://{chance.choice(vocabulary)}.example/{chance.randrange(10**6)}")
    return " ".join(words)[:4000]


def _metadata(chance: random.Random) -> dict[str, object]:
    return {
        "lang": chance.choice(_LANGUAGES),
        "client": chance.choice(_CLIENTS),
        "room": chance.choice(_ROOMS),
        "level": chance.randrange(100),
    }
