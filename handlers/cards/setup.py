"""A care team's settings in words: on the card after a set-up and in its status, and as a form begins with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from handlers.cards import words
from handlers.cards.blocks import Bold, Button, Card, Part, Person
from models.holiday import next_holiday
from models.rungs import Plan, changeable, step
from models.team import CareTeam
from models.worktime import Hours, Week, usual

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHOWN = 10   # closed days by name on the card; the form has them all
NO_HOLIDAYS = "No holidays are kept: /kept setup holidays US, or US-NY with a state's own, closes the team on them."
DATES = {"mdy": "A date like 3/12 is March 12.", "dmy": "A date like 3/12 is 3 December.",
         "ask": "A date like 3/12 is asked about: /kept setup dates mdy (month first) or dmy settles it."}


def set_up(heading: str, team: CareTeam, today: date, leads: Sequence[str], members: int, *, may_change: bool) -> Card:
    card = Card("Kept: set-up").heading(heading)
    card.line(f"Zone {team.zone} · hours {week(team.work.week)} only · digest at {team.digest_at} · {members} people here.")
    card.line(" ".join([*days_off(team, today), DATES[team.dates]]))
    parts: list[Part] = ["Leads: "]
    for one in leads:
        parts += [Person(one), " "]
    card.line(*parts)
    card.line("Next: /kept patient add rosa-m, then /concern rosa and what she said. "
              "Use aliases, not names. Kept is not the medical record and not an emergency service.")
    return card.actions(Button("Add a patient", "new_patient", f"t.{team.id}"),
                        Button("Change this", "set_up", f"t.{team.id}") if may_change else None,
                        Button("Rehearse two weeks", "rehearse", f"t.{team.id}") if may_change else None)


def week(hours: Week) -> str:
    """09:00 to 17:00, Monday to Thursday and 09:00 to 13:00, Friday."""
    alike: dict[Hours, list[int]] = {}
    for day, own in enumerate(hours):
        if own is not None:
            alike.setdefault(own, []).append(day)
    return " and ".join(f"{opens:%H:%M} to {closes:%H:%M}, {_weekdays(days)}" for (opens, closes), days in alike.items())


def _weekdays(days: Sequence[int]) -> str:
    whole = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    return f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}" if whole else ", ".join(WEEKDAYS[day] for day in days)


def days_off(team: CareTeam, today: date) -> list[str]:
    """Sentences about the days ahead on which the team is closed, or works in spite of a holiday."""
    found = next_holiday(team.holidays, today)
    ahead = f", next {found[1]} on {_day(found[0], today)}" if found else ""
    said = [f"Holidays of {team.holidays}{ahead}." if team.holidays else NO_HOLIDAYS]
    own = {day: name for day, name in team.own_days.items() if day >= today}
    closed = [f"{_day(day, today)} ({name})" if name else _day(day, today) for day, name in own.items() if name is not None]
    if closed:
        more = f" and {len(closed) - SHOWN} more days" if len(closed) > SHOWN else ""
        said.append(f"Closed too: {', '.join(closed[:SHOWN])}{more}.")
    if opened := [_day(day, today) for day, name in own.items() if name is None]:
        said.append(f"Open in spite of a holiday: {', '.join(opened[:SHOWN])}.")
    return said


def _day(day: date, today: date) -> str:
    return f"{day:%a} {day:%b} {day.day}" + ("" if day.year == today.year else f", {day.year}")


def hours_apart(hours: Week) -> str:
    """The weekdays whose hours are not the usual ones, as they are typed: fri 09:00-13:00."""
    return " ".join(f"{WEEKDAYS[day][:3].lower()} {own[0]:%H:%M}-{own[1]:%H:%M}" for day, own in enumerate(hours)
                    if own is not None and own != usual(hours))


def lines_of(team: CareTeam, today: date) -> str:
    """Its own closed days from today on, as a form takes them: 2026-12-24 Staff day."""
    ahead = [(day, name) for day, name in team.own_days.items() if day >= today]
    return "\n".join(f"open {day}" if name is None else f"{day} {name}".strip() for day, name in ahead)


def ladders(plan: Plan, own: Collection[str]) -> Card:
    """Every ladder with its times, and how to change them; ``own`` are those that are not the usual."""
    card = Card("Kept: the ladders").heading(words.LADDERS)
    ladder_lines(card, plan, [name for name, ladder in plan.ladders.items() if changeable(ladder)], own)
    return card.line(words.CHANGE_LADDER)


def ladder_lines(card: Card, plan: Plan, names: Collection[str], own: Collection[str] = ()) -> Card:
    for name, ladder in plan.ladders.items():
        if name in names:
            steps = ", then ".join(f"{rung.audience.value} {step(rung)} {'before' if rung.ahead else 'after'}"
                                   for rung in changeable(ladder))
            card.line(Bold(f"{name}: "), steps, " (changed)" if name in own else "")
    return card
