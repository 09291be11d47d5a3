"""C6, E9: whatever an operator runs is killed -9 half-way; what was stays whole, and run again it ends."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.sealing import Keyring
from models.store import Store
from models.workspace import install
from tests.databases import Lite
from tests.running.other_slack import OtherSlack
from tests.running.processes import House
from tests.running.test_crashes import KILLER

WORKSPACES = 2


def killed(house: House, *command: str, point: str) -> int:
    """The status with which it ended: -9 when it came as far as ``point``."""
    return house.start(*command, runner=KILLER, env={"KILL_AT": point}).wait(60)


def test_c6_the_master_keys_rotation_killed_at_every_step(house: House) -> None:
    old, new = house.env["KEPT_MASTER_KEY"], base64.b64encode(os.urandom(32)).decode()
    store = Store(house.env["DATABASE_URL"], Keyring(base64.b64decode(old)))
    for number in range(WORKSPACES):
        store.untenanted(lambda s, number=number: install(s, store.keyring, f"T{number}", "U", datetime.now(UTC)))
    store.close()
    house.env |= {"KEPT_MASTER_KEY": new, "KEPT_MASTER_KEY_OLD": old}
    for side, left in (("before", ["older", "older"]), ("after", ["current", "older"]), ("after", ["current", "current"])):
        assert killed(house, "keys", "rotate", "master", point=f"beside INSERT audit_head:{side}") == -9
        # Whichever key wraps it, each is read while both are given.
        assert sorted(one["master"] for one in json.loads(house.run("keys", "status", "--json").stdout)) == left
    assert house.run("keys", "rotate", "master").returncode == 0
    house.env["KEPT_MASTER_KEY_OLD"] = ""
    assert [one["master"] for one in json.loads(house.run("keys", "status", "--json").stdout)] == ["current"] * WORKSPACES


@pytest.mark.parametrize("nth", [20, *(pytest.param(n, marks=pytest.mark.soak) for n in (1, 40, 60))])
def test_e9_a_migration_killed_half_way(tmp_path: Path, databases: dict[str, Lite], slack: OtherSlack, nth: int) -> None:
    with House(tmp_path, databases["sqlite"].make(empty=True), slack) as house:
        assert killed(house, "migrate", point=f"table:made:{nth}") == -9
        with sqlite3.connect(house.owner.removeprefix("sqlite:///")) as raw:
            assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        raw.close()
        assert house.migrate().returncode == 0
