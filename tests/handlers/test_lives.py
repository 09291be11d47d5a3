"""Many random lives of a team: whatever people do, however the clock moves and the sweep sleeps, every nudge that should
exist exists once, in order, at a working time, to the right person; and none that should not."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from models.audit import first_bad
from models.handoff import HandOffPart
from models.nudge import CADENCE, CATCH_UP, DIGEST, LISTED, OFFERED, SUPERSEDED, YOUR_DAY, NudgeState
from models.sealing import Keyring
from models.store import Store
from models.team import CareTeam
from models.workspace import install
from tests.databases import KINDS, Lite, Server
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention
from tests.handlers.lives import CLOSED, DAY, MINUTE, ZONE, Leave, Thing, days, is_open, last_before_work, works

BEGIN = datetime(2026, 10, 28, 14, tzinfo=UTC)   # a Wednesday, ten in the morning; the clocks go back on Sunday
PEOPLE = st.sampled_from([ANA, BEN])


class Lives(RuleBasedStateMachine):
    """Ana leads and Ben is her colleague, who is out now and then; Cam may cover for him."""

    database: Lite | Server

    @initialize()
    def begin(self) -> None:
        self.url = self.database.make(empty=False)
        self.store = Store(self.url, Keyring(os.urandom(32)))
        workspace = self.store.untenanted(lambda s: install(s, self.store.keyring, "T1", "UBOT", BEGIN).id)
        self.team = Team(self.store, workspace, BEGIN)
        self.team.say("/kept setup zone America/New_York digest 8:30 hours 9-17 cap person 100 cap channel 100 "
                      "cadence weekly")
        self.team.say("/kept patient add rosa-m")
        self.team.say("/kept setup join open")
        self.team.members[HOME] |= {CAM}
        for user in (BEN, CAM):
            self.team.say("/kept help", user=user)
        key = self.team.item_team()
        self.store.transact(workspace, lambda s: self._close(s, key))
        self.things: list[Thing] = []
        self.expected: Counter[tuple[int, str, str]] = Counter()
        self.mornings = {BEGIN.astimezone(ZONE).date()}   # set up after the opening: the first morning is tomorrow's
        self.reach_by = BEGIN.astimezone(ZONE).date() + 7 * DAY   # Rosa, who is Ana's
        self.windows: set[int] = set()
        self.serial = 0
        self.up = True
        self.leave: Leave | None = None
        self.back_on: date | None = None

    def _close(self, session: Session, key: UUID) -> None:
        team = session.get_one(CareTeam, (self.team.workspace, key))
        team.own_days = dict.fromkeys(sorted(CLOSED), "")

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert self.store.transact(self.team.workspace, lambda s: first_bad(s, self.team.workspace)) is None
            self.store.close()
            self.database.drop(self.url)

    # what people do

    def _say(self, line: str, user: str) -> str:
        self.team.now += MINUTE
        self.serial += 1
        return self.team.say(line, user=user)

    def _enter(self, line: str, kind: str, user: str, **of: object) -> None:
        assert "Kept as #" in self._say(line, user)
        number = max(item.number for item in self.team.items())
        self.things.append(Thing(number, kind, user, self.team.now, **of))  # type: ignore[arg-type]

    def _one(self, data: st.DataObject, *kinds: str) -> Thing:
        return data.draw(st.sampled_from([one for one in self.things if one.kind in kinds]), label="which")

    def _some(self, *kinds: str) -> bool:
        return any(one.kind in kinds for one in getattr(self, "things", ()))

    def _ahead(self, of_hours: int) -> datetime:
        """A whole hour ahead that every clock has once."""
        found = (self.team.now + timedelta(hours=of_hours)).astimezone(ZONE).replace(minute=0, second=0, tzinfo=ZONE)
        return found if found.hour not in (1, 2) else found.replace(hour=4)

    @precondition(lambda self: len(getattr(self, "things", ())) < 12)
    @rule(user=PEOPLE, ahead=st.one_of(st.none(), st.integers(1, 30), st.integers(30, 300)))
    def promise(self, user: str, ahead: int | None) -> None:
        due = self._ahead(ahead + 1) if ahead else None
        when = f" by {due:%Y-%m-%d %H:%M}" if due else ""
        self._enter(f"/commit rosa call number-{self.serial}x{when}", "promise", user, due=due)

    @precondition(lambda self: len(getattr(self, "things", ())) < 12)
    @rule(user=PEOPLE, urgent=st.booleans())
    def barrier(self, user: str, urgent: bool) -> None:
        self._enter(f"/barrier rosa {'! ' if urgent else ''}no ride {self.serial}", "urgent" if urgent else "barrier", user)

    @precondition(lambda self: len(getattr(self, "things", ())) < 12)
    @rule(user=PEOPLE, private=st.booleans())
    def concern(self, user: str, private: bool) -> None:
        self._enter(f"/concern rosa {'wants to die' if private else 'worried'} {self.serial}", "concern", user, private=private)

    @precondition(lambda self: self._some("barrier", "urgent"))
    @rule(data=st.data())
    def progress(self, data: st.DataObject) -> None:
        one = self._one(data, "barrier", "urgent")
        self.team.now += MINUTE
        self.team.press_item("progress", one.number, user=one.owner)
        one.begins(one.kind, self.team.now)

    @precondition(lambda self: self._some("barrier", "urgent"))
    @rule(data=st.data(), told=st.booleans())
    def resolve(self, data: st.DataObject, told: bool) -> None:
        one = self._one(data, "barrier", "urgent")
        assert "out of the way" in self._say(f"/kept resolve {one.number} done, assumed{', told' if told else ''}", one.owner)
        one.begins("over" if told else "untold", self.team.now)

    @precondition(lambda self: self._some("concern"))
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        one = self._one(data, "concern")
        assert "first contact" in self._say(f"/kept answer {one.number}", one.owner)
        one.begins("answered", self.team.now)

    @precondition(lambda self: self._some("promise"))
    @rule(data=st.data())
    def keep(self, data: st.DataObject) -> None:
        one = self._one(data, "promise")
        assert "is kept" in self._say(f"/kept done {one.number}", one.owner)
        late = one.due is not None and self.team.now > one.due + timedelta(minutes=15)
        one.begins("untold" if late and not one.told else "over", self.team.now)
        one.untold = False

    @precondition(lambda self: self._some("promise"))
    @rule(data=st.data(), ahead=st.integers(2, 200), told=st.booleans())
    def delay(self, data: st.DataObject, ahead: int, told: bool) -> None:
        one, due = self._one(data, "promise"), self._ahead(ahead)
        if due == one.due:
            return
        timed = one.due is None
        said = self._say(f"/kept late {one.number} until {due:%Y-%m-%d %H:%M}{', told' if told else ''}", one.owner)
        assert "has its time" in said or "has a new time" in said
        one.begins("promise", self.team.now)
        one.due = due
        if not timed:
            one.told, one.untold = told, not told

    @precondition(lambda self: self._some("untold") or any(one.untold for one in getattr(self, "things", ())))
    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([one for one in self.things if one.untold or one.kind == "untold"]))
        assert "the patient knows" in self._say(f"/kept told {one.number}", one.owner)
        one.told, one.untold = True, False
        if one.kind == "untold":
            one.kind = "over"

    @precondition(lambda self: self._some("promise", "barrier", "urgent", "concern", "answered"))
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        one = self._one(data, "promise", "barrier", "urgent", "concern", "answered")
        self.team.now += MINUTE
        self.team.press_item("snooze", one.number, user=one.owner)
        one.held = days(self.team.now, 1)

    @precondition(lambda self: self._some("promise", "barrier", "urgent", "concern", "answered"))
    @rule(data=st.data())
    def give(self, data: st.DataObject) -> None:
        one = self._one(data, "promise", "barrier", "urgent", "concern", "answered")
        other = BEN if one.owner == ANA else ANA
        self._say(f"/kept assign {one.number} {mention(other)}", one.owner)
        one.owner = other

    @rule(user=PEOPLE, reached=st.booleans())
    def in_touch(self, user: str, reached: bool) -> None:
        said = self._say(f"/kept {'call' if reached else 'noanswer'} rosa about matter-{self.serial}", user)
        assert "you called" in said
        if reached:
            self.reach_by = self.team.now.astimezone(ZONE).date() + 7 * DAY

    def _out(self, user: str) -> bool:
        return user == BEN and self.leave is not None and self.leave.holds(self.team.now)

    @precondition(lambda self: getattr(self, "leave", None) is None)
    @rule(ahead=st.integers(1, 5), answer=st.sampled_from(["", "no", "yes"]))
    def goes(self, ahead: int, answer: str) -> None:
        day = self.team.now.astimezone(ZONE).date() + ahead * DAY
        while not works(day):
            day += DAY
        self._say(f"/kept out until {day:%Y-%m-%d}{f', cover {mention(CAM)}' if answer else ''}", BEN)
        begins = self.team.now
        if answer:
            self._say(f"/kept cover {mention(BEN)} {answer}", CAM)
        self.leave = Leave(begins, datetime.combine(day, time(9), ZONE), covered=answer == "yes")

    @precondition(lambda self: hasattr(self, "team") and self._out(BEN))
    @rule()
    def comes_back_early(self) -> None:
        self._say("/kept back", BEN)
        self._back()

    def _back(self) -> None:
        """One message says all that has waited for him."""
        self.leave, self.back_on = None, self.team.now.astimezone(ZONE).date()
        for one in self.things:
            if one.owner == BEN and one.stands:
                one.caught_up(self.team.now)

    @precondition(lambda self: self._some("barrier") and not self._some("offer"))
    @rule(data=st.data())
    def offer(self, data: st.DataObject) -> None:
        one = self._one(data, "barrier")
        other = BEN if one.owner == ANA else ANA
        if self._out(other):
            return
        said = self._say(f"/kept handoff {one.number} {mention(other)} tried calling", one.owner)
        assert "Offered as" in said
        number = max(item.number for item in self.team.items())
        self.things.append(Thing(number, "offer", other, self.team.now, giver=one.owner))

    @precondition(lambda self: self._some("offer"))
    @rule(data=st.data(), accepted=st.booleans())
    def answer_offer(self, data: st.DataObject, accepted: bool) -> None:
        one = self._one(data, "offer")
        of = {part.item_id for part in self.team.rows(HandOffPart) if part.handoff_id == self.team.item(one.number).id}
        given = next(t for t in self.things if self.team.item(t.number).id in of)
        if given.kind not in {"barrier", "untold"} or given.owner != one.giver:
            return
        self._say(f"/kept {'accept' if accepted else 'decline'} {one.number}", one.owner)
        one.begins("untold" if accepted else "over", self.team.now)
        given.owner = one.owner if accepted else given.owner

    # what time does

    @rule(how=st.sampled_from([5, 30, 60, 120, 240, 600]))
    def wait(self, how: int) -> None:
        self._now_is(self.team.now + how * MINUTE)

    @rule(ahead=st.integers(1, 4), hour=st.integers(8, 18))
    def another_day(self, ahead: int, hour: int) -> None:
        self._now_is(self._at(ahead, hour))

    @rule(ahead=st.integers(0, 2))
    def a_whole_day(self, ahead: int) -> None:
        """From its opening to its close."""
        begun = self.team.now
        for at in [self._at(ahead, hour) for hour in (9, 13, 17)]:
            if at > begun:
                self._now_is(at)

    def _at(self, ahead: int, hour: int) -> datetime:
        return datetime.combine(self.team.now.astimezone(ZONE).date() + ahead * DAY, time(hour), ZONE).astimezone(UTC)

    @rule()
    def the_workers_stop_or_start(self) -> None:
        self.up = not self.up

    def _now_is(self, at: datetime) -> None:
        self.team.now = at
        if self.up:
            self.sweep()

    @rule()
    def sweep(self) -> None:
        before = {row.id for row in self.team.ledger()}
        self._expect()
        self.team.sweep()
        self.team.deliver()
        self._check(before)

    def _expect(self) -> None:
        now = self.team.now
        if not is_open(now):
            return
        if self.leave is not None and now >= self.leave.ends:
            self._back()
        said: dict[tuple[int, str], str] = {}
        for one in self.things:
            place, step = one.come(now) or (0, None)
            readers = self._readers(one, step.to) if step else []
            if step and (readers or step.to == "digest"):  # else it waits for somebody to be back
                one.passed = place + 1
                said |= {(one.number, to): step.rule for to in readers}
        today = now.astimezone(ZONE).date()
        if works(today) and today not in self.mornings:
            self.mornings.add(today)
            opening = datetime.combine(today, time(9), ZONE)
            if self.reach_by <= last_before_work(today):
                gone = max(0, (today - self.reach_by).days // 7)
                self.windows.add((self.reach_by + gone * 7 * DAY).toordinal())
            for one in self.things:
                if one.owner == BEN and (self._out(BEN) or self.back_on == today):
                    continue
                if (one.number, one.owner) in said or (one.stands and one.named(now)):
                    step = one.this_morning(opening)
                    if step is not None:
                        said[one.number, one.owner] = step.rule
        self.expected.update((number, rule, to) for (number, to), rule in said.items())

    def _readers(self, one: Thing, to: str) -> list[str]:
        if to == "channel":
            return [ANA if one.private else HOME]
        owner = self._heard_by(one, one.owner)
        return {"owner": owner, "lead": [ANA], "giver": self._heard_by(one, one.giver), "digest": [],
                "both": list(dict.fromkeys([*owner, ANA]))}[to]

    def _heard_by(self, one: Thing, who: str) -> list[str]:
        """An offer can be taken by nobody else; what is private is not for a cover."""
        if not self._out(who) or self.leave is None:
            return [who]
        if one.private:
            return [ANA]
        return [CAM] if self.leave.covered and not (one.kind == "offer" and who == one.owner) else []

    def _check(self, before: set[object]) -> None:
        rows, items = self.team.ledger(), {item.id: item for item in self.team.items()}
        about = [row for row in rows if row.subject_id in items and row.rule not in (LISTED, OFFERED)]
        sent = Counter((items[row.subject_id].number, row.rule, row.recipient) for row in about if row.state is NudgeState.SENT)
        assert sent == self.expected
        assert {(row.state, row.reason) for row in about if row.state is not NudgeState.SENT} <= {
            (NudgeState.SUPPRESSED, SUPERSEDED), (NudgeState.SUPPRESSED, CATCH_UP)}
        assert sorted((row.recipient, row.epoch) for row in rows if row.rule == CADENCE) == [
            (ANA, window) for window in sorted(self.windows)]
        for row in rows:
            assert row.rule == DIGEST or row.rule == OFFERED or row.id in before or is_open(row.planned_at)
        fresh = {(row.recipient, row.outgoing_id) for row in rows if row.id not in before and row.outgoing_id is not None
                 and (row.subject_id in items or row.rule == YOUR_DAY)}
        assert len(fresh) == len({reader for reader, _ in fresh}), "several at once are one message"
        days_told = Counter((row.recipient, row.epoch) for row in rows if row.rule == YOUR_DAY)
        assert all(count == 1 for count in days_told.values())
        for one in self.things:
            item = self.team.item(one.number)
            assert (item.handed_up_at is not None) == (one.stands and bool(one.ladder()) and not one.coming()), one


def lives(of: Lite | Server, examples: int, steps: int) -> None:
    run_state_machine_as_test(type("Lives", (Lives,), {"database": of}), settings=settings(
        max_examples=examples, stateful_step_count=steps, deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]))


def test_a_few_random_lives(databases: dict[str, Lite | Server]) -> None:
    lives(databases["sqlite"], 6, 30)


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_many_random_lives(databases: dict[str, Lite | Server], kind: str) -> None:
    lives(databases[kind], int(os.environ.get("SOAK_LIVES", "250")), 60)
