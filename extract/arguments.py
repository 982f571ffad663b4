"""Arguments of the library's functions as people give them -> what they mean, or an error that says how."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from extract.calendar_periods import day_period
from extract.errors import ArgumentError
from extract.location import is_url
from extract.models import Period
from extract.stated_date import parse_stated_date

# A day, or a day, month or year in writing: `2024-10-08`, `8/10/2024`, `10/2024`, `2024`; or read already.
Day: TypeAlias = dt.date | str | Period | None
PathLike: TypeAlias = str | os.PathLike[str]


def published_period(published: Day, name: str = "published") -> Period | None:
    """Gives the day, month or year that a text is of; None for nothing, also as pandas has it (NaN, NaT).

    Raises ArgumentError, about the argument of this name, for what is no date.
    """
    if isinstance(published, Period):
        return published
    # What is missing in a table is not equal to itself.
    if published is None or published != published or published == "":
        return None
    try:
        return parse_stated_date(published)
    except ValueError as error:
        raise ArgumentError(name, str(error)) from error


def reference_period(reference: Day) -> Period | None:
    """Gives what dates without a year are read against: a day of any year, or as for `published_period`."""
    if isinstance(reference, dt.date) and not isinstance(reference, dt.datetime):
        return day_period(reference)
    return published_period(reference, "reference")


def given_path(path: PathLike) -> str:
    """Gives a path or URL as text, `~` at its beginning written out."""
    text = os.fspath(path)
    return text if is_url(text) else os.path.expanduser(text)


def maybe_path(path: PathLike | None) -> Path | None:
    """Gives a path of this machine, or None for none."""
    return None if path is None else Path(given_path(path))


def check_choice(name: str, value: object, known: Sequence[str]) -> None:
    """Refuses a value that is none of those known. Raises ArgumentError, which names the like or all."""
    if value not in known:
        close = get_close_matches(str(value), known, 3)
        there_are = f"similar: {', '.join(close)}" if close else f"there are {', '.join(known)}"
        raise ArgumentError(name, f"{value!r} is not known; {there_are}")


def check_count(name: str, value: int | None, least: int) -> None:
    """Refuses a number below `least`; None is no limit. Raises ArgumentError."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
        raise ArgumentError(name, f"{value!r} is no whole number from {least} on")


def check_seconds(name: str, value: float) -> None:
    """Refuses what is no time. Raises ArgumentError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ArgumentError(name, f"{value!r} is no number of seconds from 0 on")
