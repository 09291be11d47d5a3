"""Being out: set by typing or a form, covered by someone who accepts, and over with one catch-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.cards import absence as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.cover import ask_cover, lose_covered, pressed, settle
from handlers.language.command import Said
from handlers.language.due import Due, Outcome
from handlers.language.when.names import WEEKDAY
from handlers.returning import bring_back
from handlers.table import button, command
from models.absence import (
    Absence,
    CoverAnswer,
    out_between,
    standing,
)
from models.errors import CareError, Conflict, Refused, Unclear
from models.team import Member, place_of
from models.worklist import due_before, take
from models.workspace import Subject, schedule

FEW, PAGE = 5, 15
# Named alone, each of these is more than one day, so that its end is no day to be back.
_SPANS = frozenset({"week", "weeks", "month", "months", "quarter", "year", "weekend", "eow", "eom", "end"})


@command("out")
def out(case: Case, said: Said) -> Card:
    who = case.owner(said) or case.me
    must_be_for(case, who)
    cover = _cover(case, said)
    starts_at = _starts(case, said.starts)
    due = said.due or Due(Outcome.NONE)
    if due.outcome is Outcome.ASK and due.options:
        return _ask(case, who, cover, starts_at, due)
    return _go(case, who, cover, starts_at, _until(case, due))


def must_be_for(case: Case, who: Member) -> None:
    if who.id != case.me.id and not case.place.lead:
        raise Refused(cards.LEADS_SET).at("owner")


def _cover(case: Case, said: Said) -> Member | None:
    try:
        return case.owner(replace(said, owner=said.cover))
    except CareError as error:
        raise error.at("cover") from None


def _starts(case: Case, due: Due | None) -> datetime:
    if due is None:
        return case.now
    if due.outcome is not Outcome.DUE or due.due is None or _is_span(due):
        raise Unclear(cards.NEED_START, "out").at("starts")
    return max(case.now, _opening(case, due.due, due.grain))


def _until(case: Case, due: Due) -> datetime:
    if due.outcome is Outcome.REFUSED:
        raise Unclear(words.REFUSED_TIME.format(reason=due.reason), "out").at("when")
    if due.outcome is not Outcome.DUE or due.due is None:
        raise Unclear(cards.NEED_DAY, "out").at("when")
    if _is_span(due):
        raise Unclear(cards.A_DAY, "out").at("when")
    return _opening(case, due.due, due.grain)


def _is_span(due: Due) -> bool:
    """"Until next week" ends with that week as a due time, and begins with it for someone who is away."""
    said = due.phrase.casefold().split()
    return not _SPANS.isdisjoint(said) and "from" not in said and due.grain == "day" and not any(
        word in WEEKDAY or word[:1].isdigit() for word in said)


def _opening(case: Case, at: datetime, grain: str | None) -> datetime:
    """A day is from its opening on; a day off is the opening after it."""
    day = at.astimezone(case.team.tz).date()
    work = case.team.work
    return work.next_open(work.opening(day) if grain == "day" or at == work.end_of_day(day) else at)


def _ask(case: Case, who: Member, cover: Member | None, starts_at: datetime, due: Due) -> Card:
    """One button for each reading; it carries what else was said."""
    case.asks = True
    begins = starts_at.isoformat() if starts_at > case.now else ""
    rest = f"{who.slack_id}|{cover.slack_id if cover else ''}|{begins}"
    days = [day for day in dict.fromkeys(_opening(case, option.due, "day") for option in due.options) if day > case.now]
    if not days:
        raise Unclear(cards.NEED_DAY, "out").at("when")
    return cards.which_day(case.team.id, due.reason or "", [
        (words.long_when(day, case.zone, case.now, zoned=case.abroad(day)), f"{rest}|{day.isoformat()}") for day in days])


@button("out_until")
def press_until(case: Case) -> Card:
    try:
        who_id, cover_id, begins, until = case.argument.split("|")
        starts_at = max(case.now, datetime.fromisoformat(begins)) if begins else case.now
        who = case.owner(Said("out", "", owner=who_id)) or case.me
        cover = case.owner(Said("out", "", owner=cover_id)) if cover_id else None
        until_at = datetime.fromisoformat(until)
    except ValueError:
        raise Unclear(words.OLD_BUTTON) from None
    if until_at.tzinfo is None or starts_at.tzinfo is None:
        raise Unclear(words.OLD_BUTTON)
    must_be_for(case, who)
    return _go(case, who, cover, starts_at, until_at)


def _go(case: Case, who: Member, cover: Member | None, starts_at: datetime, until: datetime) -> Card:
    place = place_of(case.session, case.team, who)
    case.session.refresh(place, with_for_update=True)  # two who say it at once make one absence
    found = standing(case.session, case.team, who)
    if found is not None and found.until <= case.now:
        bring_back(case.session, case.team, found, case.now, case.inbound.wall)  # nobody has swept since
        case.session.flush()  # one that has not ended is unique
        found = None
    if cover is not None and out_between(case.session, case.team, cover, starts_at, until) is not None and cover.id != who.id:
        raise Unclear(cards.OUT_THEN, "out").at("cover")
    absence = (_moved(case, found, cover, starts_at, until) if found
               else Absence(case.team, who, case.me, starts_at, until, case.now))
    if cover is not None and (absence.cover_id != cover.id or absence.answer is CoverAnswer.DECLINED):
        settle(case, absence, theirs=False)
        absence.ask(cover, case.now)
    case.session.add(absence)
    case.session.flush()  # the card below reads who covers
    case.session.refresh(absence, ["member", "cover"])
    ask_cover(case, absence)
    lose_covered(case, who, absence)
    schedule(case.session, case.workspace_id, Subject.ABSENCE, absence.id,
             absence.next_look(case.team.work, case.now))
    case.stirred |= {who.id} | ({absence.cover_id} if absence.cover_id else set())
    case.audit("absence set", absence.id)
    case.answer = "you are out" if who.id == case.me.id else "they are out"
    return _is_out(case, absence)


def _moved(case: Case, found: Absence, cover: Member | None, starts_at: datetime, until: datetime) -> Absence:
    begins = found.starts_at if found.starts_at <= starts_at <= case.now else starts_at
    asked = cover is None or (cover.id == found.cover_id and found.answer is not CoverAnswer.DECLINED)
    if asked and (begins, until) == (found.starts_at, found.until):
        raise Conflict(cards.SAME).at("when")
    found.move(begins, until, case.now)
    return found


def _is_out(case: Case, absence: Absence) -> Card:
    own = absence.member_id == case.me.id
    card = cards.is_out(absence, absence.member.slack_id, case.team, case.zone, case.now, own=own)
    _falling_due(case, card, absence, 0, FEW, own=own)
    return card.actions(cards.back_button(absence, own=own))


def _falling_due(case: Case, card: Card, absence: Absence, first: int, most: int, *, own: bool) -> None:
    found, total = take(case.session, due_before(case.team, absence.member_id, absence.until), first, most)
    case.audit("list read", case.team.id)
    cards.falling_due(card, absence, found, total, first, case.now, case.zone, own=own)


@button("out_due", reads=True)
def press_due(case: Case) -> Card:
    """The rest of what falls due, for who is out and for a lead."""
    absence = pressed(case)
    own = absence.member_id == case.me.id
    if not own and not case.place.lead:
        raise Refused(words.LEADS_ONLY)
    first = case.argument
    card = Card("Kept: what falls due")
    _falling_due(case, card, absence, int(first) if first.isdecimal() and len(first) < 7 else 0, PAGE, own=own)
    return card


@command("back")
def back(case: Case, said: Said) -> Card:
    who = case.owner(said) or case.me
    must_be_for(case, who)
    found = standing(case.session, case.team, who)
    if found is None:
        raise Conflict(cards.NOT_OUT if who.id == case.me.id else cards.THEY_NOT_OUT)
    case.session.refresh(found, with_for_update=True)
    return _back(case, found)


@button("back")
def press_back(case: Case) -> Card:
    absence = pressed(case)
    must_be_for(case, case.person(absence.member_id))
    return _back(case, absence)


def _back(case: Case, absence: Absence) -> Card:
    """Before it has begun, it is only called off."""
    begun, own = absence.starts_at <= case.now, absence.member_id == case.me.id
    case.stirred |= {absence.member_id} | ({absence.cover_id} if absence.cover_id else set())
    case.audit("absence end", absence.id)
    case.answer = "the absence is over"
    bring_back(case.session, case.team, absence, case.now, case.inbound.wall)
    return Card("Kept: back").line((cards.BACK if own else cards.BROUGHT_BACK) if begun else cards.NOT_GOING)

