"""App Home: a member's own desk, kept as it is within seconds of a change, and made for nobody who does not look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from handlers.cards import absence as absences
from handlers.cards import home as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.cards.view import Reply
from handlers.case import Case, Inbound, zone_or
from handlers.desk import lay_out
from handlers.fresh import Unsure, must_be_fresh
from handlers.patient import patient_by_id, patient_card
from handlers.table import button
from models import audit, outgoing, worklist
from models.absence import of_member
from models.desk import RECENT, Desk, Part, desk_of, mark
from models.sealing import data_key
from models.team import PROFILE_FRESH, CareTeam, Member, TeamMember, TeamState, member_of, older
from models.worklist import COUNTED, Reader
from models.workspace import Subject, schedule

LEAVES = timedelta(seconds=5)      # whoever queues a Home tries at once; after this a worker does
TURNS = frozenset({"desk_part", "desk_team"})


@dataclass(frozen=True)
class Queued:
    """``message`` is the outgoing row that has just been queued; without one Slack has to be asked first."""

    desk: UUID
    message: UUID | None


@dataclass(frozen=True)
class Places:
    """Where a member has a place: ``waits`` for a lead's confirmation, ``unseen`` is what Slack does not show Kept, and
    ``barred`` where others than the team may read.
    """

    teams: list[CareTeam]
    led: list[CareTeam]
    waits: list[CareTeam]
    unseen: list[CareTeam]
    barred: list[CareTeam]

    @property
    def changed(self) -> bool:
        """Whether Slack said that something is different in one of them now, and not yet how it is."""
        return any(team.members_checked_at is None or team.room_checked_at is None for team in self.teams)


def opened(session: Session, workspace_id: UUID, user: str, tab: str, now: datetime, wall: datetime) -> Queued | None:
    """Someone looks at their Home: it is queued in this transaction, or is due at once when Slack must be asked first."""
    if tab != "home":
        return None
    me = member_of(session, workspace_id, user)
    desk = desk_of(session, me)
    if desk is None:
        desk = Desk(me, wall)
        session.add(desk)
        session.flush()  # it may have to be locked below
    desk.opened_at, desk.digest = wall, None
    return _queued(session, desk, now, wall)


def turned(session: Session, workspace_id: UUID, inbound: Inbound) -> Queued | None:
    """A part, a page or a care team was chosen on the desk. Whoever has no desk sees none."""
    me = member_of(session, workspace_id, inbound.user)
    desk = desk_of(session, me) if inbound.own_workspace else None
    if desk is None:
        return None
    if inbound.action == "desk_team":
        desk.narrow(_team_id(session, me, inbound.subject))
    else:
        part, _, page = inbound.subject.partition(".")
        desk.show(Part(part) if part in set(Part) else Part.EVERYTHING, min(int(page), COUNTED) if page.isdecimal() else 0)
    desk.opened_at = inbound.wall
    return _queued(session, desk, inbound.now, inbound.wall)


def _team_id(session: Session, me: Member, text: str) -> UUID | None:
    return next((team.id for team in _places(session, me).teams if str(team.id) == text), None)


def _queued(session: Session, desk: Desk, now: datetime, wall: datetime) -> Queued:
    try:
        return Queued(desk.id, _made(session, desk, now, wall))
    except Unsure:
        # Raised before anything is written: what was opened or chosen stays, and the desk is made once Slack was asked.
        schedule(session, desk.workspace_id, Subject.DESK, desk.id, now + LEAVES)
        return Queued(desk.id, None)


def sweep_desk(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> UUID | None:
    """Make a desk anew; returns the message queued, if it looks different. Raises Unsure."""
    desk = session.get(Desk, (workspace_id, key), with_for_update=True)
    if desk is None or older(desk.opened_at, wall, RECENT):
        schedule(session, workspace_id, Subject.DESK, key, None)
        return None
    return _made(session, desk, now, wall)


def checking(session: Session, workspace_id: UUID, key: UUID, wall: datetime) -> UUID | None:
    """Slack did not say who looks: then their Home says so, and shows nothing (unknown means no)."""
    desk = session.get(Desk, (workspace_id, key), with_for_update=True)
    if desk is None or desk.digest is not None:
        return None  # it was made meanwhile
    body = json.dumps(cards.view(cards.said(cards.CHECKING)))
    return outgoing.put_home(session, workspace_id, _member(session, desk).slack_id, body, wall, wall + LEAVES)


def overtaken(session: Session, workspace_id: UUID, key: UUID, wall: datetime) -> None:
    """A Home that waited too long to leave shows what its reader may no longer see: it is made anew instead."""
    row = outgoing.glance(session, workspace_id, key)
    desk = desk_of(session, member_of(session, workspace_id, row.channel)) if row is not None else None
    if desk is not None:
        desk.digest = None
        schedule(session, workspace_id, Subject.DESK, desk.id, wall)
    outgoing.cancel(session, workspace_id, key)


def _made(session: Session, desk: Desk, now: datetime, wall: datetime) -> UUID | None:
    """The message queued, if the desk looks different from what was last sent. Raises Unsure before it queues anything."""
    # Held from here on: a change that comes in meanwhile sets it after this, so that it is not missed.
    schedule(session, desk.workspace_id, Subject.DESK, desk.id, wall)
    me = _member(session, desk)
    if me.standing == "deleted" and not older(me.checked_at, wall, PROFILE_FRESH):
        # Nobody looks there; should they come back, opening it makes it anew.
        schedule(session, desk.workspace_id, Subject.DESK, desk.id, None)
        return None
    places = _places(session, me) if me.standing is None else None
    reader = _reader(session, desk, me, places, now) if places and places.teams else None
    body = json.dumps(cards.view(_card(desk, me, places, reader)))
    digest = data_key().request_mac(b"desk:" + body.encode())
    different = digest != desk.digest or outgoing.home_failed(session, desk.workspace_id, me.slack_id)
    if different or me.checked_at is None or (places is not None and places.changed):
        must_be_fresh(wall, places.teams if places else [], [me])
    key = None
    if different:
        key = outgoing.put_home(session, desk.workspace_id, me.slack_id, body, wall, wall + LEAVES)
        desk.digest, desk.published_at = digest, wall
    schedule(session, desk.workspace_id, Subject.DESK, desk.id, worklist.next_change(reader) if reader else None)
    if key is not None:
        _record(session, me, places, reader, now)
    return key


def _record(session: Session, me: Member, places: Places | None, reader: Reader | None, now: datetime) -> None:
    """A row for each care team whose patients it shows: the report of each of them names who saw it."""
    actor, shown = audit.system_for(me.slack_id), [team.id for team in reader.teams] if reader else []
    for subject in shown or ([me.id] if places is None else []):
        audit.record(session, me.workspace_id, now, actor, "home read", str(subject), "home", "ok" if shown else "refused")


def _member(session: Session, desk: Desk) -> Member:
    return session.get_one(Member, (desk.workspace_id, desk.member_id))


def _places(session: Session, me: Member) -> Places:
    found = session.scalars(
        select(TeamMember).join(CareTeam, CareTeam.id == TeamMember.team_id).options(joinedload(TeamMember.team))
        .where(TeamMember.workspace_id == me.workspace_id, TeamMember.member_id == me.id, TeamMember.present,
               CareTeam.workspace_id == me.workspace_id, CareTeam.state == TeamState.SET_UP).order_by(CareTeam.id)).all()
    ours = [place for place in found if place.confirmed_at is not None]
    seen = [place for place in ours if place.team.unseen is None and place.team.barred is None]
    return Places([place.team for place in seen], [place.team for place in seen if place.lead],
                  [place.team for place in found if place.confirmed_at is None],
                  [place.team for place in ours if place.team.unseen is not None],
                  [place.team for place in ours if place.team.barred is not None and place.team.unseen is None])


def _reader(session: Session, desk: Desk, me: Member, places: Places, now: datetime) -> Reader:
    chosen = [team for team in places.teams if team.id == desk.team_id] or places.teams
    return Reader(session, me, chosen, [team for team in places.led if team in chosen], now,
                  zone_or(me.zone, chosen[0].tz))


def _card(desk: Desk, me: Member, places: Places | None, reader: Reader | None) -> Card:
    if places is None:
        return cards.said(words.STANDING.get(me.standing or "", words.NOT_YOURS))
    if reader is None and not places.unseen and not places.barred:
        return cards.no_team(places.waits)
    card = Card("Kept")
    cards.notes(card, places.waits, places.unseen, places.barred)
    if reader is not None:
        own, covered = of_member(reader.session, me, reader.teams, reader.now)
        by_id = {team.id: team for team in reader.teams}
        absences.at_home(card, [(one, by_id[one.team_id]) for one in own], [(one, by_id[one.team_id]) for one in covered],
                         reader.zone, reader.now)
        lay_out(card, reader, places.teams, desk.part, desk.page)
    return card


@button("open_patient", reads=True)
def open_patient(case: Case) -> Reply:
    """A patient's page, from their row; the subject carries their id."""
    return patient_card(case, patient_by_id(case, case.argument))


def stir(case: Case) -> None:
    """Whose desk may show what this request changed: its people of now and before, and who acted on it in the last day."""
    members = {case.me.id, *case.stirred}
    for item in case.touched:
        members |= {item.owner_id, item.author_id}
        members |= {row.owner_before for row in item.history if row.owner_before is not None}
        members |= {row.actor_id for row in item.history if row.recorded_at > case.now - worklist.ENTRIES_FOR}
    mark(case.session, case.workspace_id, case.team.id, case.inbound.wall, members, {item.patient_id for item in case.touched})
