"""Entries of word lists: what is wrong with them, and the keys they are found by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from rulelang.language import folding
from rulelang.language.finders import disguises, views

EXACTLY: Final = "exactly"
FOLDED: Final = "folded"
LOOSELY: Final = "loosely"

QUICK: Final = 0
CLOSER: Final = 1
PUNCTUATION: Final = 2

SIGHTS: Final[dict[str, tuple[str, ...]]] = {
    EXACTLY: (),
    FOLDED: ("folding",),
    LOOSELY: ("folding", "leet", "repeats", "separators"),
}
"""What each strength sees through."""

_REGEX_SIGNS: Final = re.compile(
    r"\\[bBdDsSwWnt.]|\.\*|\.\+|\[[^\]]+\][*+?]?|\(\?|\([^)]*\|[^)]*\)|\{\d+,?\d*\}|^\^.+\$$|\w[+?]\w|\w\|\w"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the entry at `index`; `slug` is a row of the catalogue of diagnostics."""

    index: int
    slug: str
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class Parts:
    """An entry taken apart: `core` is what stands between the stars."""

    core: str
    open_start: bool
    open_end: bool


def parts(entry: str) -> Parts:
    """Takes the stars off an entry's ends."""
    entry = entry.strip()
    core = entry.strip("*")
    return Parts(core.strip(), entry.startswith("*") and bool(core), entry.endswith("*") and bool(core))


def problems(entries: Sequence[str], strength: str) -> list[Problem]:
    """Everything that is wrong with the entries, in their order; duplicates and covered entries are another matter."""
    found = []
    for index, entry in enumerate(entries):
        problem = _problem(index, entry, strength)
        if problem is not None:
            found.append(problem)
    return found


def _problem(index: int, entry: str, strength: str) -> Problem | None:
    shape = parts(entry)
    if not entry.strip():
        return Problem(index, "bad-entry", "An entry is empty.", "Write a word or a phrase, or leave the entry out.")
    if not entry.strip().strip("*"):
        return Problem(
            index,
            "bad-entry",
            f"The entry `{entry}` is only stars.",
            "`*` stands for more letters of a word: write some of the word, such as `damn*`.",
        )
    if _REGEX_SIGNS.search(shape.core):
        return Problem(
            index,
            "bad-entry",
            f"The entry `{entry}` looks like a regular expression.",
            "An entry is a word or a phrase; write `pattern NAME = /.../` for a regular expression.",
        )
    if "*" in shape.core:
        return Problem(
            index,
            "bad-entry",
            f"The entry `{entry}` has a `*` inside.",
            "A `*` may only begin or end an entry; write the word in full (`loosely` sees through disguises), or a pattern.",
        )
    if (shape.open_start or shape.open_end) and not any(map(str.isalnum, shape.core)):
        return Problem(
            index,
            "bad-entry",
            f"The entry `{entry}` has a `*`, but no letters.",
            "`*` stands for more letters of a word; write a pattern to find signs that hold a star.",
        )
    if is_empty_after_folding(shape.core):
        return Problem(
            index,
            "impossible-entry",
            f"The entry `{entry}` has nothing left once invisible characters and accents are taken away, so it never matches.",
            "Write letters, digits, symbols or emoji.",
        )
    return _risk(index, entry, shape, strength)


def _risk(index: int, entry: str, shape: Parts, strength: str) -> Problem | None:
    letters = "".join(views.words(folding.fold(shape.core)))
    if not letters or any(views.kinds(letter) == "n" for letter in letters):
        return None
    if len(folding.fold(shape.core)) == 1:
        return Problem(
            index,
            "risky-entry",
            f"The entry `{entry}` is a single letter and will catch innocents.",
            "Write the whole word or phrase that is meant.",
        )
    if len(letters) <= 3 and (shape.open_start or shape.open_end):
        return Problem(
            index,
            "risky-entry",
            f"The entry `{entry}` catches every word with these {len(letters)} letters.",
            "Write the words that are meant, or a longer beginning.",
        )
    if len(letters) == 2 and strength == LOOSELY:
        return Problem(
            index,
            "risky-entry",
            f"The entry `{entry}` is two letters, and `loosely` finds them in many disguises.",
            "Put it into a list of its own that is `exactly`.",
        )
    return None


def is_empty_after_folding(entry: str) -> bool:
    """Whether nothing of an entry is left once it is folded."""
    return not folding.fold(parts(entry).core).strip()


def readings(core: str) -> list[str]:
    """The ways in which a text may fold an entry: look-alikes are judged by their surroundings, which an entry does not have."""
    plain, latin = core.translate(folding.tables().plain), core.translate(folding.tables().latin)
    found = [folding.fold(core), plain]
    if latin.isascii():
        found.append(latin)
    return [" ".join(reading.split()) for reading in dict.fromkeys(found) if reading.strip()]


def key_of(entry: str, strength: str) -> str:
    """What an entry comes to at a strength: two entries with one key catch the same."""
    shape = parts(entry)
    head, tail = "*" * shape.open_start, "*" * shape.open_end
    if strength == EXACTLY:
        return head + " ".join(case_folded(shape.core).split()) + tail
    reading = readings(shape.core)[0] if not is_empty_after_folding(entry) else ""
    if strength == LOOSELY:
        return head + next(iter(loose_readings(reading)), reading) + tail
    return head + reading + tail


def loose_readings(reading: str) -> list[str]:
    """The ways in which a closer look reads a folded entry, runs not yet squeezed; none for an entry without words."""
    if not views.words(reading):
        return []
    found: list[str] = [""]
    for token in reading.split():
        kinds = views.kinds(token)
        for piece in disguises.TOKEN.finditer(kinds):
            word = token[piece.start() : piece.end()]
            forms = [word] if piece.group().strip("an") == "" else disguises.decoded(word)
            found = [f"{text} {form}".strip() for text in found for form in forms][: disguises.MOST_READINGS]
    return [text for text in found if text]


def case_folded(text: str) -> str:
    """`text` with letter case undone and nothing else; composed and decomposed accents are the same."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).replace("İ", "i").lower().replace("ς", "σ"))


def squeezed(text: str) -> tuple[str, list[int]]:
    """`text` with each run of a character made one, and how long the runs were."""
    letters, counts = [], []
    for char, run in groupby(text):
        letters.append(char)
        counts.append(sum(1 for _ in run))
    return "".join(letters), counts


def prepare(name: str, strength: str, entries: Sequence[str], exceptions: Sequence[str]) -> dict[str, Any]:
    """The bundle's row of a word list; entries with errors must be left out before.

    `keys` are rows `[entry, exception, look, key, detail]`: the index of the entry (of the exception where `exception` is 1); where
    the key is looked for (`QUICK`: in the view of the text, `CLOSER`: in the closer view, `PUNCTUATION`: in the folded text); the
    key; and what the finder verifies, the folded entry or for `CLOSER` the lengths of its runs.
    """
    keys: list[list[Any]] = []
    for is_exception, texts in ((0, entries), (1, exceptions)):
        for index, entry in enumerate(texts):
            keys.extend([index, is_exception, *key] for key in _keys(parts(entry), strength))
    return {
        "kind": "words",
        "name": name,
        "strength": strength,
        "sights": list(SIGHTS[strength]),
        "entries": list(entries),
        "exceptions": list(exceptions),
        "keys": keys,
    }


def _keys(shape: Parts, strength: str) -> Iterator[tuple[int, str, Any]]:
    keys: dict[str, tuple[int, str, Any]] = {}
    for reading in readings(shape.core):
        words = views.words(reading)
        if not words:
            # Half a surrogate pair, which no engine takes, is left out.
            key = reading.encode(errors="ignore").decode()
            if key:
                keys[f"{PUNCTUATION}{key}"] = (PUNCTUATION, key, key)
            continue
        keys[f"{QUICK}{reading}"] = (QUICK, _bounded(" ".join(words), shape), reading)
        if strength == LOOSELY:
            for letters in loose_readings(reading):
                short, counts = squeezed(letters)
                keys[f"{CLOSER}{letters}"] = (CLOSER, _bounded(short, shape), counts)
    yield from keys.values()


def _bounded(words: str, shape: Parts) -> str:
    return ("" if shape.open_start else " ") + words + ("" if shape.open_end else " ")


def covers(entry: str, other: str, strength: str) -> bool:
    """Whether `entry` already catches everything that `other` catches, span for span."""
    shape, wanted = parts(entry), parts(other)
    if (wanted.open_start and not shape.open_start) or (wanted.open_end and not shape.open_end):
        return False
    if strength == EXACTLY:
        return _within(" ".join(case_folded(shape.core).split()), " ".join(case_folded(wanted.core).split()), shape)
    mine, others = readings(shape.core), readings(wanted.core)
    if not mine or not others:
        return False
    if any(_within(reading, others[0], shape) for reading in mine):
        return True
    if strength != LOOSELY:
        return False
    return any(
        _within(letters, theirs, shape)
        for reading in mine
        for letters in loose_readings(reading)
        for theirs in loose_readings(others[0])
    )


def _within(core: str, other: str, shape: Parts) -> bool:
    if core == other:
        return True
    start = other.find(core) if shape.open_start else 0
    if not shape.open_end:
        start = len(other) - len(core)
    if start < 0 or other[start : start + len(core)] != core or (start and not shape.open_start):
        return False
    rest = other[:start] + other[start + len(core) :]
    return rest.isalnum() and not any(views.is_unspaced(char) for char in rest)
