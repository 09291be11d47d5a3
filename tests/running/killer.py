"""Runs ``kept`` and kills it -9 at a named point: ``KILL_AT`` is "event:<log event>:<n>" or "commit:<before|after>:<n>"
or "table:made:<n>", which is at the nth statement that makes or changes a table or an index.

The points are those the process shows anyway, its log's events and its commits, so nothing in Kept is changed for this.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import sys
import threading

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class AtEvent(logging.Handler):
    def __init__(self, words: str, nth: int) -> None:
        super().__init__(logging.DEBUG)
        self._words, self._left = words, nth

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == self._words:
            self._left -= 1
            if self._left == 0:
                die()


def arm(point: str) -> None:
    kind, what, nth = point.split(":")
    if kind == "event":
        logging.getLogger("kept").addHandler(AtEvent(what, int(nth)))
        return
    if kind == "table":
        made = itertools.count(1)

        @event.listens_for(Engine, "after_cursor_execute")
        def changed(_: object, __: object, statement: str, *more: object) -> None:
            if statement.lstrip().upper().startswith(("CREATE", "ALTER")) and next(made) == int(nth):
                die()

        return
    seen, here = itertools.count(1), threading.local()

    @event.listens_for(Engine, "after_cursor_execute")
    def wrote(_: object, __: object, statement: str, *more: object) -> None:
        # A look changes nothing that a crash could leave half done, nor does what /readyz writes to see that it can;
        # and DBOS's own tables are its own care.
        ours = "workflow" not in statement and "alembic_version" not in statement
        if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"} and ours:
            here.wrote = True

    def count(_: Session) -> None:
        if getattr(here, "wrote", False) and next(seen) == int(nth):
            die()
        here.wrote = False

    event.listen(Session, f"{what}_commit", count)


if __name__ == "__main__":
    arm(os.environ["KILL_AT"])
    from bot.__main__ import main

    main(sys.argv[1:])
