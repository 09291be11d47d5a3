"""An absence's own life, and whom it leaves to hear: on instances that never met a database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

import models.tables  # noqa: F401
from models.absence import Absence, CoverAnswer, Hears, stand_in
from models.errors import CareError, Conflict, Unclear
from models.team import CareTeam, Member

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
WORKSPACE = uuid4()
TEAM = CareTeam(WORKSPACE, "C1", NOW)
BEN, ALEX, SAM = (Member(WORKSPACE, slack_id) for slack_id in ("U2", "U3", "U4"))


def out(days: float = 2, begins: float = 0) -> Absence:
    return Absence(TEAM, BEN, BEN, NOW + timedelta(days=begins), NOW + timedelta(days=days), NOW)


def covered() -> Absence:
    absence = out()
    absence.ask(ALEX, NOW)
    absence.reply(ALEX, NOW, accepted=True)
    return absence


@pytest.mark.parametrize(("days", "begins", "says"), [
    (0, 0, "not ahead"), (-1, 0, "not ahead"), (367, 0, "more than a year"), (2, 2, "has to come after"), (2, 3, "come after")])
def test_days_that_cannot_be(days: float, begins: float, says: str) -> None:
    with pytest.raises(Unclear, match=says):
        out(days, begins)


def test_a_year_is_not_too_long() -> None:
    assert out(366).until == NOW + timedelta(days=366)


def test_it_holds_from_its_start_to_its_end_and_no_longer() -> None:
    absence = out(2, 1)
    held = [absence.holds(NOW + timedelta(days=day)) for day in (0, 1, 1.9, 2, 3)]
    assert held == [False, True, True, False, False]
    absence.end(NOW + timedelta(days=1.5))
    assert [absence.holds(NOW + timedelta(days=day)) for day in (1, 1.4, 1.5)] == [True, True, False]


def test_only_who_is_asked_answers_and_may_think_again() -> None:
    absence = out()
    absence.ask(ALEX, NOW)
    assert (absence.answer, absence.covered) == (CoverAnswer.ASKED, False)
    with pytest.raises(Conflict, match="Someone else"):
        absence.reply(SAM, NOW, accepted=True)
    absence.reply(ALEX, NOW, accepted=True)
    assert absence.covered
    with pytest.raises(Conflict, match="answered that already"):
        absence.reply(ALEX, NOW, accepted=True)
    absence.reply(ALEX, NOW, accepted=False)
    assert not absence.covered
    absence.ask(SAM, NOW)
    with pytest.raises(Conflict, match="Someone else"):
        absence.reply(ALEX, NOW, accepted=True)


def test_nobody_covers_for_themselves_nor_once_they_are_back() -> None:
    absence = out()
    with pytest.raises(Unclear, match="Nobody covers for themselves"):
        absence.ask(BEN, NOW)
    absence.ask(ALEX, NOW)
    with pytest.raises(Conflict, match="They are back"):
        absence.reply(ALEX, absence.until, accepted=True)
    absence.end(NOW)
    for act in (lambda: absence.end(NOW), lambda: absence.ask(ALEX, NOW), lambda: absence.reply(ALEX, NOW, accepted=True)):
        with pytest.raises(CareError, match="back already"):
            act()


@pytest.mark.parametrize(("absence", "private", "alone", "here", "who"), [
    (None, False, False, True, Hears.THEY), (None, True, True, True, Hears.THEY),
    (out(), False, False, True, Hears.LATER), (out(), True, False, True, Hears.LEADS),
    (covered(), False, False, True, Hears.COVER), (covered(), True, False, True, Hears.LEADS),
    (covered(), False, True, True, Hears.LATER), (covered(), False, False, False, Hears.LATER)])
def test_who_hears_instead(absence: Absence | None, private: bool, alone: bool, here: bool, who: Hears) -> None:
    assert stand_in(absence, private=private, theirs_alone=alone, cover_here=here) is who
