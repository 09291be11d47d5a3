"""A contact in a form: what stands in it at first, every kind with every outcome, and what its menu offers."""

import pytest

from handlers.contact import SAID
from models.contact import Contact, Outcome, Way
from models.item import State
from tests.handlers.conftest import BEN, Reply, Team, mention
from tests.handlers.filled import Form

CONCERN, BARRIER = "/concern rosa afraid of the bill", "/barrier rosa no ride"


def rosa(team: Team) -> str:
    return team.offered("patient", "rosa")[0][1]


def sent(team: Team, form: Form, **fields: object) -> str:
    return team.submit(form, patient=rosa(team), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", SAID)
def test_the_verb_sets_what_stands_in_it(team: Team, verb: str) -> None:
    form = team.form(f"/kept {verb}")
    way, outcome = SAID[verb]
    assert (form.fields()["way"], form.fields()["outcome"]) == (way, outcome)
    sent(team, form)
    assert [(c.way, c.outcome, c.minutes, c.note) for c in team.rows(Contact)] == [(way, outcome, None, "")]


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("outcome", Outcome)
def test_any_kind_may_have_any_outcome_and_only_who_was_reached_is_an_answer(team: Team, way: Way, outcome: Outcome) -> None:
    team.say(CONCERN)
    says = sent(team, team.form("/kept call"), way=way, outcome=outcome, about=(str(team.item(1).id),))
    assert f"{way.value.capitalize()} · {outcome.value}" in says
    assert (team.item(1).state is State.ANSWERED) == (outcome is Outcome.REACHED)
    assert ("was not reached" in says) == (outcome is not Outcome.REACHED)


@pytest.mark.parametrize(("typed", "minutes"), [("12", 12), ("12m", 12), ("1h 20m", 80), ("2 hours", 120), ("", None)])
def test_how_long_it_took(team: Team, typed: str, minutes: int | None) -> None:
    sent(team, team.form("/kept call"), minutes=typed)
    assert [c.minutes for c in team.rows(Contact)] == [minutes]


@pytest.mark.parametrize(("typed", "says"), [
    ("a while", "such as 12"), ("12 apples", "such as 12"), ("-3", "such as 12"), ("0", "from 1 minute to 24 hours"),
    ("99999999999999999999", "from 1 minute to 24 hours"), ("25h", "from 1 minute to 24 hours")])
def test_what_is_no_length_of_time_is_said_at_its_field(team: Team, typed: str, says: str) -> None:
    for verb in ("call", "called"):
        errors = team.refused(team.form(f"/kept {verb}"), patient=rosa(team), minutes=typed)
        assert list(errors) == ["minutes"]
        assert says in errors["minutes"]
    assert team.rows(Contact) == []


def test_what_is_not_about_the_patient_is_refused_at_its_field(team: Team) -> None:
    team.say("/kept patient add noor-k")
    team.say("/concern noor afraid of the bill")
    for chosen, says in ((str(team.item(1).id), "another patient"), ("none", "one of those offered")):
        errors = team.refused(team.form("/kept call"), patient=rosa(team), about=(chosen,))
        assert list(errors) == ["about"]
        assert says in errors["about"]
    assert team.rows(Contact) == []


def test_what_is_private_is_not_there_for_others(team: Team) -> None:
    team.say("/concern rosa he hits her")
    key = str(team.item(1).id)
    assert key not in {value for _, value in team.offered("open", user=BEN)}
    assert "not here any more" in team.refused(team.form("/kept call", user=BEN), user=BEN, patient=rosa(team),
                                               about=(key,))["about"]


def test_a_patients_page_leads_to_their_form_whose_menu_begins_with_their_items(team: Team) -> None:
    team.say("/kept patient add noor-k")
    team.say("/concern noor afraid of the bill")
    team.say(BARRIER, user=BEN)
    page = team.reply("/kept rosa")
    form = team.form_of("new_contact", page.subject("new_contact"))
    assert form.fields()["patient"] == rosa(team)
    subject = form.view.subject
    assert [label[:2] for label, _ in team.offered("open", subject=subject)] == ["#2", "#1"]
    assert [label[:2] for label, _ in team.offered("open")] == ["#1", "#2"]
    assert "you called" in team.submit(form, about=(str(team.item(2).id),))


def test_a_note_of_danger_is_asked_about(team: Team) -> None:
    assert "Is anyone in danger?" in sent(team, team.form("/kept call"), words="she says he hits her")


def test_a_call_of_theirs_is_promised_back_within_a_working_day_or_by_when_it_says(team: Team) -> None:
    assert "due Tue Nov 24, 10:00 AM" in sent(team, team.form("/kept called"))
    says = sent(team, team.form("/kept called"), words="wants news by Friday 3pm", owner=BEN)
    assert "> Call back: wants news\n" in says
    assert "due Fri Nov 27, 3:00 PM" in says
    assert "with @U2" in says
    team.say(BARRIER)
    card = team.send(team.form("/kept called"), patient=rosa(team), when="Wednesday noon", about=str(team.item(3).id))
    assert isinstance(card, Reply)
    assert team.item(4).about_id == team.item(3).id
    team.press("undo_contact", card.subject("undo_contact"))
    assert team.item(4).state is State.IN_ERROR


def test_a_line_with_words_after_the_verb_is_still_read(team: Team) -> None:
    assert "12 minutes" in team.say("/kept call rosa 12m")
    assert "Offered" not in team.say(f"/kept handoff nobody {mention(BEN)} x")
