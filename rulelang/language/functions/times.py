"""Functions that read the clock and the calendar off a time, in the time zone of the policy (`settings { time_zone: ... }`)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hour(time: datetime) -> int:
    """The hour of a time, 0 to 23, in the policy's time zone.

    >>> hour(now)
    14
    """
    return time.hour


def weekday(time: datetime) -> str:
    """The day of the week of a time, in the policy's time zone: `"mon"`, `"tue"`, `"wed"`, `"thu"`, `"fri"`, `"sat"` or `"sun"`.

    >>> weekday(now)
    "fri"
    >>> weekday(now) in ["sat", "sun"]
    false
    """
    return _WEEKDAYS[time.weekday()]


def time_of_day(time: datetime) -> str:
    """The time of day as `"HH:MM"`, in the policy's time zone. Such texts compare as times do.

    >>> time_of_day(now)
    "14:05"
    >>> time_of_day(now) >= "08:30" and time_of_day(now) < "18:00"
    true
    """
    return f"{time.hour:02}:{time.minute:02}"


def date(time: datetime) -> str:
    """The date as `"YYYY-MM-DD"`, in the policy's time zone. Such texts compare as dates do.

    >>> date(now)
    "2026-11-20"
    """
    return f"{time.year:04}-{time.month:02}-{time.day:02}"
