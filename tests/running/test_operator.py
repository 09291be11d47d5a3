"""What an operator finds: a chain that somebody touched, and files that nobody else may read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from models.audit import record
from models.sealing import Keyring, master_key
from models.store import Store, normal_url
from models.workspace import install
from tests.databases import Lite
from tests.running.other_slack import OtherSlack
from tests.running.processes import House
from tests.running.test_processes import begin

OF = "workspace_id = (SELECT id FROM workspace WHERE slack_id = '{}')"
COPY = ("INSERT INTO audit SELECT workspace_id, {}, at, actor, action, subject, surface, outcome, mac FROM audit "
        "WHERE seq = {} AND ")
# By workspace: what is done to its five rows, the first bad one, and what is said of it. Where a row was put in, the one that
# belongs there stands one further on.
TOUCHED = {
    "TEDIT": (["UPDATE audit SET outcome = 'refused' WHERE seq = 2 AND "], 2, "was changed"),
    "TDELETE": (["DELETE FROM audit WHERE seq = 3 AND "], 3, "is missing"),
    "TREORDER": (["UPDATE audit SET seq = 90 WHERE seq = 2 AND ", "UPDATE audit SET seq = 2 WHERE seq = 4 AND ",
                  "UPDATE audit SET seq = 4 WHERE seq = 90 AND "], 2, "stands elsewhere"),
    "TINSERT": (["UPDATE audit SET seq = seq + 100 WHERE seq > 3 AND ", COPY.format(4, 105),
                 "UPDATE audit SET seq = seq - 99 WHERE seq > 100 AND ", "UPDATE audit_head SET seq = 6 WHERE "],
                4, "stands elsewhere"),
    "TADDED": ([COPY.format(6, 5)], 6, "was not written by Kept"),
    "TWHOLE": ([], None, "5 rows, all whole"),
}


def test_d1_verify_ends_with_1_and_names_the_workspace_and_its_first_bad_row(house: House) -> None:
    store = Store(house.env["DATABASE_URL"], Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
    now = datetime.now(UTC)
    for name in TOUCHED:
        key = store.untenanted(lambda s, name=name: install(s, store.keyring, name, "U", now).id)
        for act in range(5):
            store.transact(key, lambda s, key=key, act=act: record(s, key, now, "U1", f"act {act}"))
    store.close()
    owner = create_engine(normal_url(house.owner))
    with owner.begin() as raw:
        for name, (statements, _, _) in TOUCHED.items():
            for statement in statements:
                raw.execute(text(statement + OF.format(name)))
    owner.dispose()
    found = house.run("audit", "verify")
    assert found.returncode == 1
    lines = {line.split(":")[0]: line for line in found.stdout.splitlines()}
    assert lines.keys() == TOUCHED.keys()
    for name, (_, bad, says) in TOUCHED.items():
        assert says in lines[name]
        assert bad is None or f": row {bad} " in lines[name]


@pytest.mark.soak  # `make test` asks the same of what is made in one process: tests/handlers/test_faults.py
def test_c9_no_file_of_any_process_is_for_others_to_read(tmp_path: Path, databases: dict[str, Lite], slack: OtherSlack) -> None:
    with House(tmp_path, databases["sqlite"].make(empty=True), slack) as house:
        folder = Path(house.owner.removeprefix("sqlite:///")).parent
        assert house.migrate().returncode == 0
        house.env["KEPT_AUDIT_CHECKPOINTS"] = str(folder / "checkpoints")
        house.serve("--with-worker")
        begin(house)
        for command in (("backup", str(folder / "kept.backup")), ("keys", "new", "--file", str(folder / "kept.key")),
                        ("audit", "checkpoint"), ("export", "--out", str(folder / "kept.json"))):
            done = house.run(*command)
            assert done.returncode == 0, done.stderr
        house.until(lambda: (folder / "kept.db-engine.sqlite3-wal").exists())
        modes = {one.name: one.stat().st_mode & 0o777 for one in folder.iterdir()}
    assert len(modes) >= 10, modes
    assert {name: mode for name, mode in modes.items() if mode != 0o600} == {}
