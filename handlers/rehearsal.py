"""What a team would be sent in the next two weeks: asked for by a lead, at the end of a set-up or by a button, and answered in a
message once it was worked out (bot/rehearsing.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards import other
from handlers.cards import rehearsal as cards
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.nudge import notify
from handlers.table import button
from models import audit
from models.errors import Refused, Unclear
from models.item import LIVING, Item
from models.nudge import REHEARSAL
from models.team import CareTeam, TeamMember
from models.worklist import count
from models.workspace import Subject, schedule

DAYS = 14
MOST = 100   # open items: a rehearsal of more takes a worker longer than others should wait


def at_the_end(case: Case) -> str:
    """The last line of a set-up: what would be sent by it is on its way, or why not."""
    found = _open(case)
    if found == 0:
        return cards.NOTHING_OPEN.format(digest=case.team.digest_at)
    if found > MOST:
        return cards.TOO_MANY.format(most=MOST)
    _ask(case)
    return cards.FOLLOWS


@button("rehearse")
def press_rehearse(case: Case) -> Card:
    if not case.place.lead:
        raise Refused(cards.LEADS_SEE)
    if _open(case) > MOST:
        raise Unclear(cards.TOO_MANY.format(most=MOST))
    _ask(case)
    return other.sentence(cards.FOLLOWS)


def _open(case: Case) -> int:
    return count(case.session, Item.workspace_id == case.workspace_id, Item.team_id == case.team.id,
                 Item.state.in_(LIVING) | Item.untold).number


def _ask(case: Case) -> None:
    schedule(case.session, case.workspace_id, Subject.REHEARSAL, case.place.id, case.now)
    case.audit("rehearsal ask", case.team.id)


def asked(session: Session, workspace_id: UUID, key: UUID) -> UUID | None:
    """The care team of a lead's place, while they may still hear of it; else nothing is waited for any more."""
    place = session.get(TeamMember, (workspace_id, key))
    if place is not None and place.here and place.lead:
        return place.team_id
    schedule(session, workspace_id, Subject.REHEARSAL, key, None)
    return None


def answer(session: Session, workspace_id: UUID, key: UUID, said: Sequence[cards.Said], now: datetime, wall: datetime, *,
           sample: bool) -> None:
    """To the lead who asked, at once, since they wait for it."""
    _tell(session, workspace_id, key, lambda team: cards.rehearsed(said, team.channel, sample=sample), now, wall)


def give_up(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> None:
    """It cannot be worked out, which whoever runs Kept finds in the log."""
    _tell(session, workspace_id, key, lambda _: other.sentence(cards.FAILED), now, wall)


def _tell(session: Session, workspace_id: UUID, key: UUID, card: Callable[[CareTeam], Card], now: datetime,
          wall: datetime) -> None:
    team_id = asked(session, workspace_id, key)
    schedule(session, workspace_id, Subject.REHEARSAL, key, None)
    if team_id is None:
        return
    team, place = session.get_one(CareTeam, (workspace_id, team_id)), session.get_one(TeamMember, (workspace_id, key))
    if notify(session, team, key, REHEARSAL, int(now.timestamp()), place.member.slack_id, card(team), now, wall):
        audit.record(session, workspace_id, now, audit.system_for(place.member.slack_id), "rehearsal read", str(team.id), "nudge")
