"""The shapes of what comes again, each as an RRULE: every other Friday, the last business day of the month, nightly."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, time

from handlers.language.when.names import DAYS, MONTH, ORDINAL, PARTS, PLURAL, WEEKDAY, number
from handlers.language.when.rules import CLOSE, Clock
from models.worktime import Hours, WorkingTime, usual

CODE = {n: day[:2].upper() for n, day in enumerate(DAYS)}
PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", "fortnightly": "fortnight", "yearly": "year",
            "annually": "year", "quarterly": "quarter", "nightly": "night", "biweekly": "biweekly", "bimonthly": "bimonthly"}
ORDINAL_FIGURE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_OF_MONTH = frozenset({("the", "month"), ("a", "month"), ("each", "month")})
MOST_BETWEEN = 99
PARTS_AGAIN = frozenset({"mornings", "afternoons", "evenings", "nights"})


@dataclass(frozen=True, slots=True)
class Repeat:
    """``rule`` is an RRULE without DTSTART. ``ask`` and ``wrong`` are reasons, one of which then is all there is, but for the
    ``choices`` that an ask may come with: what each says, and its rule.
    """

    rule: str = ""
    clock: Clock = CLOSE
    until: date | None = None
    count: int | None = None
    ask: str = ""
    wrong: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def read_pattern(words: tuple[str, ...]) -> Repeat | None:
    if len(words) == 1 and words[0] in PERIODS:
        return _period(PERIODS[words[0]], 1)
    if words[0] in {"weekly", "fortnightly", "monthly"}:
        words = ("every", PERIODS[words[0]].replace("fortnight", "other week"), *words[1:])
        words = tuple(" ".join(words).split())
    if words[0] not in {"every", "each"}:
        return _plural(words) or _nth_of_month(words)
    rest = words[1:]
    if not rest:
        return None
    if rest[0] in {"third", "fourth", "fifth", "3rd", "4th", "5th"} and len(rest) == 2 and rest[1] in WEEKDAY:
        return Repeat(ask="every so many weeks, or that one of each month?")
    if rest[-2:] in _OF_MONTH and rest[-3:-2] in {("of",), ("in",)}:
        return _monthly(rest[:1], 1) if len(rest) == 4 else _nth(rest[:-3], 1)
    interval = 1
    if rest[0] in {"other", "second", "2nd"} and len(rest) > 1:
        interval, rest = 2, rest[1:]
    elif len(rest) > 1 and (many := number(rest[0])) and rest[1].endswith("s"):
        interval, rest = many, (rest[1].rstrip("s"), *rest[2:])
    if interval * (3 if rest == ("quarter",) else 1) > MOST_BETWEEN:
        return Repeat(wrong="that is too seldom to repeat")
    days = weekdays(rest[1:] if rest[0] == "week" else rest)
    if days:
        return weekly(days, interval)
    if len(rest) > 1 and rest[0] == "month":
        return _monthly(rest[1:], interval)
    if len(rest) > 1 and (yearly := _yearly(rest, interval)) is not None:
        return yearly
    if len(rest) == 1 and ORDINAL_FIGURE.fullmatch(rest[0]):
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
    if len(words) == 2 and words[1] in PARTS_AGAIN and (words[0] in WEEKDAY or words[0] in {"weekday", "weekend"}):
        made = weekly([WEEKDAY[words[0]]], 1) if words[0] in WEEKDAY else _period(words[0], 1)
        return made and replace(made, clock=Clock((time(PARTS[words[1][:-1]]),), part=words[1][:-1]))
    if words in {("weekdays",), ("weekends",)}:
        return _period(words[0][:-1], 1)
    days = weekdays(tuple(DAYS[PLURAL[word]] if word in PLURAL else word for word in words))
    return weekly(days, 1) if days and any(word in PLURAL for word in words) else None


def weekdays(words: tuple[str, ...]) -> list[int]:
    """Monday · Monday and Thursday · Mon Wed Fri; empty when it is anything else."""
    named = [word[:-1] if word in PLURAL else word for word in words if word not in {"and", "&", "every", "on"}]
    found = [WEEKDAY[word] for word in named if word in WEEKDAY]
    return sorted(set(found)) if found and len(found) == len(named) else []


def weekly(days: list[int], interval: int) -> Repeat:
    return Repeat(f"FREQ=WEEKLY{_by(interval)};BYDAY={','.join(CODE[day] for day in days)}")


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
        clock = Clock((time(PARTS[unit]),), part=unit)
        return Repeat(f"FREQ=DAILY{_by(interval)}", clock)
    if unit == "fortnight":
        return Repeat("FREQ=WEEKLY;INTERVAL=2") if interval == 1 else None
    if unit == "quarter":
        return Repeat(f"FREQ=MONTHLY;INTERVAL={3 * interval}")
    freq = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}.get(unit)
    return Repeat(f"FREQ={freq}{_by(interval)}") if freq else None


def _monthly(words: tuple[str, ...], interval: int) -> Repeat | None:
    text = tuple(word for word in words if word not in {"on", "the"})
    if len(text) == 1 and (found := ORDINAL_FIGURE.fullmatch(text[0])):
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
        if len(text) == 4 and ORDINAL_FIGURE.fullmatch(text[0]):
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
        return Repeat(f"FREQ=MONTHLY{_by(interval)};BYDAY={nth}{CODE[WEEKDAY[text[1]]]}")
    if text == ("last", "day"):
        return Repeat(f"FREQ=MONTHLY{_by(interval)};BYMONTHDAY=-1")
    return None


def hours_of(rule: str, work: WorkingTime) -> list[Hours]:
    """The hours of the weekdays on which a rule can fall; of those worked, when it can fall on any."""
    named = rule.partition("BYDAY=")[2].partition(";")[0]
    days = [n for n, code in CODE.items() if code in named] or [n for n in range(7) if work.week[n]]
    return [work.week[n] or usual(work.week) for n in days]
