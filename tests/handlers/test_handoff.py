"""Handing over: what is offered, who may answer, whose it is meanwhile, who is told, and what is never named."""


import pytest

from models.handoff import Answer, HandOff, HandOffPart
from models.item import Danger, Item, State
from models.patient import Patient
from models.team import Member
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention

CONCERN, BARRIER, PROMISE = "/concern rosa afraid of the bill", "/barrier rosa no ride", "/commit rosa call her by Friday 3pm"
ALL = f"/kept handoff rosa {mention(BEN)} she likes mornings"
TOLD = {"handoff-answered", "handoff-accepted"}


@pytest.fixture
def three(team: Team) -> Team:
    """Cam is in the team too; Ana has a concern and a promise of rosa-m, who is hers."""
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    team.meet()
    team.say(CONCERN)
    team.say(PROMISE)
    team.deliver()
    team.later(minutes=1)
    return team


def owners(team: Team) -> dict[str, str]:
    """Who has what, by number; the patient by "rosa"."""
    names = {m.id: m.slack_id for m in team.rows(Member)}
    found = {f"#{item.number}": names[item.owner_id] for item in team.rows(Item) if not isinstance(item, HandOff)}
    return found | {"rosa": names[team.rows(Patient)[0].owner_id]}


def answers(team: Team) -> list[Answer]:
    return [part.answer for part in sorted(team.rows(HandOffPart), key=lambda part: part.id)]


def test_a_patient_goes_with_all_that_is_open_when_accepted(three: Team) -> None:
    three.say(BARRIER, user=CAM)
    reply = three.say(ALL)
    assert "Offered as #4" in reply
    assert "Offered: rosa-m · #1, #2\n" in reply
    assert owners(three) == {"#1": ANA, "#2": ANA, "#3": CAM, "rosa": ANA}
    three.later(minutes=5)
    assert "Please tell the patient" in three.say("/kept accept 4", user=BEN)
    assert owners(three) == {"#1": BEN, "#2": BEN, "#3": CAM, "rosa": BEN}
    assert (three.item(4).state, three.item(4).untold) == (State.ACCEPTED, True)
    assert "the patient knows" in three.say("/kept told 4", user=BEN)
    assert not three.item(4).untold
    assert {"handoff create", "handoff accepted", "item told"} <= {action for _, action, _ in three.audited()}


def test_the_receiver_hears_at_once_and_answers_there(three: Team) -> None:
    three.say(ALL)
    (to, message, _), = three.deliver()
    assert to == BEN
    assert "#3 · Hand-off · rosa-m is offered to you" in message.text
    assert "From @U1 to @U2" in message.text  # it is with the giver until it is accepted
    assert {"accept", "decline", "show"} <= message.actions()
    assert "mornings" not in message.text
    three.later(minutes=5)
    assert "mornings" in three.press("show", message.subject("show"), user=BEN).text
    assert "with you now" in three.press("accept", message.subject("accept"), user=BEN).text
    sent = three.deliver()
    assert {(to, ts is None) for to, _, ts in sent} == {(BEN, False), (ANA, True), (HOME, True)}
    by = {to: message for to, message, _ in sent}
    assert "accept" not in by[BEN].actions()
    assert "has accepted rosa-m · #1, #2" in by[ANA].text
    assert by[HOME].text == "#3 · Hand-off · rosa-m: @U2 now has rosa-m · #1, #2, from @U1."


def test_one_by_one(three: Team) -> None:
    three.say(ALL)
    three.later(minutes=1)
    assert "The rest still waits" in three.say("/kept accept 1", user=BEN)
    assert (owners(three), three.item(3).state) == ({"#1": BEN, "#2": ANA, "rosa": ANA}, State.OFFERED)
    assert "that is declined" in three.say("/kept decline 2 I do not know that service", user=BEN)
    assert answers(three) == [Answer.ACCEPTED, Answer.DECLINED, Answer.WAITING]
    assert "neither a hand-off" in three.say("/kept accept 2", user=BEN)
    three.later(minutes=1)
    assert "with you now" in three.say("/kept accept 3 all", user=BEN)
    assert (owners(three), three.item(3).state) == ({"#1": BEN, "#2": ANA, "rosa": BEN}, State.ACCEPTED)
    assert "> I do not know that service" in three.say("/kept show 3")
    assert [n.recipient for n in three.nudges() if n.rule in TOLD] == [ANA, HOME, ANA, ANA, HOME]


def test_declined_it_stays_and_the_giver_is_told(three: Team) -> None:
    three.say(ALL)
    three.deliver()
    three.later(minutes=1)
    assert "stays with who offered it" in three.say("/kept decline 3 I am away", user=BEN)
    assert owners(three) == {"#1": ANA, "#2": ANA, "rosa": ANA}
    assert (three.item(3).state, three.item(3).untold) == (State.DECLINED, False)
    posts = [(to, message.text) for to, message, ts in three.deliver() if ts is None]
    assert [to for to, _ in posts] == [ANA]
    assert "has declined" in posts[0][1]
    assert "away" not in posts[0][1]
    three.later(days=5)
    assert three.item(3).id not in {n.subject_id for n in three.nudges() if n.planned_at == three.now}


def test_one_item_alone(three: Team) -> None:
    assert "Offered: #2\n" in three.say(f"/kept handoff 2 to {mention(BEN)}: he knows the driver")
    three.later(minutes=1)
    three.say("/kept accept 2", user=BEN)
    assert owners(three) == {"#1": ANA, "#2": BEN, "rosa": ANA}


def test_several_items_and_the_last(three: Team) -> None:
    assert "Offered: #1, #2\n" in three.say(f"/kept handoff 1 2 {mention(BEN)} both tried")
    assert three.item(3).state is State.OFFERED
    three.say("/kept undo 3")
    three.later(minutes=1)
    three.say(BARRIER)
    assert "Offered: #4\n" in three.say(f"/kept handoff last {mention(BEN)} tried")


def test_all_that_waits_is_answered_at_once(three: Team) -> None:
    three.say(f"/kept handoff 1 {mention(BEN)} one")
    three.say(f"/kept handoff 2 {mention(BEN)} two")
    three.later(minutes=1)
    three.say("/kept accept all", user=BEN)
    assert owners(three) == {"#1": BEN, "#2": BEN, "rosa": ANA}
    three.later(minutes=1)
    assert "No hand-off waits" in three.say("/kept accept all", user=BEN)


@pytest.mark.parametrize(("line", "user", "says"), [
    ("handoff rosa she likes mornings", ANA, "Say who takes it"), (f"handoff rosa {mention(ANA)} x", ANA, "with you already"),
    (f"handoff rosa {mention(BEN)}", ANA, "Say what was tried"), (f"handoff 1 {mention(BEN)}", ANA, "Say what was tried"),
    (f"handoff zoe {mention(BEN)} x", ANA, "must be a patient"), (f"handoff 9 {mention(BEN)} x", ANA, "no #9 here"),
    (f"handoff rosa {mention(CAM)} x", BEN, "nothing of rosa-m to hand over"), (f"handoff 1 {mention(CAM)} x", BEN, "not yours"),
    ("handoff rosa <@U9|zed> x", ANA, "not one confirmed member"), ("handoff rosa @nobody x", ANA, "not one confirmed member"),
    ("accept 9", ANA, "no #9 here"), ("accept all", ANA, "No hand-off waits"), ("decline 1", ANA, "neither a hand-off"),
    (f"handoff 2 3 {mention(BEN)} x", ANA, "#3"),
])
def test_what_does_not_fit_offers_nothing(three: Team, line: str, user: str, says: str) -> None:
    three.say("/kept patient add noor-k", user=BEN)
    assert says in three.say(f"/kept {line}", user=user)
    assert three.rows(HandOff) == []


def test_only_a_confirmed_and_present_member_receives(three: Team) -> None:
    three.members[HOME] = frozenset({ANA, BEN, CAM, "U7"})
    three.later(minutes=10)
    three.say("/kept help", user="U7")
    assert "not one confirmed member" in three.say("/kept handoff rosa <@U7|new> x")
    three.members[HOME] = frozenset({ANA, BEN})
    three.later(minutes=10)
    assert "not one confirmed member" in three.say(f"/kept handoff rosa {mention(CAM)} x")


def test_what_ended_or_is_offered_already_is_not_offered(three: Team) -> None:
    three.say("/kept done 2")
    assert "has ended" in three.say(f"/kept handoff 2 {mention(BEN)} x")
    three.say(f"/kept handoff 1 {mention(BEN)} x")
    assert "offered already, in #3" in three.say(f"/kept handoff 1 {mention(CAM)} y")
    three.say(ALL)
    assert "nothing of rosa-m" in three.say(f"/kept handoff rosa {mention(CAM)} z")
    assert "is a hand-off itself" in three.say(f"/kept handoff 3 {mention(CAM)} z")


@pytest.mark.parametrize("user", [ANA, CAM])
def test_only_the_receiver_answers(three: Team, user: str) -> None:
    three.say(ALL)
    three.later(minutes=1)
    for word in ("accept", "decline"):
        assert "Only who #3 is offered to" in three.press_item(word, 3, user=user).text
        assert "Only who #3 is offered to" in three.say(f"/kept {word} 3", user=user)
    assert three.item(3).state is State.OFFERED


def test_an_answer_stands(three: Team) -> None:
    three.say(ALL)
    three.later(minutes=1)
    three.press_item("accept", 3, user=BEN)
    assert "Already saved: #3" in three.press_item("accept", 3, user=BEN).text
    three.later(minutes=1)
    for line, says in (("accept 3", "accepted already"), ("decline 3", "accepted already"), ("undo 3", "To give it back"),
                       ("reopen 3", "offer it again")):
        assert says in three.say(f"/kept {line}", user=BEN)
    assert owners(three)["#1"] == BEN


def test_undo_takes_an_offer_back(three: Team) -> None:
    three.say(ALL)
    three.deliver()
    three.later(minutes=1)
    assert "Undone" in three.say("/kept undo 3")
    (to, message, ts), = three.deliver()
    assert (to, ts is not None, "accept" in message.actions()) == (BEN, True, False)
    assert "entered in error" in three.say("/kept accept 3", user=BEN)
    assert owners(three) == {"#1": ANA, "#2": ANA, "rosa": ANA}
    assert "Offered as #4" in three.say(ALL)


def test_what_went_elsewhere_meanwhile_lapses(three: Team) -> None:
    three.say(ALL)
    three.later(minutes=1)
    three.say("/kept done 2")
    three.say(f"/kept assign 1 {mention(CAM)}")
    three.later(minutes=1)
    three.say("/kept accept 3", user=BEN)
    assert owners(three) == {"#1": CAM, "#2": ANA, "rosa": BEN}
    assert answers(three) == [Answer.LAPSED, Answer.LAPSED, Answer.ACCEPTED]


def test_nothing_left_of_an_offer_says_so(three: Team) -> None:
    three.say(f"/kept handoff 2 {mention(BEN)} x")
    three.later(minutes=1)
    three.say("/kept done 2")
    three.later(minutes=1)
    assert "nothing to accept" in three.say("/kept accept 3", user=BEN)
    assert three.item(3).state is State.OFFERED
    assert "is declined" in three.say("/kept decline 3", user=BEN)


def test_the_ladder_of_what_is_not_accepted(three: Team) -> None:
    three.say("/kept settle 1 fine")
    three.say(f"/kept handoff 2 {mention(BEN)} x")
    three.deliver()
    three.say(f"/kept setup lead {mention(CAM)}")
    key = three.item(3).id
    for at, rule, to in (("2026-11-23T14:01", "handoff-receiver", {BEN}), ("2026-11-24T10:01", "handoff-giver", {ANA}),
                         ("2026-11-25T10:01", "handoff-lead", {ANA, CAM})):
        three.at(at)
        three.pulse()
        assert {n.recipient for n in three.nudges() if n.subject_id == key and n.rule == rule} == to
        assert [n.rule for n in three.nudges() if n.subject_id == key][-1] == rule
    assert "No more reminders come" in three.say("/kept why 3")


def test_accepted_and_the_patient_not_told_comes_back_to_the_receiver(three: Team) -> None:
    three.say(ALL)
    three.later(minutes=1)
    three.say("/kept accept 3", user=BEN)
    assert "#3 hand-off" in three.say("/kept list untold")
    three.deliver()
    three.at("2026-11-24T10:05")
    three.pulse()
    assert [(n.rule, n.recipient) for n in three.nudges() if n.subject_id == three.item(3).id][-1] == ("untold-owner", BEN)
    assert "Patient has been told" in three.say("/kept show 3", user=BEN)


def test_lists_digest_why_and_home_know_it(three: Team) -> None:
    three.say(ALL)
    assert "1 waiting hand-off" in three.say("/kept digest")
    assert "#3 hand-off · rosa-m" in three.say("/kept list handoffs")
    assert "#3 hand-off" in three.say("/kept mine", user=BEN)
    assert "to @U1: a hand-off not accepted" in three.say("/kept why 3")
    assert 3 in three.look(BEN).numbers()


def test_a_hand_off_of_something_private_is_as_private(three: Team) -> None:
    three.say("/concern rosa she wants to die")
    three.say(ALL)
    assert "#3" not in three.waiting()[-1][1]
    assert "There is no #4 here" in three.say("/kept show 4", user=CAM)
    assert "no #3 here" in three.say("/kept show 3", user=BEN)
    three.later(minutes=1)
    three.say("/kept accept 4", user=BEN)
    assert owners(three)["#3"] == BEN
    assert [text for to, text in three.waiting() if to == HOME] == []
    assert "wants to die" in three.say("/kept show 3", user=BEN)


def test_a_note_that_may_hurt_keeps_the_hand_off_private(three: Team) -> None:
    assert "Is anyone in danger?" in three.say(f"/kept handoff rosa {mention(BEN)} she wants to die")
    assert three.item(3).danger is Danger.ASKED
    assert "no #3 here" in three.say("/kept show 3", user=CAM)
    three.later(minutes=1)
    three.say("/kept accept 3", user=BEN)
    assert HOME not in [to for to, _ in three.waiting()]


def test_a_hand_off_is_not_given_away_nor_answered_by_a_call(three: Team) -> None:
    three.say(ALL)
    epoch = three.item(3).epoch
    assert "offered to someone already" in three.say(f"/kept assign 3 {mention(CAM)}")
    assert "#3 is a hand-off" in three.say("/kept done 3")
    assert "Nothing else about #3 changes" in three.say("/kept call rosa 3")
    assert (three.item(3).state, three.item(3).epoch) == (State.OFFERED, epoch)


def test_the_same_delivery_or_a_double_enter_offers_once(three: Team) -> None:
    three.say(ALL, delivery="one")
    for delivery in ("one", "two"):
        assert "Already saved: #3" in three.say(ALL, delivery=delivery)
    assert len(three.rows(HandOff)) == 1
    assert [n.rule for n in three.nudges()].count("handoff-offered") == 1
