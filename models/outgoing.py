"""Messages on their way to Slack: rows first, so that a crash can lose none and double none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Tenanted, new_id, words_of
from models.sealing import Sealed
from models.workspace import Due, Subject, forget, schedule

PACE = timedelta(seconds=1)       # Slack: one post a second a channel
NEAR = timedelta(seconds=3)       # a slot this close is waited for; a later one is come back to
STUCK = timedelta(minutes=2)      # a message still "sending" after this was left by a crash
IN_FLIGHT = timedelta(seconds=25) # how long a try may still reach Slack after it began; only then can it be looked for
SKEW = timedelta(hours=1)         # a slot further off than Slack ever asks to wait is left by a clock set back
GIVE_UP, FEWEST = timedelta(hours=24), 5   # a message planned long ago is still tried a few times
SOONEST, LATEST = timedelta(seconds=2), timedelta(minutes=5)


class OutgoingState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class Sort(StrEnum):
    """How a message leaves. Only a post must never leave twice: the others put something in its place, or fade."""

    POST = "post"
    UPDATE = "update"        # changes the message that ``ts`` names
    WHISPER = "whisper"      # shown to ``person`` alone, in a channel
    HOME = "home"            # the Home of the person whose Slack id ``channel`` is


ENDED = frozenset({OutgoingState.SENT, OutgoingState.FAILED})


class Outgoing(Tenanted, Base):
    """``channel`` is a Slack channel or user id, ``person`` whom alone a whisper is for; ``ts`` names the message an
    update changes, or where a post landed.

    ``body`` is sealed JSON of text and blocks. ``attempts`` numbers the tries, so that each is taken by one worker;
    ``tried_at`` is when the last of them began to send, by Slack's clock: two workers' own may differ, and be set meanwhile.
    All its other instants are wall time.
    """

    __tablename__ = "outgoing"
    __table_args__ = (ForeignKeyConstraint(["workspace_id"], ["workspace.id"]), Index(None, "state", "changed_at"),
                      Index(None, "workspace_id", "channel", "ts"))

    channel: Mapped[str]
    ts: Mapped[str | None]
    sort: Mapped[Sort] = mapped_column(words_of(Sort))
    person: Mapped[str | None]
    state: Mapped[OutgoingState] = mapped_column(words_of(OutgoingState))
    attempts: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    body_sealed: Mapped[bytes | None]
    body = Sealed()

    @property
    def replaces(self) -> bool:
        """Whether only the newest of its place matters, and sending it twice is sending it once."""
        return self.sort in (Sort.UPDATE, Sort.HOME)


class Pace(Base):
    """When the next post to a channel may leave, by Slack's clock; shared by every worker."""

    __tablename__ = "channel_pace"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    next_post_at: Mapped[datetime]


@dataclass(frozen=True)
class Taken:
    """A message that one worker now holds, for the try of that number. ``leaves_at`` is its slot in the channel's pace.

    ``tried_at`` is set when an earlier try, begun then, may have reached Slack: look for it before sending again. Both are by
    Slack's clock.
    """

    number: int
    sort: Sort
    channel: str
    person: str
    ts: str | None
    body: str
    leaves_at: datetime
    tried_at: datetime | None


def post(session: Session, workspace_id: UUID, channel: str, body: str, wall: datetime, *, ts: str | None = None,
         sort: Sort | None = None, person: str | None = None) -> UUID:
    """Queue a post, with ``ts`` an update of that message, with ``person`` a whisper, or another ``sort``; returns the
    row's id."""
    kind = sort or (Sort.UPDATE if ts is not None else Sort.WHISPER if person else Sort.POST)
    row = Outgoing(workspace_id=workspace_id, id=new_id(), channel=channel, ts=ts, sort=kind, person=person,
                   state=OutgoingState.PLANNED, attempts=0, error=None, created_at=wall, changed_at=wall,
                   tried_at=None)
    row.body = body
    session.add(row)
    schedule(session, workspace_id, Subject.OUTGOING, row.id, wall)
    return row.id


def put_home(session: Session, workspace_id: UUID, person: str, body: str, wall: datetime, leaves_at: datetime) -> UUID:
    """Queue a person's Home in place of all that came before, except one that is on its way; returns the row's id.

    Workers leave it alone until ``leaves_at``: whoever queues it tries at once.
    """
    old = [key for key, state in _homes(session, workspace_id, person) if state is not OutgoingState.SENDING]
    for table in (Outgoing, Due):
        session.execute(delete(table).where(table.workspace_id == workspace_id, table.id.in_(old)))
    key = post(session, workspace_id, person, body, wall, sort=Sort.HOME)
    schedule(session, workspace_id, Subject.OUTGOING, key, leaves_at)
    return key


def home_failed(session: Session, workspace_id: UUID, person: str) -> bool:
    """Whether the newest Home of this person was not taken by Slack, so that an older one still stands."""
    found = _homes(session, workspace_id, person)
    return bool(found) and max(found)[1] is OutgoingState.FAILED


def _homes(session: Session, workspace_id: UUID, person: str) -> list[tuple[UUID, OutgoingState]]:
    rows = session.execute(select(Outgoing.id, Outgoing.state).where(
        Outgoing.workspace_id == workspace_id, Outgoing.channel == person, Outgoing.ts.is_(None), Outgoing.sort == Sort.HOME))
    return [(row.id, row.state) for row in rows]


def glance(session: Session, workspace_id: UUID, key: UUID) -> Outgoing | None:
    """The row as it stands, not locked."""
    return session.get(Outgoing, (workspace_id, key))


def get(session: Session, workspace_id: UUID, key: UUID) -> Outgoing | None:
    """The row, locked until the transaction ends."""
    return session.get(Outgoing, (workspace_id, key), with_for_update=True, populate_existing=True)


# By workspace and channel, how many posts that were begun with just now are ahead of the next.
Lines = Mapping[tuple[UUID, str], int]


def ready(session: Session, workspace_id: UUID, keys: Sequence[UUID], wall: datetime, by_slack: datetime,
          lines: Lines) -> tuple[list[tuple[UUID, int]], Lines]:
    """(id, number of the next try) of those of ``keys`` that may be tried now, and the lines with them in it.

    A post whose channel is busy, with itself or with those before it in line, is put off until its second comes: so a long line
    is gone through once, and cannot keep everybody else's tries waiting.
    """
    rows = session.execute(
        select(Outgoing.id, Outgoing.attempts, Outgoing.channel, Outgoing.sort)
        .where(Outgoing.workspace_id == workspace_id, Outgoing.id.in_(keys), Outgoing.state.not_in(ENDED))
        .order_by(Outgoing.id)
    ).all()
    paces = dict(session.execute(select(Pace.channel, Pace.next_post_at).where(
        Pace.workspace_id == workspace_id, Pace.channel.in_({row.channel for row in rows}))).all())
    found, ahead = list[tuple[UUID, int]](), dict(lines)
    for key, attempts, channel, sort in rows:
        if sort is Sort.POST:
            place = ahead.get((workspace_id, channel), 0)
            ahead[workspace_id, channel] = place + 1
            wait = _free_at(paces.get(channel), by_slack) + place * PACE - by_slack
            if wait > PACE:
                schedule(session, workspace_id, Subject.OUTGOING, key, wall + wait)
                continue
        found.append((key, attempts))
    return found, ahead


def _free_at(next_post_at: datetime | None, now: datetime) -> datetime:
    return now if next_post_at is None or next_post_at > now + SKEW else max(next_post_at, now)


def take(session: Session, workspace_id: UUID, key: UUID, attempt: int, wall: datetime, by_slack: datetime) -> Taken | None:
    """Hold a message for its try number ``attempt``; committed as "sending" before anything leaves.

    None when there is nothing to do: it has ended, another try has it, or the channel is busy and it was put off.
    A message found in "sending" was cut off by a crash, so its outcome is unknown. ``by_slack`` is what time it is there.
    """
    row = get(session, workspace_id, key)
    if row is None or row.state in ENDED:
        forget(session, workspace_id, key)
        return None
    # The same try again: it crashed after it was committed. Any other number belongs to somebody else.
    again = row.attempts == attempt + 1 and row.state is OutgoingState.SENDING
    if row.attempts != attempt and not again:
        return None
    doubtful = row.sort is Sort.POST and row.state is not OutgoingState.PLANNED
    if row.state is not OutgoingState.PLANNED and row.tried_at is not None and (gone := by_slack - row.tried_at) < IN_FLIGHT:
        schedule(session, workspace_id, Subject.OUTGOING, key, wall + IN_FLIGHT - max(gone, timedelta(0)))
        return None
    if row.replaces and not _newest(session, row, wall, by_slack):
        return None
    slot = by_slack if row.sort is not Sort.POST else _reserve(session, workspace_id, row.channel, by_slack)
    row.attempts, row.changed_at = attempt + 1, wall
    if slot - by_slack > NEAR:
        schedule(session, workspace_id, Subject.OUTGOING, key, wall + (slot - by_slack))
        return None
    tried_at = row.tried_at if doubtful else None
    if doubtful:
        row.state = OutgoingState.UNCERTAIN
    else:
        row.state, row.tried_at = OutgoingState.SENDING, by_slack
    schedule(session, workspace_id, Subject.OUTGOING, key, wall + STUCK)
    return Taken(attempt + 1, row.sort, row.channel, row.person or "", row.ts, row.body, slot, tried_at)


def _reserve(session: Session, workspace_id: UUID, channel: str, now: datetime) -> datetime:
    """The channel's next free second, taken unless it is too far off to wait for."""
    row = session.get(Pace, (workspace_id, channel), with_for_update=True)
    if row is None:
        session.add(Pace(workspace_id=workspace_id, channel=channel, next_post_at=now + PACE))
        session.flush()  # a clash with another worker repeats the transaction
        return now
    slot = _free_at(row.next_post_at, now)
    if slot - now <= NEAR:
        row.next_post_at = slot + PACE
    return slot


def _newest(session: Session, row: Outgoing, wall: datetime, by_slack: datetime) -> bool:
    """Whether an update may leave: not when a newer one of the same place is there, nor while another is on its way."""
    others = session.scalars(
        select(Outgoing).where(Outgoing.workspace_id == row.workspace_id, Outgoing.channel == row.channel,
                               Outgoing.ts.is_(None) if row.ts is None else Outgoing.ts == row.ts,
                               Outgoing.sort == row.sort, Outgoing.id != row.id,
                               or_(Outgoing.id > row.id, Outgoing.state == OutgoingState.SENDING))).all()
    if any(other.id > row.id for other in others):
        settle(session, row, OutgoingState.SENT, wall, error="superseded")
        return False
    if any(other.tried_at is not None and by_slack - other.tried_at < IN_FLIGHT for other in others):
        schedule(session, row.workspace_id, Subject.OUTGOING, row.id, wall + PACE)
        return False
    return True


def absent(session: Session, workspace_id: UUID, key: UUID, number: int, wall: datetime, by_slack: datetime) -> bool:
    """A doubtful message was looked for and is not there: it may be sent after all, by who still holds it."""
    row = get(session, workspace_id, key)
    if row is None or row.attempts != number or row.state is not OutgoingState.UNCERTAIN:
        return False
    row.state, row.changed_at, row.tried_at = OutgoingState.SENDING, wall, by_slack
    return True


def hold(session: Session, workspace_id: UUID, channel: str, until: datetime) -> None:
    """Slack said to wait: nobody posts to the channel before ``until``, by its clock."""
    row = session.get(Pace, (workspace_id, channel), with_for_update=True)
    if row is not None:
        row.next_post_at = max(row.next_post_at, until)


def settle(session: Session, row: Outgoing, state: OutgoingState, wall: datetime, *, ts: str | None = None,
           error: str | None = None, again_at: datetime | None = None) -> None:
    """What became of a message. ``again_at`` is when to look at it next; None is for good."""
    row.state, row.error, row.changed_at = state, error, wall
    if ts is not None:
        row.ts = ts
    if again_at is None:
        forget(session, row.workspace_id, row.id)
    else:
        schedule(session, row.workspace_id, Subject.OUTGOING, row.id, again_at)


def try_again_at(row: Outgoing, wall: datetime, after: timedelta | None = None) -> datetime | None:
    """The next try, twice as far off each time, or ``after`` when Slack said so; None when it was tried for a day."""
    if wall - row.created_at > GIVE_UP and row.attempts > FEWEST:
        return None
    return wall + (after if after is not None else min(SOONEST * 2 ** min(row.attempts - 1, 10), LATEST))


def undeliverable(session: Session, workspace_id: UUID, wall: datetime) -> int:
    """How many of the workspace's messages of the last day failed for good. Counted by the index of states."""
    return session.scalar(select(func.count()).select_from(Outgoing).where(
        Outgoing.workspace_id == workspace_id, Outgoing.state == OutgoingState.FAILED,
        Outgoing.changed_at > wall - GIVE_UP, Outgoing.sort == Sort.POST)) or 0


def cancel(session: Session, workspace_id: UUID, key: UUID) -> bool:
    """Take back a message that has not begun to leave; False when it has."""
    row = get(session, workspace_id, key)
    if row is None or row.state is not OutgoingState.PLANNED:
        return False
    session.delete(row)
    forget(session, workspace_id, key)
    return True
