"""The same days, told over Socket Mode and over HTTP, leave the same rows, and everyone sees the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import select

import models.tables  # noqa: F401  every table, so that mappers find each other
from bot.settings import Way
from bot.story import tell
from models.audit import AuditRow
from models.history import History
from models.item import Item
from models.nudge import Nudge
from models.outgoing import Outgoing
from models.sealing import Keyring, master_key
from models.store import Store
from models.workspace import installed
from tests.databases import Lite, Server
from tests.running.processes import House
from tests.running.soak_socket import connected

CLOCK = re.compile(r"\d+:\d\d [AP]M")  # the two are not told in the same minute


def rows(house: House) -> dict[str, list[Any]]:
    """What is kept, without ids and times, in no order."""
    shapes: dict[Any, Any] = {
        Item: lambda one: (one.number, one.kind, one.state, one.text, one.urgency, one.category),
        History: lambda one: (one.verb, one.undone), Nudge: lambda one: (one.rule, one.epoch, one.state),
        Outgoing: lambda one: (one.sort, one.channel, one.state, one.attempts),
        AuditRow: lambda one: (one.actor, one.action, one.surface, one.outcome)}
    store = Store(house.env["DATABASE_URL"], Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
    try:
        (workspace,) = store.peek(installed)
        return {kind.__name__: store.transact(workspace, lambda s, kind=kind, shape=shape: sorted(
            str(shape(one)) for one in s.scalars(select(kind).where(kind.workspace_id == workspace))))
            for kind, shape in shapes.items()}
    finally:
        store.close()


def told(folder: Path, url: str, way: Way) -> tuple[list[str], dict[str, list[Any]]]:
    folder.mkdir()
    said: list[str] = []
    with connected(folder, url, way, "--with-worker") as (box, house):
        tell(box, said.append)
        kinds = {"slash_commands", "block_actions", "view_submission"}
        assert {kind for kind, _ in box.acks} == (kinds if way is Way.SOCKET else set())
        assert box.refused == []
        house.until(lambda: all("'sent'" in one or "SENT" in one for one in rows(house)["Outgoing"]))
        return [CLOCK.sub("…", line) for line in said], rows(house)


def test_both_ways_come_to_the_same(tmp_path: Path, databases: dict[str, Lite | Server]) -> None:
    over_socket = told(tmp_path / "socket", databases["sqlite"].make(empty=False), Way.SOCKET)
    over_http = told(tmp_path / "http", databases["sqlite"].make(empty=False), Way.HTTP)
    assert over_socket[0] == over_http[0]
    assert over_socket[1] == over_http[1]
    assert len(over_http[1]["Item"]) == 4
