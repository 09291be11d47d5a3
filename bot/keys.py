"""``kept keys``: what state the keys are in, and their rotation, step by step over all workspaces."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rotation
from models.rotation import FIRST, SETTLE, Stage, Step
from models.store import Store
from models.workspace import Workspace

ACTOR = "operator"
PAUSE = 0.01     # seconds between batches, in which people's commands come in


@dataclass(frozen=True)
class Standing:
    """One workspace's keys. ``left`` counts rows that an older data key still seals."""

    workspace: str
    master: str
    generation: int
    stage: str
    left: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def status(store: Store) -> list[Standing]:
    return [_standing(store, *row) for row in store.peek(lambda s: s.execute(
        select(Workspace.id, Workspace.slack_id, Workspace.wrapped_key).order_by(Workspace.slack_id)).all())]


def _standing(store: Store, workspace: UUID, slack_id: str, wrapped: bytes) -> Standing:
    keys = store.keyring.unwrap(workspace, wrapped).keys
    left = store.look(workspace, lambda s: rotation.left(s, workspace)) if keys.retired else 0
    return Standing(slack_id, "current" if store.keyring.current(wrapped) else "older", keys.active, rotation.stage(keys), left)


def _all(store: Store) -> list[UUID]:
    return list(store.peek(lambda s: s.scalars(select(Workspace.id).order_by(Workspace.id)).all()))


def rewrap(store: Store, wall: Callable[[], datetime], say: Callable[[str], None]) -> int:
    """Every workspace's keys under the present master key; returns how many were under an older one."""
    done = 0
    for workspace in _all(store):
        done += store.transact(workspace, lambda s: rotation.rewrap(s, store.keyring, workspace, wall(), ACTOR))  # noqa: B023
    say(f"The keys of {done} workspaces are wrapped anew.")
    return done


class Rotating:
    """One run of the data keys' rotation; begun again after it was cut off, it goes on where it was."""

    def __init__(self, store: Store, wall: Callable[[], datetime], sleep: Callable[[float], None],
                 say: Callable[[str], None]) -> None:
        self._store, self._wall, self._sleep, self._say = store, wall, sleep, say
        self.shut = self.clashes = 0

    def run(self) -> int:
        """Returns how many rows were sealed again."""
        begun = self._at(Stage.RESEALING)
        for workspace in [] if begun else self._at(Stage.NONE):
            self._step(workspace, rotation.announce)
        announced = self._at(Stage.ANNOUNCED)
        self._settle(announced, "every process learns the new keys")
        for workspace in announced:
            self._step(workspace, rotation.activate)
        resealing = self._at(Stage.RESEALING)
        done = sum(self._pass(workspace) for workspace in resealing)
        self._settle(resealing, "nobody seals with the old keys any more")
        for workspace in resealing:
            done += self._finish(workspace)
        return done

    def _finish(self, workspace: UUID) -> int:
        self.shut = self.clashes = 0
        done = self._pass(workspace)
        if self.shut:
            self._say(f"{self.shut} entries could not be read before, and cannot now: their bytes were altered.")
        if self.clashes:
            self._say(f"Patients that have an alias that another of their team has too: {self.clashes}. The old key stays until "
                      "that is put right; then rotate again.")
        else:
            self._step(workspace, rotation.drop)
        return done

    def _at(self, stage: Stage) -> list[UUID]:
        def here(session: Session) -> list[UUID]:
            rows = session.execute(select(Workspace.id, Workspace.wrapped_key).order_by(Workspace.id))
            return [key for key, wrapped in rows if rotation.stage(self._store.keyring.unwrap(key, wrapped).keys) is stage]

        return self._store.peek(here)

    def _step(self, workspace: UUID, change: Callable[..., object]) -> None:
        self._store.transact(workspace, lambda s: change(s, self._store.keyring, workspace, self._wall(), ACTOR))
        self._store.forget_key(workspace)

    def _settle(self, workspaces: list[UUID], until: str) -> None:
        def last(session: Session) -> datetime:
            return max(rotation.keys_of(session, self._store.keyring, one).changed_at for one in workspaces)

        if not workspaces:
            return
        end = self._store.peek(last) + SETTLE
        while (rest := (end - self._wall()).total_seconds()) > 0:
            self._say(f"Waiting {rest:.0f} s until {until}.")
            self._sleep(min(rest, 15.0))

    def _pass(self, workspace: UUID) -> int:
        self._store.forget_key(workspace)
        done = self._batches(workspace, "patients' index", partial(rotation.reindex, workspace_id=workspace))
        for place in rotation.places():
            done += self._batches(workspace, place.table.name, partial(rotation.reseal, workspace_id=workspace, place=place))
        return done

    def _batches(self, workspace: UUID, name: str, work: Callable[..., Step]) -> int:
        after: UUID | None = FIRST
        done = 0
        while after is not None:
            step = self._store.transact(workspace, partial(work, after=after))
            done, after = done + step.done, step.last
            self.shut, self.clashes = self.shut + step.shut, self.clashes + step.clashes
            time.sleep(PAUSE)
        if done:
            self._say(f"{name}: {done}")
        return done
