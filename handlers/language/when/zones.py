"""A zone named with a clock time: "3pm PST", "15:00 London time"."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from handlers.language.when.rules import rule

_US = {"e": "America/New_York", "c": "America/Chicago", "m": "America/Denver", "p": "America/Los_Angeles",
       "ak": "America/Anchorage", "h": "Pacific/Honolulu"}
_WORDS = {"eastern": "e", "central": "c", "mountain": "m", "pacific": "p", "alaska": "ak", "hawaii": "h"}
_FIXED = {"utc": "UTC", "gmt": "UTC", "z": "UTC", "cet": "Europe/Paris", "cest": "Europe/Paris", "bst": "Europe/London"}
# Standard or daylight time said out loud: it must be the one that holds on that day, else the time is asked for.
SAID = {**{f"{letter}{kind}t": (zone, kind) for letter, zone in _US.items() for kind in "sd"},
        "bst": ("Europe/London", "d"), "cest": ("Europe/Paris", "d"), "cet": ("Europe/Paris", "s")}

NAMES = frozenset({*_WORDS, *_FIXED, *SAID, *(f"{letter}t" for letter in _US)})


@cache
def _cities() -> dict[str, str]:
    """The last part of each zone's name: "london", "new york"; only those that name one zone."""
    found: dict[str, set[str]] = {}
    for name in available_timezones():
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/")):
            found.setdefault(name.rpartition("/")[2].replace("_", " ").casefold(), set()).add(name)
    return {city: min(names) for city, names in found.items() if len({ZoneInfo(n).key for n in names}) == 1}


@rule("Zones", "a zone said with the time", "3pm PT", "Friday 3pm Eastern time", "15:00 London time", "9:00 UTC")
def split_zone(words: tuple[str, ...]) -> tuple[tuple[str, ...], ZoneInfo | None, str]:
    """(the words before it, the zone they are read in, "s" or "d" when standard or daylight time was said)."""
    last = words[-1].strip("()")
    if last in SAID:
        return words[:-1], ZoneInfo(SAID[last][0]), SAID[last][1]
    if last in _FIXED:
        return words[:-1], ZoneInfo(_FIXED[last]), ""
    if last.endswith("t") and last[:-1] in _US and len(last) > 1:
        return words[:-1], ZoneInfo(_US[last[:-1]]), ""
    if last == "time" and len(words) > 2:
        if words[-2] in _WORDS:
            return words[:-2], ZoneInfo(_US[_WORDS[words[-2]]]), ""
        for size in (1, 2, 3):
            city = _cities().get(" ".join(words[-1 - size:-1]))
            if city:
                return words[:-1 - size], ZoneInfo(city), ""
    if last in _WORDS and len(words) > 1:
        return words[:-1], ZoneInfo(_US[_WORDS[last]]), ""
    return words, None, ""
