"""How often a patient is spoken with: set, said in the morning once it is over, counted, and shown where one looks."""

import pytest

from handlers.language.cadence import read_every
from models.errors import Unclear
from models.nudge import CADENCE
from models.patient import Patient
from tests.handlers.conftest import ANA, BEN, CAM, Reply, Team, mention

OVER = "Not spoken with for a while"


def morning(team: Team, at: str) -> dict[str, Reply]:
    team.at(at)
    team.sweep()
    return {to: message for to, message, ts in team.deliver() if ts is None and message.text.startswith("Your day")}


@pytest.mark.parametrize(("typed", "days"), [
    ("every 2 weeks", 14), ("Weekly", 7), ("every week", 7), ("every other week", 14), ("monthly", 30), ("a month", 30),
    ("10 days", 10), ("10", 10), ("14d", 14), ("2w", 14), ("every day", 1), ("at least every 3 months.", 90), ("once a week", 7),
    ("none", 0), ("usual", None), ("366", 366),
])
def test_how_often_is_read(typed: str, days: int | None) -> None:
    assert read_every(typed) == days


@pytest.mark.parametrize("typed", ["", "0", "every", "soon", "400 days", "2 fortnights", "every Monday", "weekly and daily", "-3",
                                   "a"])
def test_what_is_no_cadence_is_asked_about(typed: str) -> None:
    with pytest.raises(Unclear):
        read_every(typed)


def test_who_was_not_spoken_with_stands_in_the_owners_morning_once(three: Team) -> None:
    three.say("/kept patient add noor-k", user=BEN)
    assert "next by Mon Nov 30" in three.say("/kept cadence noor weekly", user=CAM)
    assert morning(three, "2026-11-27T09:00") == {}
    read = morning(three, "2026-11-30T09:00")
    assert list(read) == [BEN]
    assert f"{OVER}\nnoor-k · due by Mon Nov 30." in read[BEN].text
    assert {"new_contact", "open_patient"} <= read[BEN].actions()
    assert three.form_of("new_contact", read[BEN].subject("new_contact"), user=BEN).fields()["patient"]
    assert morning(three, "2026-12-01T09:00") == {}                       # said once for each week that goes by
    assert list(morning(three, "2026-12-07T09:00")) == [BEN]
    assert [row.recipient for row in three.nudges() if row.rule == CADENCE] == [BEN, BEN]


def test_what_falls_on_closed_days_is_said_before_them(team: Team) -> None:
    team.say("/kept cadence rosa 5 days")      # Saturday
    assert morning(team, "2026-11-26T09:00") == {}
    assert "rosa-m · due by Sat Nov 28." in morning(team, "2026-11-27T09:00")[ANA].text


def test_being_reached_says_so_where_it_stands_and_counts_anew(team: Team) -> None:
    team.say("/kept cadence rosa weekly")
    assert ANA in morning(team, "2026-11-30T09:00")
    team.say("/kept noanswer rosa")
    assert "in touch since" not in "".join(message.text for _, message, _ in team.deliver())
    team.at("2026-11-30T11:00")
    team.say("/kept call rosa glad")
    ((to, message, ts),) = team.deliver()
    assert (to, ts is not None) == (ANA, True)
    assert f"{OVER}\nrosa-m: in touch since. Thank you." in message.text
    assert "new_contact" not in message.actions()
    assert "next by Mon Dec 7" in team.say("/kept rosa")
    team.say("/kept undo")
    ((_, message, _),) = team.deliver()
    assert "rosa-m · due by Mon Nov 30." in message.text
    assert "that was due by Mon Nov 30" in (team.at("2026-12-01T11:00"), team.say("/kept rosa"))[1]


def test_who_was_reached_before_the_message_left_is_put_right_where_it_arrives(team: Team) -> None:
    team.say("/kept cadence rosa weekly")
    team.at("2026-11-30T09:00")
    team.sweep()
    team.later(minutes=5)
    team.say("/kept call rosa")
    assert [message.text for to, message, ts in team.deliver() if to == ANA and ts is None and OVER in message.text]
    assert ["in touch since" in message.text for _, message, ts in team.deliver() if ts is not None] == [True]


@pytest.mark.parametrize("act", ["/kept cadence rosa none", "/kept cadence rosa monthly", "/kept patient close rosa-m"])
def test_what_is_not_due_any_more_says_so_and_has_no_buttons(team: Team, act: str) -> None:
    team.say("/kept cadence rosa 1 day")
    assert "rosa-m · due by Tue Nov 24." in morning(team, "2026-11-24T09:00")[ANA].text
    team.say(act)
    ((_, message, ts),) = team.deliver()
    assert ts is not None
    assert "rosa-m: nothing is due any more." in message.text
    assert "new_contact" not in message.actions()


def test_the_digest_home_and_the_page_say_who_is_past(team: Team) -> None:
    team.say("/kept patient add noor-k", user=BEN)
    team.at("2026-12-23T10:00")
    assert "contact cadence" not in team.say("/kept digest")              # what is due today is not past
    team.at("2026-12-24T10:00")
    assert "2 patients past their contact cadence" in team.say("/kept digest")
    team.say("/kept call noor", user=BEN)
    assert "1 patient past their contact cadence" in team.say("/kept digest")
    assert "at least every 30 days, as is usual in this team; that was due by Wed Dec 23." in team.say("/kept rosa")
    assert "rosa-m · 0 open · no contact yet · contact due by Wed Dec 23" in team.look().text
    assert "1 patient past their contact cadence" in team.look().text
    assert "contact due" not in team.look(BEN).text
    team.say("/kept patient close rosa-m")
    assert "contact cadence" not in team.say("/kept digest")
    team.say("/kept patient add rosa-m")
    assert "next by Sat Jan 23, 2027" in team.say("/kept rosa")           # back again, and counted from today


def test_the_teams_own_usual_and_none_at_all(team: Team) -> None:
    assert "A patient is spoken with at least every 14 days" in team.say("/kept setup cadence every 2 weeks cap person 9")
    assert "At most 9 messages a day to a person." in team.say("/kept status")
    assert "next by Mon Dec 7" in team.say("/kept rosa")
    assert "Patients have no contact cadence" in team.say("/kept setup cadence none")
    assert "rosa-m has no contact cadence" in team.say("/kept rosa")
    assert morning(team, "2027-03-01T09:00") == {}
    assert "contact cadence" not in team.say("/kept digest")
    assert "Say how often" in team.say("/kept setup cadence sometimes")
    assert "Only a lead" in team.say("/kept setup cadence weekly", user=BEN)
    team.say("/kept cadence rosa 1 day")
    assert "every day; that" not in team.say("/kept cadence rosa none")
    assert {row.cadence_days for row in team.rows(Patient)} == {0}


def test_whose_owner_is_out_stands_in_the_covers_morning(three: Team) -> None:
    three.say("/kept patient add noor-k", user=BEN)
    three.say("/kept cadence noor weekly", user=BEN)
    three.say(f"/kept out until Dec 3, cover {mention(CAM)}", user=BEN)
    three.say(f"/kept cover {mention(BEN)} yes", user=CAM)
    read = morning(three, "2026-11-30T09:00")
    assert list(read) == [CAM]
    assert "noor-k · due by Mon Nov 30. With @U2." in read[CAM].text


def test_a_morning_names_a_few_and_the_next_one_the_others(team: Team) -> None:
    for n in range(7):
        team.say(f"/kept patient add many-{n}")
        team.say(f"/kept cadence many-{n} weekly")
    named = [sum(message.text.count("due by") for message in morning(team, at).values()) for at in (
        "2026-11-30T09:00", "2026-12-01T09:00", "2026-12-02T09:00")]
    assert named == [5, 2, 0]
