"""The database itself: migrated or not, on both kinds."""

import os
import socket

import pytest

from models.schema import OLDER, migrate, other_version
from models.sealing import Keyring
from models.store import Store


def test_a_migrated_database_is_current(database_url: str) -> None:
    store = Store(database_url, Keyring(os.urandom(32)))
    assert other_version(store) is None
    store.close()


def test_an_empty_database_is_migrated_once_and_again(empty_database_url: str) -> None:
    store = Store(empty_database_url, Keyring(os.urandom(32)))
    assert other_version(store) == OLDER
    for _ in range(2):
        migrate(empty_database_url)
        assert other_version(store) is None
    store.close()


def test_the_network_beyond_this_machine_is_out_of_reach(only_this_machine: list[str]) -> None:
    with socket.socket() as sock, pytest.raises(OSError, match="may not reach"):
        sock.connect(("192.0.2.1", 80))
    assert only_this_machine == ["192.0.2.1"]
    only_this_machine.clear()
