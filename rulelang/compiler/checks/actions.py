"""Actions: what they may change, what they may search, and their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from rulelang.compiler import nodes
from rulelang.compiler.checks import finding, paths
from rulelang.compiler.checks.making import milliseconds
from rulelang.compiler.checks.state import check_label
from rulelang.compiler.policy import CheckedAction, Typed
from rulelang.compiler.source import Span
from rulelang.compiler.wording import a_type, code, did_you_mean, quoted
from rulelang.language.facts import ATTRIBUTE_VALUE, FACTS, Fact
from rulelang.language.settings import mask_problem
from rulelang.language.types import BOOLEAN, JSON, TEXT, fits

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker

Row = tuple[Any, ...]
Path = tuple[str, ...]

_CONTENT: Final = ("content",)
_PUSH_TYPES: Final = ("DEFAULT", "VOIP")
_WRITABLE: Final = "Write to `content`, `content_type`, `metadata.KEY`, `attributes.KEY`, `push.title`, `push.body` or `push.type`."
_EDITABLE: Final = "Edit `content`, `push.title`, `push.body`, or a text of `metadata.KEY` or `attributes.KEY`."


def check_action(checker: Checker, node: nodes.Action) -> CheckedAction | None:
    """An action as a row of the bundle; None, and a diagnostic, where it can't be."""
    row = _CHECKS[type(node)](checker, node)
    return None if row is None else CheckedAction(node, row)


def implied_condition(actions: Sequence[CheckedAction], span: Span) -> Typed | None:
    """That any of the finders that the actions rewrite is found; None where they rewrite none."""
    parts: dict[tuple[int, Path], Typed] = {}
    for action in actions:
        if action.data[0] in {"mask", "replace", "remove"}:
            for finder in action.data[1]:
                subject = _subject(action.data[2], action.node.span)
                parts[finder, action.data[2]] = Typed("found", (finder, subject), BOOLEAN, action.node.span, subject.optional)
    found = tuple(parts.values())
    if len(found) < 2:
        return found[0] if found else None
    return Typed("or", found, BOOLEAN, span, any(part.optional for part in found))


def _subject(path: Path, span: Span) -> Typed:
    if path[0] == "metadata":
        return Typed("path", ("metadata", path[1:]), JSON, span, optional=True)
    if path[0] == "attributes":
        return Typed("path", ("attributes", path[1:]), ATTRIBUTE_VALUE, span, optional=True)
    fact = FACTS[".".join(path)]
    return Typed("fact", (fact.name,), fact.type, span, fact.optional)


# Paths


def _writable(checker: Checker, node: nodes.Expression, verb: str) -> Path | None:
    found = _path(checker, node, "not-writable", _WRITABLE)
    if found is None:
        return None
    fact, path = found
    shown = code(node.span.text)
    if not fact.writable:
        help = "Write to `content` itself." if path[0] == "content" else _WRITABLE
        checker.report("not-writable", node.span, f"A rule can read {shown}, and not change it.", help)
        return None
    if verb == "unset" and path == _CONTENT:
        checker.report(
            "not-writable", node.span, "A message can't be left without content.", "Write `deny`, or set another content."
        )
        return None
    if verb == "add" and not fact.open:
        checker.report(
            "not-writable",
            node.span,
            f"`add` needs a list, and {shown} is a text.",
            f"Write {code(f'set {node.span.text} = ...')}.",
        )
        return None
    return path


def _editable(checker: Checker, node: nodes.Expression | None) -> Path | None:
    if node is None:
        return _CONTENT
    found = _path(checker, node, "not-editable", _EDITABLE)
    if found is None:
        return None
    fact, path = found
    if fact.editable:
        return path
    checker.report("not-editable", node.span, f"A rule can read {code(node.span.text)}, and not edit it.", _EDITABLE)
    return None


def _path(checker: Checker, node: nodes.Expression, slug: str, help: str) -> tuple[Fact, Path] | None:
    """The fact that an action's path leads to, and the path with its keys."""
    if isinstance(node, nodes.Broken):
        return None
    root, steps = paths.unwind(node)
    found = paths.fact_of(root.value, steps) if isinstance(root, nodes.Name) else None
    shown = code(node.span.text)
    if found is None:
        assert isinstance(root, nodes.Name)
        _report_no_path(checker, node, root, steps, slug, help)
        return None
    fact, rest = found
    if not fact.open and rest:
        near = did_you_mean(f"{fact.name}.{rest[0].key}", FACTS)
        checker.report("unknown-name", node.span, f"{code(fact.name)} has no part {code(str(rest[0].key))}.", near)
        return None
    keys = [step.key for step in rest]
    if fact.open and not keys:
        checker.report(
            slug, node.span, f"{shown} as a whole can't be changed, only what is in it.", f"Name a key: {code(fact.name + '.KEY')}."
        )
        return None
    if any(not isinstance(key, str) for key in keys):
        checker.report(slug, node.span, "An element of a list can't be changed by its number.", "Name the list itself.")
        return None
    if fact.name == "attributes" and len(keys) > 1:
        checker.report(
            slug, node.span, "An attribute is a list of texts, with nothing inside.", f"Write {code(f'attributes.{keys[0]}')}."
        )
        return None
    return fact, (*fact.name.split("."), *(str(key) for key in keys))


def _report_no_path(
    checker: Checker, node: nodes.Expression, root: nodes.Name, steps: tuple[paths.Step, ...], slug: str, help: str
) -> None:
    shown = node.span.text
    if root.value in checker.names.values():
        checker.report(slug, node.span, f"{code(root.value)} is a name of the policy, and no part of the message.", help)
    elif any(fact.startswith(f"{root.value}.") for fact in FACTS):
        written = f"{root.value}.{steps[0].key}" if steps else root.value
        near = did_you_mean(written, FACTS) or help
        checker.report("unknown-name", node.span, f"A message has no {code(shown)}.", near)
    else:
        roots = [*FACTS, *(fact.split(".")[0] for fact in FACTS)]
        checker.report("unknown-name", root.span, f"A message has no {code(root.value)}.", did_you_mean(root.value, roots) or help)


# Each kind of action


def _deny(checker: Checker, node: nodes.Deny) -> Row | None:
    return ("deny", None if node.reason is None else checker.value(node.reason))


def _finders(checker: Checker, nodes_: Sequence[nodes.Expression]) -> tuple[int, ...] | None:
    found = [checker.finder(node) for node in nodes_]
    known = tuple(index for index in found if index is not None)
    return known if len(known) == len(found) else None


def _mask(checker: Checker, node: nodes.Mask) -> Row | None:
    finders, path = _finders(checker, node.finders), _editable(checker, node.path)
    if node.character is not None and (problem := mask_problem(node.character.value)) is not None:
        checker.report(
            "bad-argument", node.character.span, problem, 'Write one, such as `with "•"`, or use `replace` for a longer text.'
        )
    if node.keeping is not None and node.keeping.count < 1:
        side = node.keeping.side
        checker.report(
            "bad-argument",
            node.keeping.span,
            "`keeping` keeps at least one character.",
            f"Write {code(f'keeping {side} 4')}, or leave it out.",
        )
    if finders is None or path is None:
        return None
    keeping = None if node.keeping is None else (node.keeping.side, node.keeping.count)
    return ("mask", finders, path, None if node.character is None else node.character.value, keeping)


def _replace(checker: Checker, node: nodes.Replace) -> Row | None:
    finders, path = _finders(checker, node.finders), _editable(checker, node.path)
    with checker.match_fields(finding.fields_of_all(checker, finders or ())):
        replacement = checker.value(node.replacement)
    return None if finders is None or path is None else ("replace", finders, path, replacement)


def _remove(checker: Checker, node: nodes.Remove) -> Row | None:
    finders, path = _finders(checker, node.finders), _editable(checker, node.path)
    return None if finders is None or path is None else ("remove", finders, path)


def _append(checker: Checker, node: nodes.Append) -> Row | None:
    return ("append", checker.value(node.text))


def _prepend(checker: Checker, node: nodes.Prepend) -> Row | None:
    return ("prepend", checker.value(node.text))


def _set(checker: Checker, node: nodes.Set) -> Row | None:
    path, value = _writable(checker, node.path, "set"), checker.value(node.value)
    if path is None or not _can_hold(checker, node.path, path, node.value, value):
        return None
    return ("set", path, value)


def _unset(checker: Checker, node: nodes.Unset) -> Row | None:
    path = _writable(checker, node.path, "unset")
    return None if path is None else ("unset", path)


def _add(checker: Checker, node: nodes.Add) -> Row | None:
    path, value = _writable(checker, node.path, "add"), checker.value(node.value)
    if path is None or not _can_hold(checker, node.path, path, node.value, value):
        return None
    return ("add", value, path)


def _can_hold(checker: Checker, target: nodes.Expression, path: Path, written: nodes.Expression, value: Typed) -> bool:
    """Whether a value fits where it is to go."""
    shown = code(target.span.text)
    if path[0] == "metadata":
        return True
    if path[0] == "attributes" and value.operation == "list":
        fitting = all(fits(item.type, TEXT) for item in value.arguments[0])
    else:
        fitting = fits(value.type, TEXT) or (path[0] == "attributes" and fits(value.type, ATTRIBUTE_VALUE))
    if not fitting:
        what = "a text or a list of texts" if path[0] == "attributes" else "a text"
        template = quoted(written.span.text if value.operation in {"const", "decimal"} else "{" + written.span.text + "}")
        help = None if value.type.name == "list" else f"Write {template}."
        checker.report("type-mismatch", written.span, f"{shown} is {what}, and this is {a_type(value.type)}.", help)
        return False
    if path == ("push", "type") and value.operation == "const" and value.arguments[0] not in _PUSH_TYPES:
        help = did_you_mean(value.arguments[0], _PUSH_TYPES) or 'Write "DEFAULT" or "VOIP".'
        checker.report("bad-argument", written.span, "A push notification is of type DEFAULT or VOIP.", help)
        return False
    if path == _CONTENT and value.operation == "const" and not value.arguments[0].strip():
        checker.report("bad-argument", written.span, "A message can't be left without content.", "Write `deny`, or another text.")
        return False
    return True


def _label(checker: Checker, node: nodes.SetLabel) -> Row | None:
    check_label(checker, node.who, node.name)
    duration = None
    if node.duration is not None:
        duration = milliseconds(node.duration)
        if duration <= 0:
            help = f"Write a duration such as `1h`, or {code(f'unlabel {node.who.value} {node.name.span.text}')} to take it away."
            checker.report("bad-argument", node.duration.span, "A label lasts longer than no time at all.", help)
    return ("label", node.who.value, node.name.value, duration)


def _unlabel(checker: Checker, node: nodes.Unlabel) -> Row | None:
    check_label(checker, node.who, node.name)
    return ("unlabel", node.who.value, node.name.value)


def _report(checker: Checker, node: nodes.Report) -> Row | None:
    if isinstance(node.queue, nodes.Text) and not node.queue.value.strip():
        checker.report(
            "bad-argument", node.queue.span, "A review queue needs a name.", 'Write one between the quotes, such as "moderators".'
        )
    return ("report", checker.value(node.queue), node.redacted)


_Check = Callable[[Any, Any], Row | None]

_CHECKS: Final[dict[type[nodes.Node], _Check]] = {
    nodes.Deny: _deny,
    nodes.Mask: _mask,
    nodes.Replace: _replace,
    nodes.Remove: _remove,
    nodes.Append: _append,
    nodes.Prepend: _prepend,
    nodes.Set: _set,
    nodes.Unset: _unset,
    nodes.Add: _add,
    nodes.SetLabel: _label,
    nodes.Unlabel: _unlabel,
    nodes.Report: _report,
}
