"""What Kept says it will say next is what it then says; and why names all that moves it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.handlers.conftest import BEN, CAM, HOME, Team, mention

ZONE = ZoneInfo("America/New_York")
OUT = f"/kept out until Friday, cover {mention(CAM)}"
YES = f"/kept cover {mention(BEN)} yes"


def first_said(team: Team, number: int) -> str:
    """When anybody first reads of it, by looking every half hour."""
    begun = team.now
    while team.now < begun + timedelta(days=20):
        team.sweep()
        if any(f"#{number} " in message.text and "Good morning" not in message.text for _, message, _ in team.deliver()):
            local = team.now.astimezone(ZONE)
            return f"{local:%a} {local:%b} {local.day}, " + local.strftime("%I:%M %p").lstrip("0")
        team.later(minutes=30)
        if team.now.astimezone(ZONE).hour >= 18:
            team.later(hours=14, minutes=30)
    raise AssertionError("nothing was ever said")


@pytest.mark.parametrize("typed", [
    "/commit rosa call by Friday 3pm",                 # ahead, on Thursday
    "/commit rosa call by Tuesday 3pm",                # only its row on Tuesday morning
    "/commit rosa call by 4pm",                        # today, at its time
    "/commit rosa call by Dec 7 3pm",
    "/commit rosa call by Saturday noon",
    "/commit rosa call",
    "/barrier rosa no ride",
    "/barrier rosa ! evicted",
    "/concern rosa afraid of the knife",
    "/concern rosa wants to die",
])
def test_the_reply_names_the_moment_that_then_comes(three: Team, typed: str) -> None:
    promised = three.say(typed, user=BEN).partition("Kept will speak up next ")[2]
    assert promised.startswith(first_said(three, 1)), promised


@pytest.mark.parametrize(("typed", "out"), [
    ("/commit rosa call by Tuesday 3pm", (OUT, YES)), ("/commit rosa call by Tuesday 3pm", (OUT,)),
    ("/commit rosa call by Dec 7 3pm", (OUT,)), ("/barrier rosa no ride", (OUT, YES)),
    ("/concern rosa wants to die", (OUT, YES)), ("/concern rosa afraid", ("/kept out until Friday",)),
])
def test_so_does_why_when_its_owner_is_out(three: Team, typed: str, out: tuple[str, ...]) -> None:
    three.say(typed, user=BEN)
    for line in out:
        three.say(line, user=CAM if line == YES else BEN)
    promised = three.say("/kept show 1").partition("Kept will speak up next ")[2]
    lines = [line for line in three.say("/kept why 1").splitlines() if ", to " in line and "nobody yet" not in line]
    first = first_said(three, 1)
    assert promised.startswith(first), promised
    assert lines[0].startswith(first), lines


def test_why_says_who_is_out_by_then_and_who_hears_instead(three: Team) -> None:
    three.say("/commit rosa call by Wednesday 3pm", user=BEN)
    three.say("/kept out until Thursday", user=BEN)
    why = three.say("/kept why 1")
    assert "to nobody yet: a promise reaches its owner when it is due. @U2 is out then, until Thursday, November 26" in why
    assert "nobody covers: what is for them alone waits" in why
    assert "to #C1: a working day after a promise was due, the channel hears." in why
    three.say("/kept back", user=BEN)
    three.say(OUT, user=BEN)
    three.say(YES, user=CAM)
    assert ", to @U3: a promise reaches its owner when it is due. @U2 is out then, until Friday, November 27, and this is who" \
        in three.say("/kept why 1")
    three.say("/commit rosa call by Dec 7 3pm", user=BEN)
    later = three.say("/kept why 2")
    assert "is out then" not in later   # back by then
    assert "Fri Dec 4, 9:00 AM, to @U2, in their message for the day: a working day before" in later


def test_why_foretells_what_is_over_todays_limit(three: Team) -> None:
    three.say("/kept setup cap channel 1")
    for n in range(2):
        three.say(f"/commit rosa call a{n} by 11am", user=BEN)
    three.at("2026-11-24T11:00")
    assert HOME in three.pulse()                       # both in one message, and that was all of today's
    three.say("/barrier rosa no ride", user=BEN)
    three.say("/kept setup ladder barrier normal 1h 2h 1d")
    why = three.say("/kept why 3")
    assert "Tue Nov 24, 1:00 PM, to #C1: a barrier still without progress goes to the channel after two working hours. " \
        "#C1 has had all the messages that the team allows for today, so the leads' digest says it instead." in why
    assert why.count("allows for today") == 1          # the owner's own is not over any
    three.at("2026-11-24T13:00")
    assert HOME not in three.pulse()
    three.say("/barrier rosa ! evicted", user=BEN)
    assert "allows for today" not in three.say("/kept why 4")   # what is urgent is not held back
