"""The audit, for whoever runs Kept: whether the chains are whole, and what they say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import checkpoints
from models import audit
from models.audit import Checkpoint, Fault
from models.errors import NotFound, Unclear
from models.patient import Patient, same_name
from models.store import Store
from models.team import CareTeam
from models.trail import Look, about_patient, by_member, newest, wide_looks
from models.workspace import every

ACTOR, SURFACE = "operator", "command line"


@dataclass(frozen=True)
class Verdict:
    """Of one workspace's chain. ``checkpoints`` is how many it was held against."""

    workspace: str
    rows: int
    checkpoints: int
    fault: Fault | None

    def as_dict(self) -> dict[str, Any]:
        return {"workspace": self.workspace, "rows": self.rows, "checkpoints": self.checkpoints, "ok": self.fault is None,
                "first_bad": self.fault.seq if self.fault else None, "wrong": str(self.fault.wrong) if self.fault else None}


def workspaces(store: Store, slack_id: str | None = None) -> list[tuple[UUID, str]]:
    """(id, Slack id) of every workspace that ever installed Kept, or of one. Raises NotFound."""
    chosen = [one for one in store.peek(every) if slack_id in (None, one[1])]
    if slack_id is not None and not chosen:
        raise NotFound(f"No workspace {slack_id[:20]} is here. Its Slack id begins with T or E.")
    return chosen


def only_workspace(store: Store, slack_id: str | None) -> UUID:
    """The one that is named, or the only one there is."""
    found = workspaces(store, slack_id)
    if len(found) != 1:
        raise Unclear(f"There are {len(found)} workspaces here: say which with --workspace and its Slack id.")
    return found[0][0]


def verify(store: Store, path: Path | None) -> list[Verdict]:
    known = checkpoints.read(path) if path is not None else {}
    return [_verdict(store, key, slack_id, tuple(known.get(key, ()))) for key, slack_id in workspaces(store)]


def _verdict(store: Store, workspace: UUID, slack_id: str, known: tuple[Checkpoint, ...]) -> Verdict:
    def look(session: Session) -> Verdict:
        return Verdict(slack_id, audit.count(session, workspace), len(known), audit.fault(session, workspace, known))

    return store.look(workspace, look)


def show(store: Store, slack_id: str | None, most: int, wall: datetime) -> list[dict[str, Any]]:
    """The newest rows of each workspace, the newest first."""
    found = []
    for key, name in workspaces(store, slack_id):
        found += [{"workspace": name, **_row(look)} for look in store.look(key, partial(newest, workspace_id=key, most=most))]
        _record(store, key, wall, "audit read", "")
    return found


def report_patient(store: Store, workspace: UUID, channel: str | None, alias: str, most: int,
                   wall: datetime) -> dict[str, Any]:
    """Who looked at a patient and who did what with them. ``teamwide`` counts what shows all of a team's patients at once."""
    def read(session: Session) -> dict[str, Any]:
        team, patient = find_patient(session, workspace, channel, alias)
        looks = about_patient(session, patient, most)
        wide = [{"actor": actor, "action": action, "times": times}
                for actor, action, times in wide_looks(session, (workspace, team.id))]
        audit.record(session, workspace, wall, ACTOR, "audit read", str(patient.id), SURFACE)
        return {"rows": [_row(one) for one in looks], "teamwide": wide}

    return store.transact(workspace, read)


def report_member(store: Store, workspace: UUID, slack_id: str, most: int, wall: datetime) -> dict[str, Any]:
    """What a member did and saw."""
    rows = [_row(one) for one in store.look(workspace, lambda s: by_member(s, workspace, slack_id, most))]
    _record(store, workspace, wall, "audit read", slack_id)
    return {"rows": rows}


def find_patient(session: Session, workspace: UUID, channel: str | None, alias: str) -> tuple[CareTeam, Patient]:
    """By alias, in the care team of a channel or in the only one that has such a patient. Raises NotFound or Unclear."""
    teams = session.scalars(select(CareTeam).where(CareTeam.workspace_id == workspace)).all()
    found = [(team, patient) for team in teams if channel in (None, team.channel) for patient in same_name(session, team, alias)]
    if not found:
        raise NotFound("No patient of that alias is there. Say which care team with --team and its channel's Slack id.")
    if len(found) > 1:
        raise Unclear("More than one patient goes by that: give the whole alias, and --team with the channel's Slack id.")
    return found[0]


def _record(store: Store, workspace: UUID, wall: datetime, action: str, subject: str) -> None:
    store.transact(workspace, lambda s: audit.record(s, workspace, wall, ACTOR, action, subject, SURFACE))


def _row(look: Look) -> dict[str, Any]:
    return {**asdict(look), "at": look.at.isoformat(timespec="seconds")}
