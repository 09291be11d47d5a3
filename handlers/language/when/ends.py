"""Ends and beginnings: of a week, a month, a quarter, a year; the first Monday, the last business day."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from handlers.language.when.days import read_named, read_weekday
from handlers.language.when.names import EOW, MONTH, ORDINAL, WEEKDAY
from handlers.language.when.rules import NO_SUCH, Calendar, Day, rule
from models.worktime import WorkingTime

_PERIOD = re.compile(r"end of (this |next )?(week|month|quarter|year)")
FIRST = "as that day begins, or as it ends?"
_SPAN = {"month": 1, "quarter": 3, "year": 12}
_SAME = {"this week": "end of this week", "next week": "end of next week", "month end": "end of month",
         "week's end": "end of week", "this month": "end of this month", "this quarter": "end of this quarter",
         "this year": "end of this year", "year end": "end of year", "quarter end": "end of quarter", **EOW}
_BEGIN = re.compile(r"(?:start|beginning) of (next )?(week|month|quarter|year)")
_VAGUE = re.compile(r"(?:early|late|later|mid|middle of|sometime|some time|first half of|second half of)-? ?"
                    r"(?:in )?(?:this |next )?(week|month|year|quarter)|next (?:month|quarter|year)|the holidays?|"
                    r"(?:this )?coming week|(?:this|next) (?:spring|summer|fall|autumn|winter)|new year|"
                    r"(?:early|late|mid|middle of)[- ](?:in )?(?:" + "|".join(MONTH) + ")")


@rule("Ends", "the end of a week is its last working day", "end of week", "EOW", "end of next week", "next week")
@rule("Ends", "the end of a month, quarter or year is its last day; when that is no working day, it asks", "end of next month",
      "EOM", "end of the quarter", "end of year", "end of December", "end of January")
@rule("Ends", "the beginning of the next one asks: as its first working day begins, or as that day ends",
      "beginning of next week", "start of next month")
@rule("Ends", "the end of a day is the end of the team's working day", "end of Friday", "end of tomorrow")
@rule("Ends", "a part of it that could be several days asks", "early next week", "next month", "late this week")
def read_ends(words: tuple[str, ...], calendar: Calendar) -> Day | None:
    if len(words) > 5:
        return None
    text = " ".join(word for word in words if word != "the")
    text = _SAME.get(text, text)
    today, work = calendar.today, calendar.work
    if found := _PERIOD.fullmatch(text):
        first, last = _period(found[2], 1 if found[1] == "next " else 0, today)
        return _last(first, last, found[2] == "week", calendar)
    if found := _BEGIN.fullmatch(text):
        if not found[1]:
            return Day(ask="when does that begin?")
        first, last = _period(found[2], 1, today)
        return Day((first_working(first, last, work),), ask=FIRST)
    if text.startswith(("start of ", "beginning of ")) and words[-1] in MONTH:
        return Day(ask="its first day, or its first working days?")
    if text.startswith("end of ") and text[7:] in MONTH:
        first = date(today.year + (MONTH[text[7:]] < today.month), MONTH[text[7:]], 1)
        return _last(first, first + relativedelta(months=1, days=-1), False, calendar)
    if text.startswith("end of ") and not text.startswith("end of week"):
        rest = tuple(text.split()[2:])
        return read_named(rest, calendar) or read_weekday(rest, calendar) if rest else None
    if _VAGUE.fullmatch(text) or (text in {"holiday", "holidays"} and words[0] == "the"):
        return Day(ask="that could be several days")
    return None


def _last(first: date, last: date, week: bool, calendar: Calendar) -> Day:
    """A week ends with its working days; a month's last day may be none, and then either could be meant."""
    working = last_working(first, last, calendar.work)
    if working < calendar.today:
        return Day((last,), ask="the working days of that time are over")
    return Day((working,)) if week or working == last else Day((working, last), ask="its last working day, or its last day?")


def _period(unit: str, ahead: int, today: date) -> tuple[date, date]:
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        return first, first + timedelta(days=6)
    months = _SPAN[unit]
    begin = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    first = begin + relativedelta(months=months * ahead)
    return first, first + relativedelta(months=months, days=-1)


def last_working(first: date, last: date, work: WorkingTime) -> date:
    """The last working day from ``first`` to ``last``, or ``last`` when there is none."""
    day = last
    while day > first and not work.is_working_day(day):
        day -= timedelta(days=1)
    return day if work.is_working_day(day) else last


def first_working(first: date, last: date, work: WorkingTime) -> date:
    day = first
    while day < last and not work.is_working_day(day):
        day += timedelta(days=1)
    return day if work.is_working_day(day) else first


@rule("Ends", "the first, second, third, fourth or last weekday or working day of a month", "first Monday in January",
      "last Friday of the month", "the last business day of the month", "the third Tuesday of next month")
def read_nth(words: tuple[str, ...], calendar: Calendar) -> Day | None:
    text = [word for word in words if word != "the"]
    if text[:2] == ["first", "of"]:
        begin, _ = _month(text[2:], calendar.today) if len(text) > 2 else (None, False)
        if begin is not None and begin < calendar.today:
            return Day((begin + relativedelta(months=1),), ask="that day has passed")
        return Day((begin,)) if begin else None
    if len(text) < 4 or text[0] not in ORDINAL:
        return None
    nth, what, rest = ORDINAL[text[0]], text[1], text[2:]
    if what in {"business", "working"} and rest[0] == "day":
        what, rest = "working day", rest[1:]
    elif what not in WEEKDAY and what not in {"day", "weekday"}:
        return None
    rest = rest[1:] if rest[:1] in (["of"], ["in"]) else rest if rest in (["next", "month"], ["this", "month"]) else []
    if not rest:
        return None
    today = calendar.today
    begin, fixed = _month(rest, today)
    if begin is None:
        return None
    day = nth_of(begin, nth, what, calendar.work)
    if day is None:
        return Day(wrong=NO_SUCH)
    if day >= today:
        return Day((day,))
    later = nth_of(begin + relativedelta(months=12 if fixed else 1), nth, what, calendar.work)
    return Day((later,) if later else (), ask="that day has passed")


def _month(words: list[str], today: date) -> tuple[date | None, bool]:
    """(its first day, whether it was named): "month", "next month", "January", "January 2027"."""
    begin = today.replace(day=1)
    if words in (["month"], ["this", "month"]):
        return begin, False
    if words == ["next", "month"]:
        return begin + relativedelta(months=1), False
    if words[0] in MONTH and len(words) == 1:
        return date(today.year + (MONTH[words[0]] < today.month), MONTH[words[0]], 1), True
    if words[0] in MONTH and len(words) == 2 and re.fullmatch(r"20\d\d", words[1]):
        return date(int(words[1]), MONTH[words[0]], 1), True
    return None, False


def nth_of(begin: date, nth: int, what: str, work: WorkingTime) -> date | None:
    """The nth (from 1, or -1 the last) day of that kind in the month that ``begin`` begins; None when there are fewer."""
    days = [begin + timedelta(days=n) for n in range((begin + relativedelta(months=1) - begin).days)]
    if what == "working day":
        fits = [day for day in days if work.is_working_day(day)]
    else:
        wanted = {"day": range(7), "weekday": range(5)}.get(what) or (WEEKDAY[what],)
        fits = [day for day in days if day.weekday() in wanted]
    if not fits or nth > len(fits):
        return None
    return fits[nth - 1 if nth > 0 else -1]
