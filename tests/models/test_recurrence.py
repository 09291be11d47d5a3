"""What repeats keeps its wall clock: over every change of the clocks, leap years, counts and ends."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recurrence import Recurrence, beginning

YORK = ZoneInfo("America/New_York")
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago", "Africa/Casablanca",
         "Asia/Kolkata", "UTC"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

intervals = st.sampled_from(["", ";INTERVAL=2", ";INTERVAL=3"])
bodies = st.one_of(
    st.builds("FREQ=DAILY{}".format, intervals),
    st.builds(lambda every, days: f"FREQ=WEEKLY{every};BYDAY={','.join(sorted(days, key=DAYS.index))}", intervals,
              st.sets(st.sampled_from(DAYS), min_size=1, max_size=4)),
    st.builds("FREQ=MONTHLY{};BYMONTHDAY={}".format, intervals, st.sampled_from([-1, 1, 15, 29, 30, 31])),
    st.sampled_from(["FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                     "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"]))
ends = st.one_of(st.just(""), st.integers(1, 40).map(";COUNT={}".format),
                 st.dates(date(2010, 1, 1), date(2040, 1, 1)).map(lambda day: f";UNTIL={day:%Y%m%d}T235959"))
starts = st.datetimes(datetime(2010, 1, 1), datetime(2036, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001
nows = st.datetimes(datetime(2010, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
recurrences = st.builds(Recurrence, st.builds("{}{}".format, bodies, ends), starts, st.sampled_from(ZONES).map(ZoneInfo))


@settings(deadline=None, max_examples=200)
@given(recurrences, nows)
def test_it_comes_strictly_later_each_time_at_its_own_wall_time(known: Recurrence, now: datetime) -> None:
    found = list(itertools.islice(known.after(now), 12))
    assert all(one < two for one, two in itertools.pairwise([now, *found]))
    for at in found:
        back = at.astimezone(UTC).astimezone(known.zone)
        shifted = back.replace(tzinfo=None) - datetime.combine(back.date(), known.start.time())
        # But for a time that the clocks left out, which is as much later as they were moved.
        assert shifted == timedelta(0) or known.at(back.replace(tzinfo=None) - shifted) == at
        assert at.fold == 0


@settings(deadline=None, max_examples=200)
@given(recurrences, nows)
def test_ends_are_honoured(known: Recurrence, now: datetime) -> None:
    last, parts = known.last(), known.parts
    assert (last is None) == (not {"COUNT", "UNTIL"} & parts.keys()) or next(iter(known._rule()), None) is None
    found = list(itertools.islice(known.after(datetime(2009, 1, 1, tzinfo=UTC)), 50))
    if "COUNT" in parts:
        assert len(found) <= int(parts["COUNT"])
    if "UNTIL" in parts:
        # A time that was left out on the last day may come after it.
        assert all(at.replace(tzinfo=None) <= datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%S") + timedelta(days=1)  # noqa: DTZ007
                   for at in found)
    if last is not None and found and len(found) < 50:
        assert found[-1] == last
    again = beginning(known.rule, known.start, known.zone, now)
    if again is not None and "COUNT" in parts and "Apia" not in known.zone.key:
        assert len(list(again.after(now))) == int(parts["COUNT"])


@settings(deadline=None, max_examples=100)
@given(recurrences)
def test_a_button_carries_it_whole(known: Recurrence) -> None:
    assert Recurrence.read(known.written()) == known


@pytest.mark.parametrize("text", [
    "", "FREQ=DAILY", "FREQ=HOURLY|2026-11-30T09:00|UTC", "FREQ=DAILY;INTERVAL=0|2026-11-30T09:00|UTC",
    "FREQ=DAILY;COUNT=99999|2026-11-30T09:00|UTC", "FREQ=DAILY;FREQ=WEEKLY|2026-11-30T09:00|UTC",
    "COUNT=3;FREQ=DAILY|2026-11-30T09:00|UTC", "FREQ=DAILY|2026-11-30|UTC", "FREQ=DAILY|2026-11-30T09:00|Nowhere/Else",
    "FREQ=DAILY|2026-11-30T09:00|../../etc/passwd", "FREQ=DAILY;BYSECOND=1|2026-11-30T09:00|UTC",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31|2026-11-30T09:00|UTC",
    "FREQ=DAILY\nDTSTART:20200101T000000|2026-11-30T09:00|UTC", "FREQ=DAILY|2026-11-30T09:00|UTC|more"])
def test_what_no_button_of_ours_carries_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Recurrence.read(text)


@pytest.mark.parametrize(("rule", "start", "zone", "expected"), [
    # Forward at two in the morning: half past two comes an hour later that day, and as before the day after.
    ("FREQ=DAILY", "2027-03-13T02:30", "America/New_York", ["2027-03-14T03:30-04:00", "2027-03-15T02:30-04:00"]),
    # Back at two: the first of the two half past ones, once.
    ("FREQ=DAILY", "2026-10-31T01:30", "America/New_York", ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]),
    ("FREQ=WEEKLY;BYDAY=MO", "2027-03-08T09:00", "America/New_York", ["2027-03-15T09:00-04:00", "2027-03-22T09:00-04:00"]),
    ("FREQ=DAILY", "2026-10-03T02:15", "Australia/Lord_Howe", ["2026-10-04T02:45+11:00", "2026-10-05T02:15+11:00"]),
    # Samoa had no December 30, 2011: the day comes once, not twice.
    ("FREQ=DAILY", "2011-12-29T09:00", "Pacific/Apia", ["2011-12-31T09:00+14:00", "2012-01-01T09:00+14:00"]),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29T09:00", "UTC", ["2032-02-29T09:00+00:00", "2036-02-29T09:00+00:00"]),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", "2028-02-29T09:00", "UTC",
     ["2029-02-28T09:00+00:00", "2030-02-28T09:00+00:00"]),
    ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2028-01-30T09:00", "UTC",
     ["2028-02-29T09:00+00:00", "2028-03-30T09:00+00:00"]),
    ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31T09:00", "UTC", ["2027-03-31T09:00+00:00", "2027-05-31T09:00+00:00"]),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31T09:00", "UTC", ["2027-02-28T09:00+00:00", "2027-03-31T09:00+00:00"]),
    ("FREQ=DAILY;COUNT=2", "2027-01-31T09:00", "UTC", ["2027-02-01T09:00+00:00"]),
])
def test_what_comes_next(rule: str, start: str, zone: str, expected: list[str]) -> None:
    known = Recurrence(rule, datetime.fromisoformat(start), ZoneInfo(zone))
    found = known.some(known.at(known.start), 2)
    assert [at.isoformat(timespec="minutes") for at in found] == expected


def test_five_times_are_five_still_to_come_and_every_second_day_keeps_its_step() -> None:
    today = datetime(2026, 11, 24, 9)  # noqa: DTZ001
    late = today.replace(hour=10, tzinfo=YORK)
    five = beginning("FREQ=DAILY;COUNT=5", today, YORK, late)
    second = beginning("FREQ=DAILY;INTERVAL=2", today, YORK, late)
    assert five is not None
    assert second is not None
    assert (five.start.day, five.last()) == (25, datetime(2026, 11, 29, 9, tzinfo=YORK))
    assert second.start.day == 26
    assert beginning("FREQ=DAILY;UNTIL=20261124T235959", today, YORK, late) is None


def test_how_many_lie_between() -> None:
    known = Recurrence("FREQ=DAILY", datetime(2026, 11, 24, 9), YORK)  # noqa: DTZ001
    first = datetime(2026, 11, 24, 9, tzinfo=YORK)
    assert known.between(first, first + timedelta(days=10)) == 9
    assert known.between(first, first + timedelta(days=1)) == 0
