"""How often, as it is typed: a number of days, weeks or months, a word for one of them, none, or the team's usual."""

from __future__ import annotations

import re

from models.cadence import LONGEST
from models.errors import Unclear

SAYS = ("Say how often, such as every 2 weeks, monthly, 10 days, none, or usual for what is usual in the team. Nothing was "
        "changed.")
FAR = f"A cadence is between one day and {LONGEST} days. Nothing was changed."
_WORDS = {"daily": 1, "weekly": 7, "biweekly": 14, "fortnightly": 14, "monthly": 30, "quarterly": 90, "yearly": 365}
_UNITS = {"d": 1, "w": 7, "m": 30}
_EVERY = re.compile(r"(?:(?:at least )?(?:every|once an?|once every) )?(?:(\d{1,4})|an?|other)? ?(d|w|m)?(?:ay|eek|onth)?s?")


def read_every(text: str) -> int | None:
    """In days; 0 for none, None for the team's usual. Raises Unclear."""
    said = " ".join(text.casefold().strip(" .!").split())
    if said in {"none", "never", "off"}:
        return 0
    if said in {"usual", "the usual", "as usual"}:
        return None
    if said in _WORDS:
        return _WORDS[said]
    found = _EVERY.fullmatch(said)
    if found is None or not said or (found[1] is None and found[2] is None):
        raise Unclear(SAYS, "cadence")
    number = int(found[1]) if found[1] else 2 if "other" in said else 1
    days = number * _UNITS[found[2] or "d"]
    if not 1 <= days <= LONGEST:
        raise Unclear(FAR, "cadence")
    return days
