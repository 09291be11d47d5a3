"""New keys for a workspace while people work. Each step is a transaction of its own, so whoever is killed goes on from there.

A new generation is *announced*, and for as long as a process may have older keys in memory nothing is sealed with it. Then it
is *activated*: new rows are sealed with it, and the old rows again, in batches. Once no process can have sealed with an old one
any more, what is left is sealed again, and the old generations are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, and_, func, literal, or_, select, update
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table that holds something sealed
from models import audit
from models.base import Base
from models.errors import Unreadable
from models.patient import Patient, alias_key
from models.sealing import FORMAT, DataKey, Keyring, Keys, Sealed, data_key
from models.workspace import Workspace

SETTLE = timedelta(seconds=75)   # an opened key is in memory for a minute, and then a transaction may still be under way
BATCH = 200
FIRST = UUID(int=0)


class Stage(StrEnum):
    """How far the rotation of a workspace's data key is."""

    NONE = "none"              # no rotation is under way
    ANNOUNCED = "announced"
    RESEALING = "resealing"
    DESTROYED = "destroyed"    # the keys, for good


def stage(keys: Keys) -> Stage:
    if keys.destroyed:
        return Stage.DESTROYED
    return Stage.ANNOUNCED if keys.announced else Stage.RESEALING if keys.retired else Stage.NONE


@dataclass(frozen=True)
class Place:
    """A table, and its sealed attributes with their columns."""

    table: Table
    sealed: tuple[tuple[str, Column[bytes]], ...]

    def of(self, workspace_id: UUID) -> ColumnElement[bool]:
        return (self.table.c.id if self.table.name == "workspace" else self.table.c.workspace_id) == workspace_id

    def stale(self, active: int) -> ColumnElement[bool]:
        """Sealed, and not by the active generation."""
        header = literal(FORMAT + active.to_bytes(2, "big"), LargeBinary())
        return or_(*(and_(column.is_not(None), func.substr(column, 1, 3) != header) for _, column in self.sealed))


def places() -> Iterator[Place]:
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        found = [name for name, value in vars(mapper.class_).items() if isinstance(value, Sealed)]
        table = mapper.local_table
        if found and isinstance(table, Table):
            yield Place(table, tuple((name, table.c[f"{name}_sealed"]) for name in found))


def keys_of(session: Session, keyring: Keyring, workspace_id: UUID) -> Keys:
    return keyring.unwrap(workspace_id, session.get_one(Workspace, workspace_id).wrapped_key).keys


def _change(session: Session, keyring: Keyring, workspace_id: UUID, wall: datetime, actor: str, action: str) -> Keys:
    row = session.get_one(Workspace, workspace_id, with_for_update={"key_share": True}, populate_existing=True)
    keys = keyring.unwrap(workspace_id, row.wrapped_key).keys
    before = stage(keys)
    if action == "key announce" and before is Stage.NONE:
        keys = keys.announce(wall)
    elif action == "key activate" and before is Stage.ANNOUNCED:
        keys = keys.activate(wall)
    elif action == "key drop" and before is Stage.RESEALING:
        keys = keys.drop_retired(wall)
    elif action == "key destroy" and before is not Stage.DESTROYED:
        keys = keys.destroy(wall)
    elif action != "master key rewrap":
        return keys
    row.wrapped_key = keyring.wrap(workspace_id, keys)
    audit.record(session, workspace_id, wall, actor, action, str(keys.active), "command line")
    return keys


def announce(session: Session, keyring: Keyring, workspace_id: UUID, wall: datetime, actor: str) -> Keys:
    return _change(session, keyring, workspace_id, wall, actor, "key announce")


def activate(session: Session, keyring: Keyring, workspace_id: UUID, wall: datetime, actor: str) -> Keys:
    """Not before the announcement has settled."""
    return _change(session, keyring, workspace_id, wall, actor, "key activate")


def drop(session: Session, keyring: Keyring, workspace_id: UUID, wall: datetime, actor: str) -> Keys:
    """Not before the activation has settled and all was sealed again."""
    return _change(session, keyring, workspace_id, wall, actor, "key drop")


def destroy(session: Session, keyring: Keyring, workspace_id: UUID, wall: datetime, actor: str) -> Keys:
    """What is sealed can never be read again; the audit chain can still be verified."""
    return _change(session, keyring, workspace_id, wall, actor, "key destroy")


def rewrap(session: Session, keyring: Keyring, workspace_id: UUID, wall: datetime, actor: str) -> bool:
    """Under the present master key; False when it was already."""
    row = session.get_one(Workspace, workspace_id, with_for_update={"key_share": True}, populate_existing=True)
    if keyring.current(row.wrapped_key):
        return False
    _change(session, keyring, workspace_id, wall, actor, "master key rewrap")
    return True


@dataclass(frozen=True)
class Step:
    """What one batch did. ``last`` is where the next begins, None at the end. ``shut`` values no key opens; ``clashes`` are
    patients whose index cannot move, since another of their team has it."""

    last: UUID | None
    done: int
    shut: int = 0
    clashes: int = 0


def reseal(session: Session, workspace_id: UUID, place: Place, after: UUID) -> Step:
    """One batch of what an older generation sealed. A row that somebody writes at the same moment is left to them."""
    key, table = data_key(), place.table
    rows = session.execute(
        select(table.c.id, *(column for _, column in place.sealed))
        .where(place.of(workspace_id), table.c.id > after, place.stale(key.keys.active)).order_by(table.c.id).limit(BATCH)).all()
    done = shut = 0
    for row in rows:
        for (name, column), sealed in zip(place.sealed, row[1:], strict=True):
            if sealed is None or key.current(sealed):
                continue
            new = _again(key, f"{table.name}.{name}", row.id, sealed)
            if new is None:
                shut += 1
                continue
            session.execute(update(table).where(place.of(workspace_id), table.c.id == row.id, column == sealed)
                            .values({column: new}))
            done += 1
    return Step(rows[-1].id if len(rows) == BATCH else None, done, shut)


def _again(key: DataKey, place: str, row: UUID, sealed: bytes) -> bytes | None:
    try:
        return key.seal(place, row, key.open(place, row, sealed))
    except Unreadable:
        return None


def reindex(session: Session, workspace_id: UUID, after: UUID) -> Step:
    """One batch of patients, found from now on under the active generation's index."""
    found = session.scalars(select(Patient).where(Patient.workspace_id == workspace_id, Patient.id > after)
                            .order_by(Patient.id).limit(BATCH)).all()
    done = shut = clashes = 0
    for patient in found:
        try:
            alias = patient.alias
        except Unreadable:
            shut += 1
            continue
        new = data_key().index(patient.team_id, alias_key(alias))
        if patient.alias_index == new:
            continue
        # Two processes may have added the same alias at one moment, each under its own generation.
        if session.scalar(select(Patient.id).where(
                Patient.workspace_id == workspace_id, Patient.team_id == patient.team_id, Patient.alias_index == new)):
            clashes += 1
            continue
        patient.find_by(alias)
        done += 1
    session.flush()
    return Step(found[-1].id if len(found) == BATCH else None, done, shut, clashes)


def left(session: Session, workspace_id: UUID) -> int:
    """How many rows an older generation still seals."""
    active, count = data_key().keys.active, select(func.count())
    return sum(session.scalar(count.select_from(place.table).where(place.of(workspace_id), place.stale(active))) or 0
               for place in places())
