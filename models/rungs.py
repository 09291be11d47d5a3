"""SPEC 4's ladders as data: which rungs there are, whom each reaches, and how a team may change their times."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.errors import Unclear
from models.team import CareTeam
from models.worktime import WorkingTime, lengths


class Audience(StrEnum):
    OWNER = "owner"
    CHANNEL = "channel"
    LEAD = "lead"
    GIVER = "giver"
    OWNER_AND_LEAD = "owner and lead"
    DIGEST = "leads' digest"    # no message of its own: the item stands in it until someone decides


class Anchor(StrEnum):
    DUE = "due"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Rung:
    """``hours`` or ``days`` of working time after the anchor, or with ``ahead`` before it. ``back`` moves a closed instant
    back instead of forward. ``fixed`` rungs have no time that a team could change.
    """

    rule: str
    audience: Audience
    hours: float = 0
    days: int = 0
    anchor: Anchor = Anchor.SINCE
    back: bool = False
    ahead: bool = False
    fixed: bool = False

    def reached(self, at: datetime, work: WorkingTime, times: int = 1) -> datetime:
        """``times`` its step from ``at``, in working time."""
        way = -times if self.ahead else times
        return work.add_days(at, way * self.days) if self.days else work.add_hours(at, way * self.hours)


OWNER, CHANNEL, LEAD, DIGEST = Audience.OWNER, Audience.CHANNEL, Audience.LEAD, Audience.DIGEST
DUE = Anchor.DUE

LADDERS: Mapping[str, tuple[Rung, ...]] = {
    "late untold": (Rung("late-untold", OWNER, days=1),),
    "ahead": (Rung("ahead-day", OWNER, days=1, anchor=DUE, back=True, ahead=True),
              Rung("ahead-hours", OWNER, hours=2, anchor=DUE, back=True, ahead=True)),
    "due": (Rung("due", OWNER, anchor=DUE, back=True, fixed=True),),
    "overdue": (Rung("overdue-owner", OWNER, hours=4, anchor=DUE), Rung("overdue-channel", CHANNEL, days=1, anchor=DUE),
                Rung("overdue-lead", LEAD, days=2, anchor=DUE)),
    "no time": (Rung("no-time", OWNER, days=1),),
    "barrier urgent": (Rung("urgent-entry", Audience.OWNER_AND_LEAD, fixed=True), Rung("barrier-channel", CHANNEL, hours=4),
                       Rung("barrier-lead", LEAD, days=1)),
    "barrier normal": (Rung("barrier-owner", OWNER, days=2), Rung("barrier-channel", CHANNEL, days=4),
                       Rung("barrier-lead", LEAD, days=7)),
    "barrier low": (Rung("barrier-owner", OWNER, days=5), Rung("barrier-channel", CHANNEL, days=10),
                    Rung("barrier-lead", LEAD, days=15)),
    "concern": (Rung("concern-owner", OWNER, days=1), Rung("concern-channel", CHANNEL, days=2),
                Rung("concern-lead", LEAD, days=3)),
    "answered": (Rung("answered-owner", OWNER, days=7), Rung("answered-digest", DIGEST, days=14)),
    "handoff": (Rung("handoff-receiver", OWNER, hours=4), Rung("handoff-giver", Audience.GIVER, days=1),
                Rung("handoff-lead", LEAD, days=2)),
    "untold": (Rung("untold-owner", OWNER, days=1), Rung("untold-digest", DIGEST, days=3)),
}
PROMISE = ("late untold", "ahead", "due", "overdue")   # the parts of a promise's one ladder, in the order of their rungs
RULES = tuple(dict.fromkeys(rung.rule for ladder in LADDERS.values() for rung in ladder))
AHEAD = frozenset(rung.rule for rung in LADDERS["ahead"])

LONGEST_DAYS, LONGEST_HOURS = 60, 24
_STEP = re.compile(r"(\d{1,3})(h|d)", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    """What a team's nudges go by: its working time, and its ladders by name."""

    work: WorkingTime
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=lambda: LADDERS)

    def rung(self, rule: str) -> Rung | None:
        """The first rung of that rule: the times of a rule differ by urgency alone."""
        return next((rung for ladder in self.ladders.values() for rung in ladder if rung.rule == rule), None)


def plan_of(team: CareTeam) -> Plan:
    changed: Mapping[str, Sequence[str]] = team.settings.get("ladders", {})
    return Plan(team.work, {name: _laid(ladder, changed.get(name)) for name, ladder in LADDERS.items()})


def _laid(ladder: tuple[Rung, ...], steps: Sequence[str] | None) -> tuple[Rung, ...]:
    """The ladder with the steps a team has set; whatever does not fit it any more is left as it is by default."""
    if steps is None or len(steps) != len(changeable(ladder)):
        return ladder
    given = iter(steps)
    return tuple(rung if rung.fixed else _stepped(rung, next(given)) for rung in ladder)


def _stepped(rung: Rung, step: str) -> Rung:
    number, days = int(step[:-1]), step.endswith("d")
    return replace(rung, days=number if days else 0, hours=0 if days else number)


def changeable(ladder: Sequence[Rung]) -> list[Rung]:
    return [rung for rung in ladder if not rung.fixed]


def step(rung: Rung) -> str:
    """As it is typed: "2d" or "4h"."""
    return f"{rung.days}d" if rung.days else f"{rung.hours:g}h"


def read_steps(name: str, typed: Sequence[str], work: WorkingTime) -> list[str]:
    """Times for the ladder ``name`` that fit together. Raises Unclear with a sentence that says what to do."""
    usual = " ".join(step(rung) for rung in changeable(LADDERS[name]))
    if len(typed) != len(usual.split()):
        raise Unclear(f"The ladder {name} has {len(usual.split())} times, such as {usual}. Nothing was changed.", "setup")
    found = [_STEP.fullmatch(word) for word in typed]
    if not all(found):
        raise Unclear(f"A ladder's times are working hours and days, such as {usual}. Nothing was changed.", "setup")
    steps = [f"{int(one[1])}{one[2].lower()}" for one in found if one]
    rungs = [_stepped(rung, one) for rung, one in zip(changeable(LADDERS[name]), steps, strict=True)]
    if any(rung.days > LONGEST_DAYS or rung.hours > LONGEST_HOURS or not (rung.days or rung.hours) for rung in rungs):
        raise Unclear(f"Each time is between 1h and {LONGEST_HOURS}h, or 1d and {LONGEST_DAYS}d. Nothing was changed.", "setup")
    hours = [_hours(rung, work) for rung in rungs]
    wanted = sorted(set(hours), reverse=rungs[0].ahead)
    if hours != wanted:
        how = "sooner to its due time" if rungs[0].ahead else "later"
        raise Unclear(f"Each time of a ladder must be {how} than the one before it, such as {usual}. A day here has "
                      f"{_day(work):g} working hours. Nothing was changed.", "setup")
    return steps


def _day(work: WorkingTime) -> float:
    return max(lengths(work.week)) / timedelta(hours=1)


def _hours(rung: Rung, work: WorkingTime) -> float:
    return rung.days * _day(work) if rung.days else rung.hours


def with_steps(settings: Mapping[str, Any], name: str, steps: Sequence[str] | None) -> dict[str, Any]:
    """A team's settings with new times for one ladder, or with None the usual ones again."""
    ladders = {**settings.get("ladders", {}), name: list(steps or ())}
    if steps is None:
        del ladders[name]
    return {**settings, "ladders": ladders}
