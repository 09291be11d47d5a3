"""A backup's format: one stream for both databases, sealed under the master key in chunks, so that it never is whole in memory.

``KEPT-BACKUP-1\n | master key's name (8) | salt (16)``, then chunks of ``length (4) | ciphertext and tag``. A chunk's nonce is
its number, and its associated data say whether it is the last: what was cut off, altered or put in another order does not open.
Inside are lines of JSON, one a row, with a line before each table, a line of counts at the end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.sealing import NAME, Keyring

MAGIC = b"KEPT-BACKUP-1\n"
SALT, LENGTH, NONCE = 16, 4, 12
CHUNK = 256 * 1024
HEADER = len(MAGIC) + NAME + SALT


class BadArchive(ValueError):
    """What is wrong with a backup, as a sentence."""


ALTERED = "This backup is cut off or was altered, so nothing was restored."


def _cipher(master: bytes, header: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=header[-SALT:], info=b"kept: backup").derive(master))


class Writing:
    """Takes lines, writes chunks. Without ``close`` what was written is no backup."""

    def __init__(self, file: BinaryIO, keyring: Keyring) -> None:
        self._header = MAGIC + keyring.name + os.urandom(SALT)
        self._file, self._cipher = file, _cipher(keyring.master, self._header)
        self._waiting, self._number = bytearray(), 0
        file.write(self._header)

    def line(self, line: bytes) -> None:
        self._waiting += line + b"\n"
        while len(self._waiting) > CHUNK:
            self._write(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        self._write(bytes(self._waiting), last=True)

    def _write(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(self._number.to_bytes(NONCE, "big"), plain, self._header + bytes([last]))
        self._file.write(len(sealed).to_bytes(LENGTH, "big") + sealed)
        self._number += 1


def lines(file: BinaryIO, keyring: Keyring) -> Iterator[bytes]:
    """The lines of a backup, from its beginning. Raises BadArchive, at the latest at its end: read it once before use."""
    rest = b""
    for chunk in _chunks(file, keyring):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        raise BadArchive(ALTERED)


def _chunks(file: BinaryIO, keyring: Keyring) -> Iterator[bytes]:
    file.seek(0)
    header = file.read(HEADER)
    if not header.startswith(MAGIC) or len(header) != HEADER:
        raise BadArchive("This file is no backup of Kept's.")
    master = keyring.masters.get(header[len(MAGIC):-SALT])
    if master is None:
        raise BadArchive("This backup was sealed with another master key. Give that one in KEPT_MASTER_KEY_OLD.")
    cipher, number, last = _cipher(master, header), 0, False
    while not last:
        # A length that was altered must not make us read all of it at once.
        size = min(int.from_bytes(file.read(LENGTH), "big"), 2 * CHUNK)
        plain, last = _opened(cipher, number, file.read(size), header)
        number += 1
        yield plain
    if file.read(1):
        raise BadArchive(ALTERED)


def _opened(cipher: AESGCM, number: int, sealed: bytes, header: bytes) -> tuple[bytes, bool]:
    """A chunk, and whether it is the last."""
    for last in (False, True):
        try:
            return cipher.decrypt(number.to_bytes(NONCE, "big"), sealed, header + bytes([last])), last
        except (InvalidTag, ValueError):
            continue
    raise BadArchive(ALTERED)
