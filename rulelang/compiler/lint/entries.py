"""Lints about the entries of word lists and the exceptions to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

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
    lists = [_Words(each, diagnostics) for each in policy.finders if each.kind == "words" and each.declaration is not None]
    for each in lists:
        each.check()
    _check_everyday(lists)


def _check_everyday(lists: Sequence[_Words]) -> None:
    """Entries that catch an everyday word; one search of each word serves all lists."""
    tried = [each for each in lists if each.worth_trying()]
    index = words.WordIndex([each.tried_row() for each in tried])
    caught: list[dict[str, list[str]]] = [{} for _ in tried]
    everyday, function_words = _everyday()
    for word in everyday:
        for number, matches in index.matches(SearchText(word)).items():
            for match in matches:
                assert match.entry is not None
                if word in function_words or word != match.entry.strip("*").casefold():
                    caught[number].setdefault(match.entry, []).append(word)
    for each, found in zip(tried, caught, strict=True):
        each.say_everyday(found)


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

    def worth_trying(self) -> list[Entry]:
        """The entries that may catch everyday words, and of which nothing is said yet."""
        return [entry for entry in self._entries if id(entry) not in self._reported and _is_worth_trying(str(entry.value))]

    def tried_row(self) -> dict[str, Any]:
        """The bundle's row of a list of these entries alone."""
        entries = [str(entry.value) for entry in self.worth_trying()]
        return words.prepare(self._name, self._strength, entries, [str(exception.value) for exception in self._exceptions])

    def say_everyday(self, caught: dict[str, list[str]]) -> None:
        """Says which entries catch which everyday words."""
        for entry in self.worth_trying():
            text = str(entry.value)
            found = caught.get(text)
            if not found:
                continue
            if found[0] == text.casefold():
                help = "Take it out, or write the phrase that is meant."
                self._say(entry, "risky-entry", f"{code(found[0])} is one of the commonest words of English.", help)
                continue
            more = len(found) - 1
            also = f" and {more} more everyday word{'s' if more > 1 else ''}" if more else ""
            innocent = code(f'except ["{found[0]}"]')
            help = f"Write out the words that are meant, or add {innocent}."
            self._say(entry, "risky-entry", f"{code(text)} also catches {code(found[0])}{also}.", help)


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
