"""``kept backup`` and ``kept restore``: all of the database as it stood at one moment, for a database of either kind."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, Uuid, func, insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from models import audit
from models.archive import ALTERED, BadArchive, Writing, lines
from models.base import Base, Instant
from models.belongings import references
from models.outgoing import Outgoing, OutgoingState, Sort
from models.schema import revision
from models.sealing import using
from models.store import Store
from models.workspace import Workspace

FORMAT = 1
BATCH = 500
ACTOR, SURFACE = "operator", "command line"
Say = Callable[[str], None]
NOT_EMPTY = ("This database is not empty, so nothing was restored: a backup is restored into a new one. Name another in "
             "DATABASE_URL, and run kept migrate on it.")


def _tables() -> list[Table]:
    """Those a row of which can be referred to come first."""
    return list(Base.metadata.sorted_tables)


def back_up(store: Store, path: Path, wall: datetime, say: Say) -> int:
    """Write a backup, which is there whole under its name, or not at all; returns how many rows. Raises OSError."""
    for workspace in store.peek(lambda s: s.scalars(select(Workspace.id)).all()):
        store.transact(workspace, lambda s: audit.record(s, workspace, wall, ACTOR, "backup", "", SURFACE))  # noqa: B023
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            count = _write(store, file, wall, say)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)  # its new name is to outlive a power cut, too
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return count


def _write(store: Store, file: BinaryIO, wall: datetime, say: Say) -> int:
    out, counts = Writing(file, store.keyring), Counter[str]()
    out.line(json.dumps({"kept": FORMAT, "schema": revision(store), "made_at": wall.isoformat()}).encode())
    with store.snapshot() as (session, enter):
        workspaces = session.scalars(select(Workspace.id).order_by(Workspace.id)).all()
        for table in _tables():
            out.line(json.dumps({"table": table.name, "columns": [column.name for column in table.columns]}).encode())
            for workspace in workspaces if "workspace_id" in table.columns else [None]:
                enter(workspace)
                for row in _rows(session, table, workspace):
                    out.line(json.dumps([_out(column, value) for column, value in zip(table.columns, row, strict=True)]).encode())
                    counts[table.name] += 1
            if counts[table.name]:
                say(f"{table.name}: {counts[table.name]}")
    out.line(json.dumps({"end": counts}).encode())
    out.close()
    return counts.total()


def _rows(session: Session, table: Table, workspace: UUID | None) -> Iterator[Any]:
    """In pages by primary key: a cursor held open would hold all of a table in memory, or a lock."""
    keys = list(table.primary_key.columns)
    keys = [one for one in keys if one.name != "workspace_id"] or keys
    where = [table.c.workspace_id == workspace] if workspace is not None else []
    beyond: list[ColumnElement[bool]] = []
    while True:
        page = session.execute(select(table).where(*where, *beyond).order_by(*keys).limit(BATCH)).all()
        yield from page
        if len(page) < BATCH:
            return
        last = page[-1]._mapping
        beyond = [tuple_(*keys) > tuple_(*(literal(last[key], key.type) for key in keys))]


def _out(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return value.hex()
    if isinstance(column.type, Uuid):
        return value.hex
    return value.isoformat() if isinstance(column.type, Instant) else value


def _in(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return bytes.fromhex(value)
    if isinstance(column.type, Uuid):
        return UUID(value)
    return datetime.fromisoformat(value) if isinstance(column.type, Instant) else value


def restore(store: Store, path: Path, wall: datetime, say: Say) -> int:
    """Into an empty database, in one transaction; returns how many rows. Raises BadArchive before anything is written."""
    with path.open("rb") as file:
        checked = _check(store, file)
        say(f"The backup of {checked['made_at'][:16].replace('T', ' ')} is whole.")
        with store.snapshot(write=True) as (session, enter):
            if session.scalar(select(func.count()).select_from(Workspace)):
                raise BadArchive(NOT_EMPTY)
            count = _read(session, enter, file, store, say)
            _settle(session, enter, store, wall, say)
    return count


def _check(store: Store, file: BinaryIO) -> dict[str, Any]:
    """The whole file is read, and fits this version, before anything is written."""
    counts, head, table = Counter[str](), None, ""
    end: dict[str, int] | None = None
    for line in lines(file, store.keyring):
        found = json.loads(line)
        if head is None:
            head = found
            if found.get("kept") != FORMAT or found.get("schema") != revision(store):
                raise BadArchive("This backup was made by another version of Kept. Restore it with that version, then migrate.")
        elif isinstance(found, list):
            counts[table] += 1
        elif "table" in found:
            table = found["table"]
        else:
            end = found["end"]
    if head is None or end is None or end != dict(counts):
        raise BadArchive(ALTERED)
    return dict(head)


def _read(session: Session, enter: Callable[[UUID | None], None], file: BinaryIO, store: Store, say: Say) -> int:
    table, columns = _tables()[0], list[Column[Any]]()
    waiting: list[dict[str, Any]] = []
    later: list[tuple[Table, Column[Any], dict[str, Any]]] = []
    total = 0

    def write() -> None:
        if waiting:
            enter(waiting[0].get("workspace_id"))
            session.execute(insert(table), waiting)
            waiting.clear()

    for line in lines(file, store.keyring):
        found = json.loads(line)
        if isinstance(found, dict):
            write()
            if "table" in found:
                table = Base.metadata.tables[found["table"]]
                columns = [table.c[name] for name in found["columns"]]
                say(table.name)
            continue
        row = {column.name: _in(column, value) for column, value in zip(columns, found, strict=True)}
        for column, referred in references(table):
            # A row may refer to one of its own table that comes after it.
            if referred is table and row[column.name] is not None:
                later.append((table, column, dict(row)))
                row[column.name] = None
        if len(waiting) == BATCH or (waiting and waiting[0].get("workspace_id") != row.get("workspace_id")):
            write()
        waiting.append(row)
        total += 1
    write()
    for where, column, row in later:
        enter(row["workspace_id"])
        session.execute(update(where).where(where.c.workspace_id == row["workspace_id"], where.c.id == row["id"])
                        .values({column: row[column.name]}))
    return total


def _settle(session: Session, enter: Callable[[UUID | None], None], store: Store, wall: datetime, say: Say) -> None:
    """What was to be sent may have been sent since the backup was made: it is looked for before it is sent again."""
    for row in session.scalars(select(Workspace).order_by(Workspace.id)).all():
        enter(row.id)
        with using(store.keyring.unwrap(row.id, row.wrapped_key)):
            bad = audit.first_bad(session, row.id)
            say(f"{row.slack_id}: the audit chain is whole." if bad is None else
                f"{row.slack_id}: the audit chain was not whole when it was backed up: row {bad} does not fit.")
            session.execute(
                update(Outgoing).where(Outgoing.workspace_id == row.id, Outgoing.sort == Sort.POST,
                                       Outgoing.state.in_([OutgoingState.PLANNED, OutgoingState.SENDING]))
                .values(state=OutgoingState.UNCERTAIN, tried_at=func.coalesce(Outgoing.tried_at, Outgoing.created_at)),
                execution_options={"synchronize_session": False})
            audit.record(session, row.id, wall, ACTOR, "restore", "", SURFACE)
