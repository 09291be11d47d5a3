"""The set-up of a care team as a form: it begins one where there is none, and shows a lead what is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from handlers.cards import fields, form_words
from handlers.cards import setup as cards
from handlers.cards.blocks import Block, Card
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms.reading import many, one, typed
from handlers.language.setup import read_apart, read_days_off, read_setup, usual_dates
from handlers.language.words import clean
from handlers.table import blank, button, form, options
from handlers.team import is_new, must_lead, named_leads, set_up
from models.team import CareTeam
from models.worktime import usual

MOST = 100
WEEK = tuple(value for _, value in fields.WEEK)


@blank("setup")
def typed_alone(case: Case) -> View:
    return setup_form(case)


@button("set_up", opens=True)
def press_set_up(case: Case) -> View:
    return setup_form(case)


def setup_form(case: Case) -> View:
    must_lead(case)
    team, new = case.team, is_new(case.team)
    case.audit("team status", team.id)
    blocks = [
        *(Card("").line(form_words.NEW_TEAM).blocks if new else []),
        fields.zone(case.zone.key if new else team.zone), fields.leads(named_leads(case)),
        *_time(team, case.now.astimezone(team.tz).date()),
        *fields.rules(team.detail, team.join, usual_dates(case.zone.key) if new else team.dates)]
    return View(form_words.SET_UP_NEW if new else form_words.SET_UP, blocks, callback="form.setup",
                subject="" if new else f"t.{team.id}", submit=form_words.SAVE, close=form_words.CANCEL)


def _time(team: CareTeam, today: date) -> list[Block]:
    """When the team works: hours, days, and the days on which it does not."""
    week = team.work.week
    opens, closes = (f"{at:%H:%M}" for at in usual(week))
    return [*fields.hours(opens, closes, team.digest_at), fields.days([WEEK[day] for day in range(7) if week[day]]),
            *fields.days_off(cards.hours_apart(week), team.holidays, cards.lines_of(team, today))]


@form("form.setup")
def submit(case: Case) -> Reply:
    """As if it had been typed, with all leads named and all closed days ahead."""
    must_lead(case)
    holidays = typed(case, "holidays").replace('"', "") or "none"
    line = " ".join([
        f"zone {one(case, 'zone')}", f"digest {one(case, 'digest')}", f"hours {one(case, 'opens')}-{one(case, 'closes')}",
        f"days {','.join(many(case, 'days'))}", f'holidays "{holidays}"',
        *(f"{name} {one(case, name)}" for name in ("detail", "join", "dates"))])
    found = replace(read_setup(line), leads=many(case, "leads"), whole=True)
    read_apart(typed(case, "apart"), found)
    read_days_off(typed(case, "closed"), found)
    return set_up(case, found)


@options("zone")
def zones(case: Case) -> list[tuple[str, str]]:
    """Zones by their city or region, with the time there now; without a word, the usual ones."""
    words = clean(case.inbound.text).casefold().replace("_", " ").replace("/", " ").split()
    found = [zone for zone in _zones() if all(word in zone.casefold().replace("_", " ") for word in words)]
    first = dict.fromkeys([case.zone.key, case.team.zone, *_USUAL])
    found.sort(key=lambda zone: (zone not in first, zone))
    return [(f"{zone.replace('_', ' ')} · {case.now.astimezone(ZoneInfo(zone)):%H:%M}", zone) for zone in found[:MOST]]


_USUAL = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
          "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico")


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """The zones of places; the names that are only offsets or old spellings can still be typed."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))))
