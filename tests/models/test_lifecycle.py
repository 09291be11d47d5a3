"""Any sequence of acts on an item, allowed or refused, leaves it in a state that makes sense. No database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models.tables  # noqa: F401
from models.base import new_id
from models.errors import Conflict
from models.item import LIVING, Barrier, Commitment, Concern, Danger, Item, State
from models.ladder import due_rung, ladder_of, next_nudge, upcoming
from models.patient import Patient
from models.rungs import plan_of
from models.sealing import DataKey, Keys, using
from models.team import CareTeam, Member

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
Act = Callable[[Item, Member, Member, datetime], object]

COMMON: dict[str, Act] = {
    "tell": lambda i, a, b, t: i.tell(a, t), "reopen": lambda i, a, b, t: i.reopen(a, t),
    "edit": lambda i, a, b, t: i.edit(f"words of {t}", a, t), "assign": lambda i, a, b, t: i.assign(b, a, t),
    "snooze": lambda i, a, b, t: i.snooze(t + timedelta(days=1), a, t), "undo": lambda i, a, b, t: i.undo(a, t),
    "danger": lambda i, a, b, t: i.answer_danger(True, a, t), "safe": lambda i, a, b, t: i.answer_danger(False, a, t),
    "hear": lambda i, a, b, t: i.hear(a, t), "pass a rung": lambda i, a, b, t: _pass(i, t),
}
OF_CONCERN: dict[str, Act] = {"answer": lambda i, a, b, t: i.answer(a, t), "settle": lambda i, a, b, t: i.settle(a, t)}
OF_BARRIER: dict[str, Act] = {
    "progress": lambda i, a, b, t: i.progress(a, t), "resolve": lambda i, a, b, t: i.resolve(a, t, confirmed_by="staff"),
    "confirm": lambda i, a, b, t: i.resolve(a, t, confirmed_by="patient"),
    "cannot": lambda i, a, b, t: i.cannot(a, t, told=False), "category": lambda i, a, b, t: i.categorise("food", a, t),
}
OF_PROMISE: dict[str, Act] = {
    "keep": lambda i, a, b, t: i.keep(a, t), "keep, told": lambda i, a, b, t: i.keep(a, t, told=True),
    "delay": lambda i, a, b, t: i.delay(t + timedelta(days=2), "day", a, t, told=False),
    "delay, told": lambda i, a, b, t: i.delay(t + timedelta(days=3), "day", a, t, told=True),
    "withdraw": lambda i, a, b, t: i.withdraw(a, t), "break": lambda i, a, b, t: i.break_(a, t, told=False),
}


def _pass(item: Item, now: datetime) -> None:
    """What the sweep does when a rung is due."""
    planned = due_rung(item, plan_of(CareTeam(new_id(), "C1", NOW)), now)
    item.rung = planned.place + 1 if planned else item.rung


@pytest.fixture(autouse=True)
def sealed() -> Iterator[None]:
    with using(DataKey(new_id(), Keys.made(NOW))):
        yield


def _people() -> tuple[CareTeam, Member, Member]:
    team = CareTeam(new_id(), "C1", NOW)
    return team, Member(team.workspace_id, "U1"), Member(team.workspace_id, "U2")


def _check(item: Item, team: CareTeam) -> None:
    kept = item.history
    assert kept[0].verb == "created"
    assert [row.id for row in kept] == sorted(row.id for row in kept)
    assert kept[-1].after is item.state
    assert (item.state in LIVING) == item.living
    assert not (item.untold and item.told_at is not None)
    assert not item.untold or item.state not in {State.IN_ERROR, State.WITHDRAWN, State.SETTLED}
    assert item.state is not State.RESOLVED or item.confirmed_by in {"patient", "staff"}
    assert item.confirmed_by is None or item.state in {State.RESOLVED, State.SETTLED} or item.living
    assert item.interval >= 1
    plan = plan_of(team)
    assert 0 <= item.rung <= len(ladder_of(item, plan)) or not ladder_of(item, plan)
    planned = upcoming(item, plan)
    assert (next_nudge(item, plan) is None) == (not planned)
    assert not planned or item.living or item.untold
    assert item.state is not State.IN_ERROR or not planned


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from([(Concern, OF_CONCERN), (Barrier, OF_BARRIER), (Commitment, OF_PROMISE)]), st.booleans())
def test_any_sequence_of_acts_keeps_the_invariants(
        data: st.DataObject, kind: tuple[type[Item], dict[str, Act]], timed: bool) -> None:
    team, ana, ben = _people()
    of = kind[0]
    item = of(team, Patient(team, "rosa-m", ana, NOW), ana, "words", NOW, number=1, danger=Danger.ASKED,
              due_at=NOW + timedelta(days=1) if timed and of is Commitment else None)
    now, epoch = NOW, item.epoch
    _check(item, team)
    for name in data.draw(st.lists(st.sampled_from(sorted(COMMON | kind[1])), max_size=12)):
        now += timedelta(hours=data.draw(st.integers(1, 60)))
        who, other = (ana, ben) if data.draw(st.booleans()) else (ben, ana)
        before = (item.state, item.epoch, item.untold, item.text_sealed, item.owner_id, len(item.history))
        refused = True
        with suppress(Conflict):
            (COMMON | kind[1])[name](item, who, other, now)
            refused = False
        after = (item.state, item.epoch, item.untold, item.text_sealed, item.owner_id, len(item.history))
        assert not refused or after == before
        _check(item, team)
        assert item.epoch >= epoch
        epoch = item.epoch


@pytest.mark.parametrize("kind", [Concern, Barrier, Commitment])
def test_what_was_entered_in_error_stays_so(kind: type[Item]) -> None:
    team, ana, ben = _people()
    item = kind(team, Patient(team, "rosa-m", ana, NOW), ana, "words", NOW, number=1)
    item.undo(ana, NOW)
    acts = COMMON | {Concern: OF_CONCERN, Barrier: OF_BARRIER, Commitment: OF_PROMISE}[kind]
    for name in acts.keys() - {"pass a rung", "hear"}:
        with pytest.raises(Conflict):
            acts[name](item, ana, ben, NOW + timedelta(hours=1))
    assert item.state is State.IN_ERROR
