"""The functions of the rule language, by name; to add one, write it in the file of its topic and name it here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rulelang.language.functions import arithmetic, counts, ratios, scripts, texts, times
from rulelang.language.functions.function import Example, Function, describe

__all__ = ["FUNCTIONS", "Example", "Function"]

_FUNCTIONS: Final[tuple[Callable[..., Any], ...]] = (
    counts.length,
    counts.words,
    counts.lines,
    ratios.caps_ratio,
    ratios.digit_ratio,
    ratios.punctuation_ratio,
    ratios.repeat_ratio,
    scripts.script,
    texts.lower,
    texts.upper,
    texts.trim,
    texts.number,
    times.hour,
    times.weekday,
    times.time_of_day,
    times.date,
    arithmetic.min_,
    arithmetic.max_,
    arithmetic.round_,
    arithmetic.abs_,
)

FUNCTIONS: Final[dict[str, Function]] = {function.name: function for function in map(describe, _FUNCTIONS)}
"""In the order of the manual."""
