"""What Kept keeps of a care team or of one patient, opened, as JSON or as tables for a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.auditing import find_patient
from models import audit
from models.belongings import gather, parts
from models.categories import CATEGORIES
from models.errors import NotFound, Unclear
from models.patient import Patient
from models.rotation import places
from models.sealing import data_key, readable
from models.store import Store
from models.team import CareTeam, Member

ACTOR, SURFACE = "operator", "command line"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")  # noqa: RUF001  how a cell begins that a spreadsheet runs
LEFT_OUT = frozenset({"workspace_id", "alias_index", "first_index"})   # no use outside the database
SEALED = {(place.table.name, column.name): name for place in places() for name, column in place.sealed}
Row = dict[str, Any]


def chosen(store: Store, workspace: UUID, channel: str | None, alias: str | None, wall: datetime) -> list[UUID]:
    """The patients to export: one, those of a team, or all. Audited, before anything is shown."""
    def find(session: Session) -> list[UUID]:
        if alias is not None:
            found = [find_patient(session, workspace, channel, alias)[1].id]
        else:
            teams = {team.id for team in session.scalars(select(CareTeam).where(CareTeam.workspace_id == workspace))
                     if channel in (None, team.channel)}
            if not teams:
                raise NotFound("There is no such care team. Name its channel by its Slack id.")
            found = list(session.scalars(select(Patient.id).where(
                Patient.workspace_id == workspace, Patient.team_id.in_(teams)).order_by(Patient.id)))
        for key in found:
            audit.record(session, workspace, wall, ACTOR, "export", str(key), SURFACE)
        return found

    return store.transact(workspace, find)


def members(store: Store, workspace: UUID) -> list[Row]:
    """Whom the ids of members stand for."""
    return store.look(workspace, lambda s: [
        {"id": str(one.id), "slack_id": one.slack_id, "name": one.called}
        for one in s.scalars(select(Member).where(Member.workspace_id == workspace).order_by(Member.id))])


def belongings(session: Session, workspace: UUID, patient: UUID) -> dict[str, list[Row]]:
    """Every row of a patient's, by table."""
    found: dict[str, list[Row]] = {}
    for table, keys in gather(session, session.get_one(Patient, (workspace, patient))).items():
        rows = [row for some in parts(keys) for row in session.execute(
            select(table).where(table.c.workspace_id == workspace, table.c.id.in_(some)).order_by(table.c.id)).mappings()]
        found[table.name] = [_opened(table.name, dict(row)) for row in rows]
    return found


def _opened(table: str, row: Row) -> Row:
    made = {}
    for column, value in row.items():
        name = SEALED.get((table, column))
        if name is not None:
            made[name] = None if value is None else _text(table, name, row["id"], value)
        elif column not in LEFT_OUT:
            made[column] = _plain(value)
        if table == "item" and column == "category" and value in CATEGORIES:
            made["icd10cm"], made["icd10cm_title"] = CATEGORIES[value].icd10cm, CATEGORIES[value].icd10cm_title
    if table == "item":
        made.setdefault("icd10cm")
        made.setdefault("icd10cm_title")
    return made


def _text(table: str, name: str, row: UUID, value: bytes) -> str:
    return readable(lambda: data_key().open(f"{table}.{name}", row, value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


def _each(store: Store, workspace: UUID, patients: list[UUID]) -> Iterator[dict[str, list[Row]]]:
    for key in patients:
        yield store.look(workspace, partial(belongings, workspace=workspace, patient=key))


def as_json(store: Store, workspace: UUID, patients: list[UUID], file: TextIO, wall: datetime) -> None:
    """One patient after another, so that it never is whole in memory."""
    head = {"kept_export": 1, "made_at": wall.isoformat(), "members": members(store, workspace)}
    file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "patients": [')
    for number, one in enumerate(_each(store, workspace, patients)):
        file.write((",\n" if number else "\n") + json.dumps(one, ensure_ascii=False))
    file.write("\n]}\n")


def as_tables(store: Store, workspace: UUID, patients: list[UUID], folder: Path) -> list[str]:
    """A CSV file for each table; returns their names. Raises Unclear when the folder holds something already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Unclear("The folder is not empty: name a new one.")
    written: dict[str, tuple[TextIO, Any]] = {}
    try:
        _write(written, folder, "member", members(store, workspace))
        for one in _each(store, workspace, patients):
            for table, rows in one.items():
                _write(written, folder, table, rows)
    finally:
        for file, _ in written.values():
            file.close()
    return sorted(written)


def _write(written: dict[str, tuple[TextIO, Any]], folder: Path, table: str, rows: list[Row]) -> None:
    for row in rows:
        if table not in written:
            file = private_file(folder / f"{table}.csv")
            written[table] = file, csv.writer(file)
            written[table][1].writerow(row)
        written[table][1].writerow([cell(value) for value in row.values()])


def cell(value: Any) -> Any:
    """Nothing that a spreadsheet would run: such a text gets an apostrophe before it, as it would be typed."""
    if isinstance(value, str) and (value.startswith(FORMULA) or value.lstrip().startswith(FORMULA)):
        return "'" + value
    return "" if value is None else value


def private_file(path: Path) -> TextIO:
    """A new file that nobody else may read. Raises OSError when there is one already."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8", newline="")
