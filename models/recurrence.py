"""When what repeats comes round: an RRULE kept on a wall clock. Instants in and out are aware, wall times naive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rrulestr

_PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "BYDAY": re.compile(r"(?:-?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:-?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)){0,6}"),
    "BYMONTHDAY": re.compile(r"(?:-1|[1-9]|[12]\d|3[01])(?:,(?:[1-9]|[12]\d|3[01])){0,3}"),
    "BYMONTH": re.compile(r"[1-9]|1[0-2]"),
    "BYSETPOS": re.compile(r"-?[1-5]"),
    "COUNT": re.compile(r"[1-9]\d{0,2}"),
    "UNTIL": re.compile(r"\d{8}T235959"),
}
_OF: dict[str, set[str]] = {"DAILY": set(), "WEEKLY": {"BYDAY"}}
_COUNT = re.compile(r";COUNT=\d+")
LONGEST_SHIFT = timedelta(days=2)   # more than any change of a zone's clocks has ever moved them
MOST_COUNTED = 999


@dataclass(frozen=True, slots=True)
class Recurrence:
    """``rule`` is an RRULE without DTSTART, daily or coarser; ``start`` its first wall time, which it counts from.

    A wall time that does not exist, when the clocks go forward, moves forward with them: whoever promised a call at 2:30 that
    night calls once it is past half past two. One that happens twice is the first: kept then, it is kept by either reading.
    """

    rule: str
    start: datetime
    zone: ZoneInfo

    def _rule(self) -> rrule:
        found = rrulestr(f"RRULE:{self.rule}", dtstart=self.start)
        if not isinstance(found, rrule):
            raise ValueError("one rule, and no set of them")
        return found

    def at(self, wall: datetime) -> datetime:
        """The instant a wall time of the rule means."""
        return wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC).astimezone(self.zone)

    def after(self, instant: datetime) -> Iterator[datetime]:
        """Its instants strictly after another one. A day that a zone left out altogether does not come twice."""
        wall = instant.astimezone(self.zone).replace(tzinfo=None)
        for one in self._rule().xafter(wall - LONGEST_SHIFT, inc=True):
            found = self.at(one)
            if found > instant:
                instant = found
                yield found

    def next(self, instant: datetime) -> datetime | None:
        return next(self.after(instant), None)

    def some(self, instant: datetime, many: int) -> tuple[datetime, ...]:
        return tuple(found for found, _ in zip(self.after(instant), range(many), strict=False))

    def between(self, first: datetime, last: datetime) -> int:
        """How many of its instants lie strictly between two; a thousand are not counted on."""
        found = 0
        for at in self.after(first):
            if at >= last or found == MOST_COUNTED:
                break
            found += 1
        return found

    @property
    def parts(self) -> dict[str, str]:
        return dict(part.split("=", 1) for part in self.rule.split(";"))

    def last(self) -> datetime | None:
        """Its last instant; None when it has no end."""
        if not {"COUNT", "UNTIL"} & self.parts.keys():
            return None
        return max(map(self.at, self._rule()), default=None)

    def written(self) -> str:
        """As a button carries it; ``read`` takes it back."""
        return f"{self.rule}|{self.start:%Y-%m-%dT%H:%M}|{self.zone.key}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError unless it is a rule this house could have made: what a button carries comes from outside."""
        rule, start, zone = text.split("|")
        parts = [part.partition("=")[::2] for part in rule.split(";")]
        names = [name for name, _ in parts]
        if len(set(names)) < len(names) or names[:1] != ["FREQ"]:
            raise ValueError("no rule")
        for name, value in parts:
            if name not in _PARTS or not _PARTS[name].fullmatch(value):
                raise ValueError("no rule of ours")
        # A day by day search for what never comes would take long.
        if {name for name in names if name.startswith("BY")} - _OF.get(parts[0][1], _PARTS.keys()):
            raise ValueError("no rule of ours")
        try:
            return cls(rule, datetime.strptime(start, "%Y-%m-%dT%H:%M"), ZoneInfo(zone))  # noqa: DTZ007  a wall time is naive
        except (ZoneInfoNotFoundError, OSError):
            raise ValueError("no zone") from None


def beginning(rule: str, start: datetime, zone: ZoneInfo, now: datetime) -> Recurrence | None:
    """The recurrence from its first time after ``now`` on; None when there is none.

    Every second week is counted from ``start``, but five times are five that are still to come.
    """
    endless = Recurrence(_COUNT.sub("", rule), start, zone)
    wall = now.astimezone(zone).replace(tzinfo=None)
    for one in endless._rule().xafter(wall - LONGEST_SHIFT, inc=True):
        if endless.at(one) > now:
            return Recurrence(rule, one, zone)
    return None
