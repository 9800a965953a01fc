"""What people write without a rule engine: every rule in turn, a compiled `re` for each, conditions as plain Python."""

from __future__ import annotations

import json
import operator
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.workload import Fields, Pattern, Rule, Test, Words

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "in": lambda value, values: value in values,
}

Denies = Callable[[str, dict[str, Any]], bool]
Edits = Callable[[str], str]


def run(rules: list[Rule], source: Path, target: Path) -> Counter[str]:
    """Decides every line with the standard library alone, and gives how many messages had each outcome."""
    denying = [made for rule in rules if (made := _denying(rule)) is not None]
    editing = [made for rule in rules if (made := _editing(rule)) is not None]
    outcomes: Counter[str] = Counter()
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for line in lines:
            event = json.loads(line)
            message = event["ChannelMessage"]
            content, metadata = message["Content"], json.loads(message["Metadata"])
            denied = any(denies(content, metadata) for denies in denying)
            edited = content
            for edit in editing:
                edited = edit(edited)
            answer = {"MessageId": message["MessageId"]}
            if not denied:
                answer |= {"Content": edited, "Metadata": message["Metadata"]}
            callback = {
                "CallbackId": event["CallbackId"],
                "ChannelArn": message["ChannelArn"],
                "DeleteResource": denied,
                "ChannelMessage": answer,
            }
            out.write(json.dumps(callback, ensure_ascii=False) + "\n")
            outcomes["deny" if denied else "unchanged" if edited == content else "update"] += 1
    return outcomes


def _denying(rule: Rule) -> Denies | None:
    match rule:
        case Words(_, terms, "deny"):
            search = _whole_words(terms).search
            return lambda content, metadata: search(content) is not None
        case Fields(_, alternatives):
            tests = [[_test(test) for test in alternative] for alternative in alternatives]
            return lambda content, metadata: any(all(test(content, metadata) for test in some) for some in tests)
    return None


def _editing(rule: Rule) -> Edits | None:
    match rule:
        case Words(_, terms, "mask"):
            mask = _whole_words(terms).sub
            return lambda content: mask(lambda match: "*" * len(match[0]), content)
        case Pattern(_, pattern):
            replace = re.compile(pattern).sub
            return lambda content: replace("[code]", content)
    return None


def _whole_words(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, terms)) + r")\b", re.IGNORECASE)


def _test(test: Test) -> Denies:
    compare, name, value = _OPERATORS[test.operator], test.field, test.value
    if name == "length":
        return lambda content, metadata: compare(len(content), value)
    return lambda content, metadata: compare(metadata[name], value)
