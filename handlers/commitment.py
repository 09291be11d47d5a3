"""What was promised, and by when."""

from __future__ import annotations

from datetime import datetime

from handlers.cards import item as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.entering import changed, enter
from handlers.item import of_kind
from handlers.language.command import Said
from handlers.language.dates import PAST
from handlers.language.due import Due, Outcome
from handlers.patient import patient_named
from handlers.table import button, command
from models.errors import NotFound, Unclear
from models.item import Commitment, Item


@command("commit")
def commit(case: Case, said: Said) -> Card:
    """An unclear time saves the promise without one and asks; an impossible one saves nothing (SPEC 2)."""
    patient = patient_named(case, said)
    due = said.due or Due(Outcome.NONE)
    if due.outcome is Outcome.REFUSED:
        raise Unclear(words.REFUSED_TIME.format(reason=due.reason), "commit")
    if not said.text:
        raise Unclear(words.NO_TASK, "commit")
    about = _about(case, said)
    made = Commitment(case.team, patient, case.me, said.text, case.now, owner=case.owner(said), about=about,
                      number=case.team.take_number(case.session), due_at=due.due, due_grain=due.grain)
    if due.outcome is Outcome.DUE:
        return enter(case, made, patient)
    return _by_when(case, made, due, enter(case, made, patient, _question(made, due)))


def _about(case: Case, said: Said) -> Item | None:
    if not said.about:
        return None
    found = case.item(said.about[0])
    if found.patient_id != patient_named(case, said).id:
        raise NotFound(words.OTHER_PATIENT.format(number=found.number))
    return found


def _question(item: Item, due: Due) -> str:
    if due.outcome is Outcome.RECURRING:
        return words.RECURRING
    if due.outcome is Outcome.ASK:
        return words.ASK_TIME.format(number=item.number, reason=due.reason)
    return words.ASK_NO_TIME.format(number=item.number)


def _by_when(case: Case, item: Item, due: Due | None, card: Card) -> Card:
    """The readings to choose from; without any, today, tomorrow and in two days."""
    options = [(words.short_when(o.due, case.zone, case.now), o.due) for o in (due.options if due else ())]
    if due and due.first:
        options = [(words.short_when(due.first, case.zone, case.now), due.first)]
    options = options or cards.suggestions(case.now, case.team.tz, case.team.closes)
    return cards.times(card, item, "at", options, options[0][1])


@button("at")
def at(case: Case) -> Card:
    """A time chosen from buttons (an ISO instant) or from the picker (seconds)."""
    item = of_kind(case.pressed, Commitment)
    return _new_time(case, item, _chosen(case), "minute", told=False)


def _chosen(case: Case) -> datetime:
    try:
        if case.inbound.choice:
            found = datetime.fromtimestamp(int(case.inbound.choice), case.zone)
        else:
            found = datetime.fromisoformat(case.argument)
    except (ValueError, OverflowError, OSError):
        raise Unclear(words.OLD_BUTTON) from None
    if found.tzinfo is None or found <= case.now:
        raise Unclear(words.REFUSED_TIME.format(reason=PAST))
    return found


@command("late")
def late(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Commitment)
    due = said.due or Due(Outcome.NONE)
    if due.outcome is Outcome.DUE and due.due is not None:
        return _new_time(case, item, due.due, due.grain or "minute", told="told" in said.clauses)
    if due.outcome is Outcome.REFUSED:
        raise Unclear(words.REFUSED_TIME.format(reason=due.reason), "late")
    if due.outcome is Outcome.NONE and said.text:
        raise Unclear(words.NOT_READ, "late")
    return ask_new_time(case, item, due)


@button("late", reads=True)
def press_late(case: Case) -> Card:
    return ask_new_time(case, of_kind(case.pressed, Commitment), None)


def ask_new_time(case: Case, item: Commitment, due: Due | None) -> Card:
    item.must_live()
    case.audit("item read", item.id)
    card = cards.full(item, case.patient(item).alias, case.person(item.owner_id).slack_id, case.now, case.zone,
                      lead=words.WHEN_NOW).line(words.REPAIR)
    return _by_when(case, item, due, card)


def _new_time(case: Case, item: Commitment, when: datetime, grain: str, *, told: bool) -> Card:
    first = item.due_at is None
    item.delay(when, grain, case.me, case.now, told=told)
    lead = words.TIMED if first else words.LATE_TOLD if told else words.LATE_UNTOLD
    return changed(case, item, "delay", lead.format(number=item.number))


@command("done")
def done(case: Case, said: Said) -> Card:
    return _keep(case, of_kind(case.named(said), Commitment), told="told" in said.clauses)


@button("done")
def press_done(case: Case) -> Card:
    return _keep(case, of_kind(case.pressed, Commitment), told=False)


def _keep(case: Case, item: Commitment, *, told: bool) -> Card:
    item.keep(case.me, case.now, told=told)
    return changed(case, item, "keep", words.DONE["kept"].format(number=item.number))


@command("withdraw")
def withdraw(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Commitment)
    item.withdraw(case.me, case.now)
    return changed(case, item, "withdraw", words.DONE["withdrawn"].format(number=item.number))


@command("broken")
def broken(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Commitment)
    item.break_(case.me, case.now, told="told" in said.clauses)
    return changed(case, item, "break", words.DONE["broken"].format(number=item.number))
