"""A clock that jumps, or two that differ: what should be said is said, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest

from models.nudge import DIGEST, LISTED, YOUR_DAY, NudgeState
from tests.handlers.conftest import ANA, BEN, HOME, Team

ZONE = ZoneInfo("America/New_York")
NONE, SIX, HOUR, DAY = timedelta(0), timedelta(minutes=6), timedelta(hours=1), timedelta(days=1)
DAYS = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-27", "2026-11-30")   # the Thursday between is a holiday


def times() -> Iterator[datetime]:
    """Of five working days, what a sweep may find."""
    for day in DAYS:
        for at in ("08:31", "09:07", "11:10", "13:10", "15:10", "16:50"):
            found = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=ZONE)
            if found > datetime(2026, 11, 23, 11, tzinfo=ZONE):
                yield found


def live(team: Team, off: list[timedelta]) -> Counter[tuple[int, str, str]]:
    """A promise, a barrier and a worry are left alone for a week; each sweep's clock is off by the next of ``off``. What was
    said of which item by which rule to whom; and how often each lead had a digest, as of item 0.
    """
    team.say("/commit rosa call the clinic by Tuesday 2pm", user=BEN)
    team.say("/barrier rosa ! no ride", user=BEN)
    team.say("/concern rosa afraid of the bill", user=BEN)
    said: Counter[tuple[int, str, str]] = Counter()
    for at, wrong in zip(times(), cycle(off), strict=False):
        team.now = at + wrong
        team.sweep()
        team.deliver()
    numbers = {item.id: item.number for item in team.items()}
    for row in team.ledger():
        if row.state is NudgeState.SENT and row.rule not in (LISTED, YOUR_DAY):
            said[numbers.get(row.subject_id, 0), row.rule, row.recipient] += 1
    return said


ALL = Counter({
    (0, DIGEST, ANA): 4,
    (1, "ahead-hours", BEN): 1, (1, "due", BEN): 1, (1, "overdue-owner", BEN): 1, (1, "overdue-channel", HOME): 1,
    (1, "overdue-lead", ANA): 1,
    (2, "urgent-entry", BEN): 1, (2, "urgent-entry", ANA): 1, (2, "barrier-channel", HOME): 1, (2, "barrier-lead", ANA): 1,
    (3, "concern-owner", BEN): 1, (3, "concern-channel", HOME): 1, (3, "concern-lead", ANA): 1})


@pytest.mark.parametrize("off", [[NONE], [NONE, -HOUR], [NONE, NONE, NONE, -HOUR, -HOUR], [NONE, SIX], [-SIX, SIX]])
def test_e7_clocks_that_differ_or_are_set_back_say_each_thing_once(team: Team, off: list[timedelta]) -> None:
    assert live(team, off) == ALL


def test_e7_a_clock_set_a_day_ahead_and_back_says_nothing_twice_and_leaves_nothing_out(team: Team) -> None:
    """What it jumps over collapses into what follows it, as after a night without workers."""
    said = live(team, [*[NONE] * 5, DAY, DAY, *[NONE] * 40])
    assert {count for key, count in said.items() if key[1] != DIGEST} == {1}
    assert said.keys() <= ALL.keys()
    assert {(1, "overdue-lead", ANA), (2, "barrier-lead", ANA), (3, "concern-lead", ANA)} <= said.keys()
    assert said[0, DIGEST, ANA] == 4
