"""Promises that repeat: chosen from readings, stopped, and given to someone with all that is to come."""

from __future__ import annotations

from datetime import timedelta

from handlers.cards import item as items
from handlers.cards import series as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.entering import changed
from handlers.item import of_kind
from handlers.language.command import Said
from handlers.language.due import FARTHEST_DAYS, Due, Option
from handlers.occurrence import begins
from handlers.table import button, command
from models.errors import Conflict, Unclear
from models.item import Commitment
from models.occurrence import begin, held, later, pass_on, plan
from models.occurrence import stop as end
from models.patient import Patient
from models.recurrence import Recurrence, beginning
from models.series import Series
from models.team import Member

GRAINS = frozenset({"minute", "hour", "day"})
OLDEST = timedelta(days=40)   # a button that begins earlier is an old one


def begun(case: Case, patient: Patient, owner: Member, known: Recurrence, grain: str) -> Series:
    """A new series from its next date on; it may have been read when it was first typed, some time ago."""
    ahead = beginning(known.rule, known.start, known.zone, case.now)
    if ahead is None or ahead.at(ahead.start) - case.now > timedelta(days=FARTHEST_DAYS):
        raise Unclear(words.REFUSED_TIME.format(reason=words.TOO_FAR if ahead else words.ENDED_BEFORE)).at("when")
    return begin(case.session, case.team, patient, owner, ahead, grain, case.now)


def readings(case: Case, item: Commitment, due: Due, card: Card) -> Card:
    """A button for each way it could repeat; it carries the rule."""
    options = [(one.label, _carried(one), one.repeats) for one in due.options if one.repeats]
    return cards.readings(card, items.subject(item), options, case.now, case.zone)


def _carried(option: Option) -> str:
    return f"{option.grain}|{option.repeats.written() if option.repeats else ''}"


@button("repeat")
def repeat(case: Case) -> Card:
    """What the button carries is held to what a typed line may say."""
    item = of_kind(case.pressed, Commitment)
    grain, _, text = case.argument.partition("|")
    try:
        known = Recurrence.read(text)
    except ValueError:
        raise Unclear(words.OLD_BUTTON) from None
    if grain not in GRAINS or case.now - known.at(known.start) > OLDEST:
        raise Unclear(words.OLD_BUTTON)
    item.repeat(begun(case, case.patient(item), case.person(item.owner_id), known, grain), case.me, case.now)
    lead = words.TIMED.format(number=item.number)
    return changed(case, item, "repeat", " ".join([lead, *begins(case, item)]))


@command("stop")
def stop(case: Case, said: Said) -> Card:
    return _stop(case, of_kind(case.named(said), Commitment))


@button("stop")
def press_stop(case: Case) -> Card:
    return _stop(case, of_kind(case.pressed, Commitment))


def _stop(case: Case, item: Commitment) -> Card:
    end(_series(case, item), item, case.me, case.now)
    return _stopped(case, item, cards.STOPPED.format(number=item.number), *([cards.STILL] if item.living else []))


@button("stop_all")
def press_stop_all(case: Case) -> Card:
    """This one and the ones made after it are withdrawn too."""
    item = of_kind(case.pressed, Commitment)
    series = _series(case, item)
    if series.going_on:
        end(series, item, case.me, case.now)
    too = []
    for one in [item, *_later(case, item)]:
        if one.living:
            one.withdraw_too(case.me, case.now)
            case.touch(one)
            too += [cards.WITHDRAWN_TOO.format(number=one.number)] if one is not item else []
    return _stopped(case, item, cards.STOPPED_ALL.format(number=item.number), *too)


def _series(case: Case, item: Commitment) -> Series:
    series = held(case.session, case.workspace_id, item.series_id) if item.series_id is not None else None
    if series is None:
        raise Conflict(cards.NOT_REPEATING.format(number=item.number))
    return series


def _later(case: Case, item: Commitment) -> list[Commitment]:
    """One after it may be private though this one is not any more."""
    return [one for one in later(case.session, item) if case.may_see(one)]


def _stopped(case: Case, item: Commitment, *says: str) -> Card:
    if item.series is not None:
        plan(case.session, item.series)
    return changed(case, item, "stop", " ".join(says))


@button("take_rest")
def take_rest(case: Case) -> Card:
    """Whoever has this one has those after it too."""
    item = of_kind(case.pressed, Commitment)
    series, owner = _series(case, item), case.person(item.owner_id)
    if series.owner_id == owner.id:
        raise Conflict(cards.REST_ALREADY.format(number=item.number))
    after = _later(case, item)
    case.stirred.add(series.owner_id)
    pass_on(series, after, owner, case.me, case.now)
    for one in after:
        case.touch(one)
    return changed(case, item, "assign", cards.REST_MOVED.format(number=item.number))
