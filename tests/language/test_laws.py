"""Laws of reading: any text whatever is read without falling over, and cleaning twice is cleaning once."""

import time
import unicodedata
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.language.category import suggest
from handlers.language.command import read_command
from handlers.language.danger import suggests
from handlers.language.due import Calendar, Outcome
from handlers.language.setup import read_setup
from handlers.language.verbs import NAMES
from handlers.language.words import clean, typed, unmarked
from models.categories import CATEGORIES
from models.errors import Unclear
from models.worktime import WorkingTime

ZONE = ZoneInfo("America/New_York")
CALENDAR = Calendar(datetime(2026, 11, 23, 10, tzinfo=ZONE), ZONE, WorkingTime(ZONE))

anything = st.text(st.characters(), max_size=60)
pieces = st.sampled_from([
    "rosa", "by", "at", "on", "next", "Friday", "fri", "3pm", "25:00", "Feb", "30", "29", "2027", "12/3", "99/99",
    "31st", "every", "other", "last", "of", "month", "end", "EOD", "in", "2", "0", "99999999999", "working", "days", "hours",
    "months", "tonight",
    "noon", "morning", "for", "#41", "#", "@ben", "<@U2|ben>", "<@U2>", "<#C1|x>", "<https://a.b|c>", "!", "urgent:",
    "housing:", "told", ",told", ", confirmed", "assumed", "last", "42", "&amp;", "&lt;", "“x”", "—", "\u00a0", "\n",
    "\ud83d", "\x00", "\u202e", ":", "0000-00-00", "2026-13-45", "24:00", "12am", "½", "٣", "Dec", "32", "until",
    "Monday", "2:30", "am", "a", "the", "week", "year",
])
lines = st.lists(pieces, max_size=14).map(" ".join)
commands = st.sampled_from(["/kept", "/concern", "/barrier", "/commit", "/promise", "/frob", "", "kept"])


@settings(deadline=None, max_examples=400)
@given(anything)
@example("a\ud83d")
@example("e" + "\u0301" * 200)
@example("\u0301" * 5 + "\u200d" + "\u0301" * 9)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """F4."""
    once = clean(text)
    assert clean(once) == once
    assert not {unicodedata.category(c) for c in once.replace("\n", "")} & {"Cc", "Co", "Cs"}
    once.encode()


@pytest.mark.parametrize(("text", "kept"), [
    ("a\ud83d", "a\ufffd"), ("a\x00b\r\nc", "ab\nc"), ("a\u202eb\u2066c", "abc"), ("\ufeffa", "a"), ("a\ue000b", "ab"),
    ("👩‍👩‍👧", "👩‍👩‍👧"), ("☎️", "☎️"), ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
    ("x" + "\u0323" * 200, "x" + "\u0323" * 4),
    ("x" + "\u0323\u200d" * 200, "x" + "\u0323\u200d" * 4 + "\u200d" * 196), ("cafe\u0301", "café"), ("a\u00a0b\tc", "a b c"),
])
def test_what_is_taken_out_and_what_stays(text: str, kept: str) -> None:
    """F3, F4."""
    assert clean(text) == kept


@settings(deadline=None, max_examples=500)
@given(commands, st.one_of(anything, lines, st.tuples(st.sampled_from(sorted(NAMES)), lines).map(" ".join)))
def test_any_line_is_read(command: str, text: str) -> None:
    said = read_command(command, text, CALENDAR)
    assert said.verb is None or said.verb in NAMES.values()
    due = said.due
    if due is not None:
        assert (due.due is not None) == (due.outcome is Outcome.DUE)
        assert due.due is None or due.due > CALENDAR.now
        assert (due.rrule is not None) == (due.outcome is Outcome.RECURRING)
        assert all(option.due > CALENDAR.now for option in due.options)
        assert due.outcome is not Outcome.REFUSED or due.reason


@settings(deadline=None, max_examples=200)
@given(st.one_of(anything, lines))
def test_any_set_up_is_read_or_explained(text: str) -> None:
    with suppress(Unclear):
        assert read_setup(typed(text)).changes.keys() <= {
            "zone", "digest_at", "holidays", "detail", "join", "dates"}


@settings(deadline=None, max_examples=200)
@given(st.one_of(anything, lines))
def test_categories_and_danger_are_told_of_any_text(text: str) -> None:
    assert set(suggest(text)) <= set(CATEGORIES)
    assert suggests(text) in {True, False}


@settings(deadline=None, max_examples=200)
@given(anything)
def test_what_is_kept_holds_no_mark_of_ours(text: str) -> None:
    assert not set(unmarked(typed(text))) & {"\ue000", "\ue001"}


@pytest.mark.parametrize("piece", ["<http:", "<@U1|", "<!a|", " ,", ", told", " for #1", "@a ", "every ", "e\u0301", "\u0301",
                                   "((", "he hits ", "a: ", "#1,", "\n", " by", "'", "no  ", "want to "])
def test_no_text_is_slow_to_read(piece: str) -> None:
    """Three thousand characters, the most Kept reads, of whatever is worst."""
    text = "rosa " + piece * (3000 // len(piece))
    began = time.process_time()
    for command in ("/kept", "/concern", "/barrier", "/commit", "/kept resolve 1", "/kept late 1", "/kept setup"):
        name, _, verb = command.partition(" ")
        read_command(name, f"{verb} {text}", CALENDAR)
    suggests(text)
    assert time.process_time() - began < 1.5
