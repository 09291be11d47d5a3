"""Handing over a patient or some items: offered, answered one by one or all, and closed once the patient knows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from handlers.cards import handoff as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.entering import danger_of, enter, heed, shown
from handlers.item import of_kind
from handlers.language.command import Said
from handlers.nudge import in_hours, notify, on_chain
from handlers.patient import patient_named
from handlers.standing import send
from handlers.table import button, command
from models.errors import CareError, Conflict, NotFound, Unclear
from models.handoff import HandOff, HandOffPart, givable, offered, offering, offers_to, patient_offered
from models.history import History
from models.item import Item
from models.nudge import OFFERED
from models.occurrence import go_with
from models.patient import Patient
from models.team import Member

ANSWERED = "handoff-answered"
TAKEN_OVER = "handoff-accepted"


@command("handoff")
def hand_off(case: Case, said: Said) -> Card:
    """A patient with all of the giver's open items, or the items named; a form may say both, of one patient."""
    if said.numbers or said.last:
        items = [case.last_item()] if said.last else [case.item(number) for number in sorted(said.numbers)]
        patient, too = patient_named(case, said) if said.patient else case.patient(items[0]), False
        for item in items:
            must_be_givable(case, item, patient)
    else:
        patient = patient_named(case, said)
        items, too = all_of(case, patient)
    return _offer(case, said, patient, items, patient_too=too)


def all_of(case: Case, patient: Patient) -> tuple[list[Item], bool]:
    """(what the giver has of a patient and has not offered yet, whether the patient too); never nothing at all."""
    items = givable(case.session, patient, case.me)
    too = patient.owner_id == case.me.id and not patient_offered(case.session, patient)
    if not items and not too:
        raise Conflict(cards.NOTHING.format(alias=patient.called)).at("patient")
    return items, too


def must_be_givable(case: Case, item: Item, patient: Patient) -> None:
    try:
        _givable(case, item, patient)
    except CareError as error:
        raise error.at("items") from None


def _givable(case: Case, item: Item, patient: Patient) -> None:
    if isinstance(item, HandOff):
        raise Conflict(cards.NOT_AN_ITEM.format(number=item.number))
    if item.patient_id != patient.id:
        raise NotFound(words.OTHER_PATIENT.format(number=item.number))
    if item.owner_id != case.me.id:
        raise Conflict(cards.NOT_YOURS.format(number=item.number))
    if not item.living and not item.untold:
        raise Conflict(cards.ENDED.format(number=item.number))
    offer = offered(case.session, case.workspace_id, [item.id]).get(item.id)
    if offer is not None:
        raise Conflict(cards.TWICE.format(number=item.number, offer=offer.number))


def _offer(case: Case, said: Said, patient: Patient, items: Sequence[Item], *, patient_too: bool) -> Card:
    receiver = case.owner(said)
    if receiver is None:
        raise Unclear(cards.NEED_RECEIVER, "handoff").at("owner")
    if receiver.id == case.me.id:
        raise Unclear(cards.TO_ONESELF, "handoff").at("owner")
    if not said.text:
        raise Unclear(cards.NEED_WORDS, "handoff").at("words")
    made = HandOff(case.team, patient, case.me, said.text, case.now, owner=receiver,
                   number=case.team.take_number(case.session), danger=danger_of(said.text, about=items))
    made.offer(items, patient_too=patient_too)
    case.session.add(made)
    case.session.flush()  # the message below reads what it offers
    card = enter(case, made, patient, cards.OFFERED.format(number=made.number))
    send(case.session, made, case.team, OFFERED, receiver.slack_id, case.now,
       in_hours(case.team, case.now, case.inbound.wall))
    return card


@command("accept")
def accept(case: Case, said: Said) -> Card:
    return _answer(case, said, accepted=True)


@command("decline")
def decline(case: Case, said: Said) -> Card:
    return _answer(case, said, accepted=False)


@button("accept")
def press_accept(case: Case) -> Card:
    return _answered(case, of_kind(case.pressed, HandOff), None, accepted=True)


@button("decline")
def press_decline(case: Case) -> Card:
    return _answered(case, of_kind(case.pressed, HandOff), None, accepted=False)


def _answer(case: Case, said: Said, *, accepted: bool) -> Card:
    word = (said.text or "").strip().casefold()
    if not said.numbers and not said.last and word.partition(" ")[0] == "all":
        waiting = offers_to(case.session, case.team, case.me)
        if not waiting:
            raise Conflict(cards.NO_OFFERS)
        why = (said.text or "").strip()[3:].strip(" ,:;") or None
        for key in waiting[:-1]:
            _answered(case, _held(case, key), None, accepted=accepted, why=why)
        return _answered(case, _held(case, waiting[-1]), None, accepted=accepted, why=why)
    if len(said.numbers) != 1:
        raise Unclear(cards.WHICH, said.verb)
    number = said.numbers[0]
    why = None if word == "all" else said.text
    within = offering(case.session, case.team, case.me, number)
    if within is not None:
        made = _held(case, within)
        return _answered(case, made, [part for part in made.waiting() if part.item and part.item.number == number],
                         accepted=accepted, why=why)
    found = case.item(number)
    if not isinstance(found, HandOff):
        raise NotFound(cards.NO_OFFER.format(number=number))
    return _answered(case, found, None, accepted=accepted, why=why)


def _held(case: Case, key: UUID) -> HandOff:
    return of_kind(case.item_by_id(key), HandOff)


def _answered(case: Case, made: HandOff, parts: Sequence[HandOffPart] | None, *, accepted: bool,
              why: str | None = None) -> Card:
    """``parts`` are those answered, all that wait by default. The giver is told; the channel hears what was accepted."""
    chosen = made.waiting() if parts is None else list(parts)
    patient = case.patient(made)
    items = sorted((part.item for part in chosen if part.item is not None), key=lambda item: item.id)
    for item in items:  # held in one order, so that two answers at once do not wait for each other
        case.session.refresh(item, with_for_update={"key_share": True})
    act = made.accept(chosen, patient, case.me, case.now) if accepted else made.decline(chosen, case.me, case.now, why)
    if accepted and patient.owner_id == made.owner_id and any(part.item is None for part in chosen):
        go_with(case.session, patient, made.author_id, made.owner_id)
    heed(case, made)
    for item in items:
        case.touch(item)
    case.stirred |= {made.author_id, made.owner_id, patient.owner_id}
    case.answer = f"#{made.number}"
    case.audit(f"handoff {act.verb}", made.id)
    _tell(case, made, patient, [part for part in chosen if part.answered_at == case.now], act, accepted=accepted)
    return _reply(case, made, accepted=accepted)


def _reply(case: Case, made: HandOff, *, accepted: bool) -> Card:
    part = cards.ACCEPTED_PART if accepted else cards.DECLINED_PART
    lead = part if made.living else cards.ACCEPTED if made.untold else cards.DECLINED
    return shown(case, made, lead.format(number=made.number))


def _tell(case: Case, made: HandOff, patient: Patient, parts: Sequence[HandOffPart], act: History, *, accepted: bool) -> None:
    """Rows of the ledger about this very answer: no later change takes them back."""
    giver: Member = case.person(made.author_id)
    parts = [part for part in parts if not accepted or part.answer == "accepted"]
    card = cards.answer(made, patient.called, parts, case.me.slack_id, accepted=accepted)
    notify(case.session, case.team, act.id, ANSWERED, 1, giver.slack_id, card, case.now,
       in_hours(case.team, case.now, case.inbound.wall))
    on_chain(case.session, made, ANSWERED, giver.slack_id, case.now)
    # That there is something private is nobody else's to know either.
    parts = [part for part in parts if part.item is None or not part.item.private]
    if accepted and parts and not made.private:
        post = cards.posted(made, patient.called, parts, giver.slack_id, case.me.slack_id)
        notify(case.session, case.team, act.id, TAKEN_OVER, 1, case.team.channel, post, case.now,
       in_hours(case.team, case.now, case.inbound.wall))
        on_chain(case.session, made, TAKEN_OVER, case.team.channel, case.now)
