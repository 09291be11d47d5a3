"""What looks like an identifier is not saved until a person says so: asked wherever words come in, held sealed meanwhile."""

from __future__ import annotations

import logging

import pytest

from handlers.cards import identifiers as cards
from models.audit import AuditRow
from models.held import HELD, Held, forget_held
from models.patient import Patient
from models.unsorted import Unsorted
from tests.handlers.conftest import BEN, HOME, Reply, Team, mention
from tests.handlers.filled import Form
from tests.handlers.test_sealed import bytes_of

SSN, PHONE = "219-09-9999", "617-555-0123"


def acts(team: Team) -> list[str]:
    return [action for _, action, _ in team.audited() if action.startswith("identifiers")]


def test_nothing_is_saved_and_what_was_spotted_is_shown_masked(team: Team) -> None:
    reply = team.reply(f"/concern rosa afraid of the bill, SSN {SSN}, call {PHONE}")
    assert team.items() == []
    assert "Nothing is saved yet" in reply.text
    assert "Social Security number: •••-••-••99" in reply.text
    assert "Phone number: •••-•••-••23" in reply.text
    assert SSN not in str(reply.body)
    assert PHONE not in str(reply.body)
    assert "afraid" not in str(reply.body)
    assert reply.actions() == {"save_without", "save_anyway"}


@pytest.mark.parametrize(("press", "kept", "act"), [
    ("save_without", "afraid, SSN [Social Security number left out] on the form", "identifiers removed"),
    ("save_anyway", f"afraid, SSN {SSN} on the form", "identifiers kept")])
def test_each_choice_works_once_and_is_audited(team: Team, press: str, kept: str, act: str) -> None:
    asked = team.reply(f"/concern rosa afraid, SSN {SSN} on the form")
    held = asked.subject(press)
    assert team.press(press, held).text.startswith("Kept as #1")
    assert kept in team.say("/kept show 1")
    assert team.rows(Held) == []
    team.later(minutes=1)
    for again in ("save_without", "save_anyway"):
        assert cards.GONE in team.press(again, held).text
    assert len(team.items()) == 1
    assert acts(team) == ["identifiers spotted", act]
    assert all(SSN not in str(vars(row)) for row in team.rows(AuditRow))


def test_two_presses_at_one_moment_save_once(team: Team) -> None:
    held = team.reply(f"/concern rosa SSN {SSN}").subject("save_anyway")
    assert team.press("save_anyway", held).text.startswith("Kept as #1")
    assert "Already saved: #1" in team.press("save_anyway", held).text


# Every way that words come in.
LINES = [
    f"/concern rosa {SSN}", f"/barrier rosa ! housing: {SSN}", f"/commit rosa call {PHONE} by Friday 3pm", f"/kept rosa {SSN}",
    f"/kept call rosa 5m 1 {PHONE}", f"/kept left rosa {PHONE}", f"/kept called rosa wants {PHONE}",
    f"/kept handoff rosa {mention(BEN)} {PHONE}", f"/kept edit 1 {SSN}", f"/kept answer 1 {SSN}", f"/kept settle 1 {SSN}",
    f"/kept done 3 {SSN}", f"/kept late 3 until Monday noon {PHONE}", f"/kept resolve 2 {SSN}, confirmed",
    f"/kept cannot 2 {SSN}", f"/kept patient add {PHONE}", f"/kept assign 1 {mention(BEN)} {SSN}", "/concern rosa "
    f"<tel:{PHONE}|{PHONE}>", "/concern rosa <mailto:rosa@example.org|rosa@example.org>",
    "/concern rosa DOB 3/12/1985", "/concern rosa pays with 4111 1111 1111 1111", "/concern rosa MRN 4471902",
    f"/promise rosa call {PHONE}", f"/kept concern rosa {SSN}", f"/kept withdraw 3 {SSN}", f"/kept decline all {SSN}",
]


def test_every_way_in_asks_first(team: Team) -> None:
    for one in ("/concern rosa afraid", "/barrier rosa no ride", "/commit rosa call by Friday 3pm"):
        team.say(one)
    before = [(item.number, item.state, item.epoch) for item in team.items()]
    for line in LINES:
        assert team.reply(line).actions() == {"save_without", "save_anyway"}, line
    assert [(item.number, item.state, item.epoch) for item in team.items()] == before
    assert (team.rows(Unsorted), len(team.rows(Patient))) == ([], 1)


QUIET = ["/concern rosa sees us 12/3, BP 140/90", "/concern rosa call 2 pm about #42",
         "/commit rosa call the clinic by 12/3/2026 3pm", "/kept call rosa 12m", "/kept rosa A1C 7.2",
         "/kept patient add p-0142", "/barrier rosa owes $1,250.00 of rent"]


def test_the_numbers_of_an_ordinary_day_are_quiet(team: Team) -> None:
    for line in QUIET:
        assert "save_anyway" not in team.reply(line).actions(), line
    assert acts(team) == []


def test_what_saves_nothing_asks_nothing_and_puts_it_in_no_button(team: Team) -> None:
    for line in (f"/kept find {SSN}", f"/kept list {PHONE}", f"/kept help {SSN}", f"/kept show {PHONE}"):
        reply = team.reply(line)
        assert "save_anyway" not in reply.actions()
        assert not any(SSN in str(one) or PHONE in str(one) for one in reply.controls())


def test_a_time_is_read_from_when_it_was_typed(team: Team) -> None:
    team.at("2026-11-23T23:50")
    held = team.reply(f"/commit rosa call {PHONE} tomorrow noon").subject("save_anyway")
    team.later(minutes=20)
    assert "Tue Nov 24" in team.press("save_anyway", held).text.replace("Tuesday, November 24", "Tue Nov 24")


def test_after_an_hour_it_is_forgotten(team: Team) -> None:
    held = team.reply(f"/concern rosa SSN {SSN}").subject("save_anyway")
    team.now += HELD
    team.later(seconds=1)
    assert cards.GONE in team.press("save_anyway", held).text
    team.store.transact(team.workspace, lambda s: forget_held(s, team.workspace, team.now))
    assert (team.rows(Held), team.items()) == ([], [])


def test_nobody_else_can_settle_it(team: Team) -> None:
    held = team.reply(f"/concern rosa SSN {SSN}").subject("save_anyway")
    for press in ("save_anyway", "save_without"):
        assert cards.GONE in team.press(press, held, user=BEN).text
    assert team.items() == []
    assert team.press("save_without", held).text.startswith("Kept as #1")


def test_what_goes_wrong_after_the_choice_can_be_put_right(team: Team) -> None:
    held = team.reply(f"/concern noor call {PHONE}").subject("save_anyway")
    wrong = team.press("save_anyway", held)
    assert "not known here" in wrong.text
    assert PHONE not in str(wrong.body)
    assert {"save_without", "save_anyway", "add_patient"} <= wrong.actions()
    team.press("add_patient", wrong.subject("add_patient"))
    assert team.press("save_anyway", wrong.subject("save_anyway")).text.startswith("Kept as #1")
    assert PHONE in team.say("/kept show 1")


def test_danger_still_gets_its_emergency_steps(team: Team) -> None:
    assert "911" in team.reply(f"/concern rosa she wants to die, call {PHONE}").text
    assert "911" not in team.reply(f"/concern rosa wants news, call {PHONE}").text


def test_asked_for_a_team_no_button_carries_it(team: Team) -> None:
    team.members["C2"] = team.members[HOME]
    team.say("/kept setup zone UTC", channel="C2")
    which = team.reply(f"/concern rosa SSN {SSN}", channel="D1")
    assert SSN not in str(which.body)
    assert "in the channel of the team it is for" in which.text
    assert which.controls() == []


def test_it_is_held_in_no_byte_that_can_be_read_and_in_no_log(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked = team.reply(f"/concern rosa SSN {SSN}")
    team.press("save_without", asked.subject("save_without"))
    team.reply(f"/barrier rosa SSN {SSN}")
    kept = bytes_of(team)
    assert len(kept) > 2000
    assert SSN.encode() not in kept
    assert SSN not in caplog.text


# (the verb whose form it is, its fields, the field whose words hold the identifier)
FORMS = [("/concern", {"words": f"SSN {SSN}"}), ("/barrier", {"words": f"SSN {SSN}"}),
         ("/commit", {"words": f"call {PHONE}", "when": "Friday 3pm"}), ("/kept call", {"words": f"at {PHONE}"}),
         ("/kept called", {"words": f"at {PHONE}"}), ("/kept handoff", {"words": f"at {PHONE}", "owner": BEN})]


@pytest.mark.parametrize("choice", ["without", "anyway"])
def test_a_form_comes_back_with_the_choice_and_all_that_was_typed(team: Team, choice: str) -> None:
    for line, fields in FORMS:
        comes_back(team, line, fields, choice)


def comes_back(team: Team, line: str, fields: dict[str, str], choice: str) -> None:
    patient, before = str(team.rows(Patient)[0].id), len(team.items())
    form = team.form(line)
    again = team.send(form, patient=patient, **fields)
    assert isinstance(again, Form)
    assert len(team.items()) == before
    assert "Nothing is saved yet" in again.text
    assert list(again.inputs)[1:] == list(form.inputs)
    assert again.fields()["words"] == fields["words"]
    options = [one["value"] for one in again.inputs["identifiers"]["element"]["options"]]
    assert SSN not in str(options)
    picked = next(one for one in options if one.startswith(choice))
    done = team.send(again, patient=patient, identifiers=picked)
    assert isinstance(done, Reply)
    assert ("left out]" in done.text, any(one in done.text for one in (SSN, PHONE))) == (choice == "without", choice == "anyway")
    assert acts(team)[-1] == ("identifiers removed" if choice == "without" else "identifiers kept")


def test_corrected_by_hand_the_form_is_just_saved(team: Team) -> None:
    patient = str(team.rows(Patient)[0].id)
    again = team.send(team.form("/concern"), patient=patient, words=f"SSN {SSN}")
    assert isinstance(again, Form)
    assert "Kept as #1" in team.submit(again, patient=patient, words="afraid of the bill")
    assert acts(team) == ["identifiers spotted"]


def test_an_answer_is_about_what_was_asked(team: Team) -> None:
    """"Save anyway" lets through what was shown, and nothing typed since."""
    patient = str(team.rows(Patient)[0].id)
    again = team.send(team.form("/concern"), patient=patient, words=f"SSN {SSN}")
    assert isinstance(again, Form)
    anyway = again.inputs["identifiers"]["element"]["options"][1]["value"]
    third = team.send(again, patient=patient, words=f"SSN {SSN}, call {PHONE}", identifiers=anyway)
    assert isinstance(third, Form)
    assert "•••-•••-••23" in third.text
    assert list(third.inputs) == list(again.inputs)
    assert team.items() == []


def test_an_edit_in_a_form_asks_too_and_keeps_its_item(team: Team) -> None:
    team.say("/concern rosa afraid")
    again = team.send(team.form_of_item("edit", 1), words=f"afraid, SSN {SSN}")
    assert isinstance(again, Form)
    assert "has its new words" in team.submit(again)
    assert "afraid, SSN [Social Security number left out]" in team.say("/kept show 1")


def test_a_new_patients_alias_in_a_form(team: Team) -> None:
    again = team.send(team.form("/kept patient"), alias="617-555-0123")
    assert isinstance(again, Form)
    anyway = again.inputs["identifiers"]["element"]["options"][1]["value"]
    assert "An alias is letters" in team.refused(again)["alias"]
    assert "is a patient" in team.submit(again, identifiers=anyway)
    through_menu = team.send(team.form("/concern"), patient="add.4155550123", words="afraid")
    assert isinstance(through_menu, Form)


def test_an_alias_that_looks_like_a_full_name_warns(team: Team) -> None:
    for alias, warns in (("rosa-k", False), ("rosa-martinez", True), ("ben_okafor", True), ("p-0143", False)):
        assert ("may be a full name" in team.say(f"/kept patient add {alias}")) is warns
