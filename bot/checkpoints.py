"""Checkpoints of the audit: how each chain ends, written once a day where who runs Kept cannot change it, a file or an address.

Only they show that a chain's tail was cut off, or that all of it was written anew by who holds the keys.
"""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
from collections import defaultdict
from datetime import datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from models import audit
from models.audit import Checkpoint
from models.errors import Unclear
from models.store import Store
from models.workspace import every

BAD_LINE = "Line {line} of the checkpoints cannot be read: the file was changed, or is another."
WITHIN = 20.0   # seconds an address may take


class NotTaken(Exception):
    """``code`` is a fixed word or an HTTP status; nothing of the address, which may hold a secret."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Straight(urllib.request.HTTPRedirectHandler):
    """An address that leads elsewhere is not the one that was named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def is_address(where: str) -> bool:
    return "://" in where


def write(store: Store, where: str, wall: datetime) -> int:
    """Append to a file, or post to an address, how each chain ends now; returns how many lines. Raises NotTaken."""
    lines = []
    for key, slack_id in store.peek(every):
        end = store.look(key, partial(audit.checkpoint, workspace_id=key))
        if end is not None:
            lines.append(json.dumps({"at": wall.isoformat(timespec="seconds"), "workspace": slack_id, "id": str(key),
                                     "seq": end.seq, "mac": end.mac.hex()}) + "\n")
    text = "".join(lines).encode()
    if is_address(where):
        _post(where, text)
    else:
        _append(Path(where), text)
    return len(lines)


def _append(path: Path, text: bytes) -> None:
    """Each is written whole or not at all."""
    try:
        file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(file, text)
            os.fsync(file)
        finally:
            os.close(file)
    except OSError:
        raise NotTaken("not_written") from None


def _post(address: str, text: bytes) -> None:
    """A name and a password in the address go in a header, as browsers do it."""
    parts = urlsplit(address)
    headers = {"Content-Type": "application/x-ndjson"}
    if parts.username is not None:
        who = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(who).decode()}"
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    request = urllib.request.Request(plain, text, headers, method="POST")  # noqa: S310  the settings admit https alone
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=WITHIN):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise NotTaken(f"http_{error.code}") from None
    except (OSError, HTTPException, ValueError):
        raise NotTaken("not_reached") from None


def may_append(path: Path) -> bool:
    return os.access(path if path.exists() else path.parent, os.W_OK)


def read(path: Path) -> dict[UUID, list[Checkpoint]]:
    """Raises Unclear, with a sentence, when a line makes no sense or the file is not there."""
    found: dict[UUID, list[Checkpoint]] = defaultdict(list)
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        raise Unclear(f"The checkpoints cannot be read: check the path {path} and its permissions.") from None
    for number, line in enumerate(lines, 1):
        try:
            one = json.loads(line)
            found[UUID(one["id"])].append(Checkpoint(int(one["seq"]), bytes.fromhex(one["mac"])))
        except (ValueError, KeyError, TypeError):
            raise Unclear(BAD_LINE.format(line=number)) from None
    return found
