"""Runs ``kept`` and kills it -9 at a named point of what it does to the world.

A process changes the world by commits and by calls alone: dying between two of them is the same as dying right after the one,
or right before the other. So the points are each commit, before and after it, named by what it writes; each call of the Web
API, before it; and each commit of the engine's own. Nothing in Kept is changed for this. "message accepted" is the one event
of the log among them, for a call that was answered and not yet written down. A migration's points are its statements.

``KILL_AT`` is a point, or "<point>@<channel>" to die only for what is sent there; or it is a folder of files that say so, of
which the first process to get there takes away its own. ``KILL_NOTE`` is a file to which every point passed is added.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table, so that mappers find each other
from models.item import Item
from models.nudge import Nudge
from models.outgoing import Outgoing, OutgoingState
from models.workspace import Due, Subject

AT, NOTE = os.environ.get("KILL_AT", ""), os.environ.get("KILL_NOTE", "")
CHANGES = ("INSERT", "UPDATE", "DELETE")
ANY = ("engine", "leased")   # what is of no one channel
SEEN: dict[str, str] = {}    # the channels of messages that were written or held here
# By the states that a try leaves a message in, from which and to which.
TURNS = {
    (OutgoingState.PLANNED, OutgoingState.SENDING): "held", (OutgoingState.SENDING, OutgoingState.SENT): "settled",
    (OutgoingState.SENDING, OutgoingState.PLANNED): "refused", (OutgoingState.SENDING, OutgoingState.UNCERTAIN): "uncertain",
    (OutgoingState.UNCERTAIN, OutgoingState.UNCERTAIN): "uncertain", (OutgoingState.UNCERTAIN, OutgoingState.SENDING): "absent",
    (OutgoingState.UNCERTAIN, OutgoingState.SENT): "settled", (OutgoingState.SENDING, OutgoingState.FAILED): "failed",
    (OutgoingState.UNCERTAIN, OutgoingState.FAILED): "failed", (OutgoingState.PLANNED, OutgoingState.PLANNED): "later",
    (OutgoingState.PLANNED, OutgoingState.FAILED): "failed", (OutgoingState.PLANNED, OutgoingState.SENT): "overtaken",
}


def wanted() -> Iterator[tuple[str, str]]:
    """(point and channel, the file that says so)."""
    if not AT.startswith("/"):
        yield AT, ""
        return
    for file in Path(AT).glob("*.at"):
        with suppress(OSError):
            yield file.read_text(), str(file)


def passing(name: str, where: str) -> None:
    """``where`` holds the channel that it is for."""
    if NOTE:
        with open(NOTE, "a") as notes:
            notes.write(name + "\n")
    for one, file in wanted():
        point, _, channel = one.partition("@")
        if point != name or (channel and channel not in where and not name.startswith(ANY)):
            continue
        with suppress(FileNotFoundError):  # another process was first
            if file:
                os.unlink(file)
            os.kill(os.getpid(), signal.SIGKILL)


def written(session: Session) -> Iterator[tuple[str, str]]:
    """(what it is, where it goes) of what is about to be flushed."""
    for row in session.new:
        if isinstance(row, Item):
            yield "entered", ""
        elif isinstance(row, Nudge):
            yield "decided", row.recipient
        elif isinstance(row, Outgoing):
            yield f"{row.sort} written", row.channel
            SEEN[str(row.id)] = row.channel
    for row in session.dirty:
        if isinstance(row, Due) and row.subject is Subject.OUTGOING:
            yield "leased", ""
        elif isinstance(row, Outgoing) and session.is_modified(row):
            SEEN[str(row.id)] = row.channel
            yield f"{row.sort} {turn(row)}", row.channel


def turn(row: Outgoing) -> str:
    seen = inspect(row).attrs
    was = (seen.state.history.deleted or [row.state])[0]
    if row.state is OutgoingState.UNCERTAIN and seen.attempts.history.has_changes():
        return "doubted"
    return TURNS.get((was, row.state), f"{was} to {row.state}")


def commits() -> None:
    @event.listens_for(Session, "before_flush")
    def flushing(session: Session, *_: object) -> None:
        session.info.setdefault("named", {}).update(written(session))

    @event.listens_for(Engine, "after_cursor_execute")
    def wrote(connection: Connection, cursor: Any, statement: str, *more: object) -> None:
        verb, *words = statement.split(None, 3)
        if verb in CHANGES and cursor.rowcount:
            connection.info["wrote"] = f"{verb} {words[verb != 'UPDATE'].strip(chr(34)).rpartition('.')[2].strip(chr(34))}"

    def of(session: Session, side: str) -> None:
        for name, where in session.info.get("named", {}).items():
            passing(f"{name}:{side}", where)

    @event.listens_for(Session, "before_commit")
    def before(session: Session) -> None:
        session.flush()
        bare = session.connection().info.pop("wrote", None)
        if bare and not session.info.get("named"):
            session.info["named"] = {f"beside {bare}": ""}
        of(session, "before")

    @event.listens_for(Session, "after_commit")
    def after(session: Session) -> None:
        of(session, "after")
        session.info.pop("named", None)

    @event.listens_for(Session, "after_rollback")
    def undone(session: Session) -> None:
        session.info.pop("named", None)

    @event.listens_for(Engine, "commit")
    def engine(connection: Connection) -> None:
        """Of our own sessions nothing is left here."""
        bare = connection.info.pop("wrote", None)
        if bare:
            passing(f"engine {bare}", "")

    @event.listens_for(Engine, "rollback")
    def rolled_back(connection: Connection) -> None:
        connection.info.pop("wrote", None)


def tables() -> None:
    """Each statement that makes or changes a table or an index, after it: "table:made:<n>"."""
    made = itertools.count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def changed(_: object, __: object, statement: str, *more: object) -> None:
        if statement.lstrip().upper().startswith(("CREATE", "ALTER")):
            passing(f"table:made:{next(made)}", "")


def calls(name: str, given: tuple[Any, ...]) -> None:
    if name == "urllib.Request":
        body = given[1] or b""
        passing(f"call {given[0].rpartition('/api/')[2]}", body.decode() if isinstance(body, bytes) else str(body))


class Accepted(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "message accepted":
            passing("message accepted", SEEN.get(str(getattr(record, "subject", "")), ""))


if __name__ == "__main__":
    commits()
    if AT.startswith("table:"):
        tables()
    sys.addaudithook(calls)
    logging.getLogger("kept").addHandler(Accepted(logging.DEBUG))
    from bot.__main__ import main

    main(sys.argv[1:])
