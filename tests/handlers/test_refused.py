"""What was not done, and what someone may not, is on the chain with its verb or button and where; nothing typed is."""

from __future__ import annotations

import pytest

from handlers.case import Inbound, Surface
from handlers.refused import unanswered
from handlers.route import answer
from models.audit import AuditRow
from tests.handlers.conftest import ANA, BEN, CAM, Team

CANARY = "zebrafish"


def rows(team: Team, after: int) -> list[tuple[str, str, str, str, str]]:
    """(actor, action, surface, outcome, subject) of what was audited after so many."""
    every = sorted(team.rows(AuditRow), key=lambda row: row.seq)
    return [(row.actor, row.action, row.surface, row.outcome, row.subject) for row in every[after:]]


@pytest.mark.parametrize(("line", "act"), [
    ("/kept show 9", "show"), (f"/concern zoe {CANARY}", "concern"), (f"/kept {CANARY}", "command"),
    (f"/commit rosa {CANARY} by Feb 30", "commit"), ("/promise rosa by Feb 30", "commit"),
    (f"/kept barrier zoe {CANARY}", "barrier"), (f"/{CANARY} rosa", "command")])
def test_a_command_that_is_not_done(team: Team, line: str, act: str) -> None:
    before = len(team.audited())
    team.say(line)
    assert rows(team, before) == [(ANA, act, "command", "not done", str(team.item_team()))]


@pytest.mark.parametrize(("line", "act"), [
    ("/kept audit rosa", "audit"), (f"/kept setup zone {CANARY}", "setup"), ("/kept setup join open", "setup")])
def test_a_command_that_someone_may_not(team: Team, line: str, act: str) -> None:
    before = len(team.audited())
    team.say(line, user=BEN)
    assert [row[:4] for row in rows(team, before)] == [(BEN, act, "command", "refused")]


def test_what_an_outsider_tries_on_every_surface(team: Team) -> None:
    """The item that they name is on the chain, and they learn nothing of it."""
    team.say("/concern rosa afraid")
    item = team.item(1).id
    before = len(team.audited())
    team.say(f"/kept find {CANARY}", user="U9")
    team.press("show", f"i.{item}", user="U9")
    team.press(CANARY, f"i.{item}.{CANARY}", user="U9", choice=CANARY)
    team.offered("all", CANARY, user="U9")
    team.shortcut_blocked("log_concern", CANARY, user="U9")
    fields = {"item": str(item), "words": CANARY}
    inbound = Inbound("U9", "C1", "d", team.now, team.now, action="form.show", subject=f"t.{team.item_team()}", fields=fields,
                      surface=Surface.FORM)
    answer(team.store, team.workspace, inbound, team._facts(inbound))
    here = str(team.item_team())
    assert rows(team, before) == [
        ("U9", "find", "command", "refused", here), ("U9", "show", "button", "refused", str(item)),
        ("U9", "button", "button", "refused", str(item)), ("U9", "all", "options", "refused", here),
        ("U9", "log_concern", "shortcut", "refused", here), ("U9", "form.show", "form", "refused", here)]


def test_what_is_private_and_asked_for_is_a_refusal_on_the_chain_alone(three: Team) -> None:
    """The asker reads what they would read of nothing at all."""
    three.say("/concern rosa she wants to die", user=BEN)
    key = three.item(1).id
    before = len(three.audited())
    assert three.say("/kept show 1", user=CAM) == three.say("/kept show 9", user=CAM).replace("9", "1")
    none = three.press("show", f"i.{three.item_team()}", user=CAM).text
    assert three.press("show", f"i.{key}", user=CAM).text == none
    three.say("/kept call rosa 1", user=CAM)
    assert [(row[1], row[3], row[4]) for row in rows(three, before)] == [
        ("show", "refused", str(key)), *[("show", "not done", str(three.item_team()))] * 2,
        ("show", "refused", str(key)), ("call", "refused", str(key))]
    assert f"@{CAM} · show #1 · command, and was refused" in three.say("/kept audit rosa")


def test_near_aliases_are_counted_as_a_look_at_the_team(team: Team) -> None:
    team.say("/concern rosa-k afraid", user=BEN)
    assert f"@{BEN} · near aliases read · once" in team.say("/kept audit rosa")


def test_who_cannot_be_known_is_refused_and_that_is_on_the_chain(team: Team) -> None:
    before = len(team.audited())
    unanswered(team.store, team.workspace, Inbound(BEN, "C1", "d", team.now, team.now, command="/concern", text=CANARY))
    assert rows(team, before) == [(BEN, "concern", "command", "refused", "")]


def test_a_home_that_shows_nothing_is_a_refusal(team: Team) -> None:
    team.standing[BEN] = "guest"
    before = len(team.audited())
    team.later(hours=25)
    team.look(BEN)
    assert (f"system for {BEN}", "home read", "home", "refused") in [row[:4] for row in rows(team, before)]
