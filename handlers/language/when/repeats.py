"""What comes again: daily or coarser, as an RRULE and its first instant on the team's wall clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from handlers.language.when.clocks import read_clock, settled
from handlers.language.when.dates import read_date
from handlers.language.when.days import read_named, read_weekday
from handlers.language.when.ends import read_ends
from handlers.language.when.names import DAYS, MONTH, ORDINAL, PARTS, PLURAL, WEEKDAY, number
from handlers.language.when.patterns import (
    CODE,
    ORDINAL_FIGURE,
    PARTS_AGAIN,
    PERIODS,
    Repeat,
    hours_of,
    read_pattern,
    weekdays,
    weekly,
)
from handlers.language.when.rules import CLOSE, Calendar, rule
from models.recurrence import MOST_COUNTED

_STARTS = frozenset({"every", "each", *PERIODS, *PLURAL, "weekdays", "weekends", "once", "twice"})
_AGAIN = frozenset({"every", "each", "daily", "nightly"})
_ENDS = frozenset({"until", "till", "through", "ending", "for"})
_WORKING = frozenset({("business", "day"), ("working", "day"), ("work", "day")})
_EXCEPT = frozenset({"except", "excluding", "unless"})
LEFT_OUT = "which days are left out?"


@rule("Again and again", "every day, weekday, Monday, other Friday, two weeks, with a time", "every Monday at 9",
      "every day at noon", "every weekday morning", "every other Friday", "every 2 weeks",
      "Mondays and Thursdays at 3pm", "Monday mornings", "daily")
@rule("Again and again", "every month on a day, a weekday or the last business day", "every month on the 15th",
      "every month on the last business day", "the first Monday of every month", "every month on the last Friday at 2pm",
      "every year on December 3")
@rule("Again and again", "with an end", "every Monday until June 1", "every Tuesday for 6 weeks", "every Friday 5 times")
@rule("Again and again", "the 31st, and exceptions, ask", "every month on the 31st", "every Monday except holidays")
def read_repeat(words: tuple[str, ...], calendar: Calendar) -> Repeat | None:
    """``words`` must be a recurrence and nothing else, else None."""
    if words[0] == "on" and len(words) > 1:
        words = words[1:]
    if not _AGAIN.isdisjoint(words):
        words = _in_order(words, calendar)
    nth = words[1:] if words[0] == "the" else words
    of_each = nth and (nth[0] in ORDINAL or ORDINAL_FIGURE.fullmatch(nth[0])) and ("every" in nth or "each" in nth)
    if words[0] not in _STARTS and not of_each and PARTS_AGAIN.isdisjoint(words[1:2]):
        return None
    if not _EXCEPT.isdisjoint(words):
        return _except(words, calendar)
    body, until, count, ended = _end(words, calendar)
    found = _pattern(body, calendar)
    if found is None or found.wrong:
        return found
    if not ended:
        return Repeat(ask="until when exactly?")
    if found.ask and not found.choices:
        return found
    if count and count > MOST_COUNTED:
        return Repeat(wrong="that is more often than Kept counts")
    return replace(found, until=until, count=count)


@rule("Again and again", "the time or the day may stand before it", "9am every weekday", "Friday every week",
      "the 15th every month")
def _in_order(words: tuple[str, ...], calendar: Calendar) -> tuple[str, ...]:
    """"At 9 every day" as "every day at 9", "Friday every week" as "every Friday"; a business day as the team's working days."""
    place = next(n for n, word in enumerate(words) if word in _AGAIN)
    before, again = words[:place], words[place:]
    if again[0] in {"every", "each"} and again[1:3] in _WORKING:
        again = (again[0], *(name for name, hours in zip(DAYS, calendar.work.week, strict=True) if hours), *again[3:])
    if not before:
        return again
    unit = again[1:2] if again[0] in {"every", "each"} else ()
    if unit == ("week",) and (before[0] in WEEKDAY or before[0] in PLURAL):
        return ("every", *before, *again[2:])
    if unit == ("month",) and before[-1] not in {"of", "in"} and read_clock(before, calendar.work, bare=False) is None:
        before = before[:-3] if before[-3:] in {("of", "the", "month"), ("in", "the", "month")} else before
        return ("every", "month", "on", *before, *again[2:])
    if read_clock(before, calendar.work, bare=False) is not None:
        end = next((n for n, word in enumerate(again) if n > len(unit) and word in _ENDS), len(again))
        return (*again[:end], *before, *again[end:])
    return (*before, *again)


def _except(words: tuple[str, ...], calendar: Calendar) -> Repeat:
    """Days of the week left out are offered as the days that stay; a time after them belongs to the whole."""
    place = next(n for n, word in enumerate(words) if word in _EXCEPT)
    rest = tuple(word for word in words[place + 1:] if word not in {"on", "for"})
    out = next((n for n in range(len(rest), 0, -1) if _left_out(rest[:n])), 0)
    found = read_repeat((*words[:place], *rest[out:]), calendar) if out and place else None
    parts = dict(part.split("=") for part in found.rule.split(";")) if found and found.rule else {}
    if parts.get("FREQ") not in {"DAILY", "WEEKLY"} or "INTERVAL" in parts or found is None:
        return Repeat(ask=LEFT_OUT)
    named = parts.get("BYDAY", ",".join(CODE.values())).split(",")
    stay = [day for day, code in CODE.items() if code in named and day not in _left_out(rest[:out])]
    if not stay or (parts["FREQ"] == "WEEKLY" and "BYDAY" not in parts):
        return Repeat(ask=LEFT_OUT)
    days = [DAYS[day].capitalize() for day in stay]
    said = f"every {', '.join(days[:-1])} and {days[-1]}" if len(days) > 1 else f"every {days[0]}"
    return replace(found, ask="are these the days that stay?", choices=((said, weekly(stay, 1).rule),))


def _left_out(words: tuple[str, ...]) -> list[int]:
    if words in {("weekends",), ("the", "weekend"), ("weekend",)}:
        return [5, 6]
    return weekdays(tuple(DAYS[PLURAL[word]] if word in PLURAL else word for word in words))


def _end(words: tuple[str, ...], calendar: Calendar) -> tuple[tuple[str, ...], date | None, int | None, bool]:
    """(what comes before the end, the last day, how often, whether the end was understood)."""
    if len(words) > 2 and words[-1] == "times" and (times := number(words[-2])):
        return words[:-2], None, times, True
    for place in range(2 if words[0] in {"every", "each"} else 1, len(words)):
        if words[place] in {"until", "till", "through", "ending"}:
            rest = words[place + 1:]
            if len(rest) == 1 and rest[0] in MONTH and words[place] in {"until", "till"}:
                first = date(calendar.today.year + (MONTH[rest[0]] <= calendar.today.month), MONTH[rest[0]], 1)
                return words[:place], first - timedelta(days=1), None, True
            day = (read_named(rest, calendar) or read_date(rest, calendar) or read_ends(rest, calendar)
                   or read_weekday(rest, calendar)) if rest else None
            # That its date has passed this year says only that next year's is meant: an end is ahead.
            ok = day is not None and not day.wrong and len(day.days) == 1
            return words[:place], day.days[0] if ok and day else None, None, ok
        if words[place] == "for" and len(words) - place > 2:
            rest = words[place + 1:]
            rest = rest[2:] if rest[:2] == ("the", "next") else rest
            many, unit = number(rest[0]), rest[1].rstrip("s") if len(rest) > 1 else ""
            if many is None or unit not in {"day", "week", "month", "year"}:
                return words, None, None, False
            step = {"day": relativedelta(days=many), "week": relativedelta(weeks=many), "month": relativedelta(months=many),
                    "year": relativedelta(years=many)}[unit]
            return (*words[:place], *rest[2:]), calendar.today + step - timedelta(days=1), None, True
    return words, None, None, True


def _pattern(words: tuple[str, ...], calendar: Calendar) -> Repeat | None:
    """The longest beginning that is a rule, and a clock time for the rest."""
    if words[0] in {"once", "twice"}:
        often = words[1:2] in {("every",), ("each",), ("a",), ("per",)} or words[1:2] == ("daily",)
        if words[0] == "once" and often and (len(words) > 3 or words[1] == "every"):
            return _pattern(("every", *words[2:]), calendar)
        return Repeat(ask="on which days, and when?") if often and len(words) < 4 else None
    for size in range(len(words), 0, -1):
        made = read_pattern(words[:size])
        if made is None:
            continue
        rest = words[size:]
        part = (words[size - 1].rstrip("s"),) if words[size - 1].rstrip("s") in PARTS else ()
        part = ("night",) if words[size - 1] == "nightly" else part
        clock = read_clock((*part, *rest), calendar.work, bare=False) if rest else CLOSE
        if clock is None:
            continue
        if clock.wrong or (made.ask and not made.choices):
            return replace(made, wrong=clock.wrong)
        if clock.either:
            # The hour must be settled on each weekday it comes on, and on all alike.
            readings = {settled(clock.either, hours) for hours in hours_of(made.rule, calendar.work)}
            clock = replace(clock, times=readings.pop() if len(readings) == 1 else clock.either)
        if clock.ask or len(clock.times) > 1:
            return Repeat(ask=clock.ask or "that hour could be the morning's or the evening's")
        return replace(made, clock=clock if rest else made.clock)
    return None
