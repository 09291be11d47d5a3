"""Sealing at rest: AES-256-GCM under a per-workspace data key, itself wrapped by the master key.

A sealed value is ``version (1 byte) | nonce (12) | ciphertext and tag``; its associated data binds workspace,
table, column and row id, so a ciphertext moved elsewhere does not open. Plaintext is padded to the next multiple
of 32 bytes before sealing, so that a length tells little.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = b"\x01"
BLOCK = 32


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


class DataKey:
    """One workspace's key, and the keys derived from it for the blind index, the audit chain and request rows."""

    def __init__(self, workspace_id: UUID, key: bytes) -> None:
        self._workspace = workspace_id.bytes
        self._aead = AESGCM(key)
        self._index, self._audit, self._request = (
            HKDF(SHA256(), 32, salt=self._workspace, info=b"kept:" + use).derive(key)
            for use in (b"blind-index", b"audit", b"request")
        )

    def seal(self, place: str, row: UUID, text: str) -> bytes:
        """``place`` is "table.column"."""
        plain = text.encode()
        plain = len(plain).to_bytes(4, "big") + plain
        plain += b"\0" * (-len(plain) % BLOCK)
        nonce = os.urandom(12)
        return VERSION + nonce + self._aead.encrypt(nonce, plain, self._bound(place, row))

    def open(self, place: str, row: UUID, sealed: bytes) -> str:
        """Raises Unreadable when a byte was changed or the value was moved."""
        if sealed[:1] != VERSION:
            raise Unreadable("This entry cannot be read.")
        try:
            plain = self._aead.decrypt(sealed[1:13], sealed[13:], self._bound(place, row))
        except (InvalidTag, ValueError):
            raise Unreadable("This entry cannot be read.") from None
        return plain[4 : 4 + int.from_bytes(plain[:4], "big")].decode()

    def _bound(self, place: str, row: UUID) -> bytes:
        return self._workspace + row.bytes + place.encode()

    def index(self, scope: UUID, text: str) -> bytes:
        """A keyed blind index of ``text``, different in every scope (a care team)."""
        return hmac.digest(self._index, scope.bytes + text.encode(), "sha256")

    def audit_mac(self, data: bytes) -> bytes:
        return hmac.digest(self._audit, data, "sha256")

    def request_mac(self, data: bytes) -> bytes:
        return hmac.digest(self._request, data, "sha256")


class Keyring:
    """Wraps and unwraps data keys with the master key."""

    def __init__(self, master: bytes) -> None:
        self._aead = AESGCM(master)
        self.unwrap = lru_cache(maxsize=512)(self._unwrap)

    def wrap_new(self, workspace_id: UUID) -> bytes:
        nonce = os.urandom(12)
        return VERSION + nonce + self._aead.encrypt(nonce, os.urandom(32), workspace_id.bytes)

    def _unwrap(self, workspace_id: UUID, wrapped: bytes) -> DataKey:
        try:
            key = self._aead.decrypt(wrapped[1:13], wrapped[13:], workspace_id.bytes)
        except (InvalidTag, ValueError):
            raise BadMasterKey("KEPT_MASTER_KEY is not the key this database was sealed with") from None
        return DataKey(workspace_id, key)


_current: ContextVar[DataKey] = ContextVar("kept_data_key")


@contextmanager
def using(key: DataKey) -> Iterator[DataKey]:
    """Sealed attributes inside this block seal and open with ``key``."""
    token = _current.set(key)
    try:
        yield key
    finally:
        _current.reset(token)


def data_key() -> DataKey:
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError("no data key: sealed values are only reachable inside a workspace's transaction") from None


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
        return data_key().open(self.place.format(row.__tablename__), row.id, sealed)

    def __set__(self, row: Any, text: str | None) -> None:
        value = None if text is None else data_key().seal(self.place.format(row.__tablename__), row.id, text)
        setattr(row, self.column, value)


def readable(get: Callable[[], str], instead: str = "(cannot be read)") -> str:
    """The text, or ``instead`` when its seal is broken, so that one bad row never takes a list down."""
    try:
        return get()
    except Unreadable:
        return instead
