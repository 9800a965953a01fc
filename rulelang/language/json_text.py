"""JSON that keeps every number and key as it came: reading for conditions, and edits on the text itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rulelang.language.values import MISSING, render, same

DEEPEST: Final = 128
"""Arrays and objects nested deeper than this are not read: such a text reads as missing."""

LARGEST_EXPONENT: Final = 9_999
"""A text with a number beyond 10**9999, or closer to 0 than 10**-9999, reads as missing."""

Path = Sequence[str]
"""The names of members, from the root; never empty. An element of a list is not edited by its number."""


# Reading


def read(text: str) -> Any:
    """The value of a JSON text (RFC 8259); MISSING for what is none, or beyond `DEEPEST` or `LARGEST_EXPONENT`. Never raises.

    Integers are exact, other numbers `Decimal` as written. Of members with one name the last counts, as in browsers.
    """
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        return MISSING
    try:
        return _DECODER.decode(text)
    except ValueError:
        if not _LONG_DIGITS.search(text):
            return MISSING
    except (RecursionError, InvalidOperation):
        return MISSING
    try:
        return _LONG_NUMBER_DECODER.decode(text)
    except (ValueError, RecursionError, InvalidOperation):
        return MISSING


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError("the number is out of range")
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(parse_float=_decimal, parse_constant=_refuse)
# Python refuses to make an int of more than 4,300 digits from text; such an integer becomes an exact Decimal.
_LONG_NUMBER_DECODER: Final = json.JSONDecoder(parse_float=_decimal, parse_int=_decimal, parse_constant=_refuse)
_LONG_DIGITS: Final = re.compile(r"[0-9]{600}")

_NESTING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _NESTING.finditer(text):
        mark = found.group()
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


# Writing

_ESCAPED_TOO: Final = re.compile("[\u0085\u2028\u2029\ud800-\udfff]")
"""What JSON may hold as it is, but a line-wise reader or UTF-8 can't."""


def dump(value: Any) -> str:
    """A value of the language as compact JSON text without line breaks; durations and times become texts."""
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        return _ESCAPED_TOO.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return render(value)
    if isinstance(value, timedelta | datetime):
        return dump(render(value))
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{dump(key)}:{dump(item)}" for key, item in value.items()) + "}"
    raise TypeError(f"no JSON value: {type(value).__name__}")


# The text as a tree


class Node:
    """A part of a JSON text. `start` and `end` are its place in the text; `raw` is a scalar as written.

    `members` (objects) hold each name once, at the place where it came first and with the value that came last, and its
    name as written.
    """

    __slots__ = ("end", "items", "members", "raw", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.raw: str | None = None
        self.members: dict[str, tuple[str, Node]] | None = None
        self.items: list[Node] | None = None

    @property
    def text(self) -> str | None:
        """The text that this part is, if it is one."""
        if self.raw is None or not self.raw.startswith('"'):
            return None
        value: str = json.loads(self.raw)
        return value

    def child(self, name: str) -> Node | None:
        """The member of that name, if this is an object that has it."""
        found = self.members.get(name) if self.members is not None else None
        return found[1] if found else None


_SPACE: Final = re.compile(r"[ \t\n\r]*")
_SCALAR: Final = re.compile(
    r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|true|false|null"
)


def parse(text: str) -> Node | None:
    """The tree of a JSON text, however deep; None for what is no JSON. Never raises."""
    open_nodes: list[Node] = []
    names: list[tuple[str, str]] = []
    position = _after_space(text, 0)
    while True:
        # A value begins here.
        node = Node(position)
        mark = text[position : position + 1]
        if mark in {"[", "{"}:
            if mark == "[":
                node.items = []
            else:
                node.members = {}
            position = _after_space(text, position + 1)
            open_nodes.append(node)
            if text[position : position + 1] != ("]" if mark == "[" else "}"):
                if mark == "{":
                    named = _name(text, position)
                    if named is None:
                        return None
                    names.append(named[0])
                    position = named[1]
                continue
        else:
            found = _SCALAR.match(text, position)
            if found is None:
                return None
            node.raw, node.end = found.group(), found.end()
            position = _after_space(text, found.end())
            if not open_nodes:
                return node if position == len(text) else None
            _put(open_nodes[-1], node, names)
        # A value has ended, or an empty array or object is to be closed.
        while True:
            parent = open_nodes[-1]
            mark = text[position : position + 1]
            if mark == ",":
                position = _after_space(text, position + 1)
                if parent.members is not None:
                    named = _name(text, position)
                    if named is None:
                        return None
                    names.append(named[0])
                    position = named[1]
                break
            if mark != ("]" if parent.members is None else "}"):
                return None
            parent.end = position + 1
            position = _after_space(text, position + 1)
            open_nodes.pop()
            if not open_nodes:
                return parent if position == len(text) else None
            _put(open_nodes[-1], parent, names)


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    assert found is not None
    return found.end()


def _name(text: str, position: int) -> tuple[tuple[str, str], int] | None:
    """A member's name, decoded and as written, and where its value begins."""
    found = _SCALAR.match(text, position)
    if found is None or not found.group().startswith('"'):
        return None
    position = _after_space(text, found.end())
    if text[position : position + 1] != ":":
        return None
    return (json.loads(found.group()), found.group()), _after_space(text, position + 1)


def _put(parent: Node, node: Node, names: list[tuple[str, str]]) -> None:
    if parent.items is not None:
        parent.items.append(node)
    else:
        assert parent.members is not None
        name, written = names.pop()
        parent.members[name] = (written, node)


def _written(root: Node) -> str:
    """The tree as compact JSON; not recursive, as a client's text may be nested without end."""
    parts: list[str] = []
    stack: list[str | Node] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item.raw is not None:
            parts.append(item.raw)
        elif item.items is not None:
            parts.append("[")
            stack.append("]")
            stack.extend(_reversed_with_commas([[element] for element in item.items]))
        else:
            assert item.members is not None
            parts.append("{")
            stack.append("}")
            stack.extend(_reversed_with_commas([[written + ":", node] for written, node in item.members.values()]))
    return "".join(parts)


def _reversed_with_commas(groups: Sequence[Sequence[str | Node]]) -> Iterator[str | Node]:
    for index in range(len(groups) - 1, -1, -1):
        yield from reversed(groups[index])
        if index:
            yield ","


# Edits


class EditError(Exception):
    """An edit that can't be made; the message says why, as the end of a sentence."""


class Document:
    """A JSON object under edits. What no edit touches stays as it came, but for white space between the parts.

    The text is rewritten only where an edit changes its value: otherwise `text()` is what came, byte for byte.
    """

    def __init__(self, text: str) -> None:
        """Raises EditError where `text` is not a JSON object. Nothing, white space alone, and `null` are an empty object."""
        self._source = text
        self._changed = False
        root = parse(text) if text.strip(" \t\n\r") else _made({})
        if root is not None and root.raw == "null":
            root = _made({})
        if root is None or root.members is None:
            raise EditError("what the client sent is not a JSON object")
        self._root = root

    def text(self) -> str:
        """The text as edited."""
        return _written(self._root) if self._changed else self._source

    def set(self, path: Path, value: Any) -> None:
        """Puts `value` at `path`; makes the objects on its way, and raises EditError at a step through anything else."""
        members = self._members(path)
        there = members.get(path[-1])
        if there is None:
            members[path[-1]] = (dump(path[-1]), _made(value))
            self._changed = True
        elif not _is(there[1], value):
            members[path[-1]] = (there[0], _made(value))
            self._changed = True

    def unset(self, path: Path) -> None:
        """Takes away what is at `path`, if anything is there."""
        parent = self._find(path[:-1])
        if parent is not None and parent.members is not None and path[-1] in parent.members:
            del parent.members[path[-1]]
            self._changed = True

    def add(self, path: Path, value: Any) -> None:
        """Appends `value`, or each element of a list, to the list at `path`, unless it is there already.

        Makes the list and the objects on its way; raises EditError at a step through anything else, and where there is no list.
        """
        there = self._find(path)
        if there is not None and there.items is None:
            raise EditError(f"{'.'.join(path)} is there, and is not a list")
        elements = value if isinstance(value, list | tuple) else (value,)
        if there is None and elements:
            members = self._members(path)
            there = _made([])
            members[path[-1]] = (dump(path[-1]), there)
        for element in elements:
            assert there is not None
            assert there.items is not None
            if not any(_is(item, element) for item in there.items):
                there.items.append(_made(element))
                self._changed = True

    def texts(self, path: Path) -> list[tuple[Node, str]]:
        """The text at `path`, or each text in the list there, with its place for `rewrite`."""
        node = self._find(path)
        places = [] if node is None else [node] if node.items is None else node.items
        return [(place, text) for place in places if (text := place.text) is not None]

    def rewrite(self, place: Node, text: str) -> None:
        """Puts another text at a place that `texts` gave."""
        if place.text != text:
            place.raw = dump(text)
            self._changed = True

    def _find(self, path: Path) -> Node | None:
        node: Node | None = self._root
        for key in path:
            node = node.child(key) if node is not None else None
        return node

    def _members(self, path: Path) -> dict[str, tuple[str, Node]]:
        """The members of the object that holds the end of `path`."""
        node = self._root
        for depth, name in enumerate(path[:-1]):
            if node.members is None:
                raise EditError(_through(path[:depth]))
            if name not in node.members:
                node.members[name] = (dump(name), _made({}))
            node = node.members[name][1]
        if node.members is None:
            raise EditError(_through(path[:-1]))
        return node.members


def _through(path: Path) -> str:
    return f"{'.'.join(path)} is there, and is not an object"


def _made(value: Any) -> Node:
    node = parse(dump(value))
    assert node is not None
    return node


def _is(node: Node, value: Any) -> bool:
    there, wanted = read(_written(node)), read(dump(value))
    return there is not MISSING and wanted is not MISSING and same(there, wanted)
