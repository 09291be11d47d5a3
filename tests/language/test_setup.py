"""The set-up line: what is typed and what comes of it, and what is said when it does not fit."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.language.setup import Setup, read_apart, read_days_off, read_setup, usual_dates
from models.errors import Unclear
from models.worktime import OFFICE, week_of, written

NINE, EARLY = "09:00-17:00 " * 5 + "- -", "08:30-16:30 " * 5 + "- -"
EVE, YEARS_END = date(2026, 12, 24), date(2026, 12, 31)


@pytest.mark.parametrize(("line", "week"), [
    ("hours 9-17", NINE), ("hours 8:30-16:30", EARLY), ("hours 8:30\N{EN DASH}16:30", EARLY),
    ("hours mon-thu 9-17 fri 9-13", "09:00-17:00 " * 4 + "09:00-13:00 - -"),
    ("hours mon-thu 9-17, fri 9-13", "09:00-17:00 " * 4 + "09:00-13:00 - -"),
    ("hours 8-16 wed 12-20", "08:00-16:00 08:00-16:00 12:00-20:00 08:00-16:00 08:00-16:00 - -"),
    ("hours sat 10-12", NINE[:-3] + "10:00-12:00 -"), ("hours mon closed", "- " + NINE[12:]),
    ("hours mon,wed off", "- 09:00-17:00 - 09:00-17:00 09:00-17:00 - -"),
    ("days mon-sat", "09:00-17:00 " * 6 + "-"), ("days mon,wed", "09:00-17:00 - 09:00-17:00 - - - -"),
    ("days mon, wed", "09:00-17:00 - 09:00-17:00 - - - -"), ("days sat-mon", "09:00-17:00 - - - - 09:00-17:00 09:00-17:00"),
    ("days mon-sat hours 8-16 sat 9-12", "08:00-16:00 " * 5 + "09:00-12:00 -"),
    ("hours 8-16 sat 9-12 days mon-sat", "08:00-16:00 " * 5 + "09:00-12:00 -"), ("detail full", NINE),
])
def test_hours_and_days_make_a_week(line: str, week: str) -> None:
    assert written(read_setup(line).week(OFFICE)) == week


@pytest.mark.parametrize(("line", "week"), [
    ("days mon-sat", "09:00-17:00 " * 4 + "09:00-13:00 09:00-17:00 -"), ("hours 8-16", "08:00-16:00 " * 5 + "- -"),
    ("hours mon 8-16", "08:00-16:00 " + "09:00-17:00 " * 3 + "09:00-13:00 - -"),
    ("days thu-fri", "- - - 09:00-17:00 09:00-13:00 - -"),
])
def test_what_is_not_named_stays_as_it_was(line: str, week: str) -> None:
    assert written(read_setup(line).week(week_of("09:00-17:00 " * 4 + "09:00-13:00 - -"))) == week


@pytest.mark.parametrize(("line", "closed", "opened"), [
    ("closed 2026-12-24", {EVE: ""}, set()), ('closed 2026-12-24 "Staff day"', {EVE: "Staff day"}, set()),
    ("closed 2026-12-24 \u201cStaff day\u201d detail full", {EVE: "Staff day"}, set()),
    ("closed 2026-12-24 2026-12-31", {EVE: "", YEARS_END: ""}, set()), ("open 2026-12-24", {}, {EVE}),
    ('closed 2026-12-30..2026-12-31 "Year end"', {date(2026, 12, 30): "Year end", YEARS_END: "Year end"}, set()),
    ('closed 2026-12-24 "Eve" closed 2026-12-31 open 2026-12-25', {EVE: "Eve", YEARS_END: ""}, {date(2026, 12, 25)}),
])
def test_closed_days_are_read_with_their_names(line: str, closed: dict[date, str], opened: set[date]) -> None:
    found = read_setup(line)
    assert (found.closed, found.opened) == (closed, opened)


@pytest.mark.parametrize(("text", "closed", "opened"), [
    ("", {}, set()), ("2026-12-24 Staff day\n\n2026-12-31", {EVE: "Staff day", YEARS_END: ""}, set()),
    ('2026-12-24 "Staff day"\nopen 2026-12-31', {EVE: "Staff day"}, {YEARS_END}),
])
def test_closed_days_are_read_line_by_line(text: str, closed: dict[date, str], opened: set[date]) -> None:
    found = Setup()
    read_days_off(text, found)
    assert (found.closed, found.opened) == (closed, opened)


@pytest.mark.parametrize(("line", "holidays"), [
    ("holidays US", "US"), ("holidays us-ny", "US-NY"), ("holidays none", ""), ("holidays None", ""),
    ("holidays GB-SCT", "GB-SCT"),
    ("holidays CA-ON", "CA-ON"), ('holidays "BE-french"', "BE-French"),
])
def test_holidays_are_a_country_and_its_region(line: str, holidays: str) -> None:
    assert read_setup(line).changes == {"holidays": holidays}


@pytest.mark.parametrize(("line", "field", "says"), [
    ("holidays", "holidays", "named by country"), ("holidays Mars", "holidays", "named by country"),
    ("holidays US-ZZ", "holidays", "Its regions are AK, AL"), ("holidays PR-X", "holidays", "Say the country alone"),
    ("closed", "closed", "Days look like 2026-12-24"), ("closed Friday", "closed", "Days look like"),
    ("closed 2026-02-30", "closed", "does not exist"), ("open 2026-13-01", "closed", "does not exist"),
    ("closed 2026-12-24..2026-12-20", "closed", "runs forward"), ("closed 2026-12-24..2027-12-24", "closed", "31 days"),
    (f'closed 2026-12-24 "{"x" * 41}"', "closed", "at most 40"), ("closed 2026-12-24 Staff day", None, "not known"),
    ("hours", "opens", "Hours look like"), ("hours fri", "apart", "Hours look like"), ("hours fri 13-9", "apart", "open before"),
    ("hours 17-9", "closes", "open before"), ("hours 9-25", None, "no such time"), ("dates ymd", "dates", "ask, dmy, mdy"),
])
def test_what_does_not_fit_is_said_at_its_field(line: str, field: str | None, says: str) -> None:
    with pytest.raises(Unclear, match=says) as wrong:
        read_setup(line)
    assert wrong.value.field == field


def test_a_line_of_a_form_that_opens_a_day_has_no_name() -> None:
    with pytest.raises(Unclear, match="nothing else") as wrong:
        read_days_off("open 2026-12-24 after all", Setup())
    assert wrong.value.field == "closed"


def test_a_week_without_a_day_is_refused() -> None:
    with pytest.raises(Unclear, match="at least one day") as wrong:
        read_setup("hours mon-fri closed").week(OFFICE)
    assert wrong.value.field == "days"


@pytest.mark.parametrize(("text", "says"), [
    ("9-17", "before their hours"), ("fri", "Hours look like"), ("fri 9-13 join open", "before their hours"),
    ("sat 9-13", "not ticked"), ("later", "Hours look like"),
])
def test_hours_apart_in_a_form_are_of_its_days_alone(text: str, says: str) -> None:
    with pytest.raises(Unclear, match=says) as wrong:
        read_apart(text, read_setup("hours 9-17 days mon-fri"))
    assert wrong.value.field == "apart"


@pytest.mark.parametrize(("zone", "dates"), [
    ("America/New_York", "mdy"), ("America/Indiana/Knox", "mdy"), ("US/Eastern", "mdy"), ("America/Puerto_Rico", "mdy"),
    ("Pacific/Honolulu", "mdy"), ("America/Toronto", "ask"), ("America/Mexico_City", "ask"), ("Europe/London", "ask"),
    ("UTC", "ask"),
])
def test_a_new_team_s_dates_go_by_its_zone(zone: str, dates: str) -> None:
    assert usual_dates(zone) == dates


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(
    ["hours", "days", "closed", "open", "holidays", "dates", "zone", "mon-fri", "fri", "9-17", "9-13,", "off", "2026-12-24",
     '"Staff day"', '"', "2026-12-24..2026-12-26", "US-NY", "ask", "none", "-", "..", "lead", "@ana", "UTC"]), max_size=9))
def test_any_such_line_makes_a_week_or_says_why_not(words: list[str]) -> None:
    with suppress(Unclear):
        week = read_setup(" ".join(words)).week(OFFICE)
        assert week_of(written(week)) == week
