"""What a reply says of a due day: the date in full, a closed day and the working day before it, who is away, a full day."""

from datetime import UTC, datetime, time

import pytest

from models.history import State
from models.team import CareTeam
from tests.handlers.conftest import ANA, BEN, CAM, Team, mention

SATURDAY = "/commit rosa call her by Saturday"


def test_a_closed_day_is_said_with_the_working_day_before_it(team: Team) -> None:
    reply = team.reply(SATURDAY)
    assert "due Sat Nov 28, 5:00 PM EST" in reply.text
    assert "Saturday, November 28 is outside your team's working days" in reply.text
    assert "[Friday, November 27, 5:00 PM instead]" in reply.text
    assert "outside" not in team.say("/kept show 1")
    sooner = team.press("sooner", reply.subject("sooner"))
    assert "within what was promised" in sooner.text
    assert "outside" not in sooner.text
    assert (team.item(1).due_at, team.item(1).untold) == (datetime(2026, 11, 27, 22, tzinfo=UTC), False)
    team.say("/kept undo")
    assert (team.item(1).due_at, team.item(1).state) == (datetime(2026, 11, 28, 22, tzinfo=UTC), State.OPEN)


def test_sooner_is_only_ever_sooner(team: Team) -> None:
    subject = team.reply(SATURDAY).subject("sooner")
    team.say("/kept late 1 until Wednesday noon, told")
    assert "not due later" in team.press("sooner", subject).text
    team.at("2026-11-30T10:00")
    assert "cannot be" in team.press("sooner", subject).text


@pytest.mark.parametrize(("phrase", "says", "button"), [
    ("by Saturday noon", "outside your team's working days", "Friday, November 27, 12:00 PM instead"),
    ("by Sunday 8pm", "outside your team's working days", "Friday, November 27, 5:00 PM instead"),
    ("by tomorrow 7am", "outside the team's working hours (09:00 to 17:00)", "Monday, November 23, 5:00 PM instead"),
    ("by Friday 3pm", "", ""),
])
def test_what_is_offered_instead(team: Team, phrase: str, says: str, button: str) -> None:
    reply = team.reply(f"/commit rosa call her {phrase}")
    assert says in reply.text
    offered = [one["text"]["text"] for one in reply.controls() if one["action_id"].startswith("sooner/")]
    assert offered == [button] * bool(button)


def test_nothing_past_is_offered(team: Team) -> None:
    team.at("2026-11-23T18:00")
    reply = team.reply("/commit rosa call her tonight at 9pm")
    assert "outside the team's working hours" in reply.text
    assert "sooner" not in reply.actions()


def test_every_way_to_say_a_time_says_it(team: Team) -> None:
    team.say("/commit rosa call her by Friday 3pm")
    said = "outside your team's working days"
    assert said in team.say("/kept late 1 until Saturday")
    asked = team.reply("/commit rosa call her")
    picker = next(c for c in asked.controls() if c["type"] == "datetimepicker")
    assert said in team.press("at", picker["subject"], choice=str(int(datetime(2026, 11, 28, 17, tzinfo=UTC).timestamp()))).text
    form = team.form("/commit")
    card = team.submit(form, patient=team.offered("patient", "rosa")[0][1], words="call her", when="Sunday")
    assert said in card
    assert said in team.submit(team.form_of_item("late", 1), when="Sunday")


def test_a_day_off_of_the_teams_own_is_named(team: Team) -> None:
    team.say('/kept setup closed 2026-11-26 "Staff day"')
    reply = team.say("/commit rosa call her by Thursday")
    assert "Thursday, November 26 is Staff day, when your team does not work" in reply
    assert "[Wednesday, November 25, 5:00 PM instead]" in reply


def test_a_day_when_its_owner_is_out_is_said_and_the_cover_offered(three: Team) -> None:
    three.say(f"/kept out until Dec 2, cover {mention(CAM)}", user=BEN)
    line = f"/commit rosa call her by Friday 3pm {mention(BEN)}"
    away = "@U2 is out until Wednesday, December 2, so this falls while they are away."
    reply = three.reply(line)
    assert away in reply.text
    assert "assign" in reply.actions()
    question = next(m for c, m, ts in three.deliver() if c == CAM)
    three.press("cover_yes", question.subject("cover_yes"), user=CAM)
    three.later(minutes=1)
    reply = three.reply(line)
    assert f"{away}\n  [Assign to Cam, who covers]" in reply.text
    given = three.press("give_to", reply.subject("give_to"))
    assert "with @U3" in given.text
    assert "out until" not in given.text
    assert away in three.say(f"/kept assign 2 {mention(BEN)}")
    three.say("/commit rosa send it by Dec 3")
    assert "what is for them goes to @U3" in three.say(f"/kept assign 3 {mention(BEN)}")


def test_ones_own_absence_is_said_to_oneself(three: Team) -> None:
    three.say("/kept out from Wednesday until Dec 2")
    assert "You are out until Wednesday, December 2, so this falls while you are away." in three.say(
        "/commit rosa call her by Friday 3pm")
    assert "out until" not in three.say("/commit rosa call her by Dec 3 3pm")
    assert "out until" not in three.say("/commit rosa call her by Tuesday 3pm")


def test_what_is_private_is_not_offered_to_the_cover(three: Team) -> None:
    three.say(f"/kept out until Dec 2, cover {mention(CAM)}", user=BEN)
    question = next(m for c, m, ts in three.deliver() if c == CAM)
    three.press("cover_yes", question.subject("cover_yes"), user=CAM)
    reply = three.reply(f"/commit rosa call, she wants to die by Friday 3pm {mention(BEN)}")
    assert "falls while they are away" in reply.text
    assert "give_to" not in reply.actions()


def test_a_full_day_is_said(team: Team) -> None:
    for n in range(8):
        reply = team.say(f"/commit rosa call about a{n} by Friday {n % 4 + 1}pm {mention(BEN)}")
        assert "promises due that day" not in reply
    assert "@U2 already has 8 promises due that day." in team.say(f"/commit rosa call her by Friday {mention(BEN)}")
    assert "You already have 9 promises due that day." in team.say("/commit rosa call her by Friday", user=BEN)
    assert "promises due" not in team.say("/commit rosa call her by Friday")
    assert "promises due" not in team.say(f"/commit rosa call her by Wednesday {mention(BEN)}")
    team.say("/kept done 1")
    assert "promises due" not in team.say("/kept show 9")


def test_another_clock_is_always_named(team: Team) -> None:
    team.zone = "America/Los_Angeles"
    team.say("/commit rosa call her by Friday 3pm")
    for reply in (team.say("/kept late 1 until Friday 4pm"), team.say("/kept show 1"), team.say("/kept assign 1 @ben")):
        assert "PST" in reply
        assert "For the team in America/New_York it is Friday, November 27, 2026" in reply
    for line in ("/kept list", "/kept find call", "/kept mine"):
        found = team.say(line, user=BEN)
        assert "PST" in found
    assert "[Friday, November 27, 2:00 PM PST instead]" in team.say("/commit rosa call her by Saturday 6pm")
    assert "Monday, November 30, 2:00 PM PST" in team.say("/commit rosa call her on Monday")
    assert "held until Tuesday, November 24, 2026 at 6:00 AM PST" in team.say("/kept snooze 1 until Tuesday")


def test_what_is_ones_own_is_not_offered_for_taking(team: Team) -> None:
    assert "take" not in team.reply("/barrier rosa no ride").actions()
    assert "take" in team.reply("/kept show 1", user=BEN).actions()
    assert "take" not in team.press_item("take", 1, user=BEN).actions()
    team.at("2026-11-25T10:00")
    team.sweep()
    assert [("take" in m.actions()) for c, m, ts in team.deliver() if c in (ANA, BEN) and "quiet" in m.text] == [False]


def test_the_teams_morning_is_what_it_says(team: Team) -> None:
    assert "In a due time, the morning 08:30." in team.say("/kept setup morning 8:30")
    assert "8:30" in team.say("/commit rosa call the clinic tomorrow morning")
    assert "10:00" not in team.say("/commit rosa check in every morning")
    assert "a time from 5:00 to 11:59" in team.say("/kept setup morning 15")
    assert "such as night 20" in team.say("/kept setup night soon")
    assert team.rows(CareTeam)[0].parts == {"morning": time(8, 30)}
