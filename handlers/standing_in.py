"""Whom a reminder reaches when the one it is meant for is out: the decision is in models/absence.py, here are its people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards import absence as cards
from handlers.cards.blocks import Part, Person
from models.absence import Absence, Hears, away, stand_in
from models.item import Item, Kind
from models.ladder import Planned
from models.team import CareTeam, Member, place_of

Out = Mapping[UUID, Absence]


def hears(session: Session, item: Item, team: CareTeam, who: Member, out: Out) -> Hears:
    absence = out.get(who.id)
    cover = absence.cover if absence else None
    return stand_in(absence, private=item.private, cover_here=cover is not None and is_in(session, team, cover, out),
                    theirs_alone=item.kind is Kind.HANDOFF and item.living and who.id == item.owner_id)


def is_in(session: Session, team: CareTeam, who: Member, out: Out) -> bool:
    """In the team, and not out."""
    place = place_of(session, team, who)
    return place is not None and place.here and who.id not in out


def heard_by(session: Session, item: Item, team: CareTeam, who: Member, out: Out, instead: Sequence[str]) -> list[str]:
    """Slack ids of who hears what is for ``who``; nobody while it waits for them. ``instead`` are the leads who are here."""
    absence, found = out.get(who.id), hears(session, item, team, who, out)
    if found is Hears.COVER and absence is not None and absence.cover is not None:
        return [absence.cover.slack_id]
    return {Hears.THEY: [who.slack_id], Hears.LEADS: list(instead)}.get(found, [])


def covers(out: Out, people: Collection[UUID]) -> list[Member]:
    """Who stands in for those of them who are out, should they still be here themselves."""
    found = [one.cover for who, one in out.items() if who in people and one.covered]
    return [cover for cover in found if cover is not None]


def look_at(planned: Sequence[Planned], out: Out, now: datetime) -> list[datetime]:
    """When something that nobody may hear now could be heard: at its next rung, or when someone is back."""
    return [*(one.at for one in planned if one.at > now), *(one.until for one in out.values() if one.until > now)]


def covers_for(owner: Member, to: str, out: Out) -> bool:
    absence = out.get(owner.id)
    return absence is not None and absence.covered and absence.cover is not None and absence.cover.slack_id == to


def for_whom(item: Item, team: CareTeam, owner: Member, to: str, out: Out, now: datetime) -> tuple[Part, ...]:
    """What a cover is told of why they hear it, and others of where the owner is; nothing while the owner is here."""
    absence = out.get(owner.id)
    if absence is None or to == owner.slack_id:
        return ()
    day = cards.day(absence, team, team.tz, now)
    if covers_for(owner, to, out):
        return cards.STANDS_IN, Person(owner.slack_id), cards.STANDS_IN_WHY.format(day=day)
    begin: tuple[Part, ...] = (Person(owner.slack_id), cards.OUT_UNTIL.format(day=day))
    if item.private or item.kind is Kind.HANDOFF:
        return *begin, "."  # no cover could do anything about it
    if not absence.covered or absence.cover is None:
        return *begin, cards.NOBODY_COVERS
    return *begin, "; ", Person(absence.cover.slack_id), " covers."


def where_it_goes(session: Session, item: Item, team: CareTeam, owner: Member, now: datetime) -> tuple[Part, ...]:
    """What moves an owner's reminders, for someone who may see the item; nothing while they are here."""
    out = away(session, team, now)
    absence = out.get(owner.id)
    if absence is None:
        return ()
    begin: tuple[Part, ...] = (Person(owner.slack_id), cards.OUT_UNTIL.format(day=cards.day(absence, team, team.tz, now)))
    found = hears(session, item, team, owner, out)
    if found is Hears.COVER and absence.cover is not None:
        return (*begin, cards.GOES_TO, Person(absence.cover.slack_id), ".")
    return (*begin, cards.GOES_TO_LEADS if found is Hears.LEADS else cards.GOES_LATER)
