"""What was promised, and by when."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.cards import due as due_cards
from handlers.cards import item as cards
from handlers.cards import series as cards_of_series
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.entering import changed, danger_of, enter
from handlers.item import of_kind
from handlers.language.command import Said
from handlers.language.due import FARTHEST_DAYS, PAST, Due, Outcome
from handlers.patient import patient_named
from handlers.series import begun, readings
from handlers.table import button, command
from models.errors import Conflict, NotFound, Unclear
from models.item import Commitment, Item
from models.patient import Patient


@command("commit")
def commit(case: Case, said: Said) -> Card:
    """An unclear time saves the promise without one and asks; an impossible one saves nothing (SPEC 2)."""
    return promised(case, said, patient_named(case, said), said.text, said.due or Due(Outcome.NONE))[1]


def promised(case: Case, said: Said, patient: Patient, text: str | None, due: Due, lead: str = "") -> tuple[Commitment, Card]:
    """The promise and the reply to it, which begins with ``lead``."""
    if due.outcome is Outcome.REFUSED:
        raise Unclear(words.REFUSED_TIME.format(reason=due.reason), said.verb).at("when")
    if not text:
        raise Unclear(words.NO_TASK, said.verb).at("words")
    about, owner = _about(case, said), case.owner(said)
    series = begun(case, patient, owner or case.me, due.repeats, due.grain or "minute") if due.repeats else None
    due_at = series.last_at if series else due.due
    if about is not None and due_at is not None:
        about.promised(case.me, case.now)
        case.touch(about)
    made = Commitment(case.team, patient, case.me, text, case.now, owner=owner, about=about,
                      number=case.team.take_number(case.session), due_at=due_at, due_grain=due.grain,
                      danger=danger_of(text, about=[about] if about else []), link=said.link)
    if series is not None:
        made.belong(series)
    begin = lead.format(number=made.number)
    if made.due_at is not None:
        return made, enter(case, made, patient, begin)
    card = enter(case, made, patient, f"{begin} {_question(made, due)}".strip())
    if any(option.repeats for option in due.options):
        return made, readings(case, made, due, card)
    return made, _by_when(case, made, due, card)


def _about(case: Case, said: Said) -> Item | None:
    if not said.about:
        return None
    if len(said.about) > 1:
        raise Unclear(words.ONE_ABOUT, said.verb)
    found = case.item(said.about[0])
    if found.patient_id != patient_named(case, said).id:
        raise NotFound(words.OTHER_PATIENT.format(number=found.number)).at("about")
    return found


def _question(item: Item, due: Due) -> str:
    if any(option.repeats for option in due.options):
        return cards_of_series.ASK.format(number=item.number, reason=due.reason)
    if due.outcome is Outcome.ASK:
        return words.ASK_TIME.format(number=item.number, reason=due.reason)
    return words.ASK_NO_TIME.format(number=item.number)


def _by_when(case: Case, item: Item, due: Due, card: Card, action: str = "at") -> Card:
    """The readings to choose from; without any, the ends of the team's next working days."""
    found = [due.first] if due.first else [option.due for option in due.options]
    found = found or case.team.work.next_closings(case.now, 3)
    # The hour that the clocks repeat is told apart by its zone alone.
    twice = len({words.long_when(when, case.zone, case.now) for when in found}) < len(found)
    options = [(words.long_when(when, case.zone, case.now, zoned=twice or case.abroad(when)), when) for when in found]
    return cards.times(card, item, action, options, found[0])


@button("at")
def at(case: Case) -> Card:
    """A time chosen from buttons (an ISO instant) or from the picker (seconds)."""
    return _new_time(case, of_kind(case.pressed, Commitment), _chosen(case), "minute", told=False)


@button("at_told")
def at_told(case: Case) -> Card:
    """As "at", asked by a line that ended in "told"."""
    return _new_time(case, of_kind(case.pressed, Commitment), _chosen(case), "minute", told=True)


def _chosen(case: Case) -> datetime:
    try:
        if case.inbound.choice:
            found = datetime.fromtimestamp(int(case.inbound.choice), case.zone)
        else:
            found = datetime.fromisoformat(case.argument)
    except (ValueError, OverflowError, OSError):
        raise Unclear(words.OLD_BUTTON) from None
    if found.tzinfo is None:
        raise Unclear(words.OLD_BUTTON)
    return must_be_ahead(case, found)


def must_be_ahead(case: Case, at: datetime) -> datetime:
    """A time that was picked, held to what a typed one is."""
    if at <= case.now:
        raise Unclear(words.REFUSED_TIME.format(reason=PAST))
    if at - case.now > timedelta(days=FARTHEST_DAYS):
        raise Unclear(words.REFUSED_TIME.format(reason=words.TOO_FAR))
    return at


@command("late")
def late(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Commitment)
    due = said.due or Due(Outcome.NONE)
    if due.outcome is Outcome.DUE and due.due is not None:
        return _new_time(case, item, due.due, due.grain or "minute", told="told" in said.clauses, why=said.why)
    if due.outcome is Outcome.REFUSED:
        raise Unclear(words.REFUSED_TIME.format(reason=due.reason), "late")
    if due.outcome is Outcome.NONE and said.text:
        raise Unclear(words.NOT_READ, "late")
    return ask_new_time(case, item, due, "at_told" if "told" in said.clauses else "at")


def ask_new_time(case: Case, item: Commitment, due: Due, action: str) -> Card:
    item.must_live()
    case.audit("item read", item.id)
    case.asks = True
    card = cards.full(item, case.patient(item).called, case.person(item.owner_id).slack_id, case.now, case.zone,
                      lead=words.WHEN_NOW).line(words.REPAIR)
    return _by_when(case, item, due, card, action)


def _new_time(case: Case, item: Commitment, when: datetime, grain: str, *, told: bool, why: str | None = None) -> Card:
    first = item.due_at is None
    item.delay(when, grain, case.me, case.now, told=told, note=why)
    lead = words.TIMED if first else words.LATE_TOLD if told else words.LATE_UNTOLD
    return changed(case, item, "delay", lead.format(number=item.number), timed=True)


@button("sooner")
def sooner(case: Case) -> Card:
    """The working time before, in place of a time just set that is none: still within what was promised."""
    item = of_kind(case.pressed, Commitment)
    item.bring_forward(_chosen(case), case.me, case.now)
    return changed(case, item, "sooner", due_cards.SOONER.format(number=item.number), timed=True)


@command("done")
def done(case: Case, said: Said) -> Card:
    return _keep(case, of_kind(case.named(said), Commitment), told="told" in said.clauses, note=said.text,
                 happened_at=said.happened_at)


@button("done")
def press_done(case: Case) -> Card:
    return _keep(case, of_kind(case.pressed, Commitment), told=False)


def _keep(case: Case, item: Commitment, *, told: bool, note: str | None = None, happened_at: datetime | None = None) -> Card:
    try:
        item.keep(case.me, case.now, told=told, note=note, happened_at=happened_at)
    except Conflict as error:
        raise error.at("happened") from None
    return changed(case, item, "keep", words.DONE["kept"].format(number=item.number))


@command("withdraw")
def withdraw(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Commitment)
    item.withdraw(case.me, case.now, said.text)
    return changed(case, item, "withdraw", words.DONE["withdrawn"].format(number=item.number))


@command("broken")
def broken(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Commitment)
    told = "told" in said.clauses
    item.break_(case.me, case.now, told=told, note=said.text)
    return changed(case, item, "break", words.DONE["broken_told" if told else "broken"].format(number=item.number))
