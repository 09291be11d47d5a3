"""Working time: tables of examples, and the laws that hold for every team and instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.worktime import WorkingTime

YORK = ZoneInfo("America/New_York")
OFFICE = WorkingTime(YORK, closed=frozenset({date(2026, 11, 26)}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=YORK)


@pytest.mark.parametrize(("start", "hours", "end"), [
    ("2026-11-23T10:00", 4, "2026-11-23T14:00"), ("2026-11-23T16:00", 4, "2026-11-24T12:00"),
    ("2026-11-25T16:00", 2, "2026-11-27T10:00"), ("2026-11-27T16:00", 2, "2026-11-30T10:00"),
    ("2026-11-28T12:00", 1, "2026-11-30T10:00"), ("2026-11-23T07:00", 0, "2026-11-23T09:00"),
])
def test_hours_are_counted_while_open(start: str, hours: float, end: str) -> None:
    assert OFFICE.add_hours(at(start), hours) == at(end)


@pytest.mark.parametrize(("start", "days", "end"), [
    ("2026-11-23T10:00", 1, "2026-11-24T10:00"), ("2026-11-25T10:00", 1, "2026-11-27T10:00"),
    ("2026-11-27T16:00", 2, "2026-12-01T16:00"), ("2026-11-28T12:00", 1, "2026-12-01T09:00"),
    ("2026-11-23T20:00", 1, "2026-11-25T09:00"), ("2026-03-06T10:00", 1, "2026-03-09T10:00"),
])
def test_days_keep_the_wall_clock(start: str, days: int, end: str) -> None:
    assert OFFICE.add_days(at(start), days) == at(end)


@pytest.mark.parametrize(("day", "why", "before"), [
    ("2026-11-26", "a closed day", "2026-11-25"), ("2026-11-27", None, "2026-11-25"), ("2026-11-28", "Saturdays", "2026-11-27"),
    ("2026-11-30", None, "2026-11-27"),
])
def test_a_closed_day_says_why_and_has_a_working_day_before_it(day: str, why: str | None, before: str) -> None:
    assert OFFICE.closed_because(date.fromisoformat(day)) == why
    assert OFFICE.last_working_day(date.fromisoformat(day)) == date.fromisoformat(before)


def test_the_next_closings_are_ahead() -> None:
    assert OFFICE.next_closings(at("2026-11-25T16:00"), 3) == [
        at("2026-11-25T17:00"), at("2026-11-27T17:00"), at("2026-11-30T17:00")]
    assert OFFICE.next_closings(at("2026-11-25T17:00"), 1) == [at("2026-11-27T17:00")]


zones = st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
hours = st.integers(0, 60 * 100).map(lambda minutes: minutes / 60)


@st.composite
def teams(draw: st.DrawFn) -> WorkingTime:
    opens, closes = sorted(draw(st.lists(st.integers(0, 23 * 4 + 3), min_size=2, max_size=2, unique=True)))
    return WorkingTime(ZoneInfo(draw(zones)), time(opens // 4, opens % 4 * 15), time(closes // 4, closes % 4 * 15),
                       frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
                       frozenset(draw(st.sets(st.dates(date(2020, 1, 1), date(2035, 12, 31)), max_size=5))))


@settings(deadline=None, max_examples=150)
@given(teams(), instants, hours)
def test_what_was_added_is_what_is_measured(team: WorkingTime, start: datetime, much: float) -> None:
    end = team.add_hours(start, much)
    assert end >= start
    assert team.is_open(end)
    assert team.hours_between(start, end) == pytest.approx(much, abs=1e-6)


@settings(deadline=None, max_examples=150)
@given(teams(), instants, hours, hours)
def test_adding_twice_is_adding_the_sum(team: WorkingTime, start: datetime, one: float, two: float) -> None:
    twice = team.add_hours(team.add_hours(start, one), two)
    assert team.hours_between(start, twice) == pytest.approx(one + two, abs=1e-6)


@settings(deadline=None, max_examples=150)
@given(teams(), instants, st.integers(0, 30))
def test_days_land_on_working_days_and_in_order(team: WorkingTime, start: datetime, n: int) -> None:
    end = team.add_days(start, n)
    assert team.is_working_day(end.astimezone(team.zone).date())
    assert team.add_days(start, n + 1).timestamp() > end.timestamp()


@settings(deadline=None, max_examples=150)
@given(teams(), instants)
def test_the_next_and_last_openings_enclose_an_instant(team: WorkingTime, start: datetime) -> None:
    ahead, behind = team.next_open(start), team.last_open(start)
    assert team.is_open(ahead)
    assert team.is_open(behind)
    assert behind <= start <= ahead
    assert team.hours_between(behind, ahead) == pytest.approx(0, abs=1e-6)
    assert team.hours_between(ahead, behind) == pytest.approx(0, abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(teams(), instants)
def test_closings_are_ahead_in_order_and_open(team: WorkingTime, start: datetime) -> None:
    found = team.next_closings(start, 3)
    assert sorted(found) == found
    assert found[0] > start
    assert found[0] - start < timedelta(days=3660)


@pytest.mark.parametrize("bad", [{"days": frozenset()}, {"days": frozenset({7})}, {"opens": time(17), "closes": time(9)}])
def test_a_team_that_never_works_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="team"):
        WorkingTime(YORK, **bad)  # type: ignore[arg-type]
