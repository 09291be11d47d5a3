"""A promise goes overdue over a weekend with its owner out: what the owner, the cover and the lead each see, and when.

The whole of it is the timetable of tests/handlers/test_weekend.py; here the real app says it, and it is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from bot.sandbox.core import BOT
from handlers.cards.printed import printed
from tests.journeys.conftest import ANA, Kept, Rows, entered, message, picture, presses, types
from tests.running.processes import ZONE
from tests.sandbox.browser.conftest import Visit
from tests.sandbox.browser.test_phone import SIZE, fits

WHERE = {"owner": "D0ANA", "cover": "D0BEN", "lead": "D0PRIYA", "channel": "C0MAPLE"}
# Days after the Monday on which it begins, and what is then said to whom: the owner goes on Thursday at three, until Wednesday.
GOES = {(3, "08:30"): {"lead": ["Nothing waits for you"]}, (3, "09:00"): {"owner": ["Coming up"]}}
STAYS = {
    (4, "08:30"): {"lead": ["1 due today"]}, (4, "09:00"): {"cover": ["Due today"]}, (4, "15:00"): {"cover": ["is due now"]},
    (5, "12:00"): {}, (6, "12:00"): {},
    (7, "08:30"): {"lead": ["1 overdue"]}, (7, "09:00"): {"cover": ["Late, so the patient should hear"]},
    (7, "11:00"): {"cover": ["Words that may help"]}, (7, "15:00"): {"channel": ["still needs someone"]},
    (8, "08:30"): {"lead": ["1 overdue"]}, (8, "09:00"): {"cover": ["Late, so the patient should hear"]},
    (8, "15:00"): {"lead": ["the owner may need a hand"]},
    (9, "08:30"): {"lead": ["1 waiting for a decision"]}, (9, "09:00"): {"owner": ["Welcome back"]},
}


class Week:
    """Care time by the days of the story, and what each has been sent of it."""

    def __init__(self, kept: Kept, rows: Rows) -> None:
        self.box, self._until, self._rows = kept.box, kept.house.until, rows
        self.monday = self.box.clock.now().astimezone(ZONE).date()
        self._read = {name: len([one for one in self.box.messages(room) if one["user"] == BOT]) for name, room in WHERE.items()}

    def at(self, day: int, clock: str) -> None:
        then = datetime.combine(self.monday + timedelta(days=day), time.fromisoformat(clock), ZONE)
        self.box.clock.forward((then - self.box.clock.now()).total_seconds() + 1)
        self.settled()

    def settled(self) -> None:
        """Whatever is due by now is decided, and has left."""
        self._until(lambda: self._rows(
            "SELECT 1 FROM due WHERE subject IN ('absence', 'item', 'team', 'morning', 'day', 'mail') AND at <= :now UNION ALL "
            "SELECT 1 FROM outgoing WHERE state IN ('planned', 'sending') AND sort = 'post'",
            now=self.box.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")) == [], 90)

    def said(self) -> dict[str, list[str]]:
        """What has been posted since this was last asked, as each reads it."""
        found = {}
        for name, room in WHERE.items():
            posted = [one for one in self.box.messages(room) if one["user"] == BOT]
            fresh, self._read[name] = posted[self._read[name]:], len(posted)
            if fresh:
                found[name] = [printed(one, ZONE, {}) for one in fresh]
        return found

    def follows(self, timetable: Mapping[tuple[int, str], Mapping[str, list[str]]]) -> None:
        for (day, clock), expected in timetable.items():
            self.at(day, clock)
            said = self.said()
            assert {name: len(texts) for name, texts in said.items()} == {name: len(parts) for name, parts in expected.items()}
            for name, parts in expected.items():
                assert [part for part, text in zip(parts, said[name], strict=True) if part not in text] == [], said


@pytest.mark.soak
def test_a_weekend_with_the_owner_out(visit: Visit, kept: Kept, rows: Rows) -> None:
    week, ana = Week(kept, rows), visit(ANA)
    entered(ana, "/commit rosa call the ride service by Friday 3pm", "call the ride service")
    week.follows(GOES)
    week.at(3, "15:00")
    types(ana, "/kept out until Wednesday, cover @ben")
    expect(message(ana, "is asked to cover")).to_be_visible()
    picture(ana, "weekend owner goes")
    ben = visit("?as=U0BEN&in=D0BEN")
    presses(message(ben, "asks you to cover"), "Accept")
    expect(message(ben, "Thank you. Until Wednesday")).to_be_visible()
    picture(ben, "weekend cover accepts")
    week.settled()
    assert sorted(week.said()) == ["cover", "owner"]
    week.follows(STAYS)
    for name, room in WHERE.items():
        place = f"?as=U{room[1:]}&in={room}" if room.startswith("D") else f"?as=U0PRIYA&in={room}"
        page = visit(place, height=1400)
        picture(page, f"weekend {name}")
        page.set_viewport_size({"width": SIZE["width"], "height": 1800})
        fits(page)
        picture(page, f"weekend {name} phone")
