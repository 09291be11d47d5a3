"""The typed set-up line: pairs of a setting's name and its value, in any order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from handlers.language.cadence import read_every
from handlers.language.when.names import PARTS, WEEKDAY
from handlers.language.words import OPEN, SHUT, straight, unmarked
from models.cadence import USUAL
from models.errors import Unclear
from models.holiday import parts_of
from models.rungs import LADDERS, changeable, step
from models.team import CAPS
from models.worktime import Hours, Week, usual

_WORD = re.compile(r'"[^"]*"|\S+')
_MENTION = re.compile(rf"{OPEN}([A-Z0-9]+)\|[^{SHUT}]*{SHUT}")
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})|(\d{1,2})")
_DAYS = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:\.\.(\d{4}-\d{1,2}-\d{1,2}))?")
CHOICES = {"detail": {"minimal", "full"}, "join": {"confirm", "open"}, "dates": {"mdy", "dmy", "ask"}}
NAMED, SPAN, REGIONS = 40, 31, 60   # characters of a closed day's name; days from..to; subdivisions shown
PART_HOURS = {"morning": range(5, 12), "afternoon": range(12, 18), "evening": range(16, 22), "night": range(18, 24)}
HOURS_LOOK = "Hours look like 9-17, 8:30-16:30 or mon-thu 9-17 fri 9-13, on a 24-hour clock."
DAYS_LOOK = 'Days look like 2026-12-24, or 2026-12-24..2026-12-31, and a name stands in quotes: closed 2026-12-24 "Staff day".'

# The ladders that have a time to change, each with its usual times.
MOST_CAP = 100
CHANGEABLE = {name: " ".join(step(rung) for rung in changeable(ladder)) for name, ladder in LADDERS.items()
              if changeable(ladder)}


@dataclass
class Setup:
    """``changes`` are column names and values of the care team; ``leads`` Slack ids or ``@name``.

    ``hours`` are those of every working day, ``apart`` of single weekdays (None: not worked), ``closed`` days by name and
    ``opened`` those that are no longer closed. ``ladders`` are names of ladders with their times as typed; without any, the
    usual ones. ``caps`` say how many messages a day a person or the channel gets, ``cadence`` after how
    many days a patient is to be spoken with again, 0 for none, and ``parts`` when parts of the day are. ``whole`` says that
    this is all of it, as in a form; a typed line adds to it.
    """

    changes: dict[str, str] = field(default_factory=dict)
    leads: tuple[str, ...] = ()
    whole: bool = False
    hours: Hours | None = None
    days: frozenset[int] | None = None
    apart: dict[int, Hours | None] = field(default_factory=dict)
    closed: dict[date, str] = field(default_factory=dict)
    opened: frozenset[date] = frozenset()
    ladders: tuple[tuple[str, tuple[str, ...]], ...] = ()
    caps: tuple[tuple[str, int], ...] = ()
    cadence: int | None = None
    parts: dict[str, time] = field(default_factory=dict)

    def week(self, before: Week) -> Week:
        """The week as it was, with what is said here."""
        days = self.days if self.days is not None else {day for day in range(7) if before[day]}
        each = self.hours or usual(before)
        week = tuple(self.apart[day] if day in self.apart else (self.hours or before[day] or each) if day in days else None
                     for day in range(7))
        if not any(week):
            raise Unclear("The team works on at least one day of the week.", "setup").at("days")
        return week


def read_setup(text: str) -> Setup:
    """Raises Unclear naming the setting that does not fit; then nothing is changed."""
    words = _WORD.findall(straight(text))
    found = Setup()
    while words:
        name = words.pop(0).casefold()
        if name in CHOICES:
            _choice(name, words, found)
        elif name in PART_HOURS:
            _part(name, words, found)
        elif name in _READERS:
            _READERS[name](words, found)
        else:
            raise Unclear("A word of the set-up is not known. The settings are zone, lead, digest, hours, days, holidays, "
                          "closed, open, detail, join, dates, ladder, cap, cadence, morning, afternoon, evening "
                          "and night.", "setup")
    return found


def _cap(words: list[str], found: Setup) -> None:
    which, number = [*words[:2], "", ""][:2]
    if which.casefold() not in CAPS:
        raise Unclear("After cap say person or channel, and how many messages a day, such as cap person 12. Nothing was "
                      "changed.", "setup")
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= MOST_CAP:
        raise Unclear(f"A cap is a number of messages a day between 1 and {MOST_CAP}, such as cap {which.casefold()} 12. Nothing "
                      "was changed.", "setup")
    del words[:2]
    found.caps = (*found.caps, (which.casefold(), int(number)))


def _cadence(words: list[str], found: Setup) -> None:
    """As many of the words that come next as make a cadence."""
    for count in (3, 2, 1):
        try:
            days = read_every(" ".join(words[:count]))
        except Unclear as error:
            if count > 1:
                continue
            raise Unclear(error.sentence, "setup") from None
        del words[:count]
        found.cadence = USUAL if days is None else days
        return


def _ladder(words: list[str], found: Setup) -> None:
    """A ladder's name and its times."""
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
            found.ladders = (*found.ladders, (name, tuple(times)))
            return
    raise Unclear(f"After ladder, say which one: {', '.join(CHANGEABLE)}. Nothing was changed.", "setup")


def _value(words: list[str]) -> str:
    return words.pop(0).strip('"') if words else ""


def _choice(name: str, words: list[str], found: Setup) -> None:
    value = _value(words).casefold()
    if value not in CHOICES[name]:
        raise Unclear(f"{name} is one of: {', '.join(sorted(CHOICES[name]))}.", "setup").at(name)
    found.changes[name] = value


def _lead(words: list[str], found: Setup) -> None:
    while words and (one := _mention(words[0])):
        found.leads = (*found.leads, one)
        words.pop(0)
    if not found.leads:
        raise Unclear("After lead, mention who leads, with @.", "setup")


def _mention(word: str) -> str | None:
    found = _MENTION.fullmatch(word.strip(","))
    if found:
        return found[1]
    return word.strip(",") if word.startswith("@") else None


def _zone(words: list[str], found: Setup) -> None:
    typed = _value(words).casefold()
    zone = next((zone for zone in available_timezones() if zone.casefold() == typed), None)
    if zone is None:
        raise Unclear("That zone is not known. Zones look like America/New_York.", "setup").at("zone")
    found.changes["zone"] = ZoneInfo(zone).key


def _digest(words: list[str], found: Setup) -> None:
    at = _TIME.fullmatch(_value(words))
    if at is None:
        raise Unclear("The digest time looks like 8:30, on a 24-hour clock.", "setup").at("digest")
    found.changes["digest_at"] = _wall(at[1] or at[3], at[2]).isoformat("minutes")


def _part(name: str, words: list[str], found: Setup) -> None:
    """When that part of the day is, for a promise such as "tomorrow morning"."""
    at, hours = _TIME.fullmatch(_value(words)), PART_HOURS[name]
    said = _wall(at[1] or at[3], at[2]) if at else None
    if said is None or said.hour not in hours:
        raise Unclear(f"After {name} say a time from {hours[0]}:00 to {hours[-1]}:59, on a 24-hour clock, such as {name} "
                      f"{PARTS[name]}. Nothing was changed.", "setup")
    found.parts[name] = said


def _days(words: list[str], found: Setup) -> None:
    value = _value(words)
    while value.endswith(",") and words:
        value += _value(words)
    found.days = weekdays(value)


def _hours(words: list[str], found: Setup) -> None:
    """Hours of every working day, and weekdays with hours of their own, as long as there are such."""
    known = False
    while words:
        word = words[0].strip(",").casefold()
        if _HOURS.fullmatch(word):
            found.hours = _stretch(_value(words))
        elif (days := _weekdays(word)) is not None:
            words.pop(0)
            value = _value(words).strip(",").casefold()
            found.apart |= dict.fromkeys(days, None if value in {"closed", "off"} else _stretch(value, "apart"))
        else:
            break
        known = True
    if not known:
        raise Unclear(HOURS_LOOK, "setup").at("opens")


def _stretch(text: str, at: str = "") -> Hours:
    found = _HOURS.fullmatch(text.strip(","))
    if found is None:
        raise Unclear(HOURS_LOOK, "setup").at(at or "opens")
    opens, closes = _wall(found[1], found[2]), _wall(found[3], found[4])
    if opens >= closes:
        raise Unclear("The team must open before it closes; use a 24-hour clock, such as 9-17.", "setup").at(at or "closes")
    return opens, closes


def weekdays(text: str) -> frozenset[int]:
    """A range such as mon-fri, or a list such as mon,wed,fri; Monday is 0."""
    found = _weekdays(text)
    if found is None:
        raise Unclear("Working days look like mon-fri, or mon,wed,fri.", "setup").at("days")
    return found


def _weekdays(text: str) -> frozenset[int] | None:
    found: set[int] = set()
    for part in text.casefold().split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAY or (last and last not in WEEKDAY):
            return None
        start, length = WEEKDAY[first], (WEEKDAY[last or first] - WEEKDAY[first]) % 7
        found.update((start + n) % 7 for n in range(length + 1))
    return frozenset(found)


def _wall(hour: str, minute: str | None) -> time:
    if int(hour) > 23 or int(minute or 0) > 59:
        raise Unclear("There is no such time of day. Use a 24-hour clock, such as 8:30 or 17.", "setup")
    return time(int(hour), int(minute or 0))


def _holidays(words: list[str], found: Setup) -> None:
    country, _, part = _value(words).upper().partition("-")
    if country == "NONE":
        found.changes["holidays"] = ""
        return
    parts = parts_of(country)
    if parts is None:
        raise Unclear("Holidays are named by country, and by state or region where those have their own: US, US-NY, CA-ON. "
                      "Say none for none.", "setup").at("holidays")
    known = {one.upper(): one for one in parts}
    if part and part not in known:
        its = f"Its regions are {', '.join(parts[:REGIONS])}." if parts else "Say the country alone."
        raise Unclear(f"That region of {country} is not known. {its}", "setup").at("holidays")
    found.changes["holidays"] = f"{country}-{known[part]}" if part else country


def _closed(words: list[str], found: Setup) -> None:
    days = _dates(words)
    name = words.pop(0).strip('"') if words and words[0].startswith('"') and words[0].endswith('"') else ""
    found.closed |= dict.fromkeys(days, _named(name))


def _open(words: list[str], found: Setup) -> None:
    found.opened |= frozenset(_dates(words))


def _dates(words: list[str]) -> list[date]:
    """Days and spans of days, as many as stand there."""
    days: list[date] = []
    while words and (found := _DAYS.fullmatch(words[0].strip(","))):
        words.pop(0)
        first, last = _date(found[1]), _date(found[2] or found[1])
        if not 0 <= (last - first).days < SPAN:
            raise Unclear(f"A span of days runs forward, over {SPAN} days at the most.", "setup").at("closed")
        days += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if not days:
        raise Unclear(DAYS_LOOK, "setup").at("closed")
    return days


def _date(text: str) -> date:
    year, month, day = map(int, text.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        raise Unclear("One of those dates does not exist. " + DAYS_LOOK, "setup").at("closed") from None


def _named(name: str) -> str:
    name = " ".join(unmarked(name).split())
    if len(name) > NAMED:
        raise Unclear(f"The name of a closed day has at most {NAMED} characters.", "setup").at("closed")
    return name


def read_apart(text: str, found: Setup) -> None:
    """A form's line of weekdays with hours of their own, which must be among its working days."""
    words, apart = straight(text).split(), Setup()
    try:
        if words:
            _hours(words, apart)
    except Unclear as error:
        raise error.at("apart") from None
    if words or apart.hours:
        raise Unclear("Name the days before their hours, such as fri 9-13.", "setup").at("apart")
    if not apart.apart.keys() <= (found.days or frozenset()):
        raise Unclear("One of these days is not ticked as a working day. Tick it, or take its hours out.", "setup").at("apart")
    found.apart = apart.apart


def read_days_off(text: str, found: Setup) -> None:
    """A form's lines: a day or a span of days and its name, or ``open`` and a holiday on which the team works."""
    for line in straight(text).splitlines():
        words = line.split()
        if words and words[0].casefold() == "open":
            words.pop(0)
            found.opened |= frozenset(_dates(words))
            if words:
                raise Unclear("A line that begins with open has days after it and nothing else.", "setup").at("closed")
        elif words:
            found.closed |= dict.fromkeys(_dates(words), _named(" ".join(words).strip('"')))


_READERS: dict[str, Callable[[list[str], Setup], None]] = {
    "zone": _zone, "lead": _lead, "digest": _digest, "days": _days, "hours": _hours, "holidays": _holidays, "closed": _closed,
    "open": _open, "ladder": _ladder, "cap": _cap, "cadence": _cadence}


def usual_dates(zone: str) -> str:
    """What 3/12 means where nobody has said: month first in the United States, unknown elsewhere."""
    return "mdy" if zone in _american() or zone.startswith("US/") else "ask"


@lru_cache(maxsize=1)
def _american() -> frozenset[str]:
    """The zones of the United States and its territories, from the time zone database's own table."""
    rows = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(row.split("\t")[2] for row in rows if row.partition("\t")[0] in {"US", "PR", "VI", "GU", "AS", "MP"})
