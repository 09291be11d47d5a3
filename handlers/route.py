"""The way of a request: workspace, person, team, duplicate guard, words, handler, audit, plan; in one transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

import handlers.barrier
import handlers.commitment
import handlers.concern
import handlers.digest
import handlers.item
import handlers.look
import handlers.patient
import handlers.team  # noqa: F401  each fills the tables of verbs and buttons
from handlers.access import Facts, Outdated, admit, find_team, person, sets_up, take_in
from handlers.cards import other, words
from handlers.cards.blocks import Card
from handlers.case import Case, Inbound
from handlers.language.command import Said, read_command
from handlers.language.match import near
from handlers.language.verbs import NAMES
from handlers.language.words import clean, typed
from handlers.nudge import refresh, replan
from handlers.patient import patient_card, patient_named, unsorted
from handlers.table import BUTTONS, COMMANDS, READS
from handlers.team import ask_leads
from models import audit
from models.errors import Busy, CareError, NotFound, Refused, Unclear, UnknownPatient
from models.request import Seen
from models.store import Store
from models.team import CareTeam, Member, TeamMember, place_of, refresh_members
from models.workspace import hold

TYPED_LIMIT = 3000   # characters of one command: what one text of a Slack message holds
ESCAPED = 5          # "&" arrives as "&amp;"


def answer(store: Store, workspace_id: UUID, inbound: Inbound, facts: Facts | None = None) -> Card:
    """The reply to one command or press. Raises Outdated when Slack must be asked first; then nothing was done.

    Every other CareError becomes its card. A refusal is audited in a transaction of its own, before it is shown.
    """
    known = facts or Facts()
    team: list[UUID] = []
    try:
        try:
            return store.transact(workspace_id, lambda session: _answer(session, workspace_id, inbound, known, team))
        except (Outdated, Busy):
            raise
        except CareError as error:
            refusal = error
        store.transact(workspace_id, lambda session: _after_refusal(session, workspace_id, inbound, known, team, refusal))
        return _mistake(refusal, inbound, team[0] if team else None)
    except Busy as busy:
        return other.sentence(busy.sentence)


def _after_refusal(session: Session, workspace_id: UUID, inbound: Inbound, facts: Facts, at: list[UUID],
                   refusal: CareError) -> None:
    """What Slack said of the channel stays known, and the refusal is audited; all else was rolled back."""
    team = session.get(CareTeam, (workspace_id, at[0])) if at else None
    if team is not None and facts.members is not None:
        hold(session, workspace_id)
        take_in(session, team, facts, inbound.wall)
    # What was pressed comes from outside, and nothing typed may reach the chain: only names of ours do.
    action = inbound.action if inbound.action in BUTTONS else "button" if inbound.action else "command"
    outcome = "refused" if isinstance(refusal, Refused) else "not done"
    if isinstance(refusal, UnknownPatient) and refusal.near:
        action = "near aliases read"
    audit.record(session, workspace_id, inbound.now, inbound.user, action, "",
                 "button" if inbound.action else "command", outcome)


def _answer(session: Session, workspace_id: UUID, inbound: Inbound, facts: Facts, at: list[UUID]) -> Card:
    me = person(session, workspace_id, inbound, facts)
    if len(inbound.text) > TYPED_LIMIT * ESCAPED or len(typed(inbound.text)) > TYPED_LIMIT:
        raise Unclear(words.TOO_LONG.format(limit=TYPED_LIMIT))
    team = find_team(session, workspace_id, inbound, me) or _founding(session, workspace_id, inbound, me, facts)
    at[:] = [team.id]
    place = admit(session, team, me, inbound, facts)
    case = Case(session, workspace_id, inbound, me, team, place)
    card = ask_leads(case) if place.confirmed_at is None else _once(case)
    session.flush()  # the plan below reads what the handler wrote
    for item in case.touched:
        refresh(session, item, team, inbound.now, inbound.wall)
        replan(session, item, team)
    case.write_audit()
    return card


def _once(case: Case) -> Card:
    """The card, unless this very request was answered before: then what it was told."""
    inbound = case.inbound
    said = None if inbound.action else read_command(inbound.command, inbound.text, case.calendar)
    name = inbound.action or (said.verb if said else None)
    case.writes = name is not None and name not in READS
    if not case.writes:
        return _run(case, said)
    guard = Seen(case.session, case.workspace_id, inbound.user, inbound.delivery, _words(inbound), inbound.wall)
    if guard.again:
        case.audit("repeated delivery", case.team.id)
        return other.sentence(words.AGAIN_NUMBER.format(answer=guard.answer) if guard.answer else words.AGAIN)
    card = _run(case, said)
    if case.asks:
        guard.changed_nothing()
    else:
        guard.answered(case.answer)
    return card


def _words(inbound: Inbound) -> str:
    return "\n".join((inbound.channel, inbound.command, inbound.text, inbound.action, inbound.subject, inbound.choice))


def _run(case: Case, said: Said | None) -> Card:
    if said is None:
        press = BUTTONS.get(case.inbound.action)
        if press is None:
            raise Unclear(words.OLD_BUTTON)
        return press(case)
    if said.verb is not None:
        return COMMANDS[said.verb](case, said)
    return _no_verb(case, said)


def _no_verb(case: Case, said: Said) -> Card:
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
    if inbound.action:
        raise NotFound(words.GONE)
    if not sets_up(inbound) or inbound.channel.startswith("D"):
        raise Refused(words.NO_TEAM)
    if facts.members is None:
        raise Outdated(inbound.channel, facts.profile is None and me.checked_at is None)
    if inbound.user not in facts.members:
        raise Refused(words.NOT_YOURS)
    team = CareTeam(workspace_id, inbound.channel, inbound.now)
    session.add(team)
    session.flush()  # its members refer to it
    refresh_members(session, team, set(facts.members), inbound.wall, confirm=True)
    session.flush()
    place: TeamMember | None = place_of(session, team, me)
    if place is not None:
        place.lead = True
    return team


def _mistake(error: CareError, inbound: Inbound, team: UUID | None) -> Card:
    if isinstance(error, UnknownPatient):
        line = f"{inbound.command} {clean(inbound.text)}" if inbound.command else ""
        return other.unknown_patient(error.sentence, error.verb, error.word, error.near, team, line, error.can_add)
    if isinstance(error, Unclear):
        return other.mistake(error.sentence, error.verb, error.example)
    return other.sentence(error.sentence)
