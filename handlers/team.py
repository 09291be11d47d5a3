"""The care team: set up by typing, its newcomers confirmed by a lead, its status."""

from __future__ import annotations

from datetime import timedelta

from handlers.cards import cadence, other, words
from handlers.cards import setup as cards
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said
from handlers.language.setup import Setup, read_setup, usual_dates
from handlers.nudge import in_hours, notify
from handlers.rehearsal import at_the_end
from handlers.table import button, command
from models.errors import CareError, Conflict, Refused, Unclear
from models.holiday import holidays_in
from models.item import plan_anew
from models.nudge import NEWCOMER, undelivered
from models.rungs import plan_of, read_steps, with_steps
from models.team import CareTeam, Detail, leading, leads, member_of, place_of, places
from models.workspace import Subject, Workspace, schedule
from models.worktime import FARTHEST, written

MOST_DAYS_OFF = 50   # ahead, all of which one field of the form must hold


@command("setup")
def setup(case: Case, said: Said) -> Card:
    must_lead(case)
    wanted = read_setup(said.text or "") if (said.text or "").strip().casefold() != "ladder" else None
    if wanted is None:
        case.audit("team status", case.team.id)
        case.asks = True
        return cards.ladders(plan_of(case.team), own_ladders(case.team))
    return set_up(case, wanted)


def must_lead(case: Case) -> None:
    """Whoever sets up a channel that is no care team yet is its first lead; after that only leads change it."""
    if not case.place.lead:
        raise Refused(words.LEADS_ONLY)


def set_up(case: Case, wanted: Setup) -> Card:
    team, new, before = case.team, is_new(case.team), case.team.work
    if wanted == Setup():
        raise Unclear(words.SETUP_USAGE, "setup")
    if new:
        team.zone = wanted.changes.get("zone", case.zone.key)
        team.dates = usual_dates(team.zone)
    for name, value in wanted.changes.items():
        setattr(team, name, Detail(value) if name == "detail" else value)
    team.hours = written(wanted.week(before.week))
    _days_off(case, wanted)
    if wanted.caps:
        team.settings = {**team.settings, "caps": {**team.settings.get("caps", {}), **dict(wanted.caps)}}
    if wanted.cadence is not None:
        team.settings = {**team.settings, "cadence": wanted.cadence}
    if wanted.parts:
        own = {part: at.isoformat("minutes") for part, at in wanted.parts.items()}
        team.settings = {**team.settings, "parts": {**team.settings.get("parts", {}), **own}}
    for name, times in wanted.ladders:
        team.settings = with_steps(team.settings, name, read_steps(name, times, team.work) if times else None)
    if team.work != before or wanted.ladders:
        plan_anew(case.session, team, case.now)
    team.settings = {**team.settings, "ready": True}
    _lead(case, wanted, new)
    schedule(case.session, case.workspace_id, Subject.TEAM, team.id, team.next_digest(case.now))
    schedule(case.session, case.workspace_id, Subject.MORNING, team.id, team.work.next_opening(case.now))
    case.audit("team setup", case.team.id)
    case.answer = words.SETUP_DONE
    card = settings_card(case, words.SET_UP if new else words.SET_ANEW)
    return card.line(at_the_end(case))


def is_new(team: CareTeam) -> bool:
    """Whether the channel is only about to become a care team."""
    return team.last_number == 0 and not team.settings.get("ready")


def _days_off(case: Case, wanted: Setup) -> None:
    """The team's own closed days, and holidays on which it works. A form has all that are ahead; a typed line adds to them."""
    team, today = case.team, case.now.astimezone(case.team.tz).date()
    if any(not today <= day <= today + timedelta(days=FARTHEST) for day in (*wanted.closed, *wanted.opened)):
        raise Unclear(words.DAY_OFF_PAST, "setup").at("closed")
    own = {day: name for day, name in team.own_days.items() if day < today or not wanted.whole} | wanted.closed
    for day in wanted.opened:
        if day in holidays_in(team.holidays, day.year):
            own[day] = None
        elif own.pop(day, None) is None and day not in team.own_days:
            raise Unclear(words.NOT_A_DAY_OFF, "setup").at("closed")
    if sum(day >= today for day in own) > MOST_DAYS_OFF:
        raise Unclear(words.MANY_DAYS_OFF.format(limit=MOST_DAYS_OFF), "setup").at("closed")
    if own != team.own_days:
        team.own_days = own


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
        if place.member_id not in chosen and not (place.lead and wanted.whole):
            continue
        before = place.lead, place.named_by
        place.leads(place.member_id in chosen, case.me)
        if (place.lead, place.named_by) != before:
            case.stirred.add(place.member_id)
            case.audit("lead named" if place.lead else "lead removed", place.member_id)


def settings_card(case: Case, heading: str) -> Card:
    team = case.team
    here = sum(1 for p in places(case.session, team) if p.named)
    card = cards.set_up(heading, team, case.now.astimezone(team.tz).date(), named_leads(case), here, may_change=case.place.lead)
    for which, number in team.settings.get("caps", {}).items():
        card.line(words.CAPPED[which].format(count=number))
    if team.parts:
        card.line(words.PARTS.format(parts=", ".join(f"the {part} {at:%H:%M}" for part, at in team.parts.items())))
    card.line(cadence.teams(team))
    own = own_ladders(team)
    return cards.ladder_lines(card, plan_of(team), own, own) if own else card


def own_ladders(team: CareTeam) -> set[str]:
    """The names of the ladders whose times this team has changed."""
    return set(team.settings.get("ladders", {}))


def named_leads(case: Case) -> list[str]:
    """Slack ids."""
    return [m.slack_id for m in leading(case.session, case.team) if m.standing is None]


@command("status", reads=True)
def status(case: Case, said: Said) -> Card:
    case.audit("team status", case.team.id)
    failed = _failed(case)
    card = settings_card(case, words.SETTINGS).line(
        words.UNDELIVERED.format(count=failed) if failed else words.ALL_ARRIVE)
    # A reply to what is typed is the one way that is left.
    return card.line(words.LOCKED_OUT) if case.session.get_one(Workspace, case.workspace_id).locked_out else card


def _failed(case: Case) -> int:
    """How many messages did not arrive: all for a lead, else those for the channel and for oneself. What was for others may have
    been about what is private."""
    theirs = {case.team.channel, case.me.slack_id}
    return sum(case.place.lead or row.recipient in theirs for row in undelivered(case.session, case.team, case.now))


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
                   other.newcomer(case.team.id, case.me.slack_id), case.now, in_hours(case.team, case.now, case.inbound.wall))
        case.place.asked = True
    case.audit("member waits", case.me.id, "refused")
    return other.sentence(words.WAITING)
