"""A disk under SQLite whose power can be cut, and which can be full.

SQLite asks all it wants of files from a VFS. This one is its own for Unix, with five of its functions heard: what was written
and not yet synced is known, so that it can be taken away again, and what has no room is refused as a full disk refuses it. All
connections of this process are on it while it is in use; nothing in Kept is changed for this.
"""

from __future__ import annotations

import _sqlite3
import ctypes as c
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

OK, FULL = 0, 13
SECTOR = 512
KEPT = 0x100 | 0x800 | 0x80000   # databases, their journals and their logs; all else is for the moment
P, N, L, S = c.c_void_p, c.c_int, c.c_int64, c.c_char_p
WRITE, TRUNCATE, SYNC = (c.CFUNCTYPE(N, P, *given) for given in ((P, N, L), (L,), (N,)))
# What is opened keeps the name it was given, so that must stay SQLite's own bytes, not a copy of Python's.
OPEN, DELETE = c.CFUNCTYPE(N, P, P, P, N, P), c.CFUNCTYPE(N, P, S, N)


class Methods(c.Structure):
    _fields_ = [("version", N), ("close", P), ("read", P), ("write", WRITE), ("truncate", TRUNCATE), ("sync", SYNC),
                *((f"more{n}", P) for n in range(13))]


class File(c.Structure):
    _fields_ = [("methods", c.POINTER(Methods))]


class Vfs(c.Structure):
    _fields_ = [("version", N), ("file_size", N), ("longest", N), ("next", P), ("name", S), ("data", P), ("open", OPEN),
                ("delete", DELETE), *((f"more{n}", P) for n in range(14))]


@dataclass
class Written:
    """One file: what is on the disk for good, and what was done to it since, each ``(offset, bytes)`` or ``(size, None)``."""

    synced: bytes
    since: list[tuple[int, bytes | None]] = field(default_factory=list)
    size: int = 0

    def after(self, done: list[tuple[int, bytes | None]]) -> bytes:
        found = bytearray(self.synced)
        for at, data in done:
            end = at + len(data or b"")
            found.extend(bytes(max(0, end - len(found))))
            if data is None:
                del found[at:]
            else:
                found[at:end] = data
        return bytes(found)


class Disk:
    """``room`` is how many bytes it still takes; None is no end of them."""

    def __init__(self) -> None:
        self.files: dict[str, Written] = {}
        self.room: int | None = None
        self.syncs = 0
        self._lock = threading.RLock()
        self._open: dict[int, str] = {}
        self._heard: dict[int, tuple[Methods, Methods]] = {}

    @contextmanager
    def under(self, library: c.CDLL) -> Iterator[None]:
        """From here on, whatever is opened in this process is on this disk."""
        library.sqlite3_vfs_find.restype = c.POINTER(Vfs)
        self._real = library.sqlite3_vfs_find(None).contents
        mine = Vfs.from_buffer_copy(self._real)
        mine.name, mine.open, mine.delete = b"heard", OPEN(self._opened), DELETE(self._deleted)
        assert library.sqlite3_vfs_register(c.byref(mine), 1) == OK
        try:
            yield
        finally:
            library.sqlite3_vfs_unregister(c.byref(mine))
            assert library.sqlite3_vfs_register(c.byref(self._real), 1) == OK

    def cut(self, folder: Path, dice: random.Random | None = None) -> None:
        """What is found in ``folder`` when the power comes back. With ``dice``, some of what was not synced yet had got there,
        in any order and some of it torn; without, none of it."""
        with self._lock:
            for path, one in self.files.items():
                some = [] if dice is None else [(at, _torn(data, dice)) for at, data in one.since if dice.random() < 0.5]
                (folder / Path(path).name).write_bytes(one.after(some))

    def _opened(self, vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        code = self._real.open(vfs, name, file, flags, out)
        if code == OK and name and flags & KEPT:
            path, entry = c.string_at(name).decode(), c.cast(file, c.POINTER(File)).contents
            with self._lock:
                was = Path(path).read_bytes()
                self.files.setdefault(path, Written(was, size=len(was)))
                self._open[file] = path
                entry.methods = c.pointer(self._mine(entry.methods.contents))
        return int(code)

    def _mine(self, real: Methods) -> Methods:
        key = c.addressof(real)
        if key not in self._heard:
            mine = Methods.from_buffer_copy(real)
            mine.write, mine.truncate, mine.sync = (
                WRITE(lambda file, data, size, at: self._write(real, file, data, size, at)),
                TRUNCATE(lambda file, size: self._truncate(real, file, size)), SYNC(self._sync))
            self._heard[key] = (mine, real)
        return self._heard[key][0]

    def _write(self, real: Methods, file: int, data: int, size: int, at: int) -> int:
        with self._lock:
            one = self.files[self._open[file]]
            taken = size
            if self.room is not None:
                # As a disk does: what there is room for is written, however little that is.
                taken = size if at + size <= one.size else min(size, max(0, one.size + self.room - at))
                self.room -= max(0, at + taken - one.size)
            if taken:
                assert real.write(file, data, taken, at) == OK
                one.since.append((at, c.string_at(data, taken)))
                one.size = max(one.size, at + taken)
        return OK if taken == size else FULL

    def _truncate(self, real: Methods, file: int, size: int) -> int:
        with self._lock:
            one = self.files[self._open[file]]
            self._freed(one.size - size)
            one.since.append((size, None))
            one.size = size
            return int(real.truncate(file, size))

    def _sync(self, file: int, _flags: int) -> int:
        """For good, as far as this disk goes. The one below need not be waited for."""
        with self._lock:
            one = self.files[self._open[file]]
            one.synced, one.since = one.after(one.since), []
            self.syncs += 1
        return OK

    def _deleted(self, vfs: int, name: bytes, sync: int) -> int:
        with self._lock:
            gone = self.files.pop(name.decode(), None)
            self._freed(gone.size if gone else 0)
        return int(self._real.delete(vfs, name, sync))

    def _freed(self, size: int) -> None:
        if self.room is not None:
            self.room += size


def _torn(data: bytes | None, dice: random.Random) -> bytes | None:
    """A whole number of sectors of it, or all."""
    return data and (data if dice.random() < 0.8 else data[:dice.randrange(1, len(data) // SECTOR + 2) * SECTOR])


def library() -> c.CDLL:
    """The SQLite that Python's own module uses. Raises AttributeError where it is hidden in the module."""
    found = c.CDLL(_sqlite3.__file__)
    assert found.sqlite3_vfs_find
    return found
