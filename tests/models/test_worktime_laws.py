"""The laws of working time, for every team and instant, and against a slow model that walks from day to day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.worktime import WorkingTime, lengths

# Clocks that change by an hour, by half an hour, twice within a month, at midnight, south of the equator, and never.
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/Havana", "America/Santiago",
         "Asia/Beirut", "America/St_Johns", "Pacific/Chatham", "Asia/Kolkata", "UTC"]
CALENDARS = ["", "US", "US-NY", "DE-BY", "IL", "IN"]
HOLIDAYS = [date(2020, 12, 25), date(2021, 1, 1), date(2020, 5, 1), date(2020, 7, 3), date(2021, 5, 31)]
DECADE = (date(2018, 1, 1), date(2032, 12, 31))
instants = st.datetimes(datetime(2019, 1, 1), datetime(2022, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# Quarters are exact in binary, so sums of them are.
hours = st.one_of(st.integers(0, 4 * 60), st.integers(0, 4 * 400), st.integers(0, 4 * 20_000)).map(lambda quarters: quarters / 4)
days = st.one_of(st.integers(0, 12), st.integers(0, 100), st.integers(0, 2600))
HOUR = timedelta(hours=1)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[time, time]:
    opens = draw(st.integers(0, 22 * 4))
    closes = draw(st.integers(opens + 1, 23 * 4 + 3))
    return time(opens // 4, opens % 4 * 15), time(closes // 4, closes % 4 * 15)


@st.composite
def teams(draw: st.DrawFn, own: st.SearchStrategy[tuple[time, time]] | None = None) -> WorkingTime:
    """With hours of each day's own, or the same on all when ``own`` draws them once."""
    each = stretches() if own is None else st.just(draw(own))
    week = draw(st.lists(st.none() | each, min_size=7, max_size=7).filter(any))
    closed = draw(st.dictionaries(st.dates(*DECADE) | st.sampled_from(HOLIDAYS), st.sampled_from(["", "Staff day"]), max_size=8))
    opened = draw(st.frozensets(st.sampled_from(HOLIDAYS)))
    return WorkingTime(ZoneInfo(draw(st.sampled_from(ZONES))), tuple(week), draw(st.sampled_from(CALENDARS)), closed, opened)


def quarters_of(team: WorkingTime, much: float) -> float:
    """So much of what the team works in a decade, in hours: little work takes no centuries to add."""
    return much % (sum(lengths(team.week), timedelta(0)) / HOUR * 520)


def worked(team: WorkingTime, first: date, step: int) -> Iterator[tuple[date, datetime, datetime]]:
    """The model: one working day after another, from ``first``, with the instants between which it is worked."""
    day = first
    while True:
        if (own := team.week[day.weekday()]) is not None and team.closed_because(day) is None:
            begins, ends = (datetime.combine(day, clock, team.zone).astimezone(UTC) for clock in own)
            yield day, begins, ends
        day += timedelta(days=step)


def walked_hours(team: WorkingTime, at: datetime, left: timedelta) -> datetime:
    for _, begins, ends in worked(team, at.astimezone(team.zone).date(), 1):
        if (room := ends - max(at, begins)) >= timedelta(0):
            if left <= room:
                return max(at, begins) + left
            left -= room
    raise AssertionError


def walked_back(team: WorkingTime, at: datetime, left: timedelta) -> datetime:
    for _, begins, ends in worked(team, at.astimezone(team.zone).date(), -1):
        if (room := min(at, ends) - begins) >= timedelta(0):
            if left <= room:
                return min(at, ends) - left
            left -= room
    raise AssertionError


def measured(team: WorkingTime, start: datetime, end: datetime) -> timedelta:
    total = timedelta(0)
    for _, begins, ends in worked(team, start.astimezone(team.zone).date(), 1):
        if begins > end:
            return total
        total += max(min(ends, end) - max(begins, start), timedelta(0))
    raise AssertionError


@settings(deadline=None, max_examples=50)
@given(teams(), instants, hours)
def test_hours_are_those_that_a_walk_finds(team: WorkingTime, start: datetime, much: float) -> None:
    much = quarters_of(team, much)
    ahead, behind = team.add_hours(start, much), team.add_hours(start, -much)
    assert ahead.astimezone(UTC) == walked_hours(team, start, much * HOUR)
    if much:  # nothing is added forward
        assert behind.astimezone(UTC) == walked_back(team, start, much * HOUR)


@settings(deadline=None, max_examples=50)
@given(teams(), instants, st.timedeltas(timedelta(0), timedelta(days=3660)))
def test_time_is_what_a_walk_measures(team: WorkingTime, start: datetime, much: timedelta) -> None:
    assert team.hours_between(start, start + much) == measured(team, start, start + much) / HOUR
    assert team.hours_between(start + much, start) == -team.hours_between(start, start + much)


@settings(deadline=None, max_examples=50)
@given(teams(), instants, st.lists(st.timedeltas(timedelta(0), timedelta(days=3660)), min_size=3, max_size=3).map(sorted))
def test_measured_parts_make_the_whole_and_longer_is_not_less(team: WorkingTime, start: datetime, cuts: list[timedelta]) -> None:
    one, two, three = (start + cut for cut in cuts)
    parts = team.hours_between(one, two) + team.hours_between(two, three)
    assert parts == pytest.approx(team.hours_between(one, three), abs=1e-6)
    assert 0 <= team.hours_between(one, two) <= team.hours_between(one, three)
    assert 0 <= team.days_between(one, two) <= team.days_between(one, three)
    n = team.days_between(one, three)
    assert n == 0 or team.add_days(one, n).timestamp() <= three.timestamp()
    assert team.add_days(one, n + 1).timestamp() > three.timestamp()


@settings(deadline=None, max_examples=50)
@given(teams(), instants, hours, hours)
def test_hours_added_twice_are_their_sum(team: WorkingTime, start: datetime, one: float, two: float) -> None:
    one, two = quarters_of(team, one), quarters_of(team, two)
    assert team.add_hours(team.add_hours(start, one), two) == team.add_hours(start, one + two)
    assume(one and two)
    assert team.add_hours(team.add_hours(start, -one), -two) == team.add_hours(start, -one - two)


@settings(deadline=None, max_examples=50)
@given(teams(), instants, hours, hours)
def test_hours_there_and_back_and_more_is_later(team: WorkingTime, start: datetime, one: float, two: float) -> None:
    one, two = quarters_of(team, one), quarters_of(team, two)
    end = team.add_hours(start, one)
    assert team.is_open(end)
    assert team.hours_between(start, end) == one
    assert team.hours_between(start, team.add_hours(end, -one)) == 0
    assert team.hours_between(start, team.add_hours(end, -two)) == one - two
    assert (team.add_hours(start, two) > end) == (two > one)


@settings(deadline=None, max_examples=50)
@given(teams(), instants, days, days)
def test_days_are_counted_as_a_walk_counts_them(team: WorkingTime, start: datetime, one: int, two: int) -> None:
    for step in (1, -1):
        end = team.add_days(start, step * one)
        day = end.astimezone(team.zone).date()
        assert team.is_open(end)
        first = (team.next_open(start) if step > 0 or not one else team.last_open(start)).astimezone(team.zone).date()
        walk = worked(team, first, step)
        assert [found for _, (found, _, _) in zip(range(one + 1), walk, strict=False)][-1] == day
        # The day of the sum is the day of the parts, whatever hours lie between.
        twice = team.add_days(end, step * two).astimezone(team.zone).date()
        assert not (one and two) or twice == team.add_days(start, step * (one + two)).astimezone(team.zone).date()


@settings(deadline=None, max_examples=50)
@given(teams(), instants, days, days)
def test_days_are_measured_as_they_are_added_and_more_is_later(team: WorkingTime, start: datetime, one: int, two: int) -> None:
    assert team.days_between(start, team.add_days(start, one)) == one
    assert (team.add_days(start, two).astimezone(UTC) > team.add_days(start, one).astimezone(UTC)) == (two > one)


@settings(deadline=None, max_examples=50)
@given(teams(own=stretches().filter(lambda own: own[0] >= time(4) or own[1] <= time(23))), instants, days)
def test_days_there_and_back_where_every_day_is_alike(team: WorkingTime, start: datetime, one: int) -> None:
    """Hours after the night's change of clocks: each wall time of theirs is there once, every day."""
    assume(team.week[0] is None or team.week[0][0] >= time(4))
    start = team.next_open(start)
    assert team.add_days(team.add_days(start, one), -one) == start
    assert team.add_days(team.add_days(start, -one), one) == start
    assert team.add_days(start, one).astimezone(team.zone).time() == start.astimezone(team.zone).time()


@settings(deadline=None, max_examples=50)
@given(teams(), instants)
def test_the_next_and_last_openings_enclose_an_instant(team: WorkingTime, start: datetime) -> None:
    ahead, behind = team.next_open(start), team.last_open(start)
    assert team.is_open(ahead)
    assert team.is_open(behind)
    assert behind <= start <= ahead
    assert team.hours_between(behind, ahead) == 0
    assert team.is_open(start) == (ahead == start == behind)


@settings(deadline=None, max_examples=50)
@given(teams(), instants)
def test_closings_are_ahead_in_order_and_ends_of_days(team: WorkingTime, start: datetime) -> None:
    found = team.next_closings(start, 3)
    assert sorted(found, key=datetime.timestamp) == found
    assert found[0].timestamp() > start.timestamp()
    assert all(at == team.end_of_day(at.date()) and team.is_working_day(at.date()) for at in found)


@settings(deadline=None, max_examples=50)
@given(teams(), st.dates(*DECADE))
def test_a_day_is_worked_or_says_why_not(team: WorkingTime, day: date) -> None:
    assert team.is_working_day(day) == (team.closed_because(day) is None)
    before = team.last_working_day(day)
    assert before < day
    assert team.is_working_day(before)
    between = (day.toordinal() - before.toordinal() - 1)
    assert not any(team.is_working_day(before + timedelta(days=n + 1)) for n in range(between))
