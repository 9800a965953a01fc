"""Decisions for people: before and after with what changed marked, the rules, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rulelang.language.decision import FiredRule
from rulelang.language.unparse import quote
from rulelang.language.values import render_time
from rulelang.runtime import chime
from rulelang.tools.dry_run import Totals, Tried

_STYLES: Final = {"unchanged": "32", "update": "33", "deny": "31", "mark": "1;4", "dim": "2", "rule": "36"}

_LONGEST: Final = 100


class Paint:
    """Puts terminal colours around text, or nothing where none are wanted."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text else text


def printable(text: str) -> str:
    """The text on one line, without what would steer a terminal."""
    return "".join(char if char.isprintable() or char in "\u200d\ufe0f" else _escape(char) for char in text)


def _escape(char: str) -> str:
    known = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return known.get(char) or f"\\u{{{ord(char):x}}}"


def one(tried: Tried, settings: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """The lines that tell the decision on one message in full."""
    message, decision = tried.message, tried.decision
    reason = f": {printable(decision.reason)}" if decision.reason else ""
    yield paint(decision.outcome, decision.outcome) + reason
    yield f"  content  {_marked(tried, paint)}"
    if decision.outcome == "update":
        yield from _changes(tried, settings)
    for rule in decision.rules:
        yield from _rule(rule, paint)
    for report in decision.reports:
        yield f"  report to {quote(report.queue)}, by {report.rule}" + (", redacted" if report.redacted else "")
    for label in decision.labels:
        until = "" if label.removed else " for ever" if label.until is None else f" until {render_time(label.until)}"
        yield f"  {'unlabel' if label.removed else 'label'} the {label.who} {quote(label.name)}{until}, by {label.rule}"
    for note in decision.notes:
        yield paint("dim", f"  note  {note.text}" + (f" ({note.rule})" if note.rule else "") + f" [{note.slug}]")
    if not decision.rules:
        yield "  no rule fired"
    if message.is_bot and settings["bots"] == "skip":
        yield "  the sender is a bot, and the settings say `bots: skip`"


def _rule(rule: FiredRule, paint: Paint) -> Iterator[str]:
    state = "" if rule.applied else f" ({'shadow' if rule.mode == 'shadow' else f'not applied: {rule.why_not}'})"
    tags = f"  [{', '.join(rule.tags)}]" if rule.tags else ""
    severity = f"  {rule.severity}" if rule.severity else ""
    yield f"  {paint('rule', rule.name)}{state}{severity}{tags}"
    yield f"      because {printable(rule.because or '')}"


def _changes(tried: Tried, settings: Mapping[str, Any]) -> Iterator[str]:
    """A line for each member that leaves otherwise than it came."""
    before, after = tried.message.members, tried.decision.members
    for name in ("Content", "Metadata", "PushNotification", "MessageAttributes", "SubChannelId", "ContentType"):
        if before.get(name) == after.get(name):
            continue
        if name == "Content":
            yield f"       now {printable(content_after(tried, settings))}"
        else:
            yield f"  {name}"
            yield f"      was {printable(_compact(before.get(name)))}"
            yield f"      now {printable(_compact(after.get(name)))}"


def content_after(tried: Tried, settings: Mapping[str, Any]) -> str:
    """The content as it leaves, decoded as the rules' content is."""
    event = {
        "EventType": chime.EVENT_TYPE,
        "ChannelMessage": {
            "MessageId": tried.message.message_id,
            "ChannelArn": tried.message.channel_arn,
            "Sender": {"Arn": tried.message.sender_arn},
            "Content": tried.decision.members.get("Content", ""),
        },
    }
    return chime.read(event, settings, tried.message.now).content


def _compact(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False)


def _marked(tried: Tried, paint: Paint) -> str:
    """The content as it came, the spans that rules found marked."""
    content = tried.message.content
    covered = sorted({(hit.start, hit.end) for rule in tried.decision.rules for hit in rule.hits if hit.path == "content"})
    parts, position = [], 0
    for start, end in covered:
        if start < position:
            continue
        parts.append(printable(content[position:start]))
        found = printable(content[start:end])
        parts.append(paint("mark", found) if paint.color else f"[{found}]")
        position = end
    parts.append(printable(content[position:]))
    return "".join(parts)


def line(tried: Tried, settings: Mapping[str, Any], paint: Paint) -> str:
    """One message on one line: its number, what became of it, the text, and the rules."""
    decision = tried.decision
    text = _short(printable(tried.message.content))
    if decision.outcome == "update":
        after = _short(printable(content_after(tried, settings)))
        text = f"{text} -> {after}" if after != text else f"{text} (metadata or push)"
    rules = ", ".join(
        rule.name + ("" if rule.applied else " (shadow)" if rule.mode == "shadow" else " (not applied)") for rule in decision.rules
    )
    outcome = paint(decision.outcome, f"{decision.outcome:<9}")
    return f"{tried.number:>5}  {outcome}  {text}" + (f"  {paint('rule', rules)}" if rules else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def summary(totals: Totals) -> Iterator[str]:
    """What a dry-run came to, in a few lines."""
    messages = totals.messages
    outcomes = ", ".join(f"{totals.outcomes[name]} {name}" for name in ("unchanged", "update", "deny"))
    yield f"{messages} {'message' if messages == 1 else 'messages'}: {outcomes}"
    for title, counts in (("rules that fired", totals.fired), ("shadow rules that would have", totals.shadow)):
        if counts:
            yield f"{title}:"
            yield from (f"  {count:>6}  {name}" for name, count in counts.most_common())
    if totals.notes:
        yield "notes: " + ", ".join(f"{slug} {count}" for slug, count in totals.notes.most_common())
    if totals.others:
        yield f"records of other kinds, passed over: {totals.others}"
    if totals.unreadable:
        yield f"lines that could not be read: {totals.unreadable}"
    if messages:
        yield f"{totals.micros / messages:.0f} microseconds a decision"
