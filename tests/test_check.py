"""Names and types: each mistake gives exactly its own message, at its own place."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler import pipeline
from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Severity

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"

# The mistake stands between « and ».
MISTAKES = [
    # names
    ("unknown-name", "rule r { when content contains «profanty» deny }"),
    ("unknown-name", "rule r { when «sender_nam» == sender.arn deny }"),
    ("unknown-name", "rule r { when «sender» == sender.arn deny }"),
    ("unknown-name", 'rule r { when «sender.nam» == "ann" deny }'),
    ("unknown-name", 'rule r { when «content.foldet» == "ann" deny }'),
    ("unknown-name", 'rule r { when «host» == "example.com" deny }'),
    ("unknown-name", "rule r { when «length» > 3 deny }"),
    ("unknown-name", 'rule r { when «user» has label "muted" deny }'),
    ("unknown-name", 'rule r { label «user» "muted" }'),
    ("unknown-name", "rule r { set «meta».a = 1 }"),
    ("unknown-name", "rule r { set «push.subject» = content }"),
    ("unknown-name", "words w = «innocents»\nrule r { when content contains w deny }\n"),
    ("unknown-rule", "rule r { when matched «s» deny }"),
    ("unknown-rule", "rule r { when hits of «s» by sender.arn within 1h > 3 deny }"),
    ("unknown-rule", "group g { rule r { deny } }\nrule s { when matched «g» deny }"),
    ("unknown-rule", 'test "t" { given { content: "a" } expect deny by «r» }'),
    ("unknown-function", "rule r { when «lenght»(content) > 3 deny }"),
    ("unknown-function", "rule r { when content contains «url»(host == content) deny }"),
    ("unknown-field", 'rule r { when first(url).«hots» == "a" deny }'),
    ("unknown-setting", 'settings { «mask_width»: "*" }'),
    ("unknown-property", "rule r { «severty»: high deny }"),
    ("duplicate-name", "rule r { deny }\nrule «r» { deny }"),
    ("duplicate-name", 'list a = ["x"]\nlet «a» = 3\nrule r { when content in a deny }'),
    ("duplicate-settings", "settings { bots: skip }\n«settings { bots: check }»"),
    ("duplicate-settings", "settings { bots: skip «bots»: check }"),
    ("duplicate-property", "rule r { severity: high «severity»: low deny }"),
    ("circular-let", "let a = b\nlet b = «a»\nrule r { when a deny }"),
    ("circular-rules", "rule a { when matched b deny }\nrule b { when «matched a» deny }"),
    ("circular-rules", "rule a { when «hits of a by sender.arn within 1h» > 3 deny }"),
    ("circular-rules", "let again = «matched a»\ngroup g { unless again rule a { deny } }"),
    # types
    ("type-mismatch", 'rule r { when «length(content) == "3"» deny }'),
    ("type-mismatch", "rule r { when «content == 3» deny }"),
    ("type-mismatch", "rule r { when «sender.age < 1» deny }"),
    ("type-mismatch", 'rule r { when «now > "08:30"» deny }'),
    ("type-mismatch", "rule r { when «sender.is_bot» < true deny }"),
    ("type-mismatch", "rule r { when «content» deny }"),
    ("type-mismatch", "rule r { when content == content and «length(content)» deny }"),
    ("type-mismatch", "rule r { when «sender.name == null» deny }"),
    ("type-mismatch", 'rule r { when «content + "a"» == "b" deny }'),
    ("type-mismatch", 'rule r { when "a" in «content» deny }'),
    ("type-mismatch", "list n = [1, 2]\nrule r { when «content in n» deny }"),
    ("type-mismatch", "rule r { when content like «3» deny }"),
    ("type-mismatch", "rule r { when «sender.age» contains url deny }"),
    ("type-mismatch", "rule r { set content = «length(content)» }"),
    ("type-mismatch", "rule r { set attributes.a = «3» }"),
    ("type-mismatch", 'rule r { set attributes.a = «[1, "x"]» }'),
    ("type-mismatch", "rule r { add «[1, 2]» to attributes.a }"),
    ("type-mismatch", 'rule r { when «sender.age > "1h"» deny }'),
    ("type-mismatch", "rule r { when now > «created_at + 1» deny }"),
    ("unknown-name", "rule r { when content contains url where (messages by «host» within 1h > 3) deny }"),
    ("type-mismatch", 'rule r { when sender.name.«first» == "a" deny }'),
    ("type-mismatch", 'test "t" { given { content: "a" } expect content == «3» }'),
    ("wrong-arguments", "rule r { when «length()» > 3 deny }"),
    ("wrong-arguments", "rule r { when length(«now») > 3 deny }"),
    ("wrong-arguments", "rule r { when length(content) > 3 and hour(«content») > 3 deny }"),
    ("not-a-finder", "rule r { when count(«content») > 3 deny }"),
    ("not-a-finder", 'list l = ["a"]\nrule r { mask «l» }'),
    ("not-a-finder", 'rule r { when content == "b" mask «content» }'),
    ("misplaced-finder", "rule r { when «url» deny }"),
    ("misplaced-finder", "rule r { when content == «url» deny }"),
    ("misplaced-finder", "rule r { when length(«url») > 3 deny }"),
    ("misplaced-finder", "rule r { when content in «url» deny }"),
    ("misplaced-finder", "rule r { set metadata.a = «url» }"),
    ("misplaced-finder", 'rule r { when url.«host» == "a" deny }'),
    ("contains-list", 'list l = ["a"]\nrule r { when «content contains l» deny }'),
    ("wildcard-in-list", 'list l = ["*/a"]\nrule r { when «channel.arn in l» deny }'),
    ("wildcard-in-list", 'rule r { when «channel.arn in ["*/a"]» deny }'),
    ("dashed-key", 'rule r { when «metadata.my-key» == "a" deny }'),
    ("dashed-key", 'rule r { when «metadata.a.my-long-key.b» == "a" deny }'),
    ("chained-comparison", "rule r { when «1 < length(content) < 3» deny }"),
    # actions
    ("not-writable", 'rule r { set «sender.name» = "a" }'),
    ("not-writable", 'rule r { set «content.folded» = "a" }'),
    ("not-writable", 'rule r { set «metadata» = "a" }'),
    ("not-writable", 'rule r { set «attributes.a.b» = "a" }'),
    ("not-writable", "rule r { unset «content» }"),
    ("not-writable", 'rule r { add "a" to «content» }'),
    ("not-writable", 'let x = metadata.a\nrule r { when x set «x» = "a" }'),
    ("not-editable", "rule r { mask url in «sender.name» }"),
    ("not-editable", "rule r { mask url in «push.type» }"),
    ("not-editable", "rule r { mask url in «metadata» }"),
    ("bad-argument", 'rule r { mask url with «"xx"» }'),
    ("bad-argument", 'rule r { mask url with «""» }'),
    ("bad-argument", "rule r { mask url «keeping last 0» }"),
    ("bad-argument", 'rule r { label sender "a" for «0s» }'),
    ("bad-argument", 'rule r { label sender «""» }'),
    ("bad-argument", "rule r { when messages by sender.arn within «0s» > 3 deny }"),
    ("bad-argument", 'rule r { set push.type = «"SMS"» }'),
    ("bad-argument", 'rule r { set content = «" "» }'),
    # properties and settings
    ("bad-property", "rule r { severity: «hgih» deny }"),
    ("bad-property", "rule r { mode: «on» deny }"),
    ("bad-property", "rule r { rollout: «25» deny }"),
    ("bad-property", "rule r { rollout: «101%» deny }"),
    ("bad-property", "rule r { on failure: «allow» deny }"),
    ("bad-property", "rule r { owner: ann, «bob» deny }"),
    ("bad-setting", 'settings { mask_with: «"**"» }'),
    ("bad-setting", 'settings { time_zone: «"Europe/Berlim"» }'),
    ("bad-setting", "settings { content_encoding: «gzip» }"),
    ("bad-setting", 'settings { empty_content: «" "» }'),
    # entries and patterns
    ("bad-entry", 'words w = ["a", «3»]\nrule r { mask w }'),
    ("bad-entry", 'words w = ["a", «"f*ck"»]\nrule r { mask w }'),
    ("bad-entry", 'words w = ["a", «"*"»]\nrule r { mask w }'),
    ("bad-entry", 'list l = ["a", «1h»]\nrule r { when content in l deny }'),
    ("bad-regex", "pattern p = «/a(b/»\nrule r { mask p }"),
    ("bad-regex", r"pattern p = /a\/b«(»?=c)/ rule r { mask p }"),
    # tests
    ("bad-test", 'test «"t"» { given { content: "a" } }'),
    ("bad-test", 'test "t" { «expect unchanged» }'),
    ("bad-test", 'test "t" { given { content: "a" } «send» { content: "b" } expect unchanged }'),
    ("bad-test", 'test "t" { given { «contents»: "a" } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: «3» } expect unchanged }'),
    ("bad-test", 'test "t" { given { «content.folded»: "a" } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", «content»: "b" } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", now: «"noon"» } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", sender.labels: [«3»] } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", push: { «text»: "b" } } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", sender: { «nam»: "b" } } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", sender: «"b"» } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", metadata: "x", «metadata.a»: 1 } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a", metadata: { a: [«1h»] } } expect unchanged }'),
    ("bad-test", 'test "t" { given { content: "a" } expect metadata.a == «1h» }'),
    ("bad-test", 'test "t" { given { content: "a" } expect «sender.name» == "b" }'),
    # warnings of this pass
    ("hidden-builtin", 'words «email» = ["mail"]\nrule r { mask email }\ntest "t" { given { content: "b" } expect not matched r }'),
    (
        "duplicate-entry",
        'words w = ["horrid", «"horrid"»]\nrule r { mask w }\ntest "t" { given { content: "b" } expect not matched r }',
    ),
]


@pytest.mark.parametrize(("slug", "marked"), MISTAKES)
def test_one_mistake_is_one_message_at_its_place(slug: str, marked: str) -> None:
    source = marked.replace("«", "").replace("»", "")
    start = marked.index("«")
    end = marked.index("»") - 1
    checked = pipeline.check_text(source)
    wanted = severity(slug)
    found = [each for each in checked.diagnostics if severity(each.slug) is wanted or severity(each.slug) is Severity.ERROR]
    assert [(each.slug, source[each.span.start : each.span.end]) for each in found] == [(slug, source[start:end])]
    assert found[0].span.start == start
    assert found[0].message.endswith((".", "?")), "a sentence"


HELP = [
    ('rule r { when content contains profanty deny }\nwords profanity = ["a"]', "`profanity`"),
    ('rule r { when metadata.my-key == "a" deny }', '`metadata["my-key"]`'),
    ('rule r { when metadata.a.my-long-key.b == "a" deny }', '`metadata.a["my-long-key"].b`'),
    ("rule r { when 1 < length(content) < 3 deny }", "`1 < length(content) and length(content) < 3`"),
    ("rule r { when url deny }", "`content contains url`"),
    ("rule r { when length > 3 deny }", "`length(content)`"),
    ("rule r { when count(content) > 3 deny }", "`length(content)`"),
    ('rule r { when length(content) == "3" deny }', "`3`"),
    ('list l = ["a"]\nrule r { when content contains l deny }', "`words l_words = l`"),
    ('list l = ["*/a"]\nrule r { when channel.arn in l deny }', "`channel.arn like l`"),
    ('rule r { when url.host == "a" deny }', "`first(url).host`"),
    ("rule r { when sender.name == null deny }", "`sender.name is missing`"),
    ("rule r { severity: hihg deny }", "`high`"),
    ("rule r { when lenght(content) > 3 deny }", "`length`"),
    ("rule r { rollout: 25 deny }", "`rollout: 25%`"),
]


@pytest.mark.parametrize(("source", "help"), HELP)
def test_help_says_what_to_write(source: str, help: str) -> None:
    (found,) = [each for each in pipeline.check_text(source).diagnostics if severity(each.slug) is Severity.ERROR]
    assert found.help is not None
    assert help in found.help


FINE = [
    "rule r { when metadata.vip deny }",
    'rule r { when metadata.tier == "gold" and metadata.priority >= 3 and metadata.x == null deny }',
    'rule r { when content contains url where (host not in ["*.example.com"]) deny }',
    'let bad = url where (host == "a.example")\nrule r { when count(bad) > 1 and first(bad).path != "/" mask bad }',
    'let first_link = first(url)\nrule r { when first_link.host == "a" set metadata.link = first_link }',
    "rule r { when count(url in metadata.bio) > 0 or sender.name contains url deny }",
    'rule r { replace url, email where (length > 5) with "[{text}] {host} {sender.name}" }',
    'pattern p = /(?P<digits>[0-9]+)x/\nrule r { replace p with "{digits}" }',
    "rule r { when sender.age * 2 < 1h30m and now - created_at > 5s deny }",
    'rule r { when time_of_day(now) >= "08:30" and weekday(now) in ["sat", "sun"] deny }',
    'rule r { when not (metadata.a.b[0] is missing) and attributes.a[0] == "x" deny }',
    "rule r { when messages delivered where (content contains url) by sender.arn, lower(content) within 5m >= 3 deny }",
    "rule r { mask url in metadata.bio set metadata.seen = count(url in metadata.bio) }",
    'rule r { set attributes.a = ["x", sender.id] add "y" to attributes.a unset push.title }',
    'rule r { when content matches /\\bhello\\b/i and channel.arn like ["*/a", "*/b?"] deny }',
    'list codes = [1, -2, 0.5, "x", true, null]\nrule r { when metadata.code in codes deny }',
    'test "t" { given { content: "a", metadata: { a: [1, -2.5, null, { b: true }] }, push: { title: "x" },'
    ' attributes: { k: "v" }, sender: { labels: ["muted"], age: 2h }, sender.name: null, now: "2026-11-21T08:30:00Z" }'
    " expect metadata.a[0] == 1 expect unchanged }",
]


@pytest.mark.parametrize("source", FINE)
def test_the_language_of_the_page_checks_without_errors(source: str) -> None:
    checked = pipeline.check_text(source)
    assert [each for each in checked.diagnostics if severity(each.slug) is Severity.ERROR] == []
    pipeline.compile_policy(checked)


@pytest.mark.parametrize("name", ["community", "gaming", "support"])
def test_examples_check_without_errors_and_compile(name: str) -> None:
    checked = pipeline.check(EXAMPLES / f"{name}.rules")
    assert not checked.has_errors, checked.diagnostics
    assert checked.policy is not None
    assert len(pipeline.compile_policy(checked)["body"]["rules"]) == len(checked.policy.rules)


def test_groups_hand_down_tags_modes_and_defaults() -> None:
    checked = pipeline.check_text("""
        settings { on_failure: deny }
        group outer {
          tags: a, b
          severity: high
          mode: shadow
          rollout: 10%
          unless sender.is_bot
          group inner {
            tags: b, c
            owner: ann
            rule plain { deny }
            rule own { tags: d  severity: low  mode: live  on failure: skip  rollout: 12.5%  deny }
            rule off { mode: off  deny }
          }
        }
        rule alone { deny }
    """)
    assert checked.policy is not None
    plain, own, off, alone = checked.policy.rules
    assert (plain.tags, plain.severity, plain.owner, plain.mode, plain.rollout, plain.on_failure) == (
        ("a", "b", "c"),
        "high",
        "ann",
        "shadow",
        10_000,
        "deny",
    )
    assert (own.tags, own.severity, own.mode, own.rollout, own.on_failure) == (
        ("a", "b", "c", "d"),
        "low",
        "shadow",
        12_500,
        "skip",
    )
    assert off.mode == "off"
    assert (alone.tags, alone.mode, alone.rollout, alone.on_failure, alone.groups) == ((), "live", 100_000, "deny", ())
    assert [group.name for group in plain.groups] == ["outer", "inner"]


def test_a_rewriting_rule_without_when_fires_where_its_finders_find_something() -> None:
    checked = pipeline.check_text('rule r { mask url, email  replace phone in metadata.bio with "x"  set metadata.a = 1 }')
    assert checked.policy is not None
    (rule,) = pipeline.compile_policy(checked)["body"]["rules"]
    finders = [each.name for each in checked.policy.finders]
    assert rule["implied"]
    assert rule["when"] == [
        "or",
        ["found", finders.index("url"), ["fact", "content"]],
        ["found", finders.index("email"), ["fact", "content"]],
        ["found", finders.index("phone"), ["path", "metadata", ["bio"]]],
    ]


def test_what_is_wrong_is_said_once() -> None:
    source = 'let bad = contnt\nrule r { when bad == 3 and bad contains "x" or not bad deny "{bad}" }\nrule s { when bad deny }'
    errors = [each for each in pipeline.check_text(source).diagnostics if severity(each.slug) is Severity.ERROR]
    assert [each.slug for each in errors] == ["unknown-name"]


def test_an_unknown_name_is_said_once_with_all_its_places() -> None:
    source = "pattern trade = /x/\nrule r { when content contains trad deny }\nrule s { mask trad }"
    (error,) = [each for each in pipeline.check_text(source).diagnostics if severity(each.slug) is Severity.ERROR]
    assert (error.slug, error.span.line, [label.span.line for label in error.labels]) == ("unknown-name", 2, [3])


def test_a_syntax_error_causes_no_other_error() -> None:
    source = 'words w = ["a" "b"\nrule r { when content contains w deny }\nrule s { when matched r deny }'
    errors = [each for each in pipeline.check_text(source).diagnostics if severity(each.slug) is Severity.ERROR]
    assert len(errors) == 1
