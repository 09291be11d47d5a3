"""What keeps one workspace's rows from another's, below every query of ours (SPEC 6).

On PostgreSQL row-level security, forced, under a role that owns no table: whatever SQL runs sees the rows of the workspace that
its transaction was begun for, and without one none. SQLite has no such thing: there each statement that names a table of
workspaces must be given the id of its own, and a row that was loaded must be of it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.base import Base
from models.workspace import LEAST_AUDIT_YEARS

ROLE = "kept_app"
OWNER = "the tables' owner"
POLICY = "one_workspace"
# By name, and nothing else: the list of what is due spans workspaces for the sweep, and which workspace an install that was
# begun will be for is not known yet; and a sweep is of all of them.
UNTENANTED = frozenset({"workspace", "due", "install_state", "heartbeat"})
_OWN = "workspace_id = NULLIF(current_setting('kept.workspace', true), '')::uuid"
# What Kept's own role may not change once it is written: the rows of the audit at all, and what says where they end not go away.
WITHHELD = {"audit": "UPDATE, DELETE", "audit_head": "DELETE"}
# The one way that audit rows go: as the owner, of this transaction's workspace, from the beginning, never the last, and none
# that is younger than the retention of the workspace or than the least there is, by the database's own clock, a day's
# difference of clocks aside. The chain's new beginning is under a keyed hash that only Kept can make (models/audit.py).
CUT = "kept_cut_audit"
_CUT = f"""CREATE OR REPLACE FUNCTION {CUT}(last bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine uuid := NULLIF(current_setting('kept.workspace', true), '')::uuid;
    kept timestamptz;
    gone bigint;
BEGIN
    SELECT now() + interval '1 day' - make_interval(years => greatest(keep_audit_years, {LEAST_AUDIT_YEARS})) INTO kept
        FROM public.workspace WHERE id = mine AND held_at IS NULL;
    IF kept IS NULL OR EXISTS (SELECT 1 FROM public.audit WHERE workspace_id = mine AND seq <= last AND at >= kept)
        OR NOT EXISTS (SELECT 1 FROM public.audit WHERE workspace_id = mine AND seq > last) THEN
        RAISE EXCEPTION 'these audit rows are kept' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.audit WHERE workspace_id = mine AND seq <= last;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$"""  # noqa: S608  the number is ours
_MARK = "kept_workspace"      # in a connection's info: the hex of the workspace its transaction is of, or NOWHERE
NOWHERE = object()
BEGIN, BEGIN_IN = "BEGIN", "BEGIN; SET LOCAL kept.workspace = '{}'"


class Strayed(RuntimeError):
    """A statement, or a row, is not of the workspace its transaction was begun for: a mistake in Kept, never a person's."""


def tenanted() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in UNTENANTED]


def begin(session: Session, workspace_id: UUID | None) -> None:
    """Begin the session's transaction, which is of this workspace alone; with None, of none."""
    opening = {"kept_begin": BEGIN if workspace_id is None else BEGIN_IN.format(workspace_id)}
    try:
        raw = session.connection(execution_options=opening)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The server had closed a connection that nobody used. Nothing was begun on it, so another one will do.
        raw = session.connection(execution_options=opening)
    if raw.dialect.name == "sqlite":
        raw.info[_MARK] = session.info[_MARK] = NOWHERE if workspace_id is None else workspace_id.hex


def enter(session: Session, workspace_id: UUID | None) -> None:
    """From here on, a transaction that has begun is of this workspace."""
    raw = session.connection()
    if raw.dialect.name == "sqlite":
        raw.info[_MARK] = session.info[_MARK] = NOWHERE if workspace_id is None else workspace_id.hex
    else:
        raw.exec_driver_sql("SELECT set_config('kept.workspace', %s, true)", ("" if workspace_id is None else str(workspace_id),))


def open_at_once(engine: Engine) -> None:
    """PostgreSQL: a transaction begins and is held to its workspace in one trip to the server, not three."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("kept_begin", BEGIN))


def step_down(engine: Engine) -> None:
    """Whoever logs in, Kept works as its own role, where there is one it may take. One that is more than that could lift
    the policies; ``power`` says when there is none to step down to.
    """
    # Before 16, a member may always take the role on.
    take = "SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, %s)"

    @event.listens_for(engine, "connect")
    def _step_down(raw: Any, _: object) -> None:
        raw.execute(take, (ROLE, "SET" if raw.info.server_version >= 160000 else "MEMBER"))
        raw.commit()


def stay_within(engine: Engine) -> None:
    """SQLite: the statements of a transaction that was entered stay in its workspace."""

    @event.listens_for(engine, "before_cursor_execute")
    def _within(connection: Connection, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        mark = connection.info.get(_MARK)
        if mark is None or not _of_workspaces(statement):
            return
        if not _bound_to_one(statement) or not all(mark in row for row in (given if many else (given,))):
            raise Strayed("a statement is not held to its workspace")

    @event.listens_for(engine, "checkin")
    def _leave(_raw: Any, record: Any) -> None:
        record.info.pop(_MARK, None)


@event.listens_for(Base, "load", propagate=True)
def _of_this_one(row: Any, context: Any) -> None:
    mark = context.session.info.get(_MARK)
    if mark is None or row.__tablename__ in UNTENANTED:
        return
    if mark is NOWHERE or row.workspace_id.hex != mark:
        raise Strayed("a row is of another workspace")


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(table.name for table in tenanted())})\b", re.IGNORECASE)


@lru_cache(4096)
def _of_workspaces(statement: str) -> bool:
    return _names().search(statement) is not None


@lru_cache(4096)
def _bound_to_one(statement: str) -> bool:
    """Whether it says of which workspace. An INSERT names its columns; all else must ask for one workspace's rows."""
    if statement.lstrip()[:6].upper() == "INSERT":
        return "workspace_id" in statement
    return re.search(r"workspace_id = \?|\? = \w+\.workspace_id", statement) is not None


def protect(connection: Connection, role: str = ROLE) -> bool:
    """As the tables' owner: the role, its grants, and a policy on every table of workspaces. Changes only what is not so yet.

    False when the role is not there and may not be made by this one: then Kept works as the owner, whom the policies bind only
    as long as it does not lift them.
    """
    for table in tenanted():
        _guard(connection, table.name)
    connection.execute(text(_CUT))
    connection.execute(text(f"REVOKE ALL ON FUNCTION {CUT}(bigint) FROM PUBLIC"))
    if not _has_role(connection, role):
        return False
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {names} TO {role}"))
    for name, verbs in WITHHELD.items():
        connection.execute(text(f"REVOKE {verbs} ON {name} FROM {role}"))
    connection.execute(text(f"GRANT EXECUTE ON FUNCTION {CUT}(bigint) TO {role}"))
    connection.execute(text(f"GRANT SELECT, UPDATE ON alembic_version TO {role}"))
    return True


def _guard(connection: Connection, table: str) -> None:
    held = connection.execute(text(
        "SELECT relrowsecurity AND relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid "
        "AND polname = :policy) FROM pg_class WHERE oid = CAST(:name AS regclass)"),
        {"policy": POLICY, "name": table}).scalar_one()
    if held:
        return
    for statement in (f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                      f"DROP POLICY IF EXISTS {POLICY} ON {table}",
                      f"CREATE POLICY {POLICY} ON {table} USING ({_OWN}) WITH CHECK ({_OWN})"):
        connection.execute(text(statement))


def _has_role(connection: Connection, role: str) -> bool:
    """Whether the role is there, made now if it can be, and may be taken by whoever migrates."""
    there = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if not connection.scalar(there, {"role": role}):
        _try(connection, f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
        if not connection.scalar(there, {"role": role}):
            return False
    if not connection.scalar(text("SELECT pg_has_role(:role, 'USAGE')"), {"role": role}):
        _try(connection, f"GRANT {role} TO CURRENT_USER")
    return True


def _try(connection: Connection, statement: str) -> None:
    """What this role may not do stays undone; whether it did anything is looked at afterwards."""
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except DBAPIError:
        return


def power(connection: Connection) -> tuple[str, str | None, str | None]:
    """(who logged in, what that role is more than it should be, what the role we work as is): None for nothing more."""
    roles = connection.execute(text(
        "SELECT session_user AS login, current_user AS works, rolname, rolsuper, rolbypassrls, EXISTS (SELECT 1 FROM pg_class "
        "WHERE oid = to_regclass('item') AND relowner = pg_roles.oid) AS owns FROM pg_roles "
        "WHERE rolname IN (session_user, current_user)")).all()
    more = {role.rolname: "a superuser" if role.rolsuper else "a role that row-level security does not bind" if role.rolbypassrls
            else OWNER if role.owns else None for role in roles}
    return roles[0].login, more[roles[0].login], more[roles[0].works]
