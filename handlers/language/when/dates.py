"""Dates as people write them: month and day, figures, the 15th, and a weekday with its date."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from handlers.language.when.days import name_of, read_named
from handlers.language.when.names import MISSPELT, MONTH, NTH, WEEKDAY
from handlers.language.when.rules import NO_SUCH, PAST, Calendar, Day, rule

_ORDINAL = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DASHED = re.compile(r"(\d{1,2}|[a-z]{3,9})-(\d{1,2}|[a-z]{3,9})(?:-(\d{4}|\d{2}))?")
_SURE = frozenset({"by", "on", "until", "till", "due", "due by", "due on", "no later than", "on or before"})
_MONTHLY = frozenset({*MONTH, *MISSPELT})
# A date that has passed this year asks (SPEC 2), but for one where no second reading is left: in November nobody promises
# for last January, and "Jan 5" is the coming one. Within a season the year turns unsaid; "Nov 3" and "June 5", months off
# either way, may be slips, or people, or figures in the wrong order, and ask.
NEAR_DAYS = 92
# Likewise a day of the month: "the 3rd", said on the 23rd, is next month's. One of the days just gone may be a slip.
SLIP_DAYS = 7
PASSED_MONTH, PASSED_YEAR = "that day has passed this month, or is not in it", "that date has passed this year"


def read_date(words: tuple[str, ...], calendar: Calendar, led: str = "") -> Day | None:
    """``words`` must be a date and nothing else, else None. After "by" or "on" (``led``) "1/4" is no part of an amount."""
    return _figures(words, calendar, led) or _month_day(words, calendar) or _day_of_month(words, calendar.today) \
        or _with_weekday(words, calendar)


@rule("Dates", "figures in the team's day-month order, and ISO dates; two readings ask where the team has not set it",
      "12/3", "12/3/2027", "2026-12-03")
def _figures(words: tuple[str, ...], calendar: Calendar, led: str) -> Day | None:
    if len(words) != 1:
        return None
    word = words[0]
    if found := _ISO.fullmatch(word):
        return _exact(int(found[1]), int(found[2]), int(found[3]), calendar.today)
    found = _NUMERIC.fullmatch(word)
    if found is None or (found[2] != "/" and (found[4] is None or len(found[4]) == 2)):
        return None  # "2-4" is a range, "3.5" an amount
    one, two = int(found[1]), int(found[3])
    if calendar.dates != "ask":
        month, day = (one, two) if calendar.dates == "mdy" else (two, one)
        made = _dated(month, day, found[4], calendar.today)
        if found[4] or day > 12 or not made.days or made.days[0].year == calendar.today.year:
            return made
        swapped = _dated(day, month, None, calendar.today).days
        return made if led in _SURE and swapped >= made.days else replace(made, ask=PASSED_YEAR)
    readings = [day for day in (_dated(one, two, found[4], calendar.today), _dated(two, one, found[4], calendar.today))
                if day.wrong != NO_SUCH]
    if len(readings) < 2 or one == two:
        return readings[0] if readings else Day(wrong=NO_SUCH)
    # A reading that is past is a date all the same: who meant it would be wrong about the other.
    ahead = sorted(day for reading in readings for day in reading.days)
    return Day(tuple(ahead), ask="is the month first, or the day?") if ahead else Day(wrong=PAST)


@rule("Dates", "a month and a day, in either order, with or without a year", "Dec 3", "3 December 2027", "December 3rd",
      "the 3rd of December", "Dec 3, 2027", "the third of December")
@rule("Dates", "without a year that has passed: next year's when that is within three months, else it asks",
      "Jan 5", "Oct 30")
def _month_day(words: tuple[str, ...], calendar: Calendar) -> Day | None:
    if len(words) > 1 and _MONTHLY.isdisjoint(words):
        return None
    text = tuple(word for word in words if word not in {"the", "of"})
    if len(words) == 1 and (dashed := _DASHED.fullmatch(words[0])) and (dashed[1] in MONTH or dashed[2] in MONTH):
        text = tuple(part if len(part) != 2 or not place else f"'{part}" if place == 2 else part
                     for place, part in enumerate(dashed.groups()) if part)
    elif len(text) not in (2, 3) or len(words) - len(text) > 2:
        return None
    asked = ""
    if any(MISSPELT.get(word) in MONTH for word in text):
        text, asked = tuple(MISSPELT.get(word, word) for word in text), "is that the month you mean?"
    year = text[2] if len(text) == 3 else None
    if year is not None and not re.fullmatch(r"20\d\d|19\d\d|'\d\d", year):
        return None
    for name, figure in ((text[0], text[1]), (text[1], text[0])):
        if name not in MONTH:
            continue
        found = _ORDINAL.fullmatch(figure)
        number = int(found[1]) if found else NTH.get(figure)
        if number is not None:
            day = _dated(MONTH[name], number, year.lstrip("'") if year else None, calendar.today)
            return Day(day.days, day.ask or asked, day.wrong)
    return None


@rule("Dates", "a day of this month or, once it has passed, of the next; one that passed within a week asks", "the 30th",
      "the 15th", "the 15th of next month", "the 20th")
def _day_of_month(words: tuple[str, ...], today: date) -> Day | None:
    text = words[1:] if words[0] == "the" else words
    found = _ORDINAL.fullmatch(text[0]) if text else None
    spelt = NTH.get(text[0]) if text and words[0] == "the" else None
    if spelt is None and (found is None or found[2] is None):
        return None
    rest = " ".join(word for word in text[1:] if word not in {"of", "the"})
    number = spelt or int(found[1] if found else 0)
    if rest not in {"", "month", "this month", "next month"}:
        return None
    if not 1 <= number <= 31:
        return Day(wrong=NO_SUCH)
    if rest == "next month":
        return _in_month(today.replace(day=1) + relativedelta(months=1), number)
    ahead, day = next((months, day) for months in range(4)
                      if (day := _in_month(today.replace(day=1) + relativedelta(months=months), number)).days
                      and day.days[0] >= today)
    if spelt and spelt <= 5 and not rest:
        return Day(day.days, ask="a day of the month, or something else?")
    plain = not ahead or (today.day - number > SLIP_DAYS and rest != "this month")
    return Day(day.days, ask="" if plain else PASSED_MONTH)


def _in_month(first: date, number: int) -> Day:
    try:
        return Day((first.replace(day=number),))
    except ValueError:
        return Day(wrong=NO_SUCH)


@rule("Dates", "a weekday with its date; when they contradict each other it asks", "Thursday, December 3", "Friday the 4th",
      "tomorrow (Wednesday)", "Friday Dec 3")
def _with_weekday(words: tuple[str, ...], calendar: Calendar) -> Day | None:
    for place in (0, len(words) - 1):
        other = words[1:] if place == 0 else words[:-1]
        if words[place] not in WEEKDAY or not other:
            continue
        day = _figures(other, calendar, "on") or _month_day(other, calendar) or _day_of_month(other, calendar.today) \
            or read_named(other, calendar)
        if day is None:
            continue
        if day.wrong or not day.days:
            return day
        if day.days[0].weekday() == WEEKDAY[words[place]] or len(day.days) > 1:
            # The weekday bears out which month or year is meant.
            return Day(day.days, "" if day.ask in {PASSED_MONTH, PASSED_YEAR} else day.ask)
        nearest = min((day.days[0] + timedelta(days=n) for n in range(-3, 4)),
                      key=lambda d: (d.weekday() != WEEKDAY[words[place]], abs(d - day.days[0])))
        return Day(tuple(sorted(d for d in {day.days[0], nearest} if d >= calendar.today)),
                   ask=f"{day.days[0]:%B} {day.days[0].day} is a {name_of(day.days[0])}")
    return None


def _exact(year: int, month: int, day: int, today: date) -> Day:
    try:
        made = date(year, month, day)
    except ValueError:
        return Day(wrong=NO_SUCH)
    return Day((made,)) if made >= today else Day(wrong=PAST)


def _dated(month: int, day: int, year: str | None, today: date) -> Day:
    if year is not None:
        return _exact(int(year) + (2000 if len(year) == 2 else 0), month, day, today)
    try:
        date(2024, month, day)  # a leap year: February 29 exists in some year
    except ValueError:
        return Day(wrong=NO_SUCH)
    found: date | None = None
    for year_ahead in (today.year, today.year + 1):
        try:
            made = date(year_ahead, month, day)
        except ValueError:
            continue  # February 29
        if made >= today:
            found = made
            break
    if found is None:
        return Day(wrong=NO_SUCH)
    passed = found.year > today.year and (found - today).days > NEAR_DAYS
    return Day((found,), ask=PASSED_YEAR if passed else "")
