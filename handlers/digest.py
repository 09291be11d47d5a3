"""The lead's morning digest: three that need them first, the counts, what did not arrive, the wins since the last one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from handlers.cards import absence as absences
from handlers.cards import item as cards
from handlers.cards import other, words
from handlers.cards.blocks import Bold, Button, Card, Part, Person, to_whom
from handlers.case import Case
from handlers.fresh import must_be_fresh
from handlers.language.command import Said
from handlers.nudge import notify
from handlers.standing_in import covers
from handlers.table import command
from models import audit
from models.absence import away, digest_readers
from models.cadence import past
from models.errors import Refused
from models.heartbeat import silence
from models.item import LIVING, Danger, History, Item, Kind, State, Urgency
from models.nudge import DIGEST, Nudge, held_back, last_said, undelivered
from models.team import CareTeam, TeamState, leading, places
from models.worklist import private
from models.workspace import Subject, schedule

UNDECIDED = 100  # looked at; the card shows fewer
WINS = {State.KEPT: "kept", State.RESOLVED: "resolved", State.SETTLED: "settled"}

Clause = ColumnElement[bool]


def build(session: Session, team: CareTeam, now: datetime, wall: datetime, *, to_lead: bool = True) -> Card:
    """What is private stays with the leads: a cover who gets a lead's digest is not told whether there is any."""
    here = [p.member_id for p in places(session, team) if p.named]
    seen = () if to_lead else (not_(private()),)
    first = _first(session, team, here, now, seen)
    card = other.digest(
        _title(team, now), [_row(item, why, team, now) for item, why in first], _counts(session, team, here, now, seen),
        _undecided(session, team, {item.id for item, _ in first}, now, seen), _held_back(session, team, now, seen),
        _missed(session, team, now, seen), _wins(session, team, now, seen))
    gap = silence(session, (last_said(session, team, DIGEST) or team.created_at) + (wall - now))
    if gap is not None:
        begun, ended = (words.short_when(at + (now - wall), team.tz, now) for at in gap)
        card.line(words.SILENT.format(begun=begun, ended=ended))
    absences.out_now(card, away(session, team, now).values(), team, now)
    return card if to_lead else card.small(absences.PRIVATE_WAITS)


def _needs(here: list[UUID], now: datetime) -> tuple[Clause, ...]:
    """What needs a lead, the strongest first: one clause for each sentence of words.NEEDS."""
    living = Item.state.in_(LIVING)
    return (
        and_(living | Item.untold, Item.danger.in_([Danger.ASKED, Danger.PRESENT])),
        and_(living | Item.untold, Item.owner_id.not_in(here)),
        and_(living, Item.due_at < now),
        Item.untold.is_(True),
        and_(living | Item.untold, _handed_up(now)),
        and_(living, Item.urgency == Urgency.URGENT),
        and_(Item.state == State.RAISED, Item.since < now - timedelta(days=1)),
    )


def _handed_up(now: datetime) -> Clause:
    """Its reminders have all been said and nobody has decided. Holding hides it for a while, never an overdue one."""
    held = and_(Item.snoozed_until.is_not(None), Item.snoozed_until > now)
    return and_(Item.handed_up_at.is_not(None), not_(func.coalesce(held, False)) | func.coalesce(Item.due_at < now, False))


def _of(team: CareTeam, *where: Clause) -> tuple[Clause, ...]:
    return (Item.workspace_id == team.workspace_id, Item.team_id == team.id, *where)


def _first(session: Session, team: CareTeam, here: list[UUID], now: datetime,
           seen: tuple[Clause, ...]) -> list[tuple[Item, str]]:
    """The three that need someone most, each once, the longest waiting first within its reason."""
    found: dict[UUID, tuple[Item, str]] = {}
    for clause, why in zip(_needs(here, now), words.NEEDS, strict=True):
        oldest = select(Item).where(*_of(team, clause, *seen)).order_by(func.coalesce(Item.due_at, Item.since), Item.number)
        for item in session.scalars(oldest.limit(other.NAMED)):
            found.setdefault(item.id, (item, why))
        if len(found) >= other.NAMED:
            break
    return list(found.values())[:other.NAMED]


def _row(item: Item, why: str, team: CareTeam, now: datetime) -> tuple[tuple[Part, ...], list[Button | None]]:
    parts: tuple[Part, ...] = (
        Bold(f"#{item.number} "), f"{words.name(item)} · {item.patient.called} · {why} · with ",
        Person(item.owner.slack_id), f" · since {words.short_when(item.due_at or item.since, team.tz, now)}",
        *cards.repeating(item, team.tz))
    s = cards.subject(item)
    return parts, [Button("Take it", "take", s), Button("Show", "show", s)]


def _counts(session: Session, team: CareTeam, here: list[UUID], now: datetime, seen: tuple[Clause, ...]) -> list[str]:
    """Counted in the database, all of them: a busy team's digest leaves nothing out."""
    living, day = Item.state.in_(LIVING), now.astimezone(team.tz).date()
    today = datetime.combine(day, time(), team.tz)
    danger, nobody, overdue, untold, handed_up, urgent, _ = _needs(here, now)
    clauses: dict[str, Clause] = {
        "due": and_(living, Item.due_at >= today, Item.due_at < today + timedelta(days=1)),
        "overdue": overdue, "barriers": and_(living, Item.kind == Kind.BARRIER), "urgent": urgent,
        "raised": Item.state == State.RAISED, "handoffs": Item.state == State.OFFERED, "untold": untold, "danger": danger,
        "nobody": nobody, "handed_up": handed_up,
    }
    row = session.execute(select(*[
        func.count().filter(clause) for clause in clauses.values()
    ]).select_from(Item).where(*_of(team, living | Item.untold, *seen))).one()
    counted = [*zip(row, clauses, strict=True), (past(session, team, now), "cadence")]
    return [words.counted(count, name) for count, name in counted if count]


def _undecided(session: Session, team: CareTeam, shown: set[UUID], now: datetime,
               seen: tuple[Clause, ...]) -> list[tuple[Part, ...]]:
    """What no reminder comes for any more, the longest waiting first: it stands here until someone decides."""
    found = session.scalars(select(Item).where(*_of(team, Item.state.in_(LIVING) | Item.untold, _handed_up(now), *seen))
                            .order_by(Item.handed_up_at, Item.number).limit(UNDECIDED + len(shown)))
    rows: list[tuple[Part, ...]] = [
        (Bold(f"#{i.number} "), f"{words.name(i)} · {i.patient.called} · {words.state(i, now)} · with ",
         Person(i.owner.slack_id), f" · since {words.short_when(i.due_at or i.since, team.tz, now)}")
        for i in found if i.id not in shown]
    return rows[:UNDECIDED]


def _held_back(session: Session, team: CareTeam, now: datetime, seen: tuple[Clause, ...]) -> list[tuple[Part, ...]]:
    """What was over a daily cap since the last digest: never lost, but said here."""
    numbers = _numbers(session, team, rows := held_back(session, team, team.last_digest(now)), seen)
    return [(Bold(f"#{numbers[row.subject_id]} "), "for ", to_whom(row.recipient), words.OVER_CAP)
            for row in rows if row.subject_id in numbers]


def _numbers(session: Session, team: CareTeam, rows: Sequence[Nudge], seen: tuple[Clause, ...]) -> dict[UUID, int]:
    """Of those items that the digest's reader may see."""
    return dict(session.execute(
        select(Item.id, Item.number).where(*_of(team, Item.id.in_({row.subject_id for row in rows}), *seen))).all())


def _missed(session: Session, team: CareTeam, now: datetime, seen: tuple[Clause, ...]) -> list[tuple[Part, ...]]:
    rows = undelivered(session, team, now)
    if seen:
        hidden = set(session.scalars(select(Item.id).where(*_of(team, Item.id.in_({row.subject_id for row in rows}), private()))))
        rows = [row for row in rows if row.subject_id not in hidden]
    numbers = _numbers(session, team, rows, seen)
    return [other.missed(numbers.get(row.subject_id), row.recipient, row.reason or "") for row in rows]


def _wins(session: Session, team: CareTeam, now: datetime, seen: tuple[Clause, ...]) -> list[tuple[Part, ...]]:
    """What ended well since the last digest: on a Monday, since Friday's."""
    found = session.scalars(
        select(Item).where(*_of(team, Item.state.in_(WINS), *seen, Item.id.in_(
            select(History.item_id).where(
                History.workspace_id == team.workspace_id, History.happened_at > team.last_digest(now),
                History.verb.in_(WINS.values()), History.undone.is_(False))))).order_by(Item.number))
    return [(Bold(f"#{i.number} "), f"{words.name(i)} · {i.patient.called} · {words.state(i, now)}") for i in found]


def _title(team: CareTeam, now: datetime) -> str:
    local = now.astimezone(team.tz)
    return words.GOOD_MORNING.format(day=f"{local:%A}, {local:%B} {local.day}")


def _too_late(team: CareTeam, today: date) -> datetime:
    """Until the day closes, or for an hour after a digest that was set for later than that."""
    due = datetime.combine(today, time.fromisoformat(team.digest_at), team.tz)
    return max(team.work.end_of_day(today), due + timedelta(hours=1))


def sweep_team(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """The team's digest to each lead by DM, once a day whoever sweeps; missed mornings collapse into this one.

    Found only after the team has closed, it is not sent at night: the next morning's says all it would have said.
    """
    team = session.get(CareTeam, (workspace_id, key), with_for_update={"key_share": True})
    if team is None or team.state is not TeamState.SET_UP:
        schedule(session, workspace_id, Subject.TEAM, key, None)
        return 0
    sent, today = list[str](), now.astimezone(team.tz).date()
    if team.barred is None and team.work.is_working_day(today) and now <= _too_late(team, today):
        out = away(session, team, now)
        leaders = leading(session, team)
        must_be_fresh(wall, [team], [*leaders, *covers(out, {one.id for one in leaders})])
        for reader, leads in digest_readers(session, team, now):
            card = build(session, team, now, wall, to_lead=leads)
            if notify(session, team, team.id, DIGEST, today.toordinal(), reader.slack_id, card, now, wall):
                sent.append(reader.slack_id)
    schedule(session, workspace_id, Subject.TEAM, key, team.next_digest(now))
    for one in sent:
        audit.record(session, workspace_id, now, audit.system_for(one), "digest read", str(team.id), "digest")
    return len(sent)


@command(DIGEST, reads=True)
def digest(case: Case, said: Said) -> Card:
    if not case.place.lead:
        raise Refused(words.LEADS_ONLY)
    case.audit("digest read", case.team.id)
    return build(case.session, case.team, case.now, case.inbound.wall)
