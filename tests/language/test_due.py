"""Due times: a table of sentences, read on Tuesday 24 November 2026 at ten in New York."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.language.due import Calendar, Outcome, read_due
from handlers.language.words import clean
from models.worktime import WorkingTime

ZONE = ZoneInfo("America/New_York")
CALENDAR = Calendar(datetime(2026, 11, 24, 10, tzinfo=ZONE), ZONE, WorkingTime(ZONE))


@pytest.mark.parametrize(("text", "task", "due"), [
    ("call the clinic by Friday 3pm", "call the clinic", "2026-11-27T15:00"),
    ("call her tomorrow", "call her", "2026-11-25T17:00"),
    ("call tonight at 8", "call", "2026-11-24T20:00"),
    ("call at 3", "call", "2026-11-24T15:00"),
    ("call by Friday next week", "call", "2026-12-04T17:00"),
    ("call in 30 minutes", "call", "2026-11-24T10:30"),
    ("call in 2 days", "call", "2026-11-26T10:00"),
    ("send form Dec 3", "send form", "2026-12-03T17:00"),
    ("send form by 12/3", "send form", "2026-12-03T17:00"),
    ("send form by 2026-12-03", "send form", "2026-12-03T17:00"),
    ("send EOD", "send", "2026-11-24T17:00"),
    ("check in by Friday", "check in", "2026-11-27T17:00"),
])
def test_due(text: str, task: str, due: str) -> None:
    found = read_due(text, CALENDAR)
    assert (found.outcome, found.task) == (Outcome.DUE, task)
    assert found.due == datetime.fromisoformat(due).replace(tzinfo=ZONE)


@pytest.mark.parametrize(("text", "outcome"), [
    ("call her on Tuesday", Outcome.ASK), ("call her next Friday", Outcome.ASK), ("call at 8", Outcome.ASK),
    ("send form Nov 3", Outcome.ASK), ("send by Friday Dec 3", Outcome.ASK), ("call in May", Outcome.ASK),
    ("call her Monday or Tuesday", Outcome.ASK), ("call soon", Outcome.ASK), ("call rosa 5", Outcome.ASK),
    ("call Mar 14 2027 at 2:30 am", Outcome.ASK), ("send by first thing tomorrow", Outcome.ASK),
    ("send form Feb 30", Outcome.REFUSED), ("call at 25:00", Outcome.REFUSED), ("tomorrow", Outcome.REFUSED),
    ("send form by 12/3/2025", Outcome.REFUSED), ("call yesterday", Outcome.REFUSED),
    ("call the Friday group about Thursday", Outcome.NONE), ("check BP 140/90", Outcome.NONE),
    ("check in every Monday at 9", Outcome.RECURRING),
])
def test_other_outcomes(text: str, outcome: Outcome) -> None:
    found = read_due(text, CALENDAR)
    assert found.outcome is outcome
    assert found.due is None


@pytest.mark.parametrize("text", ["a\ud83d", "a\u202eb\u2066", "e" + "\u0301" * 200, "👨\u200d👩\u200d👧", "a\x00b\r\nc"])
def test_clean_is_done_in_one_go(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()
    assert not set(once) & set("\x00\r\u202e\u2066")
