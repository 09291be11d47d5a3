"""Which instants a day and a time of day mean, and what becomes of several, of none, and of those that are past."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handlers.language.when.clocks import settled
from handlers.language.when.outcomes import Due, Outcome, ask, refused
from handlers.language.when.rules import FARTHEST_DAYS, PAST, TOO_FAR, Calendar, Clock, Day


def resolve(day: Day | None, clock: Clock, phrase: str, calendar: Calendar) -> Due:
    """Days and times together: one instant ahead is due, several ask, none refuses."""
    wrong = (day.wrong if day else "") or clock.wrong
    if wrong:
        return refused(phrase, wrong)
    why = (day.ask if day else "") or clock.ask
    days = day.days if day else (calendar.today,)
    found = [at for one in days for at in instants(one, clock, calendar)]
    ahead = sorted({at for at in found if at > calendar.now})
    if any((at - calendar.now).days > FARTHEST_DAYS for at in ahead):
        return refused(phrase, TOO_FAR)
    if not found:
        return ask(phrase, why)
    if not ahead:
        if day is not None and day.days != (calendar.today,):
            return refused(phrase, PAST)
        tomorrow = instants(calendar.today + timedelta(days=1), clock, calendar)
        return ask(phrase, why or "that time has passed today", sorted(tomorrow)[:4])
    if len(ahead) < len(found):
        why = why or "that time has passed today"
        if day is None:
            tomorrow = instants(calendar.today + timedelta(days=1), clock, calendar)
            ahead = sorted({*ahead, *(at for at in tomorrow if at - timedelta(days=1) <= calendar.now)})
    elif len(found) > len(days) and clock.bare:
        why = why or "that hour could be the morning's or the evening's"
    elif len(found) > len(days):
        why = why or "the clocks change then, so that time happens twice or not at all"
    if why or len(ahead) > 1:
        return ask(phrase, why or "two times fit", ahead[:4])
    return Due(Outcome.DUE, phrase=phrase, due=ahead[0], grain=clock.grain)


def instants(day: date, clock: Clock, calendar: Calendar) -> list[datetime]:
    """Every instant this day and time can mean: two when the clocks go back, the two neighbours when they go forward."""
    if clock.edge == "close":
        return [calendar.work.end_of_day(day).astimezone(calendar.zone)]
    if clock.edge == "open":
        return [calendar.work.opening(day).astimezone(calendar.zone)]
    found: list[datetime] = []
    days = [day + timedelta(days=clock.after)] + ([day] if clock.after and clock.ask else [])
    for one in days:
        for at in settled(clock.either, calendar.work.hours_on(day)) if clock.either else calendar.times_of(clock):
            both = [datetime.combine(one, at.replace(fold=fold), calendar.zone) for fold in (0, 1)]
            same = both[0].utcoffset() == both[1].utcoffset()
            found += [settle(moment) for moment in (both[:1] if same else both)]
    return found


def settle(at: datetime) -> datetime:
    """A wall time that does not exist becomes the instant its offset means, as it will then be shown."""
    return at.astimezone(UTC).astimezone(at.tzinfo)
