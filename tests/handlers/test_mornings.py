"""A member's day in one message; several things at once in one message; and no more of them a day than a team allows."""

import pytest

from models.nudge import YOUR_DAY, NudgeState
from tests.handlers.conftest import ANA, BEN, HOME, Reply, Team, mention


def mornings(team: Team, at: str = "2026-11-24T09:00") -> dict[str, Reply]:
    """What each reader reads in the morning, digests apart."""
    team.at(at)
    team.sweep()
    sent = [(channel, message) for channel, message, ts in team.deliver() if ts is None and "Good morning" not in message.text]
    assert len(sent) == len({channel for channel, _ in sent}), "one message for each"
    return dict(sent)


def test_ten_things_are_one_message(team: Team) -> None:
    for n in range(5):
        team.say(f"/commit rosa call about a{n} by 2pm", user=BEN)                   # late in the morning
    team.say("/commit rosa visit her by Tuesday 9:30", user=BEN)                    # due in the first hour
    team.say("/commit rosa ask the clinic by Tuesday 4pm", user=BEN)                # due today, its time before absorbed
    team.say("/commit rosa send the form by Friday 10am", user=BEN)                 # a day before: on Wednesday
    team.say("/concern rosa afraid", user=BEN)
    team.say("/barrier rosa no ride", user=BEN)
    team.say("/kept resolve 10 booked, assumed", user=BEN)
    read = mornings(team)
    assert list(read) == [BEN]
    assert read[BEN].text.startswith("Your day. Tuesday, November 24\nLate, so the patient should hear")
    rows = [line.split(" · ")[0] for line in read[BEN].text.splitlines() if line.startswith("#")]
    assert rows == ["#1", "#2", "#3", "#4", "#5", "#6", "#7", "#9", "#10"]
    assert {"kept_after", "late", "done", "show", "told", "answer"} <= read[BEN].actions()
    absorbed = {(n.rule, team_number(team, n)) for n in team.nudges() if n.recipient == BEN and n.state is NudgeState.SENT}
    assert absorbed >= {("ahead-hours", 7), ("due", 6), ("concern-owner", 9), ("untold-owner", 10)}
    team.at("2026-11-24T10:30")
    assert team.pulse() == []
    team.at("2026-11-24T16:00")
    assert sorted(team.pulse()) == [HOME, BEN]   # the channel, in one message, of what is a working day late
    assert BEN in mornings(team, "2026-11-26T09:00")
    assert ("ahead-hours", 8) in {(n.rule, team_number(team, n)) for n in team.nudges()}


def team_number(team: Team, row: object) -> int:
    return next((item.number for item in team.items() if item.id == row.subject_id), 0)  # type: ignore[attr-defined]


def test_once_a_day_and_only_to_who_has_something(team: Team) -> None:
    assert mornings(team) == {}
    team.say("/commit rosa call by Wednesday 3pm", user=BEN)
    for at in ("2026-11-25T08:59", "2026-11-25T09:00", "2026-11-25T09:01", "2026-11-25T11:00"):
        team.at(at)
        team.sweep()
    assert [(n.rule, n.recipient) for n in team.ledger() if n.rule == YOUR_DAY] == [(YOUR_DAY, BEN)]
    assert team.audited().count((f"system for {BEN}", "day read", "ok")) == 1


def test_after_a_downtime_it_is_still_one_and_never_at_night(team: Team) -> None:
    team.say("/commit rosa call by Tuesday 10am", user=BEN)
    assert list(mornings(team, "2026-11-24T12:00")) == [BEN]   # the due time passed meanwhile, and is in it
    assert [n.rule for n in team.nudges() if n.recipient == BEN] == ["due"]
    assert mornings(team, "2026-11-25T18:00") == {}
    assert mornings(team, "2026-11-28T10:00") == {}
    assert list(mornings(team, "2026-11-30T09:00")) == [ANA, BEN]   # what the lead hears of it is in hers


def test_minimal_detail_says_no_typed_text_and_full_says_it(team: Team) -> None:
    team.say("/commit rosa call the zebrafish clinic by Tuesday 3pm")
    assert "zebrafish" not in mornings(team)[ANA].text
    team.say("/kept setup detail full")
    assert "> call the zebrafish clinic" in mornings(team, "2026-11-25T09:00")[ANA].text


def test_a_day_stays_true_as_things_are_done(team: Team) -> None:
    team.say("/commit rosa call by Tuesday 3pm", user=BEN)
    team.say("/commit rosa visit by Tuesday 4pm", user=BEN)
    read = mornings(team)[BEN]
    team.press("done", read.subject("done"), user=BEN)
    (channel, message, ts), = team.deliver()
    assert (channel, ts is not None) == (BEN, True)
    assert "#1 · Promise · rosa-m: kept. Thank you." in message.text
    assert message.subject("done") == f"i.{team.item(2).id}"
    assert sum(1 for one in message.controls() if one["action_id"].startswith("done")) == 1
    team.at("2026-11-24T16:00")
    team.sweep()
    update, new = [(m, t) for _, m, t in team.deliver()]
    assert update[1] is not None
    assert update[0].controls() == []
    assert new[1] is None
    assert "done" in new[0].actions()


def test_what_is_settled_before_it_leaves_is_left_out_of_the_message(team: Team) -> None:
    team.say("/commit rosa call by Tuesday 3pm", user=BEN)
    team.say("/commit rosa visit by Tuesday 4pm", user=BEN)
    team.at("2026-11-24T09:00")
    team.sweep()
    team.press_item("done", 1, user=BEN)
    (_, text), = [one for one in team.waiting() if one[0] == BEN]
    assert "#1" not in text
    assert "#2" in text
    team.press_item("done", 2, user=BEN)
    assert [one for one in team.waiting() if one[0] == BEN] == []   # nothing to say is no message
    assert {n.state for n in team.ledger() if n.recipient == BEN} == {NudgeState.SUPPRESSED}


def test_several_at_once_are_one_message_with_a_button_each(team: Team) -> None:
    for n in range(4):
        team.say(f"/barrier rosa no ride {n}", user=BEN)
    team.say("/barrier rosa ! evicted", user=BEN)
    team.sweep()
    assert sorted(c for c, _ in team.waiting()) == [ANA, BEN]
    team.deliver()
    team.at("2026-11-27T10:00")
    team.sweep()
    posts = [(c, m) for c, m, ts in team.deliver() if ts is None and c == HOME]
    (_, message), = posts
    assert message.text.startswith("These four need you\n#1 · Barrier · rosa-m has had no progress for 4 days; who can take")
    assert len([one for one in message.controls() if one["action_id"].startswith("progress")]) == 4
    assert len({n.outgoing_id for n in team.nudges() if n.rule == "barrier-channel" and n.recipient == HOME}) == 1
    team.press_item("progress", 2, user=BEN)
    (_, changed, ts), = team.deliver()
    assert ts
    assert len([one for one in changed.controls() if one["action_id"].startswith("progress")]) == 3
    assert "#2 · Barrier · rosa-m: in progress. It has moved on since." in changed.text


def test_a_private_one_among_several_leaves_the_channel(team: Team) -> None:
    for n in range(3):
        team.say(f"/concern rosa afraid {n}", user=BEN)
    team.at("2026-11-25T10:00")
    team.sweep()
    team.say("/kept edit 2 wants to die", user=BEN)
    assert ["#2" in text for c, text in team.waiting() if c == HOME] == [False]
    team.deliver()
    team.say("/kept edit 3 he hits me", user=BEN)
    changed = [m.text for c, m, ts in team.deliver() if c == HOME and ts]
    assert len(changed) == 1
    assert "#3 is with its owner and the leads now." in changed[0]


def test_over_the_cap_goes_to_the_digest_and_the_urgent_are_still_said(team: Team) -> None:
    team.say("/kept setup cap person 2")
    assert "At most 2 messages a day to a person" in team.say("/kept status")
    for n in range(5):
        team.say(f"/commit rosa call about a{n} by Tuesday {n + 1}pm", user=BEN)
    heard = [team_hears(team, at) for at in ("09:00", "13:00", "14:00", "15:00")]
    assert heard == [[BEN], [BEN], [], []]
    assert sorted((n.reason, team_number(team, n)) for n in team.nudges() if n.state is NudgeState.SUPPRESSED) == [
        ("cap", 2), ("cap", 3)]
    assert "#2 for @U2 was over the day's limit of messages" in team.say("/kept digest")
    team.say("/barrier rosa ! evicted", user=BEN)
    assert BEN in team.pulse()


def team_hears(team: Team, at: str) -> list[str]:
    team.at(f"2026-11-24T{at}")
    team.sweep()
    return [channel for channel, message, ts in team.deliver() if ts is None and "Good morning" not in message.text]


@pytest.mark.parametrize(("typed", "says"), [("cap person 0", "between 1 and 100"), ("cap everyone 3", "person or channel"),
                                             ("cap channel many", "between 1 and 100")])
def test_a_cap_that_cannot_be_says_why(team: Team, typed: str, says: str) -> None:
    assert says in team.say(f"/kept setup {typed}")


def test_a_morning_that_cannot_be_delivered_is_told_of_as_one(team: Team) -> None:
    team.say(f"/kept setup lead {mention(BEN)}")
    for n in range(3):
        team.say(f"/concern rosa afraid {n}")
    team.at("2026-11-24T09:00")
    team.sweep()
    team.deliver(failing=(ANA,), code="user_disabled")
    team.later(minutes=1)
    team.sweep()
    told = [(c, m.text) for c, m, ts in team.deliver() if "could not reach" in m.text]
    assert {c for c, _ in told} == {BEN}
    assert any("A morning message could not reach @U1" in text for _, text in told)


def test_a_held_item_is_not_in_the_morning(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.say("/kept snooze 1 until Wednesday")
    assert mornings(team) == {}
    assert ANA in mornings(team, "2026-11-25T09:00")


def test_an_offer_waits_in_its_receivers_morning(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.say(f"/kept handoff 1 {mention(BEN)} tried calling")
    team.deliver()
    read = mornings(team)[BEN]
    assert "accept" in read.actions()
    assert {n.rule for n in team.ledger() if n.recipient == BEN} == {"handoff-offered", YOUR_DAY, "handoff-receiver"}


def test_several_stand_in_the_order_they_are_due_and_stay_there(team: Team) -> None:
    for line in ("call by 4pm", "visit by 2pm", "ask by 3pm"):
        team.say(f"/commit rosa {line}", user=BEN)
    team.at("2026-11-24T10:00")
    team.say("/barrier rosa ! evicted", user=BEN)
    team.at("2026-11-24T16:00")
    team.sweep()
    (message,) = [message for to, message, ts in team.deliver() if to == HOME and ts is None]
    rows = [line.split(" · ")[0] for line in message.text.splitlines() if line.startswith("#")]
    assert rows == ["#4", "#2", "#3", "#1"]
    team.say("/kept late 2 until Friday 3pm, told", user=BEN)
    (message,) = [message for to, message, ts in team.deliver() if to == HOME and ts is not None]
    assert [line.split(" · ")[0] for line in message.text.splitlines() if line.startswith("#")] == rows
