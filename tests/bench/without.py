"""``kept serve`` with one part taken out, so that ``tests/bench/parts.py`` can say what it costs: Kept itself has no such switch.

``python -m tests.bench.without sealing serve``. Each stand-in stands where the part is called, and does as little as can be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

import handlers.access
import handlers.route
from bot.__main__ import main
from handlers.access import Facts
from handlers.case import Case, Inbound
from models import audit
from models.base import given
from models.sealing import DataKey
from models.team import CareTeam, Member, Seat, TeamState

_WHO = select(Member, CareTeam).join(CareTeam, and_(
    CareTeam.workspace_id == Member.workspace_id, CareTeam.channel == bindparam("channel"), CareTeam.state == TeamState.SET_UP,
)).where(Member.workspace_id == given("workspace"), Member.slack_id == bindparam("slack_id"))


def sealing() -> None:
    """Texts are kept as they are typed, and found by themselves."""
    instead(DataKey, seal=lambda _, place, row, text: text.encode(), open=lambda _, place, row, sealed: sealed.decode(),
            indexes=lambda _, scope, text: [scope.bytes + text.encode()])


def auditing() -> None:
    """Nothing is written of what anybody does."""
    instead(audit, record=lambda *_, **__: None)


def access() -> None:
    """Whoever asks is let in as a lead; who they are and in which team is all that is read, since the handler itself needs it."""
    first, everybody = handlers.access.person, SimpleNamespace(lead=True, present=True, confirmed_at=True)

    def person(session: Session, workspace_id: UUID, inbound: Inbound, facts: Facts) -> tuple[Member, Seat]:
        asks = {"workspace": workspace_id, "slack_id": inbound.user, "channel": inbound.channel}
        row = session.execute(_WHO, asks).one_or_none()
        # There is no team yet while it is being set up.
        return (row.Member, Seat(row.Member, row.CareTeam)) if row else first(session, workspace_id, inbound, facts)

    instead(handlers.route, person=person, admit=lambda *_: everybody)
    instead(Case, may_see=lambda *_: True, may_read=lambda *_: True)


def instead(place: object, **parts: Callable[..., object]) -> None:
    for name, part in parts.items():
        getattr(place, name)  # a stand-in for what is not there any more would measure nothing
        setattr(place, name, part)


WITHOUT: dict[str, Callable[[], None]] = {"nothing": lambda: None, "sealing": sealing, "auditing": auditing, "access": access}

if __name__ == "__main__":
    WITHOUT[sys.argv.pop(1)]()
    sys.exit(main())
