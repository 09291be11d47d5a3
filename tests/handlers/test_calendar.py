"""A team's calendar: its hours, holidays and closed days, as they are set, shown, and gone by."""

from __future__ import annotations

from typing import Any

import pytest

from models.team import CareTeam
from tests.handlers.conftest import ANA, BEN, CAM, Team

NO_CHANGE = "Zone America/New_York · hours 09:00 to 17:00, Monday to Friday only"


@pytest.mark.parametrize(("line", "says"), [
    ("holidays US-NY", "Holidays of US-NY, next Thanksgiving Day on Thu Nov 26."),
    ("holidays none", "No holidays are kept: /kept setup holidays US"),
    ('closed 2026-12-24 "Staff day"', "Closed too: Thu Dec 24 (Staff day)."),
    ("closed 2026-12-24 2027-01-02", "Closed too: Thu Dec 24, Sat Jan 2, 2027."),
    ("holidays US open 2026-11-26", "Open in spite of a holiday: Thu Nov 26."),
    ("hours mon-thu 9-17 fri 9-13", "hours 09:00 to 17:00, Monday to Thursday and 09:00 to 13:00, Friday only"),
    ("hours 8-16 days mon,wed,fri", "hours 08:00 to 16:00, Monday, Wednesday, Friday only"),
    ("dates dmy", "A date like 3/12 is 3 December."), ("dates ask", "A date like 3/12 is asked about"),
])
def test_what_is_set_is_shown(team: Team, line: str, says: str) -> None:
    assert says in team.say(f"/kept setup {line}")
    assert says in team.say("/kept status", user=BEN)


def test_a_closed_day_is_taken_back(team: Team) -> None:
    team.say('/kept setup closed 2026-12-24 "Staff day" closed 2026-12-31')
    assert "Closed too: Thu Dec 31." in team.say("/kept setup open 2026-12-24")
    assert "Closed too" not in team.say("/kept setup open 2026-12-31")
    team.say("/kept setup holidays US open 2026-12-25")
    assert "Closed too: Fri Dec 25 (Party)" in team.say('/kept setup closed 2026-12-25 "Party"')
    assert [t.days_off_sealed is None for t in team.rows(CareTeam)] == [False]


@pytest.mark.parametrize(("line", "says"), [
    ("closed 2025-12-24", "lies ahead"), ("closed 2026-11-22", "lies ahead"), ("closed 2046-12-24", "within ten years"),
    ("open 2026-12-24", "no closed day and no holiday"), ("open 2026-11-28", "/kept setup days mon-sat"),
    ("closed 2027-01-01..2027-01-31 2027-03-01..2027-03-31", "at most 50"), ("closed Friday", "Days look like 2026-12-24"),
    ("holidays Mars", "named by country"), ("hours mon-fri closed", "at least one day"),
])
def test_a_calendar_that_does_not_fit_changes_nothing(team: Team, line: str, says: str) -> None:
    assert says in team.say(f"/kept setup detail full {line}")
    status = team.say("/kept status")
    assert NO_CHANGE in status
    assert "Closed too" not in status
    assert [t.detail for t in team.rows(CareTeam)] == ["minimal"]


def test_today_can_still_be_closed(team: Team) -> None:
    assert "Closed too: Mon Nov 23 (Snow)" in team.say('/kept setup closed 2026-11-23 "Snow"')


@pytest.mark.parametrize(("line", "next_"), [
    ("holidays US", "Fri Nov 27, 11:00 AM, to @U1"), ("closed 2026-11-26", "Fri Nov 27, 11:00 AM, to @U1"),
    ("hours thu off", "Fri Nov 27, 11:00 AM, to @U1"),
    # Of a Thursday of one hour the four would end on Friday: by then a working day has passed, which is the channel's.
    ("hours thu 9-10", "Thu Nov 26, 10:00 AM, to #C1"), ("holidays US open 2026-11-26", "Thu Nov 26, 11:00 AM, to @U1"),
])
def test_what_is_open_is_planned_anew_by_the_new_calendar(team: Team, line: str, next_: str) -> None:
    """Due on Wednesday at three: four working hours later, without a holiday, is Thursday at eleven."""
    team.say("/commit rosa call her by Wednesday 3pm")
    team.at("2026-11-25T15:00")
    team.sweep()
    assert "Thu Nov 26, 11:00 AM, to @U1" in team.say("/kept why 1")
    team.say(f"/kept setup {line}")
    assert next_ in team.say("/kept why 1")
    team.at("2026-11-26T11:30")
    team.sweep()
    assert [row.rule.startswith("overdue") for row in team.nudges()].count(True) == next_.startswith("Thu Nov 26, 11")


def test_no_digest_on_a_holiday_and_the_days_own_closing_is_its_end(team: Team) -> None:
    team.say("/kept setup holidays US hours mon-thu 9-17 fri 9-13")
    assert "Fri Nov 27, 1:00 PM" in team.say("/commit rosa call her by Friday")
    assert "Thanksgiving" not in team.say("/commit rosa send the form by Wednesday")
    assert team.at("2026-11-25T12:00") is None
    assert next(t for t in team.rows(CareTeam)).next_digest(team.now).isoformat() == "2026-11-27T08:30:00-05:00"


@pytest.mark.parametrize(("zone", "says"), [("America/Chicago", "3/12 is March 12"), ("Europe/London", "3/12 is asked about"),
                                            ("Europe/London dates dmy", "3/12 is 3 December")])
def test_a_new_team_s_dates_go_by_its_zone_until_it_says(team: Team, zone: str, says: str) -> None:
    team.members["C2"] = frozenset({CAM})
    assert says in team.say(f"/kept setup zone {zone}", user=CAM, channel="C2")


def test_a_date_of_two_readings_is_asked_about_where_the_order_is_not_known(team: Team) -> None:
    assert "Kept as #1" in team.say("/commit rosa send the form by 12/3")
    team.say("/kept setup dates ask")
    asked = team.say("/commit rosa send the form by 12/3")
    assert "Thursday, December 3" in asked
    assert "Friday, March 12, 2027" in asked
    assert "due Sun Dec 13" in team.say("/commit rosa send the form by 12/13")


def test_the_form_has_the_calendar_and_gives_it_back_unchanged(team: Team) -> None:
    team.say('/kept setup hours mon-thu 9-17 fri 9-13 holidays US-NY closed 2026-12-24 "Staff day" open 2026-11-26 dates dmy')
    form = team.form("/kept setup")
    fields = form.fields()
    assert {name: fields[name] for name in ("opens", "closes", "apart", "holidays", "closed", "dates")} == {
        "opens": "09:00", "closes": "17:00", "apart": "fri 09:00-13:00", "holidays": "US-NY", "dates": "dmy",
        "closed": "open 2026-11-26\n2026-12-24 Staff day"}
    before = team.say("/kept status")
    team.submit(form)
    assert team.say("/kept status") == before


def test_the_form_changes_the_calendar(team: Team) -> None:
    team.say("/kept setup closed 2026-12-24 closed 2026-12-31")
    form = team.form("/kept setup")
    team.submit(form, apart="tue 12-20", holidays="us", closed="2026-12-24 Staff day\n2027-01-04", dates="ask")
    status = team.say("/kept status")
    for says in ("12:00 to 20:00, Tuesday", "Holidays of US, next", "Closed too: Thu Dec 24 (Staff day), Mon Jan 4, 2027."):
        assert says in status


@pytest.mark.parametrize(("given", "field", "says"), [
    ({"apart": "sat 9-12"}, "apart", "not ticked"), ({"holidays": "United States"}, "holidays", "named by country"),
    ({"closed": "Christmas"}, "closed", "Days look like"), ({"closed": "2020-12-24"}, "closed", "lies ahead"),
    ({"closed": "open 2026-12-01"}, "closed", "no closed day and no holiday"),
    ({"closed": "2026-12-24 " + "x" * 41}, "closed", "at most 40"),
])
def test_a_mistake_in_the_calendar_stands_at_its_field(team: Team, given: dict[str, Any], field: str, says: str) -> None:
    errors = team.refused(team.form("/kept setup"), **given)
    assert list(errors) == [field]
    assert says in errors[field]


def test_the_name_of_a_closed_day_is_sealed(team: Team) -> None:
    team.say('/kept setup closed 2026-12-24 "Canary holiday"', user=ANA)
    (row,) = team.rows(CareTeam)
    assert row.days_off_sealed is not None
    assert b"Canary" not in row.days_off_sealed
    assert "Canary" not in str(row.settings)
