"""Runs ``kept`` and kills it -9 at a named point: ``KILL_AT`` is "event:<log event>:<n>" or "commit:<before|after>:<n>".

The points are those the process shows anyway, its log's events and its commits, so nothing in Kept is changed for this.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import sys

from sqlalchemy import event
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
    seen = itertools.count(1)

    def count(session: Session) -> None:
        # Only transactions that wrote count: a look changes nothing that a crash could leave half done.
        if session.info.pop("wrote", False) and next(seen) == int(nth):
            die()

    @event.listens_for(Session, "after_flush")
    def wrote(session: Session, _: object) -> None:
        session.info["wrote"] = True

    event.listen(Session, f"{what}_commit", count)


if __name__ == "__main__":
    arm(os.environ["KILL_AT"])
    from bot.__main__ import main

    main(sys.argv[1:])
