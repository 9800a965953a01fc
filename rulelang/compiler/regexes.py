"""Patterns at compile time: refused with help, or made into the bundle's row; and what can be known of them without a text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, Final

import re2

from rulelang.compiler import regex_tree
from rulelang.compiler.regex_tree import Alternation, Assertion, Atom, Concatenation, Group, Repetition, Tree
from rulelang.language.finders import alphabets

LARGEST_PROGRAM: Final = 20_000
"""The most instructions of a program; `(?:\\w{100}){100}` is refused, for its cost would come with each message."""

_OWN_FIELDS: Final = ("text", "start", "length")


class RegexError(Exception):
    """A pattern that can't be used: `slug` of the catalogue, a sentence, help, and where in the pattern (code points)."""

    def __init__(self, slug: str, message: str, help: str | None = None, offset: int = 0) -> None:
        super().__init__(message)
        self.slug = slug
        self.message = message
        self.help = help
        self.offset = offset


# What RE2 refuses because other engines have it: a sign in the pattern, a sentence, help.
_HINTS: Final = (
    (
        r"\(\?<?[=!]",
        "Look-around is not part of the linear-time syntax.",
        "Use `\\b` at the edges of a word, or match more and filter with `where`.",
    ),
    (r"\\(?:[1-7](?![0-7])|[89])", "A back-reference is not part of the linear-time syntax.", "Write out what may repeat."),
    (r"\\Z", "`\\Z` is not known.", "Write `\\z` or `$` for the end of the text."),
    (r"\\u[0-9A-Fa-f]{4}", "`\\u` is not known.", "Write `\\x{1F600}` with the code point in braces."),
    (r"\(\?#", "A comment can't stand inside a pattern.", "Put it after `#` at the end of the line."),
    (r"\(\?[imsU-]*x", "The flag x is not known.", "Write the pattern without free spacing."),
    (
        r"\(\?>|(?:[*+?]|\{\d+(?:,\d*)?\})\+",
        "Possessive and atomic groups are not known, nor needed: the time is linear anyway.",
        "Leave the extra `+` or `?>` away.",
    ),
    (r"\\[hRXKGe]", "This escape is not known.", "Use `[ \\t]` for blanks, `\\r?\\n` for line breaks."),
)

# What RE2 says, and what that means.
_MEANINGS: Final = (
    ("missing ):", "A `(` is never closed.", "Add the `)`, or write `\\(` for the character."),
    ("unexpected ):", "A `)` closes nothing.", "Leave it away, or write `\\)` for the character."),
    ("missing ]:", "A `[` is never closed.", "Add the `]`, or write `\\[` for the character."),
    (
        "no argument for repetition operator:",
        "A repetition has nothing to repeat.",
        "Write `\\*`, `\\+` or `\\?` for the character.",
    ),
    ("bad repetition operator:", "Two repetitions follow each other.", "Put the first into `(?:...)`."),
    ("invalid repetition size:", "A repetition is too large.", "Repeat at most 1,000 times."),
    (
        "invalid character class range:",
        "A class is not known, or a range runs backwards.",
        "Ranges go from the lower character to the higher.",
    ),
    ("invalid escape sequence:", "An escape is not known.", "Escape only punctuation, and use `\\x{...}` for other characters."),
    ("trailing \\", "The pattern ends with a backslash.", "Write `\\\\` for the character itself."),
    ("invalid named capture group:", "The name of a group is no name.", "Write `(?P<name>...)` with letters, digits and `_`."),
    ("duplicate capture group name", "Two groups have the same name.", "Give each group a name of its own."),
    ("pattern too large", "The pattern is too large.", "Write smaller counts, or split it into several patterns."),
)


def check_syntax(pattern: str, flags: str) -> Tree:
    """The tree of a pattern; raises RegexError where RE2 refuses it or the language does."""
    prefix = f"(?{flags})" if flags else ""
    try:
        alphabets.compile_program(prefix + pattern)
    except re2.error as error:
        raise _explained(error, pattern, prefix) from None
    except UnicodeEncodeError:
        raise RegexError(
            "bad-regex", "The pattern holds half of a surrogate pair.", "Write `\\x{...}` with the whole code point."
        ) from None
    tree = regex_tree.parse(pattern, flags)
    if any(isinstance(node, Atom) and r"\C" in node.items for node in walk(tree)):
        message = r"`\C` matches a byte, and patterns see characters."
        raise RegexError("bad-regex", message, "Write `(?s:.)` for any character.", max(0, pattern.find(r"\C")))
    return tree


def _in_brackets(pattern: str, offset: int) -> bool:
    inside = False
    index = 0
    while index < offset:
        char = pattern[index]
        if char == "\\":
            index += 1
        elif char == "[" and not inside:
            inside = True
            # A `]` that comes first is a character.
            if pattern.startswith("^", index + 1):
                index += 1
            if pattern.startswith("]", index + 1):
                index += 1
        elif char == "]":
            inside = False
        index += 1
    return inside


def _explained(error: Exception, pattern: str, prefix: str) -> RegexError:
    raw = error.args[0] if error.args else b""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    culprit = text.partition(": ")[2].removeprefix(prefix)
    offset = max(0, pattern.find(culprit)) if culprit else 0
    for sign, message, help_ in _HINTS:
        found = re.search(r"(?<!\\)(?:\\\\)*(" + sign + ")", pattern)
        if found and not _in_brackets(pattern, found.start(1)):
            return RegexError("bad-regex", message, help_, found.start(1))
    for start, message, help_ in _MEANINGS:
        if text.startswith(start):
            return RegexError("bad-regex", message, help_, offset)
    return RegexError("bad-regex", f"The pattern can't be compiled: {text.removesuffix('.')}.", None, offset)


def prepare(name: str, pattern: str, flags: str) -> dict[str, Any]:
    """The bundle's row of a pattern; raises RegexError.

    `ascii` is the program for ASCII texts; `template` and `atoms` make the programs for others, see `alphabets`; `groups` are the
    named groups, `group_numbers` which of the groups they are; `literals` are texts of which any match holds one, letter case
    folded (None: there are none).
    """
    tree = check_syntax(pattern, flags)
    groups = _group_names(tree)
    writer = _Writer()
    writer.write(tree)
    atoms = [atom.row() for atom in writer.atoms]
    program = alphabets.ascii_program(writer.template, atoms)
    try:
        size = alphabets.compile_program(program).programsize
    except re2.error:
        size = LARGEST_PROGRAM + 1
    if size > LARGEST_PROGRAM:
        raise RegexError(
            "bad-regex",
            "The pattern is too large: its repetitions multiply.",
            "Write smaller counts, or `+` and `*` in their place.",
        )
    boundaries = any(isinstance(node, Assertion) and node.source in (r"\b", r"\B") for node in walk(tree))
    if boundaries and _is_crowded(writer.template, atoms):
        raise RegexError(
            "unsupported-boundary",
            "The pattern tells so many letters apart that `\\b` can't keep its Unicode meaning.",
            "Split it into several patterns and join them with `any of (...)`.",
            max(0, pattern.find("\\b")),
        )
    literals = required_literals(tree)
    return {
        "kind": "pattern",
        "name": name,
        "pattern": pattern,
        "flags": flags,
        "groups": list(groups),
        "group_numbers": list(groups.values()),
        "literals": None if literals is None else list(literals),
        "ascii": program,
        "template": writer.template,
        "atoms": atoms,
        "boundaries": boundaries,
    }


def _group_names(tree: Tree) -> dict[str, int]:
    """The named groups, and their numbers."""
    names: dict[str, int] = {}
    for number, node in enumerate((node for node in walk(tree) if isinstance(node, Group)), 1):
        if node.name is None:
            continue
        if node.name in _OWN_FIELDS:
            raise RegexError(
                "bad-regex",
                f"The group `{node.name}` has the name of a field that every match has.",
                f"Give it another name, such as `{node.name}_part`.",
                node.offset,
            )
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", node.name):
            raise RegexError(
                "bad-regex",
                f"The group `{node.name}` has a name that a field can't have.",
                "Write the name with the letters a-z, digits and `_`.",
                node.offset,
            )
        if node.name in names:
            raise RegexError(
                "bad-regex", f"Two groups have the name `{node.name}`.", "Give each group a name of its own.", node.offset
            )
        names[node.name] = number
    return names


def _is_crowded(template: list[str | int], atoms: list[list[Any]]) -> bool:
    """Whether the pattern's own characters, and one of each sort besides, need more word symbols than there are."""
    alphabet = alphabets.Alphabet(template, atoms, True)
    chars = set(map(chr, range(128))) | set("éßªı٣Ⅷя中あก्‿²½“ 👍\u0301\u200d\u0915")
    for atom in atoms:
        for item in atom[2:]:
            if isinstance(item, list):
                for code in (item[0] - 1, *item, item[1] + 1):
                    if 0 <= code <= 0x10FFFF:
                        chars.update(alphabets.orbit(chr(code)))
    "".join(sorted(chars)).translate(alphabet)
    return alphabet.crowded


class _Writer:
    """Writes a tree as a template: RE2's syntax, with a number for each atom."""

    def __init__(self) -> None:
        self.template: list[str | int] = []
        self.atoms: list[Atom] = []
        self._numbers: dict[Atom, int] = {}

    def _text(self, text: str) -> None:
        if self.template and isinstance(self.template[-1], str):
            self.template[-1] += text
        else:
            self.template.append(text)

    def write(self, tree: Tree) -> None:
        match tree:
            case Atom():
                if tree not in self._numbers:
                    self._numbers[tree] = len(self.atoms)
                    self.atoms.append(tree)
                self.template.append(self._numbers[tree])
            case Assertion(source):
                self._text(source)
            case Concatenation(parts):
                for part in parts:
                    self._enclosed(part) if isinstance(part, Alternation) else self.write(part)
            case Alternation(choices):
                for number, choice in enumerate(choices):
                    if number:
                        self._text("|")
                    self.write(choice)
            case Group(body, _, _):
                self._text("(")
                self.write(body)
                self._text(")")
            case Repetition(body, least, most, lazy):
                self._enclosed(body)
                bounds = f"{{{least},{'' if most is None else most}}}" if most != least else f"{{{least}}}"
                self._text({(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most), bounds) + "?" * lazy)

    def _enclosed(self, tree: Tree) -> None:
        self._text("(?:")
        self.write(tree)
        self._text(")")


def walk(tree: Tree) -> Iterator[Tree]:
    """The node and all nodes under it, in the order of the pattern."""
    yield tree
    match tree:
        case Concatenation(parts) | Alternation(parts):
            for part in parts:
                yield from walk(part)
        case Group(body, _, _) | Repetition(body, _, _, _):
            yield from walk(body)
        case _:
            pass


def can_match_empty(tree: Tree) -> bool:
    """Whether the empty text may be a match somewhere."""
    match tree:
        case Atom():
            return False
        case Assertion():
            return True
        case Concatenation(parts):
            return all(map(can_match_empty, parts))
        case Alternation(choices):
            return any(map(can_match_empty, choices))
        case Group(body, _, _):
            return can_match_empty(body)
        case Repetition(body, least, _, _):
            return least == 0 or can_match_empty(body)


SHORTEST_LITERAL: Final = 2
"""A shorter text is found in nearly every message, so it is no help in finding the pattern."""

_MOST_TEXTS: Final = 16
_LONGEST_TEXT: Final = 32


def required_literals(tree: Tree) -> tuple[str, ...] | None:
    """Texts of which every match holds at least one; None where no such texts are long enough to help.

    They are case-folded (`str.casefold`), and are to be looked for in the case-folded text, whatever the pattern's own flags: then
    `ſ` and the Kelvin sign are found too.
    """
    exact, required = _literals(tree)
    best = _best(exact, required)
    if best is None or min(map(len, best)) < SHORTEST_LITERAL:
        return None
    # A text that holds another one of them says nothing more.
    return tuple(sorted(text for text in best if not any(other != text and other in text for other in best)))


_Texts = frozenset[str] | None


def _best(*candidates: _Texts) -> _Texts:
    useful = [texts for texts in candidates if texts and min(map(len, texts)) > 0]
    return max(useful, key=lambda texts: (min(map(len, texts)), -len(texts)), default=None)


def _literals(tree: Tree) -> tuple[_Texts, _Texts]:
    """All that the tree can match (None: too much to list), and texts of which any match holds one (None: not known)."""
    match tree:
        case Atom():
            return _letters(tree), None
        case Assertion():
            return frozenset({""}), None
        case Group(body, _, _):
            return _literals(body)
        case Alternation(choices):
            return _alternatives([_literals(choice) for choice in choices])
        case Concatenation(parts):
            return _sequence([_literals(part) for part in parts])
        case Repetition(body, least, most, _):
            exact, required = _literals(body)
            if (least, most) == (0, 1):
                return (exact | {""} if exact is not None else None), None
            if least == 0:
                return None, None
            if least == most and least <= 8:
                return _sequence([(exact, required)] * least)
            # What comes first is surely there `least` times in a row.
            repeated, known = _sequence([(exact, required)] * min(least, 8))
            return None, _best(repeated, known)


def _letters(atom: Atom) -> _Texts:
    if atom.negated or not all(isinstance(item, tuple) for item in atom.items):
        return None
    codes = list(itertools.islice((code for first, last in atom.items for code in range(first, last + 1)), 9))
    if len(codes) > 8:
        return None
    chars = {char for code in codes for char in (alphabets.orbit(chr(code)) if atom.any_case else chr(code))}
    return frozenset(char.casefold() for char in chars)


def _alternatives(found: list[tuple[_Texts, _Texts]]) -> tuple[_Texts, _Texts]:
    exact: set[str] | None = set()
    required: set[str] | None = set()
    for texts, known in found:
        exact = None if exact is None or texts is None else exact | texts
        best = _best(texts, known)
        required = None if required is None or best is None else required | best
    if exact is not None and len(exact) > _MOST_TEXTS:
        exact = None
    return (None if exact is None else frozenset(exact)), (None if required is None else frozenset(required))


def _sequence(found: list[tuple[_Texts, _Texts]]) -> tuple[_Texts, _Texts]:
    candidates: list[_Texts] = []
    running: frozenset[str] = frozenset({""})
    whole = True
    for texts, known in found:
        candidates.append(known)
        joined = None if texts is None else frozenset(left + right for left in running for right in texts)
        if joined is not None and len(joined) <= _MOST_TEXTS and max(map(len, joined)) <= _LONGEST_TEXT:
            running = joined
            continue
        whole = False
        candidates.append(running)
        running = texts if texts is not None and len(texts) <= _MOST_TEXTS else frozenset({""})
    if whole:
        return running, _best(*candidates)
    return None, _best(*candidates, running)
