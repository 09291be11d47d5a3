"""What the sweep decides, in the order of ``models.workspace.SWEPT``: items first, what is written of them last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.day import sweep_day, sweep_morning
from handlers.digest import sweep_team
from handlers.mail import sweep_mail
from handlers.nudge import sweep_item
from handlers.occurrence import sweep_series
from handlers.returning import sweep_absence
from models.workspace import SWEPT, Subject

# Of a workspace, the id of what is due, care time and wall time; returns how many messages were decided.
Sweep = Callable[[Session, UUID, UUID, datetime, datetime], int]

_BY_SUBJECT: dict[Subject, Sweep] = {
    Subject.ABSENCE: sweep_absence, Subject.SERIES: sweep_series, Subject.ITEM: sweep_item, Subject.TEAM: sweep_team,
    Subject.MORNING: sweep_morning, Subject.DAY: sweep_day, Subject.MAIL: sweep_mail,
}
SWEEPS = tuple((subject, _BY_SUBJECT[subject]) for subject in SWEPT)
