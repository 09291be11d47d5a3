"""While machines are replaced one by one, Kept of the version before works on tables of the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from models.errors import Conflict
from models.schema import NEWER, migrate, other_version, revision
from models.store import Store
from tests.databases import KINDS, Lite, Server, as_owner, by_hand
from tests.handlers.conftest import BEN, Ground, Team


@pytest.fixture(params=KINDS)
def next_version(request: pytest.FixtureRequest, databases: dict[str, Lite | Server]) -> Iterator[Team]:
    """A team whose people typed so much that the drivers prepared their statements, and then the tables got a column more."""
    ground = Ground(databases[request.param])
    team = Team(ground.store, ground.workspace)
    assert other_version(team.store) is None
    before = revision(team.store)
    for n in range(8):
        assert f"#{n + 1}" in team.say(f"/barrier rosa no ride on day {n}")
    with by_hand(team.store) as hand:
        hand.execute(text("ALTER TABLE item ADD COLUMN of_the_next_version VARCHAR(8)"))
        hand.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    yield team
    with by_hand(team.store) as hand:
        hand.execute(text("ALTER TABLE item DROP COLUMN of_the_next_version"))
        hand.execute(text("UPDATE alembic_version SET version_num = :old"), {"old": before})
    ground.close()


def test_who_runs_goes_on_and_who_starts_says_what_to_run(next_version: Team) -> None:
    team = next_version
    assert "#9" in team.say("/commit rosa call the clinic by Friday")
    assert "#1" in team.say("/kept list", user=BEN)
    assert "kept" in team.say("/kept done 9")
    team.later(days=3)
    assert team.sweep() > 0
    other = Store(team.store.url, team.store.keyring)
    assert other_version(other) == NEWER
    other.close()


def test_the_older_one_migrates_nothing(next_version: Team) -> None:
    with pytest.raises(Conflict, match="Run the newer one"):
        migrate(as_owner(next_version.store.url))
    with by_hand(next_version.store) as hand:
        assert hand.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["9999"]
