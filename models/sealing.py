"""Sealing at rest: AES-256-GCM under a per-workspace data key, itself wrapped by the master key.

A sealed value is ``format (1 byte) | generation (2) | nonce (12) | ciphertext and tag``; its associated data binds all that
and workspace, table, column and row id, so a ciphertext moved elsewhere does not open. Plaintext is padded to the next of a few
sizes before sealing, so that a length tells little.

A workspace's keys are kept wrapped, together, in its row: a key for its audit chain and one for its request rows, which stay,
and generations of a data key with the key of the blind index. One generation is *active*: it seals. A higher one is
*announced*: every process learns it before anything is sealed with it. A lower one is *retired*: it still opens what it sealed,
until all of that is sealed anew (models/rotation.py).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = b"\x01"
HEADER = 3                                        # format and generation
NONCE = 12
SIZES = (64, 128, 256, 512, 1024, 2048, 4096)     # bytes of padded plaintext; beyond, whole multiples of the last
MOST_GENERATIONS = 65_535


class BadMasterKey(ValueError):
    """The master key is missing, malformed, or not the one the data keys were wrapped with."""


def master_key(text: str) -> bytes:
    """Decode base64 of 32 bytes; raises BadMasterKey with a sentence."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise BadMasterKey("KEPT_MASTER_KEY must be base64 of 32 bytes") from None
    if len(key) != 32:
        raise BadMasterKey("KEPT_MASTER_KEY must be base64 of 32 bytes")
    return key


def padded(size: int) -> int:
    """What a plaintext of ``size`` bytes is padded to."""
    return next((one for one in SIZES if one >= size), -(-size // SIZES[-1]) * SIZES[-1])


@dataclass(frozen=True)
class Generation:
    """One data key, and the blind index's key that was made with it."""

    number: int
    data: bytes
    index: bytes

    @classmethod
    def made(cls, number: int) -> Generation:
        if number > MOST_GENERATIONS:
            raise ValueError("a workspace has had all the data keys it can have")
        return cls(number, os.urandom(32), os.urandom(32))


@dataclass(frozen=True)
class Keys:
    """All keys of one workspace. ``changed_at`` is when a generation was last announced, activated or dropped.

    Without a generation they were destroyed: only the audit chain can still be verified. ``active`` never goes back.
    """

    audit: bytes
    request: bytes
    generations: tuple[Generation, ...]
    active: int
    changed_at: datetime

    @classmethod
    def made(cls, now: datetime) -> Keys:
        return cls(os.urandom(32), os.urandom(32), (Generation.made(1),), 1, now)

    @property
    def announced(self) -> list[Generation]:
        return [one for one in self.generations if one.number > self.active]

    @property
    def retired(self) -> list[Generation]:
        return [one for one in self.generations if one.number < self.active]

    @property
    def destroyed(self) -> bool:
        return not self.generations

    def announce(self, now: datetime) -> Keys:
        new = Generation.made(max([self.active, *(one.number for one in self.generations)]) + 1)
        return replace(self, generations=(*self.generations, new), changed_at=now)

    def activate(self, now: datetime) -> Keys:
        return replace(self, active=max(one.number for one in self.generations), changed_at=now)

    def drop_retired(self, now: datetime) -> Keys:
        return replace(self, generations=tuple(one for one in self.generations if one.number >= self.active), changed_at=now)

    def destroy(self, now: datetime) -> Keys:
        return replace(self, generations=(), changed_at=now)

    def as_bytes(self) -> bytes:
        return json.dumps({
            "audit": self.audit.hex(), "request": self.request.hex(), "active": self.active,
            "changed_at": self.changed_at.isoformat(),
            "generations": [[one.number, one.data.hex(), one.index.hex()] for one in self.generations]}).encode()

    @classmethod
    def of_bytes(cls, plain: bytes) -> Keys:
        found = json.loads(plain)
        return cls(bytes.fromhex(found["audit"]), bytes.fromhex(found["request"]),
                   tuple(Generation(number, bytes.fromhex(data), bytes.fromhex(index))
                         for number, data, index in found["generations"]),
                   found["active"], datetime.fromisoformat(found["changed_at"]))


class DataKey:
    """One workspace's keys, ready to use."""

    def __init__(self, workspace_id: UUID, keys: Keys) -> None:
        self.keys = keys
        self._workspace = workspace_id.bytes
        self._ciphers = {one.number: AESGCM(one.data) for one in keys.generations}
        self._header = FORMAT + keys.active.to_bytes(2, "big")
        # The active one first: it is the one most rows are found by.
        self._indexes = [one.index for one in sorted(keys.generations, key=lambda one: one.number != keys.active)]

    def seal(self, place: str, row: UUID, text: str) -> bytes:
        """``place`` is "table.column"."""
        plain = text.encode()
        plain = len(plain).to_bytes(4, "big") + plain
        plain += b"\0" * (padded(len(plain)) - len(plain))
        nonce = os.urandom(NONCE)
        return self._header + nonce + self._active.encrypt(nonce, plain, self._bound(self._header, place, row))

    @property
    def _active(self) -> AESGCM:
        try:
            return self._ciphers[self.keys.active]
        except KeyError:
            raise Unreadable("The key of this workspace was destroyed, so nothing can be kept or read here.") from None

    def open(self, place: str, row: UUID, sealed: bytes) -> str:
        """Raises Unreadable when a byte was changed, the value was moved, or its key is gone."""
        header, nonce = sealed[:HEADER], sealed[HEADER:HEADER + NONCE]
        cipher = self._ciphers.get(int.from_bytes(header[1:], "big"))
        if header[:1] != FORMAT or cipher is None:
            raise Unreadable("This entry cannot be read.")
        try:
            plain = cipher.decrypt(nonce, sealed[HEADER + NONCE:], self._bound(header, place, row))
        except (InvalidTag, ValueError):
            raise Unreadable("This entry cannot be read.") from None
        return plain[4 : 4 + int.from_bytes(plain[:4], "big")].decode()

    def current(self, sealed: bytes) -> bool:
        """Whether the active generation sealed it."""
        return sealed[:HEADER] == self._header

    def _bound(self, header: bytes, place: str, row: UUID) -> bytes:
        return header + self._workspace + row.bytes + place.encode()

    def index(self, scope: UUID, text: str) -> bytes:
        """A keyed blind index of ``text``, different in every scope (a care team)."""
        return self.indexes(scope, text)[0]

    def indexes(self, scope: UUID, text: str) -> list[bytes]:
        """It under every living generation, the active one first: while keys are rotated, a row may stand under any."""
        if not self._indexes:
            raise Unreadable("The key of this workspace was destroyed, so nobody can be found here.")
        return [hmac.digest(key, self._workspace + scope.bytes + text.encode(), "sha256") for key in self._indexes]

    def audit_mac(self, data: bytes) -> bytes:
        return hmac.digest(self.keys.audit, self._workspace + data, "sha256")

    def request_mac(self, data: bytes) -> bytes:
        return hmac.digest(self.keys.request, self._workspace + data, "sha256")


class Keyring:
    """Wraps and unwraps workspaces' keys. What an ``older`` master key wrapped still opens, and is wrapped anew by rotation."""

    def __init__(self, master: bytes, *older: bytes) -> None:
        self.master = master
        self.masters = {_name(one): one for one in (*older, master)}
        self.name = _name(master)

    def wrap(self, workspace_id: UUID, keys: Keys) -> bytes:
        header, nonce = FORMAT + self.name, os.urandom(NONCE)
        return header + nonce + AESGCM(self.master).encrypt(nonce, keys.as_bytes(), header + workspace_id.bytes)

    def wrap_new(self, workspace_id: UUID, now: datetime) -> bytes:
        return self.wrap(workspace_id, Keys.made(now))

    def unwrap(self, workspace_id: UUID, wrapped: bytes) -> DataKey:
        header, nonce = wrapped[:1 + NAME], wrapped[1 + NAME:1 + NAME + NONCE]
        try:
            plain = AESGCM(self.masters[header[1:]]).decrypt(nonce, wrapped[1 + NAME + NONCE:], header + workspace_id.bytes)
        except (KeyError, InvalidTag, ValueError):
            raise BadMasterKey("KEPT_MASTER_KEY is not the key this database was sealed with") from None
        return DataKey(workspace_id, Keys.of_bytes(plain))

    def current(self, wrapped: bytes) -> bool:
        """Whether the present master key wrapped it, rather than an older one."""
        return wrapped[1:1 + NAME] == self.name


NAME = 8


def _name(master: bytes) -> bytes:
    """Tells master keys apart, and nothing about them."""
    return hmac.digest(master, b"kept: the name of a master key", "sha256")[:NAME]


_current: ContextVar[DataKey] = ContextVar("kept_data_key")
_shut: ContextVar[set[UUID]] = ContextVar("kept_shut")


@contextmanager
def using(key: DataKey) -> Iterator[DataKey]:
    """Sealed attributes inside this block seal and open with ``key``."""
    token, before = _current.set(key), _shut.set(set())
    try:
        yield key
    finally:
        _shut.reset(before)
        _current.reset(token)


def data_key() -> DataKey:
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError("no data key: sealed values are only reachable inside a workspace's transaction") from None


def shut() -> list[UUID]:
    """The rows that hold a sealed attribute which was asked for in this block, and did not open."""
    return sorted(_shut.get(set()))


class Sealed:
    """A text attribute kept sealed in the column ``<name>_sealed``; opens on each get, caches no plaintext.

    The owner needs ``workspace_id`` and ``id`` before this is set.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_sealed"
        self.place = f"{{}}.{name}"

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: Any, owner: type) -> str: ...
    def __get__(self, row: Any, owner: type) -> Sealed | str:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        if sealed is None:
            return ""
        try:
            return data_key().open(self.place.format(row.__tablename__), row.id, sealed)
        except Unreadable:
            _shut.get().add(row.id)
            raise

    def __set__(self, row: Any, text: str | None) -> None:
        value = None if text is None else data_key().seal(self.place.format(row.__tablename__), row.id, text)
        setattr(row, self.column, value)


def readable(get: Callable[[], str], instead: str = "(cannot be read)") -> str:
    """The text, or ``instead`` when its seal is broken, so that one bad row never takes a list down."""
    try:
        return get()
    except Unreadable:
        return instead
