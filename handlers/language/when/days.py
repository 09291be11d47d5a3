"""Days by name: today and tomorrow, weekdays, weekends, and so many days or weeks from one of them."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from handlers.language.when.names import DAYS, MISSPELT, UNIT, WEEKDAY, number
from handlers.language.when.rules import FARTHEST_DAYS, PAST, TOO_FAR, Calendar, Day, rule

_AHEAD = {"today": 0, "tomorrow": 1, "day after tomorrow": 2, "tomorrow week": 8, "today week": 7,
          "week tomorrow": 8, "week today": 7, "next day": 1}
_NEXT_WORKING = frozenset({f"{next} {kind} day" for next in ("next", "following") for kind in ("business", "working", "work")})
_BEHIND = frozenset({"yesterday", "last night", "day before yesterday"})
THIS, TWO_WEEKS = "this week's or next week's?", "today, or a week from today?"


@rule("Days", "today and tomorrow", "today", "tomorrow", "the day after tomorrow", "the next business day")
def read_named(words: tuple[str, ...], calendar: Calendar) -> Day | None:
    text = " ".join(words[1:] if len(words) > 1 and words[0] in {"the", "a", "one"} else words)
    if text in _AHEAD:
        return Day((calendar.today + timedelta(days=_AHEAD[text]),))
    if text in _NEXT_WORKING:
        day = calendar.today + timedelta(days=1)
        while not calendar.work.is_working_day(day) and (day - calendar.today).days < FARTHEST_DAYS:
            day += timedelta(days=1)
        return Day((day,))
    if text in _BEHIND or (len(words) == 2 and words[0] in {"last", "yesterday"} and (
            words[1] in WEEKDAY or words[1] in {"week", "month", "year", "morning", "night"})):
        return Day(wrong=PAST)
    return None


@rule("Days", "a weekday is the next one of its name; on that very day it asks", "Friday", "on Friday", "this Friday",
      "the coming Monday")
@rule("Days", "with week it is that week's", "Friday next week", "next week Friday", "Friday this week", "Friday week")
@rule("Days", "“next” asks while this week's is still ahead", "next Friday", "next Monday")
def read_weekday(words: tuple[str, ...], calendar: Calendar) -> Day | None:
    if words[0] == "the":
        words = words[1:]
        if len(words) == 1 and len(words[0]) == 3:
            return None  # "in the sun"
    if not words or len(words) > 5:
        return None
    asked = ""
    if any(word in MISSPELT for word in words):
        words = tuple(MISSPELT.get(word, word) for word in words)
        asked = "is that the day you mean?"
    found = _weekday(words, calendar.today)
    if found is None or not asked:
        return found
    return Day(found.days, found.ask or asked, found.wrong)


def _weekday(words: tuple[str, ...], today: date) -> Day | None:
    named = [word for word in words if word in WEEKDAY]
    if len(named) != 1:
        return None
    weekday, rest = WEEKDAY[named[0]], tuple(word for word in words if word is not named[0] and word not in {"on", "of"})
    this = today - timedelta(days=today.weekday()) + timedelta(days=weekday)
    following = this + timedelta(days=7)
    if rest in {(), ("coming",), ("this", "coming"), ("upcoming",)}:
        return _coming(weekday, today)
    if rest == ("this",):
        return _coming(weekday, today) if this >= today else Day((this + timedelta(7),), ask="this week's has passed")
    if rest == ("next",) and words[0] == "next":
        return Day((this, following), ask=THIS) if this > today else _next(following, today)
    if rest in {("next", "week"), ("next", "week's")}:
        return _next(following, today)
    if rest in {("this", "week"), ("this", "week's")}:
        return Day((this,)) if this >= today else Day((this + timedelta(7),), ask="that day has passed")
    if (rest == ("week",) and words[-1] == "week") or (rest in {("a", "week"), ("one", "week")} and words[-1] is named[0]):
        return _later(_coming(weekday, today), 7)
    if rest in {("fortnight",), ("a", "fortnight")}:
        return _later(_coming(weekday, today), 14)
    if rest == ("after", "next"):
        return Day((this + timedelta(7), this + timedelta(14)), ask="which week is that?")
    if rest in {("following",), ("the", "following")}:
        return Day((this + timedelta(7),), ask="which week is that?")
    return None


def _next(day: date, today: date) -> Day:
    """On a Sunday the coming week may be this one to some, and the next to others."""
    return Day((day, day + timedelta(7)), ask=THIS) if today.weekday() == 6 and day.weekday() != 6 else Day((day,))


def _coming(weekday: int, today: date) -> Day:
    ahead = (weekday - today.weekday()) % 7
    if ahead == 0:
        return Day((today, today + timedelta(days=7)), ask=TWO_WEEKS)
    return Day((today + timedelta(days=ahead),))


def _later(day: Day, days: int) -> Day:
    return Day(tuple(one + timedelta(days=days) for one in day.days), day.ask, day.wrong)


@rule("Days", "so many days or weeks from a day", "a week from Friday", "two weeks from tomorrow", "3 days from today",
      "3 working days from Monday", "a week on Monday")
def read_from(words: tuple[str, ...], calendar: Calendar) -> Day | None:
    place = next((n for n, word in enumerate(words[:5]) if word in {"from", "after", "on"}), 0)
    if place < 2 or (words[place] == "on" and UNIT.get(words[place - 1]) not in {"weeks", "fortnights"}):
        return None
    count, unit = number(words[0]), UNIT.get(words[place - 1], "")
    working = place == 3 and words[1] in {"working", "business"} and unit == "days"
    if place > 2 and not working:
        if words[:place - 1] not in {("a", "couple"), ("a", "couple", "of"), ("couple", "of")}:
            return None
        count = 2
    base = words[place + 1:]
    if count is None or unit not in {"days", "weeks", "fortnights", "months", "years"} or not base:
        return None
    day = read_named(base, calendar) or read_weekday(base, calendar)
    if day is None or day.wrong:
        return day
    if count * {"days": 1, "weeks": 7, "fortnights": 14, "months": 31, "years": 366}[unit] > FARTHEST_DAYS:
        return Day(wrong=TOO_FAR)
    if working:
        return Day(tuple(_worked(one, count, calendar) for one in day.days), day.ask)
    step = {"days": relativedelta(days=count), "weeks": relativedelta(weeks=count),
            "fortnights": relativedelta(weeks=2 * count), "months": relativedelta(months=count),
            "years": relativedelta(years=count)}
    return Day(tuple(one + step[unit] for one in day.days), day.ask)


def _worked(day: date, count: int, calendar: Calendar) -> date:
    """The ``count``th working day after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= calendar.work.is_working_day(day)
    return day


@rule("Days", "before the weekend is the last working day before it; the weekend itself asks", "before the weekend",
      "this weekend", "by the weekend")
def read_weekend(words: tuple[str, ...], calendar: Calendar, led: str) -> Day | None:
    text = " ".join(word for word in words if word not in {"the", "this", "coming"}).removeprefix("end of ")
    if text not in {"weekend", "next weekend"}:
        return None
    saturday = calendar.today - timedelta(days=calendar.today.weekday()) + timedelta(days=5 + 7 * (text != "weekend"))
    last = saturday - timedelta(days=1)
    while not calendar.work.is_working_day(last) and last > saturday - timedelta(days=7):
        last -= timedelta(days=1)
    if led == "before" and text == "weekend" and last >= calendar.today:
        return Day((last,))
    return Day(tuple(day for day in (last, saturday, saturday + timedelta(days=1)) if day >= calendar.today),
               ask="which day of the weekend?")


def name_of(day: date) -> str:
    return DAYS[day.weekday()].capitalize()
