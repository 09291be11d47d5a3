"""Due times: a table of sentences with what each must come to, and what no single sentence shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.language.due import Calendar, Due, Outcome, read_due, read_when
from handlers.language.when.rules import RULES
from handlers.language.words import clean
from models.worktime import OFFICE, WorkingTime

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 10, tzinfo=ZONE)
CALENDAR = Calendar(NOW, ZONE, WorkingTime(ZONE))
OWN = {"morning": time(8), "afternoon": time(13, 30), "evening": time(17), "night": time(21)}
TABLE = [tuple(cell.strip() for cell in line.split(" | ")) for line in
         Path(__file__).with_name("due_times.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def local(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M}" if at else ""


def came_to(found: Due) -> str:
    if found.outcome is Outcome.DUE:
        return f"{local(found.due)} {found.grain}"
    if found.outcome is Outcome.RECURRING:
        return f"{local(found.first)} {found.grain} {found.rrule}"
    return ", ".join(local(one.due) for one in found.options) or "-"


def test_the_table_is_as_long_as_the_grammar_asks() -> None:
    assert len(TABLE) >= 400
    assert {row[1] for row in TABLE} == {outcome.value for outcome in Outcome}


@pytest.mark.parametrize(("sentence", "outcome", "times", "task"), TABLE)
def test_a_sentence(sentence: str, outcome: str, times: str, task: str) -> None:
    found = read_due(sentence, CALENDAR)
    assert (found.outcome.value, came_to(found)) == (outcome, times), found.reason
    assert found.task == {"=": sentence, "-": ""}.get(task, task)
    assert found.outcome not in (Outcome.ASK, Outcome.REFUSED) or found.reason


@pytest.mark.parametrize(("phrase", "rule"), [(example, rule.says) for rule in RULES for example in rule.examples])
def test_every_rules_example_is_read_by_the_grammar(phrase: str, rule: str) -> None:
    found = read_when(phrase, CALENDAR)
    assert found.outcome is not Outcome.NONE, rule
    assert ("ask" in rule) or found.outcome in (Outcome.DUE, Outcome.RECURRING) or found.options


@pytest.mark.parametrize(("dates", "expected"), [
    ("mdy", "due 2026-12-03T17:00"), ("dmy", "ask 2027-03-12T17:00"), ("ask", "ask 2026-12-03T17:00, 2027-03-12T17:00")])
def test_the_order_of_day_and_month_is_the_teams(dates: str, expected: str) -> None:
    found = read_when("12/3", Calendar(NOW, ZONE, WorkingTime(ZONE), dates))
    times = local(found.due) if found.due else ", ".join(local(one.due) for one in found.options)
    assert f"{found.outcome.value} {times}" == expected


@pytest.mark.parametrize(("day", "hour", "phrase", "outcome", "due"), [
    ("2026-11-24", 16, "at 3", "ask", ""), ("2026-11-24", 16, "at 5", "due", "2026-11-24T17:00"),
    ("2026-11-24", 18, "EOD", "ask", ""), ("2026-11-28", 10, "in 2 working days", "due", "2026-12-02T09:00"),
    ("2026-11-27", 18, "in 1 working day", "due", "2026-12-01T09:00"),
    ("2026-11-27", 10, "next Monday", "due", "2026-11-30T17:00"), ("2026-11-29", 10, "this week", "ask", ""),
    ("2026-11-29", 10, "next Friday", "ask", ""), ("2026-11-29", 10, "Friday next week", "ask", ""),
    ("2026-11-29", 10, "next Sunday", "due", "2026-12-06T17:00"), ("2026-12-31", 10, "by 1/4", "due", "2027-01-04T17:00"),
    ("2026-12-31", 10, "Jan 1", "due", "2027-01-01T17:00"), ("2027-02-27", 10, "in 2 days", "due", "2027-03-01T10:00"),
    ("2028-02-28", 10, "tomorrow", "due", "2028-02-29T17:00"), ("2027-01-31", 10, "in a month", "due", "2027-02-28T10:00"),
    ("2027-03-13", 10, "in 24 hours", "due", "2027-03-14T11:00"), ("2027-03-13", 10, "in 1 day", "due", "2027-03-14T10:00"),
    ("2027-03-13", 1, "tomorrow at 2:30 am", "ask", ""), ("2026-10-31", 12, "tomorrow 1:30 am", "ask", ""),
])
def test_on_other_days(day: str, hour: int, phrase: str, outcome: str, due: str) -> None:
    """At night, at the turn of the year, on leap days, and when the clocks change."""
    now = datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZONE)
    found = read_when(phrase, Calendar(now, ZONE, WorkingTime(ZONE)))
    assert (found.outcome.value, local(found.due)) == (outcome, due)


@pytest.mark.parametrize(("day", "phrase", "outcome", "times"), [
    ("2027-01-31", "every month", "ask", "2027-01-31T17:00, 2027-01-31T17:00"),
    ("2027-01-29", "every 2 months", "ask", "2027-01-29T17:00, 2027-01-29T17:00"),
    ("2027-01-28", "every month", "recurring", "2027-01-28T17:00 day FREQ=MONTHLY"),
    ("2027-01-31", "every year", "recurring", "2027-01-31T17:00 day FREQ=YEARLY"),
    ("2027-01-31", "every month on the 5th", "recurring", "2027-02-05T17:00 day FREQ=MONTHLY;BYMONTHDAY=5"),
    ("2028-02-29", "every year", "ask", "2028-02-29T17:00, 2028-02-29T17:00"),
    ("2027-01-29", "every day", "recurring", "2027-01-29T17:00 day FREQ=DAILY"),
    ("2027-01-05", "Dec 3", "due", "2027-12-03T17:00 day"), ("2027-01-05", "Jan 4", "ask", "2028-01-04T17:00"),
    ("2026-11-27", "EOW", "due", "2026-11-27T17:00 day"), ("2026-11-29", "EOW", "ask", "2026-11-29T17:00"),
    ("2027-04-20", "before May 5", "ask", "2027-05-04T17:00, 2027-05-05T17:00"),
    ("2027-01-31", "the 30th", "ask", "2027-03-30T17:00"), ("2027-01-31", "the 31st", "due", "2027-01-31T17:00 day"),
    ("2026-12-15", "the first Monday of November", "due", "2027-11-01T17:00 day"),
])
def test_at_the_edges_of_months_and_weeks(day: str, phrase: str, outcome: str, times: str) -> None:
    now = datetime.fromisoformat(day).replace(hour=10, tzinfo=ZONE)
    found = read_when(phrase, Calendar(now, ZONE, WorkingTime(ZONE)))
    assert (found.outcome.value, came_to(found)) == (outcome, times)


@pytest.mark.parametrize(("sentence", "outcome"), [
    ("call May 5", "ask"), ("send it May 5", "due"), ("call by May 5", "due"), ("call May 5th", "due"),
    ("call Jane May 5", "due"), ("call May at 5", "due"), ("call May 5 at noon", "due"),
    ("remind June 5", "ask"), ("remind June June 5", "due")])
def test_in_spring_a_month_may_be_a_person(sentence: str, outcome: str) -> None:
    found = read_due(sentence, Calendar(datetime(2027, 4, 20, 10, tzinfo=ZONE), ZONE, WorkingTime(ZONE)))
    assert found.outcome.value == outcome


@pytest.mark.parametrize(("phrase", "outcome", "times"), [
    ("before the weekend", "due", "2026-11-26T17:00 day"), ("EOW", "due", "2026-11-26T17:00 day"),
    ("this weekend", "ask", "2026-11-26T17:00, 2026-11-28T17:00, 2026-11-29T17:00"),
    ("EOM", "ask", "2026-11-26T17:00, 2026-11-30T17:00"), ("before Monday", "ask", "2026-11-26T17:00, 2026-11-30T17:00"),
    ("beginning of next week", "ask", "2026-12-01T09:00, 2026-12-01T17:00"),
    ("the last working day of the month", "due", "2026-11-26T17:00 day"), ("the last weekday of the month", "due",
                                                                           "2026-11-30T17:00 day"),
    ("3 working days from Wednesday", "due", "2026-12-02T17:00 day"), ("in 3 working days", "due", "2026-12-01T10:00 day"),
    ("every working day", "recurring", "2026-11-24T17:00 day FREQ=WEEKLY;BYDAY=TU,WE,TH,FR"),
    ("every day", "recurring", "2026-11-24T17:00 day FREQ=DAILY"),
])
def test_when_the_team_is_closed(phrase: str, outcome: str, times: str) -> None:
    """Friday is a holiday, and on Mondays nobody works."""
    work = WorkingTime(ZONE, (None, *OFFICE[1:]), closed={date(2026, 11, 27): "the day after"})
    found = read_when(phrase, Calendar(NOW, ZONE, work))
    assert (found.outcome.value, came_to(found)) == (outcome, times)


def test_a_recurrence_keeps_the_wall_clock_when_the_clocks_change() -> None:
    now = datetime(2027, 3, 12, 8, tzinfo=ZONE)
    found = read_when("every day at 9", Calendar(now, ZONE, WorkingTime(ZONE)))
    assert [local(at) for at in found.dates] == ["2027-03-12T09:00", "2027-03-13T09:00", "2027-03-14T09:00"]
    assert found.dates[0].utcoffset() != found.dates[2].utcoffset()


def test_a_member_elsewhere_reads_on_their_own_clock_and_the_team_closes_on_its_own() -> None:
    west = ZoneInfo("America/Los_Angeles")
    calendar = Calendar(NOW, west, WorkingTime(ZONE))
    assert local(read_when("Friday 3pm", calendar).due) == "2026-11-27T15:00"
    assert local(read_when("Friday", calendar).due) == "2026-11-27T14:00"
    assert local(read_when("every Friday", calendar).first) == "2026-11-27T14:00"
    assert local(read_when("every Friday at 3pm", calendar).first) == "2026-11-27T15:00"


def test_tomorrow_in_a_zone_where_it_is_another_day_asks() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    calendar = Calendar(datetime(2026, 11, 23, 10, tzinfo=kolkata), kolkata, WorkingTime(kolkata))
    found = read_when("tomorrow at 3pm EST", calendar)
    assert [local(one.due) for one in found.options] == ["2026-11-24T01:30", "2026-11-25T01:30"]


@pytest.mark.parametrize("text", ["a\ud83d", "a\u202eb\u2066", "e" + "\u0301" * 200, "👨\u200d👩\u200d👧", "a\x00b\r\nc"])
def test_clean_is_done_in_one_go(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()
    assert not set(once) & set("\x00\r\u202e\u2066")


@pytest.mark.parametrize(("phrase", "outcome", "times"), [
    ("12/3/2026", "ask", "2026-12-03T17:00"), ("3/4/2026", "refused", "-"), ("12/13", "due", "2026-12-13T17:00 day"),
    ("13/12", "due", "2026-12-13T17:00 day"), ("12/12", "due", "2026-12-12T17:00 day"), ("2/30", "refused", "-"),
    ("Thursday 12/3", "ask", "2026-12-03T17:00, 2027-03-12T17:00"), ("Friday 12/3", "ask", "2026-12-03T17:00, 2027-03-12T17:00"),
    ("12/3 at noon", "ask", "2026-12-03T12:00, 2027-03-12T12:00"), ("4/5/2027", "ask", "2027-04-05T17:00, 2027-05-04T17:00"),
])
def test_where_the_order_is_not_known_both_readings_are_asked_about(phrase: str, outcome: str, times: str) -> None:
    """A reading that is past is one too: it is not offered, and the other is not taken for granted."""
    found = read_when(phrase, Calendar(NOW, ZONE, WorkingTime(ZONE), "ask"))
    assert (found.outcome.value, came_to(found)) == (outcome, times)


@pytest.mark.parametrize(("phrase", "outcome", "times"), [
    ("Thursday at 2", "due", "2026-11-26T14:00 hour"), ("Friday at 10", "due", "2026-11-27T10:00 hour"),
    ("Friday at 2", "ask", "2026-11-27T02:00, 2026-11-27T14:00"),
    ("Friday at half past 2", "ask", "2026-11-27T02:30, 2026-11-27T14:30"),
    ("Thursday at half past 2", "due", "2026-11-26T14:30 minute"), ("Saturday at 2", "due", "2026-11-28T14:00 hour"),
    ("Friday", "due", "2026-11-27T13:00 day"), ("Saturday", "due", "2026-11-28T17:00 day"),
    ("EOD", "due", "2026-11-24T17:00 day"),
    ("Monday first thing", "due", "2026-11-30T09:00 hour"), ("in 4 business hours", "due", "2026-11-24T14:00 minute"),
    ("in 3 working days", "due", "2026-11-30T10:00 day"), ("end of month", "due", "2026-11-30T17:00 day"),
    ("every Friday", "recurring", "2026-11-27T13:00 day FREQ=WEEKLY;BYDAY=FR"),
    ("every Monday at 3", "recurring", "2026-11-30T15:00 hour FREQ=WEEKLY;BYDAY=MO"), ("every Friday at 3", "ask", "-"),
    ("every weekday at 3", "ask", "-"), ("every day at 3", "ask", "-"),
    ("every weekday at 10", "recurring", "2026-11-25T10:00 hour FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("every weekday", "recurring", "2026-11-24T17:00 day FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
])
def test_each_weekday_has_hours_of_its_own(phrase: str, outcome: str, times: str) -> None:
    """Friday ends at one, and Thanksgiving is closed."""
    work = WorkingTime(ZONE, (*OFFICE[:4], (time(9), time(13)), None, None), closed={date(2026, 11, 26): "Thanksgiving"})
    found = read_when(phrase, Calendar(NOW, ZONE, work))
    assert (found.outcome.value, came_to(found)) == (outcome, times)


@pytest.mark.parametrize(("phrase", "at"), [
    ("tomorrow morning", "08:00"), ("Friday afternoon", "13:30"), ("this evening", "17:00"),
    ("Friday evening", "17:00"), ("tonight", "21:00"), ("tomorrow night", "21:00"), ("tomorrow noon", "12:00"),
    ("8:30 tomorrow evening", "20:30"), ("tomorrow morning at 9", "09:00"), ("Friday", "17:00"), ("on Friday, 3pm", "15:00"),
])
def test_a_part_of_the_day_is_when_the_team_says(phrase: str, at: str) -> None:
    found = read_when(phrase, replace(CALENDAR, parts=OWN))
    assert found.due is not None
    assert f"{found.due.astimezone(ZONE):%H:%M}" == at


@pytest.mark.parametrize(("phrase", "at"), [("every morning", "08:00"), ("every Monday evening", "17:00"),
                                            ("Friday afternoons", "13:30"), ("every weekday", "17:00"), ("every night", "21:00")])
def test_so_it_is_in_what_repeats(phrase: str, at: str) -> None:
    found = read_when(phrase, replace(CALENDAR, parts=OWN))
    assert found.outcome is Outcome.RECURRING
    assert found.first is not None
    assert f"{found.first.astimezone(ZONE):%H:%M}" == at
