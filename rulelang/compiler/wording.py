"""The words that messages to the author are made of: names of types, quoted code, suggestions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from rulelang.language.types import Type

_TYPES: Final = {
    "text": "a text",
    "host": "a host name",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "duration": "a duration",
    "time": "a time",
    "list": "a list",
    "text or list": "a text or a list",
    "JSON value": "a JSON value",
    "finder": "a finder",
    "match": "a match",
    "unknown": "a value",
}

_PLURALS: Final = {"text": "texts", "host": "host names", "number": "numbers", "boolean": "truth values", "duration": "durations"}


def a_type(type_: Type) -> str:
    """A type as it reads in a sentence: `a text`, `a list of numbers`."""
    if type_.element is not None and type_.element.name in _PLURALS:
        return f"a list of {_PLURALS[type_.element.name]}"
    return _TYPES[type_.name]


def beginning(words: str) -> str:
    """Words as a sentence begins with them."""
    return words[0].upper() + words[1:]


def code(text: str) -> str:
    """A piece of a program inside a sentence, on one line."""
    return "`" + " ".join(text.split()) + "`"


def literal(text: str) -> str:
    """A text between quotes."""
    return f'"{text}"'


def quoted(text: str) -> str:
    """A text literal inside a sentence."""
    return code(literal(text))


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` was most likely meant to be, or None: one that is spelled alike, or the only one it begins."""
    by_key: dict[str, str] = {}
    for candidate in sorted(candidates):
        by_key.setdefault(_key(candidate), candidate)
    wanted = _key(name)
    found = difflib.get_close_matches(wanted, by_key, n=1, cutoff=0.7)
    if not found and len(wanted) >= 3:
        begun = [key for key in by_key if key.startswith(wanted)]
        found = begun if len(begun) == 1 else []
    return by_key[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """`Did you mean ...?`, or None where nothing is close."""
    found = closest(name, candidates)
    return None if found is None else f"Did you mean {code(found)}?"


def choice(words: Iterable[str]) -> str:
    """`a`, `b` or `c`, each as code."""
    *most, last = [code(word) for word in words]
    return f"{', '.join(most)} or {last}" if most else last


def _key(name: str) -> str:
    return name.lower().replace(".", "_").replace("-", "_")
