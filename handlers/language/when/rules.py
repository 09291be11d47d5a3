"""What the readers of due times share: readings, and the table of rules that the page about them is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from models.worktime import WorkingTime

F = TypeVar("F", bound=Callable[..., object])
PAST = "that is in the past"
NO_SUCH = "there is no such date"
NO_TIME = "there is no such time of day"
FARTHEST_DAYS = 3660
TOO_FAR = "that is more than ten years ahead"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a phrase is read against: care time, the member's zone, the team's working time, the day-month order.

    ``dates`` is "mdy", "dmy", or "ask" when the team has not said: then ``3/4`` asks. ``parts`` are the parts of the day that
    the team gave a time of its own.
    """

    now: datetime
    zone: ZoneInfo
    work: WorkingTime
    dates: str = "mdy"
    parts: Mapping[str, time] = field(default_factory=dict)

    def times_of(self, clock: Clock) -> tuple[time, ...]:
        own = self.parts.get(clock.part)
        return clock.times if own is None else (own,)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Day:
    """``days`` are the readings. ``ask`` holds the reason even when there is one; ``wrong`` the reason for refusing."""

    days: tuple[date, ...] = ()
    ask: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """``times`` are the readings; none of them with ``edge`` "close" or "open" is where the team's working day ends or
    begins. ``after`` days are added to the date (midnight belongs to the day it ends). ``bare`` marks an hour without a
    half of the day, and ``either`` its two times where the day's own hours settle which. ``part`` names a part of the day that
    was said alone: a team may have its own time for it. ``ask`` and ``wrong`` as for a day.
    """

    times: tuple[time, ...] = ()
    grain: str = "hour"
    edge: str = ""
    after: int = 0
    bare: bool = False
    either: tuple[time, ...] = ()
    part: str = ""
    ask: str = ""
    wrong: str = ""


CLOSE = Clock(grain="day", edge="close")   # a day without a time: where the team's working day ends


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the page: what is written, in which examples, and what comes of it."""

    part: str
    says: str
    examples: tuple[str, ...]


RULES: list[Rule] = []


def rule(part: str, says: str, *examples: str) -> Callable[[F], F]:
    """Enter a reader in the page's table. ``examples`` are due phrases, or what stands at a sentence's end."""

    def enter(reader: F) -> F:
        RULES.append(Rule(part, says, examples))
        return reader

    return enter
