"""When Kept speaks up next and what moved it: SPEC 4's ladders as examples, and as laws. No database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models.tables  # noqa: F401
from models.base import new_id
from models.errors import Unclear
from models.handoff import HandOff
from models.item import Barrier, Commitment, Concern, Item, Urgency
from models.ladder import due_rung, ladder_of, next_nudge, said_all, upcoming
from models.patient import Patient
from models.rungs import AHEAD, LADDERS, Audience, Plan, changeable, plan_of, read_steps, step, with_steps
from models.sealing import DataKey, Keys, using
from models.team import CareTeam, Member
from models.worktime import WorkingTime, even

ZONE = ZoneInfo("America/New_York")
THANKSGIVING = date(2026, 11, 26)
MON_10 = "2026-11-23T10:00"


@pytest.fixture(autouse=True)
def sealed() -> Iterator[None]:
    with using(DataKey(new_id(), Keys.made(at(MON_10)))):
        yield


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def a_plan(**ladders: str) -> Plan:
    team = CareTeam(new_id(), "C1", at(MON_10))
    team.zone, team.own_days = ZONE.key, {THANKSGIVING: "Thanksgiving"}
    for name, steps in ladders.items():
        team.settings = with_steps(team.settings, name.replace("_", " "), steps.split())
    return plan_of(team)


def made(kind: type[Item], when: str = MON_10, due: str = "", urgency: Urgency = Urgency.NORMAL) -> tuple[Item, Member]:
    team = CareTeam(new_id(), "C1", at(when))
    ana = Member(team.workspace_id, "U1")
    return kind(team, Patient(team, "rosa-m", ana, at(when)), ana, "words", at(when), number=1, urgency=urgency,
                due_at=at(due) if due else None), ana


def rungs(item: Item, plan: Plan) -> list[tuple[str, str]]:
    return [(one.rung.rule, one.at.astimezone(ZONE).strftime("%a %d %H:%M")) for one in upcoming(item, plan)]


@pytest.mark.parametrize(("kind", "when", "due", "urgency", "expected"), [
    # Made on Monday for Friday: more than two working days ahead, Thursday being a holiday.
    (Commitment, MON_10, "2026-11-30T15:00", "normal", [
        ("ahead-day", "Fri 27 15:00"), ("ahead-hours", "Mon 30 13:00"), ("due", "Mon 30 15:00"),
        ("overdue-owner", "Tue 01 11:00"), ("overdue-channel", "Tue 01 15:00"), ("overdue-lead", "Wed 02 15:00")]),
    # Two working days ahead and no more: the day before is still in its owner's mind.
    (Commitment, MON_10, "2026-11-25T10:00", "normal", [
        ("ahead-hours", "Tue 24 16:00"), ("due", "Wed 25 10:00"), ("overdue-owner", "Wed 25 14:00"),
        ("overdue-channel", "Fri 27 10:00"), ("overdue-lead", "Mon 30 10:00")]),
    (Commitment, MON_10, "2026-11-23T14:00", "normal", [
        ("due", "Mon 23 14:00"), ("overdue-owner", "Tue 24 10:00"), ("overdue-channel", "Tue 24 14:00"),
        ("overdue-lead", "Wed 25 14:00")]),
    # Due on the holiday at night: said at the last closing before it, and overdue goes forward.
    (Commitment, MON_10, "2026-11-26T20:00", "normal", [
        ("ahead-day", "Tue 24 17:00"), ("ahead-hours", "Wed 25 15:00"), ("due", "Wed 25 17:00"),
        ("overdue-owner", "Fri 27 13:00"), ("overdue-channel", "Mon 30 09:00"), ("overdue-lead", "Tue 01 09:00")]),
    # Made in the evening for the same night: there is no working time before it.
    (Commitment, "2026-11-23T19:00", "2026-11-23T21:00", "normal", [
        ("due", "Tue 24 09:00"), ("overdue-owner", "Tue 24 13:00"), ("overdue-channel", "Wed 25 09:00"),
        ("overdue-lead", "Fri 27 09:00")]),
    (Commitment, MON_10, "", "normal", [("no-time", "Tue 24 10:00")]),
    (Barrier, "2026-11-25T16:00", "", "urgent", [
        ("urgent-entry", "Wed 25 16:00"), ("barrier-channel", "Fri 27 12:00"), ("barrier-lead", "Fri 27 16:00")]),
    (Barrier, "2026-11-21T12:00", "", "urgent", [
        ("urgent-entry", "Mon 23 09:00"), ("barrier-channel", "Mon 23 13:00"), ("barrier-lead", "Tue 24 09:00")]),
    (Barrier, MON_10, "", "normal", [
        ("barrier-owner", "Wed 25 10:00"), ("barrier-channel", "Mon 30 10:00"), ("barrier-lead", "Thu 03 10:00")]),
    (Barrier, MON_10, "", "low", [
        ("barrier-owner", "Tue 01 10:00"), ("barrier-channel", "Tue 08 10:00"), ("barrier-lead", "Tue 15 10:00")]),
    (Concern, MON_10, "", "normal", [
        ("concern-owner", "Tue 24 10:00"), ("concern-channel", "Wed 25 10:00"), ("concern-lead", "Fri 27 10:00")]),
    (HandOff, MON_10, "", "normal", [
        ("handoff-receiver", "Mon 23 14:00"), ("handoff-giver", "Tue 24 10:00"), ("handoff-lead", "Wed 25 10:00")]),
])
def test_the_ladders(kind: type[Item], when: str, due: str, urgency: str, expected: list[tuple[str, str]]) -> None:
    item, _ = made(kind, when, due, Urgency(urgency))
    assert rungs(item, a_plan()) == expected


def test_what_ended_or_was_answered_goes_to_the_digest_at_last() -> None:
    plan = a_plan()
    concern, ana = made(Concern)
    assert isinstance(concern, Concern)
    concern.answer(ana, at(MON_10))
    assert rungs(concern, plan) == [("answered-owner", "Thu 03 10:00"), ("answered-digest", "Mon 14 10:00")]
    barrier, ana = made(Barrier)
    assert isinstance(barrier, Barrier)
    barrier.resolve(ana, at(MON_10), confirmed_by="staff")
    assert rungs(barrier, plan) == [("untold-owner", "Tue 24 10:00"), ("untold-digest", "Fri 27 10:00")]
    assert {one.rung.audience for one in upcoming(barrier, plan)} == {Audience.OWNER, Audience.DIGEST}
    barrier.tell(ana, at(MON_10))
    assert upcoming(barrier, plan) == []


def test_a_late_promise_asks_whether_the_patient_knows() -> None:
    item, ana = made(Commitment, due="2026-11-23T14:00")
    assert isinstance(item, Commitment)
    item.delay(at("2026-11-25T14:00"), "minute", ana, at("2026-11-23T12:00"), told=False)
    assert rungs(item, a_plan())[0] == ("late-untold", "Tue 24 12:00")
    item.tell(ana, at("2026-11-23T13:00"))
    assert "late-untold" not in {rule for rule, _ in rungs(item, a_plan())}


@pytest.mark.parametrize(("kind", "when", "due", "snoozed", "rule", "moved"), [
    (Commitment, MON_10, "2026-11-24T15:00", "", "due", ()),
    (Commitment, MON_10, "2026-11-24T20:00", "", "due", ("night",)),
    (Commitment, MON_10, "2026-11-28T12:00", "", "due", ("weekend",)),
    (Commitment, MON_10, "2026-11-26T12:00", "", "due", ("holiday",)),
    (Barrier, "2026-11-24T10:00", "", "", "barrier-owner", ("holiday",)),
    (Concern, "2026-11-20T10:00", "", "", "concern-owner", ("weekend",)),
    (Concern, "2026-11-23T20:00", "", "", "concern-owner", ("night",)),
    (Concern, MON_10, "", "2026-11-25T09:00", "concern-owner", ("snooze",)),
    (Barrier, "2026-11-20T20:00", "", "", "barrier-owner", ("weekend", "night")),
])
def test_what_moved_it(kind: type[Item], when: str, due: str, snoozed: str, rule: str, moved: tuple[str, ...]) -> None:
    item, ana = made(kind, when, due)
    if snoozed:
        item.snooze(at(snoozed), ana, at(when))
    found = next(one for one in upcoming(item, a_plan()) if one.rung.rule == rule)
    assert tuple(str(one) for one in found.moved) == moved


def test_a_team_changes_its_times() -> None:
    item, _ = made(Barrier)
    assert rungs(item, a_plan(barrier_normal="4h 1d 2d"))[0] == ("barrier-owner", "Mon 23 14:00")
    promise, _ = made(Commitment, due="2026-11-30T15:00")
    assert rungs(promise, a_plan(ahead="2d 4h"))[:2] == [("ahead-day", "Wed 25 15:00"), ("ahead-hours", "Mon 30 11:00")]
    assert rungs(promise, a_plan(ahead="3d 1h"))[0] == ("ahead-hours", "Mon 30 14:00")
    assert rungs(promise, a_plan(overdue="1h 2h 3h"))[-1] == ("overdue-lead", "Tue 01 10:00")
    assert plan_of(CareTeam(new_id(), "C1", at(MON_10))).ladders == LADDERS


@pytest.mark.parametrize(("name", "typed", "says"), [
    ("barrier normal", "2d 4d", "has 3 times, such as 2d 4d 7d"), ("barrier normal", "2d 4d soon", "hours and days"),
    ("barrier normal", "4d 2d 7d", "must be later"), ("barrier normal", "2d 2d 7d", "must be later"),
    ("overdue", "9h 1d 2d", "A day here has 8 working hours"), ("ahead", "2h 1d", "sooner to its due time"),
    ("untold", "1d 61d", "between 1h and 24h"), ("untold", "0d 3d", "between 1h"), ("overdue", "1h 25h 5d", "between 1h"),
    ("barrier urgent", "0h 4h 1d", "has 2 times"),
])
def test_times_that_do_not_fit_say_what_to_do(name: str, typed: str, says: str) -> None:
    with pytest.raises(Unclear, match=says):
        read_steps(name, typed.split(), WorkingTime(ZONE))


@pytest.mark.parametrize("name", sorted(LADDERS))
def test_the_usual_times_are_ones_a_team_may_type(name: str) -> None:
    usual = [step(rung) for rung in changeable(LADDERS[name])]
    assert not usual or read_steps(name, usual, WorkingTime(ZONE)) == usual


PLANS = st.builds(
    lambda hours, days, closed: Plan(WorkingTime(ZONE, even(*hours, days), closed=dict.fromkeys(closed, ""))),
    st.sampled_from([(time(a), time(b)) for a, b in
                     ((9, 17), (8, 20), (0, 1), (6, 23), (13, 15))]),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.lists(st.dates(date(2026, 10, 20), date(2026, 12, 10)), max_size=6))
MOMENTS = st.integers(0, 26 * 24 * 60).map(lambda n: datetime(2026, 10, 25, tzinfo=UTC) + timedelta(minutes=n))


@st.composite
def items(draw: st.DrawFn) -> Item:
    kind = draw(st.sampled_from([Commitment, Barrier, Concern, HandOff]))
    now = draw(MOMENTS)
    team = CareTeam(new_id(), "C1", now)
    ana = Member(team.workspace_id, "U1")
    due = now + timedelta(minutes=draw(st.integers(1, 30_000))) if kind is Commitment and draw(st.booleans()) else None
    item = kind(team, Patient(team, "rosa-m", ana, now), ana, "words", now, number=1, due_at=due,
                urgency=draw(st.sampled_from(list(Urgency))))
    if draw(st.booleans()):
        item.snooze(now + timedelta(hours=draw(st.integers(1, 150))), ana, now)
    return item


LAWS = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAWS
@given(items(), PLANS)
def test_every_nudge_is_in_working_time_and_none_before_its_item(item: Item, plan: Plan) -> None:
    for one in upcoming(item, plan):
        assert plan.work.is_open(one.at)
        assert one.at >= item.since
        assert item.snoozed_until is None or one.at >= item.snoozed_until
        if one.rung.rule in AHEAD:
            assert item.due_at is not None
            assert one.at <= plan.work.last_open(item.due_at) or item.snoozed_until is not None


@LAWS
@given(items(), PLANS, st.lists(st.integers(1, 10_000), max_size=12))
def test_however_seldom_the_sweep_looks_each_rung_is_passed_once_and_in_order(
        item: Item, plan: Plan, waits: list[int]) -> None:
    """Whatever the looks miss collapses into the latest; in the end nothing is left, and a lead has to decide."""
    now, passed = item.since, [item.rung]
    last = max((one.at for one in upcoming(item, plan)), default=now)
    for minutes in [*waits, None]:
        now = last if minutes is None else now + timedelta(minutes=minutes)
        planned = next_nudge(item, plan)
        found = due_rung(item, plan, now)
        assert (found is None) == (planned is None or planned.at > now)
        if found is not None:
            assert found.at <= now
            assert found.place >= passed[-1]
            item.rung = found.place + 1
            passed.append(item.rung)
    assert passed == sorted(set(passed)) or len(passed) == 1
    assert said_all(item, plan) == bool(ladder_of(item, plan))


@LAWS
@given(items(), PLANS, st.integers(1, 5))
def test_a_slower_ladder_never_speaks_sooner(item: Item, plan: Plan, more: int) -> None:
    slower = Plan(plan.work, {name: tuple(replace(rung, days=rung.days + more) if rung.days and not rung.ahead else rung
                                          for rung in ladder) for name, ladder in plan.ladders.items()})
    quick, slow = ({one.rung.rule: one.at for one in upcoming(item, which)} for which in (plan, slower))
    assert quick.keys() == slow.keys()
    assert all(slow[rule] >= when for rule, when in quick.items())
