"""Covering for someone who is out: asked, answered by a verb or a button, and lost when the cover is out too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import not_

from handlers.cards import absence as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said
from handlers.nudge import in_hours, notify
from handlers.standing import withdraw
from handlers.table import button, command
from models.absence import LONGEST, Absence, CoverAnswer, away, covering, leads_in, look_again, out_between, standing
from models.errors import Conflict, NotFound, Unclear
from models.nudge import COVER_ANSWERED, COVER_ASKED, COVER_LOST
from models.team import Member
from models.worklist import due_before, private, take

FEW = 5


def pressed(case: Case) -> Absence:
    """The absence whose button was pressed, held when it may change."""
    try:
        key = UUID(case.inbound.subject.split(".")[1])
    except (IndexError, ValueError):
        raise NotFound(words.GONE) from None
    found = case.session.get(Absence, (case.workspace_id, key), with_for_update=case.writes or None)
    if found is None or found.team_id != case.team.id:
        raise NotFound(words.GONE)
    return found


@command("cover")
def cover(case: Case, said: Said) -> Card:
    """Alone, it shows who asks and whom one covers already."""
    who, word = case.owner(said), (said.text or "").casefold().strip(" .!")
    if who is None and not word:
        return _asking(case)
    if who is None:
        raise Unclear(cards.FOR_WHOM, "cover").at("owner")
    if word not in {"", "yes", "no"}:
        raise Unclear(cards.YES_OR_NO, "cover")
    found = standing(case.session, case.team, who)
    if found is None or found.cover_id != case.me.id:
        raise Conflict(cards.NOT_ASKED)
    case.session.refresh(found, with_for_update=True)
    return _answer(case, found, accepted=word != "no")


def _asking(case: Case) -> Card:
    case.asks = True
    found = covering(case.session, case.team, case.me, case.now, case.now + LONGEST)
    if not found:
        raise Conflict(cards.NOBODY_ASKS)
    card = Card("Kept: covering")
    for one in found:
        cards.asking(card, one, case.team, case.zone, case.now)
    return card


@button("cover_yes")
def press_accept(case: Case) -> Card:
    return _answer(case, pressed(case), accepted=True)


@button("cover_no")
def press_decline(case: Case) -> Card:
    return _answer(case, pressed(case), accepted=False)


def _answer(case: Case, absence: Absence, *, accepted: bool) -> Card:
    if accepted and out_between(case.session, case.team, case.me, absence.starts_at, absence.until) is not None:
        raise Conflict(cards.YOU_OUT_THEN)
    absence.reply(case.me, case.now, accepted=accepted)
    who = absence.member
    look_again(case.session, case.team, who, case.now)
    settle(case, absence, theirs=True)
    # An answer to what they asked, so it may reach them though they are out.
    notify(case.session, case.team, absence.id, COVER_ANSWERED, int(case.now.timestamp()),
           case.person(absence.author_id).slack_id,
           cards.answered(absence, case.me.slack_id, case.team, case.team.tz, case.now), case.now,
           in_hours(case.team, case.now, case.inbound.wall))
    case.stirred |= {absence.member_id, case.me.id}
    case.audit(f"cover {absence.answer}", absence.id)
    case.answer = f"cover {absence.answer}"
    if not accepted:
        return Card("Kept: covering").line(cards.YOU_DECLINED)
    found, total = take(case.session, due_before(case.team, who.id, absence.until, not_(private())), 0, FEW)
    return cards.you_cover(absence, who.slack_id, found, total, case.team, case.zone, case.now)


def ask_cover(case: Case, absence: Absence) -> None:
    if absence.answer is not CoverAnswer.ASKED or absence.asked_at != case.now or absence.cover is None:
        return
    card = cards.asks(absence, case.team, case.team.tz, case.now)
    notify(case.session, case.team, absence.id, COVER_ASKED, int(case.now.timestamp()), absence.cover.slack_id, card, case.now,
           in_hours(case.team, case.now, case.inbound.wall))


def lose_covered(case: Case, who: Member, absence: Absence) -> None:
    """Whom they were to cover meanwhile has nobody now: the leads who are here hear it, and they themselves before they go."""
    out = away(case.session, case.team, case.now)
    for one in covering(case.session, case.team, who, absence.starts_at, absence.until):
        one.lose_cover(case.now)
        card = cards.uncovered(one, who.slack_id, one.member.slack_id, case.team, case.team.tz, case.now)
        hear = {lead.slack_id for lead in leads_in(case.session, case.team, out)}
        if one.member_id not in out:
            hear.add(one.member.slack_id)
        for to in sorted(hear - {who.slack_id, case.me.slack_id}):
            notify(case.session, case.team, one.id, COVER_LOST, int(case.now.timestamp()), to, card, case.now,
                   in_hours(case.team, case.now, case.inbound.wall))


def settle(case: Case, absence: Absence, *, theirs: bool) -> None:
    """The question that stands in someone's messages shows what became of it."""
    card = cards.asked_before(absence, case.person(absence.member_id).slack_id, case.team, case.team.tz, case.now, theirs=theirs)
    withdraw(case.session, case.team, absence.id, COVER_ASKED, card, case.inbound.wall, to=case.me.slack_id if theirs else "")
