"""``kept simulate``: what a care team would be sent, by the real rules, in a copy of what is open. Nothing is sent or changed.

The copy is a database of its own that is thrown away; in it the clock runs ahead from one thing due to the next.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, insert, select, update
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table, to copy them
from handlers.standing import arrived
from handlers.sweeps import SWEEPS, Sweep
from models import outgoing
from models.absence import Absence
from models.base import Base, new_id
from models.item import LIVING, Barrier, Commitment, Concern, Item, Urgency
from models.nudge import CATCH_UP, DIGEST, YOUR_DAY, Nudge, of_outgoing
from models.outgoing import Outgoing, OutgoingState, Sort
from models.patient import Patient, PatientState
from models.sealing import readable
from models.series import Series
from models.store import Store
from models.team import CareTeam, Member, TeamMember, leading
from models.workspace import SWEPT, Due, Subject, schedule

MINUTE = timedelta(minutes=1)
KINDS = {DIGEST: "digest", YOUR_DAY: "your day", CATCH_UP: "catch-up"}
STEPS = 100_000   # looks of the sweep; a rehearsal that needs more is broken


@dataclass(frozen=True)
class Message:
    """One that would be sent: when, by the team's clock, to whom, and by which rules about which numbers."""

    at: datetime
    to: str
    name: str
    kind: str
    items: tuple[tuple[int, str], ...]

    def body(self) -> dict[str, Any]:
        items = [{"number": number, "rule": rule} for number, rule in self.items]
        return {**asdict(self), "at": self.at.isoformat(), "items": items}


@dataclass(frozen=True)
class Rehearsal:
    """``sample`` says that the team has nothing open, so that made-up items stood in."""

    channel: str
    sample: bool
    messages: list[Message]


def rehearse(real: Store, workspace: UUID, team: UUID, now: datetime, days: int, *, sample: bool = False) -> Rehearsal:
    """The next ``days`` days of a team in which nobody does anything."""
    with tempfile.TemporaryDirectory(prefix="kept-rehearsal-") as folder:
        copy = Store(f"sqlite:///{Path(folder) / 'copy.sqlite3'}", real.keyring)
        try:
            Base.metadata.create_all(copy.engine)
            rows = real.look(workspace, lambda s: _rows(s, workspace, team))
            copy.untenanted(lambda s: _put(s, rows[:1]))  # the workspace itself, with the key that opens the rest
            copy.transact(workspace, lambda s: _put(s, rows[1:]))
            made_up = sample or not any(table.name == "item" and found for table, found in rows)
            if made_up:
                copy.transact(workspace, lambda s: _sample(s, workspace, team, now))
            found = _run(copy, workspace, team, now, now + timedelta(days=days))
            channel = copy.transact(workspace, lambda s: s.get_one(CareTeam, (workspace, team)).channel)
            return Rehearsal(channel, made_up, found)
        finally:
            copy.close()


def _rows(session: Session, workspace: UUID, team: UUID) -> list[tuple[Table, Sequence[dict[str, Any]]]]:
    """The team, its people and what is open, as it is stored: what is sealed stays sealed."""
    tables = Base.metadata.tables

    def ours(name: str) -> ColumnElement[bool]:
        return tables[name].c.workspace_id == workspace

    def some(name: str, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
        return [dict(row) for row in session.execute(select(tables[name]).where(ours(name), *where)).mappings()]

    items = some("item", Item.team_id == team, Item.state.in_(LIVING) | Item.untold)
    series = some("series", Series.id.in_({row["series_id"] for row in items}))
    out = some("absence", Absence.team_id == team, Absence.ended_at.is_(None))
    named = Patient.id.in_({row["patient_id"] for row in [*items, *series]})
    patients = some("patient", named | ((Patient.team_id == team) & (Patient.state == PatientState.ACTIVE)))
    places = some("team_member", TeamMember.team_id == team)
    who = {row[name] for rows in (places, items, series, out, patients) for row in rows
           for name in ("member_id", "owner_id", "author_id", "cover_id", "ended_by") if row.get(name)}
    kept = {row["id"] for row in (*items, *places, *series, *out, *patients)} | {team}
    found = [("workspace", [dict(row) for row in session.execute(
                 select(tables["workspace"]).where(tables["workspace"].c.id == workspace)).mappings()]),
             ("care_team", some("care_team", CareTeam.id == team)), ("member", some("member", Member.id.in_(who))),
             ("team_member", places), ("patient", patients), ("absence", out), ("series", series),
             ("item", [{**row, "about_id": None} for row in items]), ("nudge", some("nudge", Nudge.subject_id.in_(kept))),
             ("due", some("due", Due.subject.in_(SWEPT), Due.id.in_(kept)))]
    return [(tables[name], rows) for name, rows in found]


def _put(session: Session, rows: Sequence[tuple[Table, Sequence[dict[str, Any]]]]) -> None:
    for table, found in rows:
        if found:
            session.execute(insert(table), list(found))


def _sample(session: Session, workspace: UUID, key: UUID, now: datetime) -> None:
    """A made-up patient of the first lead, with one thing of each sort that Kept speaks up about."""
    team = session.get_one(CareTeam, (workspace, key))
    owner = next(iter(leading(session, team)), None)
    if owner is None:
        return
    rosa = Patient(team, f"p-{new_id().hex}", owner, now)   # which is nobody's alias there
    session.add(rosa)
    session.flush()
    due = team.work.add_days(team.work.next_open(now), 4)
    resolved = Barrier(team, rosa, owner, "a form to fill in", now, number=team.take_number(session))
    resolved.resolve(owner, now, confirmed_by="staff")
    made: list[Item] = [
        Commitment(team, rosa, owner, "call the ride service", now, number=team.take_number(session), due_at=due,
                   due_grain="day"),
        Barrier(team, rosa, owner, "no ride", now, number=team.take_number(session)),
        Barrier(team, rosa, owner, "an eviction notice", now, number=team.take_number(session), urgency=Urgency.URGENT),
        Concern(team, rosa, owner, "worried about her job", now, number=team.take_number(session)), resolved]
    for item in made:
        session.add(item)
        schedule(session, workspace, Subject.ITEM, item.id, now)  # the sweep's first look plans it


def _run(copy: Store, workspace: UUID, team: UUID, now: datetime, end: datetime) -> list[Message]:
    found: list[Message] = []
    for _ in range(STEPS):
        at = copy.peek(lambda s: s.scalar(select(Due.at).where(Due.subject.in_(SWEPT)).order_by(Due.at).limit(1)))
        now = max(now, at) if at is not None else end
        if now >= end:
            return found
        for subject, sweep in SWEEPS:
            # What is due still after this look is looked at a minute later, as by the sweep.
            for key in copy.peek(lambda s: s.scalars(select(Due.id).where(Due.subject == subject, Due.at <= now)).all()):  # noqa: B023
                copy.transact(workspace, partial(_look, sweep=sweep, workspace=workspace, key=key, now=now))
        found += copy.transact(workspace, lambda s: _sent(s, workspace, team, now))  # noqa: B023
        now += MINUTE
    raise RuntimeError("the rehearsal does not come to an end")


def _look(session: Session, sweep: Sweep, workspace: UUID, key: UUID, now: datetime) -> None:
    """Everybody is taken to be who and where they were last known to be."""
    session.execute(update(CareTeam).where(CareTeam.workspace_id == workspace).values(
        members_checked_at=now, room_checked_at=now, unseen=None, unseen_at=None))
    session.execute(update(Member).where(Member.workspace_id == workspace).values(checked_at=now))
    sweep(session, workspace, key, now, now)


def _sent(session: Session, workspace: UUID, key: UUID, now: datetime) -> list[Message]:
    """What was decided arrives at once; only what is posted anew counts as a message."""
    team, found = session.get_one(CareTeam, (workspace, key)), []
    for row in session.scalars(select(Outgoing).where(
            Outgoing.workspace_id == workspace, Outgoing.state == OutgoingState.PLANNED).order_by(Outgoing.id)):
        if row.sort is Sort.POST:
            found.append(_message(session, team, row, now))
        outgoing.settle(session, row, OutgoingState.SENT, now, ts=row.ts or str(row.id))
        arrived(session, row, row.channel, row.ts or "", now, now)
    return found


def _message(session: Session, team: CareTeam, row: Outgoing, now: datetime) -> Message:
    nudges = of_outgoing(session, row.workspace_id, row.id)
    items = [(item.number, nudge.rule) for nudge in nudges
             if (item := session.get(Item, (row.workspace_id, nudge.subject_id))) is not None]
    rules = {nudge.rule for nudge in nudges}
    kind = next((name for rule, name in KINDS.items() if rule in rules), "nudge")
    who = session.scalars(select(Member).where(
        Member.workspace_id == row.workspace_id, Member.slack_id == row.channel)).one_or_none()
    name = readable(lambda: who.name) if who else "the channel"
    return Message(now.astimezone(team.tz), row.channel, name or row.channel, kind, tuple(sorted(items)))


def lines(found: Rehearsal) -> list[str]:
    """As a table: a day, then each message of it by its time."""
    said = [f"Team {found.channel}: what it would be sent if nobody did anything"]
    if found.sample:
        said.append("It has nothing open, so five made-up items of its first lead stand in.")
    day = ""
    for one in found.messages:
        if f"{one.at:%A, %B} {one.at.day}" != day:
            day = f"{one.at:%A, %B} {one.at.day}"
            said += ["", day]
        about = ", ".join(f"#{number} {rule}" for number, rule in one.items)
        said.append(f"  {one.at:%H:%M}  {one.name:<24} {one.kind}{': ' + about if about else ''}")
    return said if found.messages else [*said, "", "  nothing"]

