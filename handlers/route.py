"""The way of a request: workspace, person, team, duplicate guard, words, handler, audit, plan; in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

import handlers.absence
import handlers.audit
import handlers.barrier
import handlers.cadence
import handlers.commitment
import handlers.concern
import handlers.contact
import handlers.cover
import handlers.digest
import handlers.find
import handlers.forms.absence
import handlers.forms.contact
import handlers.forms.edit
import handlers.forms.entry
import handlers.forms.handoff
import handlers.forms.items
import handlers.forms.menus
import handlers.forms.more
import handlers.forms.patient
import handlers.forms.setup
import handlers.forms.shortcuts
import handlers.glass
import handlers.handoff
import handlers.home
import handlers.identifiers
import handlers.item
import handlers.last
import handlers.look
import handlers.patient
import handlers.series
import handlers.team
import handlers.unsorted
import handlers.why  # noqa: F401  each fills the tables of verbs and buttons
from handlers.access import Facts, Outdated, admit, find_team, gone, learn_room, person, sets_up, take_in
from handlers.cards import guidance, identifiers, other, words
from handlers.cards.blocks import Card
from handlers.cards.view import OPENING, Errors, Reply, View
from handlers.case import Case, Inbound, Surface
from handlers.forms.elsewhere import asked_in
from handlers.home import stir
from handlers.identifiers import CHOICES, asked_about
from handlers.language.command import Said, read_command
from handlers.language.identifiers import spot
from handlers.language.match import near
from handlers.language.verbs import NAMES
from handlers.language.words import clean, typed, unlinked
from handlers.nudge import replan
from handlers.patient import patient_card, patient_named, unsorted
from handlers.refused import after_refusal
from handlers.standing import refresh
from handlers.table import BLANK, BUTTONS, COMMANDS, FORMS, LOOKS, OPENERS, OPTIONS, READS, SHORTCUTS
from handlers.team import ask_leads
from models.errors import Busy, CareError, InDoubt, NoTeam, Refused, SeveralTeams, Unclear, UnknownPatient
from models.request import Seen
from models.store import Store
from models.team import CareTeam, Member, TeamMember, place_of

TYPED_LIMIT = 3000   # characters of one command: what one text of a Slack message holds
ESCAPED = 5          # "&" arrives as "&amp;"


class _Unsaved(Exception):
    """What begins a care team is shown; the team it was made for is not kept until its form is sent."""

    def __init__(self, view: View | None = None, offered: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.view, self.offered = view, list(offered)


def opens(inbound: Inbound) -> bool:
    """Whether the answer stands in a modal that must be opened at once, before anything is looked up."""
    if inbound.surface is Surface.SHORTCUT:
        return True
    if inbound.surface is Surface.BUTTON:
        return inbound.action in OPENERS
    return inbound.surface is Surface.COMMAND and _blank(inbound) in BLANK


def _blank(inbound: Inbound) -> str | None:
    """The verb of a command with nothing after it."""
    command, text = inbound.command.lstrip("/").casefold(), inbound.text.strip().casefold()
    if command == "kept":
        command, text = text, ""
    return NAMES.get(command) if not text else None


def answer(store: Store, workspace_id: UUID, inbound: Inbound, facts: Facts | None = None) -> Reply:
    """The reply to one command, press, form or shortcut. Raises Outdated when Slack must be asked first; then nothing
    was done.

    Every other CareError becomes its card. A refusal is audited in a transaction of its own, before it is shown.
    """
    known = facts or Facts()
    team: list[UUID] = []
    try:
        try:
            return _surely(store, workspace_id, lambda session: _answer(session, workspace_id, inbound, known, team))
        except (Outdated, Busy):
            raise
        except _Unsaved as shown:
            return shown.view or OPENING
        except CareError as error:
            refusal = error
        store.transact(workspace_id, lambda session: after_refusal(session, workspace_id, inbound, known, team, refusal))
        return _mistake(refusal, inbound, team[0] if team else None)
    except Busy as busy:
        return said(inbound, busy.sentence)


def _surely(store: Store, workspace_id: UUID, act: Callable[[Session], Reply]) -> Reply:
    """What may have been saved is asked for once more: its request row then says that it was, or it is saved now."""
    try:
        return store.transact(workspace_id, act)
    except InDoubt as doubt:
        try:
            return store.transact(workspace_id, act)
        except Busy:
            raise doubt from None  # of the first time it is still not known


def said(inbound: Inbound, sentence: str) -> Reply:
    """A sentence, where the person looks: at a form's first field, so that what was typed stays, else as a card."""
    return at_field(inbound, sentence) if inbound.surface is Surface.FORM else other.sentence(sentence)


def at_field(inbound: Inbound, sentence: str, field: str | None = None) -> Errors:
    found = field if field in inbound.fields else next(iter(inbound.fields), "")
    return Errors({str(found): sentence})


def suggest(store: Store, workspace_id: UUID, inbound: Inbound, facts: Facts | None = None) -> list[tuple[str, str]]:
    """What a menu offers, as (label, value); nothing to whoever may not see it. Raises Outdated as ``answer`` does."""
    known = facts or Facts()
    at: list[UUID] = []

    def look(session: Session) -> list[tuple[str, str]]:
        case = _admitted(session, workspace_id, inbound, known, at)
        offer = OPTIONS.get(inbound.action)
        if offer is None or case.place.confirmed_at is None:
            return []
        case.writes = False
        found = offer(case)
        if _begins(case):
            raise _Unsaved(offered=found)
        case.write_audit()
        return found

    try:
        return store.transact(workspace_id, look)
    except (Outdated, Busy):
        raise
    except _Unsaved as shown:
        return shown.offered
    except CareError as error:
        refusal = error
    store.transact(workspace_id, lambda session: after_refusal(session, workspace_id, inbound, known, at, refusal))
    return []


def _admitted(session: Session, workspace_id: UUID, inbound: Inbound, facts: Facts, at: list[UUID]) -> Case:
    """Who asks, in which team, let in. ``at`` is given the team's id as soon as it is known."""
    me, seat = person(session, workspace_id, inbound, facts)
    long = len(inbound.text) > TYPED_LIMIT * ESCAPED or len(typed(inbound.text)) > TYPED_LIMIT
    if long and inbound.surface is not Surface.SHORTCUT:  # a message may be longer: its form says that it is cut
        raise Unclear(words.TOO_LONG.format(limit=TYPED_LIMIT))
    where = find_team(session, workspace_id, inbound, me, seat)
    if where.gone and where.team is None:
        raise gone(where.key)
    team = where.team or _founding(session, workspace_id, inbound, me, facts)
    at[:] = [team.id, *([where.key] if where.key else [])]
    place = admit(session, team, me, inbound, facts, seat)
    case = Case(session, workspace_id, inbound, me, team, place)
    # Who waits for a lead hears that, whatever they press.
    if place.confirmed_at is not None and (where.gone or not case.opens(where.thing)):
        raise gone(where.key)
    return case


def _answer(session: Session, workspace_id: UUID, inbound: Inbound, facts: Facts, at: list[UUID]) -> Reply:
    case = _admitted(session, workspace_id, inbound, facts, at)
    found = ask_leads(case) if case.place.confirmed_at is None else _once(case)
    if isinstance(found, View) and _begins(case):
        raise _Unsaved(found)
    session.flush()  # the plan below reads what the handler wrote
    for item in case.touched:
        refresh(session, item, case.team, inbound.now, inbound.wall)
        replan(session, item, case.team)
    if case.writes:
        stir(case)
    case.write_audit()
    return found


def _begins(case: Case) -> bool:
    """Whether the care team was made for this request alone."""
    return not case.team.settings.get("ready") and case.team.created_at == case.inbound.now


def _once(case: Case) -> Reply:
    """The reply, unless this very request was answered before: then what it was told."""
    inbound = case.inbound
    typed_in = inbound.surface is Surface.COMMAND
    empty = _blank(inbound) if typed_in else None
    if inbound.surface is Surface.SHORTCUT or empty in BLANK:
        case.writes = False
        return _open(case, empty)
    said = read_command(inbound.command, inbound.text, case.calendar) if typed_in else None
    # Words after a patient are kept, though no verb says what they are; a patient alone only opens their page.
    name = (said.verb or ("" if said.rest.strip() == said.unknown else "unsorted")) if said else inbound.action
    case.writes = bool(name) and name not in (READS if said else LOOKS)
    if not case.writes:
        return _run(case, said)
    guard = Seen(case.session, case.workspace_id, inbound.user, inbound.delivery, _words(inbound), inbound.wall)
    if guard.again:
        case.audit("repeated delivery", case.team.id)
        return other.sentence(words.AGAIN_NUMBER.format(answer=guard.answer) if guard.answer else words.AGAIN)
    found = asked_about(case) or _run(case, said)
    if case.asks or not isinstance(found, Card):
        guard.changed_nothing()
    else:
        guard.answered(case.answer)
    return found


def _words(inbound: Inbound) -> str:
    fields = [f"{name}={entry!r}" for name, entry in inbound.fields.items()]
    return "\n".join((inbound.channel, inbound.command, inbound.text, inbound.action, inbound.subject, inbound.choice, *fields))


def _open(case: Case, verb: str | None) -> View:
    if verb is not None:
        return BLANK[verb](case)
    if case.inbound.action not in SHORTCUTS:
        raise Unclear(words.OLD_BUTTON)
    return SHORTCUTS[case.inbound.action](case)


def _run(case: Case, said: Said | None) -> Reply:
    if said is None:
        table = FORMS if case.inbound.surface is Surface.FORM else BUTTONS
        act = table.get(case.inbound.action)
        if act is None:
            raise Unclear(words.OLD_BUTTON)
        return act(case)
    if said.verb is not None:
        return COMMANDS[said.verb](case, said)
    return _no_verb(case, said)


def _no_verb(case: Case, said: Said) -> Reply:
    """``/kept rosa`` opens the patient's page; anything else is a mistake with the nearest verb."""
    word = said.unknown or ""
    try:
        patient = patient_named(case, Said(verb=None, rest="", patient=word))
        return patient_card(case, patient) if said.rest.strip() == word else unsorted(case, patient)
    except UnknownPatient as error:
        # An alias that comes close is worth asking about; else the word was meant as a verb.
        if error.near:
            raise
    close = near(word, NAMES, 1)
    raise Unclear(words.NO_VERB.format(near=words.NEAR_VERB.format(name=close[0]) if close else ""),
                  NAMES[close[0]] if close else "help")


def _founding(session: Session, workspace_id: UUID, inbound: Inbound, me: Member, facts: Facts) -> CareTeam:
    """A channel that is no care team yet becomes one by a set-up typed in it; its members of that moment are confirmed."""
    if not sets_up(inbound) or _nowhere(inbound):
        raise NoTeam(guidance.NO_TEAM)
    if facts.members is None or facts.room is None:
        raise Outdated(inbound.channel, facts.profile is None and me.checked_at is None, inbound.channel)
    if facts.room.shared or not facts.room.private:
        raise Refused(guidance.BARRED["shared" if facts.room.shared else "public"])
    if inbound.user not in facts.members:
        raise Refused(words.NOT_YOURS)
    team = CareTeam(workspace_id, inbound.channel, inbound.now)
    session.add(team)
    session.flush()  # its members refer to it
    take_in(session, team, facts.members, inbound.wall, confirm=True)
    learn_room(session, team, facts.room, inbound.now, inbound.wall)
    session.flush()
    place: TeamMember | None = place_of(session, team, me)
    if place is not None:
        place.lead = True
    return team


def _nowhere(inbound: Inbound) -> bool:
    """Whether it was asked where no care team can be: in a direct message, or in Home."""
    return not inbound.channel or inbound.channel.startswith("D")


def _helped(inbound: Inbound) -> str | None:
    """The verb whose help was asked for."""
    said = inbound.text.casefold().split()
    return NAMES.get(said[1].lstrip("/")) if said[:1] == ["help"] and len(said) > 1 else None


def _mistake(error: CareError, inbound: Inbound, team: UUID | None) -> Reply:
    if inbound.surface is Surface.FORM:
        return at_field(inbound, error.sentence, error.field)
    if isinstance(error, NoTeam):
        return guidance.no_team(direct=_nowhere(inbound), verb=_helped(inbound))
    if isinstance(error, SeveralTeams):
        return other.which_team(error.sentence, error.teams, asked_in(inbound))
    if inbound.action in CHOICES and isinstance(error, Unclear):
        return identifiers.still_held(_corrected(error, inbound, team), inbound.subject)
    return _corrected(error, inbound, team)


def _corrected(error: CareError, inbound: Inbound, team: UUID | None) -> Card:
    if isinstance(error, UnknownPatient):
        line = f"{inbound.command} {clean(inbound.text)}" if inbound.command else ""
        line = "" if spot(unlinked(line)) else line  # no button carries what looks like an identifier
        able = error.can_add and not spot(error.word)
        return other.unknown_patient(error.sentence, error.verb, error.word, error.near, team, line, able)
    if isinstance(error, Unclear):
        return other.mistake(error.sentence, error.verb, error.example)
    return other.sentence(error.sentence)
