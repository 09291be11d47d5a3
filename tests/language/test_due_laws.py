"""Laws of due times: whatever is typed, whenever and wherever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.language.due import Calendar, Outcome, label_of, read_due, read_when
from handlers.language.when.rules import RULES
from models.worktime import WorkingTime, even

ZONES = ["America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "America/St_Johns", "Pacific/Apia"]
SENTENCES = [line.split(" | ")[0] for line in Path(__file__).with_name("due_times.txt").read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
PHRASES = [example for rule in RULES for example in rule.examples]
WITH_TIMES = [f"call {phrase}" for phrase in PHRASES] + [
    line.split(" | ")[0] for line in Path(__file__).with_name("due_times.txt").read_text(encoding="utf-8").splitlines()
    if " | due | " in line]
WORDS = sorted({word for text in SENTENCES + PHRASES for word in text.split()})

calendars = st.builds(
    lambda at, zone, dates, days: Calendar(at, ZoneInfo(zone), WorkingTime(ZoneInfo(zone), even(days=days)), dates),
    st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES),  # noqa: DTZ001
    st.sampled_from(["mdy", "dmy", "ask"]), st.frozensets(st.integers(0, 6), min_size=1))
sentences = st.one_of(
    st.sampled_from(SENTENCES), st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), st.text(max_size=60),
    st.builds("call {}".format, st.sampled_from(PHRASES)))


@settings(deadline=None, max_examples=1000)
@given(sentences, calendars)
def test_it_never_raises_and_what_is_due_is_aware_and_ahead(text: str, calendar: Calendar) -> None:
    found = read_due(text, calendar)
    assert (found.due is None) == (found.outcome is not Outcome.DUE)
    for at in (found.due, found.first, *found.dates, *(one.due for one in found.options)):
        if at is not None:
            assert at.tzinfo is not None
            assert at > calendar.now
    assert found.outcome not in (Outcome.ASK, Outcome.REFUSED) or found.reason
    assert text.startswith(found.task)


@settings(deadline=None, max_examples=500)
@given(sentences, calendars, st.sampled_from([" please", ", thanks", " thank you!", " pls thx", " if possible"]))
def test_politeness_and_spaces_change_nothing(text: str, calendar: Calendar, polite: str) -> None:
    plain, said = read_due(text, calendar), read_due(text.replace(" ", "   ") + polite, calendar)
    assume(text.split())
    assert (said.outcome, said.due, said.rrule, said.options) == (plain.outcome, plain.due, plain.rrule, plain.options)
    if plain.phrase and plain.outcome is not Outcome.NONE:
        assert said.task.split() == plain.task.split()


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(WITH_TIMES), calendars)
def test_what_is_printed_reads_back_to_the_same_instant(text: str, calendar: Calendar) -> None:
    found = read_due(text, calendar)
    assume(found.due is not None and found.due.second == 0)
    assert found.due is not None
    again = read_when(label_of(found.due), calendar)
    printed = found.due.replace(second=0, microsecond=0)
    if again.outcome is Outcome.ASK:
        # An hour that the clocks repeat: both are offered, this one among them.
        assert printed in [one.due for one in again.options]
    else:
        assume(printed > calendar.now)
        assert again.due == printed


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(PHRASES), st.sampled_from(["grobble", "zq", "clinic", "lemon"]), st.integers(0, 8), calendars)
def test_an_unknown_word_in_the_phrase_is_never_due(phrase: str, word: str, place: int, calendar: Calendar) -> None:
    """The phrase with a strange word in it, read alone: whatever it is, it is no exact time."""
    words = phrase.split()
    words.insert(min(place, len(words)), word)
    assert read_when(" ".join(words), calendar).outcome not in (Outcome.DUE, Outcome.RECURRING)


@pytest.mark.parametrize("days", [1, 5, 30, 365])
def test_days_keep_the_wall_clock_and_hours_are_elapsed_time(days: int) -> None:
    zone = ZoneInfo("America/New_York")
    for month in range(1, 13):
        now = datetime(2027, month, 7, 13, 30, tzinfo=zone)
        calendar = Calendar(now, zone, WorkingTime(zone))
        by_day, by_hour = read_when(f"in {days} days", calendar).due, read_when(f"in {days * 24} hours", calendar).due
        assert by_day is not None
        assert by_hour is not None
        assert by_day.replace(tzinfo=None) - now.replace(tzinfo=None) == timedelta(days=days)
        assert by_hour.astimezone(UTC) - now.astimezone(UTC) == timedelta(days=days)
