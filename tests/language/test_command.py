"""Typed lines as Kept understands them: a table."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.language.command import Said, read_command
from handlers.language.due import Calendar
from models.worktime import WorkingTime

ZONE = ZoneInfo("America/New_York")
CALENDAR = Calendar(datetime(2026, 11, 24, 10, tzinfo=ZONE), ZONE, WorkingTime(ZONE))


def said(line: str) -> Said:
    command, _, text = line.partition(" ")
    return read_command(command, text, CALENDAR)


@pytest.mark.parametrize(("line", "verb", "numbers", "text", "clauses"), [
    ("/kept done 42", "done", (42,), None, set()), ("/kept kept #42", "done", (42,), None, set()),
    ("/kept done 42, told", "done", (42,), None, {"told"}), ("/kept done 41 42", "done", (41, 42), None, set()),
    ("/kept done 41 42 both", "done", (41, 42), "both", set()),
    ("/kept edit 42 12 boxes of diapers", "edit", (42,), "12 boxes of diapers", set()),
    ("/kept edit 42 she said so, told", "edit", (42,), "she said so, told", set()),
    ("/kept resolve 41 2 rides booked, confirmed", "resolve", (41,), "2 rides booked", {"confirmed"}),
    ("/kept resolve 41 booked, assumed, told", "resolve", (41,), "booked", {"assumed", "told"}),
    ("/kept resolve 41 the ride is confirmed", "resolve", (41,), "the ride is confirmed", set()),
    ("/kept cannot 41 no funds; not told", "cannot", (41,), "no funds; not told", set()),
    ("/kept settle last", "settle", (), None, set()),
    ("/kept late 42 until 3 December", "late", (42,), "until 3 December", set()),
    ("/kept late 42 3 December", "late", (42,), "3 December", set()),
])
def test_numbers_words_and_last_clauses(line: str, verb: str, numbers: tuple[int, ...], text: str | None,
                                        clauses: set[str]) -> None:
    found = said(line)
    assert (found.verb, found.numbers, found.text, set(found.clauses)) == (verb, numbers, text, clauses)


@pytest.mark.parametrize(("line", "text", "owner", "about"), [
    ("/commit rosa call the ride service by Friday 3pm for #41", "call the ride service", None, (41,)),
    ("/commit rosa call <@U2|ben> by Friday", "call", "U2", ()),
    ("/commit rosa call by Friday by <@U2|ben>", "call", "U2", ()),
    ("/commit rosa call owner @ben by Friday", "call", "@ben", ()),
    ("/commit rosa call, @ben, by Friday for #41", "call", "@ben", (41,)),
    ("/commit rosa ask <@U2|ben> about it by Friday", "ask @ben about it", None, ()),
    ("/promise rosa call for #41 and #42 by Friday", "call", None, (41, 42)),
])
def test_owner_and_item_stand_at_the_end_in_any_order(line: str, text: str, owner: str | None, about: tuple[int, ...]) -> None:
    found = said(line)
    assert (found.text, found.owner, found.about) == (text, owner, about)


@pytest.mark.parametrize(("line", "owner", "text"), [
    ("/kept assign 41 @alex he knows her", "@alex", "he knows her"), ("/kept assign 41 to <@U2|ben>", "U2", None),
    ("/kept list <@U2|ben>", "U2", None), ("/kept list @ben", "@ben", None), ("/kept list rosa", None, None),
])
def test_who_is_mentioned(line: str, owner: str | None, text: str | None) -> None:
    found = said(line)
    assert found.owner == owner
    assert found.verb == "list" or found.text == text


@pytest.mark.parametrize(("line", "owner", "about", "text", "hour"), [
    ("call the clinic by Friday 3pm @alex for #41", "@alex", (41,), "call the clinic", 15),
    ("call the clinic by Friday 3pm for #41 @alex", "@alex", (41,), "call the clinic", 15),
    ("call the clinic @alex for #41 by Friday 3pm", "@alex", (41,), "call the clinic", 15),
    ("@alex call the clinic by Friday 3pm for #41", "@alex", (41,), "call the clinic", 15),
    ("@alex, to call the clinic Friday 3pm", "@alex", (), "call the clinic", 15),
    ("call the clinic Friday @3pm", None, (), "call the clinic", 15),
])
def test_owner_item_and_due_time_stand_in_any_order(line: str, owner: str | None, about: tuple[int, ...], text: str,
                                                    hour: int) -> None:
    found = said(f"/commit rosa {line}")
    assert (found.owner, found.about, found.text) == (owner, about, text)
    assert found.due is not None
    assert found.due.due == datetime(2026, 11, 27, hour, tzinfo=ZONE)
