"""The settings of a policy: one row each, with the values it can have and what it is where nothing is said."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from rulelang.language import graphemes

Check = Callable[[Any], str | None]
"""What is wrong with a value of the right type: a sentence for the author, or None."""


def _no_check(value: Any) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    `default` None means that nothing is set. `choices`: the words it can be; where there are none, it is a text, and
    `check` says what is wrong with one. `example` is what an author could write.
    """

    name: str
    default: str | None
    doc: str
    example: str
    choices: tuple[str, ...] = ()
    check: Check = _no_check


def mask_problem(value: str) -> str | None:
    """What is wrong with a mask character, or None: it is one visible grapheme."""
    if graphemes.count(value) != 1:
        return "A mask is exactly one character."
    # What can't be seen would make a masked text look like a shorter one.
    if value.isspace() or all(unicodedata.category(char) in {"Cc", "Cf", "Mn"} for char in value):
        return "A mask is a character that can be seen."
    return None


def _content_problem(value: str) -> str | None:
    if not value.strip():
        return "A message can't be left without content."
    return None


def _zone_problem(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        return f"There is no time zone `{value}`."
    return None


_ROWS: Final = (
    Setting("mask_with", "*", "The character that `mask` writes: one grapheme.", '"•"', check=mask_problem),
    Setting(
        "empty_content",
        None,
        "What a message says once a rule has left its content empty; where it is not set, the message is denied.",
        '"[removed]"',
        check=_content_problem,
    ),
    Setting(
        "content_encoding",
        "plain",
        "How clients send content: `percent` where they use `encodeURIComponent`.",
        "percent",
        choices=("plain", "percent"),
    ),
    Setting(
        "on_failure",
        "skip",
        "What a rule does that can't be evaluated, unless it says itself: it is left out (`skip`), or it denies (`deny`).",
        "deny",
        choices=("skip", "deny"),
    ),
    Setting(
        "time_zone",
        "UTC",
        "The zone in which `hour`, `weekday`, `time_of_day` and `date` read times: a name of the IANA database.",
        '"Europe/Berlin"',
        check=_zone_problem,
    ),
    Setting("bots", "check", "Whether rules see messages from bots.", "skip", choices=("check", "skip")),
)

SETTINGS: Final[dict[str, Setting]] = {setting.name: setting for setting in _ROWS}

DEFAULTS: Final[dict[str, str | None]] = {setting.name: setting.default for setting in _ROWS}
"""Every setting as it is where a policy says nothing."""
