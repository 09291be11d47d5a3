"""Days as people write them. Each reading is a date; several stand for "ask"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from models.worktime import WorkingTime

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
               "sat": 5, "sun": 6}
WEEKDAY = {**{d: n for n, d in enumerate(DAYS)}, **_SHORT_DAYS}
MONTH = {**{m: n for n, m in enumerate(MONTHS, 1)}, **{m[:3]: n for n, m in enumerate(MONTHS, 1)}, "sept": 9}
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_NUMERIC = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Day:
    """``days`` are the readings. ``ask`` holds the reason even when there is one; ``wrong`` the reason for refusing."""

    days: tuple[date, ...] = ()
    ask: str = ""
    wrong: str = ""
    weekday: bool = False


PAST = "that is in the past"
NO_SUCH = "there is no such date"


def read_day(words: tuple[str, ...], today: date, work: WorkingTime, dates: str) -> Day | None:
    """``words`` must be a day and nothing else, else None. ``dates`` is "mdy" or "dmy", for ``12/3``."""
    if words and words[0] == "on":
        words = words[1:]
    if not words:
        return None
    for reader in (_named, _weekday, _ends, _nth_weekday):
        found = reader(words, today, work)
        if found is not None:
            return found
    return _calendar(words, today, dates) or _both(words, today, work, dates)


def _named(words: tuple[str, ...], today: date, work: WorkingTime) -> Day | None:
    ahead = {"today": 0, "tomorrow": 1, "tmrw": 1, "tomorow": 1, "the day after tomorrow": 2, "day after tomorrow": 2}
    text = " ".join(words)
    if text == "yesterday":
        return Day(wrong=PAST)
    return Day((today + timedelta(days=ahead[text]),)) if text in ahead else None


def _weekday(words: tuple[str, ...], today: date, work: WorkingTime) -> Day | None:
    text = tuple(w.rstrip(".") for w in words)
    week = today - timedelta(days=today.weekday())
    if len(text) == 1 and text[0] in WEEKDAY:
        return _coming(WEEKDAY[text[0]], today)
    if len(text) == 2 and text[1] in WEEKDAY and text[0] in {"this", "coming"}:
        return _coming(WEEKDAY[text[1]], today)
    if len(text) == 2 and text[1] in WEEKDAY and text[0] == "next":
        this, following = (week + timedelta(days=WEEKDAY[text[1]] + n) for n in (0, 7))
        if this > today:
            return Day((this, following), ask="this week's or next week's?", weekday=True)
        return Day((following,), weekday=True)
    if len(text) == 3 and text[0] in WEEKDAY and text[1:] in {("next", "week"), ("this", "week")}:
        day = week + timedelta(days=WEEKDAY[text[0]] + (7 if text[1] == "next" else 0))
        return Day((day,), weekday=True) if day >= today else Day((day + timedelta(7),), ask="that day has passed")
    return None


def _coming(weekday: int, today: date) -> Day:
    ahead = (weekday - today.weekday()) % 7
    if ahead == 0:
        return Day((today, today + timedelta(days=7)), ask="today, or a week from today?", weekday=True)
    return Day((today + timedelta(days=ahead),), weekday=True)


def _last_working(first: date, last: date, work: WorkingTime) -> date:
    """The last working day from ``first`` to ``last``, or ``last`` when there is none."""
    day = last
    while day > first and not work.is_working_day(day):
        day -= timedelta(days=1)
    return day if work.is_working_day(day) else last


def _ends(words: tuple[str, ...], today: date, work: WorkingTime) -> Day | None:
    text = " ".join(words).replace("the ", "")
    text = {"eow": "end of week", "eom": "end of month", "eoq": "end of quarter", "eoy": "end of year",
            "this week": "end of this week", "next week": "end of next week"}.get(text, text)
    found = re.fullmatch(r"end of (this |next )?(week|month|quarter|year)", text)
    if found is None:
        return None
    ahead = 1 if found[1] == "next " else 0
    if found[2] == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        last = first + timedelta(days=6)
    else:
        months = {"month": 1, "quarter": 3, "year": 12}[found[2]]
        begin = today.replace(day=1, month=(today.month - 1) // months * months + 1)
        first = begin + relativedelta(months=months * ahead)
        last = first + relativedelta(months=months, days=-1)
    day = _last_working(first, last, work)
    return Day((day,)) if day >= today else Day((last,), ask="the working days of that time are over")


def _nth_weekday(words: tuple[str, ...], today: date, work: WorkingTime) -> Day | None:
    text = [w for w in words if w != "the"]
    if len(text) < 4 or text[0] not in {"first", "last"} or text[1] not in WEEKDAY or text[2] != "of":
        return None
    if text[3:] == ["month"] or text[3:] == ["this", "month"]:
        begin = today.replace(day=1)
    elif text[3:] == ["next", "month"]:
        begin = today.replace(day=1) + relativedelta(months=1)
    elif len(text) == 4 and text[3] in MONTH:
        begin = date(today.year + (MONTH[text[3]] < today.month), MONTH[text[3]], 1)
    else:
        return None
    if text[0] == "first":
        day = begin + timedelta(days=(WEEKDAY[text[1]] - begin.weekday()) % 7)
    else:
        end = begin + relativedelta(months=1, days=-1)
        day = end - timedelta(days=(end.weekday() - WEEKDAY[text[1]]) % 7)
    return Day((day,)) if day >= today else Day((), ask="that day has passed")


def _calendar(words: tuple[str, ...], today: date, dates: str) -> Day | None:
    """A date by its numbers, with or without a year."""
    text = [w.rstrip(".").rstrip(",") for w in words if w not in {"the", "of"}]
    if len(text) == 1:
        if found := _ISO.fullmatch(text[0]):
            return _exact(int(found[1]), int(found[2]), int(found[3]), today)
        if found := _NUMERIC.fullmatch(text[0]):
            month, day = (int(found[1]), int(found[2])) if dates == "mdy" else (int(found[2]), int(found[1]))
            if found[3] is None and "." in text[0]:
                return None
            return _dated(month, day, found[3], today)
        if re.fullmatch(r"\d{1,2}(st|nd|rd|th)", text[0]):
            return _day_of_month(int(text[0][:-2]), today)
        return None
    if len(text) not in (2, 3):
        return None
    year = text[2] if len(text) == 3 else None
    if year is not None and not re.fullmatch(r"\d{4}", year):
        return None
    for name, number in ((text[0], text[1]), (text[1], text[0])):
        found = _ORDINAL.fullmatch(number)
        if name in MONTH and found:
            return _dated(MONTH[name], int(found[1]), year, today)
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
    for later in (0, 1):
        try:
            made = date(today.year + later, month, day)
        except ValueError:
            return Day(wrong=NO_SUCH)
        if made >= today:
            return Day((made,), ask="that date has passed this year" if later else "")
    return Day(wrong=PAST)


def _day_of_month(day: int, today: date) -> Day:
    if not 1 <= day <= 31:
        return Day(wrong=NO_SUCH)
    found = []
    for ahead in range(3):
        try:
            found.append((today.replace(day=1) + relativedelta(months=ahead)).replace(day=day))
        except ValueError:
            continue
    coming = [d for d in found if d >= today]
    passed = len(coming) < len(found) and coming[0].month != today.month
    return Day((coming[0],), ask="that day has passed this month" if passed else "")


def _both(words: tuple[str, ...], today: date, work: WorkingTime, dates: str) -> Day | None:
    """A weekday with a date: they must agree, else both are offered."""
    for split in (1, len(words) - 1):
        parts = words[:split], words[split:]
        named = next((p for p in parts if len(p) == 1 and p[0].rstrip(".") in WEEKDAY), None)
        other = parts[1] if named is parts[0] else parts[0]
        if named is None or not other:
            continue
        day = _calendar(other, today, dates)
        if day is None or day.wrong or not day.days:
            return day
        weekday = WEEKDAY[named[0].rstrip(".")]
        if day.days[0].weekday() == weekday:
            return day
        nearest = min((day.days[0] + timedelta(days=n) for n in range(-3, 4)),
                      key=lambda d: (d.weekday() != weekday, abs(d - day.days[0])))
        offers = tuple(d for d in (day.days[0], nearest) if d >= today)
        return Day(offers, ask=f"{day.days[0]:%B} {day.days[0].day} is a {day.days[0]:%A}", weekday=True)
    return None
