"""Who looked at a patient, for the leads of their care team."""

from __future__ import annotations

from handlers.cards import audit as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said
from handlers.table import command
from models.errors import NotFound, Refused, Unclear
from models.patient import ALIAS, same_name
from models.trail import about_patient, wide_looks

SHOWN = 25


@command("audit", reads=True)
def audited(case: Case, said: Said) -> Card:
    if not case.place.lead:
        raise Refused(words.LEADS_LOOK)
    alias = (said.text or "").strip()
    if not alias:
        raise Unclear(words.WHICH_PATIENT, "audit")
    # A closed patient too: that is when someone asks.
    found = same_name(case.session, case.team, alias) if ALIAS.fullmatch(alias) else []
    if len(found) != 1:
        raise Unclear(words.SEVERAL_PATIENTS, "audit") if found else NotFound(words.NO_SUCH_ALIAS)
    (patient,) = found
    looks = about_patient(case.session, patient, SHOWN + 1)
    wide = wide_looks(case.session, (case.workspace_id, case.team.id))
    case.audit("audit read", patient.id)
    return cards.trail(patient.called, looks[:SHOWN], len(looks) > SHOWN, wide, case.zone, case.now)
