"""What Kept says by itself: to whom, when, how often; and its messages kept true, taken back, and loud when lost."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.cards.reasons import REASONS, RULES
from models.nudge import OFFERED, ROWS, UNDELIVERED, NudgeState
from models.outgoing import Outgoing
from models.rungs import RULES as RULES_OF_LADDERS
from models.workspace import Due
from tests.handlers.conftest import ANA, BEN, HOME, NOW, Reply, Team, mention

PROMISE = "/commit rosa call the clinic by Tuesday 3pm"


def test_every_rule_has_its_words() -> None:
    assert {*RULES_OF_LADDERS, UNDELIVERED, OFFERED} == RULES.keys() == REASONS.keys() - ROWS


def test_an_overdue_promise_climbs_its_ladder(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    heard = []
    for at in ("2026-11-24T14:59", "2026-11-24T15:00", "2026-11-25T10:59", "2026-11-25T11:00", "2026-11-25T15:00",
               "2026-11-26T15:00", "2026-11-27T15:00"):
        team.at(at)
        heard.append(team.pulse())
    rules = [(n.rule, n.recipient) for n in team.nudges() if n.rule != "digest"]
    assert rules == [("ahead-hours", BEN), ("due", BEN), ("overdue-owner", BEN), ("overdue-channel", HOME), ("overdue-lead", ANA)]
    assert heard == [[], [BEN], [], [BEN], [HOME], [], []]
    team.at("2026-12-10T10:00")
    assert [c for c in team.pulse() if c == BEN] == []
    assert "#1 promise" in team.say("/kept digest")


def test_missed_rungs_collapse_into_the_last(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-12-02T10:00")
    team.sweep()
    team.sweep()
    assert [(n.rule, n.recipient) for n in team.nudges() if n.rule != "digest"] == [("overdue-lead", ANA)]


@pytest.mark.parametrize("at", ["2026-11-24T22:00", "2026-11-28T12:00", "2026-11-25T08:59"])
def test_nothing_is_said_at_night_or_on_a_weekend(team: Team, at: str) -> None:
    team.say(PROMISE)
    team.at(at)
    team.sweep()
    assert [n.rule for n in team.nudges() if n.rule != "digest"] == []
    waits = [d.at for d in team.rows(Due) if d.id == team.item(1).id]
    assert len(waits) == 1
    assert waits[0].astimezone(ZoneInfo("America/New_York")).hour == 9


def test_minimal_detail_never_says_the_words(team: Team) -> None:
    team.say("/commit rosa call about zebrafish by Tuesday 3pm")
    team.say("/barrier rosa ! no ride, zebrafish")
    team.say("/concern rosa zebrafish worry")
    for _ in range(12):
        team.later(days=1)
        team.pulse()
    assert team.say("/kept show 1").count("zebrafish") == 1
    bodies = team.store.transact(team.workspace, lambda s: [row.body for row in s.query(Outgoing).where(
        Outgoing.workspace_id == team.workspace)])
    assert len(bodies) > 10
    assert not [body for body in bodies if "zebrafish" in body]
    assert any("A call" in Reply(json.loads(body)).text for body in bodies)


def test_full_detail_says_them(team: Team) -> None:
    team.say("/kept setup detail full")
    team.say(PROMISE)
    team.at("2026-11-24T15:00")
    team.sweep()
    assert "> call the clinic" in next(text for channel, text in team.waiting() if "#1" in text)


def test_a_new_message_takes_the_buttons_off_the_old_one(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    for at in ("2026-11-24T09:00", "2026-11-24T15:00", "2026-11-25T09:00"):
        team.at(at)
        team.pulse()
    team.at("2026-11-25T11:00")
    team.sweep()
    sent = [(message, ts) for channel, message, ts in team.deliver() if channel == BEN]
    (old, ts), (new, posted) = sorted(sent, key=lambda one: one[1] is None)
    assert ts
    assert posted is None
    assert old.controls() == []
    assert {"kept_after", "late", "hand_over", "withdraw"} <= new.actions()
    assert "I said this would be done by now" in new.text


def test_what_is_kept_updates_the_message_in_place(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-11-24T15:00")
    team.pulse()
    team.press_item("done", 1, user=BEN)
    (channel, message, ts), = team.deliver()
    assert (channel, ts is not None) == (BEN, True)
    assert message.controls() == []
    assert "kept. Thank you" in message.text
    team.say("/kept undo 1", user=BEN)
    assert team.deliver() == []


def test_a_new_time_takes_the_old_question_back(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-11-24T09:00")
    team.pulse()
    team.at("2026-11-24T15:00")
    team.pulse()
    team.say("/kept late 1 until Friday 3pm, told", user=BEN)
    (_, message, _), = team.deliver()
    assert "is due now" not in message.text
    assert "due Fri Nov 27, 3:00 PM" in message.text
    assert message.controls() == []
    team.at("2026-11-27T09:00")
    team.pulse()
    team.at("2026-11-27T15:00")
    assert BEN in team.pulse()


def test_what_has_not_left_is_taken_back(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-11-24T15:00")
    team.sweep()
    team.press_item("done", 1, user=BEN)
    assert [(c, t) for c, t in team.waiting() if c == BEN] == []
    assert [(n.state, n.reason) for n in team.nudges() if n.rule == "due"] == [(NudgeState.SUPPRESSED, "changed")]


def test_what_changed_on_the_way_is_put_right_on_arrival(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.at("2026-11-24T10:00")
    team.sweep()
    team.later(seconds=1)
    team.say(f"/kept assign 1 {mention(BEN)}")
    team.deliver()
    (_, message, ts), = team.deliver()
    assert ts
    assert "With @U2" in message.text
    assert "has waited for a first answer for 24 hours" in message.text


def test_snoozing_holds_and_progress_restarts(team: Team) -> None:
    team.say("/barrier rosa no ride")
    team.say("/kept snooze 1 until Nov 30")
    team.at("2026-11-27T10:00")
    team.sweep()
    assert [n for n in team.nudges() if n.rule.startswith("barrier")] == []
    team.at("2026-11-30T09:00")
    team.sweep()
    assert [n.rule for n in team.nudges() if n.rule.startswith("barrier")] == ["barrier-channel"]
    team.press_item("progress", 1)
    team.at("2026-12-01T16:00")
    team.sweep()
    assert len([n for n in team.nudges() if n.rule.startswith("barrier")]) == 1
    team.at("2026-12-02T10:00")
    team.sweep()
    assert [n.rule for n in team.nudges() if n.rule.startswith("barrier")][1:] == ["barrier-owner"]


def test_untold_comes_back_until_told(team: Team) -> None:
    team.say("/barrier rosa no ride")
    team.say("/kept resolve 1 booked, assumed")
    team.at("2026-11-24T10:00")
    team.pulse()
    asked = [n for n in team.nudges() if n.rule == "untold-owner"]
    assert len(asked) == 1
    team.press_item("told", 1)
    assert "Thank you" in team.deliver()[-1][1].text


def test_an_owner_who_is_gone_is_stood_in_for(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.members[HOME] = frozenset({ANA})
    team.at("2026-11-24T15:00")
    team.say("/kept list")
    team.sweep()
    (channel, text), = [one for one in team.waiting() if "digest" not in one[1] and "Good morning" not in one[1]]
    assert channel == ANA
    assert "someone has to take it" in text


def test_a_team_without_leads_hears_in_its_channel_but_never_of_private_things(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.say("/concern rosa wants to die", user=BEN)
    team.members[HOME] = frozenset()
    team.say("/kept list", user="U9")
    team.at("2026-11-24T15:00")
    team.sweep()
    assert [n.recipient for n in team.nudges()] == [HOME]
    assert [d.at > team.now for d in team.rows(Due) if d.id == team.item(2).id] == [True]
    assert team.item(2).rung == 0


def test_what_cannot_be_delivered_reaches_the_leads_once(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-11-25T15:00")
    team.sweep()
    team.deliver(failing=(HOME,))
    team.sweep()
    told = [(c, m) for c, m, _ in team.deliver() if "could not reach" in m.text]
    assert [c for c, _ in told] == [ANA]
    assert {"take", "show"} <= told[0][1].actions()
    assert [n.reason for n in team.nudges() if n.state is NudgeState.FAILED] == ["is_archived"]
    assert "#1 could not reach #C1: the channel is archived" in team.say("/kept digest")
    assert "could not be delivered in the last seven days: 1" in team.say("/kept status", user=BEN)
    assert ("system", "undelivered overdue-channel", "is_archived") in team.audited()
    team.at("2026-12-03T10:00")
    assert "could not reach" not in team.say("/kept digest")


def test_a_failed_message_to_a_lead_does_not_go_round(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-11-25T15:00")
    team.sweep()
    for _ in range(4):
        team.deliver(failing=(HOME, ANA))
        team.sweep()
    # One try by message to the only lead, none by the channel, which was what failed; then whose it is, and nobody is left.
    assert [n.recipient for n in team.nudges() if n.rule == UNDELIVERED and n.subject_id == team.item(1).id] == [ANA, BEN]
    assert team.waiting() == []


def test_a_team_without_a_lead_whose_channel_is_archived_still_hears(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    three.members[HOME] -= {ANA}
    three.at("2026-11-25T15:00")
    three.sweep()
    three.deliver(failing=(HOME,))
    three.sweep()
    assert [to for to, message, _ in three.deliver() if "#1" in message.text and "could not reach" in message.text] == [BEN]


def test_when_the_owner_is_gone_the_lead_hears_and_when_none_can_the_channel(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    three.at("2026-11-24T15:00")
    three.sweep()
    three.deliver(failing=(BEN,), code="user_disabled")
    three.sweep()
    three.deliver(failing=(ANA,), code="user_not_found")
    three.sweep()
    told = [(to, message.text) for to, message, _ in three.deliver()]
    assert [to for to, _ in told] == [HOME]
    assert "a message about it could not reach the one it was for" in told[0][1]
    assert "#1 could not reach @U2: the account is deactivated" in three.say("/kept digest")


def test_a_private_one_that_its_only_lead_cannot_get_goes_back_to_its_owner(three: Team) -> None:
    three.say("/concern rosa wants to die", user=BEN)
    three.at("2026-11-26T10:00")
    three.sweep()
    three.deliver(failing=(ANA,), code="user_disabled")
    three.sweep()
    assert {to for to, message, _ in three.deliver() if "#1" in message.text} == {BEN}


def test_what_is_lost_at_night_is_said_in_the_morning(three: Team) -> None:
    three.at("2026-11-24T08:30")
    three.sweep()
    three.at("2026-11-24T23:00")
    three.deliver(failing=(ANA,), code="user_disabled")
    (row,) = [row for row in three.rows(Outgoing) if row.channel == HOME]
    assert [d.at for d in three.rows(Due) if d.id == row.id] == [
        datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("America/New_York"))]


def test_a_lost_digest_is_said_in_the_channel_when_there_is_no_other_lead(team: Team) -> None:
    team.at("2026-11-24T08:30")
    team.sweep()
    team.deliver(failing=(ANA,), code="user_disabled")
    (channel, message, _), = team.deliver()
    assert channel == HOME
    assert "A digest could not reach @U1: the account is deactivated" in message.text


def test_a_private_message_that_is_lost_is_not_said_in_the_channel(team: Team) -> None:
    team.say("/concern rosa wants to die")
    team.at("2026-11-24T10:00")
    team.sweep()
    team.deliver(failing=(ANA,))
    assert [c for c, text in team.waiting() if "#1" in text] == []


def test_new_hours_plan_everything_anew(team: Team) -> None:
    team.say("/commit rosa call by Tuesday 8pm")
    assert "Tue Nov 24, 3:00 PM, to @U1: " not in team.say("/kept why 1")
    assert "Kept will speak up next Tue Nov 24, 9:00 AM, in its owner's message for the day" in team.say("/kept show 1")
    team.say("/kept setup hours 9-21")
    team.sweep()
    assert [d.at for d in team.rows(Due) if d.id == team.item(1).id] == [
        datetime(2026, 11, 24, 18, tzinfo=ZoneInfo("America/New_York"))]


def test_why_says_what_comes_and_what_was_said(team: Team) -> None:
    team.say(PROMISE)
    team.at("2026-11-24T15:00")
    team.pulse()
    why = team.say("/kept why 1")
    assert "Wed Nov 25, 11:00 AM, to @U1: four working hours after a promise was due, its owner hears again. Moved by" in why
    assert "Said before: a promise reaches its owner when it is due; sent Tue Nov 24, 3:00 PM" in why
    assert team.now > NOW


def test_a_team_changes_a_ladder_and_all_is_planned_anew(team: Team) -> None:
    team.say("/barrier rosa no ride")
    assert "barrier normal: owner 2d after, then channel 4d after, then lead 7d after" in team.say("/kept setup ladder")
    assert "ahead: owner 1d before, then owner 2h before" in team.say("/kept setup ladder")
    assert "barrier normal: owner 4h after, then channel 1d after, then lead 2d after (changed)" in team.say(
        "/kept setup ladder barrier normal 4h 1d 2d")
    assert "barrier normal: owner 4h after" in team.say("/kept status", user=BEN)
    assert "after four working hours" in team.say("/kept why 1")
    team.at("2026-11-23T14:00")
    team.sweep()
    assert [n.rule for n in team.nudges()] == ["barrier-owner"]
    team.say("/kept setup ladder barrier normal usual")
    assert "barrier normal" not in team.say("/kept status")
    assert "Fri Nov 27" in team.say("/kept show 1")


@pytest.mark.parametrize(("typed", "says"), [
    ("ladder barrier normal 4d 2d 7d", "must be later"), ("ladder barrier normal", "its times, such as 2d 4d 7d"),
    ("ladder soon 1d", "say which one"), ("ladder overdue 4h", "has 3 times"), ("ladder", "in working hours (h) and days (d)"),
])
def test_a_ladder_that_cannot_be_says_why_and_changes_nothing(team: Team, typed: str, says: str) -> None:
    assert says in team.say(f"/kept setup {typed}")
    assert "changed" not in team.say("/kept status")
    if typed != "ladder":
        assert "Only a lead" in team.say(f"/kept setup {typed}", user=BEN)


def test_why_names_whom_the_morning_and_what_moved_it(team: Team) -> None:
    team.say("/commit rosa call by Nov 30 3pm", user=BEN)
    team.say("/barrier rosa ! evicted", user=BEN)
    why = team.say("/kept why 1")
    assert "Fri Nov 27, 9:00 AM, to @U2, in their message for the day: a working day before a promise is due" in why
    assert "Moved by days the team does not work." in why
    assert "to #C1: a working day after a promise was due, the channel hears." in why
    assert "to @U2 and @U1: an urgent barrier" in team.say("/kept why 2")
    team.at("2026-12-03T10:00")
    team.sweep()
    assert "No more reminders come" in team.say("/kept why 1")
    team.say("/kept done 1, told", user=BEN)
    assert "Nothing is planned" in team.say("/kept why 1")


def test_a_promise_to_help_starts_the_ladder_afresh(team: Team) -> None:
    team.say("/barrier rosa no ride")
    team.at("2026-11-24T10:00")
    team.say("/commit rosa call the ride service by Friday 3pm for #1")
    assert "Thu Nov 26, 10:00 AM, to @U1: a barrier without progress" in team.say("/kept why 1")
    assert "call the ride service" in team.say("/kept last")
    team.say("/commit rosa call someone for #1")   # without a time it moves nothing
    assert "Thu Nov 26, 10:00 AM" in team.say("/kept why 1")


def test_an_urgent_one_before_closed_days_asks_who_holds_it(team: Team) -> None:
    assert "Who holds it till then?" not in team.say("/barrier rosa ! evicted")
    team.at("2026-11-27T15:00")
    said = team.say("/barrier rosa ! no food at all")
    assert "The team is closed before its next reminder, Mon Nov 30, 11:00 AM. Who holds it till then? /kept assign 2" in said
