"""Who looked at a patient, and what a member looked at, for the leads of a care team."""

from __future__ import annotations

from sqlalchemy import select

from handlers.cards import audit as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said
from handlers.table import command
from models.errors import NotFound, Refused, Unclear
from models.patient import ALIAS, Patient, same_name
from models.team import Member
from models.trail import about_patient, by_member_in, wide_looks

SHOWN = 25


@command("audit", reads=True)
def audited(case: Case, said: Said) -> Card:
    if not case.place.lead:
        raise Refused(words.LEADS_LOOK)
    who = case.owner(said, former=True)
    if who is not None:
        return _of_member(case, who)
    alias = (said.text or "").strip()
    if not alias:
        raise Unclear(cards.WHOSE, "audit")
    # A closed patient too: that is when someone asks.
    found = same_name(case.session, case.team, alias) if ALIAS.fullmatch(alias) else []
    if len(found) != 1:
        raise Unclear(words.SEVERAL_PATIENTS, "audit") if found else NotFound(words.NO_SUCH_ALIAS)
    (patient,) = found
    looks = about_patient(case.session, patient, SHOWN + 1)
    wide = wide_looks(case.session, (case.workspace_id, case.team.id))
    case.audit("audit read", patient.id)
    return cards.trail(patient.called, looks[:SHOWN], len(looks) > SHOWN, wide, case.zone, case.now)


def _of_member(case: Case, who: Member) -> Card:
    """Also of someone who has left: that is when it is asked."""
    looks = by_member_in(case.session, case.team, who.slack_id)
    about = {one.patient for one in looks[:SHOWN] if one.patient}
    called = {one.id: one.called for one in case.session.scalars(
        select(Patient).where(Patient.workspace_id == case.workspace_id, Patient.id.in_(about)))}
    case.audit("audit read", who.id)
    return cards.member_trail(who.slack_id, looks[:SHOWN], called, len(looks) > SHOWN, case.zone, case.now)
