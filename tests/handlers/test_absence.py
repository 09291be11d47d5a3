"""Being out: set, covered, heard by others meanwhile, and over with one catch-up."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.access import Room
from handlers.nudge import may_leave
from models.absence import Absence, CoverAnswer
from models.nudge import CATCH_UP, NudgeState
from models.workspace import Due
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Reply, Team, mention

PROMISE = "/commit rosa call the clinic by Tuesday 3pm"
WEDNESDAY = datetime(2026, 11, 25, 14, tzinfo=UTC)


def absence(team: Team) -> Absence:
    return next(one for one in team.rows(Absence) if one.ended_at is None)


def asked(team: Team, whom: str = CAM) -> Reply:
    """The question to a cover, as it arrives."""
    return next(message for channel, message, ts in team.deliver() if channel == whom and ts is None and "cover" in message.text)


def covered(team: Team, line: str = f"/kept out until Wednesday, cover {mention(CAM)}", *, user: str = BEN) -> Reply:
    team.say(line, user=user)
    question = asked(team)
    accepted = team.press("cover_yes", question.subject("cover_yes"), user=CAM)
    team.deliver()
    return accepted


def rules(team: Team) -> list[tuple[str, str]]:
    return [(n.rule, n.recipient) for n in team.nudges() if n.state is not NudgeState.SUPPRESSED
            and n.rule not in {"digest", "cover-asked", "cover-answered"}]


def test_going_out_says_until_when_and_what_falls_due(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.say("/commit rosa send the form by Friday 3pm", user=BEN)
    reply = team.reply("/kept out until Wednesday", user=BEN)
    assert "You are out from now until Wed Nov 25, 9:00 AM (EST)." in reply.text
    assert "Nobody covers, so the reminders wait until then" in reply.text
    assert "call the clinic" in reply.text
    assert "send the form" not in reply.text
    assert {"hand_over", "late", "back"} <= reply.actions()
    assert absence(team).until == WEDNESDAY
    assert (BEN, "absence set", "ok") in team.audited()


def test_what_falls_due_is_shown_to_the_end(team: Team) -> None:
    for n in range(8):
        team.say(f"/commit rosa call about a{n} by Tuesday {n + 1}pm", user=BEN)
    reply = team.reply("/kept out until Wednesday", user=BEN)
    assert "And 3 more that fall due before then." in reply.text
    subject = reply.subject("out_due")
    rest = team.press("out_due", subject, user=BEN)
    assert [f"call about a{n}" in rest.text for n in range(4, 8)] == [False, True, True, True]
    assert "call about a7" in team.press("out_due", subject).text
    team.say("/kept setup join open")
    team.members[HOME] |= {CAM}
    assert "Only a lead" in team.press("out_due", subject, user=CAM).text


@pytest.mark.parametrize(("line", "says"), [
    ("until Nov 20 2026", "cannot be"), ("until yesterday", "cannot be"), ("until 2028-01-03", "more than a year"),
    ("until today", "not ahead"), ("until next week", "more than one day"), ("until end of month", "more than one day"),
    ("until the end of the year", "more than one day"), ("whenever", "Say the day you are back"),
    ("from soon until Friday", "The day you go"), ("from Friday until Wednesday", "has to come after"),
    ("@zed until Friday", "not one confirmed member"), ("until Friday, cover @zed", "not one confirmed member"),
    (f"until Friday, cover {mention(ANA)}", "Nobody covers for themselves"),
])
def test_an_absence_that_cannot_be_is_not_kept(team: Team, line: str, says: str) -> None:
    assert says in team.say(f"/kept out {line}")
    assert team.rows(Absence) == []


def test_two_readings_are_asked_about_with_a_button_each(three: Team) -> None:
    reply = three.reply(f"/kept out until the weekend, cover {mention(CAM)}", user=BEN)
    assert three.rows(Absence) == []
    assert [one["text"]["text"] for one in reply.controls()] == ["Friday, November 27, 9:00 AM", "Monday, November 30, 9:00 AM"]
    assert "@U3 is asked to cover" in three.press("out_until", reply.subject("out_until", "November 30"), user=BEN).text
    assert absence(three).until == datetime(2026, 11, 30, 14, tzinfo=UTC)


def test_a_day_off_is_the_working_day_after_it(team: Team) -> None:
    assert "until Mon Nov 30, 9:00 AM" in team.say("/kept out until Saturday", user=BEN)


def test_a_lead_sets_someone_else_out_and_nobody_else_does(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    assert "Only a lead" in three.say(f"/kept out {mention(BEN)} until Friday", user=CAM)
    reply = three.reply(f"/kept out {mention(BEN)} until Friday, cover {mention(CAM)}")
    assert "@U2 is out from now until Fri Nov 27" in reply.text
    assert {"assign", "late", "back"} <= reply.actions()
    assert "hand_over" not in reply.actions()
    assert "Only a lead" in three.say(f"/kept back {mention(BEN)}", user=CAM)
    assert "count as here again" in three.say(f"/kept back {mention(BEN)}")


def test_the_same_again_changes_nothing_and_another_day_changes_it(three: Team) -> None:
    covered(three)
    three.later(minutes=1)
    assert "how it stands already" in three.say("/kept out until Wednesday", user=BEN)
    three.later(minutes=1)
    assert "how it stands already" in three.say(f"/kept out until Wednesday, cover {mention(CAM)}", user=BEN)
    assert "@U3 covers" in three.say("/kept out until Tuesday", user=BEN)
    assert absence(three).covered
    assert "@U3 is asked to cover" in three.say("/kept out until Friday", user=BEN)
    assert not absence(three).covered
    assert len(three.rows(Absence)) == 1


def test_a_cover_who_is_out_then_is_not_asked(three: Team) -> None:
    three.say("/kept out from Tuesday until Thursday", user=CAM)
    assert "out then too" in three.say(f"/kept out until Wednesday, cover {mention(CAM)}", user=BEN)
    assert "is asked to cover" in three.say(f"/kept out until Tuesday, cover {mention(CAM)}", user=BEN)


def test_declining_tells_who_asked_and_another_may_be_named(three: Team) -> None:
    three.say(f"/kept out until Wednesday, cover {mention(CAM)}", user=BEN)
    question = asked(three)
    assert "asks you to cover" in question.text
    assert "reminders wait" in three.press("cover_no", question.subject("cover_no"), user=CAM).text
    told = three.deliver()
    assert ("@U3 cannot cover until Wednesday, November 25" in next(m.text for c, m, ts in told if c == BEN))
    assert [m.actions() for c, m, ts in told if c == CAM and ts] == [set()]
    assert "@U1 is asked to cover" in three.say(f"/kept out until Wednesday, cover {mention(ANA)}", user=BEN)
    three.later(minutes=1)
    assert "Someone else is asked" in three.press("cover_yes", question.subject("cover_yes"), user=CAM).text


def test_a_cover_may_think_again(three: Team) -> None:
    accepted = covered(three)
    assert "Until Wednesday, November 25 the reminders come to you that are for @U2" in accepted.text
    three.later(minutes=1)
    three.press("cover_no", accepted.subject("cover_no"), user=CAM)
    assert absence(three).answer is CoverAnswer.DECLINED


def test_the_question_cannot_be_answered_by_others(three: Team) -> None:
    three.say(f"/kept out until Wednesday, cover {mention(CAM)}", user=BEN)
    subject = asked(three).subject("cover_yes")
    assert "Someone else is asked" in three.press("cover_yes", subject, user=ANA).text
    assert absence(three).answer is CoverAnswer.ASKED


def test_the_cover_hears_and_gets_the_credit(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    covered(three)
    three.at("2026-11-24T15:00")
    three.sweep()
    message = next(m for c, m, ts in three.deliver() if c == CAM)
    assert "This is for @U2, who is out until Wednesday, November 25; you cover." in message.text
    three.press("done", message.subject("done"), user=CAM)
    three.at("2026-11-25T09:00")
    three.sweep()
    caught = next(m for c, m, ts in three.deliver() if c == BEN and ts is None)
    assert "#1 · rosa-m · kept by @U3" in caught.text
    assert rules(three) == [("due", CAM), (CATCH_UP, BEN)]


def test_without_a_cover_the_owners_reminders_wait_and_the_others_go_on(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    three.say("/kept out until Friday", user=BEN)
    assert "waits until then" in three.say("/kept why 1")
    for at in ("2026-11-24T15:00", "2026-11-25T11:00", "2026-11-25T15:00", "2026-11-26T10:00"):
        three.at(at)
        three.pulse()
    assert rules(three) == [("overdue-channel", HOME)]


def test_why_says_where_it_goes(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    covered(three)
    assert "@U2 is out until Wednesday, November 25, so what is for them goes to @U3." in three.say("/kept why 1")
    assert "goes to @U3" in three.say("/barrier rosa no ride " + mention(BEN))


def test_a_cover_who_accepts_later_hears_what_has_waited(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    three.say(f"/kept out until Friday, cover {mention(CAM)}", user=BEN)
    question = asked(three)
    three.at("2026-11-24T15:30")
    three.pulse()
    assert rules(three) == [("cover-silent", ANA)]
    three.press("cover_yes", question.subject("cover_yes"), user=CAM)
    assert CAM in three.pulse()
    assert ("due", CAM) in rules(three)


def test_what_is_private_goes_to_the_leads_not_to_the_cover(three: Team) -> None:
    three.say("/concern rosa she wants to die", user=BEN)
    covered(three, f"/kept out until Friday, cover {mention(CAM)}")
    assert "it is private" in three.say("/kept why 1")
    for _ in range(4):
        three.later(days=1)
        three.pulse()
    assert {to for rule, to in rules(three) if rule.startswith("concern")} == {ANA}
    assert "no #1 here" in three.say("/kept show 1", user=CAM)


def test_what_becomes_private_is_taken_from_the_cover(three: Team) -> None:
    three.say("/commit rosa call her by Tuesday 3pm", user=BEN)
    covered(three)
    three.at("2026-11-24T15:00")
    three.pulse()
    three.say("/kept edit 1 call, she wants to die", user=BEN)
    changed = [m.text for c, m, ts in three.deliver() if c == CAM and ts]
    assert len(changed) == 1
    assert "#1 is with its owner and the leads now." in changed[0]
    assert "promise" not in changed[0].casefold()


def test_a_hand_off_waits_for_the_one_it_is_offered_to(three: Team) -> None:
    covered(three, f"/kept out until Friday, cover {mention(CAM)}")
    three.say("/barrier rosa no ride")
    three.say(f"/kept handoff 1 {mention(BEN)} she likes mornings")
    three.at("2026-11-23T16:00")
    three.pulse()
    three.at("2026-11-24T10:30")
    three.pulse()
    assert CAM not in {to for rule, to in rules(three) if rule.startswith("handoff")}
    assert ("handoff-giver", ANA) in rules(three)


def test_a_cover_who_goes_out_covers_no_more_and_the_leads_hear_it(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    covered(three)
    three.say("/kept out until Friday", user=CAM)
    told = [m.text for c, m, ts in three.deliver() if c == ANA and ts is None]
    assert any("@U3 is out and cannot cover any more until Wednesday, November 25, for @U2" in text for text in told)
    three.at("2026-11-24T15:00")
    three.pulse()
    assert [one for one in rules(three) if one[0] == "due"] == []


def test_coming_back_at_the_opening_brings_one_catch_up(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    three.say("/commit rosa send the form by Tuesday 4pm", user=BEN)
    three.say("/commit rosa visit her by Wednesday 4pm", user=BEN)
    three.say("/concern rosa afraid", user=BEN)
    three.say("/kept out until Wednesday", user=BEN)
    three.at("2026-11-25T08:59")
    three.pulse()
    three.at("2026-11-25T09:00")
    three.sweep()
    three.sweep()
    caught = [m for c, m, ts in three.deliver() if c == BEN and ts is None]
    assert len(caught) == 1
    for said in ("#1 · rosa-m · a call · was due Tue Nov 24, 3:00 PM", "#2 · rosa-m · something to send",
                 "Due today\n#3 · rosa-m · a visit · due Wed Nov 25, 4:00 PM",
                 "1 concern without a first contact"):
        assert said in caught[0].text
    assert "call the clinic" not in caught[0].text
    assert {"done", "late", "show"} <= caught[0].actions()
    assert (f"system for {BEN}", "catch-up read", "ok") in three.audited()
    assert three.rows(Absence)[0].ended_at == three.now
    assert [d for d in three.rows(Due) if d.id == three.rows(Absence)[0].id] == []
    assert "Said before" in three.say("/kept why 1", user=BEN)
    three.at("2026-11-25T10:59")
    assert three.pulse() == [HOME]   # about the concern


def test_the_morning_waits_for_the_morning(team: Team) -> None:
    team.say("/kept out until Wednesday", user=BEN)
    team.at("2026-11-25T23:00")
    assert BEN not in team.pulse()
    team.at("2026-11-26T09:00")
    assert BEN in team.pulse()


def test_back_by_a_button_before_the_day(three: Team) -> None:
    covered(three)
    subject = three.reply("/kept out until Tuesday", user=BEN).subject("back")
    assert "Only a lead" in three.press("back", subject, user=CAM).text
    three.later(minutes=5)
    assert "Welcome back" in three.press("back", subject, user=BEN).text
    told = [(c, m.text) for c, m, ts in three.deliver() if ts is None]
    assert any(c == CAM and "@U2 is back. Thank you for covering." in text for c, text in told)
    assert any(c == BEN and "Nothing fell due while you were out" in text for c, text in told)
    three.later(minutes=1)
    assert "back already" in three.press("back", subject, user=BEN).text
    assert "You are not out" in three.say("/kept back", user=BEN)


def test_an_absence_to_come_is_only_called_off(three: Team) -> None:
    three.say("/kept out from Wednesday until Friday", user=BEN)
    assert "Then you stay" in three.say("/kept back", user=BEN)
    assert [m.text for c, m, ts in three.deliver() if c == BEN] == []


def test_before_it_begins_they_hear_as_ever(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    three.say("/kept out from Wednesday until Friday", user=BEN)
    three.at("2026-11-24T15:00")
    three.pulse()
    assert rules(three) == [("due", BEN)]


def test_a_lead_who_is_out_passes_the_digest_to_the_cover_without_what_is_private(three: Team) -> None:
    three.say("/concern rosa she wants to die")
    three.say("/barrier rosa ! no ride")
    covered(three, f"/kept out until Wednesday, cover {mention(CAM)}", user=ANA)
    three.at("2026-11-24T08:30")
    three.sweep()
    digest = [(c, m.text) for c, m, ts in three.deliver() if "Good morning" in m.text]
    assert [c for c, _ in digest] == [CAM]
    assert "#2 barrier" in digest[0][1]
    assert "#1" not in digest[0][1]
    assert "What is private is left out: it waits for a lead." in digest[0][1]
    assert "Only a lead" in three.say("/kept digest", user=CAM)


def test_a_lead_who_is_out_without_a_cover_gets_it_on_coming_back(three: Team) -> None:
    three.say("/kept out until Wednesday")
    three.at("2026-11-24T08:30")
    assert three.sweep() == 0
    three.at("2026-11-25T08:30")
    three.sweep()
    three.at("2026-11-25T09:00")
    three.sweep()
    assert [(n.rule, n.recipient) for n in three.nudges()] == [(CATCH_UP, ANA), ("digest", ANA)]


def test_other_leads_get_their_own(three: Team) -> None:
    three.say(f"/kept setup lead {mention(BEN)}")
    three.say("/kept out until Wednesday")
    three.at("2026-11-24T08:30")
    three.sweep()
    assert [n.recipient for n in three.nudges() if n.rule == "digest"] == [BEN]


def test_when_all_leads_are_out_the_channel_hears(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    three.say("/kept out until Dec 10")
    three.at("2026-12-01T10:00")
    three.pulse()
    assert rules(three) == [("overdue-lead", HOME)]


def test_a_digest_that_was_passed_on_still_leaves(three: Team) -> None:
    covered(three, f"/kept out until Wednesday, cover {mention(CAM)}", user=ANA)
    three.at("2026-11-24T08:30")
    three.sweep()
    row = next(n for n in three.nudges() if n.rule == "digest")
    assert three.informed(lambda s: may_leave(s, three.workspace, row.outgoing_id, three.now))


def test_the_form_reads_the_same(three: Team) -> None:
    form = three.form("/kept out", user=BEN)
    assert "owner" not in form.inputs
    assert "owner" in three.form("/kept out").inputs
    assert "more than one day" in three.refused(form, user=BEN, when="end of week")["when"]
    assert "The day you go" in three.refused(form, user=BEN, when="Friday", starts="soon")["starts"]
    assert "@U3 is asked to cover" in three.submit(form, user=BEN, when="Friday", cover=CAM)


def test_one_who_is_read_in_another_zone_is_back_at_the_teams_opening(team: Team) -> None:
    team.zone = "America/Los_Angeles"
    reply = team.say("/kept out until Wednesday")
    assert absence(team).until == WEDNESDAY
    assert absence(team).until.astimezone(ZoneInfo("America/New_York")).hour == 9
    assert "(PST)" in reply


def test_covering_is_answered_by_typing_too(three: Team) -> None:
    assert "Nobody asks you" in three.say("/kept cover", user=CAM)
    three.say(f"/kept out until Wednesday, cover {mention(CAM)}", user=BEN)
    listed = three.reply("/kept cover", user=CAM)
    assert "@U2 is out until Wednesday, November 25 and asks you to cover" in listed.text
    assert {"cover_yes", "cover_no"} <= listed.actions()
    assert "Say only for whom" in three.say(f"/kept cover {mention(BEN)} maybe", user=CAM)
    assert "Say for whom" in three.say("/kept cover maybe", user=CAM)
    assert "the reminders come to you" in three.say(f"/kept cover {mention(BEN)}", user=CAM)
    assert "and you cover" in three.say("/kept cover", user=CAM)
    three.later(minutes=1)
    assert "That is noted" in three.say(f"/kept cover {mention(BEN)} no", user=CAM)


def test_who_is_out_themselves_does_not_accept(three: Team) -> None:
    three.say(f"/kept out until Wednesday, cover {mention(CAM)}", user=BEN)
    question = asked(three)
    three.say("/kept out until Tuesday", user=CAM)
    three.later(minutes=1)
    assert "out then yourself" in three.press("cover_yes", question.subject("cover_yes"), user=CAM).text


def test_a_cover_who_has_left_covers_no_more(three: Team) -> None:
    three.say(PROMISE, user=BEN)
    covered(three)
    three.members[HOME] -= {CAM}
    three.at("2026-11-24T15:00")
    three.pulse()
    assert rules(three) == []


def test_who_has_left_meanwhile_comes_back_to_nothing(three: Team) -> None:
    three.say("/kept out until Wednesday", user=BEN)
    three.members[HOME] -= {BEN}
    three.at("2026-11-25T09:00")
    three.pulse()
    assert rules(three) == []
    assert three.rows(Absence)[0].ended_at == three.now


def test_a_team_that_is_barred_hears_nothing_until_it_is_not(three: Team) -> None:
    three.say("/kept out until Wednesday", user=BEN)
    three.room = Room(private=False, archived=False, shared=False)
    three.at("2026-11-25T09:00")
    three.pulse()
    assert absence(three).member_id
    three.room = Room(private=True, archived=False, shared=False)
    three.say("/kept status")
    three.at("2026-11-26T09:00")
    three.pulse()
    assert (CATCH_UP, BEN) in rules(three)


def test_the_digest_says_who_is_out(three: Team) -> None:
    covered(three)
    assert "@U2 until Wednesday, November 25; @U3 covers" in three.say("/kept digest")


def test_home_shows_it_with_the_way_back(three: Team) -> None:
    covered(three)
    page = three.look(BEN)
    assert "You are out of #C1 until Wednesday, November 25." in page.text
    assert "You cover for @U2 until Wednesday, November 25." in three.look(CAM).text
    assert "out of" not in three.look(ANA).text
    three.later(minutes=1)
    three.press("back", page.subject("back"), user=BEN)
    assert set(three.beat()) >= {BEN, CAM}
    assert "You are out" not in three.home(BEN).text


def test_a_cover_who_does_not_answer_is_asked_once_more_and_then_the_leads_hear(three: Team) -> None:
    three.say(f"/kept out until Friday, cover {mention(CAM)}", user=BEN)
    assert [to for to, message, _ in three.deliver() if "asks you to cover" in message.text] == [CAM]
    for at, hears in (("2026-11-23T13:59", []), ("2026-11-23T14:00", [CAM]), ("2026-11-23T16:00", []), ("2026-11-24T09:59", []),
                      ("2026-11-24T10:00", [ANA]), ("2026-11-24T11:00", []), ("2026-11-25T15:00", [])):
        three.at(at)
        three.sweep()
        sent = [(to, message) for to, message, _ in three.deliver() if "cover" in message.text and "Good" not in message.text]
        assert [to for to, _ in sent] == hears, at
    three.at("2026-11-25T15:30")
    asked_twice = [row for row in three.nudges() if row.rule == "cover-asked"]
    assert [row.recipient for row in asked_twice] == [CAM, CAM]
    three.say(f"/kept cover {mention(BEN)} yes", user=CAM)
    put_right = [message.text for to, message, ts in three.deliver() if to == CAM and ts is not None]
    assert ["You cover." in text for text in put_right] == [True, True]   # both of the questions


def test_an_answer_in_time_ends_the_asking(three: Team) -> None:
    three.say(f"/kept out until Friday, cover {mention(CAM)}", user=BEN)
    three.later(hours=3)
    three.say(f"/kept cover {mention(BEN)} no", user=CAM)
    for _ in range(3):
        three.later(days=1)
        three.sweep()
    assert [(row.rule, row.recipient) for row in three.nudges() if row.rule.startswith("cover")] == [
        ("cover-asked", CAM), ("cover-answered", BEN)]
    three.later(days=1)
    three.sweep()
    assert [row.rule for row in three.nudges() if row.recipient == BEN] == ["cover-answered", "catch-up"]


def test_the_lead_hears_by_whom_it_was_asked_when_a_downtime_has_passed_both(three: Team) -> None:
    three.say(f"/kept out until Friday, cover {mention(CAM)}", user=BEN)
    three.at("2026-11-24T23:00")
    three.sweep()
    three.at("2026-11-25T09:00")
    three.sweep()
    assert [(row.rule, row.recipient) for row in three.nudges() if row.rule.startswith("cover")] == [
        ("cover-asked", CAM), ("cover-silent", ANA)]
    assert "was asked a working day ago and has not answered, so nobody covers for @U2" in " ".join(
        message.text for _, message, _ in three.deliver())


def test_coming_back_asks_when_what_is_late_was_kept(three: Team) -> None:
    three.say("/commit rosa call by Tuesday 3pm", user=BEN)
    three.say("/commit rosa visit by Friday 3pm", user=BEN)
    three.say("/kept out until Friday", user=BEN)
    three.at("2026-11-27T09:00")
    three.sweep()
    (message,) = [message for to, message, _ in three.deliver() if to == BEN]
    assert [(action, text) for action, text in labels(message) if text.startswith("Kept")] == [
        ("kept_after", "Kept after all"), ("done", "Kept")]


def labels(message: Reply) -> list[tuple[str, str]]:
    return [(one["action_id"].partition("/")[0], one["text"]["text"]) for one in message.controls()]


def test_a_private_one_of_which_everybody_is_out_is_heard_by_who_entered_it(three: Team) -> None:
    three.say(f"/concern rosa wants to die {mention(BEN)}", user=CAM)
    for user in (ANA, BEN):
        three.say("/kept out until Dec 3", user=user)
    three.at("2026-11-24T10:00")
    three.pulse()
    assert rules(three) == [("concern-owner", CAM)]


@pytest.mark.parametrize(("answer", "hears"), [("", [ANA]), ("danger_yes", [ANA]), ("danger_no", [])])
def test_where_someone_may_be_in_danger_the_leads_hear_it_though_all_are_out(three: Team, answer: str, hears: list[str]) -> None:
    three.say("/barrier rosa safety: he hits her", user=BEN)
    if answer:
        three.press_item(answer, 1, user=BEN)
    for user in (ANA, BEN):
        three.say("/kept out until Dec 3", user=user)
    three.at("2026-11-25T10:00")
    three.pulse()
    assert [to for rule, to in rules(three) if rule.startswith("barrier")] == hears
