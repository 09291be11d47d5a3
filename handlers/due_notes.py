"""What a person should know of a time just set or an owner just named: closed then, away then, a full day, another clock."""

from __future__ import annotations

from datetime import datetime

from handlers.cards import absence as absences
from handlers.cards import due as cards
from handlers.cards import words
from handlers.cards.item import Note
from handlers.case import Case
from handlers.standing_in import where_it_goes
from models.absence import Absence
from models.item import Commitment, Item
from models.worklist import promised_on
from models.worktime import WorkingTime

FULL = 8   # open promises of one person due on one day: another is worth a thought


def notes_on(case: Case, item: Item, *, timed: bool = False, given: bool = False) -> list[Note]:
    """``timed`` when its time has just been said, ``given`` when its owner has: said once, by the reply to that."""
    if not item.living:
        return []
    due = item.due_at if item.due_at is not None and item.due_at >= case.now else None
    notes: list[Note] = []
    if timed and due is not None:
        notes += _closed(case, item, due)
    if timed or given:
        notes += _away(case, item, due)
    if (timed or given) and due is not None:
        notes += _full(case, item, due)
    if due is not None and case.abroad(due):
        notes.append(cards.two_zones(case.zone, case.team, due))
    return notes


def _closed(case: Case, item: Item, due: datetime) -> list[Note]:
    work, team = case.team.work, case.team
    if work.is_open(due):
        return []
    before = sooner(work, due)
    label = words.long_when(before, case.zone, case.now, zoned=case.abroad(before))
    day = due.astimezone(team.tz).date()
    button = (cards.instead(item, before, label),) if before > case.now and isinstance(item, Commitment) else ()
    if work.is_working_day(day):
        return [Note((cards.outside(work.hours_on(day)),), button)]
    holiday = work.closed_because(day) if work.week[day.weekday()] is not None else None
    return [Note((cards.closed(words.said_day(due, team.tz, case.now), holiday),), button)]


def sooner(work: WorkingTime, due: datetime) -> datetime:
    """The same time on the working day before, or its end when that is no working time; of a working day, its last hour open."""
    local = due.astimezone(work.zone)
    if work.is_working_day(local.date()):
        return work.last_open(due)
    end = work.end_of_day(work.last_working_day(local.date()))
    begins, ends = work.hours_on(end.date())
    return datetime.combine(end.date(), local.time(), work.zone) if begins <= local.time() <= ends else end


def _away(case: Case, item: Item, due: datetime | None) -> list[Note]:
    owner = case.person(item.owner_id)
    absence = case.out(owner)
    if absence is None:
        return []
    if due is None or not absence.holds(due) or not isinstance(item, Commitment):
        parts = where_it_goes(case.session, item, case.team, owner, case.now)
        return [Note(parts)] if parts else []
    day = absences.day(absence, case.team, case.zone, case.now)
    cover = _cover(case, item, absence)
    button = cards.give_to(item, cover) if cover else cards.give(item)
    return [Note(cards.away(owner.slack_id, day, own=owner.id == case.me.id), (button,))]


def _cover(case: Case, item: Item, absence: Absence) -> tuple[str, str] | None:
    """(id, name) of a cover who may have it: what is private is not for them."""
    if not absence.covered or absence.cover is None or item.private:
        return None
    return str(absence.cover.id), absence.cover.called


def _full(case: Case, item: Item, due: datetime) -> list[Note]:
    """A full day has eight open promises of its owner besides this one."""
    if not isinstance(item, Commitment):
        return []
    of_all = case.place.lead or item.owner_id == case.me.id
    many = promised_on(case.session, case.team, item.owner_id, due, item.id, of_all=of_all)
    if many.number < FULL:
        return []
    owner = case.person(item.owner_id)
    return [Note(cards.full_day(owner.slack_id, many, own=owner.id == case.me.id))]
