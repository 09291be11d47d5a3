"""Any sequence of answers leaves each thing with exactly one of giver and receiver. No database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models.tables  # noqa: F401
from models.base import new_id
from models.errors import Conflict
from models.handoff import Answer, HandOff
from models.history import State
from models.item import Barrier, Commitment, Concern
from models.ladder import ladder_of, upcoming
from models.patient import Patient
from models.rungs import plan_of
from models.sealing import DataKey, Keys, using
from models.team import CareTeam, Member

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sealed() -> Iterator[None]:
    with using(DataKey(new_id(), Keys.made(NOW))):
        yield


class Offer:
    """A giver's concern, barrier and promise with their patient, offered to a receiver."""

    def __init__(self) -> None:
        self.team = CareTeam(new_id(), "C1", NOW)
        self.giver, self.receiver = (Member(self.team.workspace_id, slack_id) for slack_id in ("U1", "U2"))
        self.patient = Patient(self.team, "rosa-m", self.giver, NOW)
        self.items = [kind(self.team, self.patient, self.giver, "words", NOW, number=n)
                      for n, kind in enumerate((Concern, Barrier, Commitment), 1)]
        self.made = HandOff(self.team, self.patient, self.giver, "tried", NOW, owner=self.receiver, number=4)
        self.made.offer(self.items, patient_too=True)
        for part, item in zip(self.made.parts, self.items, strict=False):
            part.item = item


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["accept", "decline", "tell", "undo", "end", "reopen", "hear"]), st.booleans(),
                          st.sets(st.integers(0, 3), min_size=1)), max_size=10))
def test_any_sequence_keeps_the_invariants(acts: list[tuple[str, bool, set[int]]]) -> None:
    offer, now = Offer(), NOW
    made, giver, receiver = offer.made, offer.giver, offer.receiver
    for name, by_receiver, chosen in acts:
        now += timedelta(hours=1)
        who = receiver if by_receiver else giver
        parts = [part for n, part in enumerate(made.parts) if n in chosen and part.answer is Answer.WAITING]
        before = (made.state, made.epoch, made.untold, len(made.history), [part.answer for part in made.parts])
        refused = True
        with suppress(Conflict):
            if name == "accept":
                made.accept(parts, offer.patient, who, now)
            elif name == "decline":
                made.decline(parts, who, now)
            elif name == "end":
                offer.items[2].break_(giver, now, told=True)  # type: ignore[attr-defined]
            else:
                {"tell": made.tell, "undo": made.undo, "reopen": made.reopen, "hear": made.hear}[name](who, now)
            refused = False
        after = (made.state, made.epoch, made.untold, len(made.history), [part.answer for part in made.parts])
        assert not refused or before == after
        taken = [part for part in made.parts if part.answer is Answer.ACCEPTED]
        for part in made.parts:
            has = part.item.owner_id if part.item is not None else offer.patient.owner_id
            assert has == (receiver.id if part in taken else giver.id)
        assert (made.state is State.OFFERED) <= bool(made.waiting())
        assert made.state is not State.ACCEPTED or bool(taken)
        assert made.state is not State.DECLINED or not taken
        assert not made.untold or made.state is State.ACCEPTED
        assert made.history[-1].after is made.state
        assert bool(ladder_of(made, plan_of(offer.team))) == (made.living or made.untold)
        assert made.living or made.untold or not upcoming(made, plan_of(offer.team))


def test_a_second_answer_is_refused() -> None:
    offer = Offer()
    offer.made.accept(offer.made.waiting(), offer.patient, offer.receiver, NOW)
    for act in (lambda: offer.made.accept([], offer.patient, offer.receiver, NOW),
                lambda: offer.made.decline([], offer.receiver, NOW)):
        with pytest.raises(Conflict, match="accepted already"):
            act()


def test_an_answer_to_nothing_is_refused() -> None:
    offer = Offer()
    with pytest.raises(Conflict):
        offer.made.decline([], offer.receiver, NOW)
    with pytest.raises(Conflict):
        offer.made.accept([], offer.patient, offer.receiver, NOW)
    assert offer.made.epoch == 1
