"""New keys while people work: whoever is killed goes on from there, and no process, however far behind, loses or misses a row."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.keys import Rotating, rewrap, status
from handlers.cards import words
from models import rotation
from models.patient import Patient
from models.sealing import SIZES, BadMasterKey, Keyring, data_key, padded
from models.store import Store
from models.workspace import Workspace
from tests.handlers.afterwards import afterwards as afterwards
from tests.handlers.conftest import Team


class Killed(BaseException):
    """As if the process ended here."""


class Hands:
    """A clock that waiting moves, and a place at which the run may be killed."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 15, tzinfo=UTC)
        self.said: list[str] = []
        self.left: int | None = None

    def wall(self) -> datetime:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands(team: Team, afterwards: list[Callable[[], object]]) -> Hands:
    afterwards.append(lambda: team.store.forget_key(team.workspace))
    team.say("/concern rosa afraid of the bill")
    team.say("/kept edit 1 afraid of it all")
    team.say("/barrier rosa no ride")
    team.say("/kept call rosa 5m glad")
    team.say("/kept rosa something else")
    return Hands()


@pytest.fixture
def other(team: Team) -> Iterator[Store]:
    """Another process with the same database: it does not hear of new keys until those it has are a minute old."""
    made = Store(team.store.url, team.store.keyring)
    yield made
    made.close()


def rotated(store: Store, hands: Hands) -> int:
    return Rotating(store, hands.wall, hands.sleep, hands.said.append).run()


def begun(team: Team, other: Store, hands: Hands) -> None:
    """As far as sealing again: the team's process knows the new key, and still seals with the old."""
    other.transact(team.workspace, lambda s: rotation.announce(s, other.keyring, team.workspace, hands.wall(), "operator"))
    team.store.forget_key(team.workspace)
    team.say("/kept mine")
    other.transact(team.workspace, lambda s: rotation.activate(s, other.keyring, team.workspace, hands.wall(), "operator"))
    other.forget_key(team.workspace)


def everything_opens(team: Team) -> None:
    team.store.forget_key(team.workspace)
    assert "afraid of it all" in team.say("/kept show 1")
    page = team.say("/kept rosa")
    assert "no ride" in page
    assert "something else" in page
    assert "cannot be read" not in page


def test_a_rotation_seals_everything_again_and_drops_the_old_key(team: Team, other: Store, hands: Hands) -> None:
    before = [row.alias_index for row in team.rows(Patient)]
    assert rotated(other, hands) > 8
    (standing,) = status(other)
    assert (standing.generation, standing.stage, standing.left) == (2, "none", 0)
    assert [row.alias_index for row in team.rows(Patient)] != before
    assert [line for line in hands.said if "Waiting 75" in line][1:]
    everything_opens(team)
    acts = [action for _, action, _ in team.audited() if action.startswith("key ")]
    assert acts == ["key announce", "key activate", "key drop"]


def test_a_process_with_old_keys_goes_on_reading_writing_and_finding(team: Team, other: Store, hands: Hands) -> None:
    """At each stage, one that is as far behind as it may be, and one that knows of everything."""
    def stage() -> rotation.Stage:
        return rotation.stage(other.peek(lambda s: rotation.keys_of(s, other.keyring, team.workspace)))

    names = itertools.count()

    def works(*, behind: bool) -> None:
        if not behind:
            team.store.forget_key(team.workspace)
        name = f"noor{next(names)}-k"
        assert "is a patient of this care team now" in team.say(f"/kept patient add {name}")
        assert "lost her keys" in team.say(f"/concern {name} lost her keys")
        assert "taken" in team.say(f"/kept patient add {name}")
        assert "no ride" in team.say("/kept rosa")

    works(behind=False)
    other.transact(team.workspace, lambda s: rotation.announce(s, other.keyring, team.workspace, hands.wall(), "operator"))
    assert stage() is rotation.Stage.ANNOUNCED
    works(behind=True)
    works(behind=False)
    other.transact(team.workspace, lambda s: rotation.activate(s, other.keyring, team.workspace, hands.wall(), "operator"))
    other.forget_key(team.workspace)
    works(behind=True)     # it knows the new key, and still seals with the old
    works(behind=False)
    rotated(other, hands)
    assert stage() is rotation.Stage.NONE
    everything_opens(team)
    for number in range(next(names)):
        assert "lost her keys" in team.say(f"/kept noor{number}")


def test_killed_at_any_step_it_goes_on(team: Team, other: Store, hands: Hands) -> None:
    """C6."""
    killed = 0
    for steps in itertools.count():
        hands.left = steps
        try:
            rotated(other, hands)
            break
        except Killed:
            killed += 1
            everything_opens(team)
            hands.now += timedelta(seconds=20)
    assert killed > 3
    assert status(other)[0].generation == 2
    everything_opens(team)


def test_a_row_written_while_it_is_sealed_again_is_left_to_its_writer(team: Team, other: Store, hands: Hands) -> None:
    begun(team, other, hands)
    (place,) = [one for one in rotation.places() if one.table.name == "item"]

    def stale() -> int:
        return other.look(team.workspace, lambda s: len(s.execute(
            select(place.table.c.id).where(place.of(team.workspace), place.stale(data_key().keys.active))).all()))

    assert stale() == 2
    team.say("/kept edit 1 other words")      # with the old key, which it still seals with
    assert stale() == 2
    other.transact(team.workspace, lambda s: rotation.reseal(s, team.workspace, place, rotation.FIRST))
    assert stale() == 0
    assert "other words" in team.say("/kept show 1")


def test_two_of_one_alias_keep_the_old_key(team: Team, other: Store, hands: Hands) -> None:
    """Only two processes at one moment can do that; the old key then stays until someone has put it right."""
    begun(team, other, hands)
    (rosa,) = team.rows(Patient)
    team.say("/kept patient add noor-k")

    def twin(session: Session) -> None:
        found = session.scalars(select(Patient).where(Patient.workspace_id == team.workspace))
        noor = next(one for one in found if one.id != rosa.id)
        noor.alias = "rosa-m"
        noor.find_by("rosa-m")

    other.transact(team.workspace, twin)
    rotated(other, hands)
    assert "another of their team has too: 1." in hands.said[-1]
    assert status(other)[0].stage == "resealing"
    asked = team.say("/concern rosa afraid")
    assert words.SEVERAL_PATIENTS.split(".")[0] in asked


def test_the_master_key_is_rotated_and_the_old_one_needed_no_more(team: Team, hands: Hands) -> None:
    new = os.urandom(32)
    both = Store(team.store.url, Keyring(new, team.store.keyring.master))
    assert [one.master for one in status(both)] == ["older"]
    assert rewrap(both, hands.wall, hands.said.append) == 1
    assert rewrap(both, hands.wall, hands.said.append) == 0
    assert [one.master for one in status(both)] == ["current"]
    both.close()
    alone = Store(team.store.url, Keyring(new))
    assert alone.look(team.workspace, lambda s: s.scalars(
        select(Patient).where(Patient.workspace_id == team.workspace)).one().alias) == "rosa-m"
    alone.close()
    behind = Store(team.store.url, team.store.keyring)
    with pytest.raises(BadMasterKey):
        behind.look(team.workspace, lambda s: None)
    behind.close()
    # Back, for the next test: the ground is shared.
    back = Store(team.store.url, Keyring(team.store.keyring.master, new))
    rewrap(back, hands.wall, hands.said.append)
    back.close()


def test_a_flipped_bit_anywhere_opens_nothing(team: Team, hands: Hands) -> None:
    """C2."""
    item = team.item(1)

    def opened(sealed: bytes) -> str:
        return team.store.look(team.workspace, lambda s: data_key().open("item.text", item.id, sealed))

    whole = item.text_sealed
    assert opened(whole) == "afraid of it all"
    for at in (0, 1, 2, 3, 20, len(whole) - 1):
        broken = bytes(byte ^ (at == n) for n, byte in enumerate(whole))
        with pytest.raises(Exception, match="cannot be read"):
            opened(broken)


def test_lengths_say_little() -> None:
    assert [padded(size) for size in (0, 5, 64, 65, 1025, 4097)] == [64, 64, 64, 128, 2048, 8192]
    assert len({padded(size) for size in range(4097)}) == len(SIZES)


def test_wrong_master_key_rewrites_nothing(team: Team) -> None:
    """C5."""
    wrong = Store(team.store.url, Keyring(os.urandom(32)))
    before = team.store.peek(lambda s: s.scalars(select(Workspace.wrapped_key)).all())
    with pytest.raises(BadMasterKey):
        status(wrong)
    wrong.close()
    assert team.store.peek(lambda s: s.scalars(select(Workspace.wrapped_key)).all()) == before
