"""What Kept should say by itself, worked out anew and by plain means: minutes counted one by one, ladders written out."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
CLOSED = {date(2026, 11, 11), date(2026, 11, 26)}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2027, 3, 1)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in CLOSED


def last_before_work(day: date) -> date:
    """The last of the closed days that follow a day, or else it itself."""
    while not works(day + DAY):
        day += DAY
    return day


def _minutes() -> list[datetime]:
    """Every minute that is worked, by its beginning."""
    found, day = [], FIRST_DAY
    while day < LAST_DAY:
        if works(day):
            opening = datetime.combine(day, time(9), ZONE).astimezone(UTC)
            found += [opening + n * MINUTE for n in range(8 * 60)]
        day += DAY
    return found


MINUTES = _minutes()


def is_open(at: datetime) -> bool:
    local = at.astimezone(ZONE)
    return works(local.date()) and time(9) <= local.time() <= time(17)


def next_open(at: datetime) -> datetime:
    return at if is_open(at) else MINUTES[bisect_left(MINUTES, at)]


def last_open(at: datetime) -> datetime:
    return at if is_open(at) else MINUTES[bisect_left(MINUTES, at) - 1] + MINUTE


def hours(at: datetime, n: int) -> datetime:
    """``n`` worked hours after, or before when negative."""
    here = bisect_left(MINUTES, at)
    return MINUTES[here + n * 60 - 1] + MINUTE if n > 0 else MINUTES[here + n * 60]


def days(at: datetime, n: int) -> datetime:
    """The same time of day, ``n`` worked days on, or back when negative."""
    local = (next_open(at) if n > 0 else last_open(at)).astimezone(ZONE)
    day = local.date()
    for _ in range(abs(n)):
        day += DAY if n > 0 else -DAY
        while not works(day):
            day += DAY if n > 0 else -DAY
    return datetime.combine(day, local.time(), ZONE)


@dataclass(frozen=True)
class Step:
    """``at`` is None when it does not apply."""

    rule: str
    to: str
    at: datetime | None


@dataclass(frozen=True)
class Leave:
    """``covered`` by one who accepted."""

    begins: datetime
    ends: datetime
    covered: bool

    def holds(self, now: datetime) -> bool:
        return self.begins <= now < self.ends


@dataclass
class Thing:
    """An item as this model knows it. ``passed`` counts the steps of its ladder that are done with."""

    number: int
    kind: str
    owner: str
    since: datetime
    giver: str = ""
    due: datetime | None = None
    private: bool = False
    held: datetime | None = None
    passed: int = 0
    told: bool = False
    untold: bool = False

    def begins(self, kind: str, now: datetime) -> None:
        self.kind, self.since, self.passed, self.held = kind, now, 0, None

    def ladder(self) -> list[Step]:
        since, due = self.since, self.due
        if self.kind == "promise" and due is not None:
            back = last_open(due)
            return [
                Step("late-untold", "owner", days(since, 1) if self.untold else None),
                Step("ahead-day", "owner", days(due, -1) if days(due, -2) > since else None),
                Step("ahead-hours", "owner", hours(due, -2) if hours(due, -4) > since else None),
                Step("due", "owner", back if back >= since else next_open(due)),
                Step("overdue-owner", "owner", hours(due, 4)), Step("overdue-channel", "channel", days(due, 1)),
                Step("overdue-lead", "lead", days(due, 2))]
        if self.kind == "urgent":
            return [Step("urgent-entry", "both", next_open(since)), Step("barrier-channel", "channel", hours(since, 4)),
                    Step("barrier-lead", "lead", days(since, 1))]
        rows = {
            "promise": [("no-time", "owner", 1)],
            "barrier": [("barrier-owner", "owner", 2), ("barrier-channel", "channel", 4), ("barrier-lead", "lead", 7)],
            "concern": [("concern-owner", "owner", 1), ("concern-channel", "channel", 2), ("concern-lead", "lead", 3)],
            "answered": [("answered-owner", "owner", 7), ("answered-digest", "digest", 14)],
            "untold": [("untold-owner", "owner", 1), ("untold-digest", "digest", 3)],
            "offer": [("handoff-giver", "giver", 1), ("handoff-lead", "lead", 2)],
        }.get(self.kind, [])
        found = [Step(rule, to, days(since, n)) for rule, to, n in rows]
        return [Step("handoff-receiver", "owner", hours(since, 4)), *found] if self.kind == "offer" else found

    def coming(self) -> list[tuple[int, Step, datetime]]:
        """(place, step, when), the soonest first; being held moves what would come before its end."""
        found = []
        for place, step in enumerate(self.ladder()):
            if place >= self.passed and step.at is not None:
                at = next_open(self.held) if self.held is not None and step.at < self.held else step.at
                found.append((place, step, at))
        return sorted(found, key=lambda one: (one[2], one[0]))

    def come(self, now: datetime) -> tuple[int, Step] | None:
        """(place, step) of the last of what has come, which is said for all of it."""
        found = [(place, step) for place, step, at in self.coming() if at <= now]
        return max(found, key=lambda one: one[0]) if found else None

    def caught_up(self, now: datetime) -> bool:
        """Whether the message for someone who is back says it, in place of a nudge of its own."""
        found = self.come(now)
        tomorrow = datetime.combine(now.astimezone(ZONE).date() + DAY, time(), ZONE)
        if found is None or found[1].to != "owner" or (self.kind == "promise" and self.due is not None and self.due >= tomorrow):
            return False
        self.passed = found[0] + 1
        return True

    def this_morning(self, opening: datetime) -> Step | None:
        """What the owner's message for the day says in place of a nudge of its own."""
        tomorrow = datetime.combine(opening.astimezone(ZONE).date() + DAY, time(), ZONE)
        found = None
        for place, step, at in self.coming():
            if step.to != "owner" or not (at <= opening + HOUR or (step.rule.startswith("ahead") and at < tomorrow)):
                break
            found, self.passed = step, place + 1
        return found

    def named(self, now: datetime) -> bool:
        """Whether a message for the day looks at it by itself."""
        waits = self.untold or self.kind in {"untold", "concern", "offer"} or (self.kind == "promise" and self.due is not None)
        return waits and not (self.held is not None and self.held > now)

    @property
    def stands(self) -> bool:
        return self.kind != "over"
