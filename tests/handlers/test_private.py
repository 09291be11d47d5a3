"""What may hurt someone if read: private to owner, author and leads in every list, card, nudge and digest."""

import pytest

from handlers.table import COMMANDS
from models.item import Danger
from models.nudge import Nudge
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention

DANGER = "/concern rosa she wants to die"
LOOKS = ("/kept show 1", "/kept why 1", "/kept list", "/kept list concerns", "/kept list rosa", "/kept rosa", "/kept mine",
         "/kept edit 1 x", "/kept undo 1", "/kept told 1", "/kept settle 1", f"/kept assign 1 {mention(CAM)}",
         "/commit rosa call for #1 by Friday")


@pytest.fixture
def three(team: Team) -> Team:
    """Cam is in the team too, and no lead."""
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    team.later(minutes=1)
    return team


@pytest.mark.parametrize("line", LOOKS)
def test_others_learn_nothing_of_it(three: Team, line: str) -> None:
    three.say(DANGER, user=BEN)
    reply = three.say(line, user=CAM)
    assert "die" not in reply
    if " 1" in line or "#1" in line:
        assert reply.partition("\n")[0] == three.say(line.replace("1", "99"), user=CAM).partition("\n")[0].replace("99", "1")
    else:
        assert "#1" not in reply


def test_no_verb_tells_that_there_is_something_private(three: Team) -> None:
    """Every verb there is, of the private one and of a number nobody has."""
    three.say(DANGER, user=BEN)
    three.say("/commit rosa call her for #1 by Friday 3pm", user=BEN)
    for verb in sorted(COMMANDS):
        for line in (f"/kept {verb} {{n}}", f"/kept {verb} {{n}} until Friday 3pm, told", f"/kept {verb} rosa {{n}}",
                     f"/kept {verb} {{n}} {mention(CAM)}"):
            if verb in {"concern", "barrier", "cadence"} and "rosa" in line:
                continue  # these name no item
            if verb in {"commit", "called"} and "rosa" in line:
                line = f"/kept {verb} rosa call her for #{{n}} by Friday 3pm"
            hidden, none = (three.say(line.format(n=n), user=CAM) for n in (1, 9999))
            assert hidden == none.replace("9999", "1"), line
    assert {item.number for item in three.items()} == {1, 2}


@pytest.mark.parametrize("button", ["show", "settle", "answer", "take", "snooze", "undo", "told", "danger_no", "danger_yes"])
def test_others_cannot_press_it(three: Team, button: str) -> None:
    three.say(DANGER, user=BEN)
    assert three.press_item(button, 1, user=CAM).text == "That is not here any more, or you may not see it."
    assert three.item(1).danger is Danger.ASKED


def test_owner_and_lead_see_it_and_a_person_answers(three: Team) -> None:
    three.say(DANGER, user=BEN)
    for user in (ANA, BEN):
        assert "she wants to die" in three.say("/kept show 1", user=user)
        assert "#1" in three.say("/kept list", user=user)
    assert "someone may be in danger" in three.say("/kept digest")
    assert "The team can see it now" in three.press_item("danger_no", 1).text
    assert "she wants to die" in three.say("/kept show 1", user=CAM)


def test_yes_keeps_it_private(three: Team) -> None:
    three.say(DANGER, user=BEN)
    assert "emergency steps now" in three.press_item("danger_yes", 1).text
    assert "no #1 here" in three.say("/kept show 1", user=CAM)


def test_a_safety_barrier_stays_private_until_its_category_changes(three: Team) -> None:
    three.say("/barrier rosa unsafe at home", user=BEN)
    assert "still stays with its owner" in three.press_item("danger_no", 1).text
    assert "no #1 here" in three.say("/kept show 1", user=CAM)
    three.press_item("category", 1, choice="housing")
    assert "unsafe at home" in three.say("/kept show 1", user=CAM)


def test_nobody_asked_nobody_answers(three: Team) -> None:
    three.say("/concern rosa afraid of the bill")
    assert "Nobody asked about danger" in three.press_item("danger_yes", 1).text
    assert three.item(1).danger is Danger.NONE


def test_its_nudges_go_to_owner_and_leads_and_never_to_the_channel(three: Team) -> None:
    three.say(DANGER, user=BEN)
    posted = []
    for _ in range(6):
        three.later(days=1)
        three.pulse()
        posted += [n.recipient for n in three.nudges() if n.subject_id == three.item(1).id]
    assert set(posted) == {ANA, BEN}
    assert HOME not in {n.recipient for n in three.rows(Nudge)}


def test_what_becomes_private_leaves_the_channel(three: Team) -> None:
    three.say("/concern rosa afraid of the bill", user=BEN)
    three.at("2026-11-25T11:00")
    assert HOME in three.pulse()
    three.say("/kept edit 1 she wants to die", user=BEN)
    (_, message, ts), = [one for one in three.deliver() if one[0] == HOME]
    assert ts
    assert message.text == "#1 is with its owner and the leads now."


def test_a_contact_about_it_is_as_private(three: Team) -> None:
    three.say(DANGER, user=BEN)
    assert "the sister asked" in three.say("/kept visit rosa 1 the sister asked", user=BEN)
    assert "sister" in three.say("/kept rosa", user=BEN)
    assert "sister" not in three.say("/kept rosa", user=CAM)


def test_after_a_leads_yes_only_a_lead_says_otherwise(three: Team) -> None:
    three.say(DANGER, user=BEN)
    three.press_item("danger_yes", 1)
    three.press_item("danger_no", 1, user=BEN)
    assert "no #1 here" in three.say("/kept show 1", user=CAM)


def test_closing_a_patient_tells_nothing_of_it(three: Team) -> None:
    """Neither that it is there nor how many: who has the patient or leads counts what they see, all others ask a lead."""
    three.say("/kept patient add noor-k", user=CAM)
    three.say("/concern noor lonely", user=CAM)
    three.say("/concern noor she wants to die", user=BEN)
    three.say("/kept noor he hits her", user=BEN)
    assert "still has 1 open" in three.say("/kept patient close noor-k", user=CAM)
    assert "still has 3 open" in three.say("/kept patient close noor-k", user=ANA)
    three.say("/kept settle 1", user=CAM)
    for alias in ("noor-k", "rosa-m"):  # of which she has one, with something of others, and one is not hers
        assert three.say(f"/kept patient close {alias}", user=CAM) == f"Only a lead can close {alias}."
    assert "still has 2 open" in three.say("/kept patient close noor-k", user=ANA)


def test_no_count_of_others_holds_it(three: Team) -> None:
    for n in range(8):
        three.say(f"/commit rosa call {n} since she wants to die by Friday 3pm", user=BEN)
    assert "already" not in three.say(f"/commit rosa visit her by Friday 2pm {mention(BEN)}", user=CAM)
    assert "already have 9" in three.say("/commit rosa send it by Friday 4pm", user=BEN)
    assert "already has 10" in three.say(f"/commit rosa read it by Friday 4pm {mention(BEN)}", user=ANA)


def test_what_did_not_arrive_is_counted_without_it(three: Team) -> None:
    three.say(DANGER, user=BEN)
    three.later(days=1)
    three.sweep()
    three.deliver(failing=(ANA, BEN))
    assert "could not be delivered" in three.say("/kept status", user=ANA)
    assert "Every message of the last seven days has arrived" in three.say("/kept status", user=CAM)


PROMISE = "/commit rosa call the clinic by Friday 3pm"


@pytest.mark.parametrize(("before", "line"), [
    (PROMISE, "/kept done 1 she said she wants to die"), (PROMISE, "/kept told 1 he hits her"),
    (PROMISE, "/kept withdraw 1 he hits her"), (PROMISE, "/kept broken 1 she wants to die"),
    (PROMISE, "/kept edit 1 call, she wants to die"), (PROMISE, f"/kept assign 1 {mention(BEN)} she wants to die"),
    ("/concern rosa afraid of the bill", "/kept answer 1 she wants to die"),
    ("/concern rosa afraid of the bill", "/kept settle 1 he hits her"),
    ("/barrier rosa no ride", "/kept resolve 1 she wants to die, confirmed"),
    ("/barrier rosa no ride", "/kept cannot 1 he hits her"),
])
def test_what_is_said_with_an_act_asks_as_well(three: Team, before: str, line: str) -> None:
    three.say(before)
    assert "Is anyone in danger?" in three.say(line)
    assert three.item(1).danger is Danger.ASKED
    assert "no #1 here" in three.say("/kept show 1", user=CAM)
    three.press_item("danger_no", 1)
    assert three.press_item("show", 1, user=CAM).text.count("Is anyone in danger?") == 0


def test_the_reason_of_a_no_to_a_hand_off_asks_as_well(three: Team) -> None:
    three.say(PROMISE)
    three.say(f"/kept handoff rosa {mention(BEN)} called twice")
    assert "Is anyone in danger?" in three.say("/kept decline 2 she told me he hits her", user=BEN)
    assert three.item(2).danger is Danger.ASKED


def test_more_such_words_do_not_reopen_a_yes(three: Team) -> None:
    three.say(DANGER, user=BEN)
    three.press_item("danger_yes", 1)
    three.say("/kept edit 1 she still wants to die", user=BEN)
    assert three.item(1).danger is Danger.PRESENT
