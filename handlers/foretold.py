"""What Kept will say of an item and when: as the rules stand, with who will be out by then and what is over a limit today."""

from __future__ import annotations

from datetime import datetime, time

from handlers.cards.why import Coming, Held
from handlers.case import Case
from handlers.mail import spared
from handlers.nudge import giver_of, owner_of, recipients
from handlers.standing_in import Out, covers_for, hears
from models.absence import away
from models.item import Item
from models.ladder import Planned, Saying, sayings
from models.nudge import written_since
from models.rungs import Audience, Rung, plan_of
from models.team import cap_of

# A row in a message for the day is for the owner, as a rung of theirs is.
ROW = Rung("day", Audience.OWNER)


def next_said(case: Case, item: Item) -> Saying | None:
    """What is said first; while an owner is out, what somebody really hears."""
    if case.out(case.person(item.owner_id)) is None:
        return next(iter(sayings(item, plan_of(case.team), case.now)), None)
    return next((one.saying for one in foretold(case, item) if one.to or one.digest), None)


def foretold(case: Case, item: Item) -> list[Coming]:
    """The soonest first."""
    found = [_coming(case, item, one) for one in sayings(item, plan_of(case.team), case.now)]
    return sorted((one for one in found if one is not None), key=lambda one: one.saying.at)


def _coming(case: Case, item: Item, said: Saying) -> Coming | None:
    rung = said.planned.rung if said.planned else ROW
    owner = owner_of(case.session, item)
    out, to = _readers(case, item, rung, said.at)
    if said.morning and to != [owner.slack_id] and not (to and covers_for(owner, to[0], out)):
        if said.planned is None:
            return None
        # Whoever hears it in the owner's place has no row of it: it comes at its own time.
        said = Saying(said.planned.at, said.planned, morning=False)
        out, to = _readers(case, item, rung, said.at)
    who = giver_of(case.session, item) if rung.audience is Audience.GIVER else owner
    held = None
    if rung.audience in (Audience.OWNER, Audience.GIVER, Audience.OWNER_AND_LEAD) and who.id in out:
        held = Held(who.slack_id, out[who.id], hears(case.session, item, case.team, who, out))
    return Coming(said, to, held, [] if said.morning else [one for one in to if _over(case, item, said.planned, one)],
                  digest=rung.audience is Audience.DIGEST)


def _readers(case: Case, item: Item, rung: Rung, at: datetime) -> tuple[Out, list[str]]:
    """Who is out at that time, and who hears it then."""
    at = max(at, case.now)
    return away(case.session, case.team, at), recipients(case.session, item, case.team, rung, at)


def _over(case: Case, item: Item, planned: Planned | None, to: str) -> bool:
    """Whether its reader has had all the messages of today that the team allows, so that it waits in the digest instead."""
    if planned is None or spared(item, planned.rung.rule):
        return False
    midnight = datetime.combine(case.now.astimezone(case.team.tz).date(), time(), case.team.tz)
    if planned.at.astimezone(case.team.tz).date() != midnight.date():
        return False
    return written_since(case.session, case.team, to, midnight) >= cap_of(case.team, to)
