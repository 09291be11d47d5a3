"""Public holidays, by country and region, as the ``holidays`` package knows them.

A calendar is written ``US`` or ``US-NY``; ``""`` has no holidays. The package is loaded by the first that is asked about: it
takes a fifth of a second and some 10 MB, which a process without one never pays.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from holidays import HolidayBase

LANGUAGE = "en_US"   # a country without English names keeps its own


@lru_cache(maxsize=1024)
def holidays_in(calendar: str, year: int) -> Mapping[date, str]:
    """The holidays of one year with their names; two on one day share it. Raises KeyError when there is no such country."""
    if not calendar:
        return {}
    country, _, part = calendar.partition("-")
    known = _country(country)
    if known is None:
        raise KeyError(country)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the days of a moon calendar are known only so many years ahead
        found = known(subdiv=part or None, years=year, language=LANGUAGE)
    return {day: name.replace("; ", " and ") for day, name in sorted(found.items()) if day.year == year}


def next_holiday(calendar: str, after: date) -> tuple[date, str] | None:
    """The first holiday later than ``after``, in that year or the next."""
    both = (*holidays_in(calendar, after.year).items(), *holidays_in(calendar, after.year + 1).items())
    return next(((day, name) for day, name in both if day > after), None)


def parts_of(country: str) -> tuple[str, ...] | None:
    """The regions a country's code can be followed by, such as NY; None when its holidays are not known."""
    known = _country(country)
    return None if known is None else tuple(known.subdivisions)


@lru_cache(maxsize=64)
def _country(code: str) -> type[HolidayBase] | None:
    """A country's holidays from its file alone: importing it through its package would load all 250 of them."""
    from holidays.registry import COUNTRIES

    name, kind = next(((name, codes[0]) for name, codes in COUNTRIES.items() if code in codes[1:]), ("", ""))
    package = find_spec("holidays")
    if not name or package is None or not package.submodule_search_locations:
        return None
    spec = spec_from_file_location(f"holiday_{name}", Path(package.submodule_search_locations[0]) / "countries" / f"{name}.py")
    if spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("type[HolidayBase]", getattr(module, kind))
