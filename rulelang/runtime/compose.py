"""The algebra of edits: what the live rules that fired make of a message together, before any limit is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from rulelang.language import json_text
from rulelang.language.values import Absent, render
from rulelang.runtime import content, spans, tree
from rulelang.runtime.actions import Action, AddEnd, AddValue, Closure, Path, SetValue, SpanEdit, Unset
from rulelang.runtime.ledger import Ledger

if TYPE_CHECKING:
    from rulelang.runtime.context import Context

PUSH: Final = {"title": "Title", "body": "Body", "type": "Type"}
"""The members of PushNotification by their names in the language."""

_ELLIPSES: Final = ("…", "...")


class LiveRule(Protocol):
    """A live rule that fired."""

    @property
    def name(self) -> str: ...
    @property
    def order(self) -> int: ...
    @property
    def actions(self) -> tuple[Action, ...]: ...


@dataclass(slots=True)
class Composition:
    """What the edits make of a message.

    `texts`: the texts of the content (one, or one for each message of a Lex envelope) without `prefix` and `suffix`, which
    `prepend` and `append` made. `push`, `content_type` and `attributes` hold what was edited alone, by the wire's names (of an
    attribute, its own); None for what was taken away. `metadata`: the edits, to be made once more without some rule's where
    the outcome is too long.
    """

    context: Context
    fired: tuple[LiveRule, ...]
    mask_with: str
    ledger: Ledger
    texts: list[str]
    metadata: tree.TreeEdits
    prefix: str = ""
    suffix: str = ""
    push: dict[str, str | None] = field(default_factory=dict)
    content_type: dict[str, str | None] = field(default_factory=dict)
    attributes: dict[str, list[str] | None] = field(default_factory=dict)


def compose(context: Context, fired: Sequence[LiveRule], settings: Mapping[str, Any]) -> Composition:
    """Puts together the edits of `fired`, live rules in policy order of which none denies. Pure but for `context`'s caches."""
    message = context.message
    composition = Composition(
        context=context,
        fired=tuple(fired),
        mask_with=settings["mask_with"],
        ledger=Ledger(),
        texts=[message.content[start:end] for start, end in content.segments(message)],
        metadata=tree.TreeEdits(message.metadata_text, ()),
    )
    edits = [
        Edit(rule.name, (rule.order, number), action)
        for rule in fired
        for number, action in enumerate(rule.actions)
        if isinstance(action, SpanEdit | SetValue | Unset | AddValue | AddEnd)
    ]
    if edits:
        _Composer(composition, edits).run()
    return composition


@dataclass(frozen=True, slots=True)
class Edit:
    """An action of a rule that edits; `place` is (order of the rule, number of the action)."""

    rule: str
    place: tuple[int, int]
    action: SpanEdit | SetValue | Unset | AddValue | AddEnd

    @property
    def path(self) -> Path:
        return ("content",) if isinstance(self.action, AddEnd) else self.action.path


class _Composer:
    def __init__(self, composition: Composition, edits: Sequence[Edit]) -> None:
        self.composition = composition
        self.edits = edits
        self.context = composition.context
        self.message = composition.context.message
        self.ledger = composition.ledger

    def run(self) -> None:
        self._content()
        self._ends()
        self._content_type()
        self._attributes()
        self.composition.metadata = tree.TreeEdits(self.message.metadata_text, tuple(self._below("metadata", self._any_value)))

    # Content, and the push texts that repeat it

    def _content(self) -> None:
        span_edits = self._span_edits(("content",))
        setting = self._winner(("content",))
        groups: list[spans.Piece] = []
        if setting is not None:
            rule, text = setting
            self.composition.texts = [text or "", *("" for _ in self.composition.texts[1:])]
            for edit in span_edits:
                self.ledger.drop(edit.rule, "content-set", f"{rule} sets the content")
        else:
            groups = self._joined(span_edits, self.message.content)
            changes = spans.changes(self.context, groups, self.message.content, self.composition.mask_with)
            self.composition.texts = [
                spans.apply(changes, self.message.content, start, end) for start, end in content.segments(self.message)
            ]
        before = [self.message.content[start:end] for start, end in content.segments(self.message)]
        rewritten = self.composition.texts != before
        for name, member in PUSH.items():
            self._push(name, member, groups, span_edits if rewritten else [], setting if rewritten else None)

    def _push(
        self,
        name: str,
        member: str,
        groups: list[spans.Piece],
        content_edits: list[Edit],
        content_set: tuple[str, str | None] | None,
    ) -> None:
        path = ("push", name)
        came = self.message.push.get(member)
        span_edits = self._span_edits(path)
        setting = self._winner(path)
        if setting is not None:
            rule, text = setting
            self.composition.push[member] = text
            for edit in span_edits:
                self.ledger.drop(edit.rule, "edit-overruled", tree.overruled(rule, path))
            return
        if came is None or member == "Type":
            return
        shared = self._beginning(came) if content_edits or content_set else 0
        if content_set is not None and member == "Body" and shared:
            self.composition.push[member] = content_set[1]
            for edit in span_edits:
                self.ledger.drop(edit.rule, "edit-overruled", tree.overruled(content_set[0], ("content",)))
            return
        found = [piece for edit in span_edits for piece in self._pieces(edit, came)]
        if shared:
            found.extend(spans.up_to(groups, shared))
        if content_set is not None or not (shared and member == "Body"):
            found.extend(piece for edit in content_edits for piece in self._pieces(edit, came))
        joined = spans.join(found)
        tree.record(self.ledger, found, joined)
        if joined:
            changes = spans.changes(self.context, joined, came, self.composition.mask_with)
            self.composition.push[member] = spans.apply(changes, came)

    def _beginning(self, push: str) -> int:
        """How much of a push text is the beginning of the content, if all of it is (but for an ellipsis): code points."""
        if push and self.message.content.startswith(push):
            return len(push)
        for ellipsis in _ELLIPSES:
            start = push.removesuffix(ellipsis).rstrip()
            if push.endswith(ellipsis) and start and self.message.content.startswith(start):
                return len(start)
        return 0

    def _ends(self) -> None:
        for edit in self.edits:
            if isinstance(edit.action, AddEnd):
                value = edit.action.text(self.context)
                if isinstance(value, Absent) or value == "":
                    continue
                self.ledger.effect(edit.rule)
                if edit.action.kind == "prepend":
                    self.composition.prefix += render(value)
                else:
                    self.composition.suffix += render(value)

    def _joined(self, edits: Sequence[Edit], text: str) -> list[spans.Piece]:
        found = [piece for edit in edits for piece in self._pieces(edit, text)]
        joined = spans.join(found)
        tree.record(self.ledger, found, joined)
        return joined

    def _pieces(self, edit: Edit, text: str) -> list[spans.Piece]:
        assert isinstance(edit.action, SpanEdit)
        return list(spans.pieces(self.context, edit.action, edit.rule, edit.place, text))

    def _span_edits(self, path: Path) -> list[Edit]:
        return [edit for edit in self.edits if isinstance(edit.action, SpanEdit) and edit.path == path]

    # Single texts

    def _content_type(self) -> None:
        setting = self._winner(("content_type",))
        if setting is not None:
            self.composition.content_type["ContentType"] = setting[1]

    def _winner(self, path: Path) -> tuple[str, str | None] | None:
        """The rule that sets or unsets the text at `path`, the earliest of them, and the text (None: taken away)."""
        winner: tuple[str, str | None] | None = None
        for edit in self.edits:
            if edit.path != path or not isinstance(edit.action, SetValue | Unset):
                continue
            if winner is not None:
                self.ledger.drop(edit.rule, "edit-overruled", tree.overruled(winner[0], path))
                continue
            text: str | None = None
            if isinstance(edit.action, SetValue):
                value = self._value(edit, edit.action.value)
                if isinstance(value, Absent):
                    continue
                text = render(value)
            self.ledger.effect(edit.rule)
            winner = (edit.rule, text)
        return winner

    # Metadata and attributes

    def _attributes(self) -> None:
        edits = tuple(self._below("attributes", self._attribute_value))
        if not edits:
            return
        came = self.message.attributes
        made = tree.TreeEdits(json_text.dump(came), edits).made(self.context, self.ledger, self.composition.mask_with)
        left: dict[str, list[str]] = json_text.read(made or "")
        for name in {**came, **left}:
            if left.get(name) != came.get(name):
                self.composition.attributes[name] = left.get(name)

    def _below(self, root: str, convert: Callable[[Any], Any]) -> list[tree.Put | tree.Add | tree.Rewrite]:
        """The edits of metadata or attributes with their values computed; what is missing is noted and left out."""
        made: list[tree.Put | tree.Add | tree.Rewrite] = []
        for edit in self.edits:
            path, action = edit.path[1:], edit.action
            if edit.path[0] != root:
                continue
            if isinstance(action, Unset):
                made.append(tree.Put(edit.rule, path, away=True))
            elif isinstance(action, SpanEdit):
                made.append(tree.Rewrite(edit.rule, path, action, edit.place))
            elif isinstance(action, SetValue | AddValue):
                value = convert(self._value(edit, action.value))
                if not isinstance(value, Absent):
                    kind = tree.Put if isinstance(action, SetValue) else tree.Add
                    made.append(kind(edit.rule, path, value))
        return made

    def _any_value(self, value: Any) -> Any:
        return value

    def _attribute_value(self, value: Any) -> Any:
        """A list of texts; a single value becomes one."""
        if isinstance(value, Absent):
            return value
        return [render(item) for item in (value if isinstance(value, list | tuple) else [value])]

    def _value(self, edit: Edit, closure: Closure) -> Any:
        value = closure(self.context)
        if isinstance(value, Absent):
            self.ledger.drop(edit.rule, "value-missing", f"the value for {'.'.join(edit.path)} is missing")
        return value
