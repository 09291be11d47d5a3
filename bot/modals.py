"""Modals: opened while their trigger lives, then filled, though Slack's answers may be late, half or none.

A modal is opened under a name of our own, so that one whose opening was answered by nothing that makes sense is found all the
same, if it is there.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from bot.logs import log
from bot.slack import Limited, Passing, Permanent, SlackError, Unknown
from bot.tokens import Slacks
from handlers.cards.view import OPENING

LOG = log("modals")
OPEN_WITHIN = 2.5   # seconds of a trigger's three
FILL_WITHIN = 5.0
TRIES = 3
LONGEST = 5.0       # seconds that are waited between two of them: somebody looks at an empty window meanwhile
GONE = frozenset({"hash_conflict", "not_found"})


class Place(NamedTuple):
    """An open view: by Slack's id and the hash of what stands in it, or by our name for it when its id never came."""

    view_id: str = ""
    hash: str = ""
    name: str = ""


class Modals:
    """Safe to use from several threads."""

    def __init__(self, slacks: Slacks) -> None:
        self._slacks = slacks

    def open(self, workspace: UUID, trigger: str) -> Place:
        """Raises SlackError when there is no modal."""
        name = secrets.token_hex(16)
        try:
            view_id, hash_ = self._slacks.of(workspace).open(trigger, {**OPENING.body(), "external_id": name}, OPEN_WITHIN)
        except Unknown as error:
            LOG.warning("whether a form opened is not known", extra={"code": error.code})
            return Place(name=name)
        return Place(view_id, hash_)

    def fill(self, workspace: UUID, place: Place, view: dict[str, Any]) -> bool:
        """Whether what a person looks at is now this, or theirs: closed, or changed by their next press."""
        slack = partial(self._slacks.of, workspace)
        if not place.view_id:
            return self._filled(lambda: slack().fill(place.name, view, FILL_WITHIN), doubtful=False)
        return self._filled(lambda: slack().replace(place.view_id, place.hash, view, FILL_WITHIN), doubtful=True)

    @staticmethod
    def _filled(call: Callable[[], object], *, doubtful: bool) -> bool:
        """``doubtful`` is whether it may be tried again when it may have been done: its hash then says so. Without one, a
        second try could put an empty form over what somebody has sent by then."""
        for number in range(1, TRIES + 1):
            try:
                call()
            except SlackError as error:
                if isinstance(error, Permanent):
                    LOG.warning("a view was not filled", extra={"code": error.code})
                    return doubtful and error.code in GONE
                if number == TRIES or not (doubtful or isinstance(error, Limited | Passing)):
                    LOG.warning("a view was not filled", extra={"code": error.code})
                    return False
                time.sleep(min(error.after.total_seconds() if isinstance(error, Limited) else number / 2, LONGEST))
            else:
                return True
        return False
