"""A form of an item that changed while it stood open: it comes back with what was typed and what changed, and saves on asking."""

from __future__ import annotations

import pytest

from models.item import State, Urgency
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Reply, Team, mention
from tests.handlers.filled import Form

PROMISE, BARRIER = "/commit rosa call her by Friday 3pm", "/barrier rosa no ride"


def comes_back(team: Team, form: Form, **fields: object) -> Form:
    found = team.send(form, **fields)  # type: ignore[arg-type]
    assert isinstance(found, Form), found
    return found


# (what the form is of, what is done meanwhile by Ben, what the banner says)
CHANGES = [
    ("edit", PROMISE, "/kept edit 1 call her sister",
     ["@U2 changed the words · 5 minutes ago", "It said: \n  > call her\n", "Then: \n  > call her sister\n"]),
    ("edit", PROMISE, "/kept late 1 until Dec 1 noon", ["gave it a new time: Fri Nov 27, 3:00 PM → Tue Dec 1, 12:00 PM"]),
    ("edit", PROMISE, f"/kept assign 1 {mention(BEN)}", ["gave it to someone: @U1 → @U2"]),
    ("late", PROMISE, "/kept late 1 until Dec 2 noon", ["Fri Nov 27, 3:00 PM → Wed Dec 2, 12:00 PM"]),
    ("cannot", BARRIER, "/kept edit 1 no ride at all", ["changed the words", "> no ride at all"]),
]


@pytest.mark.parametrize(("button", "line", "meanwhile", "says"), CHANGES)
def test_a_stale_form_comes_back_with_what_changed(team: Team, button: str, line: str, meanwhile: str, says: list[str]) -> None:
    team.say(line)
    form = team.form_of_item(button, 1)
    team.say(meanwhile, user=BEN)
    team.later(minutes=5)
    rows = len(team.item_history(1))
    entered = {"edit": {"words": "call her mother"}, "late": {"when": "Dec 7 noon", "why": "no slot"},
               "cannot": {"words": "no funds", "told": ("told",)}}[button]
    again = comes_back(team, form, **entered)
    assert len(team.item_history(1)) == rows
    assert "#1 changed while this form was open." in again.text
    for one in says:
        assert one in again.text
    assert again.body["submit"]["text"] == "Save anyway"
    assert list(again.inputs) == list(form.inputs)
    assert {name: again.fields()[name] for name in entered} == entered
    card = team.send(again)
    assert isinstance(card, Reply)
    assert len(team.item_history(1)) == rows + 1


def test_what_ended_meanwhile_says_so_and_can_be_reopened(team: Team) -> None:
    team.say(PROMISE)
    form = team.form_of_item("late", 1)
    team.say("/kept done 1", user=BEN)
    again = comes_back(team, form, when="Dec 7 noon")
    assert "@U2 marked it as kept: open → kept" in again.text
    assert "It has ended meanwhile: kept." in again.text
    assert "is kept already" in team.refused(again)["when"]
    assert team.item(1).state is State.KEPT
    team.say("/kept reopen 1", user=BEN)
    once_more = comes_back(team, again)
    assert "opened it again" in once_more.text
    assert "has a new time" in team.submit(once_more)


def test_what_became_private_meanwhile_is_not_there_any_more(team: Team) -> None:
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    team.say("/barrier rosa no ride", user=BEN)
    form = team.form_of_item("edit", 1, user=CAM)
    team.press_item("category", 1, user=BEN, choice="safety")
    assert team.refused(form, user=CAM, words="x") == {"words": "That is not here any more, or you may not see it."}


def test_a_form_that_is_true_is_saved_at_once(team: Team) -> None:
    team.say(PROMISE)
    team.say("/kept why 1", user=BEN)
    assert "has its new words" in team.submit(team.form_of_item("edit", 1), words="call her sister")


def test_a_long_history_is_told_in_part(team: Team) -> None:
    team.say(PROMISE)
    form = team.form_of_item("edit", 1)
    for n in range(9):
        team.say(f"/kept edit 1 wording {n} " + "x" * 500, user=BEN)
    again = comes_back(team, form, words="mine")
    assert again.text.count("changed the words") == 5
    assert "shortened here; all of it is kept" in again.text


def test_a_forged_version_counts_as_changed(team: Team) -> None:
    team.say(PROMISE)
    form = team.form_of_item("edit", 1)
    form.view.subject = f"i.{team.item(1).id}.x"
    assert "changed while this form was open" in comes_back(team, form, words="mine").text


def test_words_category_and_urgency_are_one_act_to_take_back(team: Team) -> None:
    team.say(BARRIER)
    team.later(minutes=1)
    card = team.submit(team.form_of_item("edit", 1), words="no bus", category="money", urgency="urgent")
    assert "#1 · Urgent barrier" in card
    assert [row.verb for row in team.item_history(1)] == ["created", "edited", "categorised", "urgency"]
    assert "Undone. #1 is open again" in team.say("/kept undo 1")
    item = team.item(1)
    assert (item.category, item.urgency, item.since, item.state) == ("transport", Urgency.NORMAL, item.created_at, State.OPEN)
    assert "> no ride" in team.say("/kept show 1")
    team.later(minutes=1)
    team.say("/kept undo 1")
    assert team.item(1).state is State.IN_ERROR


def test_an_urgent_barrier_is_told_at_once(team: Team) -> None:
    team.say("/barrier rosa no ride")
    team.submit(team.form_of_item("edit", 1), words="no ride", category="transport", urgency="urgent")
    assert team.pulse() == [ANA]
    assert "an urgent barrier reaches its owner" in team.say("/kept why 1")
