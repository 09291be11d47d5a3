"""The care team: set up by typing, its newcomers confirmed by a lead, its status."""

from __future__ import annotations

from handlers.cards import other, words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said
from handlers.language.setup import read_setup
from handlers.nudge import notify
from handlers.table import button, command
from models.errors import Conflict, Refused, Unclear
from models.item import plan_anew
from models.nudge import NEWCOMER, undelivered
from models.team import Detail, leading, leads, member_of, place_of, places
from models.workspace import Subject, schedule


@command("setup")
def setup(case: Case, said: Said) -> Card:
    """Whoever sets up a channel that is no care team yet is its first lead; after that only leads change it."""
    if not case.place.lead:
        raise Refused(words.LEADS_ONLY)
    wanted = read_setup(said.text or "")
    new = case.team.last_number == 0 and not case.team.settings.get("ready")
    if not wanted.changes and not wanted.leads:
        raise Unclear(words.SETUP_USAGE, "setup")
    for name, value in wanted.changes.items():
        setattr(case.team, name, Detail(value) if name == "detail" else value)
    if not wanted.changes.keys().isdisjoint({"zone", "opens", "closes"}):
        plan_anew(case.session, case.team, case.now)
    if new and "zone" not in wanted.changes:
        case.team.zone = case.zone.key
    case.team.settings = {**case.team.settings, "ready": True}
    for mention in wanted.leads:
        lead = case.owner(Said(verb="setup", rest="", owner=mention))
        place = place_of(case.session, case.team, lead) if lead else None
        if place is None:
            raise Unclear(words.NO_LEAD, "setup")
        place.lead = True
    schedule(case.session, case.workspace_id, Subject.TEAM, case.team.id, case.team.next_digest(case.now))
    case.audit("team setup", case.team.id)
    case.answer = words.SETUP_DONE
    return settings_card(case, words.SET_UP if new else words.SET_ANEW)


def settings_card(case: Case, heading: str) -> Card:
    team = case.team
    here = sum(1 for p in places(case.session, team) if p.named)
    return other.set_up(heading, team.zone, f"{team.opens} to {team.closes}", team.digest_at,
                        [m.slack_id for m in leading(case.session, team) if m.standing is None], here)


@command("status", reads=True)
def status(case: Case, said: Said) -> Card:
    case.audit("team status", case.team.id)
    failed = undelivered(case.session, case.team, case.now)
    return settings_card(case, words.SETTINGS).line(
        words.UNDELIVERED.format(count=len(failed)) if failed else words.ALL_ARRIVE)


@button("confirm")
def confirm(case: Case) -> Card:
    """A lead lets a newcomer in; the subject carries their Slack id."""
    if not case.place.lead:
        raise Refused(words.LEADS_ONLY)
    place = place_of(case.session, case.team, member_of(case.session, case.workspace_id, case.argument))
    if place is None or not place.present:
        raise Refused(words.NOT_HERE)
    if place.confirmed_at is not None:
        raise Conflict(words.CONFIRMED_BEFORE)
    place.confirmed_at = case.now
    case.stirred.add(place.member_id)
    case.audit("member confirm", place.member_id)
    case.answer = words.CONFIRMED
    return other.sentence(words.CONFIRMED)


def ask_leads(case: Case) -> Card:
    """Someone new typed something: the leads are asked once to confirm them."""
    case.session.refresh(case.place, with_for_update=True)  # two first tries at once ask once
    if not case.place.asked:
        for lead in leads(case.session, case.team):
            notify(case.session, case.team, case.place.id, NEWCOMER, case.now.toordinal(), lead.slack_id,
                   other.newcomer(case.team.id, case.me.slack_id), case.now, case.inbound.wall)
        case.place.asked = True
    case.audit("member waits", case.me.id, "refused")
    return other.sentence(words.WAITING)
