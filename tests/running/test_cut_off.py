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
from tests.running.test_processes import begin

WORKSPACES = 2


def killed(house: House, *command: str, point: str) -> int:
    """The status with which it ended: -9 when it came as far as ``point``."""
    return house.start(*command, runner=KILLER, env={"KILL_AT": point}).wait(120)


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


CHANGE = "beside UPDATE audit_head"  # what each change of the keys ends with
# Where it is killed, and how far it then is.
STEPS = [(f"{CHANGE}:before", "none"), (f"{CHANGE}:after", "announced"), (f"{CHANGE}:before", "announced"),
         (f"{CHANGE}:after", "resealing"), ("beside UPDATE item:before", "resealing"),
         ("beside UPDATE item:after", "resealing"), (f"{CHANGE}:before", "resealing"), (f"{CHANGE}:after", "none")]


@pytest.mark.soak  # three minutes: nothing is sealed with new keys before every process must know them
def test_c6_the_data_keys_rotation_killed_at_every_step_while_people_work(house: House) -> None:
    house.serve()
    begin(house)
    for nth, (point, stage) in enumerate(STEPS):
        house.say(f"/concern rosa afraid of bill {nth}")
        assert killed(house, "keys", "rotate", "data", point=point) == -9
        assert json.loads(house.run("keys", "status", "--json").stdout)[0]["stage"] == stage
        page = house.say("/kept list")
        assert [bill for bill in range(nth + 1) if f"afraid of bill {bill}" not in page] == []
    (standing,) = json.loads(house.run("keys", "status", "--json").stdout)
    assert (standing["generation"], standing["left"]) == (2, 0)
    verified = house.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("nth", [20, *(pytest.param(n, marks=pytest.mark.soak) for n in (1, 40, 60))])
def test_e9_a_migration_killed_half_way(tmp_path: Path, databases: dict[str, Lite], slack: OtherSlack, nth: int) -> None:
    with House(tmp_path, databases["sqlite"].make(empty=True), slack) as house:
        assert killed(house, "migrate", point=f"table:made:{nth}") == -9
        with sqlite3.connect(house.owner.removeprefix("sqlite:///")) as raw:
            assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        raw.close()
        assert house.migrate().returncode == 0
