"""Break-glass: in an emergency a lead opens a patient of another care team for an hour, and its leads are told at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from handlers.cards import forms, other, words
from handlers.cards import glass as cards
from handlers.cards.blocks import Card
from handlers.cards.form_words import CANCEL
from handlers.cards.view import Errors, Reply, View
from handlers.case import Case, Surface
from handlers.forms import reading
from handlers.language.command import Said
from handlers.nudge import notify
from handlers.table import blank, button, command, form
from models.contact import of_patient
from models.errors import Hidden, NotFound, Refused, Unclear
from models.glass import MISSED, MISSES, Glass, misses, of_other_teams, open_glass
from models.item import LIVING, Item
from models.nudge import GLASS
from models.patient import ALIAS, Patient
from models.team import CareTeam, leading
from models.unsorted import waiting_about

ITEMS, ENTRIES, CONTACTS = 15, 3, 3   # at most, on the page


@command("breakglass")
def break_glass(case: Case, said: Said) -> Reply:
    """With an alias alone, whoever has it open looks again."""
    must_lead(case)
    before = misses(case.session, case.me, case.now)
    if before >= MISSES:
        raise Refused(cards.TOO_MANY).at("alias")
    alias, why = said.patient or "", (said.text or "").strip()
    found = of_other_teams(case.session, case.me, alias) if ALIAS.fullmatch(alias) else []
    if not found:
        return _missed(case, before + 1)
    if len(found) > 1 and why:
        case.asks = True
        return cards.which([(_lead_of(case, one), f"t.{case.team.id}.{one.id} {why}") for one in found])
    for one in found:
        if (glass := open_glass(case.session, case.me, one, case.inbound.wall)) is not None:
            return _page(case, glass)
    return _opened(case, found[0], why)


def must_lead(case: Case) -> None:
    """Of a care team, by another lead's word: anybody can found one, and so lead it by nobody's word but their own."""
    if not case.place.lead or case.place.named_by is None:
        raise Refused(cards.ONLY_LEADS)


def _missed(case: Case, count: int) -> Reply:
    """No such patient, which stays on the chain: whoever tries one alias after another is stopped, and those who lead with them
    hear of it."""
    case.asks = True
    case.audit(MISSED, case.me.id, "not done")
    if count >= MISSES:
        _tell_own(case, case.place.id, int(case.now.timestamp()), cards.guessed(case.me.slack_id))
    return Errors({"alias": cards.NO_SUCH}) if case.inbound.surface is Surface.FORM else other.sentence(cards.NO_SUCH)


def _tell_own(case: Case, subject: UUID, epoch: int, card: Card) -> None:
    """The other leads of the team it was done from."""
    for lead in leading(case.session, case.team):
        if lead.id != case.me.id:
            notify(case.session, case.team, subject, GLASS, epoch, lead.slack_id, card, case.now, case.inbound.wall)


def _lead_of(case: Case, patient: Patient) -> str:
    """The Slack id of the first who leads the patient's team: the team's own name is not the asker's to know."""
    led = leading(case.session, case.session.get_one(CareTeam, (case.workspace_id, patient.team_id)))
    return led[0].slack_id if led else ""


@button("glass_open")
def press_open(case: Case) -> Card:
    """Of several patients of one alias, this one."""
    must_lead(case)
    key, _, why = case.argument.partition(" ")
    patient = _of_another_team(case, key)
    glass = open_glass(case.session, case.me, patient, case.inbound.wall)
    return _page(case, glass) if glass is not None else _opened(case, patient, why)


def _of_another_team(case: Case, key: str) -> Patient:
    try:
        found = case.session.get(Patient, (case.workspace_id, UUID(key)))
    except ValueError:
        found = None
    if found is None or found not in of_other_teams(case.session, case.me, found.called):
        raise NotFound(words.GONE)
    return found


def _opened(case: Case, patient: Patient, why: str) -> Card:
    if not why:
        raise Unclear(cards.WHY, "breakglass").at("why")
    if len(why) > cards.LONGEST:
        raise Unclear(cards.LONG, "breakglass").at("why")
    glass = Glass(patient, case.me, why, case.inbound.wall)
    case.session.add(glass)
    case.session.flush()  # the alert reads who opened it
    case.audit("glass open", patient.id)
    _tell(case, glass)
    case.answer = cards.OPENED
    return _page(case, glass)


def _tell(case: Case, glass: Glass) -> None:
    """At once, at night too: the leads of the patient's team, or its channel when it has none; and who leads with the one who
    opened it. It says nothing of the patient, so it
    may reach whoever led when the channel was last seen."""
    team = case.session.get_one(CareTeam, (case.workspace_id, glass.team_id))
    to = [lead.slack_id for lead in leading(case.session, team)] or ([team.channel] if team.barred is None else [])
    for one in to:
        notify(case.session, team, glass.id, GLASS, 0, one, cards.alert(glass), case.now, case.inbound.wall)
    _tell_own(case, glass.id, 0, cards.own_alert(glass))


def _page(case: Case, glass: Glass) -> Card:
    """What is private too, as a lead of the patient's team sees it; first that, since an emergency may be about it."""
    where = (Item.workspace_id == case.workspace_id, Item.patient_id == glass.patient_id)
    open_ = list(case.session.scalars(select(Item).where(*where, Item.state.in_(LIVING) | Item.untold).order_by(Item.number)))
    open_.sort(key=lambda item: not item.private)
    waiting = waiting_about(case.session, glass.patient)
    case.audit("glass read", glass.patient_id)
    more = len(open_[ITEMS:]) + len(waiting[ENTRIES:])
    made = of_patient(case.session, glass.patient, CONTACTS)
    return cards.page(glass, str(case.team.id), open_[:ITEMS], waiting[:ENTRIES], made, more, case.zone, case.now)


@button("glass", reads=True)
def look_again(case: Case) -> Card:
    """The door: their own, while it is open and they still lead the team they opened it from."""
    must_lead(case)
    try:
        glass = case.session.get(Glass, (case.workspace_id, UUID(case.argument)))
    except ValueError:
        glass = None
    if glass is None:
        raise NotFound(words.GONE)
    if glass.member_id != case.me.id or not glass.is_open(case.inbound.wall):
        raise Hidden(words.GONE, glass.patient_id)
    return _page(case, glass)


@button("glass_reason", reads=True)
def press_reason(case: Case) -> Card:
    glass = _pressed(case)
    case.audit("glass reason read", glass.patient_id)
    return cards.reason(glass, case.zone, case.inbound.wall)


@button("glass_end")
def press_end(case: Case) -> Card:
    glass = _pressed(case)
    glass.end(case.inbound.wall)
    case.audit("glass end", glass.patient_id)
    case.answer = cards.OVER
    return cards.ended()


def _pressed(case: Case) -> Glass:
    """The door for the leads of the patient's care team."""
    try:
        glass = case.session.get(Glass, (case.workspace_id, UUID(case.inbound.subject.split(".")[1])),
                                 with_for_update=case.writes or None)
    except (IndexError, ValueError):
        glass = None
    if glass is None or glass.team_id != case.team.id:
        raise NotFound(words.GONE)
    if not case.place.lead:
        raise Refused(cards.NOT_OTHERS)
    return glass


@blank("breakglass")
def glass_form(case: Case) -> View:
    must_lead(case)
    (alias, about_alias), (why, about_why) = cards.ALIAS, cards.REASON
    blocks = [*Card("").line(cards.FIRST).blocks, forms.words("alias", alias, hint=about_alias, lines=False, most=60),
              forms.words("why", why, hint=about_why, most=cards.LONGEST)]
    return View(cards.TITLE, blocks, callback="form.breakglass", subject=f"t.{case.team.id}", submit=cards.SUBMIT, close=CANCEL)


@form("form.breakglass")
def submit(case: Case) -> Reply:
    return reading.say(case, Said("breakglass", "", patient=reading.typed(case, "alias"), text=reading.typed(case, "why")))
