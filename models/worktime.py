"""Working time: a team's hours on each weekday, its holidays and closed days, and sums in them.

Every instant in and out is aware. A working day is one stretch, from its opening to its closing on the team's wall clock; the
time in it is what elapses, so a day on which the clocks change is an hour longer or shorter. Sums go by whole weeks, less the
days off and the days on which the clocks change, so that ten years cost little more than ten days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from models.holiday import holidays_in

Hours = tuple[time, time]
Week = tuple[Hours | None, ...]   # Monday first; None is a day on which nobody works
WEEKDAYS = frozenset({0, 1, 2, 3, 4})
FARTHEST = 3660  # days; ten years without a working day is a mistake in the settings
DAY = timedelta(days=1)


def even(opens: time = time(9), closes: time = time(17), days: frozenset[int] = WEEKDAYS) -> Week:
    """The same hours on each of the days."""
    return tuple((opens, closes) if day in days else None for day in range(7))


OFFICE = even()


@lru_cache(maxsize=256)
def week_of(text: str) -> Week:
    """A week as it is kept: seven of 09:00-17:00, or - for a day on which nobody works."""
    return tuple(None if part == "-" else (time.fromisoformat(part[:5]), time.fromisoformat(part[6:])) for part in text.split())


def written(week: Week) -> str:
    return " ".join(f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours else "-" for hours in week)


@lru_cache(maxsize=256)
def usual(week: Week) -> Hours:
    """The hours most of its days have; of hours that are as common, the earlier weekday's."""
    worked = [hours for hours in week if hours is not None]
    return max(worked, key=worked.count)


@lru_cache(maxsize=256)
def lengths(week: Week) -> tuple[timedelta, ...]:
    """How long each weekday is, when the clocks do not change."""
    return tuple(datetime.combine(date.min, hours[1]) - datetime.combine(date.min, hours[0]) if hours else timedelta(0)
                 for hours in week)


@lru_cache(maxsize=1024)
def clock_changes(zone: ZoneInfo, year: int) -> tuple[date, ...]:
    """The days of a year in which that zone's clocks change."""
    first = datetime(year, 1, 1, tzinfo=zone)
    offsets = [(first + n * DAY).utcoffset() for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days + 1)]
    return tuple(first.date() + n * DAY for n, (now, then) in enumerate(pairwise(offsets)) if now != then)


@lru_cache(maxsize=4096)
def span(zone: ZoneInfo, day: date, hours: Hours) -> tuple[datetime, datetime]:
    """From when to when that day is worked, in UTC: instants of one zone compare by the wall clock otherwise."""
    begins, ends = (datetime.combine(day, at, zone).astimezone(UTC) for at in hours)
    return begins, ends


def _within(first: date, last: date, of_year: Callable[[int], Iterable[date]]) -> Iterator[date]:
    """Those of each year's days that are from ``first`` up to but not including ``last``."""
    for year in range(first.year, last.year + 1):
        yield from (day for day in of_year(year) if first <= day < last)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """``holidays`` is a calendar such as US-NY, of which the team works on the days ``opened``; ``closed`` are its own closed
    days, by name where they have one.
    """

    zone: ZoneInfo
    week: Week = OFFICE
    holidays: str = ""
    closed: Mapping[date, str] = field(default_factory=dict)
    opened: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a team works on at least one weekday of seven, Monday first")
        if any(hours is not None and hours[0] >= hours[1] for hours in self.week):
            raise ValueError("a team opens before it closes")

    def is_working_day(self, day: date) -> bool:
        return self.week[day.weekday()] is not None and self._off(day) is None

    def _off(self, day: date) -> str | None:
        """The name of a day off, whatever weekday it is."""
        if day in self.closed:
            return self.closed[day] or "a closed day"
        return holidays_in(self.holidays, day.year).get(day) if self.holidays and day not in self.opened else None

    def closed_because(self, day: date) -> str | None:
        """Why nobody works then, as it reads after "closed": the day off's name, or the weekday's plural."""
        return self._off(day) or (f"{day:%A}s" if self.week[day.weekday()] is None else None)

    def last_working_day(self, day: date) -> date:
        """The working day before ``day``, whatever day that is."""
        return self._day(day, -1)

    def hours_on(self, day: date) -> Hours:
        """That weekday's hours; the usual ones on a weekday without any."""
        return self.week[day.weekday()] or usual(self.week)

    def opening(self, day: date) -> datetime:
        return datetime.combine(day, self.hours_on(day)[0], self.zone)

    def end_of_day(self, day: date) -> datetime:
        return datetime.combine(day, self.hours_on(day)[1], self.zone)

    def is_open(self, at: datetime) -> bool:
        """The closing instant still counts as open: a promise due at the end of the day is due in working time."""
        day = at.astimezone(self.zone).date()
        begins, ends = self._span(day)
        return self.is_working_day(day) and begins <= at.astimezone(UTC) <= ends

    def _span(self, day: date) -> tuple[datetime, datetime]:
        return span(self.zone, day, self.hours_on(day))

    def _day(self, day: date, step: int) -> date:
        """The nearest working day strictly after (step 1) or before (step -1) ``day``."""
        for _ in range(FARTHEST):
            day += step * DAY
            if self.is_working_day(day):
                return day
        raise ValueError("no working day within ten years")

    def _nearest(self, at: datetime, step: int) -> tuple[date, datetime]:
        """``at`` when open, else the next opening (step 1) or the last closing (step -1); the working day, and it in UTC."""
        day, at = at.astimezone(self.zone).date(), at.astimezone(UTC)
        if self.is_working_day(day):
            begins, ends = self._span(day)
            if step > 0 and at <= ends:
                return day, max(at, begins)
            if step < 0 and at >= begins:
                return day, min(at, ends)
        day = self._day(day, step)
        return day, self._span(day)[0 if step > 0 else 1]

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself when open, else the next opening."""
        return at if self.is_open(at) else self._nearest(at, 1)[1].astimezone(self.zone)

    def last_open(self, at: datetime) -> datetime:
        """``at`` itself when open, else the last closing before it."""
        return at if self.is_open(at) else self._nearest(at, -1)[1].astimezone(self.zone)

    def next_opening(self, after: datetime) -> datetime:
        """The opening of a working day strictly after ``after``."""
        day = after.astimezone(self.zone).date()
        if self.is_working_day(day) and self.opening(day).timestamp() > after.timestamp():
            return self.opening(day)
        return self.opening(self._day(day, 1))

    def next_closings(self, at: datetime, n: int) -> list[datetime]:
        """The ends of the next ``n`` working days, today's first when it is still ahead."""
        day = at.astimezone(self.zone).date()
        found = [self.end_of_day(day)] if self.is_working_day(day) and self._span(day)[1] > at.astimezone(UTC) else []
        while len(found) < n:
            day = self._day(day, 1)
            found.append(self.end_of_day(day))
        return found

    def add_hours(self, at: datetime, hours: float) -> datetime:
        """``hours`` of open time after ``at``, or before it when they are negative."""
        left, step = timedelta(hours=abs(hours)), 1 if hours >= 0 else -1
        day, at = self._nearest(at, step)
        while True:
            begins, ends = self._span(day)
            room = ends - at if step > 0 else at - begins
            if left <= room:
                return (at + step * left).astimezone(self.zone)
            day, left = self._past_weeks(day, left - room, step)
            day = self._day(day, step)
            at = self._span(day)[0 if step > 0 else 1]

    def _past_weeks(self, day: date, left: timedelta, step: int) -> tuple[date, timedelta]:
        """As many whole weeks on as ``left`` outlasts, and what is left then. The day itself is spent."""
        weeks = left // sum(lengths(self.week), timedelta(0))
        while weeks > 0:
            there = day + step * weeks * 7 * DAY
            took = self._open_time(day + DAY, there + DAY) if step > 0 else self._open_time(there, day)
            if took < left:
                return there, left - took
            weeks -= 1  # exactly as long, or longer for the hours by which the clocks went back
        return day, left

    def add_days(self, at: datetime, n: int) -> datetime:
        """The same wall time on the nth working day, within that day's hours; the day before for -1, and so on.

        Outside hours it counts from the next opening (SPEC 2), or backward from the last closing.
        """
        step = 1 if n >= 0 else -1
        day, at = self._nearest(at, step)
        clock, left = at.astimezone(self.zone).time(), abs(n)
        while left:
            weeks = (left - 1) // sum(hours is not None for hours in self.week)
            there = day + step * weeks * 7 * DAY
            left -= self._working_days(day + DAY, there + DAY) if step > 0 else self._working_days(there, day)
            day, left = self._day(there, step), left - 1
        begins, ends = self._span(day)
        return min(max(datetime.combine(day, clock, self.zone).astimezone(UTC), begins), ends).astimezone(self.zone)

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Open hours between two instants; negative when ``end`` is first."""
        if end.astimezone(UTC) < start.astimezone(UTC):
            return -self.hours_between(end, start)
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        total = self._open_time(first, last + DAY)
        if self.is_working_day(first):
            begins, ends = self._span(first)
            total -= min(max(start.astimezone(UTC) - begins, timedelta(0)), ends - begins)
        if self.is_working_day(last):
            begins, ends = self._span(last)
            total -= min(max(ends - end.astimezone(UTC), timedelta(0)), ends - begins)
        return total / timedelta(hours=1)

    def days_between(self, start: datetime, end: datetime) -> int:
        """How many working days can be added to ``start`` without passing ``end``; negative when ``end`` is first."""
        if end.astimezone(UTC) < start.astimezone(UTC):
            return -self.days_between(end, start)
        first = self._nearest(start, 1)[0]
        n = max(self._working_days(first + DAY, end.astimezone(self.zone).date() + DAY), 0)
        return n - 1 if n and self.add_days(start, n).astimezone(UTC) > end.astimezone(UTC) else n

    def _open_time(self, first: date, last: date) -> timedelta:
        """The open time of the days from ``first`` up to but not including ``last``."""
        each = lengths(self.week)
        weeks, rest = divmod((last - first).days, 7)
        total = weeks * sum(each, timedelta(0))
        total += sum((each[(first.weekday() + n) % 7] for n in range(rest)), timedelta(0))
        total -= sum((each[day.weekday()] for day in self._days_off(first, last)), timedelta(0))
        for day in _within(first, last, lambda year: clock_changes(self.zone, year)):
            if self.is_working_day(day):
                begins, ends = self._span(day)
                total += ends - begins - each[day.weekday()]
        return total

    def _working_days(self, first: date, last: date) -> int:
        """How many days are worked from ``first`` up to but not including ``last``."""
        weeks, rest = divmod((last - first).days, 7)
        worked = [hours is not None for hours in self.week]
        whole = weeks * sum(worked) + sum(worked[(first.weekday() + n) % 7] for n in range(rest))
        return whole - sum(worked[day.weekday()] for day in self._days_off(first, last))

    def _days_off(self, first: date, last: date) -> Iterator[date]:
        """Holidays and closed days, each once, on whatever weekday they fall."""
        yield from (day for day in self.closed if first <= day < last)
        if self.holidays:
            for day in _within(first, last, lambda year: holidays_in(self.holidays, year)):
                if day not in self.closed and day not in self.opened:
                    yield day
