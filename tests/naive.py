"""A second evaluator, in the plainest way there is: every rule on every message, every count over the whole history.

It shares no code with `rulelang.runtime`: logic, comparison, paths, state and the algebra of edits are written here again, from
the manual. Of `rulelang.language` it takes the finders and the functions (each list with an index of its own).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any
from zoneinfo import ZoneInfo

import regex

from rulelang.language.finders import BUILTINS
from rulelang.language.finders.patterns import PatternFinder
from rulelang.language.finders.words import WordIndex
from rulelang.language.functions import FUNCTIONS
from rulelang.language.text import SearchText, fold, gist


class Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = Nothing()


@dataclass
class Past:
    """A message that was decided before."""

    facts: dict[str, Any]
    now: datetime
    fired: set[str]
    delivered: bool


@dataclass
class World:
    """What a naive store remembers: everything."""

    past: list[Past] = field(default_factory=list)
    labels: dict[tuple[str, str], datetime | None] = field(default_factory=dict)


@dataclass
class Verdict:
    outcome: str
    reason: str | None
    fired: list[str]
    content: str | None
    metadata: Any
    attributes: Any
    texts: dict[str, Any] = field(default_factory=dict)
    """What leaves of the push texts and the content type."""


def graphemes(text: str) -> list[str]:
    return regex.findall(r"\X", text)


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    for type_, name in ((str, "text"), (int, "number"), (Decimal, "number"), (list, "list"), (dict, "object")):
        if isinstance(value, type_):
            return name
    return type(value).__name__


def same(a: Any, b: Any) -> bool:
    if kind(a) != kind(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return set(a) == set(b) and all(same(a[k], b[k]) for k in a)
    return bool(a == b)


def equal(a: Any, b: Any) -> Any:
    if a is NOTHING or b is NOTHING or kind(a) != kind(b):
        return NOTHING
    return same(a, b)


def either(values: list[Any]) -> Any:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else NOTHING


def both(values: list[Any]) -> Any:
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else NOTHING


def glob(text: str, pattern: str) -> bool:
    """Dynamic programming over both texts: `reach` are the offsets of `text` that the pattern so far can end at."""
    reach = {0}
    for char in pattern:
        if char == "*":
            reach = set(range(min(reach), len(text) + 1)) if reach else set()
        else:
            reach = {i + 1 for i in reach if i < len(text) and char in ("?", text[i])}
    return len(text) in reach


def show(value: Any) -> str:
    if value is NOTHING:
        return ""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, timedelta):
        milliseconds = int(value.total_seconds() * 1000)
        parts = ""
        for unit, size in (("w", 604800000), ("d", 86400000), ("h", 3600000), ("m", 60000), ("s", 1000), ("ms", 1)):
            if abs(milliseconds) >= size:
                parts += f"{abs(milliseconds) // size}{unit}"
                milliseconds = (1 if milliseconds > 0 else -1) * (abs(milliseconds) % size)
        return parts or "0s"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    return dump(value)


def dump(value: Any) -> str:
    """JSON with decimals as they are written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


class Naive:
    """A policy, by the body of its bundle."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.zone = ZoneInfo(body["settings"]["time_zone"])
        self.finders: list[Any] = []
        for row in body["finders"]:
            if row["kind"] == "words":
                self.finders.append(WordIndex([row]).finders[0].find)
            elif row["kind"] == "pattern":
                self.finders.append(PatternFinder(row).find)
            elif row["kind"] == "builtin":
                self.finders.append(BUILTINS[row["name"]].find)
            else:
                self.finders.append(None)
        self.rows = {row["name"]: row for row in body["rules"]}

    # Facts

    def facts(self, event: dict[str, Any]) -> dict[str, Any]:
        message = event["ChannelMessage"]
        sender, channel = message["Sender"]["Arn"], message["ChannelArn"]
        created = datetime.fromisoformat(message["CreatedTimestamp"])
        edited = message.get("LastEditedTimestamp")
        edited = datetime.fromisoformat(edited) if edited else None
        is_edit = edited is not None and edited > created
        push = message.get("PushNotification") or {}
        return {
            "content": message["Content"],
            "content.folded": fold(message["Content"]),
            "content.gist": gist(message["Content"]),
            "content_type": message.get("ContentType", NOTHING),
            "metadata": self.json(message.get("Metadata")),
            "metadata text": message.get("Metadata"),
            "attributes": {k: v["StringValues"] for k, v in (message.get("MessageAttributes") or {}).items()},
            "push.title": push.get("Title", NOTHING),
            "push.body": push.get("Body", NOTHING),
            "push.type": push.get("Type", NOTHING),
            "sender.arn": sender,
            "sender.id": sender.split("/")[-1],
            "sender.name": message["Sender"].get("Name", NOTHING),
            "sender.is_bot": "/bot/" in sender,
            "channel.arn": channel,
            "channel.id": channel.split("/")[-1],
            "app_instance.arn": channel.split("/channel/")[0],
            "message.id": message["MessageId"],
            "subchannel": message.get("SubChannelId", NOTHING),
            "persistence": message.get("Persistence", NOTHING),
            "now": (edited if is_edit and edited else created).astimezone(self.zone),
            "created_at": created.astimezone(self.zone),
            "edited_at": edited.astimezone(self.zone) if edited else NOTHING,
            "is_edit": is_edit,
        }

    @staticmethod
    def json(text: Any) -> Any:
        if not text:
            return NOTHING
        try:
            return json.loads(text, parse_float=Decimal)
        except ValueError:
            return NOTHING

    # Deciding

    def decide(self, event: dict[str, Any], world: World) -> Verdict:
        facts = self.facts(event)
        run = _Run(self, facts, world)
        fired = [row["name"] for row in self.body["rules"] if run.fires(row)]
        live = [self.rows[name] for name in fired if self.rows[name]["mode"] == "live"]
        denials = [action for row in live for action in row["actions"] if action[0] == "deny"]
        outcome, reason, content, metadata, attributes = "deny", None, None, None, None
        texts: dict[str, Any] = {}
        if denials:
            reason = None if denials[0][1] is None else show(run.value(denials[0][1]))
        else:
            content = run.edited_content(live)
            metadata, attributes = run.edited_data(live)
            texts = {
                name: run.edited_text(live, name.split(".")) for name in ("push.title", "push.body", "push.type", "content_type")
            }
            changed = (
                content != facts["content"]
                or not same_or_nothing(metadata, facts["metadata"])
                or attributes != facts["attributes"]
                or any(text != facts[name] for name, text in texts.items())
            )
            outcome = "update" if changed else "unchanged"
        self.remember(live, fired, facts, outcome, world)
        return Verdict(outcome, reason, fired, content, metadata, attributes, texts)

    def remember(self, live: list[Any], fired: list[str], facts: dict[str, Any], outcome: str, world: World) -> None:
        now = facts["now"]
        world.past.append(Past(facts, now, set(fired), outcome != "deny"))
        labels = [action for row in live for action in row["actions"] if action[0] == "label"]
        unlabels = [action for row in live for action in row["actions"] if action[0] == "unlabel"]
        for _, who, name in unlabels:
            if not any(label[1] == who and label[2] == name for label in labels):
                world.labels.pop((facts[f"{who}.arn"], name), None)
        for _, who, name, milliseconds in labels:
            key = (facts[f"{who}.arn"], name)
            until = None if milliseconds is None else now + timedelta(milliseconds=milliseconds)
            if key in world.labels and (world.labels[key] is None or until is None):
                world.labels[key] = None
            elif key in world.labels:
                world.labels[key] = max(world.labels[key], until)  # type: ignore[type-var]
            else:
                world.labels[key] = until


def same_or_nothing(a: Any, b: Any) -> bool:
    return a is b if NOTHING in (a, b) else same(a, b)


class _Run:
    """One message under one policy."""

    def __init__(self, naive: Naive, facts: dict[str, Any], world: World) -> None:
        self.naive = naive
        self.facts = facts
        self.world = world
        self.match: Any = None

    def fires(self, row: dict[str, Any]) -> bool:
        if row["mode"] == "off" or not self.rolled_out(row):
            return False
        around = [*(self.naive.body["groups"][index] for index in row["groups"]), row]
        wanted = all(part["when"] is None or self.value(part["when"]) is True for part in around)
        return wanted and not any(part["unless"] is not None and self.value(part["unless"]) is True for part in around)

    def rolled_out(self, row: dict[str, Any]) -> bool:
        digest = hashlib.sha256(f"{row['name']}\0{self.facts['sender.arn']}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % 100_000 < row["rollout"]

    # Finders

    def find(self, index: int, text: str) -> list[Any]:
        row = self.naive.body["finders"][index]
        if row["kind"] == "where":
            outer, kept = self.match, []
            for match in self.find(row["finder"], text):
                self.match = match
                if self.value(row["condition"]) is True:
                    kept.append(match)
            self.match = outer
            return kept
        if row["kind"] == "any":
            found = [match for inner in row["finders"] for match in self.find(inner, text)]
            kept = []
            for match in sorted(found, key=lambda m: (m.start, -m.end)):
                if all(match.start >= other.end for other in kept):
                    kept.append(match)
            return kept
        return list(self.naive.finders[index](SearchText(text)))

    def find_in(self, index: int, subject: Any) -> Any:
        value = self.value(subject)
        if isinstance(value, str):
            return self.find(index, value)
        if isinstance(value, list):
            return [match for item in value if isinstance(item, str) for match in self.find(index, item)]
        return NOTHING

    # Expressions

    def value(self, expression: Any) -> Any:
        operation, *arguments = expression
        return getattr(self, "on_" + _NAMES.get(operation, operation))(*arguments)

    def on_const(self, value: Any) -> Any:
        return value

    def on_decimal(self, text: str) -> Any:
        return Decimal(text)

    def on_duration(self, milliseconds: int) -> Any:
        return timedelta(milliseconds=milliseconds)

    def on_list(self, items: list[Any]) -> Any:
        values = [self.value(item) for item in items]
        return NOTHING if any(value is NOTHING for value in values) else values

    def on_list_name(self, name: str) -> Any:
        return [Decimal(item["decimal"]) if isinstance(item, dict) else item for item in self.naive.body["lists"][name]]

    def on_let(self, name: str) -> Any:
        return self.value(self.naive.body["lets"][name])

    def on_template(self, parts: list[Any]) -> Any:
        return "".join(part if isinstance(part, str) else show(self.value(part)) for part in parts)

    def on_fact(self, name: str) -> Any:
        if name == "sender.age":
            return self.on_sender_age()
        return self.facts[name]

    def on_path(self, base: str, keys: list[Any]) -> Any:
        value = self.facts[base]
        for key in keys:
            value = self.step(value, key)
        return value

    def on_step(self, inner: Any, key: Any) -> Any:
        return self.step(self.value(inner), key)

    @staticmethod
    def step(value: Any, key: Any) -> Any:
        try:
            if isinstance(value, dict) or (isinstance(value, list) and isinstance(key, int)):
                return value[key]
        except (KeyError, IndexError):
            pass
        return NOTHING

    def on_field(self, name: str) -> Any:
        if self.match is None:
            return NOTHING
        if name == "text":
            return self.match.source[self.match.start : self.match.end]
        if name == "start":
            return len(graphemes(self.match.source[: self.match.start]))
        if name == "length":
            return len(graphemes(self.match.source[self.match.start : self.match.end]))
        return self.match.fields.get(name, NOTHING)

    def on_found(self, index: int, subject: Any) -> Any:
        found = self.find_in(index, subject)
        return found if found is NOTHING else bool(found)

    def on_matches(self, subject: Any, index: int) -> Any:
        return self.on_found(index, subject)

    def on_count(self, index: int, subject: Any) -> Any:
        found = self.find_in(index, subject)
        return found if found is NOTHING else len(found)

    def on_first(self, index: int, subject: Any, field_: str) -> Any:
        found = self.find_in(index, subject)
        if found is NOTHING or not found:
            return NOTHING
        outer, self.match = self.match, found[0]
        value = self.on_field(field_)
        self.match = outer
        return value

    def on_and(self, *operands: Any) -> Any:
        return both([self.value(operand) for operand in operands])

    def on_or(self, *operands: Any) -> Any:
        return either([self.value(operand) for operand in operands])

    def on_not(self, operand: Any) -> Any:
        value = self.value(operand)
        return (not value) if isinstance(value, bool) else NOTHING

    def on_truth(self, operand: Any) -> Any:
        value = self.value(operand)
        return value if isinstance(value, bool) else NOTHING

    def on_equal(self, left: Any, right: Any) -> Any:
        return equal(self.value(left), self.value(right))

    def on_unequal(self, left: Any, right: Any) -> Any:
        result = self.on_equal(left, right)
        return (not result) if isinstance(result, bool) else NOTHING

    def order(self, left: Any, right: Any, test: Any) -> Any:
        a, b = self.value(left), self.value(right)
        if NOTHING in (a, b) or kind(a) != kind(b) or kind(a) in ("boolean", "list", "object", "NoneType"):
            return NOTHING
        return test(a, b)

    def on_less(self, left: Any, right: Any) -> Any:
        return self.order(left, right, lambda a, b: a < b)

    def on_less_equal(self, left: Any, right: Any) -> Any:
        return self.order(left, right, lambda a, b: a <= b)

    def on_greater(self, left: Any, right: Any) -> Any:
        return self.order(left, right, lambda a, b: a > b)

    def on_greater_equal(self, left: Any, right: Any) -> Any:
        return self.order(left, right, lambda a, b: a >= b)

    def on_is_null(self, operand: Any) -> Any:
        value = self.value(operand)
        return value if value is NOTHING else value is None

    def on_is_missing(self, operand: Any) -> Any:
        return self.value(operand) is NOTHING

    def on_is_present(self, operand: Any) -> Any:
        return self.value(operand) is not NOTHING

    def on_in(self, left: Any, right: Any) -> Any:
        a, values = self.value(left), self.value(right)
        if not isinstance(values, list):
            return NOTHING
        return either([equal(a, value) for value in values])

    def on_host_in(self, left: Any, right: Any) -> Any:
        host, hosts = self.value(left), self.value(right)
        if not isinstance(host, str) or not isinstance(hosts, list):
            return NOTHING
        results: list[Any] = []
        for item in hosts:
            if not isinstance(item, str):
                results.append(NOTHING)
            elif item.startswith("*."):
                results.append(host.endswith(item[1:].lower()) and host != item[1:].lower())
            else:
                results.append(host == item.lower())
        return either(results)

    def on_contains(self, left: Any, right: Any) -> Any:
        a, b = self.value(left), self.value(right)
        if NOTHING in (a, b):
            return NOTHING
        if isinstance(a, str):
            return b in a if isinstance(b, str) else NOTHING
        return either([equal(b, item) for item in a]) if isinstance(a, list) else NOTHING

    def on_starts_with(self, left: Any, right: Any) -> Any:
        a, b = self.value(left), self.value(right)
        return a[: len(b)] == b if isinstance(a, str) and isinstance(b, str) else NOTHING

    def on_ends_with(self, left: Any, right: Any) -> Any:
        a, b = self.value(left), self.value(right)
        return (b == "" or a[-len(b) :] == b) if isinstance(a, str) and isinstance(b, str) else NOTHING

    def on_like(self, left: Any, pattern: Any) -> Any:
        a = self.value(left)
        wanted = pattern if isinstance(pattern, str) else self.value(pattern)
        if NOTHING in (a, wanted):
            return NOTHING
        if isinstance(wanted, list):
            return either([glob(a, item) if isinstance(a, str) and isinstance(item, str) else NOTHING for item in wanted])
        return glob(a, wanted) if isinstance(a, str) and isinstance(wanted, str) else NOTHING

    def on_plus(self, left: Any, right: Any) -> Any:
        return self.compute(left, right, lambda a, b: a + b)

    def on_minus(self, left: Any, right: Any) -> Any:
        return self.compute(left, right, lambda a, b: a - b)

    def on_times(self, left: Any, right: Any) -> Any:
        return self.compute(left, right, lambda a, b: a * b)

    def on_divide(self, left: Any, right: Any) -> Any:
        return self.compute(left, right, lambda a, b: Decimal(a) / Decimal(b))

    def compute(self, left: Any, right: Any, operation: Any) -> Any:
        a, b = self.value(left), self.value(right)
        if (
            NOTHING in (a, b)
            or kind(a) in ("boolean", "text", "list", "object")
            or kind(b) in ("boolean", "text", "list", "object")
        ):
            return NOTHING
        try:
            return operation(a, b)
        except (TypeError, OverflowError, DecimalException, ZeroDivisionError):
            return NOTHING

    def on_negative(self, operand: Any) -> Any:
        value = self.value(operand)
        return -value if isinstance(value, int | Decimal | timedelta) and not isinstance(value, bool) else NOTHING

    def on_call(self, name: str, *arguments: Any) -> Any:
        values = [self.value(argument) for argument in arguments]
        if any(value is NOTHING for value in values):
            return NOTHING
        result = FUNCTIONS[name].implementation(*values)
        return NOTHING if type(result).__name__ == "Absent" else result

    # State, over the whole history

    def on_matched(self, rule: str) -> Any:
        row = self.naive.rows.get(rule)
        return row is not None and self.fires(row)

    def on_has_label(self, who: str, name: str) -> Any:
        key = (self.facts[f"{who}.arn"], name)
        return key in self.world.labels and (self.world.labels[key] is None or self.facts["now"] < self.world.labels[key])

    def on_sender_age(self) -> Any:
        seen = [past.now for past in self.world.past if past.facts["sender.arn"] == self.facts["sender.arn"]]
        return max(self.facts["now"] - min(seen), timedelta(0)) if seen else timedelta(0)

    def on_counter(self, index: int) -> Any:
        row = self.naive.body["counters"][index]
        keys = [self.value(key) for key in row["keys"]]
        if any(key is NOTHING for key in keys):
            return NOTHING
        own_value = self.value(row["value"]) if row["kind"] == "distinct" else None
        if own_value is NOTHING:
            return NOTHING
        now, window = self.facts["now"], timedelta(milliseconds=row["within"])
        here = Past(self.facts, now, set(), True)
        values = []
        for past in [*self.world.past, here]:
            if not now - window < past.now <= now:
                continue
            other = self if past is here else _Run(self.naive, past.facts, self.world)
            if not same(keys, [other.value(key) for key in row["keys"]]):
                continue
            if row["kind"] == "hits" and not (self.on_matched(row["rule"]) if past is here else row["rule"] in past.fired):
                continue
            if row["kind"] == "messages":
                if row["delivered"] and not past.delivered:
                    continue
                if row["condition"] is not None and other.value(row["condition"]) is not True:
                    continue
            value = other.value(row["value"]) if row["kind"] == "distinct" else None
            if value is not NOTHING:
                values.append(value)
        if row["kind"] != "distinct":
            return len(values)
        different: list[Any] = []
        for value in values:
            if not any(same(value, known) for known in different):
                different.append(value)
        return len(different)

    # Edits

    def edited_content(self, live: list[Any]) -> str:
        text = self.facts["content"]
        sets = [
            self.value(action[2]) for row in live for action in row["actions"] if action[0] == "set" and action[1] == ["content"]
        ]
        sets = [value for value in sets if value is not NOTHING]
        text = show(sets[0]) if sets else self.span_edited(text, live, ["content"])
        for row in live:
            for action in row["actions"]:
                if action[0] == "append":
                    text = text + show(self.value(action[1]))
        before = [show(self.value(action[1])) for row in live for action in row["actions"] if action[0] == "prepend"]
        return "".join(before) + text

    def span_edited(self, text: str, live: list[Any], path: list[Any]) -> str:
        """Marks, for every grapheme, the edits that cover it; then groups what hangs together."""
        letters = graphemes(text)
        starts = [sum(map(len, letters[:index])) for index in range(len(letters) + 1)]
        edits = []
        for order, row in enumerate(live):
            for number, action in enumerate(row["actions"]):
                if action[0] not in ("mask", "replace", "remove") or action[2] != path:
                    continue
                for finder in action[1]:
                    for match in self.find(finder, text):
                        covered = {i for i in range(len(letters)) if starts[i] < match.end and match.start < starts[i + 1]}
                        plain = self.is_alphanumeric(finder)
                        if action[0] == "mask" and action[4] is not None:
                            covered -= self.kept(covered, letters, plain, action[4])
                        for piece in pieces(covered):
                            edits.append((piece, action, order, number, match, plain))
        groups: list[list[Any]] = []
        for edit in edits:
            touching = [group for group in groups if any(edit[0] & other[0] for other in group)]
            groups = [group for group in groups if group not in touching]
            groups.append([edit, *(other for group in touching for other in group)])
        out: dict[int, str] = {}
        for group in groups:
            covered = set().union(*(edit[0] for edit in group))
            rank = {"remove": 0, "replace": 1, "mask": 2}
            best = min(group, key=lambda e: (rank[e[1][0]], e[2], e[3], e[4].start))
            for i in covered:
                out[i] = ""
            first = min(covered)
            if best[1][0] == "replace":
                self.match = best[4]
                out[first] = show(self.value(best[1][3]))
                self.match = None
            elif best[1][0] == "mask":
                character = best[1][3] or self.naive.body["settings"]["mask_with"]
                for i in covered:
                    out[i] = letters[i] if best[5] and not any(c.isalnum() for c in letters[i]) else character
        return "".join(out.get(index, letter) for index, letter in enumerate(letters))

    def is_alphanumeric(self, finder: int) -> bool:
        row = self.naive.body["finders"][finder]
        if row["kind"] == "where":
            return self.is_alphanumeric(row["finder"])
        if row["kind"] == "any":
            return all(self.is_alphanumeric(inner) for inner in row["finders"])
        return row["kind"] == "builtin" and BUILTINS[row["name"]].alphanumeric_only

    @staticmethod
    def kept(covered: set[int], letters: list[str], plain: bool, keep: list[Any]) -> set[int]:
        side, count = keep
        counting = [i for i in sorted(covered) if not plain or any(c.isalnum() for c in letters[i])]
        return set(counting[:count] if side == "first" else counting[-count:])

    def edited_data(self, live: list[Any]) -> tuple[Any, Any]:
        metadata, attributes = self.facts["metadata"], self.facts["attributes"]
        copy = NOTHING if metadata is NOTHING else json.loads(dump(metadata), parse_float=Decimal)
        if metadata is None or not self.facts["metadata text"]:
            copy = {}
        changed = self.edited_tree(live, "metadata", copy) if isinstance(copy, dict) else False
        texts = json.loads(json.dumps(attributes))
        self.edited_tree(live, "attributes", texts)
        return (copy if changed else metadata), texts

    def edited_tree(self, live: list[Any], root: str, data: Any) -> bool:
        """Edits `data` in place: sets and unsets, span edits of the texts that came, adds."""
        before = dump(data)
        came = json.loads(before, parse_float=Decimal)
        actions = [action for row in live for action in row["actions"]]
        done: list[list[Any]] = []
        for action in actions:
            if action[0] in ("set", "unset") and action[1][0] == root:
                path = action[1]
                value = self.converted(root, self.value(action[2])) if action[0] == "set" else None
                if value is not NOTHING and not any(on_one_way(path, other) for other in done):
                    done.append(path)
                    self.put(data, path[1:], action[0], value)
        edited = {tuple(action[2]) for action in actions if action[0] in ("mask", "replace", "remove") and action[2][0] == root}
        for path in edited:
            text = came
            for key in path[1:]:
                text = self.step(text, key)
            if any(on_one_way(list(path), other) for other in done) or not isinstance(text, str | list):
                continue
            target = data
            for key in path[1:-1]:
                target = target[key]
            if isinstance(text, str):
                target[path[-1]] = self.span_edited(text, live, list(path))
            else:
                target[path[-1]] = [self.span_edited(e, live, list(path)) if isinstance(e, str) else e for e in text]
        for action in actions:
            if action[0] == "add" and action[2][0] == root:
                value = self.converted(root, self.value(action[1]))
                if value is not NOTHING:
                    self.put(data, action[2][1:], "add", value)
        return dump(data) != before

    @staticmethod
    def converted(root: str, value: Any) -> Any:
        """An attribute is a list of texts."""
        if root == "metadata" or value is NOTHING:
            return value
        return [show(item) for item in (value if isinstance(value, list) else [value]) if item is not None]

    def edited_text(self, live: list[Any], path: list[str]) -> Any:
        """`push.title` and its like, of a message whose content no push text repeats."""
        for row in live:
            for action in row["actions"]:
                if action[0] in ("set", "unset") and action[1] == path:
                    value = None if action[0] == "unset" else self.value(action[2])
                    if value is not NOTHING and not (action[0] == "set" and value is None):
                        return NOTHING if value is None else show(value)
        came = self.facts[".".join(path)]
        return self.span_edited(came, live, path) if isinstance(came, str) else came

    def put(self, target: Any, keys: list[Any], how: str, value: Any) -> bool:
        for key in keys[:-1]:
            if key not in target:
                if how == "unset":
                    return False
                target[key] = {}
            target = target[key]
            if not isinstance(target, dict):
                return False
        last = keys[-1]
        if how == "unset":
            return target.pop(last, NOTHING) is not NOTHING
        if isinstance(value, timedelta | datetime):
            value = show(value)
        if how == "set":
            changed = last not in target or not same(target[last], value)
            target[last] = value
            return changed
        current = target.setdefault(last, [])
        if not isinstance(current, list):
            return False
        before = len(current)
        for item in value if isinstance(value, list) else [value]:
            if not any(same(item, known) for known in current):
                current.append(item)
        return len(current) != before


def on_one_way(one: list[Any], other: list[Any]) -> bool:
    """Whether two paths are the same, or one is above the other."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def pieces(covered: set[int]) -> list[set[int]]:
    """Runs of neighbouring numbers."""
    runs: list[set[int]] = []
    for i in sorted(covered):
        if runs and i - 1 in runs[-1]:
            runs[-1].add(i)
        else:
            runs.append({i})
    return runs


_NAMES = {
    "==": "equal",
    "!=": "unequal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "divide",
    "messages": "counter",
    "hits": "counter",
    "distinct": "counter",
}
