"""The commands of whoever is answerable for what Kept keeps, as they are typed: what they say, and what they leave."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from bot.__main__ import main
from models.audit import AuditRow
from tests.databases import by_hand
from tests.handlers.afterwards import afterwards as afterwards
from tests.handlers.conftest import Team

CANARY = "zebrafish"


@pytest.fixture
def env(team: Team) -> dict[str, str]:
    """The settings under which the commands run."""
    return {"DATABASE_URL": team.store.url, "KEPT_MASTER_KEY": base64.b64encode(team.store.keyring.master).decode(),
            "SLACK_API_URL": "http://127.0.0.1:1/api/"}


@pytest.fixture
def typed(env: dict[str, str], team: Team, afterwards: list[Callable[[], object]]) -> Iterator[Callable[..., str]]:
    """Type a command: what it says, once it ended with ``status``. It starts logging, which ends with the test."""
    afterwards.append(lambda: team.store.forget_key(team.workspace))
    root, kept = logging.getLogger(), logging.getLogger("kept")
    before = root.handlers[:], root.level, kept.level

    def run(*args: str, status: int = 0, answer: str = "") -> str:
        done = CliRunner().invoke(main, list(args), env=env, input=answer)
        assert done.exit_code == status, (done.stdout, done.stderr, done.exception)
        return done.stdout if status == 0 or not done.stderr else done.stderr

    yield run
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    kept.setLevel(before[2])


def test_keys_are_made_shown_and_rotated(typed: Callable[..., str], env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "new.key"
    assert len(base64.b64decode(typed("keys", "new"))) == 32
    typed("keys", "new", "--file", str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert "is there already" in typed("keys", "new", "--file", str(path), status=1)
    old = env["KEPT_MASTER_KEY"]
    env |= {"KEPT_MASTER_KEY": "", "KEPT_MASTER_KEY_FILE": str(path)}
    assert "not the key this database was sealed with" in typed("keys", "status", status=1)
    env["KEPT_MASTER_KEY_OLD"] = old
    assert "1 of 1 are under the older master key" in typed("keys", "status")
    assert typed("keys", "rotate", "master") == "The keys of 1 workspaces are wrapped anew.\n"
    assert "The older master key is needed no more." in typed("keys", "status")
    env["KEPT_MASTER_KEY_OLD"] = ""
    assert json.loads(typed("keys", "status", "--json")) == [
        {"workspace": "T1", "master": "current", "generation": 1, "stage": "none", "left": 0}]
    # And back, since the test's own store has the old one.
    env |= {"KEPT_MASTER_KEY": old, "KEPT_MASTER_KEY_FILE": "", "KEPT_MASTER_KEY_OLD_FILE": str(path)}
    typed("keys", "rotate", "master")


def test_the_audit_is_verified_shown_and_checkpointed(team: Team, typed: Callable[..., str], tmp_path: Path) -> None:
    team.say(f"/concern rosa {CANARY}")
    file = tmp_path / "checkpoints"
    assert "1 checkpoints written" in typed("audit", "checkpoint", "--checkpoints", str(file))
    (verdict,) = json.loads(typed("audit", "verify", "--checkpoints", str(file), "--json"))
    assert (verdict["ok"], verdict["checkpoints"], verdict["first_bad"]) == (True, 1, None)
    (first, *_) = json.loads(typed("audit", "report", "--patient", "rosa-m", "--json"))["rows"]
    assert (first["action"], first["number"]) == ("concern create", 1)
    shown = typed("audit", "show", "--most", "3") + typed("audit", "report", "--member", "U1")
    assert "concern create" in shown
    assert CANARY not in shown
    assert "No workspace T404" in typed("audit", "show", "--workspace", "T404", status=1)
    before = team.store.look(team.workspace, lambda s: s.get_one(AuditRow, (team.workspace, 2)).outcome)
    change(team, "refused")
    assert "T1: row 2 was changed" in typed("audit", "verify", status=1)
    change(team, before)


def change(team: Team, outcome: str) -> None:
    """The second row of the chain, past Kept."""
    with by_hand(team.store) as raw:
        raw.execute(update(AuditRow).where(AuditRow.workspace_id == team.workspace, AuditRow.seq == 2).values(outcome=outcome))


def test_what_is_kept_is_copied_moved_held_and_let_go(team: Team, typed: Callable[..., str], env: dict[str, str],
                                                      tmp_path: Path) -> None:
    team.say(f"/concern rosa {CANARY}")
    copy, opened = tmp_path / "kept.backup", tmp_path / "rosa.json"
    assert f"rows are in {copy}" in typed("backup", str(copy))
    assert "cannot be written" in typed("backup", str(tmp_path / "none" / "copy"), status=1)
    env["DATABASE_URL"] = f"sqlite:///{tmp_path}/moved/kept.db"
    assert "Run: kept migrate" in typed("restore", str(copy), status=1)
    typed("migrate")
    assert "rows are restored" in typed("restore", str(copy))
    assert "not empty" in typed("restore", str(copy), status=1)

    assert "closed patients for ever, audit for 6 years; legal hold since" in typed("retention", "--hold")
    assert "A legal hold is on" in typed("purge", "--patient", "rosa-m", "--yes", status=1)
    assert "for 84 months" in typed("retention", "--release", "--closed-months", "84")
    assert json.loads(typed("retention", "--json"))[0]["closed_months"] == 84
    receipt = json.loads(typed("purge", "--patient", "rosa-m", "--export", str(opened), "--yes", "--json"))
    assert receipt["rows"] >= 3
    assert CANARY in opened.read_text(encoding="utf-8")
    assert opened.stat().st_mode & 0o777 == 0o600
    assert "No patient of that alias" in typed("export", "--patient", "rosa-m", "--out", str(tmp_path / "again"), status=1)
    assert "0 patients are in" in typed("export", "--format", "csv", "--out", str(tmp_path / "tables"))
    assert "all whole" in typed("audit", "verify")


def test_a_purge_that_is_not_meant_deletes_nothing(team: Team, typed: Callable[..., str]) -> None:
    assert "Nothing was deleted." in typed("purge", "--patient", "rosa-m", status=1, answer="n\n")
    assert "rosa-m" in team.say("/kept rosa")
