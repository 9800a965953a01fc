"""What the tests of finders share."""

from __future__ import annotations

from rulelang.language.finders import BUILTINS
from rulelang.language.finders.match import Match
from rulelang.language.text import SearchText


def find(name: str, text: str) -> tuple[Match, ...]:
    """The matches of a built-in finder."""
    return BUILTINS[name].find(SearchText(text))


def texts(name: str, text: str) -> list[str]:
    """The texts of the matches of a built-in finder."""
    return [match.text for match in find(name, text)]
