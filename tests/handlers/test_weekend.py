"""A promise goes overdue over a weekend with its owner out: what the owner, the cover and the lead each see, and when."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import ANA, BEN, CAM, HOME, Reply, Team, mention

GOES, BACK = "2026-11-26T15:00", "2026-12-02T09:00"   # Thursday, and the Wednesday after
STANDS_IN = "This is for @U2, who is out until Wednesday, December 2; you cover."
COVERED = "@U2 is out until Wednesday, December 2; @U3 covers."


@pytest.fixture
def away(three: Team) -> Team:
    """Ben's promise is due on Friday at three; on Thursday at three he goes until Wednesday, and Cam accepts to cover."""
    three.say("/commit rosa call the zebrafish clinic by Friday 3pm", user=BEN)
    three.at(GOES)
    three.say(f"/kept out until Wednesday, cover {mention(CAM)}", user=BEN)
    question = next(message for channel, message, _ in three.deliver() if channel == CAM)
    three.press("cover_yes", question.subject("cover_yes"), user=CAM)
    three.deliver()
    return three


def read(team: Team, *days: int) -> list[tuple[str, str, Reply]]:
    """(when, who, message) of all that is posted on these days of November and December."""
    found = []
    for day in days:
        for at in ("08:30", "09:00", "10:30", "11:00", "13:00", "14:30", "15:00", "17:00", "21:00"):
            team.at(f"2026-{11 if day > 20 else 12}-{day:02d}T{at}")
            team.sweep()
            found += [(f"{team.now:%a %H:%M}", channel, message) for channel, message, ts in team.deliver() if ts is None]
    return found


def test_each_sees_what_they_should_when_they_should(away: Team) -> None:
    seen = read(away, 27, 28, 29, 30, 1, 2)
    assert [(at, who) for at, who, _ in seen] == [
        ("Fri 08:30", ANA), ("Fri 09:00", CAM), ("Fri 15:00", CAM),
        ("Mon 08:30", ANA), ("Mon 09:00", CAM), ("Mon 11:00", CAM), ("Mon 15:00", HOME),
        ("Tue 08:30", ANA), ("Tue 09:00", CAM), ("Tue 15:00", ANA), ("Wed 08:30", ANA), ("Wed 09:00", BEN)]
    text = {(at, who): message.text for at, who, message in seen}
    assert "Today: 1 due today" in text["Fri 08:30", ANA]
    assert "@U2 until Wednesday, December 2; @U3 covers" in text["Fri 08:30", ANA]
    # Friday morning's takes in the reminder two hours before, as the owner's would have.
    assert "Due today\n#1 · Promise · rosa-m is due Fri Nov 27, 3:00 PM." in text["Fri 09:00", CAM]
    assert "is due now" in text["Fri 15:00", CAM]
    assert "overdue · with @U2" in text["Mon 08:30", ANA]
    assert "Late, so the patient should hear\n#1 · Promise · rosa-m was due" in text["Mon 09:00", CAM]
    assert "Words that may help" in text["Mon 11:00", CAM]
    assert all(STANDS_IN in words for (_, who), words in text.items() if who == CAM)
    assert "and still needs someone" in text["Mon 15:00", HOME]
    assert COVERED in text["Mon 15:00", HOME]
    assert COVERED in text["Tue 15:00", ANA]
    assert "1 waiting for a decision" in text["Wed 08:30", ANA]
    assert text["Wed 09:00", BEN].startswith("Welcome back\nFell due while you were out, and is still open\n#1 · rosa-m · a call")
    assert not [words for words in text.values() if "zebrafish" in words]   # minimal detail


def test_what_the_cover_does_is_theirs_and_the_owner_reads_it(away: Team) -> None:
    late = next(message for at, who, message in read(away, 27, 30) if (at, who) == ("Mon 11:00", CAM))
    assert {"kept_after", "late", "assign", "show"} <= late.actions()
    assert "hand_over" not in late.actions()   # it is not Cam's to hand over
    assert "call the zebrafish clinic" in away.press("show", late.subject("show"), user=CAM).text
    away.say("/kept done 1 told", user=CAM)
    assert [(row.verb, row.actor_id == away.item(1).owner_id) for row in away.item_history(1)][-1] == ("kept", False)
    (_, who, message), = [one for one in read(away, 1, 2) if one[1] != ANA]
    assert who == BEN
    assert "Done for you meanwhile\n#1 · rosa-m · kept by @U3" in message.text


def test_the_covers_morning_leaves_out_what_is_private_and_what_only_the_owner_can_answer(away: Team) -> None:
    away.say("/concern rosa wants to die", user=BEN)
    away.say("/commit rosa visit her by Friday 4pm", user=ANA)
    away.say(f"/kept handoff rosa {mention(BEN)} 3 tried twice", user=ANA)
    away.say("/commit rosa book the dentist by Friday 2pm", user=CAM)
    morning = next(message for at, who, message in read(away, 27) if (at, who) == ("Fri 09:00", CAM))
    rows = [line.split(" · ")[0] for line in morning.text.splitlines() if line.startswith("#")]
    assert rows == ["#5", "#1"]   # Cam's own, due before Ben's; not #2, which is private, nor #4, which waits for him alone


def test_a_cover_who_thinks_again_has_no_more_of_it_in_the_morning(away: Team) -> None:
    away.say(f"/kept cover {mention(BEN)} no", user=CAM)
    away.deliver()
    assert [who for _, who, _ in read(away, 27, 30)] == [ANA, ANA, HOME]
