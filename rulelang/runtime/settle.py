"""The settlement: what leaves is always valid, whatever the rules' edits came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rulelang.language import graphemes
from rulelang.language.decision import Note, Outcome
from rulelang.runtime import content, limits
from rulelang.runtime.compose import Composition
from rulelang.runtime.ledger import Ledger
from rulelang.runtime.limits import size

NOTHING_LEFT = "nothing left"
"""The reason of a denial where the rules left nothing of the content."""


@dataclass(frozen=True, slots=True)
class Settled:
    """`members` as they leave (empty for a denial). `why_not`, by name of each rule: None where it was applied."""

    outcome: Outcome
    members: dict[str, Any]
    reason: str | None
    why_not: dict[str, str | None]
    notes: tuple[Note, ...]


def settle(composition: Composition, settings: Mapping[str, Any]) -> Settled:
    """What leaves: each member that an edit changed, made to fit; every other one as it came."""
    message, ledger = composition.context.message, composition.ledger
    members = dict(message.members)
    if not composition.fired:
        return Settled("unchanged", members, None, {}, ())
    if not _content(composition, settings["empty_content"], members):
        ledger.note("nothing-left", "the rules left nothing of the content")
        why_not = ledger.why_not(composition.fired, "the message is denied, for nothing of the content was left")
        return Settled("deny", {}, NOTHING_LEFT, why_not, ledger.notes)
    _metadata(composition, members)
    _push(composition, members)
    _attributes(composition, members)
    _content_type(composition, members)
    outcome: Outcome = "unchanged" if members == message.members else "update"
    return Settled(outcome, members, None, ledger.why_not(composition.fired, None), ledger.notes)


# Content


def _content(composition: Composition, empty_content: str | None, members: dict[str, Any]) -> bool:
    """Settles Content; False where nothing is left of it and `empty_content` is not set."""
    message, ledger = composition.context.message, composition.ledger
    before = [message.content[start:end] for start, end in content.segments(message)]
    texts = _with_ends(composition, composition.texts)
    if texts == before:
        return True
    fitting = _fitting(composition)
    if fitting != texts:
        ledger.note("content-cut", "the content was too long and was cut")
    if not "".join(fitting).strip():
        if empty_content is None or not empty_content.strip():
            return False
        ledger.note("content-emptied", "the rules left nothing of the content, which became `empty_content`")
        composition.prefix = composition.suffix = ""
        composition.texts = [empty_content, *("" for _ in fitting[1:])]
        fitting = _fitting(composition)
    members["Content"] = content.wrap(message, fitting)
    return True


def _with_ends(composition: Composition, texts: list[str]) -> list[str]:
    first, *rest = texts
    whole = [composition.prefix + first, *rest]
    whole[-1] += composition.suffix
    return whole


def _fitting(composition: Composition) -> list[str]:
    """The texts of the content, as much of them as fits: what `prepend` and `append` made is cut last."""
    message = composition.context.message
    limit = max(limits.CONTENT_BYTES, size(message.members.get("Content", "")))

    def fits(texts: list[str]) -> bool:
        return size(content.wrap(message, texts)) <= limit

    whole = _with_ends(composition, composition.texts)
    if fits(whole):
        return whole
    nothing = ["" for _ in composition.texts]
    if fits(_with_ends(composition, nothing)):
        return _longest(composition.texts, lambda texts: _with_ends(composition, texts), fits)
    return _longest(_with_ends(composition, nothing), lambda texts: texts, fits)


def _longest(texts: list[str], finish: Callable[[list[str]], list[str]], fits: Callable[[list[str]], bool]) -> list[str]:
    """The texts cut at the last grapheme boundary where they fit; nothing at all is taken to fit."""
    places = [(index, offset) for index, text in enumerate(texts) for offset in graphemes.boundaries(text)]

    def cut(place: tuple[int, int]) -> list[str]:
        index, offset = place
        return finish([*texts[:index], texts[index][:offset], *("" for _ in texts[index + 1 :])])

    low, high = 0, len(places) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(cut(places[middle])):
            low = middle
        else:
            high = middle - 1
    return cut(places[low])


# Metadata


def _metadata(composition: Composition, members: dict[str, Any]) -> None:
    ledger, edits = composition.ledger, composition.metadata
    came = edits.source
    limit = max(limits.METADATA_BYTES, size(came or ""))
    while True:
        attempt = Ledger()
        made = edits.made(composition.context, attempt, composition.mask_with)
        last = edits.last_rule()
        if last is None or made is None or size(made) <= limit:
            break
        ledger.drop(last, "metadata-dropped", f"the metadata would be {size(made)} bytes long, of {limit}")
        edits = edits.without(last)
    ledger.merge(attempt)
    if made is not None and made != came:
        members["Metadata"] = made


# The other members


def _push(composition: Composition, members: dict[str, Any]) -> None:
    ledger = composition.ledger
    came: dict[str, str] = members.get("PushNotification", {})
    push = dict(came)
    for member, edited in composition.push.items():
        if edited == came.get(member):
            continue
        if member == "Type":
            if edited is not None and edited not in limits.PUSH_TYPES:
                ledger.note("push-type-unknown", "a push notification is of type DEFAULT or VOIP; the edit was dropped")
                continue
            text = edited
        else:
            text = _push_text(member, edited, came.get(member, ""), ledger)
        if text is None:
            push.pop(member, None)
        else:
            push[member] = text
    if push or "PushNotification" in members:
        members["PushNotification"] = push


def _push_text(member: str, edited: str | None, came: str, ledger: Ledger) -> str | None:
    if edited is None:
        return None
    name, most = ("title", limits.TITLE) if member == "Title" else ("body", limits.BODY)
    text = edited
    if member == "Title" and limits.LINE_BREAK.search(text):
        ledger.note("push-line-breaks", "line breaks in the push title became spaces")
        text = limits.LINE_BREAK.sub(" ", text)
    most = max(most, len(came))
    if len(text) > most:
        ledger.note("push-cut", f"the push {name} was longer than {most} characters and was cut")
        text = graphemes.cut(text, most)
    if not text:
        ledger.note("push-left-out", f"the push {name} ended up empty and was left out")
        return None
    return text


def _attributes(composition: Composition, members: dict[str, Any]) -> None:
    ledger = composition.ledger
    came = composition.context.message.attributes
    attributes = dict(members.get("MessageAttributes", {}))
    for name, edited in composition.attributes.items():
        texts = None
        if edited is not None:
            most = max([limits.ATTRIBUTE_TEXT, *map(len, came.get(name, ()))])
            texts = [cut for text in edited if (cut := graphemes.cut(text, most))]
            if any(len(text) > most for text in edited):
                ledger.note("attribute-cut", f"a text of attribute {name} was longer than {most} characters and was cut")
            if not texts or (len(name) > limits.ATTRIBUTE_NAME and name not in came):
                ledger.note("attribute-left-out", f"attribute {name} ended up empty or has too long a name, and was left out")
                texts = None
        if texts is None:
            attributes.pop(name, None)
        else:
            attributes[name] = {"StringValues": texts}
    if attributes or "MessageAttributes" in members:
        members["MessageAttributes"] = attributes


def _content_type(composition: Composition, members: dict[str, Any]) -> None:
    ledger = composition.ledger
    for member, edited in composition.content_type.items():
        came = members.get(member, "")
        if edited is None:
            members.pop(member, None)
        elif edited != came:
            most = max(limits.CONTENT_TYPE, len(came))
            if len(edited) > most:
                ledger.note("content-type-cut", f"the content type was longer than {most} characters and was cut")
            text = graphemes.cut(edited, most)
            if text:
                members[member] = text
            else:
                ledger.note("content-type-left-out", "the content type ended up empty and was left out")
                members.pop(member, None)
