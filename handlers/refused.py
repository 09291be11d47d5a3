"""What was not done goes on the chain before it is said: by whom, which verb or button, about what, and whether they may not."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from handlers.access import Facts, take_in
from handlers.case import Inbound, Surface
from handlers.language.verbs import NAMES
from handlers.language.words import straight
from handlers.people import learn_kind
from handlers.table import BUTTONS, FORMS, OPTIONS, SHORTCUTS
from models import audit
from models.errors import CareError, Hidden, Refused, UnknownPatient
from models.reserve import only_read
from models.store import Store
from models.team import CareTeam
from models.workspace import hold


def after_refusal(session: Session, workspace_id: UUID, inbound: Inbound, facts: Facts, at: list[UUID],
                  refusal: CareError) -> None:
    """What Slack said of the channel stays known, and the refusal is audited; all else was rolled back. ``at`` holds the
    care team's id, once that was known, and then that of what was named, if it is there.
    """
    only_read(session)
    team = session.get(CareTeam, (workspace_id, at[0])) if at else None
    if team is not None and facts.members is not None:
        hold(session, workspace_id)
        take_in(session, team, facts.members, inbound.wall)
    if team is not None and facts.room is not None:
        learn_kind(session, team, facts.room, inbound.now, inbound.wall)
    about = refusal.key if isinstance(refusal, Hidden) else at[-1] if at else ""
    outcome = "refused" if isinstance(refusal, Refused | Hidden) else "not done"
    near = isinstance(refusal, UnknownPatient) and bool(refusal.near)
    audit.record(session, workspace_id, inbound.now, inbound.user, "near aliases read" if near else _act(inbound),
                 str(at[0]) if near else str(about), inbound.surface, outcome)


def unanswered(store: Store, workspace_id: UUID, inbound: Inbound) -> None:
    """Refused because Slack did not say who may: unknown means no, and that is on the chain, too."""
    store.transact(workspace_id, lambda session: audit.record(
        session, workspace_id, inbound.now, inbound.user, _act(inbound), "", inbound.surface, "refused"))


def _act(inbound: Inbound) -> str:
    """The verb, button, form or menu, when it is one of ours: what was typed or pressed comes from outside, and nothing of it
    may reach the chain."""
    if inbound.surface is Surface.COMMAND:
        first, *_ = [*inbound.text.split(), ""]
        command = straight(inbound.command).lstrip("/").casefold()
        return NAMES.get(straight(first).strip(":,").casefold() if command == "kept" else command, str(inbound.surface))
    ours = BUTTONS.keys() | FORMS.keys() | OPTIONS.keys() | SHORTCUTS.keys()
    return inbound.action if inbound.action in ours else str(inbound.surface)
