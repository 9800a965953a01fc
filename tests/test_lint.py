"""Each lint fires where it should, and keeps quiet beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.lint.ranges import FUNCTION_RANGES
from rulelang.compiler.pipeline import check, check_text
from rulelang.compiler.render import render
from rulelang.language.functions import FUNCTIONS


def _slugs(text: str, *, of: str) -> list[str]:
    """The warnings of one slug, as the text they point at; the policy must have no errors."""
    checked = check_text(text)
    assert not checked.has_errors, render(checked.diagnostics)
    return [item.span.text for item in checked.diagnostics if item.slug == of]


def _constant(condition: str, *, unless: bool = False) -> list[str]:
    word = "unless" if unless else "when"
    extra = 'list letters = ["a", "b"]\nlist nobody = []\nwords nothing = []\nlet shouting = caps_ratio(content) > 0.7\n'
    return _slugs(f'{extra}rule r {{\n  {word} {condition}\n  report "q"\n}}\n', of="constant-condition")


@pytest.mark.parametrize(
    "condition",
    [
        # what a value can be
        "count(url) >= 0",
        "count(url) < 0",
        "length(content) < 0",
        "length(content) == 2.5",
        "words(content) >= 0",
        "caps_ratio(content) > 1",
        "caps_ratio(content) <= 1",
        "digit_ratio(content) < 0",
        "hour(now) > 23",
        "hour(now) == 24",
        'weekday(now) == "monday"',
        'weekday(now) in ["Sat", "Sun"]',
        'persistence == "foo"',
        'time_of_day(now) >= "8:30"',
        'time_of_day(now) == "24:00"',
        "abs(length(content) - 5) < 0",
        'push.type == "SILENT"',
        "sender.age < 0s",
        "sender.age >= 0s",
        "messages by sender.arn within 10s > 0",
        "distinct sender.arn by channel.arn within 10s >= 1",
        "content contains nothing",
        'lower(content) == "STOP"',
        'lower(content) contains "Stop"',
        'upper(content) starts with "stop"',
        'content.folded contains "STOP"',
        'content.gist == "buy now"',
        'content contains url where (host == "Example.com")',
        "sender.arn in nobody",
        "true",
        "false",
        "1 == 1",
        '"a" == "b"',
        "length(content) >= length(content)",
        "metadata.a < metadata.a",
        # what excludes each other
        "length(content) > 5 and length(content) < 3",
        "length(content) > 5 and length(content) < 6",
        "length(content) >= 5 and length(content) < 5",
        "length(content) == 1 and length(content) == 2",
        "metadata.a > 5 and metadata.a < 5",
        'metadata.a == "x" and metadata.a == "y"',
        'metadata.a == "x" and metadata.a == 1',
        'metadata.a == 5 and metadata.a == "x"',
        'metadata.a == "x" and metadata.a is missing',
        'metadata.a.b == "x" and metadata.a is missing',
        "metadata.a is present and metadata.a is missing",
        "count(url in metadata.a) > 0 and metadata.a is missing",
        'sender.name starts with "a" and sender.name starts with "b"',
        'sender.name == "ann" and sender.name starts with "b"',
        'sender.name == "ann" and not (sender.name in ["ann", "bob"])',
        "sender.is_bot and not sender.is_bot",
        "content contains url and not (content contains url)",
        "shouting and not shouting",
        "not (shouting or not shouting)",
        "hour(now) >= 22 and hour(now) < 6",
        'time_of_day(now) >= "22:00" and time_of_day(now) < "06:00"',
        'weekday(now) == "sat" and weekday(now) == "sun"',
        # what includes each other
        'sender.arn != "a" or sender.arn != "b"',
        'metadata.a != "x" or metadata.a != "y"',
        "content contains url or not (content contains url)",
        "metadata.a is present or metadata.a is missing",
        "length(content) > 3 or length(content) < 5",
        'not (sender.arn == "a" and sender.arn == "b")',
    ],
)
def test_a_condition_that_every_message_answers_alike(condition: str) -> None:
    assert len(_constant(condition)) == 1
    assert len(_constant(condition, unless=True)) == 1


@pytest.mark.parametrize(
    "condition",
    [
        "count(url) > 0",
        "count(url) >= 1",
        "count(url) == 0",
        "length(content) == 2",
        "caps_ratio(content) >= 1",
        "caps_ratio(content) > 0",
        "hour(now) >= 22 or hour(now) < 6",
        "hour(now) >= 8 and hour(now) < 18",
        "hour(now) == 0",
        'weekday(now) in ["sat", "sun"]',
        'weekday(now) in ["sat", "sunday"]',
        'weekday(now) != "sat" and weekday(now) != "sun"',
        'persistence == "PERSISTENT"',
        'time_of_day(now) >= "08:30"',
        'time_of_day(now) >= "08:30" and time_of_day(now) < "17:00"',
        "sender.age < 1h",
        "sender.age > 0s",
        "messages by sender.arn within 10s > 1",
        "messages where (content contains url) by sender.arn within 10s > 0",
        "messages delivered by sender.arn within 10s > 0",
        'lower(content) == "stop"',
        'content.folded contains "stop it"',
        'content.gist == "buynow"',
        'content contains url where (host == "example.com")',
        'content contains url where (host == "a.example" or host == "b.example")',
        'content contains url where (host in ["*.example.com"] and host != "a.example.com")',
        "length(content) > 5 and length(content) < 7",
        "metadata.a > 5 and metadata.a < 6",
        "metadata.a > 5 and metadata.b < 3",
        'metadata.a == "x" or metadata.a == "y"',
        'metadata.a == "x" or metadata.a is missing',
        'metadata.a == "x" and metadata.a is present',
        'metadata.a == "x" and metadata.b is missing',
        'metadata.a == "x" and metadata.a.b is missing',
        'metadata.a != "x" and metadata.a != "y"',
        "metadata.a == null",
        "metadata.a != null",
        "metadata.a and metadata.b",
        'metadata.a == "x" and not metadata.b',
        "metadata.a == metadata.b",
        'sender.name starts with "a" and sender.name starts with "ab"',
        'sender.name starts with "a" and sender.name ends with "b"',
        'sender.name like "a*" and sender.name like "*b"',
        'sender.name in letters and sender.name != "a"',
        "content contains url and not (content contains email)",
        "shouting and length(content) > 20",
        "sender.is_bot",
        "not sender.is_bot",
        'content == "STOP"',
        "content contains url or content contains email and not (content contains url)",
        "(content contains url or sender.is_bot) and not (content contains url and sender.is_bot)",
        'first(url).host == "a.example"',
        "count(url) + count(email) > 0",
        "length(content) - 20 < 0",
        "now - created_at > 1h",
        'sender has label "muted" and not (channel has label "muted")',
    ],
)
def test_a_condition_that_messages_answer_each_for_itself(condition: str) -> None:
    assert _constant(condition) == []
    assert _constant(condition, unless=True) == []


def test_what_is_known_of_functions_is_about_functions() -> None:
    assert set(FUNCTION_RANGES) <= set(FUNCTIONS)


def test_the_smallest_constant_part_is_said_once() -> None:
    text = """
let odd = content contains url and count(url) < 0
rule a { when odd and sender.is_bot report "q" }
rule b { when odd or sender.is_bot report "r" }
"""
    assert _slugs(text, of="constant-condition") == ["count(url) < 0"]


def test_conditions_in_a_where_and_in_a_count_are_looked_at() -> None:
    text = """
rule a { when content contains url where (length < 0) report "q" }
rule b { when messages where (hour(now) > 30) by sender.arn within 1h > 3 report "r" }
"""
    assert _slugs(text, of="constant-condition") == ["length < 0", "hour(now) > 30"]


@pytest.mark.parametrize(
    ("group", "rule", "fires"),
    [
        ("when sender.is_bot", "when not sender.is_bot", False),
        ("when sender.is_bot", "unless sender.is_bot", False),
        ("unless sender.is_bot", "when sender.is_bot and content contains url", False),
        ('when metadata.kind == "a"', 'when metadata.kind == "b"', False),
        ('unless metadata.kind in ["a", "b"]', 'when metadata.kind == "b"', False),
        ("when length(content) > 10", "when length(content) < 5", False),
        ("when sender.is_bot", "when content contains url", True),
        ('unless metadata.kind in ["a", "b"]', 'when metadata.kind == "c"', True),
        ('unless metadata.kind == "a"', "when metadata.kind is missing", True),
        ("when length(content) > 10", "when length(content) > 5", True),
    ],
)
def test_a_rule_that_its_group_excludes(group: str, rule: str, fires: bool) -> None:
    text = f'group g {{\n  {group}\n  rule r {{\n    {rule}\n    report "q"\n  }}\n}}\n'
    assert _slugs(text, of="constant-condition") == ([] if fires else ["r"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("list a = [1]\nwords b = ['x']\npattern c = /xyz/\nlet d = 1\n".replace("'", '"'), ["a", "b", "c", "d"]),
        ('list a = ["wizard"]\nwords b = a\nrule r { mask b }\n', []),
        ("let a = 1\nlet b = a\nrule r { when sender.is_bot }\n", ["b"]),
        ('list hosts = ["a.example"]\nrule r { mask url where (host in hosts) }\n', []),
        ('list innocents = ["wizardry"]\nwords b = ["wizard*"] except innocents\nrule r { mask b }\n', []),
        ("let a = 3\nrule r { when messages where (length(content) > a) by sender.arn within 1h > 3 }\n", []),
        ('let a = 3\nrule r { set metadata.x = "{a}" }\n', []),
    ],
)
def test_unused_names(text: str, found: list[str]) -> None:
    assert _slugs(text, of="unused-name") == found


@pytest.mark.parametrize(
    ("second", "same"),
    [
        ('rule b { when content contains url report "q" }', True),
        ('rule b { when content   contains url\n report "q" }', True),
        ('let u = content contains url\nrule b { when u report "q" }', True),
        ('rule b { when content contains url report "r" }', False),
        ('rule b { when content contains email report "q" }', False),
        ('rule b { mode: shadow when content contains url report "q" }', False),
        ('rule b { when content contains url unless sender.is_bot report "q" }', False),
        ('group g { when sender.is_bot rule b { when content contains url report "q" } }', False),
        ("rule b { when content contains url }", False),
    ],
)
def test_duplicate_rules(second: str, same: bool) -> None:
    text = f'rule a {{ when content contains url report "q" }}\n{second}\n'
    assert _slugs(text, of="duplicate-rule") == (["b"] if same else [])


def test_rules_that_only_count_differ_by_their_tags() -> None:
    text = "rule a { tags: x when sender.is_bot }\nrule b { tags: y when sender.is_bot }\nrule c { tags: x when sender.is_bot }\n"
    assert _slugs(text, of="duplicate-rule") == ["c"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('not (metadata.lang == "en")', True),
        ('metadata.lang not in ["en"]', True),
        ('sender.name not like "guest-*"', True),
        ("not guest and content contains url", True),
        ('content contains url or not (metadata.lang == "en")', True),
        ('not (lower(metadata.lang) == "en")', True),
        ('metadata.lang is present and not (metadata.lang == "en")', False),
        ('metadata.lang is missing or metadata.lang not in ["en"]', False),
        ('metadata.kind == "x" and not (metadata.kind == "y")', False),
        ('metadata.a is present and not (metadata.a.b == "y")', True),
        ('metadata.a.b is present and not (metadata.a == "y")', False),
        ('metadata.lang != "en"', True),
        ('metadata.lang == "en"', False),
        ("not (metadata.lang is present)", False),
        ("not (content contains url)", False),
        ("content not in ['a']".replace("'", '"'), False),
        ('channel.arn not like "*/channel/trade-*"', False),
    ],
)
def test_negations_over_what_may_be_missing(condition: str, found: bool) -> None:
    text = (
        f'let guest = sender.name starts with "guest-"\nrule r {{\n  when {condition}\n  report "q"\n}}\nrule g {{ when guest }}\n'
    )
    assert bool(_slugs(text, of="negated-missing")) is found


def test_a_negation_is_asked_for_in_the_group_around_it() -> None:
    text = """
group g {
  when metadata.lang is present
  rule r { when metadata.lang not in ["en"] report "q" }
}
"""
    assert _slugs(text, of="negated-missing") == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('when content contains url unless metadata.role == "mod" deny', ['metadata.role == "mod"']),
        ('when content contains url unless attributes.role[0] == "mod" mask url', ['attributes.role[0] == "mod"']),
        ("when content contains url unless trusted deny", ["trusted"]),
        ('when content contains url and metadata.role != "mod" deny', ['metadata.role != "mod"']),
        ("when content contains url and metadata.token is missing deny", ["metadata.token is missing"]),
        ("when content contains url and not trusted deny", ["not trusted"]),
        ('when metadata.a is present and metadata.a not in ["x"] deny', ['metadata.a not in ["x"]']),
        ('when metadata.kind == "ad" deny', []),
        ('when content contains url and metadata.role != "mod" mask url', []),
        ("when content contains url unless sender.arn == 'a' deny".replace("'", '"'), []),
        ("when content contains url unless content contains email deny", []),
        ('when content contains url unless sender has label "vip" deny', []),
        ('when content contains url and sender.name is present and sender.name not like "g*" deny', []),
    ],
)
def test_exemptions_that_a_client_can_forge(body: str, found: list[str]) -> None:
    text = f'let trusted = metadata.role == "mod"\nrule r {{ {body} }}\nrule used {{ when trusted }}\n'
    assert _slugs(text, of="forgeable-exemption") == found


def test_a_groups_forgeable_exemption_is_said_once() -> None:
    rules = "rule r { when content contains url deny }\n rule s { when content contains email deny }"
    text = f"group g {{ unless metadata.a == 1\n {rules} }}\n"
    assert _slugs(text, of="forgeable-exemption") == ["metadata.a == 1"]


def _entries(entries: str, slug: str, rest: str = "") -> list[str]:
    return _slugs(f"words w = [{entries}] {rest}\nrule r {{ mask w }}\n", of=slug)


@pytest.mark.parametrize(
    ("entries", "rest", "covered"),
    [
        ('"damn*", "damned"', "", ['"damned"']),
        ('"damned", "damn*"', "", ['"damned"']),
        ('"*hole", "asshole"', "", ['"asshole"']),
        ('"*hole*", "asshole*"', "", ['"asshole*"']),
        ('"blöd", "blod"', "", ['"blod"']),
        ('"Blockhead", "blockhead"', "", ['"blockhead"']),
        ('"Blockhead", "blockhead"', "exactly", ['"blockhead"']),
        ('"blöd", "blod"', "exactly", []),
        ('"damn*", "damn you"', "", []),
        ('"damn", "damned"', "", []),
        ('"damned*", "damn"', "", []),
        ('"*hole", "holes"', "", []),
        ('"acme", "acme corp"', "", []),
        ('"damn*", "*damn"', "", []),
    ],
)
def test_entries_that_another_covers(entries: str, rest: str, covered: list[str]) -> None:
    assert _entries(entries, "covered-entry", rest) == covered


@pytest.mark.parametrize(
    ("entries", "rest", "risky"),
    [
        ('"x"', "", True),
        ('"as*"', "", True),
        ('"hell*"', "", True),
        ('"*rape*"', "loosely", True),
        ('"the"', "", True),
        ('"blockhead"', "", False),
        ('"ass"', "loosely", False),
        ('"hello"', "", False),
        ('"hell*"', 'except ["hello"]', False),
        ('"scunt*"', "", False),
        ('"☠"', "", False),
        ('"中"', "", False),
    ],
)
def test_entries_that_catch_innocents(entries: str, rest: str, risky: bool) -> None:
    assert bool(_entries(entries, "risky-entry", rest)) is risky


@pytest.mark.parametrize(
    ("entries", "exceptions", "idle", "impossible"),
    [
        ('"bullshit"', '"scunthorpe"', ['"scunthorpe"'], []),
        ('"*cunt*"', '"scunthorpe"', [], []),
        ('"damn*"', '"damnation"', [], []),
        ('"damn*"', '"damnati*"', [], []),
        ('"damn*", "dimwit"', '"dimwit"', [], ['"dimwit"']),
        ('"dimwit"', '"Dim*"', [], ['"dimwit"']),
        ('"hell"', '"hell hole"', [], []),
        ('"hell hole"', '"hell"', ['"hell"'], []),
    ],
)
def test_exceptions(entries: str, exceptions: str, idle: list[str], impossible: list[str]) -> None:
    assert _entries(entries, "idle-exception", f"except [{exceptions}]") == idle
    assert _entries(entries, "impossible-entry", f"except [{exceptions}]") == impossible


def test_an_entry_of_invisible_characters_is_impossible() -> None:
    assert len(_entries('"\\u{200b}\\u{301}"', "impossible-entry")) == 1


@pytest.mark.parametrize(
    ("regex", "empty", "literal"),
    [
        (r"/[0-9]*/", True, True),
        (r"/(?:a|)/", True, True),
        (r"/\b/", True, True),
        (r"/[0-9]+/", False, False),
        (r"/\d{4}-\d{4}/", False, False),
        (r"/ORD-\d+/", False, True),
        (r"/(?:discord\.gg|t\.me)\/\w+/i", False, True),
        (r"/\b(?:wts|wtb|cheap gold)\b/i", False, True),
    ],
)
def test_patterns(regex: str, empty: bool, literal: bool) -> None:
    text = f"pattern p = {regex}\nrule r {{ mask p }}\n"
    assert bool(_slugs(text, of="empty-match")) is empty
    assert bool(_slugs(text, of="no-literal")) is not literal


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        ('set metadata.a = "x"', 'set metadata.a = "y"', True),
        ('set metadata.a = "x"', 'set metadata.a.b = "y"', True),
        ('set metadata.a = "x"', "unset metadata.a", True),
        ('set push.title = "x"', 'set push.title = "y"', True),
        ('set metadata.a = "x"', 'set metadata.a = "x"', False),
        ('set metadata.a = "x"', 'set metadata.b = "y"', False),
        ('set metadata.ab = "x"', 'set metadata.a = "y"', False),
        ('add "x" to metadata.a', 'add "y" to metadata.a', False),
        ('set metadata.a = "x"', 'add "y" to metadata.a', False),
    ],
)
def test_two_rules_that_set_one_path(first: str, second: str, conflict: bool) -> None:
    text = f"rule a {{ when content contains url {first} }}\nrule b {{ when content contains email {second} }}\n"
    assert bool(_slugs(text, of="conflicting-set")) is conflict


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        ('when metadata.kind == "a"', 'when metadata.kind == "b"', False),
        ("when sender.is_bot", "when not sender.is_bot", False),
        ("when sender.is_bot", "unless sender.is_bot", False),
        ("when length(content) < 10", "when length(content) >= 10", False),
        ("when content contains url", "when content contains email and not matched a", False),
        ('when metadata.kind in ["a", "b"]', 'when metadata.kind in ["c"]', False),
        ('when metadata.kind in ["a", "b"]', 'when metadata.kind in ["b", "c"]', True),
        ("when length(content) <= 10", "when length(content) >= 10", True),
        ('when metadata.kind == "a"', 'when metadata.other == "b"', True),
        ("mode: shadow when content contains url", "when content contains email", False),
    ],
)
def test_rules_that_exclude_each_other_do_not_conflict(first: str, second: str, conflict: bool) -> None:
    text = f'rule a {{ {first} set metadata.x = "1" }}\nrule b {{ {second} set metadata.x = "2" }}\n'
    assert bool(_slugs(text, of="conflicting-set")) is conflict


def test_a_rule_that_denies_sets_nothing() -> None:
    text = 'rule a { when sender.is_bot set metadata.x = "1" deny }\nrule b { when content contains url set metadata.x = "2" }\n'
    assert _slugs(text, of="conflicting-set") == []


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ('set content = "[bot] {content}"', True),
        ("set content = upper(content)", True),
        ("set content = loud", True),
        ("set content = first(url).host", True),
        ('set content = "removed"', False),
        ('set content = "from {sender.arn}"', False),
        ("set metadata.copy = upper(content)", False),
        ('append " {content}"', False),
    ],
)
def test_a_content_made_of_the_content(action: str, found: bool) -> None:
    text = f"let loud = upper(content)\nrule r {{ when sender.is_bot {action} }}\nrule used {{ when loud == 'A' }}\n".replace(
        "'", '"'
    )
    assert bool(_slugs(text, of="set-reads-content")) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("group g { mode: shadow\n rule r { mode: live when sender.is_bot deny } }", True),
        ("group g { mode: off\n group h { mode: live\n rule r { when sender.is_bot deny } } }", True),
        ("group g { mode: shadow\n rule r { when sender.is_bot deny } }", False),
        ("group g { mode: shadow\n rule r { mode: off when sender.is_bot deny } }", False),
        ("group g { mode: live\n rule r { mode: live when sender.is_bot deny } }", False),
    ],
)
def test_live_in_shadow(text: str, found: bool) -> None:
    assert bool(_slugs(text, of="live-in-shadow")) is found


@pytest.mark.parametrize(
    ("mode", "other", "found"),
    [
        ("live", "shadow", True),
        ("live", "off", True),
        ("shadow", "shadow", False),
        ("live", "live", False),
        ("off", "shadow", False),
    ],
)
def test_rests_on_shadow(mode: str, other: str, found: bool) -> None:
    text = f"""
rule seen {{ mode: {other} when content contains url deny }}
let again = hits of seen by sender.arn within 1d > 2
rule r {{ mode: {mode} when matched seen and again deny }}
"""
    assert len(_slugs(text, of="rests-on-shadow")) == int(found)


@pytest.mark.parametrize(
    ("condition", "action", "found"),
    [
        ("hits of seen by sender.arn within 1d > 2", 'label sender "muted"', True),
        ("hits of seen by sender.arn within 1d > 2 and content contains email", 'report "q"', True),
        ("often", 'report "q"', True),
        ("matched seen and hits of seen by sender.arn within 1d > 2", 'label sender "muted"', False),
        ("matched seen and often", 'label sender "muted"', False),
        ("hits of seen by sender.arn within 1d > 2", "deny", False),
        ("messages by sender.arn within 1d > 2", 'label sender "muted"', False),
    ],
)
def test_label_without_matched(condition: str, action: str, found: bool) -> None:
    text = f"""
let often = hits of seen by sender.arn within 1h > 5
rule seen {{ when content contains url }}
rule used {{ when often deny }}
rule r {{ when {condition} {action} }}
"""
    assert bool(_slugs(text, of="label-without-matched")) is found


_RULES = """
rule links { when content contains url deny "no links" }
rule mails { mask email }
rule flags { when sender.is_bot set metadata.bot = true }
rule strikes { when matched mails label sender "muted" for 1h }
rule asks { when content contains phone report "phones" }
rule watched { mode: shadow when content contains iban deny }
rule retired { mode: off when sender.is_bot deny }
"""


@pytest.mark.parametrize(
    ("expectation", "untested"),
    [
        ("unchanged", ["links", "mails", "flags", "strikes", "asks", "watched"]),
        ("deny by links", ["mails", "flags", "strikes", "asks", "watched"]),
        ('deny "no links"', ["mails", "flags", "strikes", "asks", "watched"]),
        ("deny", ["mails", "flags", "strikes", "asks", "watched"]),
        ('content == "x"', ["links", "flags", "strikes", "asks", "watched"]),
        ("metadata.bot == true", ["links", "mails", "strikes", "asks", "watched"]),
        ("matched strikes", ["links", "flags", "asks", "watched"]),
        ("not matched strikes", ["links", "flags", "asks", "watched"]),
        ('labelled sender "muted"', ["links", "flags", "asks", "watched"]),
        ('reported "phones"', ["links", "mails", "flags", "strikes", "watched"]),
        ("matched watched", ["links", "mails", "flags", "strikes", "asks"]),
    ],
)
def test_untested_rules(expectation: str, untested: list[str]) -> None:
    text = f'{_RULES}\ntest "t" {{\n  given {{ content: "x" }}\n  expect {expectation}\n}}\n'
    assert _slugs(text, of="untested-rule") == untested


def test_of_a_file_of_names_alone_one_in_use_is_enough(tmp_path: Path) -> None:
    (tmp_path / "words.rules").write_text('words a = ["wizard"]\nwords b = ["witch"]\n')
    policy = tmp_path / "policy.rules"
    policy.write_text('use "words.rules"\nrule r { mask a }\n')
    assert [item.slug for item in check(policy).diagnostics] == ["untested-rule"]
    policy.write_text('use "words.rules"\nrule r { mask url }\n')
    assert [item.slug for item in check(policy).diagnostics] == ["untested-rule", "unused-name", "unused-name"]


def test_a_policy_without_tests_is_told_so_once() -> None:
    assert _slugs(_RULES, of="untested-rule") == ["links"]
    assert _slugs('settings { mask_with: "•" }\n', of="untested-rule") == []


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (
            "community",
            {
                ("idle-exception", '"scunthorpe"'),
                ("idle-exception", '"shitake"'),
                ("unused-name", "brand_names"),
                ("untested-rule", "quiet_please"),
            },
        ),
        ("support", set()),
        ("gaming", {("untested-rule", name) for name in ("parrot", "trade_channel", "raid", "newcomers_first")}),
    ],
)
def test_the_examples_give_what_is_honest_and_no_more(policy: str, found: set[tuple[str, str]]) -> None:
    checked = check(Path(__file__).parent / "fixtures" / "examples" / f"{policy}.rules")
    assert {(item.slug, item.span.text) for item in checked.diagnostics} == found
