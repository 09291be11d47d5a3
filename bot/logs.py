"""Logs: one JSON object a line, ids and fixed words only. No level and no error ever carries typed text."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

OURS = "kept"
# What a record of ours may say beside its event; everything else attached to a record is dropped.
FIELDS = ("error_id", "workspace", "subject", "code", "kind", "count", "status", "seconds", "channel", "port", "method")


class Line(logging.Formatter):
    """Other people's records lose their message: libraries put whole request bodies and values into theirs."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name == OURS or record.name.startswith(OURS + ".")
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name,
            "event": record.msg if ours else f"{record.module}:{record.lineno}",
        }
        line |= {name: str(record.__dict__[name]) for name in FIELDS if name in record.__dict__ and ours}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _error(error: BaseException) -> list[str]:
    """Kinds and places, innermost last; an exception's own words may quote what somebody typed."""
    found: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(found) < 60:
        found.append(type(cause).__qualname__)
        found += [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                  for frame in traceback.extract_tb(cause.__traceback__)[-12:]]
        cause = cause.__cause__ or cause.__context__
    return found


def log(name: str) -> logging.Logger:
    return logging.getLogger(f"{OURS}.{name}")


def start(level: str) -> None:
    """Send everything through one handler on standard error. Libraries are heard from WARNING up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    for name in ("dbos", "_granian", "granian.access", "slack_bolt", "slack_sdk"):
        other = logging.getLogger(name)
        # DBOS adds a handler of its own to a logger that has none.
        other.handlers[:] = [handler]
        other.propagate = False
        other.setLevel(logging.WARNING)
    # Bolt warns at each start that it will not use the token it found in the environment, as it should not.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
