"""The typed set-up line: pairs of a setting's name and its value, in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from handlers.language.when.names import WEEKDAY
from handlers.language.words import OPEN, SHUT, straight
from models.errors import Unclear
from models.rungs import LADDERS, changeable, step
from models.team import CAPS

_MENTION = re.compile(rf"{OPEN}([A-Z0-9]+)\|[^{SHUT}]*{SHUT}")
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})|(\d{1,2})")
CHOICES = {"detail": {"minimal", "full"}, "join": {"confirm", "open"}, "dates": {"mdy", "dmy"}}

# The ladders that have a time to change, each with its usual times.
MOST_CAP = 100
CHANGEABLE = {name: " ".join(step(rung) for rung in changeable(ladder)) for name, ladder in LADDERS.items()
              if changeable(ladder)}


@dataclass(frozen=True)
class Setup:
    """``changes`` are column names and values of the care team; ``leads`` Slack ids or ``@name``.

    ``whole`` says that these are all its leads, as a form does; a typed line adds to them. ``ladders`` are names of ladders
    with their times as typed; without any, the usual ones. ``caps`` say how many messages a day a person or the channel gets.
    """

    changes: dict[str, str]
    leads: tuple[str, ...]
    whole: bool = False
    ladders: tuple[tuple[str, tuple[str, ...]], ...] = ()
    caps: tuple[tuple[str, int], ...] = ()


def read_setup(text: str) -> Setup:
    """Raises Unclear naming the setting that does not fit; then nothing is changed."""
    words = text.split()
    changes: dict[str, str] = {}
    leads: list[str] = []
    ladders: list[tuple[str, tuple[str, ...]]] = []
    caps: list[tuple[str, int]] = []
    while words:
        name = words.pop(0).casefold()
        if name == "lead":
            while words and (found := _mention(words[0])):
                leads.append(found)
                words.pop(0)
            if not leads:
                raise Unclear("After lead, mention who leads, with @.", "setup")
        elif name == "ladder":
            ladders.append(_ladder(words))
        elif name == "cap":
            caps.append(_cap(words))
        elif name in {"zone", "digest", "hours", "days", *CHOICES}:
            changes |= _one(name, words.pop(0) if words else "")
        else:
            raise Unclear("A word of the set-up is not known. The settings are zone, lead, digest, hours, days, detail, join, "
                          "dates, ladder and cap.", "setup")
    return Setup(changes, tuple(leads), ladders=tuple(ladders), caps=tuple(caps))


def _cap(words: list[str]) -> tuple[str, int]:
    """Takes a reader and a number off the line."""
    which, number = [*words[:2], "", ""][:2]
    if which.casefold() not in CAPS:
        raise Unclear("After cap say person or channel, and how many messages a day, such as cap person 12. Nothing was "
                      "changed.", "setup")
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= MOST_CAP:
        raise Unclear(f"A cap is a number of messages a day between 1 and {MOST_CAP}, such as cap {which.casefold()} 12. Nothing "
                      "was changed.", "setup")
    del words[:2]
    return which.casefold(), int(number)


def _ladder(words: list[str]) -> tuple[str, tuple[str, ...]]:
    """Takes a ladder's name and its times off the line."""
    for count in (2, 1):
        name = " ".join(words[:count]).casefold().replace("-", " ")
        if name in CHANGEABLE:
            del words[:count]
            times = []
            while words and words[0][0].isdigit():
                times.append(words.pop(0).casefold())
            if not times and words[:1] == ["usual"]:
                words.pop(0)
            elif not times:
                raise Unclear(f"After the ladder's name say its times, such as {CHANGEABLE[name]}, or usual. Nothing was "
                              "changed.", "setup")
            return name, tuple(times)
    raise Unclear(f"After ladder, say which one: {', '.join(CHANGEABLE)}. Nothing was changed.", "setup")


def _mention(word: str) -> str | None:
    found = _MENTION.fullmatch(word.strip(","))
    if found:
        return found[1]
    return word.strip(",") if word.startswith("@") else None


def _one(name: str, value: str) -> dict[str, str]:
    if name == "zone":
        by_fold = {zone.casefold(): zone for zone in available_timezones()}
        if value.casefold() not in by_fold:
            raise Unclear("That zone is not known. Zones look like America/New_York.", "setup").at("zone")
        return {"zone": ZoneInfo(by_fold[value.casefold()]).key}
    if name == "digest":
        return {"digest_at": _clock(_TIME.fullmatch(value))}
    if name == "days":
        return {"days": "".join(map(str, sorted(weekdays(straight(value)))))}
    if name == "hours":
        found = _HOURS.fullmatch(straight(value))
        if found is None:
            raise Unclear("Hours look like 9-17 or 8:30-16:30, on a 24-hour clock.", "setup").at("opens")
        opens, closes = _wall(found[1], found[2]), _wall(found[3], found[4])
        if opens >= closes:
            raise Unclear("The team must open before it closes; use a 24-hour clock, such as 9-17.", "setup").at("closes")
        return {"opens": opens, "closes": closes}
    if value.casefold() not in CHOICES[name]:
        raise Unclear(f"{name} is one of: {', '.join(sorted(CHOICES[name]))}.", "setup").at(name)
    return {name: value.casefold()}


def weekdays(text: str) -> frozenset[int]:
    """A range such as mon-fri, or a list such as mon,wed,fri; Monday is 0."""
    found: set[int] = set()
    for part in text.casefold().split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAY or (last and last not in WEEKDAY):
            raise Unclear("Working days look like mon-fri, or mon,wed,fri.", "setup").at("days")
        start, length = WEEKDAY[first], (WEEKDAY[last or first] - WEEKDAY[first]) % 7
        found.update((start + n) % 7 for n in range(length + 1))
    return frozenset(found)


def _clock(found: re.Match[str] | None) -> str:
    if found is None:
        raise Unclear("The digest time looks like 8:30, on a 24-hour clock.", "setup").at("digest")
    return _wall(found[1] or found[3], found[2])


def _wall(hour: str, minute: str | None) -> str:
    if int(hour) > 23 or int(minute or 0) > 59:
        raise Unclear("There is no such time of day. Use a 24-hour clock, such as 8:30 or 17.", "setup")
    return f"{int(hour):02d}:{int(minute or 0):02d}"
