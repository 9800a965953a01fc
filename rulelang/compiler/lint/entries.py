"""Lints about the entries of word lists and the exceptions to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from rulelang.compiler.catalogue import severity
from rulelang.compiler.diagnostics import Diagnostics, Label, Severity
from rulelang.compiler.policy import Entry, FinderValue, Policy
from rulelang.compiler.wording import code
from rulelang.language.finders import words
from rulelang.language.text import SearchText

_SHORT: Final = 4
"""Entries of so few letters are tried on everyday words; longer ones only where they have a star."""


def check_entries(policy: Policy, diagnostics: Diagnostics) -> None:
    """`covered-entry`, `impossible-entry`, `risky-entry` and `idle-exception`."""
    for finder in policy.finders:
        if finder.kind == "words" and finder.declaration is not None:
            _Words(finder, diagnostics).check()


class _Words:
    """One word list."""

    def __init__(self, finder: FinderValue, diagnostics: Diagnostics) -> None:
        self._name = finder.name
        self._strength: str = finder.data["strength"]
        self._entries = finder.entries
        self._exceptions = finder.exceptions
        self._diagnostics = diagnostics
        self._reported: set[int] = set()
        """Entries (by identity) about which something was said: one thing at a time."""

    def check(self) -> None:
        texts = [str(entry.value) for entry in self._entries]
        for problem in words.problems(texts, self._strength):
            if severity(problem.slug) is Severity.WARNING:
                self._say(self._entries[problem.index], problem.slug, problem.message, problem.help)
        self._check_exceptions()
        self._check_covered()
        self._check_everyday()

    def _say(self, entry: Entry, slug: str, message: str, help: str, labels: Sequence[Label] = ()) -> None:
        self._reported.add(id(entry))
        self._diagnostics.add(slug, entry.span, message, help, labels=labels)

    def _check_exceptions(self) -> None:
        """Exceptions that no entry would catch, and entries that an exception never lets match."""
        if not self._exceptions:
            return
        row = words.prepare(self._name, self._strength, [str(entry.value) for entry in self._entries], [])
        finder = words.WordIndex([row]).finders[0]
        for exception in self._exceptions:
            text = str(exception.value)
            hidden = [entry for entry in self._entries if words.covers(text, str(entry.value), self._strength)]
            for entry in hidden:
                if id(entry) not in self._reported:
                    message = f"The exception {code(text)} covers {code(str(entry.value))}, so that this entry never matches."
                    label = Label(exception.span, "excepted here")
                    self._say(entry, "impossible-entry", message, "Take one of the two out.", [label])
            if not hidden and not finder.found(SearchText(text.strip("*"))):
                message = f"No entry of {code(self._name)} catches {code(text)}, so that this exception excepts nothing."
                self._say(exception, "idle-exception", message, "Take it out, or look for the entry that is missing.")

    def _check_covered(self) -> None:
        """Entries that another one makes superfluous."""
        by_core: dict[str, list[Entry]] = {}
        keys = {id(entry): words.key_of(str(entry.value), self._strength) for entry in self._entries}
        for entry in self._entries:
            by_core.setdefault(keys[id(entry)].strip("*"), []).append(entry)
        starred = {core for core, found in by_core.items() if any("*" in keys[id(entry)] for entry in found)}
        place = {id(entry): index for index, entry in enumerate(self._entries)}
        for entry in self._entries:
            if id(entry) in self._reported:
                continue
            text = str(entry.value)
            core = keys[id(entry)].strip("*")
            for other in self._candidates(core, by_core, starred):
                if other is entry or not words.covers(str(other.value), text, self._strength):
                    continue
                mutual = words.covers(text, str(other.value), self._strength)
                # Of two that catch the same, the later is superfluous; where they are written alike, it is a duplicate.
                if mutual and (place[id(other)] > place[id(entry)] or str(other.value) == text):
                    continue
                verb = "catches the same as" if mutual else "already catches"
                message = f"{code(str(other.value))} {verb} {code(text)}."
                self._say(entry, "covered-entry", message, "Take this entry out.", [Label(other.span, "the entry that does")])
                break

    def _candidates(self, core: str, by_core: dict[str, list[Entry]], starred: set[str]) -> Iterator[Entry]:
        """The entries that may cover one with this core: those with the same, and those with a star that are a part of it."""
        yield from by_core[core]
        for part in _parts(core):
            if part in starred:
                yield from by_core[part]

    def _check_everyday(self) -> None:
        """Entries that catch an everyday word."""
        tried = [entry for entry in self._entries if id(entry) not in self._reported and _is_worth_trying(str(entry.value))]
        if not tried:
            return
        texts = [str(entry.value) for entry in tried]
        exceptions = [str(exception.value) for exception in self._exceptions]
        finder = words.WordIndex([words.prepare(self._name, self._strength, texts, exceptions)]).finders[0]
        caught: dict[str, list[str]] = {}
        everyday, function_words = _everyday()
        for word in everyday:
            for match in finder.find(SearchText(word)):
                assert match.entry is not None
                if word in function_words or word != match.entry.strip("*").casefold():
                    caught.setdefault(match.entry, []).append(word)
        for entry in tried:
            found = caught.get(str(entry.value))
            if found and found[0] == str(entry.value).casefold():
                help = "Take it out, or write the phrase that is meant."
                self._say(entry, "risky-entry", f"{code(found[0])} is one of the commonest words of English.", help)
            elif found:
                also = f" and {len(found) - 1} more everyday words" if len(found) > 1 else ""
                message = f"{code(str(entry.value))} also catches {code(found[0])}{also}."
                self._say(
                    entry,
                    "risky-entry",
                    message,
                    f"Write out the words that are meant, or add {code(f'except [{chr(34)}{found[0]}{chr(34)}]')}.",
                )


def _parts(core: str) -> Iterator[str]:
    return (core[start:end] for start in range(len(core)) for end in range(start + 1, len(core) + 1) if end - start < len(core))


def _is_worth_trying(entry: str) -> bool:
    return "*" in entry or len(entry) <= _SHORT


@cache
def _everyday() -> tuple[tuple[str, ...], frozenset[str]]:
    """The commonest words of English, and of them those of the first part: the words that sentences are made with."""
    text = (files(__package__) / "everyday.txt").read_text(encoding="utf-8")
    first, rest = text.split("\n\n", 1)
    return (*first.split(), *rest.split()), frozenset(first.split())
