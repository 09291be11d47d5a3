"""Public holidays, by country and subdivision, as the ``holidays`` package knows them.

A calendar is written ``US`` or ``US-NY``; ``""`` has no holidays. The package is loaded by the first that is asked about: it
takes a fifth of a second and some 15 MB, which a process without one never pays. Of its countries only that one is loaded.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

LANGUAGE = "en_US"   # a country without English names keeps its own


@lru_cache(maxsize=1024)
def holidays_in(calendar: str, year: int) -> Mapping[date, str]:
    """The holidays of one year with their names; two on one day share it."""
    if not calendar:
        return {}
    from holidays import country_holidays

    country, _, part = calendar.partition("-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the days of a moon calendar are known only so many years ahead
        found = country_holidays(country, subdiv=part or None, years=year, language=LANGUAGE)
    return {day: name.replace("; ", " and ") for day, name in sorted(found.items()) if day.year == year}


def next_holiday(calendar: str, after: date) -> tuple[date, str] | None:
    """The first holiday later than ``after``, in that year or the next."""
    both = (*holidays_in(calendar, after.year).items(), *holidays_in(calendar, after.year + 1).items())
    return next(((day, name) for day, name in both if day > after), None)


def parts_of(country: str) -> list[str] | None:
    """The subdivisions a country can be named with, such as NY; None when its holidays are not known."""
    from holidays import list_supported_countries

    return list_supported_countries().get(country)
