"""What comes again: daily or coarser, as an RRULE and its first instant on the team's wall clock."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from dateutil.relativedelta import relativedelta

from handlers.language.when.clocks import read_clock, settled
from handlers.language.when.dates import read_date
from handlers.language.when.days import read_named, read_weekday
from handlers.language.when.ends import read_ends
from handlers.language.when.names import DAYS, MONTH, ORDINAL, PARTS, PLURAL, WEEKDAY, number
from handlers.language.when.rules import Calendar, Clock, rule
from models.worktime import Hours, WorkingTime, usual

_CODE = {n: day[:2].upper() for n, day in enumerate(DAYS)}
_PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", "fortnightly": "fortnight", "yearly": "year",
            "annually": "year", "quarterly": "quarter", "nightly": "night", "biweekly": "biweekly", "bimonthly": "bimonthly"}
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_PARTS_AGAIN = frozenset({"mornings", "afternoons", "evenings", "nights"})
_STARTS = frozenset({"every", "each", *_PERIODS, *PLURAL, "weekdays", "once", "twice"})
_EXCEPT = frozenset({"except", "excluding", "unless"})
LEFT_OUT = "which days are left out?"
DAY_END = Clock(grain="day", edge="close")


@dataclass(frozen=True, slots=True)
class Repeat:
    """``rule`` is an RRULE without DTSTART. ``ask`` and ``wrong`` are reasons, one of which then is all there is, but for the
    ``choices`` that an ask may come with: what each says, and its rule.
    """

    rule: str = ""
    clock: Clock = DAY_END
    until: date | None = None
    count: int | None = None
    ask: str = ""
    wrong: str = ""
    days: tuple[date, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


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
    nth = words[1:] if words[0] == "the" else words
    of_each = nth and (nth[0] in ORDINAL or _ORDINAL.fullmatch(nth[0])) and ("every" in nth or "each" in nth)
    if words[0] not in _STARTS and not of_each and _PARTS_AGAIN.isdisjoint(words[1:2]):
        return None
    if not _EXCEPT.isdisjoint(words):
        return _except(words, calendar)
    body, until, count, ended = _end(words, calendar)
    if not ended:
        return Repeat(ask="until when exactly?")
    found = _pattern(body, calendar)
    if found is None or found.wrong or (found.ask and not found.choices):
        return found
    return replace(found, until=until, count=count)


def _except(words: tuple[str, ...], calendar: Calendar) -> Repeat:
    """Days of the week left out are offered as the days that stay; a time after them belongs to the whole."""
    place = next(n for n, word in enumerate(words) if word in _EXCEPT)
    rest = tuple(word for word in words[place + 1:] if word not in {"on", "for"})
    out = next((n for n in range(len(rest), 0, -1) if _left_out(rest[:n])), 0)
    found = read_repeat((*words[:place], *rest[out:]), calendar) if out and place else None
    parts = dict(part.split("=") for part in found.rule.split(";")) if found and found.rule else {}
    if parts.get("FREQ") not in {"DAILY", "WEEKLY"} or "INTERVAL" in parts or found is None:
        return Repeat(ask=LEFT_OUT)
    named = parts.get("BYDAY", ",".join(_CODE.values())).split(",")
    stay = [day for day, code in _CODE.items() if code in named and day not in _left_out(rest[:out])]
    if not stay or (parts["FREQ"] == "WEEKLY" and "BYDAY" not in parts):
        return Repeat(ask=LEFT_OUT)
    days = [DAYS[day].capitalize() for day in stay]
    said = f"every {', '.join(days[:-1])} and {days[-1]}" if len(days) > 1 else f"every {days[0]}"
    return replace(found, ask="are these the days that stay?", choices=((said, _weekly(stay, 1).rule),))


def _left_out(words: tuple[str, ...]) -> list[int]:
    if words in {("weekends",), ("the", "weekend"), ("weekend",)}:
        return [5, 6]
    return _weekdays(tuple(DAYS[PLURAL[word]] if word in PLURAL else word for word in words))


def _end(words: tuple[str, ...], calendar: Calendar) -> tuple[tuple[str, ...], date | None, int | None, bool]:
    """(what comes before the end, the last day, how often, whether the end was understood)."""
    if len(words) > 2 and words[-1] == "times" and (times := number(words[-2])):
        return words[:-2], None, times, True
    for place in range(2 if words[0] in {"every", "each"} else 1, len(words)):
        if words[place] in {"until", "till", "through", "ending"}:
            rest = words[place + 1:]
            if len(rest) == 1 and rest[0] in MONTH and words[place] != "through":
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
        known = words[1:3] in {("a", "day"), ("a", "week"), ("a", "month")} and len(words) == 3
        return Repeat(ask="on which days, and when?") if known else None
    for size in range(len(words), 0, -1):
        made = _rule(words[:size])
        if made is None:
            continue
        rest = words[size:]
        part = (words[size - 1].rstrip("s"),) if words[size - 1].rstrip("s") in PARTS else ()
        part = ("night",) if words[size - 1] == "nightly" else part
        clock = read_clock((*part, *rest), calendar.work, bare=False) if rest else DAY_END
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


def _rule(words: tuple[str, ...]) -> Repeat | None:
    if len(words) == 1 and words[0] in _PERIODS:
        return _period(_PERIODS[words[0]], 1)
    if words[0] in {"weekly", "fortnightly", "monthly"}:
        words = ("every", _PERIODS[words[0]].replace("fortnight", "other week"), *words[1:])
        words = tuple(" ".join(words).split())
    if words[0] not in {"every", "each"}:
        return _plural(words) or _nth_of_month(words)
    rest = words[1:]
    if not rest:
        return None
    if rest[0] in {"third", "fourth", "fifth", "3rd", "4th", "5th"} and len(rest) == 2 and rest[1] in WEEKDAY:
        return Repeat(ask="every so many weeks, or that one of each month?")
    interval = 1
    if rest[0] in {"other", "second", "2nd"} and len(rest) > 1:
        interval, rest = 2, rest[1:]
    elif len(rest) > 1 and (many := number(rest[0])) and rest[1].endswith("s"):
        interval, rest = many, (rest[1].rstrip("s"), *rest[2:])
    days = _weekdays(rest[1:] if rest[0] == "week" else rest)
    if days:
        return _weekly(days, interval)
    if len(rest) > 1 and rest[0] == "month":
        return _monthly(rest[1:], interval)
    if interval == 1 and rest[-2:] in {("the", "month"), ("a", "month")} and rest[-3:-2] == ("of",):
        return _nth(rest[:-3], 1)
    if len(rest) > 1 and (yearly := _yearly(rest, interval)) is not None:
        return yearly
    if len(rest) == 1 and _ORDINAL.fullmatch(rest[0]):
        return _monthly(rest, interval)
    if len(rest) == 1:
        return _period(rest[0], interval)
    return None


def _yearly(words: tuple[str, ...], interval: int) -> Repeat | None:
    """Every December 3, every year on December 3. February 29 is in few years, so it asks."""
    if words[0] == "year":
        words = words[2:] if words[1] == "on" else words[1:]
    text = tuple(word for word in words if word not in {"the", "of"})
    if len(text) != 2:
        return None
    for name, figure in ((text[0], text[1]), (text[1], text[0])):
        found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", figure)
        if name not in MONTH or found is None:
            continue
        month, day = MONTH[name], int(found[1])
        if not 1 <= day <= monthrange(2024, month)[1]:
            return Repeat(wrong="there is no such date")
        if (month, day) == (2, 29):
            return Repeat(ask="in a year without February 29: the day before, or not at all?")
        return Repeat(f"FREQ=YEARLY{_by(interval)};BYMONTH={month};BYMONTHDAY={day}")
    return None


def _plural(words: tuple[str, ...]) -> Repeat | None:
    if len(words) == 2 and words[1] in _PARTS_AGAIN and (words[0] in WEEKDAY or words[0] in {"weekday", "weekend"}):
        made = _weekly([WEEKDAY[words[0]]], 1) if words[0] in WEEKDAY else _period(words[0], 1)
        return made and replace(made, clock=Clock((time(PARTS[words[1][:-1]]),)))
    if words == ("weekdays",):
        return _period("weekday", 1)
    days = _weekdays(tuple(DAYS[PLURAL[word]] if word in PLURAL else word for word in words))
    return _weekly(days, 1) if days and any(word in PLURAL for word in words) else None


def _weekdays(words: tuple[str, ...]) -> list[int]:
    """Monday · Monday and Thursday · Mon Wed Fri; empty when it is anything else."""
    named = [word[:-1] if word in PLURAL else word for word in words if word not in {"and", "&", "every", "on"}]
    found = [WEEKDAY[word] for word in named if word in WEEKDAY]
    return sorted(set(found)) if found and len(found) == len(named) else []


def _weekly(days: list[int], interval: int) -> Repeat:
    return Repeat(f"FREQ=WEEKLY{_by(interval)};BYDAY={','.join(_CODE[day] for day in days)}")


def _by(interval: int) -> str:
    return f";INTERVAL={interval}" if interval > 1 else ""


def _period(unit: str, interval: int) -> Repeat | None:
    if unit in {"biweekly", "bimonthly"}:
        return Repeat(ask="twice in it, or every second one?")
    if unit in {"hour", "minute", "hours", "minutes"}:
        return Repeat(wrong="Kept repeats daily at the most often")
    if unit in {"weekday", "workday"} or unit == "working day":
        return Repeat("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR") if interval == 1 else None
    if unit == "weekend":
        return Repeat("FREQ=WEEKLY;BYDAY=SA,SU") if interval == 1 else None
    if unit in {"morning", "afternoon", "evening", "night"}:
        clock = Clock((time(PARTS[unit]),))
        return Repeat(f"FREQ=DAILY{_by(interval)}", clock)
    if unit == "fortnight":
        return Repeat("FREQ=WEEKLY;INTERVAL=2") if interval == 1 else None
    if unit == "quarter":
        return Repeat(f"FREQ=MONTHLY;INTERVAL={3 * interval}")
    freq = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}.get(unit)
    return Repeat(f"FREQ={freq}{_by(interval)}") if freq else None


def _monthly(words: tuple[str, ...], interval: int) -> Repeat | None:
    text = tuple(word for word in words if word not in {"on", "the"})
    if len(text) == 1 and (found := _ORDINAL.fullmatch(text[0])):
        day = int(found[1])
        if not 1 <= day <= 31:
            return Repeat(wrong="there is no such day of a month")
        if day > 28:
            return late_in_month(f"FREQ=MONTHLY{_by(interval)}", day)
        return Repeat(f"FREQ=MONTHLY{_by(interval)};BYMONTHDAY={day}")
    return _nth(text, interval)


def late_in_month(rule: str, day: int) -> Repeat:
    """A day that not every month has: in the others the last, or none at all? ``rule`` says all but the day."""
    named = f"{day}{'st' if day == 31 else 'th'}"
    last = f"{rule};BYMONTHDAY=-1" if day == 31 else \
        f"{rule};BYMONTHDAY={','.join(str(one) for one in range(28, day + 1))};BYSETPOS=-1"
    return Repeat(f"{rule};BYMONTHDAY={day}", ask=f"in a month without the {named}: its last day, or not at all?", choices=(
        (f"on the {named}, or the month's last day", last), (f"only in months that have a {named}", f"{rule};BYMONTHDAY={day}")))


def _nth_of_month(words: tuple[str, ...]) -> Repeat | None:
    """The first Monday of every month."""
    text = tuple(word for word in words if word != "the")
    if text[-3:] in {("of", "every", "month"), ("of", "each", "month")}:
        if len(text) == 4 and _ORDINAL.fullmatch(text[0]):
            return _monthly(text[:1], 1)
        return _nth(text[:-3], 1)
    return None


def _nth(text: tuple[str, ...], interval: int) -> Repeat | None:
    if not text or text[0] not in ORDINAL:
        return None
    nth = ORDINAL[text[0]]
    if text[1:] in {("business", "day"), ("working", "day"), ("weekday",)}:
        return Repeat(f"FREQ=MONTHLY{_by(interval)};BYDAY=MO,TU,WE,TH,FR;BYSETPOS={nth}")
    if len(text) == 2 and text[1] in WEEKDAY:
        return Repeat(f"FREQ=MONTHLY{_by(interval)};BYDAY={nth}{_CODE[WEEKDAY[text[1]]]}")
    if text == ("last", "day"):
        return Repeat(f"FREQ=MONTHLY{_by(interval)};BYMONTHDAY=-1")
    return None


def hours_of(rule: str, work: WorkingTime) -> list[Hours]:
    """The hours of the weekdays on which a rule can fall; of those worked, when it can fall on any."""
    named = rule.partition("BYDAY=")[2].partition(";")[0]
    days = [n for n, code in _CODE.items() if code in named] or [n for n in range(7) if work.week[n]]
    return [work.week[n] or usual(work.week) for n in days]


def ended(rule: str, found: Repeat) -> str:
    """The RRULE with its end. UNTIL is the end of that day on the wall clock."""
    if found.count:
        return f"{rule};COUNT={found.count}"
    return f"{rule};UNTIL={found.until:%Y%m%d}T235959" if found.until else rule
