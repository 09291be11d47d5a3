"""Working time, in tables of examples. Its laws are in test_worktime_laws.py."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from models.holiday import holidays_in, next_holiday, parts_of
from models.worktime import OFFICE, WorkingTime, clock_changes, even, usual

YORK = ZoneInfo("America/New_York")
OURS = WorkingTime(YORK, holidays="US", closed={date(2026, 12, 24): "Staff day", date(2026, 12, 31): ""},
                   opened=frozenset({date(2026, 10, 12)}))
SHORT_FRIDAY = WorkingTime(YORK, (*OFFICE[:4], (time(9), time(13)), None, None))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=YORK)


@pytest.mark.parametrize(("start", "hours", "end"), [
    ("2026-11-23T10:00", 4, "2026-11-23T14:00"), ("2026-11-23T16:00", 4, "2026-11-24T12:00"),
    ("2026-11-25T16:00", 2, "2026-11-27T10:00"), ("2026-11-27T16:00", 2, "2026-11-30T10:00"),
    ("2026-11-28T12:00", 1, "2026-11-30T10:00"), ("2026-11-23T07:00", 0, "2026-11-23T09:00"),
    ("2026-11-23T10:00", 7, "2026-11-23T17:00"), ("2026-11-23T10:00", 47, "2026-12-01T17:00"),
    ("2026-11-30T10:00", -2, "2026-11-27T16:00"), ("2026-11-23T10:00", -1, "2026-11-23T09:00"),
    ("2026-11-27T09:00", -1, "2026-11-25T16:00"), ("2026-11-28T12:00", -8, "2026-11-27T09:00"),
    ("2026-11-28T12:00", 0, "2026-11-30T09:00"),
])
def test_hours_are_counted_while_open(start: str, hours: float, end: str) -> None:
    assert OURS.add_hours(at(start), hours) == at(end)


@pytest.mark.parametrize(("start", "days", "end"), [
    ("2026-11-23T10:00", 1, "2026-11-24T10:00"), ("2026-11-25T10:00", 1, "2026-11-27T10:00"),
    ("2026-11-27T16:00", 2, "2026-12-01T16:00"), ("2026-11-28T12:00", 1, "2026-12-01T09:00"),
    ("2026-11-23T20:00", 1, "2026-11-25T09:00"), ("2026-03-06T10:00", 1, "2026-03-09T10:00"),
    ("2026-11-27T10:00", -1, "2026-11-25T10:00"), ("2026-11-30T08:00", -1, "2026-11-25T17:00"),
    ("2026-11-28T12:00", -2, "2026-11-24T17:00"), ("2024-02-28T10:00", 1, "2024-02-29T10:00"),
    ("2026-11-23T10:00", 2500, "2036-11-26T10:00"), ("2036-11-26T10:00", -2500, "2026-11-23T10:00"),
])
def test_days_keep_the_wall_clock(start: str, days: int, end: str) -> None:
    assert OURS.add_days(at(start), days) == at(end)


@pytest.mark.parametrize(("day", "why", "before"), [
    ("2026-11-26", "Thanksgiving Day", "2026-11-25"), ("2026-11-27", None, "2026-11-25"),
    ("2026-11-28", "Saturdays", "2026-11-27"), ("2026-11-30", None, "2026-11-27"),
    ("2026-12-24", "Staff day", "2026-12-23"), ("2026-12-31", "a closed day", "2026-12-30"),
    ("2026-07-04", "Independence Day", "2026-07-02"), ("2026-07-03", "Independence Day (observed)", "2026-07-02"),
    ("2026-10-12", None, "2026-10-09"), ("2027-12-31", "New Year's Day (observed)", "2027-12-30"),
])
def test_a_closed_day_says_why_and_has_a_working_day_before_it(day: str, why: str | None, before: str) -> None:
    assert OURS.closed_because(date.fromisoformat(day)) == why
    assert OURS.last_working_day(date.fromisoformat(day)) == date.fromisoformat(before)


def test_the_next_closings_are_ahead() -> None:
    assert OURS.next_closings(at("2026-11-25T16:00"), 3) == [
        at("2026-11-25T17:00"), at("2026-11-27T17:00"), at("2026-11-30T17:00")]
    assert OURS.next_closings(at("2026-11-25T17:00"), 1) == [at("2026-11-27T17:00")]


@pytest.mark.parametrize(("start", "days", "end"), [
    ("2026-11-19T16:00", 1, "2026-11-20T13:00"), ("2026-11-19T16:00", 2, "2026-11-23T16:00"),
    ("2026-11-20T15:00", 1, "2026-11-24T09:00"), ("2026-11-23T16:00", -1, "2026-11-20T13:00"),
])
def test_a_working_day_s_wall_time_is_within_that_day_s_hours(start: str, days: int, end: str) -> None:
    assert SHORT_FRIDAY.add_days(at(start), days) == at(end)


@pytest.mark.parametrize(("start", "end", "hours", "days"), [
    ("2026-11-19T16:00", "2026-11-23T10:00", 6, 1), ("2026-11-19T16:00", "2026-11-20T12:00", 4, 0),
    ("2026-11-20T13:00", "2026-11-23T09:00", 0, 0), ("2026-11-21T10:00", "2026-11-22T10:00", 0, 0),
    ("2026-11-23T10:00", "2026-11-19T16:00", -6, -1), ("2026-11-16T09:00", "2026-11-23T09:00", 36, 5),
    ("2026-11-16T00:00", "2036-11-16T00:00", 36 * 522, 2609),
])
def test_hours_and_days_are_measured(start: str, end: str, hours: float, days: int) -> None:
    assert SHORT_FRIDAY.hours_between(at(start), at(end)) == hours
    assert SHORT_FRIDAY.days_between(at(start), at(end)) == days


@pytest.mark.parametrize(("zone", "hours", "start", "end", "open_hours"), [
    # New York's clocks go forward at 2:00 on March 8, 2026, and back at 2:00 on November 1; Lord Howe's by half an hour.
    ("America/New_York", (time(0), time(8)), "2026-03-08T00:00", "2026-03-09T00:00", 7),
    ("America/New_York", (time(0), time(8)), "2026-11-01T00:00", "2026-11-02T00:00", 9),
    ("America/New_York", (time(9), time(17)), "2026-03-08T00:00", "2026-03-09T00:00", 8),
    ("Australia/Lord_Howe", (time(0), time(8)), "2026-10-04T00:00", "2026-10-05T00:00", 7.5),
    ("Australia/Lord_Howe", (time(0), time(8)), "2026-04-05T00:00", "2026-04-06T00:00", 8.5),
    ("Asia/Kolkata", (time(0), time(8)), "2026-10-04T00:00", "2026-10-05T00:00", 8),
    # From one spring to the next what the clocks take they give back.
    ("Europe/Berlin", (time(0), time(8)), "2026-01-01T00:00", "2027-01-01T00:00", 8 * 365),
    ("Europe/Berlin", (time(0), time(8)), "2026-01-01T00:00", "2026-07-01T00:00", 8 * 181 - 1),
])
def test_a_day_on_which_the_clocks_change_counts_as_it_elapses(zone: str, hours: tuple[time, time], start: str, end: str,
                                                               open_hours: float) -> None:
    there = ZoneInfo(zone)
    work = WorkingTime(there, even(*hours, frozenset(range(7))))
    begins, ends = (datetime.fromisoformat(text).replace(tzinfo=there) for text in (start, end))
    assert work.hours_between(begins, ends) == open_hours
    assert work.hours_between(begins, work.add_hours(begins, open_hours + 2)) == open_hours + 2


def test_clock_changes_are_found_on_their_days() -> None:
    assert clock_changes(YORK, 2026) == (date(2026, 3, 8), date(2026, 11, 1))
    assert clock_changes(ZoneInfo("Australia/Lord_Howe"), 2026) == (date(2026, 4, 5), date(2026, 10, 4))
    assert clock_changes(ZoneInfo("Asia/Kolkata"), 2026) == ()
    assert len(clock_changes(ZoneInfo("Africa/Casablanca"), 2026)) == 2


def test_a_day_without_hours_of_its_own_ends_as_most_do() -> None:
    assert SHORT_FRIDAY.end_of_day(date(2026, 11, 20)) == at("2026-11-20T13:00")
    assert SHORT_FRIDAY.end_of_day(date(2026, 11, 21)) == at("2026-11-21T17:00")
    assert SHORT_FRIDAY.opening(date(2026, 11, 22)) == at("2026-11-22T09:00")
    assert usual((None, (time(8), time(12)), (time(9), time(17)), None, None, None, None)) == (time(8), time(12))
    assert usual(((time(8), time(12)), *OFFICE[1:])) == (time(9), time(17))


@pytest.mark.parametrize(("calendar", "day", "name"), [
    ("US", "2026-11-26", "Thanksgiving Day"), ("US-NY", "2026-02-12", "Lincoln's Birthday"), ("US", "2026-02-12", None),
    ("DE", "2026-10-03", "German Unity Day"), ("GB-SCT", "2026-11-30", "Saint Andrew's Day"), ("", "2026-12-25", None),
    ("US-NY", "2027-02-15", "Susan B. Anthony Day and Washington's Birthday"), ("MX", "2026-02-02", "Constitution Day"),
])
def test_holidays_have_english_names(calendar: str, day: str, name: str | None) -> None:
    assert holidays_in(calendar, int(day[:4])).get(date.fromisoformat(day)) == name


def test_a_holiday_on_which_the_team_closes_by_itself_is_off_once() -> None:
    party = WorkingTime(YORK, holidays="US", closed={date(2026, 12, 25): "Party"})
    assert party.closed_because(date(2026, 12, 25)) == "Party"
    assert party.hours_between(at("2026-12-24T09:00"), at("2026-12-28T17:00")) == 16
    assert party.hours_between(at("2026-12-23T09:00"), at("2026-12-24T17:00")) == 16
    assert party.days_between(at("2026-12-21T20:00"), at("2026-12-23T08:00")) == 0
    assert party.add_days(at("2026-12-14T10:00"), 15) == at("2027-01-06T10:00")


def test_the_next_holiday_may_be_next_year_s() -> None:
    assert next_holiday("US", date(2026, 11, 25)) == (date(2026, 11, 26), "Thanksgiving Day")
    assert next_holiday("US", date(2026, 12, 25)) == (date(2027, 1, 1), "New Year's Day")
    assert next_holiday("", date(2026, 12, 25)) is None
    assert "NY" in (parts_of("US") or [])
    assert parts_of("ZZ") is None


@pytest.mark.parametrize("bad", [(None,) * 7, OFFICE[:6], (*OFFICE[:6], (time(17), time(9))), (*OFFICE[:6], (time(9), time(9)))])
def test_a_team_that_never_works_is_refused(bad: tuple[tuple[time, time] | None, ...]) -> None:
    with pytest.raises(ValueError, match="team"):
        WorkingTime(YORK, bad)


def test_a_team_whose_every_day_is_closed_is_told_and_does_not_count_for_ever() -> None:
    sundays = {date.fromordinal(day): "" for day in range(date(2026, 11, 22).toordinal(), date(2038, 1, 1).toordinal(), 7)}
    never = WorkingTime(YORK, (None,) * 6 + (OFFICE[0],), closed=sundays)
    for count in (lambda: never.add_hours(at("2026-11-23T10:00"), 400), lambda: never.add_days(at("2026-11-23T10:00"), 3)):
        with pytest.raises(ValueError, match="ten years"):
            count()
