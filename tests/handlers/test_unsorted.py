"""Words without a verb: kept at once, sorted once, seen by whom they may be seen."""

from datetime import UTC, datetime

import pytest

from models.contact import Contact
from models.item import Danger, Kind, State
from models.unsorted import Became, Unsorted
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention


def entries(team: Team) -> list[Unsorted]:
    return sorted(team.rows(Unsorted), key=lambda one: one.id)


@pytest.mark.parametrize(("line", "button", "kind", "state", "says"), [
    ("no ride &amp; no money", "sort_barrier", Kind.BARRIER, State.OPEN, "> no ride & no money"),
    ("afraid of the bill", "sort_concern", Kind.CONCERN, State.RAISED, "> afraid of the bill"),
    ("call her by Friday 3pm", "sort_promise", Kind.COMMITMENT, State.OPEN, "> call her\n"),
])
def test_kept_at_once_and_sorted_once(team: Team, line: str, button: str, kind: Kind, state: State, says: str) -> None:
    card = team.reply(f"/kept rosa {line}")
    assert "Kept unsorted, word for word" in card.text
    assert (len(entries(team)), team.items()) == (1, [])
    assert says in team.press(button, card.subject(button)).text
    item, entry = team.item(1), entries(team)[0]
    assert (item.kind, item.state, entry.became, entry.item_id, entry.sorted_at) == (
        kind, state, Became.PROMISE if kind is Kind.COMMITMENT else Became(kind.value), item.id, team.now)
    team.later(minutes=1)
    for other in ("sort_concern", "sort_barrier", "sort_promise", "sort_call", "discard", "sort"):
        assert "sorted already, as a" in team.press(other, card.subject(button)).text
    assert len(team.items()) == 1
    assert {"unsorted create", f"unsorted to {entry.became}"} <= {action for _, action, _ in team.audited()}


def test_sorted_as_a_call_it_happened_when_it_was_typed(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    card = team.reply("/kept rosa 5m 1 she is glad")
    typed_at = team.now
    team.later(hours=2)
    assert "#1 had the first contact" in team.press("sort_call", card.subject("sort_call")).text
    made, = team.rows(Contact)
    assert (made.minutes, made.happened_at, made.recorded_at) == (5, typed_at, team.now)
    assert entries(team)[0].contact_id == made.id


def test_its_words_mean_what_they_meant_when_typed(team: Team) -> None:
    card = team.reply(f"/kept rosa call the clinic tomorrow noon {mention(BEN)}")
    team.later(hours=20)
    team.press("sort_promise", card.subject("sort_promise"))
    assert team.item(1).due_at == datetime(2026, 11, 24, 17, tzinfo=UTC)
    late = team.reply("/kept rosa call the clinic tomorrow noon")
    team.later(days=3)
    assert "it has passed" in team.press("sort_promise", late.subject("sort_promise")).text
    assert [entry.became for entry in entries(team)] == [Became.PROMISE, None]


@pytest.mark.parametrize(("line", "button", "says"), [
    ("by Feb 30", "sort_promise", "cannot be"), ("call by Friday @nobody", "sort_promise", "owner is not one"),
    ("41 she is glad", "sort_call", "no #41 here"), ("0m", "sort_call", "from 1 minute"),
])
def test_what_cannot_be_made_stays_unsorted_and_says_why(team: Team, line: str, button: str, says: str) -> None:
    card = team.reply(f"/kept rosa {line}")
    reply = team.press(button, card.subject(button)).text
    assert says in reply
    assert "still kept unsorted" in reply
    assert (entries(team)[0].became, team.items(), team.rows(Contact)) == (None, [], [])
    team.later(minutes=1)
    assert "Kept as #1" in team.press("sort_concern", card.subject("sort_concern")).text


def test_it_waits_in_mine_and_on_the_page_until_sorted(team: Team) -> None:
    for n in range(7):
        team.say(f"/kept rosa words {n}", user=BEN)
    mine = team.reply("/kept mine", user=BEN)
    assert mine.text.index("words 0") < mine.text.index("Nothing else here")
    assert ("words 4" in mine.text, "words 5" in mine.text, "And 2 more" in mine.text) == (True, False, True)
    assert "words" not in team.say("/kept mine")
    page = team.reply("/kept rosa")
    assert "words 0" in page.text
    asked = team.press("sort", page.subject("sort"))
    assert "> words 0" in asked.text
    team.press("sort_barrier", asked.subject("sort_barrier"))
    mine = team.reply("/kept mine", user=BEN)
    assert ("rosa-m · words 0 · open" in mine.text, mine.text.count("words 0"), "words 1" in mine.text) == (True, 1, True)
    assert len(team.items()) == 1


def test_discarded_and_brought_back(team: Team) -> None:
    card = team.reply("/kept rosa words")
    gone = team.press("discard", card.subject("discard"))
    assert "Discarded" in gone.text
    assert "words" not in team.say("/kept rosa")
    assert "discarded already" in team.press("sort_concern", card.subject("discard")).text
    assert "waits for you again" in team.press("bring_back", gone.subject("bring_back")).text
    team.later(minutes=1)
    assert "Only what was discarded" in team.press("bring_back", gone.subject("bring_back")).text
    assert "Kept as #1" in team.press("sort_concern", card.subject("discard")).text


def test_undo_and_last_know_it(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.say("/kept rosa words")
    assert "> words" in team.say("/kept last")
    assert "Discarded" in team.say("/kept undo")
    assert "> afraid" in team.say("/kept last")
    team.say("/kept rosa more words")
    team.later(hours=25)
    assert "nothing here in the last 24 hours" in team.say("/kept last")


def test_the_same_delivery_or_a_double_enter_keeps_one(team: Team) -> None:
    team.say("/kept rosa words", delivery="one")
    for delivery in ("one", "two"):
        assert "Already saved: the words" in team.say("/kept rosa words", delivery=delivery)
    assert len(entries(team)) == 1


@pytest.mark.parametrize("line", ["/kept zoe words", "/kept nothing at all", "/kept rosa", "/kept rosa   "])
def test_what_is_no_patients_words_keeps_nothing(team: Team, line: str) -> None:
    team.say(line)
    assert entries(team) == []


def test_long_words_are_kept_whole(team: Team) -> None:
    card = team.reply("/kept rosa " + "x" * 2980)
    assert "x" * 2980 in card.text
    team.press("sort_barrier", card.subject("sort_barrier"))
    assert "x" * 2980 in team.say("/kept show 1")


def test_words_for_a_new_patient_are_kept_when_added(team: Team) -> None:
    asked = team.reply("/kept rosa-n afraid")
    assert "add_patient" in asked.actions()
    assert "Kept unsorted" in team.press("add_patient", asked.subject("add_patient")).text
    assert len(entries(team)) == 1


def test_what_may_hurt_is_its_authors_and_the_leads(team: Team) -> None:
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    card = team.reply("/kept rosa she wants to die", user=BEN)
    assert "emergency steps" in card.text
    for user, sees in ((ANA, True), (BEN, True), (CAM, False)):
        assert ("wants to die" in team.say("/kept rosa", user=user)) == sees
    for button in ("sort", "sort_concern", "sort_call", "discard", "bring_back"):
        refused = team.press(button, card.subject("discard"), user=CAM).text
        assert refused == "That is not here any more, or you may not see it."
    assert "Is anyone in danger?" in team.press("sort_concern", card.subject("discard")).text
    assert team.item(1).danger is Danger.ASKED
