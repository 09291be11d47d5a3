"""Being in touch: who was reached, how, about what; and a call of theirs, which is answered with a promise to call back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from handlers.cadence import reached
from handlers.cards import contact as cards
from handlers.cards import other, words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.commitment import promised
from handlers.entering import danger_of
from handlers.foretold import next_said
from handlers.language.command import Said
from handlers.language.due import Due
from handlers.language.due import Outcome as Reading
from handlers.patient import patient_named
from handlers.table import button, command
from models.contact import Contact, Direction, Outcome, Way, latest_by
from models.errors import Hidden, NotFound, Refused, Unclear
from models.item import Danger, Item
from models.patient import Patient
from models.unsorted import Unsorted, give_back

LONGEST = 24 * 60   # minutes
SAID = {"call": (Way.CALL, Outcome.REACHED), "visit": (Way.VISIT, Outcome.REACHED), "text": (Way.TEXT, Outcome.REACHED),
        "video": (Way.VIDEO, Outcome.REACHED), "seen": (Way.IN_PERSON, Outcome.REACHED),
        "noanswer": (Way.CALL, Outcome.NO_ANSWER), "left": (Way.CALL, Outcome.MESSAGE_LEFT)}


@command("call")
@command("visit")
@command("text")
@command("video")
@command("seen")
@command("noanswer")
@command("left")
def contact(case: Case, said: Said) -> Card:
    way, outcome = SAID[said.verb or ""]
    if "someone else" in said.clauses and outcome is Outcome.REACHED:
        outcome = Outcome.SOMEONE_ELSE
    return said_of(case, said, way, outcome)


def said_of(case: Case, said: Said, way: Way, outcome: Outcome) -> Card:
    """A contact of any kind and outcome: a form has more of both together than there are verbs."""
    patient = patient_named(case, said)
    return in_touch(case, patient, way, outcome, items_of(case, patient, said.numbers), minutes=said.minutes, note=said.text,
                    unprompted="unprompted" in said.clauses, categories=said.categories, happened_at=said.happened_at)


def items_of(case: Case, patient: Patient, numbers: Sequence[int]) -> list[Item]:
    """The patient's items of these numbers, locked in one order; raises when one is nobody's or another patient's."""
    found = []
    for number in sorted(set(numbers)):
        try:
            item = case.item(number)
        except NotFound as gone:
            gone.sentence = cards.NO_SUCH.format(number=number)
            raise
        if item.patient_id != patient.id:
            raise NotFound(cards.OTHER_PATIENT.format(number=number)).at("about")
        found.append(item)
    return found


def in_touch(case: Case, patient: Patient, way: Way, outcome: Outcome, about: Sequence[Item], *,
             minutes: int | None = None, note: str | None = None, unprompted: bool = False,
             categories: tuple[str, ...] = (), happened_at: datetime | None = None) -> Card:
    """Record a contact of ours, and what it does to the items it was about."""
    made = Contact(patient, case.me, case.now, way, outcome, minutes=_took(minutes), note=note, unprompted=unprompted,
                   danger=danger_of(note or "", categories if note else (), about), happened_at=happened_at)
    _keep(case, made, patient, about)
    case.answer = cards.RECORDED
    card = cards.full(made, patient.called, case.zone, cards.lead(made))
    planned = [(item, next_said(case, item)) for item in about]
    return cards.undo(cards.effects(card, made, planned, case.zone), made)


def _took(minutes: int | None) -> int | None:
    if minutes is not None and not 1 <= minutes <= LONGEST:
        raise Unclear(cards.MINUTES).at("minutes")
    return minutes


def _keep(case: Case, made: Contact, patient: Patient, about: Sequence[Item]) -> None:
    case.session.add(made)
    for item in about:
        made.concerns(item, case.me, case.now)
        case.touch(item)
    case.stirred.add(patient.owner_id)
    case.audit("contact create", made.id)
    reached(case, patient)  # which flushes; the card reads what it was about


@command("called")
def called(case: Case, said: Said) -> Card:
    """Their call: the words stand in the promise to call back, which is due in a working day unless a time is said."""
    patient = patient_named(case, said)
    about = items_of(case, patient, said.about)
    due = said.due or Due(Reading.NONE)
    if due.outcome is Reading.NONE:
        due = Due(Reading.DUE, due=case.team.work.add_days(case.now, 1), grain="minute")
    text = f"{cards.CALL_BACK}: {said.text}" if said.text else cards.CALL_BACK
    promise, card = promised(case, said, patient, text, due, cards.CALLED)
    made = Contact(patient, case.me, case.now, Way.CALL, Outcome.REACHED, direction=Direction.INBOUND,
                   minutes=_took(said.minutes))
    _keep(case, made, patient, about)
    made.led_to(promise)
    if any(item.private for item in about):
        promise.ask_danger()
    cards.effects(card, made, [], case.zone)
    return cards.undo(card, made, cards.UNDO_CALL)


def _pressed(case: Case) -> Contact:
    try:
        key = UUID(case.inbound.subject.split(".")[1])
    except (IndexError, ValueError):
        raise NotFound(words.GONE) from None
    return contact_by_id(case, key)


def contact_by_id(case: Case, key: UUID) -> Contact:
    """The door: a contact of this team, held while it is changed."""
    found = case.session.get(Contact, (case.workspace_id, key), with_for_update={"key_share": True} if case.writes else None)
    if found is None:
        raise NotFound(words.GONE)
    if found.team_id != case.team.id or not case.may_read(found):
        raise Hidden(words.GONE, found.id)
    return found


@button("open_contact", reads=True)
def press_open(case: Case) -> Card:
    made = _pressed(case)
    if made.withdrawal is not None:
        raise NotFound(words.GONE)
    case.audit("contact read", made.id)
    card = cards.full(made, made.patient.called, case.zone)
    return cards.undo(card, made) if made.member_id == case.me.id else card


@button("undo_contact")
def press_undo(case: Case) -> Card:
    return take_back(case, _pressed(case))


def take_back(case: Case, made: Contact) -> Card:
    """The contact, and what it did to its items where nothing has happened to them since."""
    made.withdraw(case.me, case.now)
    give_back(case.session, case.workspace_id, Unsorted.contact_id == made.id)
    back, on = [], []
    for link in sorted(made.about, key=lambda link: link.item.number):
        if link.history_id is None:
            continue
        item = case.session.get_one(Item, (case.workspace_id, link.item_id), with_for_update={"key_share": True})
        if [row.id for row in item.last_act()] == [link.history_id]:
            item.undo(case.me, case.now)
            case.touch(item)
            back.append(item)
        elif not link.caused or not link.caused.undone:
            on.append(item)
    case.stirred.add(made.patient.owner_id)
    case.answer = cards.RECORDED
    reached(case, made.patient)
    case.audit("contact undo", made.id)
    shown, gone_on = ([item for item in some if case.may_see(item)] for some in (back, on))
    return cards.undone(other.sentence(cards.UNDONE), shown, gone_on)


@button("contact_danger")
def press_danger(case: Case) -> Card:
    return _danger(case, present=True)


@button("contact_safe")
def press_safe(case: Case) -> Card:
    return _danger(case, present=False)


def _danger(case: Case, *, present: bool) -> Card:
    made = _pressed(case)
    if made.danger is Danger.PRESENT and not present and not case.place.lead:
        raise Refused(words.DANGER_STANDS)
    made.answer_danger(present)
    case.answer = cards.RECORDED
    case.audit("contact danger present" if present else "contact danger absent", made.id)
    return cards.full(made, made.patient.called, case.zone, cards.DANGER_YES if present else cards.DANGER_NO)


def newest(case: Case) -> Contact | None:
    """The person's latest contact in this team, for ``undo`` and ``last``."""
    return latest_by(case.session, case.team.id, case.me)
