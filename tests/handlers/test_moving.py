"""Items moved on: kept, late, told, ended, reopened, held, given to someone; and taken back."""

from datetime import UTC, datetime

import pytest

from models.item import Barrier, Commitment, Danger, State, Urgency
from tests.handlers.conftest import ANA, BEN, Team, mention

PROMISE = "/commit rosa call her by Friday 3pm"
BARRIER = "/barrier rosa no ride"


@pytest.mark.parametrize(("line", "state", "untold", "confirmed_by"), [
    ("/kept resolve 1 ride booked, confirmed", State.RESOLVED, False, "patient"),
    ("/kept resolve 1 ride booked, assumed", State.RESOLVED, True, "staff"),
    ("/kept resolve 1 ride booked, assumed, told", State.RESOLVED, False, "staff"),
    ("/kept resolve 1 confirmed", State.RESOLVED, False, "patient"),
    ("/kept resolve 1 Confirmed.", State.RESOLVED, False, "patient"),
    ("/kept resolve 1 the ride is confirmed", State.OPEN, False, None),
    ("/kept resolve 1 we assumed", State.OPEN, False, None),
    ("/kept cannot 1 no funds; offered the pantry, told", State.CANNOT, False, None),
    ("/kept cannot 1 no funds; she was not told yet", State.CANNOT, True, None),
    ("/kept cannot 1 no funds; not told", State.CANNOT, True, None),
])
def test_only_an_exact_last_clause_says_how_we_know(team: Team, line: str, state: State, untold: bool,
                                                    confirmed_by: str | None) -> None:
    team.say(BARRIER)
    team.say(line)
    item = team.item(1)
    assert (item.state, item.untold, item.confirmed_by) == (state, untold, confirmed_by)


def test_words_after_a_verb_are_kept_in_the_history(team: Team) -> None:
    team.say(PROMISE)
    team.say(f"/kept assign 1 {mention(BEN)} he knows her well")
    team.say("/kept done 1 she was glad, told", user=BEN)
    shown = team.say("/kept show 1")
    assert "> he knows her well" in shown
    assert "> she was glad" in shown


def test_kept_late_leaves_the_patient_untold(team: Team) -> None:
    team.say(PROMISE)
    team.at("2026-11-30T10:00")
    card = team.reply("/kept done 1")
    assert "patient not told yet" in card.text
    assert "told" in card.actions()
    team.press("told", card.subject("told"))
    assert (team.item(1).state, team.item(1).untold) == (State.KEPT, False)


@pytest.mark.parametrize(("line", "untold"), [
    ("/kept late 1 until Dec 1 noon, told", False), ("/kept late 1 until Dec 1 noon", True),
    ("/kept late 1 Dec 1 noon", True), ("/kept late 1 to Dec 1 noon", True),
])
def test_a_new_time_with_and_without_telling(team: Team, line: str, untold: bool) -> None:
    team.say(PROMISE)
    team.say(line)
    item = team.item(1)
    assert (item.due_at, item.untold) == (datetime(2026, 12, 1, 17, tzinfo=UTC), untold)
    assert "/kept late 1" not in team.say("/kept why 1")


def test_late_without_a_time_asks_and_keeps_the_telling(team: Team) -> None:
    team.say(PROMISE)
    asked = team.reply("/kept late 1, told")
    assert "Here is what happens next" in asked.text
    assert team.item(1).epoch == 1
    assert "When will it be?" in team.say("/kept late 1, told")  # asked again, since nothing was saved
    team.press("at_told", asked.subject("at_told"))
    assert (team.item(1).epoch, team.item(1).untold) == (2, False)


@pytest.mark.parametrize("line", ["/kept late 1 until soon", "/kept late 1 until Monday told", "/kept late 1 until Nov 20"])
def test_a_new_time_that_cannot_be_read_changes_nothing(team: Team, line: str) -> None:
    team.say(PROMISE)
    team.say(line)
    assert (team.item(1).epoch, team.item(1).untold) == (1, False)


def test_by_when_buttons_and_the_picker(team: Team) -> None:
    asked = team.reply("/commit rosa call her")
    assert "By when?" in asked.text
    assert team.item(1).due_at is None
    offered = [c["text"]["text"] for c in asked.controls() if c["action_id"].startswith("at/") and c["type"] == "button"]
    assert offered == ["Monday, November 23, 5:00 PM", "Tuesday, November 24, 5:00 PM", "Wednesday, November 25, 5:00 PM"]
    team.press("at", asked.subject("at", "Tue"))
    assert team.item(1).due_at == datetime(2026, 11, 24, 22, tzinfo=UTC)
    assert not team.item(1).untold
    picker = next(c for c in asked.controls() if c["type"] == "datetimepicker")
    team.press("at", picker["subject"], choice=str(int(datetime(2026, 12, 2, 15, tzinfo=UTC).timestamp())))
    assert team.item(1).due_at == datetime(2026, 12, 2, 15, tzinfo=UTC)
    assert team.item(1).untold


def test_the_same_time_again_is_no_delay(team: Team) -> None:
    asked = team.reply("/commit rosa call her")
    team.press("at", asked.subject("at", "Tue"))
    team.later(minutes=1)
    assert "is due then already" in team.press("at", asked.subject("at", "Tue")).text
    assert not team.item(1).untold


def test_an_unclear_time_is_asked_with_its_readings(team: Team) -> None:
    asked = team.reply("/commit rosa call her on Monday")
    assert "Kept never guesses" in asked.text
    assert team.item(1).due_at is None
    team.press("at", asked.subject("at", "November 30"))
    assert team.item(1).due_at == datetime(2026, 11, 30, 22, tzinfo=UTC)


def test_a_time_outside_working_hours_is_said_in_words(team: Team) -> None:
    assert "outside the team's working hours (09:00 to 17:00)" in team.say("/commit rosa call her tonight at 8")
    assert "Saturday, November 28 is outside your team's working days" in team.say("/commit rosa call her on Saturday at noon")
    assert "working" not in team.say(PROMISE).partition("Kept will speak up")[0]


def test_a_reader_in_another_zone_sees_both(team: Team) -> None:
    team.zone = "America/Los_Angeles"
    card = team.say(PROMISE)
    assert team.item(1).due_at == datetime(2026, 11, 27, 23, tzinfo=UTC)
    assert "Read in your own zone, America/Los_Angeles" in card
    assert "For the team in America/New_York it is Friday, November 27, 2026 at 6:00 PM EST" in card
    assert "PST" in team.say("/kept late 1")


@pytest.mark.parametrize(("line", "held"), [
    ("until Wednesday", datetime(2026, 11, 25, 14, tzinfo=UTC)), ("until Nov 30", datetime(2026, 11, 30, 14, tzinfo=UTC)),
    ("in 2 hours", datetime(2026, 11, 23, 17, tzinfo=UTC)), ("until Dec 1", None), ("until Nov 20", None), ("", None),
    ("until whenever", None),
])
def test_a_snooze_holds_five_working_days_at_most(team: Team, line: str, held: datetime | None) -> None:
    team.say(BARRIER)
    team.say(f"/kept snooze 1 {line}")
    assert team.item(1).snoozed_until == held


def test_reopening_starts_a_new_interval(team: Team) -> None:
    team.say(BARRIER)
    team.say("/kept resolve 1 booked, assumed")
    team.later(days=2)
    team.say("/kept reopen 1")
    item = team.item(1)
    assert (item.state, item.interval, item.untold, item.since) == (State.OPEN, 2, False, team.now)


def test_someone_else_takes_what_is_untold(team: Team) -> None:
    team.say(BARRIER)
    team.say("/kept resolve 1 booked, assumed")
    assert "with its new owner" in team.press_item("take", 1, user=BEN).text
    assert "with them already" in team.say(f"/kept assign 1 {mention(BEN)}")


def _facts(item: object) -> dict[str, object]:
    names = ("state", "untold", "told_at", "confirmed_by", "owner_id", "category", "due_at", "interval", "since", "text_sealed",
             "snoozed_until", "danger")
    return {name: getattr(item, name) for name in names}


@pytest.mark.parametrize(("before", "act"), [
    ((PROMISE,), "/kept done 1"), ((PROMISE,), "/kept late 1 until Dec 1 noon, told"), ((PROMISE,), "/kept late 1 until Dec 1"),
    ((PROMISE,), "/kept withdraw 1"), ((PROMISE,), "/kept broken 1, told"), ((PROMISE,), f"/kept assign 1 {mention(BEN)}"),
    ((BARRIER,), "/kept snooze 1 until Wednesday"), ((BARRIER,), "/kept resolve 1 booked, assumed"),
    ((BARRIER,), "/kept cannot 1 no funds"), ((BARRIER, "/kept resolve 1 booked, assumed"), "/kept told 1"),
    ((BARRIER, "/kept resolve 1 booked, assumed"), "/kept reopen 1"), ((BARRIER,), "press progress"),
    ((BARRIER,), "press category"), (("/concern rosa afraid",), "/kept answer 1"), (("/concern rosa afraid",), "/kept settle 1"),
    (("/concern rosa wants to die",), "press danger_no"), (("/commit rosa call",), "press at"),
])
def test_undo_takes_back_exactly_the_last_act(team: Team, before: tuple[str, ...], act: str) -> None:
    for line in before:
        team.say(line)
    stood, epoch, rung = _facts(team.item(1)), team.item(1).epoch, team.item(1).rung
    team.later(hours=1)
    if act.startswith("press "):
        choice = {"category": "food", "at": "1796400000"}.get(act[6:], "")
        team.press_item(act[6:], 1, choice=choice)
    else:
        team.say(act)
    assert _facts(team.item(1)) != stood
    moved = team.item(1).epoch != epoch
    assert "Undone" in team.say("/kept undo 1")
    assert _facts(team.item(1)) == stood
    assert (team.item(1).epoch == epoch) == (not moved)
    assert team.item(1).rung == rung


def test_undo_of_an_edit_and_of_entering(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    team.say("/kept edit 1 afraid of the second bill, told")
    assert "> afraid of the second bill, told" in team.say("/kept show 1")
    team.say("/kept undo 1")
    assert "> afraid of the bill\n" in team.say("/kept show 1")
    assert "Number #1 stays taken" in team.say("/kept undo")
    for line in ("/kept reopen 1", "/kept edit 1 more", "/kept settle 1", "/kept told 1"):
        assert "entered in error" in team.say(line)
    assert "Kept as #2" in team.say(PROMISE)


def test_done_undo_done_are_three_wishes_however_fast(team: Team) -> None:
    team.say(PROMISE)
    for line, state in (("done", State.KEPT), ("undo", State.OPEN), ("done", State.KEPT)):
        team.say(f"/kept {line} 1")
        assert team.item(1).state is state


def test_nobody_undoes_what_another_did(team: Team) -> None:
    team.say(PROMISE)
    team.say("/kept done 1", user=BEN)
    assert "not yours to undo" in team.say("/kept undo 1")
    assert team.item(1).state is State.KEPT


def test_the_same_delivery_or_a_double_enter_makes_one_item(team: Team) -> None:
    line = "/concern rosa afraid of the bill"
    team.say(line, delivery="one")
    assert "Already saved: #1" in team.say(line, delivery="one")
    assert "Already saved: #1" in team.say(line, delivery="two")
    team.later(seconds=9)
    assert "Already saved: #1" in team.say(line, delivery="two")
    assert "Kept as #2" in team.say(line, delivery="three")
    assert "Kept as #3" in team.say(line, user=BEN)


def test_a_mistake_repeated_is_explained_again(team: Team) -> None:
    first = team.say("/commit rosa call by Feb 30", delivery="one")
    assert team.say("/commit rosa call by Feb 30", delivery="one") == first
    assert "no such date" in first


def test_an_edit_towards_danger_asks(team: Team) -> None:
    team.say("/concern rosa afraid of the bill", user=BEN)
    assert "Is anyone in danger?" in team.say("/kept edit 1 she wants to die", user=BEN)
    assert team.item(1).danger is Danger.ASKED


def test_progress_restarts_a_barriers_reminders(team: Team) -> None:
    team.say("/barrier rosa ! no ride")
    assert isinstance(team.item(1), Barrier)
    assert team.item(1).urgency is Urgency.URGENT
    team.later(hours=3)
    team.press_item("progress", 1)
    assert (team.item(1).since, team.item(1).epoch, team.item(1).rung) == (team.now, 2, 0)


def test_a_verb_names_its_kind(team: Team) -> None:
    team.say(BARRIER)
    team.say(PROMISE, user=ANA)
    assert "#1 is a barrier" in team.say("/kept done 1")
    assert "#2 is a promise" in team.say("/kept resolve 2 booked, confirmed")
    assert isinstance(team.item(2), Commitment)


@pytest.mark.parametrize("line", ["edit 1 call her sister", "late 1 until Dec 1 noon, told", "withdraw 1", "broken 1, told",
                                  f"assign 1 {mention(BEN)}"])
def test_a_verb_that_shares_its_name_with_a_forms_button_still_writes_once(team: Team, line: str) -> None:
    team.say(PROMISE)
    team.say(f"/kept {line}", delivery="one")
    epoch = team.item(1).epoch
    assert "Already saved: #1" in team.say(f"/kept {line}", delivery="one")
    assert team.item(1).epoch == epoch


def test_kept_after_all_says_when(team: Team) -> None:
    """Kept in time and only said later is kept in time; late, the patient is owed a word."""
    for due in ("3pm", "4pm"):
        team.say(f"/commit rosa call by {due}")
    team.at("2026-11-24T10:00")
    form = team.form_of_item("kept_after", 1)
    before = str(int(datetime.fromisoformat("2026-11-23T14:30-05:00").timestamp()))
    assert "#1 is kept" in team.submit(form, happened=before)
    assert not team.item(1).untold
    assert team.item_history(1)[-1].happened_at.isoformat() == "2026-11-23T19:30:00+00:00"
    form = team.form_of_item("kept_after", 2)
    for wrong in ("2026-11-24T11:00-05:00", "2026-11-20T11:00-05:00"):
        at = str(int(datetime.fromisoformat(wrong).timestamp()))
        assert "only have been kept since it was promised" in team.refused(form, happened=at)["happened"]
    assert "#2 is kept" in team.submit(form)
    assert team.item(2).untold
