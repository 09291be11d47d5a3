"""The nudge ledger: the truth about what was decided, to whom, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Tenanted, new_id, words_of
from models.team import CareTeam

RECENT = timedelta(days=7)
DIGEST = "digest"
UNDELIVERED = "undelivered"   # the rule by which leads hear of a message that failed
OFFERED = "handoff-offered"   # the rule by which a hand-off reaches the one it is offered to
UNSEEN = "unseen"             # the rule by which leads hear that Slack does not show Kept their channel
NEWCOMER = "newcomer"         # the rule by which leads are asked to confirm someone
BARRED = "barred"             # the rule by which leads hear that their channel is public or shared now
GLASS = "glass"               # the rule by which leads hear that a patient was opened in an emergency
COVER_ASKED = "cover-asked"         # the rule by which someone is asked to cover
COVER_ANSWERED = "cover-answered"   # by which whoever asked hears what they said
COVER_SILENT = "cover-silent"       # by which leads hear that a cover who was asked has not answered
COVER_LOST = "cover-lost"           # by which leads hear that a cover is out too
COVER_DONE = "cover-done"           # by which a cover hears that they are back sooner
REHEARSAL = "rehearsal"             # by which a lead hears what the team would be sent
CATCH_UP = "catch-up"               # by which someone who is back hears what fell due
YOUR_DAY = "your-day"         # a member's morning message; its subject is their place, its epoch the day
LISTED = "day"                # an item's row in one; its epoch is the day too
CADENCE = "cadence"           # a patient's row in one; its epoch the day by which they were to be reached
ROWS = frozenset({LISTED, CADENCE})   # what is only a row of a message for the day
CHANGED, SUPERSEDED, CAP = "changed", "superseded", "cap"   # why something was suppressed
OF_NO_PATIENT = frozenset({UNSEEN, NEWCOMER, BARRED, GLASS})


class NudgeState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


class Nudge(Tenanted, Base):
    """One decided message. ``recipient`` is a Slack user or channel id; ``channel`` and ``ts`` say where it stands.

    ``outgoing_id`` is the message it stands in, which several may share; a planned one without waits to be written.
    ``place`` is where in it: what a reader looks at does not move about when it is written anew.
    ``live`` is True while its part of the message in Slack still carries buttons. What happens between planned and sent
    (sending, uncertain) is the outgoing message's own state.
    """

    __tablename__ = "nudge"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        UniqueConstraint("workspace_id", "subject_id", "rule", "epoch", "recipient"),
        Index(None, "workspace_id", "outgoing_id"),
        Index(None, "workspace_id", "team_id", "state", "planned_at"),
    )

    subject_id: Mapped[UUID]
    team_id: Mapped[UUID]
    rule: Mapped[str]
    epoch: Mapped[int]
    recipient: Mapped[str]
    state: Mapped[NudgeState] = mapped_column(words_of(NudgeState))
    reason: Mapped[str | None]
    planned_at: Mapped[datetime]
    outgoing_id: Mapped[UUID | None]
    channel: Mapped[str | None]
    ts: Mapped[str | None]
    live: Mapped[bool]
    place: Mapped[int] = mapped_column(default=0)


def decide(session: Session, workspace_id: UUID, team_id: UUID, subject_id: UUID, rule: str, epoch: int,
           recipient: str, now: datetime) -> Nudge | None:
    """A new row of the ledger, or None when this was decided before."""
    if decided(session, workspace_id, subject_id, rule, epoch, recipient):
        return None
    row = Nudge(workspace_id=workspace_id, id=new_id(), team_id=team_id, subject_id=subject_id, rule=rule, epoch=epoch,
                recipient=recipient, state=NudgeState.PLANNED, reason=None, planned_at=now, outgoing_id=None,
                channel=None, ts=None, live=False, place=0)
    session.add(row)
    return row


def decided(session: Session, workspace_id: UUID, subject_id: UUID, rule: str, epoch: int, recipient: str) -> bool:
    return session.scalars(
        select(Nudge.id).where(Nudge.workspace_id == workspace_id, Nudge.subject_id == subject_id, Nudge.rule == rule,
                               Nudge.epoch == epoch, Nudge.recipient == recipient)
    ).first() is not None


def last_said(session: Session, team: CareTeam, rule: str) -> datetime | None:
    """When a message about the team itself was last decided."""
    return session.scalar(select(func.max(Nudge.planned_at)).where(
        Nudge.workspace_id == team.workspace_id, Nudge.subject_id == team.id, Nudge.rule == rule))


def of_subject(session: Session, workspace_id: UUID, subject_id: UUID) -> list[Nudge]:
    return list(session.scalars(
        select(Nudge).where(Nudge.workspace_id == workspace_id, Nudge.subject_id == subject_id).order_by(Nudge.id)
    ))


def of_outgoing(session: Session, workspace_id: UUID, outgoing_id: UUID) -> list[Nudge]:
    """In the order in which whoever changes them must hold what they are about."""
    return list(session.scalars(
        select(Nudge).where(Nudge.workspace_id == workspace_id, Nudge.outgoing_id == outgoing_id)
        .order_by(Nudge.subject_id, Nudge.id)
    ))


def unwritten(session: Session, team: CareTeam, recipient: str | None = None) -> list[Nudge]:
    """What is decided and stands in no message yet, for one reader or for all of the team's."""
    where = [Nudge.workspace_id == team.workspace_id, Nudge.team_id == team.id, Nudge.state == NudgeState.PLANNED,
             Nudge.outgoing_id.is_(None)]
    if recipient is not None:
        where.append(Nudge.recipient == recipient)
    return list(session.scalars(select(Nudge).where(*where).order_by(Nudge.subject_id, Nudge.id)
                                .execution_options(populate_existing=True)))


def written_since(session: Session, team: CareTeam, recipient: str, since: datetime) -> int:
    """How many messages a reader was sent, or is being sent; what was suppressed or failed does not count."""
    return session.scalar(
        select(func.count(Nudge.outgoing_id.distinct())).where(
            Nudge.workspace_id == team.workspace_id, Nudge.team_id == team.id, Nudge.recipient == recipient,
            Nudge.state.in_([NudgeState.PLANNED, NudgeState.SENT]), Nudge.planned_at >= since,
            Nudge.rule.not_in((DIGEST, REHEARSAL)))) or 0


def held_back(session: Session, team: CareTeam, since: datetime) -> list[Nudge]:
    """What was over a daily cap since then, oldest first."""
    return list(session.scalars(
        select(Nudge).where(Nudge.workspace_id == team.workspace_id, Nudge.team_id == team.id,
                            Nudge.state == NudgeState.SUPPRESSED, Nudge.planned_at > since, Nudge.reason == CAP)
        .order_by(Nudge.id)))


def undelivered(session: Session, team: CareTeam, now: datetime) -> list[Nudge]:
    """What failed for good in the last seven days, newest first."""
    return list(session.scalars(
        select(Nudge).where(Nudge.workspace_id == team.workspace_id, Nudge.team_id == team.id,
                            Nudge.state == NudgeState.FAILED, Nudge.planned_at > now - RECENT, Nudge.rule.not_in(ROWS))
        .order_by(Nudge.id.desc())
    ))
