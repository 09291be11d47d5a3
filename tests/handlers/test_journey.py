"""Commands in, cards and rows out, through the one way of a request, on SQLite."""

import itertools
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

import models.tables  # noqa: F401
from handlers.access import Facts, Profile
from handlers.case import Inbound
from handlers.nudge import sweep_item
from handlers.route import answer
from models.audit import first_bad
from models.item import Item, State
from models.outgoing import Outgoing
from models.sealing import Keyring
from models.store import Store, migrate
from models.workspace import Subject, due_now, install

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday, ten in the morning in New York
SERIAL = itertools.count()
FACTS = Facts(frozenset({"U1", "U2"}), Profile("Ana Reyes", "America/New_York", None))


class Team:
    def __init__(self, store: Store, workspace: UUID) -> None:
        self.store, self.workspace = store, workspace
        self.now = NOW

    def say(self, line: str, *, user: str = "U1", delivery: str | None = None) -> str:
        command, _, text = line.partition(" ")
        inbound = Inbound(user, "C1", delivery or f"d{next(SERIAL)}", self.now, self.now, command=command, text=text)
        return json.dumps(answer(self.store, self.workspace, inbound, FACTS).body())

    def item(self, number: int) -> Item:
        return self.store.transact(self.workspace, lambda s: s.scalars(select(Item).where(Item.number == number)).one())


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    url = f"sqlite:///{tmp_path}/kept.db"
    migrate(url)
    keyring = Keyring(os.urandom(32))
    store = Store(url, keyring)
    workspace = store.untenanted(lambda s: install(s, keyring, "T1", "UBOT", NOW).id)
    made = Team(store, workspace)
    assert "care team now" in made.say("/kept setup zone America/New_York digest 8:30 hours 9-17")
    assert "patient of this care team" in made.say("/kept patient add rosa-m")
    yield made
    assert store.transact(workspace, lambda s: first_bad(s, workspace)) is None
    store.close()


def test_a_promise_is_entered_kept_and_undone(team: Team) -> None:
    card = team.say("/commit rosa call the clinic by Friday 3pm")
    assert "call the clinic" in card
    assert "Kept as #1" in card
    assert team.item(1).due_at == datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
    team.say("/kept done 1")
    assert team.item(1).state is State.KEPT
    team.say("/kept undo 1")
    assert team.item(1).state is State.OPEN


def test_concern_is_handed_back_and_barrier_gets_its_category(team: Team) -> None:
    assert "worried about her job" in team.say("/concern rosa worried about her job")
    team.say("/barrier rosa no ride since her car broke")
    assert team.item(2).category == "transport"


def test_undo_takes_back_only_the_last_act(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    team.say("/kept settle 1")
    team.say("/kept edit 1 afraid of the second bill")
    team.say("/kept undo 1")
    assert "afraid of the bill" in team.say("/kept show 1")
    assert (team.item(1).state, team.item(1).untold) == (State.SETTLED, False)


def test_undoing_told_leaves_the_patient_untold(team: Team) -> None:
    team.say("/barrier rosa no ride since her car broke")
    team.say("/kept resolve 1 ride booked, assumed")
    team.say("/kept told 1")
    assert not team.item(1).untold
    team.say("/kept undo 1")
    assert team.item(1).untold


@pytest.mark.parametrize(("line", "says"), [
    ("/barrier no ride", "must be a patient"), ("/commit rosa call by Feb 30", "no such date"),
    ("/kept done 99", "no #99 here"), ("/concern rosa", "words are missing"), ("/kept frobnicate", "not one of the words"),
    ("/kept done", "by its number"), ("/kept patient add late", "own commands"), ("/kept setup zone Mars", "zone is not known"),
])
def test_a_mistake_saves_nothing_and_says_what_to_do(team: Team, line: str, says: str) -> None:
    assert says in team.say(line)
    found = team.store.transact(team.workspace, lambda s: s.scalars(select(Item)).all())
    assert found == []


def test_the_same_delivery_or_a_double_enter_makes_one_item(team: Team) -> None:
    team.say("/concern rosa afraid of the bill", delivery="one")
    assert "Already saved: #1" in team.say("/concern rosa afraid of the bill", delivery="one")
    assert "Already saved: #1" in team.say("/concern rosa afraid of the bill", delivery="two")


def test_an_overdue_promise_is_nudged_once(team: Team) -> None:
    team.say("/commit rosa send the form in 30 minutes")
    later = NOW + timedelta(minutes=31)
    for _ in range(2):
        for workspace, key in team.store.peek(lambda s: due_now(s, Subject.ITEM, later, 10)):
            team.store.transact(workspace, lambda s, key=key: sweep_item(s, team.workspace, key, later, later))
    posts = team.store.transact(team.workspace, lambda s: [(o.channel, o.body) for o in s.scalars(select(Outgoing))])
    assert [channel for channel, _ in posts] == ["U1"]
    assert "send the form" not in posts[0][1]


def test_an_outsider_sees_nothing(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    refused = team.say("/kept show 1", user="U9")
    assert "open only to members" in refused
    assert "afraid" not in refused
