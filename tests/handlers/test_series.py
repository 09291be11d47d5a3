"""Promises that repeat, from the line that is typed to the last of them."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from handlers.occurrence import sweep_series
from models.item import State
from models.recurrence import Recurrence
from models.series import Series, SeriesState
from models.workspace import Due, Subject
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention
from tests.handlers.test_same_moment import at_once

WEEKLY = "/commit rosa check in every Monday at 9"      # typed on a Monday at ten: the first is a week off
DAILY = "/commit rosa check in every day at 9"
YORK = ZoneInfo("America/New_York")


def due(team: Team) -> list[tuple[int, str, str]]:
    """(number, when by the team's clock, state) of every promise."""
    return [(item.number, f"{item.due_at.astimezone(YORK):%m-%dT%H:%M}" if item.due_at else "", item.state.value)
            for item in sorted(team.items(), key=lambda item: item.number)]


def series(team: Team) -> Series:
    (found,) = team.rows(Series)
    return found


def test_the_reply_says_the_rule_the_next_three_and_how_to_stop(team: Team) -> None:
    reply = team.reply(WEEKLY + f" {mention(BEN)}")
    assert "Kept as #1." in reply.text
    assert "> check in\n" in reply.text
    assert "It repeats every Monday at 9:00 AM." in reply.text
    assert ("The next dates: Monday, November 30, 2026 at 9:00 AM EST; Monday, December 7, 2026 at 9:00 AM EST; "
            "Monday, December 14, 2026 at 9:00 AM EST.") in reply.text
    assert "To stop it: /kept stop 1." in reply.text
    assert "with @U2" in reply.text
    assert {"stop", "undo", "edit", "done"} <= reply.actions()
    assert due(team) == [(1, "11-30T09:00", "open")]
    assert (series(team).owner_id, series(team).rule) == (team.item(1).owner_id, "FREQ=WEEKLY;BYDAY=MO")


@pytest.mark.parametrize(("line", "says"), [
    ("every day at noon for 2 weeks", "The last is on Sunday, December 6, 2026 at 12:00 PM EST."),
    ("every Friday at 2 5 times", "The last is on Friday, December 25, 2026 at 2:00 PM EST."),
    ("every Friday at 2 2 times",
     "Its dates: Friday, November 27, 2026 at 2:00 PM EST; Friday, December 4, 2026 at 2:00 PM EST."),
    ("every Monday at 9 until June", "The last is on Monday, May 31, 2027 at 9:00 AM EDT."),
    ("every other Friday", "It repeats every other Friday at 5:00 PM."),
    ("every 3 weeks", "It repeats every 3 weeks on Monday at 5:00 PM."),
    ("every weekday at 9:30am", "It repeats every weekday at 9:30 AM."),
    ("every 2 days at noon", "It repeats every other day at 12:00 PM."),
    ("Mondays and Thursdays at 3pm", "It repeats every Monday and Thursday at 3:00 PM."),
    ("every month on the 15th", "It repeats every month on the 15th at 5:00 PM."),
    ("every month on the last business day", "It repeats every month on the last day from Monday to Friday at 5:00 PM."),
    ("the first Monday of every month", "It repeats every month on the first Monday at 5:00 PM."),
    ("every quarter", "It repeats every 3 months on the 23rd at 5:00 PM."),
    ("every year", "It repeats every year on November 23 at 5:00 PM."),
])
def test_rules_and_ends_in_words(team: Team, line: str, says: str) -> None:
    assert says in team.say(f"/commit rosa check in {line}")


def test_the_next_one_is_there_when_this_one_ends(team: Team) -> None:
    team.say(WEEKLY)
    kept = team.say("/kept done 1")
    assert "#1 is kept. Thank you. The next one is #2, on Monday, December 7, 2026 at 9:00 AM EST." in kept
    assert due(team) == [(1, "11-30T09:00", "kept"), (2, "12-07T09:00", "open")]
    assert "Undone. #1 is open again." in team.say("/kept undo 1")
    assert ("It repeats every Monday at 9:00 AM. After this one: Monday, December 7, 2026 at 9:00 AM EST; "
            "Monday, December 14, 2026 at 9:00 AM EST; Monday, December 21, 2026 at 9:00 AM EST.") in team.say("/kept show 1")
    team.later(hours=1)
    assert "The next one" not in team.say("/kept done 1")
    assert [number for number, _, _ in due(team)] == [1, 2]
    assert "The next one is #3" in team.say("/kept broken 2, told")
    assert "The next one is #4" in team.say("/kept withdraw 3")


def test_the_next_one_is_there_when_this_one_is_due_and_what_is_late_stays(team: Team) -> None:
    team.say(DAILY, user=BEN)
    team.at("2026-11-24T08:59")
    team.sweep()
    assert len(team.items()) == 1
    for day in ("24", "25"):
        team.at(f"2026-11-{day}T09:00")
        team.sweep()
        team.sweep()
    assert due(team) == [(1, "11-24T09:00", "open"), (2, "11-25T09:00", "open"), (3, "11-26T09:00", "open")]
    assert ("due", BEN) in [(n.rule, n.recipient) for n in team.nudges() if n.subject_id == team.item(2).id]
    assert "The next one" not in team.say("/kept done 1", user=BEN)
    assert "/kept why 3" not in team.say("/kept why 3")
    assert ("system", "commitment create", "ok") in team.audited()


def test_a_downtime_leaves_one_overdue_and_the_next(team: Team) -> None:
    team.say(DAILY)
    team.at("2026-12-04T10:00")
    team.sweep()
    assert due(team) == [(1, "11-24T09:00", "open"), (2, "12-05T09:00", "open")]
    card = team.say("/kept show 1")
    assert "10 dates after it passed while Kept was not running, and are not made up for." in card
    team.at("2026-12-05T09:00")
    team.sweep()
    assert [number for number, _, _ in due(team)] == [1, 2, 3]
    assert "while Kept was not running" not in team.say("/kept show 2")


def test_a_new_time_or_a_hold_moves_this_one_alone(team: Team) -> None:
    team.say(DAILY)
    team.say("/kept late 1 until Thursday noon, told")
    team.say("/kept snooze 1 until Wednesday")
    assert [row.at for row in team.rows(Due) if row.subject is Subject.SERIES] == [datetime(2026, 11, 24, 14, tzinfo=UTC)]
    team.at("2026-11-24T09:00")
    team.sweep()
    assert due(team) == [(1, "11-26T12:00", "open"), (2, "11-25T09:00", "open")]


def test_stopping_keeps_the_open_one_and_undo_lets_it_go_on(team: Team) -> None:
    team.say(DAILY)
    stopped = team.say("/kept stop 1")
    assert "#1 does not come round again. It is still promised itself." in stopped
    assert "It does not repeat any more." in stopped
    assert (series(team).state, team.item(1).state) == (SeriesState.ENDED, State.OPEN)
    assert "does not repeat any more" in team.say("/kept stop 1", user=BEN)
    team.at("2026-11-25T10:00")
    team.sweep()
    assert len(team.items()) == 1
    team.say("/kept undo 1")
    assert series(team).state is SeriesState.GOING_ON
    team.sweep()
    assert due(team) == [(1, "11-24T09:00", "open"), (2, "11-26T09:00", "open")]


def test_stopping_all_withdraws_what_is_open_and_undo_takes_both_back(team: Team) -> None:
    team.say(DAILY)
    team.at("2026-11-24T09:00")
    team.sweep()
    reply = team.press_item("stop_all", 1)
    assert "#1 does not come round again, and is withdrawn, with the patient's agreement. So is #2." in reply.text
    assert [state for _, _, state in due(team)] == ["withdrawn", "withdrawn"]
    team.say("/kept undo 1")
    assert (series(team).state, team.item(1).state) == (SeriesState.GOING_ON, State.OPEN)
    assert due(team)[2:] == [(3, "11-26T09:00", "open")]


def test_undo_of_entering_takes_the_series_back(team: Team) -> None:
    reply = team.reply(DAILY)
    team.at("2026-11-24T09:00")
    team.sweep()
    assert "came round by itself" in team.press_item("undo", 2).text
    team.press("undo", reply.subject("undo"))
    assert [state for _, _, state in due(team)] == ["entered in error", "entered in error"]
    assert series(team).state is SeriesState.ENDED
    team.at("2026-11-27T09:00")
    team.sweep()
    assert len(team.items()) == 2
    assert [row for row in team.rows(Due) if row.subject is Subject.SERIES] == []


def test_the_last_one_is_said(team: Team) -> None:
    team.say(DAILY + " 2 times")
    assert "The next one is #2" in team.say("/kept done 1")
    assert "This is the last one." in team.say("/kept show 2")
    assert "#2 is kept. Thank you. That was the last one." in team.say("/kept done 2")
    assert series(team).ended_by is None
    team.say("/kept undo 2")
    team.say("/kept done 2")
    assert len(team.items()) == 2


def test_words_put_right_stay_right(team: Team) -> None:
    team.say(WEEKLY)
    team.say("/kept edit 1 check in about the van")
    team.say("/kept done 1")
    assert "> check in about the van" in team.say("/kept show 2")
    assert "came round" in team.say("/kept show 2")


def test_a_private_promise_stays_private(team: Team) -> None:
    team.say("/kept setup join open")
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/commit rosa ask whether she still wants to die every day at 9", user=BEN)
    team.at("2026-11-24T09:00")
    team.sweep()
    assert team.item(2).private
    assert "no #2 here" in team.say("/kept show 2", user=CAM)


def test_the_last_thing_one_did_is_not_what_came_round(team: Team) -> None:
    team.say(DAILY)
    team.say("/concern rosa afraid of the bill")
    team.at("2026-11-24T09:00")
    team.sweep()
    assert "> afraid of the bill" in team.say("/kept last")


def test_assigning_moves_one_and_a_button_the_ones_after_it(team: Team) -> None:
    team.say(DAILY)
    team.at("2026-11-24T09:00")
    team.sweep()
    given = team.reply(f"/kept assign 1 {mention(BEN)}")
    assert "The ones after it stay with @U1." in given.text
    assert team.item(2).owner_id == team.item(1).author_id
    moved = team.press("take_rest", given.subject("take_rest"), user=BEN)
    assert "#1 and the ones after it are with their new owner" in moved.text
    assert "are with them already" in team.press("take_rest", given.subject("take_rest")).text
    assert {team.item(1).owner_id, team.item(2).owner_id, series(team).owner_id} == {team.item(1).owner_id}
    team.say("/kept done 2", user=BEN)
    assert team.item(3).owner_id == team.item(1).owner_id


@pytest.mark.parametrize(("line", "ours"), [(f"/kept handoff rosa {mention(BEN)} she likes mornings", True),
                                            (f"/kept handoff 1 {mention(BEN)} she likes mornings", False)])
def test_who_takes_over_the_patient_takes_over_what_repeats(team: Team, line: str, ours: bool) -> None:
    team.say(DAILY)
    team.say(line)
    team.say("/kept accept all", user=BEN)
    assert (series(team).owner_id == team.item(1).owner_id) == ours
    assert ("The ones after it stay with @U1." in team.say("/kept show 1")) != ours


def test_a_patient_is_not_closed_while_a_promise_repeats(team: Team) -> None:
    team.say(DAILY)
    assert "#1 repeats, so it will not end by itself: /kept stop 1." in team.say("/kept patient close rosa-m")
    team.press_item("stop_all", 1)
    assert "rosa-m is closed" in team.say("/kept patient close rosa-m")


def test_an_owner_who_is_gone_is_stood_in_for_each_time(team: Team) -> None:
    team.say(DAILY, user=BEN)
    team.members[HOME] = frozenset({ANA})
    team.at("2026-11-24T09:00")
    team.say("/kept list")
    team.sweep()
    (text,) = [text for channel, text in team.waiting() if channel == ANA and "is due now" in text]
    assert "someone has to take it" in text
    team.say("/kept assign 1 " + mention(ANA))
    assert "The ones after it stay with @U2." in team.say("/kept show 1")


@pytest.mark.parametrize(("line", "label", "rule", "first"), [
    ("every month on the 31st at noon", "On the 31st, or the month's last day", "FREQ=MONTHLY;BYMONTHDAY=-1", "11-30T12:00"),
    ("every month on the 31st", "Only in months that have a 31st", "FREQ=MONTHLY;BYMONTHDAY=31", "12-31T17:00"),
    ("every month on the 30th", "On the 30th, or", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "11-30T17:00"),
    ("every day at 9 except Friday", "Every Monday, Tuesday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,SA,SU", "11-24T09:00"),
    ("every month on the 29th until June", "Only in months that", "FREQ=MONTHLY;BYMONTHDAY=29;UNTIL=20270531T235959",
     "11-29T17:00"),
])
def test_what_could_repeat_in_two_ways_is_asked(team: Team, line: str, label: str, rule: str, first: str) -> None:
    asked = team.reply(f"/commit rosa check in {line}")
    assert "Kept as #1, without a time yet. How does it repeat? Kept never guesses" in asked.text
    assert (team.item(1).due_at, team.rows(Series)) == (None, [])
    chosen = team.press("repeat", asked.subject("repeat", label))
    assert "It repeats" in chosen.text
    assert (series(team).rule, due(team)) == (rule, [(1, first, "open")])
    assert "has its time already" in team.press("repeat", asked.subject("repeat"), user=BEN).text
    team.press("undo", chosen.subject("undo"))
    assert (team.item(1).due_at, team.item(1).series_id, series(team).state) == (None, None, SeriesState.ENDED)
    team.later(minutes=1)
    team.press("repeat", asked.subject("repeat", label))
    assert due(team) == [(1, first, "open")]
    assert {one.state for one in team.rows(Series)} == {SeriesState.ENDED, SeriesState.GOING_ON}


@pytest.mark.parametrize("carries", [
    "", "day", "day|", "day|FREQ=DAILY", "week|FREQ=DAILY|2026-11-30T09:00|America/New_York",
    "day|FREQ=SECONDLY|2026-11-30T09:00|America/New_York", "day|FREQ=DAILY|2026-11-30T09:00|Mars/Base",
    "day|FREQ=DAILY|1926-11-30T09:00|America/New_York", "day|FREQ=DAILY|2226-11-30T09:00|America/New_York",
    "day|FREQ=DAILY;UNTIL=20261101T235959|2026-11-20T09:00|America/New_York"])
def test_a_rule_on_a_button_is_checked(team: Team, carries: str) -> None:
    team.say("/commit rosa check in every month on the 31st")
    reply = team.press("repeat", f"i.{team.item(1).id}.{carries}").text
    assert "no longer does anything" in reply or "cannot be" in reply
    assert (team.item(1).due_at, team.rows(Series)) == (None, [])


def test_one_time_alone_may_be_picked_instead(team: Team) -> None:
    asked = team.reply("/commit rosa check in every month on the 31st")
    picked = int(datetime(2026, 12, 2, 15, tzinfo=UTC).timestamp())
    assert "#1 has its time." in team.press("at", asked.subject("at"), choice=str(picked)).text
    assert (due(team), team.rows(Series)) == ([(1, "12-02T10:00", "open")], [])


def test_days_off_are_said_when_the_first_is_none(team: Team) -> None:
    off = "Some of its dates are days when the team does not work"
    assert off in team.say(DAILY)
    assert off not in team.say(WEEKLY)
    assert off not in team.say("/commit rosa check in every Saturday at noon")  # there the first says so


def test_an_old_buttons_rule_begins_with_its_next_date(team: Team) -> None:
    asked = team.reply("/commit rosa check in every month on the 30th at noon")
    team.at("2026-12-15T10:00")
    team.press("repeat", asked.subject("repeat", "Only in months"))
    assert due(team) == [(1, "12-30T12:00", "open")]


def test_the_form_takes_what_repeats(team: Team) -> None:
    form = team.form("/commit")
    rosa = team.offered("patient")[0][1]
    said = team.submit(form, patient=rosa, words="check in", when="every Monday at 9")
    assert "It repeats every Monday at 9:00 AM." in said
    asked = team.submit(team.form("/commit"), patient=rosa, words="check in", when="every month on the 31st")
    assert "Only in months that have a 31st" in asked
    picked = str(int(datetime(2026, 12, 1, 15, tzinfo=UTC).timestamp()))
    errors = team.refused(team.form("/commit"), patient=rosa, words="check in", when="every Monday at 9", picker=picked)
    assert "the words say that it repeats" in errors["when"].lower()
    late = team.form_of_item("late", 1)
    assert "only one time fits here" in team.refused(late, when="every Monday at 9")["when"]


def test_the_form_to_stop_offers_what_repeats(team: Team) -> None:
    team.say("/commit rosa call by Friday 3pm")
    team.say(WEEKLY)
    form = team.form("/kept stop")
    ((label, value),) = team.offered("repeating")
    assert label.startswith("#2")
    assert "#2 does not come round again" in team.submit(form, item=value)
    assert team.offered("repeating") == []


def test_wherever_it_is_shown_it_says_that_it_repeats(team: Team) -> None:
    team.say(WEEKLY)
    says = "repeats every Monday at 9:00 AM"
    for line in ("/kept show 1", "/kept mine", "/kept list", "/kept rosa", "/kept why 1", "/kept find check"):
        assert says in team.say(line), line
    assert says in team.look().text
    assert "each one has its own reminders" in team.say("/kept why 1").lower()
    team.at("2026-12-01T10:00")
    team.sweep()
    assert says in team.say("/kept digest")
    assert {"stop", "stop_all"} <= {one["action_id"].partition("/")[0] for one in team.form_of_item("more", 1).buttons()}


def test_whoever_reads_elsewhere_sees_the_rules_zone(team: Team) -> None:
    team.zone = "America/Los_Angeles"
    assert "It repeats every Monday at 9:00 AM." in team.say(WEEKLY)
    assert series(team).zone == "America/Los_Angeles"
    team.zone = "America/New_York"
    team.later(days=2)
    assert "repeats every Monday at 9:00 AM in America/Los_Angeles" in team.say("/kept show 1")


def test_the_wall_clock_is_kept_when_the_clocks_change(team: Team) -> None:
    team.at("2027-03-12T08:00")
    assert "Saturday, March 13, 2027 at 9:00 AM EST; Sunday, March 14, 2027 at 9:00 AM EDT" in team.say(DAILY)
    for _ in range(2):
        team.press_item("done", len(team.items()))
    assert [item.due_at for item in sorted(team.items(), key=lambda item: item.number)] == [
        datetime(2027, 3, 12, 14, tzinfo=UTC), datetime(2027, 3, 13, 14, tzinfo=UTC), datetime(2027, 3, 14, 13, tzinfo=UTC)]


def test_workers_and_a_press_at_once_make_one(team: Team) -> None:
    team.say(DAILY)
    team.at("2026-11-24T09:00")
    key = series(team).id

    def act(n: int) -> None:
        if n % 2:
            team.store.transact(team.workspace, lambda s: sweep_series(s, team.workspace, key, team.now, team.now))
        else:
            team.press_item("done", 1, user=ANA if n % 4 else BEN)

    at_once(act, 8)
    assert [(number, when) for number, when, _ in due(team)] == [(1, "11-24T09:00"), (2, "11-25T09:00")]
    assert isinstance(series(team).recurrence, Recurrence)


def test_whatever_happens_the_newest_is_open_and_no_date_comes_twice(team: Team) -> None:
    """A long walk of acts, allowed or refused, by two people and the sweep, with pauses from none to a week."""
    chance = Random(7)
    team.say(DAILY)
    seen = [series(team).last_at]
    for _ in range(40):
        team.later(hours=chance.choice([0, 1, 5, 24, 24 * 7]))
        number = chance.choice([item.number for item in team.items()])
        act = chance.choice(["done", "undo", "withdraw", "broken", "reopen", "assign", "late", "stop", "sweep", "sweep"])
        rest = {"assign": f" {mention(BEN)}", "late": " in 2 hours"}.get(act, "")
        if act == "sweep":
            team.sweep()
        else:
            team.say(f"/kept {act} {number}{rest}", user=chance.choice([ANA, ANA, BEN]))
        found, items = series(team), sorted(team.items(), key=lambda item: item.number)
        dates = [item.occurs_at for item in items]
        assert dates == sorted(set(dates))
        assert (dates[-1], dates[:len(seen)]) == (found.last_at, seen)
        assert items[-1].living or not found.going_on
        assert all(at.astimezone(YORK).strftime("%H:%M") == "09:00" for at in dates)
        planned = [row.at for row in team.rows(Due) if row.subject is Subject.SERIES]
        assert planned == ([found.last_at] if found.going_on else [])
        seen = dates
    assert len(seen) > 5


def test_a_call_of_theirs_may_bring_a_promise_that_repeats(team: Team) -> None:
    assert "It repeats every Monday at 9:00 AM." in team.say("/kept called rosa wants news every Monday at 9")
    unsorted = team.reply("/kept rosa call her every day at 9")
    assert "Kept as #2." in team.press("sort_promise", unsorted.subject("sort_promise")).text
    assert len(team.rows(Series)) == 2
