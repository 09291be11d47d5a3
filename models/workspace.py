"""The tenant, and the list of what is due: the only two tables that belong to no workspace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, bindparam, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, new_id, upsert, words_of
from models.sealing import Keyring, Sealed

LATE = timedelta(minutes=5)
LEAST_AUDIT_YEARS = 6


class WorkspaceState(StrEnum):
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"


class Subject(StrEnum):
    ITEM = "item"
    TEAM = "team"
    OUTGOING = "outgoing"
    DESK = "desk"
    SERIES = "series"        # whose next occurrence is to be made
    MEMBER = "member"        # someone of whom nothing is known yet
    ABSENCE = "absence"      # someone who comes back
    MORNING = "morning"      # a team's: who of it has a day to be told of
    DAY = "day"              # a member's in a team, by their place there
    REHEARSAL = "rehearsal"  # asked for by a lead, by their place
    MAIL = "mail"            # what waits to be written to a reader: a member, by their place, or the team in its channel


# What the sweep decides, in this order: who is back and what comes round first, what is decided about items last, as messages.
SWEPT = (Subject.ABSENCE, Subject.SERIES, Subject.ITEM, Subject.TEAM, Subject.MORNING, Subject.DAY, Subject.MAIL)


class Workspace(Base):
    """A Slack workspace or Enterprise org install. ``slack_id`` is the T… or E… id.

    ``token`` and ``refresh`` are sealed; what is known of the token beside them is in models/installation.py. All instants
    are wall time. ``held_at`` is since when a legal hold is on; what the others of models/keeping.py mean, stands there.
    """

    __tablename__ = "workspace"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slack_id: Mapped[str] = mapped_column(unique=True)
    bot_user: Mapped[str]
    wrapped_key: Mapped[bytes]
    token_sealed: Mapped[bytes | None]
    refresh_sealed: Mapped[bytes | None]
    expires_at: Mapped[datetime | None]
    renewing_until: Mapped[datetime | None]
    token_fault: Mapped[str | None]
    locked_out: Mapped[str | None]
    scopes: Mapped[str | None]
    whole_org: Mapped[bool] = mapped_column(default=False)
    installed_at: Mapped[datetime | None]
    installed_by: Mapped[str | None]
    uninstalled_at: Mapped[datetime | None]
    state: Mapped[WorkspaceState] = mapped_column(words_of(WorkspaceState), default=WorkspaceState.INSTALLED)
    created_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    keep_closed_months: Mapped[int | None]
    keep_audit_years: Mapped[int] = mapped_column(default=LEAST_AUDIT_YEARS)
    token = Sealed()
    refresh = Sealed()


class Due(Base):
    """When a subject next needs the sweep. One row a subject and id; no row means nothing is waiting.

    ``at`` is wall time for outgoing messages and members, care time for all else.
    """

    __tablename__ = "due"
    __table_args__ = (Index(None, "subject", "at"),)

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[Subject] = mapped_column(words_of(Subject), primary_key=True)
    at: Mapped[datetime]


_SET_DUE = upsert(Due, at="at")


def install(session: Session, keyring: Keyring, slack_id: str, bot_user: str, now: datetime) -> Workspace:
    """The workspace of this Slack id, made with a fresh data key when it is new. Its token is granted next."""
    found = session.scalars(select(Workspace).where(Workspace.slack_id == slack_id)).one_or_none()
    if found is None:
        key = new_id()
        found = Workspace(id=key, slack_id=slack_id, bot_user=bot_user, wrapped_key=keyring.wrap_new(key, now),
                          state=WorkspaceState.INSTALLED, created_at=now)
        session.add(found)
    elif (key_of := keyring.unwrap(found.id, found.wrapped_key)).keys.destroyed:
        # Uninstalled long ago: what was sealed then stays shut for good.
        found.wrapped_key = keyring.wrap(found.id, key_of.keys.announce(now).activate(now))
    found.bot_user = bot_user
    found.state = WorkspaceState.INSTALLED
    return found


_OF_SLACK_ID = select(Workspace.id, Workspace.bot_user).where(
    Workspace.slack_id == bindparam("slack_id"), Workspace.state == WorkspaceState.INSTALLED)


def of_slack_id(session: Session, slack_id: str) -> tuple[UUID, str] | None:
    """(id, our bot's user id) of the installed workspace of a T… or E… id."""
    found = session.execute(_OF_SLACK_ID, {"slack_id": slack_id}).one_or_none()
    return (found.id, found.bot_user) if found else None


def known_as(session: Session, workspace_id: UUID) -> tuple[str, str]:
    """(its Slack id, our bot's user id)."""
    found = session.execute(select(Workspace.slack_id, Workspace.bot_user).where(Workspace.id == workspace_id)).one()
    return found.slack_id, found.bot_user


def hold(session: Session, workspace_id: UUID) -> None:
    """Wait for, and keep until the end, the right to enter people: two who enter the same list in another order would
    else lock each other out. Stops nothing but that. First in the lock order.
    """
    session.execute(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(key_share=True))


def schedule(session: Session, workspace_id: UUID, subject: Subject, key: UUID, at: datetime | None) -> None:
    """Set, move or (with None) remove when the sweep must look at this subject."""
    if at is None:
        session.execute(delete(Due).where(Due.workspace_id == workspace_id, Due.id == key, Due.subject == subject))
        return
    raw = session.connection()
    raw.execute(_SET_DUE[raw.dialect.name], {"workspace_id": workspace_id, "id": key, "subject": subject, "at": at})


def due_now(session: Session, subject: Subject, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """(workspace, id) of what is due, oldest first."""
    rows = session.execute(
        select(Due.workspace_id, Due.id).where(Due.subject == subject, Due.at <= now).order_by(Due.at).limit(limit)
    )
    return [(workspace, key) for workspace, key in rows]


def which_due(session: Session, by: Mapping[Subject, datetime]) -> list[Subject]:
    """Those of which something is due by their time, in one question for all."""
    found = session.execute(select(*(exists().where(Due.subject == one, Due.at <= at) for one, at in by.items()))).one()
    return [one for one, there in zip(by, found, strict=True) if there]


def overdue(session: Session, wall: datetime, now: datetime) -> bool:
    """Whether something was due five minutes ago and nobody has looked: no worker runs, or its sweeps fail."""
    for subject, at in ((Subject.OUTGOING, wall), *((one, now) for one in SWEPT)):
        if due_now(session, subject, at - LATE, 1):
            return True
    return False


def lease(session: Session, subject: Subject, now: datetime, until: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """(workspace, id) of what is due, put off until ``until``: if whoever leased it dies, it comes up again then."""
    rows = session.scalars(
        select(Due).where(Due.subject == subject, Due.at <= now).order_by(Due.at).limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.at = until
    return [(row.workspace_id, row.id) for row in rows]


def every(session: Session) -> list[tuple[UUID, str]]:
    """(id, Slack id) of each that ever installed Kept."""
    return [(row.id, row.slack_id) for row in session.execute(
        select(Workspace.id, Workspace.slack_id).order_by(Workspace.slack_id))]


def installed(session: Session) -> list[UUID]:
    return list(session.scalars(select(Workspace.id).where(Workspace.state == WorkspaceState.INSTALLED)))


def forget(session: Session, workspace_id: UUID, key: UUID) -> None:
    """Nothing of this id waits any more, whatever it was looked at for."""
    session.execute(delete(Due).where(Due.workspace_id == workspace_id, Due.id == key))
