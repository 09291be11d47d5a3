"""Working time: a team's hours, days and closed days, and sums in them. Every instant in and out is aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset({0, 1, 2, 3, 4})
FARTHEST = 3660  # days; ten years without a working day is a mistake in the settings


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """``days`` are weekdays, Monday 0; ``closed`` are holidays and the team's own closed days."""

    zone: ZoneInfo
    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = WEEKDAYS
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError("a team works on at least one weekday, Monday 0 to Sunday 6")
        if self.opens >= self.closes:
            raise ValueError("a team opens before it closes")

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.closed

    def opening(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, self.zone)

    def end_of_day(self, day: date) -> datetime:
        return datetime.combine(day, self.closes, self.zone)

    def is_open(self, at: datetime) -> bool:
        """The closing instant still counts as open: a promise due at the end of the day is due in working time."""
        local = at.astimezone(self.zone)
        return self.is_working_day(local.date()) and self.opens <= local.time() <= self.closes

    def _day(self, day: date, step: int) -> date:
        """The nearest working day strictly after (step 1) or before (step -1) ``day``."""
        for _ in range(FARTHEST):
            day += timedelta(days=step)
            if self.is_working_day(day):
                return day
        raise ValueError("no working day within ten years")

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself when open, else the next opening."""
        if self.is_open(at):
            return at
        local = at.astimezone(self.zone)
        if self.is_working_day(local.date()) and local.time() < self.opens:
            return self.opening(local.date())
        return self.opening(self._day(local.date(), 1))

    def next_opening(self, after: datetime) -> datetime:
        """The opening of a working day strictly after ``after``."""
        day = after.astimezone(self.zone).date()
        if self.is_working_day(day) and self.opening(day).timestamp() > after.timestamp():
            return self.opening(day)
        return self.opening(self._day(day, 1))

    def next_closings(self, at: datetime, n: int) -> list[datetime]:
        """The ends of the next ``n`` working days, today's first when it is still ahead."""
        day = at.astimezone(self.zone).date()
        found = [self.end_of_day(day)] if self.is_working_day(day) and self.end_of_day(day) > at else []
        while len(found) < n:
            day = self._day(day, 1)
            found.append(self.end_of_day(day))
        return found

    def last_open(self, at: datetime) -> datetime:
        """``at`` itself when open, else the last closing before it."""
        if self.is_open(at):
            return at
        local = at.astimezone(self.zone)
        if self.is_working_day(local.date()) and local.time() > self.closes:
            return self.end_of_day(local.date())
        return self.end_of_day(self._day(local.date(), -1))

    def add_hours(self, at: datetime, hours: float) -> datetime:
        """``hours`` of open time after ``at``, before it when negative; hours are elapsed time, so a day with a DST change
        counts as it runs."""
        if hours < 0:
            return self._hours_before(at, timedelta(hours=-hours))
        left = timedelta(hours=hours)
        at = self.next_open(at)
        while True:
            day = at.astimezone(self.zone).date()
            room = self.end_of_day(day).astimezone(UTC) - at.astimezone(UTC)
            if left <= room:
                return (at.astimezone(UTC) + left).astimezone(self.zone)
            left -= room
            at = self.opening(self._day(day, 1))

    def _hours_before(self, at: datetime, left: timedelta) -> datetime:
        at = self.last_open(at)
        while True:
            day = at.astimezone(self.zone).date()
            room = at.astimezone(UTC) - self.opening(day).astimezone(UTC)
            if left <= room:
                return (at.astimezone(UTC) - left).astimezone(self.zone)
            left -= room
            at = self.end_of_day(self._day(day, -1))

    def add_days(self, at: datetime, n: int) -> datetime:
        """The same wall time on the nth working day, counted from the next opening when outside hours (SPEC 2); when
        negative on the nth before, counted from the last closing."""
        local = (self.next_open(at) if n >= 0 else self.last_open(at)).astimezone(self.zone)
        day = local.date()
        for _ in range(abs(n)):
            day = self._day(day, 1 if n > 0 else -1)
        return datetime.combine(day, local.time(), self.zone)

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Open hours between two instants; negative when ``end`` is first."""
        if end < start:
            return -self.hours_between(end, start)
        total = timedelta(0)
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            if self.is_working_day(day):
                begins = max(self.opening(day).astimezone(UTC), start.astimezone(UTC))
                ends = min(self.end_of_day(day).astimezone(UTC), end.astimezone(UTC))
                total += max(ends - begins, timedelta(0))
            day += timedelta(days=1)
        return total / timedelta(hours=1)
