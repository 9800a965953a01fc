"""`rulelang dry-run`: forms of input and output, bad input, exit codes."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rulelang.tools.messages import LONGEST_LINE
from rulelang.tools.schemas import FOLDER, SCHEMAS, schema
from tests.callback_model import problems
from tests.command import Command, Ran, command

run = pytest.fixture(command)

EVENTS = Path(__file__).parent / "events"

RULES = """\
words swears = ["darn", "heck"]

rule swearing {
  tags: tone
  severity: low
  mask swears
}

rule adverts {
  when content contains "buy now"
  deny "no adverts"
  label sender "spammer" for 1h
}

rule thanks {
  when content == "thanks"
  report "kind"
  unlabel sender "spammer"
}

rule flood {
  when messages by sender.arn within 10s > 3
  deny "too fast"
}

rule lesson {
  mode: shadow
  when metadata.lesson is present
  set metadata.seen = true
}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.rules"
    path.write_text(RULES, encoding="utf-8")
    return path


def event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / name).read_text(encoding="utf-8"))["event"]
    return found


def lines(ran: Ran) -> list[dict[str, Any]]:
    """The JSON lines of the output, each as the schema has it."""
    model = json.loads(schema(SCHEMAS["dry-run-output.json"]))
    data = [json.loads(line) for line in ran.out.splitlines()]
    for item in data:
        jsonschema.validate(item, model)
    return data


def jsonl(*items: object) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def test_the_schemas_are_up_to_date() -> None:
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()} == {
        name: schema(model) for name, model in SCHEMAS.items()
    }


# One message


def test_the_json_line_of_an_event(run: Command, policy: Path, tmp_path: Path) -> None:
    came = event("processor_event.create.with-metadata.json")
    came["ChannelMessage"]["Content"] = "what the heck"
    file = tmp_path / "event.json"
    file.write_text(json.dumps(came, indent=2), encoding="utf-8")
    (line,) = lines(run("dry-run", policy, "--event", file, "--format", "json"))
    message = came["ChannelMessage"]
    assert line.pop("micros") >= 0
    assert problems(line["callback"]) == []
    assert line == {
        "message_id": message["MessageId"],
        "outcome": "update",
        "reason": None,
        "callback": {
            "CallbackId": came["CallbackId"],
            "ChannelArn": message["ChannelArn"],
            "DeleteResource": False,
            "ChannelMessage": {
                "MessageId": message["MessageId"],
                "Content": "what the ****",
                "Metadata": message["Metadata"],
            },
        },
        "rules": [
            {
                "name": "swearing",
                "mode": "live",
                "applied": True,
                "tags": ["tone"],
                "severity": "low",
                "reason": None,
                "because": 'content contains swears ("heck")',
                "why_not": None,
                "spans": [{"path": "content", "start": 9, "end": 13, "by": "swears"}],
            }
        ],
        "reports": [],
        "labels": [],
        "notes": [],
    }


def test_a_denial_with_its_labels(run: Command, policy: Path) -> None:
    (line,) = lines(run("dry-run", policy, "--content", "buy now, darn", "--format", "json"))
    assert (line["outcome"], line["reason"], line["callback"]) == ("deny", "no adverts", None)
    assert [(rule["name"], rule["applied"], rule["why_not"]) for rule in line["rules"]] == [
        ("swearing", False, "the message is denied"),
        ("adverts", True, None),
    ]
    assert line["labels"] == [{"who": "sender", "name": "spammer", "until": "2026-01-01T01:00:01.000Z", "rule": "adverts"}]


def test_a_report_and_a_label_taken_away(run: Command, policy: Path) -> None:
    (line,) = lines(run("dry-run", policy, "--content", "thanks", "--format", "json"))
    assert line["outcome"] == "unchanged"
    assert line["reports"] == [{"queue": "kind", "rule": "thanks"}]
    assert line["labels"] == [{"who": "sender", "name": "spammer", "until": None, "rule": "thanks", "removed": True}]


def test_full_shows_before_and_after_which_rules_and_why(run: Command, policy: Path) -> None:
    ran = run("dry-run", policy, "--content", "what the heck", "--format", "full")
    assert ran.code == 0
    for part in ("update", "what the [heck]", "what the ****", "swearing", "low", "tone", 'content contains swears ("heck")'):
        assert part in ran.out
    assert "\x1b[" in run("dry-run", policy, "--content", "what the heck", "--format", "full", "--color", "always").out


def test_text_can_not_steer_the_terminal(run: Command, policy: Path) -> None:
    for form in ("full", "concise"):
        ran = run("dry-run", policy, "--content", "\x1b[2Jdarn\n\u202eabc", "--format", form)
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out


# The template of the documentation is no event: each of its values is the word "string".
@pytest.mark.parametrize(
    "file",
    sorted(set(EVENTS.glob("processor_event.*.json")) - {EVENTS / "processor_event.docs-template.json"}),
    ids=lambda path: path.stem,
)
def test_every_sample_event_is_decided(run: Command, policy: Path, file: Path) -> None:
    (line,) = lines(run("dry-run", policy, "--event", file, "--format", "json"))
    if line["callback"] is not None:
        assert problems(line["callback"]) == []


def test_an_event_from_standard_input(run: Command, policy: Path) -> None:
    ran = run(
        "dry-run", policy, "--event", "-", "--format", "json", stdin=json.dumps(event("processor_event.update.json")).encode()
    )
    assert lines(ran)[0]["outcome"] == "unchanged"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "is not JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "no processor event"),
        (b"\xff\xfe{}", "is not UTF-8"),
        (b'{"EventType": "CREATE_CHANNEL", "Payload": {}}', "another kind"),
        (b'{"ChannelMessage": 5}', "no JSON object"),
        (b"[" * 100_000, "too deep"),
        (b'{"EventType": "SOMETHING", "ChannelMessage": {}}', "SOMETHING"),
    ],
)
def test_a_bad_event_is_told_in_a_sentence(run: Command, policy: Path, tmp_path: Path, text: bytes, said: str) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(text)
    for name in ("dry-run", "explain"):
        ran = run(name, policy, "--event", file)
        assert ran.code == 1
        assert said in ran.err
        assert "Traceback" not in ran.err


def test_one_message_or_a_file_of_them(run: Command, policy: Path) -> None:
    assert run("dry-run", policy).code == 2
    assert run("dry-run", policy, "-", "--content", "x").code == 2
    assert run("dry-run", policy, "--content", "x", "--event", "-").code == 2
    ran = run("dry-run", policy, "no-such.jsonl")
    assert ran.code == 2
    assert "no-such.jsonl" in ran.err


# Many messages


def test_the_three_forms_of_lines(run: Command, policy: Path) -> None:
    processor = event("processor_event.create.measured-fields.json")
    record = event("kinesis.CREATE_CHANNEL_MESSAGE.json")
    as_text = {**record, "Payload": json.dumps(record["Payload"])}
    plain = {"content": "heck", "sender": "arn:aws:chime:us-east-1:1:app-instance/a/user/u", "metadata": {"a": 1}}
    data = lines(run("dry-run", policy, "-", "--format", "json", stdin=jsonl(processor, record, as_text, plain)))
    assert [line["outcome"] for line in data] == ["unchanged", "unchanged", "unchanged", "update"]
    assert [line["callback"] is None for line in data] == [False, True, True, True]
    assert data[3]["message_id"] == "line-4"


def test_a_plain_line_may_say_everything(run: Command, tmp_path: Path) -> None:
    policy = tmp_path / "echo.rules"
    policy.write_text(
        'rule echo {\n  set content = "{sender.name} {sender.id} {channel.id} {message.id} {metadata.a} {attributes.k} '
        '{push.title} {subchannel} {content_type} {persistence} {now} {is_edit}"\n}\n',
        encoding="utf-8",
    )
    line = {
        "content": "x",
        "sender": {"arn": "arn:x/user/u-1", "name": "Ann"},
        "channel": "arn:aws:chime:us-east-1:111122223333:app-instance/a/channel/c-1",
        "message_id": "m-1",
        "callback_id": "c" * 32,
        "metadata": '{"a": "meta"}',
        "attributes": {"k": "v"},
        "push": {"title": "T"},
        "subchannel": "s-1",
        "content_type": "text/plain",
        "persistence": "NON_PERSISTENT",
        "created_at": "2026-05-01T10:00:00Z",
        "edited_at": "2026-05-01T10:05:00Z",
        "label_of_a_data_set": "kept out",
    }
    jsonschema.validate(line, json.loads(schema(SCHEMAS["dry-run-input.json"])))
    (answer,) = lines(run("dry-run", policy, "-", "--format", "json", stdin=jsonl(line)))
    assert answer["callback"]["CallbackId"] == "c" * 32
    assert answer["callback"]["ChannelMessage"]["Content"] == (
        'Ann u-1 c-1 m-1 meta ["v"] T s-1 text/plain NON_PERSISTENT 2026-05-01T10:05:00.000Z true'
    )


def test_metadata_keeps_its_numbers(run: Command, tmp_path: Path) -> None:
    policy = tmp_path / "set.rules"
    policy.write_text("rule mark {\n  set metadata.seen = true\n}\n", encoding="utf-8")
    text = (
        b'{"content": "x", "callback_id": "' + b"c" * 32 + b'", "metadata": {"b": 1.10, "a": 12345678901234567890123, "e": 1E+2}}\n'
    )
    (line,) = lines(run("dry-run", policy, "-", "--format", "json", stdin=text))
    sent = line["callback"]["ChannelMessage"]["Metadata"]
    assert sent == '{"b":1.10,"a":12345678901234567890123,"e":1E+2,"seen":true}'


def test_gzip_and_byte_order_mark(run: Command, policy: Path, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl.gz"
    file.write_bytes(gzip.compress(b"\xef\xbb\xbf" + jsonl({"content": "heck"}) + b"\r\n\n" + jsonl({"content": "hi"})))
    data = lines(run("dry-run", policy, file, "--format", "json"))
    assert [(line["message_id"], line["outcome"]) for line in data] == [("line-1", "update"), ("line-4", "unchanged")]


def test_lines_that_can_not_be_read_are_numbered_and_the_rest_goes_on(run: Command, policy: Path) -> None:
    bad = [
        b"no json",
        b'{"content": "half',
        b'{"content": "\xff\xff"}',
        b'{"content": "a\x00b"}',
        b'{"content": 5}',
        b'{"content": "x", "sender": 5}',
        b'{"content": "x", "push": "x"}',
        b'{"content": "x", "push": {"title": 5}}',
        b'{"content": "x", "attributes": []}',
        b'{"content": "x", "attributes": {"a": ["x", 5]}}',
        b'{"content": "x", "created_at": 5}',
        b"[1, 2]",
        b'"text"',
        b"NaN",
        b"{}",
        b'{"EventType": "X", "ChannelMessage": {}}',
        b'{"EventType": "CREATE_CHANNEL_MESSAGE", "Payload": "{"}',
        b"[" * 50_000,
        b'{"content": "' + b"x" * LONGEST_LINE + b'"}',
    ]
    good = jsonl({"content": "heck"})
    stream = good + b"".join(line + b"\n" + good for line in bad)
    ran = run("dry-run", policy, "-", "--format", "json", stdin=stream)
    assert ran.code == 1
    assert [line["outcome"] for line in lines(ran)] == ["update"] * (len(bad) + 1)
    reported = [line for line in ran.err.splitlines() if line.startswith("line ")]
    assert [line.split(":")[0] for line in reported] == [f"line {2 * number}" for number in range(1, len(bad) + 1)]
    assert "Traceback" not in ran.err


def test_half_a_surrogate_pair_is_read_and_written(run: Command, policy: Path) -> None:
    ran = run(
        "dry-run", policy, "-", "--format", "json", stdin=b'{"content": "\\ud83d heck", "callback_id": "' + b"c" * 32 + b'"}\n'
    )
    assert lines(ran)[0]["callback"]["ChannelMessage"]["Content"] == "\ud83d ****"


def test_half_a_surrogate_pair_in_a_streamed_record(run: Command, policy: Path) -> None:
    payload = '{"MessageId": "m", "Content": "\ud83d heck"}'
    ran = run("dry-run", policy, "-", "--format", "json", stdin=jsonl({"EventType": "CREATE_CHANNEL_MESSAGE", "Payload": payload}))
    assert (ran.code, [line["outcome"] for line in lines(ran)]) == (0, ["update"])


def test_a_gzip_file_that_breaks_off(run: Command, policy: Path, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl.gz"
    whole = b"".join(jsonl({"content": f"heck {number}", "message_id": f"{number * 7919:032x}"}) for number in range(2000))
    file.write_bytes(gzip.compress(whole)[:-500])
    ran = run("dry-run", policy, file, "--format", "json")
    assert ran.code == 1
    assert "can't be read any further" in ran.err
    assert len(lines(ran)) > 100


def test_no_gzip_at_all(run: Command, policy: Path, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl.gz"
    file.write_bytes(b"plain text")
    ran = run("dry-run", policy, file, "--format", "json")
    assert ran.code == 1
    assert "can't be read any further" in ran.err


def test_records_of_other_kinds_are_counted_not_decided(run: Command, policy: Path) -> None:
    other = {"EventType": "CREATE_CHANNEL", "Payload": {"ChannelArn": "x"}}
    ran = run("dry-run", policy, "-", "--format", "concise", stdin=jsonl(other, {"content": "hi"}, other))
    assert ran.code == 0
    assert "1 message: 1 unchanged" in ran.out
    assert "passed over: 2" in ran.out


def test_state_is_kept_across_one_input_in_message_time(run: Command, policy: Path) -> None:
    def at(second: int) -> dict[str, str]:
        return {
            "content": "hi",
            "sender": "arn:x/user/a",
            "created_at": f"2026-05-01T10:00:{second:02}Z",
            "message_id": f"m{second}",
        }

    data = lines(run("dry-run", policy, "-", "--format", "json", stdin=jsonl(*map(at, (1, 2, 3, 4, 5, 30)))))
    assert [line["outcome"] for line in data] == ["unchanged"] * 3 + ["deny"] * 2 + ["unchanged"]
    again = lines(run("dry-run", policy, "-", "--format", "json", stdin=jsonl(at(6))))
    assert again[0]["outcome"] == "unchanged"


def test_shadow_rules_are_told_and_not_applied(run: Command, policy: Path) -> None:
    (line,) = lines(run("dry-run", policy, "-", "--format", "json", stdin=jsonl({"content": "hi", "metadata": {"lesson": 1}})))
    assert line["outcome"] == "unchanged"
    assert [(rule["name"], rule["mode"], rule["applied"]) for rule in line["rules"]] == [("lesson", "shadow", False)]


def test_concise_is_a_line_a_message_and_a_summary(run: Command, policy: Path) -> None:
    ran = run(
        "dry-run", policy, "-", "--format", "concise", stdin=jsonl({"content": "heck"}, {"content": "buy now"}, {"content": "hi"})
    )
    first, second, third, *_ = ran.out.splitlines()
    assert "heck -> ****" in first
    assert "swearing" in first
    assert "deny" in second
    assert "adverts" in second
    assert "unchanged" in third
    assert "3 messages: 1 unchanged, 1 update, 1 deny" in ran.out


@pytest.mark.parametrize(
    ("content", "fail_on", "code"),
    [
        ("hi", "deny", 0),
        ("hi", "update", 0),
        ("heck", "deny", 0),
        ("heck", "update", 1),
        ("buy now", "deny", 1),
        ("buy now", "update", 1),
        ("buy now", None, 0),
    ],
)
def test_fail_on(run: Command, policy: Path, content: str, fail_on: str | None, code: int) -> None:
    options = [] if fail_on is None else ["--fail-on", fail_on]
    assert run("dry-run", policy, "--content", content, *options).code == code


def test_output_goes_to_a_file(run: Command, policy: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    ran = run("dry-run", policy, "-", "--format", "json", "--output", target, stdin=jsonl({"content": "🙂 heck"}))
    assert (ran.code, ran.out) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["outcome"] == "update"


def test_a_policy_is_a_file_a_folder_or_a_bundle(run: Command, policy: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "policy.json"
    assert run("compile", policy, "--output", bundle).code == 0
    answers = [run("dry-run", path, "--content", "heck", "--format", "json") for path in (policy, tmp_path, bundle)]
    assert [lines(ran)[0]["outcome"] for ran in answers] == ["update"] * 3


def test_a_stream_through_real_pipes(policy: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import rulelang.tools.cli as cli; cli.main()", "dry-run", policy, "-", "--format", "json"],
        input=jsonl({"content": "höck heck"}) + b"broken\n" + jsonl({"content": "hi"}),
        capture_output=True,
        env={"LC_ALL": "C", "PATH": ""},
    )
    assert ran.returncode == 1
    assert [json.loads(line)["outcome"] for line in ran.stdout.splitlines()] == ["update", "unchanged"]
    assert ran.stderr.startswith(b"line 2: ")
