"""Conditions are told in the words of the language: what is printed compiles to what it was printed from."""

from __future__ import annotations

import pytest

from rulelang.language.unparse import unparse
from tests.engine import body

CONDITIONS = [
    'metadata.a == 1 and (metadata.b == "x" or not (metadata.c and metadata.d))',
    "not (metadata.a == 1)",
    'content not contains "x" and sender.arn not in people and channel.arn not like "*/a-?"',
    'sender.name starts with "a" or sender.name ends with "b"',
    'metadata["my-key"][0].x is missing and metadata.y is present',
    "count(url) > 3 and count(bad in sender.name) == 0",
    "content contains url where (host not in people)",
    'content contains any of (url, email) and first(url).host == "a"',
    "length(content) * 2 - 3 > -4 / (1 + metadata.n)",
    "messages delivered where (content contains bad) by sender.arn, lower(content) within 1m30s > 3",
    "hits of other by sender.arn within 1d >= 3 and matched other",
    'distinct sender.arn by content.gist within 10m > 5 and sender has label "x" and sender.age < 1h30m',
    "metadata.a == null and metadata.n in [1, 2.5, true]",
    'attributes.order contains "a" and now - created_at > 5m',
    "shouting and metadata.vip",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_printed_compiles_to_what_it_was_printed_from(condition: str) -> None:
    def compiled(text: str) -> tuple[object, object, str]:
        made = body(
            f"""
            list people = ["a", "b"]
            words bad = ["crap"]
            let shouting = caps_ratio(content) > 0.5
            rule other {{ when content contains "y" deny }}
            rule tested {{ when {text} deny }}
            rule keeps_used {{ when shouting and sender.arn in people mask bad }}
            """
        )
        return made["rules"][1]["when"], made["counters"], unparse(made["rules"][1]["when"], made)

    when, counters, printed = compiled(condition)
    assert compiled(printed) == (when, counters, printed)
    assert printed == condition
