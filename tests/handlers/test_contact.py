"""Being in touch: what is read, what it does to items, what it leaves alone, and how it is taken back."""

from datetime import UTC, datetime

import pytest

from models.contact import Contact, ContactItem, ContactWithdrawal, last_contact
from models.item import Commitment, Danger, State
from models.nudge import DIGEST
from models.patient import Patient
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention

CONCERN, BARRIER, PROMISE = "/concern rosa afraid of the bill", "/barrier rosa no ride", "/commit rosa book it by Friday 3pm"


def contacts(team: Team) -> list[Contact]:
    return sorted(team.rows(Contact), key=lambda one: one.id)


def notes(team: Team) -> list[str]:
    made = contacts(team)
    return team.store.transact(team.workspace, lambda s: [s.get_one(Contact, (team.workspace, one.id)).note for one in made])


@pytest.mark.parametrize(("line", "way", "outcome", "minutes", "note"), [
    ("call rosa", "call", "reached", None, ""), ("call rosa 12m", "call", "reached", 12, ""),
    ("call rosa 12 min she is glad", "call", "reached", 12, "she is glad"), ("visit rosa 1h", "visit", "reached", 60, ""),
    ("visit rosa 1h 10m tea", "visit", "reached", 70, "tea"), ("text rosa she has it", "text", "reached", None, "she has it"),
    ("video rosa 20 minutes", "video", "reached", 20, ""),
    ("seen rosa 5m: at the desk", "in person", "reached", 5, "at the desk"),
    ("noanswer rosa", "call", "no answer", None, ""), ("left rosa call us back", "call", "message left", None, "call us back"),
    ("call rosa her sister took it, someone else", "call", "someone else", None, "her sister took it"),
    ("call rosa 2nd try", "call", "reached", None, "2nd try"), ("call rosa meds", "call", "reached", None, "meds"),
    ("call rosa someone else answers now", "call", "reached", None, "someone else answers now"),
])
def test_a_contact_is_read(team: Team, line: str, way: str, outcome: str, minutes: int | None, note: str) -> None:
    team.say(f"/kept {line}")
    one, = contacts(team)
    assert (one.way, one.outcome, one.minutes, notes(team)) == (way, outcome, minutes, [note])
    assert (one.direction, one.unprompted, one.happened_at, one.recorded_at) == ("outbound", False, team.now, team.now)


def test_a_kindness_nobody_was_owed(team: Team) -> None:
    assert "unprompted" in team.say("/kept call rosa 5m just to say hello, unprompted")
    assert contacts(team)[0].unprompted


def test_who_was_reached_is_answered_and_the_rest_makes_progress(team: Team) -> None:
    for line in (CONCERN, BARRIER, PROMISE):
        team.say(line)
    team.later(hours=3)
    reply = team.say("/kept call rosa 12m 1, 2 and #3 she is glad")
    assert "#1 had the first contact" in reply
    assert "Reminders about #2 start afresh" in reply
    assert "Nothing else about #3 changes" in reply
    concern, barrier, promise = (team.item(n) for n in (1, 2, 3))
    assert (concern.state, concern.since) == (State.ANSWERED, team.now)
    assert (barrier.state, barrier.since, barrier.epoch) == (State.OPEN, team.now, 2)
    assert (promise.state, promise.epoch) == (State.OPEN, 1)
    assert len(team.rows(ContactItem)) == 3
    assert "contact create" in {action for _, action, _ in team.audited()}
    assert "contacted · @U1" in team.say("/kept show 2")


@pytest.mark.parametrize("line", ["noanswer rosa 1 2", "left rosa 1 2", "call rosa 1 2 her sister, someone else"])
def test_who_was_not_reached_changes_no_reminder(team: Team, line: str) -> None:
    team.say(CONCERN)
    team.say(BARRIER)
    assert "about #1, #2 go on as before" in team.say(f"/kept {line}")
    assert [(team.item(n).state, team.item(n).epoch) for n in (1, 2)] == [(State.RAISED, 1), (State.OPEN, 1)]
    assert len(team.rows(ContactItem)) == 2


def reminders(team: Team) -> list[str]:
    return [row.rule for row in team.nudges() if row.rule != DIGEST]


def test_the_first_contact_stills_the_reminders_of_a_concern(team: Team) -> None:
    team.say(CONCERN)
    team.say("/kept noanswer rosa 1")
    team.later(days=1)
    team.pulse()
    assert reminders(team) == ["concern-owner"]
    team.say("/kept call rosa 1")
    team.later(days=2)
    team.pulse()
    assert reminders(team) == ["concern-owner"]


def test_an_overdue_promise_is_not_repeated_because_of_a_call(team: Team) -> None:
    team.say(PROMISE)
    team.at("2026-12-01T16:00")
    team.pulse()
    said = reminders(team)
    team.say("/kept call rosa 1")
    team.pulse()
    assert (len(said), reminders(team)) == (1, said)


@pytest.mark.parametrize(("line", "says"), [
    ("call rosa 9", "no #9 here"), ("call rosa 1 2", "#2 is about another patient"), ("call rosa 2", "another patient"),
    ("call zoe 1", "must be a patient"), ("call rosa 0m", "from 1 minute to 24 hours"),
    ("call rosa 25h", "from 1 minute to 24 hours"), ("called rosa wants news for #2", "#2 is about another patient"),
    ("called rosa news by Feb 30", "no such date"),
    ("called rosa by Friday", "no task"), ("called rosa 0m", "from 1 minute"), ("called rosa news for #1 and #3", "one item"),
])
def test_what_does_not_fit_saves_nothing(team: Team, line: str, says: str) -> None:
    team.say("/kept patient add noor-k")
    for earlier in (CONCERN, "/concern noor lonely", BARRIER):
        team.say(earlier)
    assert says in team.say(f"/kept {line}")
    assert contacts(team) == []
    assert [(item.state, item.epoch) for item in sorted(team.items(), key=lambda i: i.number)] == [
        (State.RAISED, 1), (State.RAISED, 1), (State.OPEN, 1)]


@pytest.mark.parametrize(("line", "text", "due"), [
    ("called rosa wants news on the ride", "Call back: wants news on the ride", datetime(2026, 11, 24, 15, tzinfo=UTC)),
    ("called rosa", "Call back", datetime(2026, 11, 24, 15, tzinfo=UTC)),
    ("called rosa 5m wants news by Wednesday noon", "Call back: wants news", datetime(2026, 11, 25, 17, tzinfo=UTC)),
    ("called rosa wants news by Monday", "Call back: wants news", None),
])
def test_their_call_is_a_contact_and_a_promise(team: Team, line: str, text: str, due: datetime | None) -> None:
    reply = team.say(f"/kept {line}")
    assert "Calling back is promised as #1" in reply
    assert ("exactly?" in reply) == (due is None)
    assert f"> {text}" in reply
    assert isinstance(team.item(1), Commitment)
    assert team.item(1).due_at == due
    one, = contacts(team)
    assert (one.direction, one.way, one.outcome) == ("inbound", "call", "reached")


def test_their_call_may_be_for_someone_else_and_about_an_item(team: Team) -> None:
    team.say(CONCERN)
    team.say(f"/kept called rosa wants news for #1 {mention(BEN)}")
    assert team.item(1).state is State.ANSWERED
    assert (team.item(2).about_id, team.item(2).owner_id != team.item(1).owner_id) == (team.item(1).id, True)


def test_undo_appends_and_takes_back_what_it_did(team: Team) -> None:
    team.say(CONCERN)
    team.say(BARRIER)
    since = team.item(2).since
    team.later(hours=2)
    card = team.reply("/kept call rosa 1 2 glad")
    assert "#1, #2 are as before it" in team.press("undo_contact", card.subject("undo_contact")).text
    assert (team.item(1).state, team.item(2).since) == (State.RAISED, since)
    assert (len(contacts(team)), len(team.rows(ContactWithdrawal)), notes(team)) == (1, 1, ["glad"])
    team.later(minutes=1)
    assert "taken back already" in team.press("undo_contact", card.subject("undo_contact")).text
    assert team.item(1).epoch == 3
    assert "contact undo" in {action for _, action, _ in team.audited()}


def test_undo_leaves_what_went_on_since(team: Team) -> None:
    team.say(CONCERN)
    card = team.reply("/kept call rosa 1")
    team.say("/kept settle 1", user=BEN)
    assert "#1 went on since" in team.press("undo_contact", card.subject("undo_contact")).text
    assert team.item(1).state is State.SETTLED


def test_undo_of_their_call_takes_the_promise_back_too(team: Team) -> None:
    card = team.reply("/kept called rosa wants news")
    assert "#1 came of it" in team.press("undo_contact", card.subject("undo_contact")).text
    assert team.item(1).state is State.IN_ERROR


def test_nobody_takes_back_anothers_contact(team: Team) -> None:
    card = team.reply("/kept call rosa")
    assert "not yours to undo" in team.press("undo_contact", card.subject("undo_contact"), user=BEN).text
    assert team.rows(ContactWithdrawal) == []


def test_last_and_undo_know_a_contact(team: Team) -> None:
    team.say(CONCERN)
    team.later(minutes=1)
    team.say("/kept call rosa 5m hello")
    assert "> hello" in team.say("/kept last")
    assert "taken back" in team.say("/kept undo")
    assert "> afraid of the bill" in team.say("/kept last")
    team.later(minutes=1)
    team.say("/kept call rosa")
    team.later(minutes=1)
    team.say("/kept settle 1")
    assert "#1 is raised again" in team.say("/kept undo")
    assert len(team.rows(ContactWithdrawal)) == 1


def test_a_contact_is_forgotten_by_last_after_a_day(team: Team) -> None:
    team.say("/kept call rosa")
    team.later(hours=25)
    assert "nothing here in the last 24 hours" in team.say("/kept last")


def test_the_same_delivery_or_a_double_enter_is_one_contact(team: Team) -> None:
    team.say("/kept call rosa 5m", delivery="one")
    assert "Already saved: the contact" in team.say("/kept call rosa 5m", delivery="one")
    assert "Already saved: the contact" in team.say("/kept call rosa 5m", delivery="two")
    assert "Already saved: #1" in [team.say("/kept called rosa news", delivery=d) for d in ("a", "b")][1]
    assert len(contacts(team)) == 2


def test_the_page_shows_the_newest_and_hides_what_may_hurt(team: Team) -> None:
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    card = team.reply("/kept call rosa 5m she wants to die", user=BEN)
    assert "emergency steps" in card.text
    for user, sees in ((ANA, True), (BEN, True), (CAM, False)):
        page = team.say("/kept rosa", user=user)
        assert ("she wants to die" in page, "Call · reached · 5 minutes" in page) == (sees, True)
    nobody = "That is not here any more, or you may not see it."
    for button in ("contact_safe", "contact_danger", "undo_contact"):
        assert team.press(button, card.subject(button), user=CAM).text == nobody
    assert contacts(team)[0].danger is Danger.ASKED
    assert "The team can see the note now" in team.press("contact_safe", card.subject("contact_safe")).text
    assert "she wants to die" in team.say("/kept rosa", user=CAM)
    assert "Please follow" in team.press("contact_danger", card.subject("contact_danger")).text
    assert "she wants to die" not in team.say("/kept rosa", user=CAM)


def test_nobody_asked_about_danger(team: Team) -> None:
    card = team.reply("/kept call rosa fine")
    assert "Nobody asked" in team.press("contact_safe", card.subject("undo_contact")).text


def test_the_last_contact_is_the_last_time_they_were_reached(team: Team) -> None:
    team.say("/kept patient add noor-k")
    rosa, noor = sorted(team.rows(Patient), key=lambda p: p.id)

    def last() -> dict[str, datetime]:
        found = team.store.transact(team.workspace, lambda s: last_contact(s, team.workspace, [rosa.id, noor.id]))
        return {"rosa" if key == rosa.id else "noor": at for key, at in found.items()}

    assert last() == {}
    team.say("/kept call rosa")
    first = team.now
    team.later(hours=1)
    team.say("/kept left rosa")
    assert last() == {"rosa": first}
    team.later(hours=1)
    team.say("/kept called rosa")
    assert last() == {"rosa": team.now}
    team.say("/kept undo")
    assert last() == {"rosa": first}


def test_home_shows_the_last_contact_at_once(team: Team) -> None:
    assert "rosa-m · 0 open · no contact yet" in team.look().text
    team.say("/kept call rosa", user=BEN)
    assert team.beat() == [ANA]
    assert "last contact Mon Nov 23, 10:00 AM" in team.home().text

