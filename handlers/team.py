"""The care team: set up by typing, its newcomers confirmed by a lead, its status."""

from __future__ import annotations

from handlers.cards import form_words, other, words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said
from handlers.language.setup import Setup, read_setup
from handlers.nudge import notify
from handlers.table import button, command
from models.errors import CareError, Conflict, Refused, Unclear
from models.item import plan_anew
from models.nudge import NEWCOMER, undelivered
from models.rungs import plan_of, read_steps, with_steps
from models.team import CareTeam, Detail, leading, leads, member_of, place_of, places
from models.workspace import Subject, schedule


@command("setup")
def setup(case: Case, said: Said) -> Card:
    must_lead(case)
    wanted = read_setup(said.text or "") if (said.text or "").strip().casefold() != "ladder" else None
    if wanted is None:
        case.audit("team status", case.team.id)
        case.asks = True
        return other.ladders(plan_of(case.team), own_ladders(case.team))
    return set_up(case, wanted)


def must_lead(case: Case) -> None:
    """Whoever sets up a channel that is no care team yet is its first lead; after that only leads change it."""
    if not case.place.lead:
        raise Refused(words.LEADS_ONLY)


def set_up(case: Case, wanted: Setup) -> Card:
    new = is_new(case.team)
    if not wanted.changes and not wanted.leads and not wanted.ladders and not wanted.caps:
        raise Unclear(words.SETUP_USAGE, "setup")
    before = (case.team.zone, case.team.opens, case.team.closes, case.team.days)
    for name, value in wanted.changes.items():
        setattr(case.team, name, Detail(value) if name == "detail" else value)
    if new and "zone" not in wanted.changes:
        case.team.zone = case.zone.key
    if wanted.caps:
        case.team.settings = {**case.team.settings, "caps": {**case.team.settings.get("caps", {}), **dict(wanted.caps)}}
    for name, times in wanted.ladders:
        steps = read_steps(name, times, case.team.work) if times else None
        case.team.settings = with_steps(case.team.settings, name, steps)
    if (case.team.zone, case.team.opens, case.team.closes, case.team.days) != before or wanted.ladders:
        plan_anew(case.session, case.team, case.now)
    case.team.settings = {**case.team.settings, "ready": True}
    _lead(case, wanted, new)
    schedule(case.session, case.workspace_id, Subject.TEAM, case.team.id, case.team.next_digest(case.now))
    schedule(case.session, case.workspace_id, Subject.MORNING, case.team.id, case.team.work.next_opening(case.now))
    case.audit("team setup", case.team.id)
    case.answer = words.SETUP_DONE
    return settings_card(case, words.SET_UP if new else words.SET_ANEW)


def is_new(team: CareTeam) -> bool:
    """Whether the channel is only about to become a care team."""
    return team.last_number == 0 and not team.settings.get("ready")


def _lead(case: Case, wanted: Setup, new: bool) -> None:
    """Who founds a team leads it, whoever else does. Leads who are away stay what they are."""
    try:
        named = [case.owner(Said(verb="setup", rest="", owner=mention)) for mention in wanted.leads]
    except CareError as error:
        raise error.at("leads") from None
    chosen = {lead.id for lead in named if lead is not None} | ({case.me.id} if new else set())
    if wanted.whole and not chosen:
        raise Unclear(words.NEED_LEAD, "setup").at("leads")
    for place in (p for p in places(case.session, case.team) if p.named):
        leads = place.member_id in chosen or (place.lead and not wanted.whole)
        if leads is not place.lead:
            place.lead = leads
            case.stirred.add(place.member_id)


def settings_card(case: Case, heading: str) -> Card:
    team = case.team
    here = sum(1 for p in places(case.session, team) if p.named)
    card = other.set_up(heading, team.zone, f"{team.opens} to {team.closes}", form_words.working_days(team.days), team.digest_at,
                        named_leads(case), here, team.id, may_change=case.place.lead)
    for which, number in team.settings.get("caps", {}).items():
        card.line(words.CAPPED[which].format(count=number))
    own = own_ladders(team)
    return other.ladder_lines(card, plan_of(team), own, own) if own else card


def own_ladders(team: CareTeam) -> set[str]:
    """The names of the ladders whose times this team has changed."""
    return set(team.settings.get("ladders", {}))


def named_leads(case: Case) -> list[str]:
    """Slack ids."""
    return [m.slack_id for m in leading(case.session, case.team) if m.standing is None]


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
