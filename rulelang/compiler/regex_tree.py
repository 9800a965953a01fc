"""Regular expressions as trees: a parser for the syntax that RE2 accepts; RE2 itself has refused the rest before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Atom:
    """Something that matches one character: `[negated, any case, item...]` as `alphabets.has` reads it."""

    items: tuple[Any, ...]
    negated: bool = False
    any_case: bool = False

    def row(self) -> list[Any]:
        """The atom as JSON."""
        return [int(self.negated), int(self.any_case), *(list(item) if isinstance(item, tuple) else item for item in self.items)]

    @property
    def literal(self) -> str | None:
        """The character, where only one (or that one in any case) matches."""
        if not self.negated and len(self.items) == 1 and isinstance(self.items[0], tuple) and self.items[0][0] == self.items[0][1]:
            return chr(self.items[0][0])
        return None


@dataclass(frozen=True, slots=True)
class Assertion:
    """A position, written as RE2 writes it whatever the flags: `\\b`, `\\B`, `\\A`, `\\z`, `(?m:^)`, `(?m:$)`."""

    source: str


@dataclass(frozen=True, slots=True)
class Concatenation:
    """One after the other; empty for the empty text."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """One of these, the earlier first."""

    choices: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repetition:
    """`most` is None where there is no end."""

    body: Tree
    least: int
    most: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group; `name` is None where it has none."""

    body: Tree
    name: str | None
    offset: int


Tree = Atom | Assertion | Concatenation | Alternation | Repetition | Group

_CONTROLS: Final = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_POSIX: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    name: tuple((ord(first), ord(last)) for first, last in ranges)
    for name, ranges in {
        "alnum": (("0", "9"), ("A", "Z"), ("a", "z")),
        "alpha": (("A", "Z"), ("a", "z")),
        "ascii": (("\x00", "\x7f"),),
        "blank": (("\t", "\t"), (" ", " ")),
        "cntrl": (("\x00", "\x1f"), ("\x7f", "\x7f")),
        "digit": (("0", "9"),),
        "graph": (("!", "~"),),
        "lower": (("a", "z"),),
        "print": ((" ", "~"),),
        "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
        "space": (("\t", "\r"), (" ", " ")),
        "upper": (("A", "Z"),),
        "word": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
        "xdigit": (("0", "9"), ("A", "F"), ("a", "f")),
    }.items()
}
"""The classes of POSIX, which are ASCII by definition."""


def parse(pattern: str, flags: str) -> Tree:
    """The tree of a pattern that RE2 accepts; `flags` are letters of `i`, `s`, `m`."""
    return _Parser(pattern).parse(frozenset(flags))


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def parse(self, flags: frozenset[str]) -> Tree:
        tree = self._alternation(flags)
        assert self.at == len(self.pattern), self.pattern
        return tree

    def _peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        if self._peek(text):
            self.at += len(text)
            return True
        return False

    def _until(self, end: str) -> str:
        """The text up to `end`, which is taken too (or up to the pattern's own end)."""
        stop = self.pattern.find(end, self.at)
        stop = len(self.pattern) if stop < 0 else stop
        text = self.pattern[self.at : stop]
        self.at = min(len(self.pattern), stop + len(end))
        return text

    def _alternation(self, flags: frozenset[str]) -> Tree:
        choices: list[Tree] = []
        parts: list[Tree] = []
        while self.at < len(self.pattern) and not self._peek(")"):
            if self._take("|"):
                choices.append(_concatenation(parts))
                parts = []
                continue
            if self._peek("(?"):
                changed = self._inline_flags(flags)
                if changed is not None:
                    flags = changed
                    continue
            if self._take("\\Q"):
                literals = [self._char(char, flags) for char in self._until("\\E")]
                # A repetition after \Q..\E is about its last character.
                parts.extend(literals[:-1])
                if literals:
                    parts.append(self._repeated(literals[-1], flags))
                continue
            parts.append(self._repeated(self._element(flags), flags))
        choices.append(_concatenation(parts))
        return choices[0] if len(choices) == 1 else Alternation(tuple(choices))

    def _inline_flags(self, flags: frozenset[str]) -> frozenset[str] | None:
        """`(?i)`: the flags from here to the end of the group; None where something else stands here."""
        end = self.at + 2
        while end < len(self.pattern) and self.pattern[end] in "imsU-":
            end += 1
        if end >= len(self.pattern) or self.pattern[end] != ")":
            return None
        letters = self.pattern[self.at + 2 : end]
        self.at = end + 1
        return _changed(flags, letters)

    def _repeated(self, body: Tree, flags: frozenset[str]) -> Tree:
        while self.at < len(self.pattern):
            bounds = self._bounds()
            if bounds is None:
                break
            lazy = self._take("?") != ("U" in flags)
            body = Repetition(body, *bounds, lazy)
        return body

    def _bounds(self) -> tuple[int, int | None] | None:
        if self._take("*"):
            return 0, None
        if self._take("+"):
            return 1, None
        if self._take("?"):
            return 0, 1
        if not self._peek("{"):
            return None
        end = self.pattern.find("}", self.at)
        least, comma, most = self.pattern[self.at + 1 : end].partition(",")
        if end < 0 or not _is_number(least) or (most and not _is_number(most)):
            return None
        self.at = end + 1
        return int(least), (int(most) if most else None) if comma else int(least)

    def _element(self, flags: frozenset[str]) -> Tree:
        char = self.pattern[self.at]
        if char == "(":
            return self._group(flags)
        if char == "[":
            return self._class(flags)
        if char == "\\":
            return self._escape(flags)
        self.at += 1
        if char == ".":
            return Atom(((0, 0x10FFFF),)) if "s" in flags else Atom(((10, 10),), negated=True)
        if char == "^":
            return Assertion("(?m:^)" if "m" in flags else r"\A")
        if char == "$":
            return Assertion("(?m:$)" if "m" in flags else r"\z")
        return self._char(char, flags)

    def _char(self, char: str, flags: frozenset[str]) -> Atom:
        return Atom(((ord(char), ord(char)),), any_case="i" in flags)

    def _group(self, flags: frozenset[str]) -> Tree:
        offset = self.at
        self.at += 1
        name = None
        captures = True
        if self._take("?P<") or self._take("?<"):
            name = self._until(">")
        elif self._take("?"):
            captures = False
            flags = _changed(flags, self._until(":"))
        body = self._alternation(flags)
        self.at += 1
        return Group(body, name, offset) if captures else body

    def _escape(self, flags: frozenset[str]) -> Tree:
        if self._take("\\b"):
            return Assertion(r"\b")
        if self._take("\\B"):
            return Assertion(r"\B")
        if self._take("\\A"):
            return Assertion(r"\A")
        if self._take("\\z"):
            return Assertion(r"\z")
        item = self._escaped_item()
        # `(?i)\pL` is folded by RE2; the others hold both cases of each letter anyway.
        return Atom((item,), any_case="i" in flags)

    def _escaped_item(self) -> Any:
        """What an escape stands for, in or outside brackets: an item of an atom."""
        self.at += 1
        char = self.pattern[self.at]
        self.at += 1
        if char in "wWdDsSC":
            return "\\" + char
        if char in "pP":
            if self._take("{"):
                return f"\\{char}{{{self._until('}')}}}"
            self.at += 1
            return f"\\{char}{self.pattern[self.at - 1]}"
        code = ord(char)
        if char in _CONTROLS:
            code = ord(_CONTROLS[char])
        elif char == "x":
            if self._take("{"):
                code = int(self._until("}"), 16)
            else:
                code = int(self.pattern[self.at : self.at + 2], 16)
                self.at += 2
        elif char in "01234567":
            digits = char
            while len(digits) < 3 and self.at < len(self.pattern) and self.pattern[self.at] in "01234567":
                digits += self.pattern[self.at]
                self.at += 1
            code = int(digits, 8)
        return code, code

    def _class(self, flags: frozenset[str]) -> Atom:
        self.at += 1
        negated = self._take("^")
        items: list[Any] = []
        while not self._peek("]") or not items:
            if self._peek("[:") and (posix := self._posix()) is not None:
                items.extend(posix)
                continue
            first = self._class_item()
            if isinstance(first, tuple) and self._peek("-") and not self._peek("-]"):
                self.at += 1
                last = self._class_item()
                items.append((first[0], last[0]))
            else:
                items.append(first)
        self.at += 1
        return Atom(tuple(items), negated, "i" in flags)

    def _class_item(self) -> Any:
        if self._peek("\\"):
            return self._escaped_item()
        self.at += 1
        return ord(self.pattern[self.at - 1]), ord(self.pattern[self.at - 1])

    def _posix(self) -> list[tuple[int, int]] | None:
        end = self.pattern.find(":]", self.at)
        name = self.pattern[self.at + 2 : end].removeprefix("^") if end > 0 else ""
        if name not in _POSIX:
            return None
        negated = self.pattern[self.at + 2] == "^"
        self.at = end + 2
        return _complement(_POSIX[name]) if negated else list(_POSIX[name])


def _concatenation(parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Concatenation(tuple(parts))


def _changed(flags: frozenset[str], letters: str) -> frozenset[str]:
    on, _, off = letters.partition("-")
    return (flags | set(on)) - set(off)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _complement(ranges: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    found, following = [], 0
    for first, last in ranges:
        if first > following:
            found.append((following, first - 1))
        following = last + 1
    found.append((following, 0x10FFFF))
    return found
