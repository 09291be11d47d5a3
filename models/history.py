"""The states an item can be in, and what happened to it, append-only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tenanted, words_of
from models.sealing import Sealed


class State(StrEnum):
    RAISED = "raised"            # concern
    ANSWERED = "answered"
    SETTLED = "settled"
    OPEN = "open"                # barrier, commitment
    IN_PROGRESS = "in progress"
    RESOLVED = "resolved"
    CANNOT = "cannot"
    KEPT = "kept"                # commitment
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    OFFERED = "offered"          # hand-off
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_ERROR = "entered in error"


LIVING = frozenset({State.RAISED, State.ANSWERED, State.OPEN, State.IN_PROGRESS, State.OFFERED})
CAME_ROUND = "came round"    # how an occurrence of a series begins that nobody entered
# The acts that start an item's ladders afresh.
RESTARTS = frozenset({"created", CAME_ROUND, "answered", "contacted", "promised", "settled", "progressed", "resolved",
                      "cannot", "kept", "broken", "withdrawn", "reopened", "delayed", "timed", "urgency", "accepted", "declined",
                      "in part accepted", "in part declined"})


class History(Tenanted, Base):
    """What happened to an item, append-only. ``note`` is sealed; the ``before``/``after`` pair holds states.

    ``joined`` rows are one act with the row before them, so that undo takes them back together.
    """

    __tablename__ = "history"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "item_id"], ["item.workspace_id", "item.id"]),
        ForeignKeyConstraint(["workspace_id", "actor_id"], ["member.workspace_id", "member.id"]),
        Index(None, "workspace_id", "item_id"),
        Index(None, "workspace_id", "actor_id", "recorded_at"),
    )

    item_id: Mapped[UUID]
    actor_id: Mapped[UUID]
    verb: Mapped[str]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    before: Mapped[State | None] = mapped_column(words_of(State, "before"))
    after: Mapped[State] = mapped_column(words_of(State, "after"))
    due_before: Mapped[datetime | None]
    due_after: Mapped[datetime | None]
    owner_before: Mapped[UUID | None]
    untold: Mapped[bool]
    told_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    interval: Mapped[int]
    undone: Mapped[bool] = mapped_column(default=False)
    joined: Mapped[bool] = mapped_column(default=False)
    note_sealed: Mapped[bytes | None]
    note = Sealed()
