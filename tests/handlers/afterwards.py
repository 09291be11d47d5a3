"""What a test that changes the workspace's keys leaves to the next one: nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[list[Callable[[], object]]]:
    """Done when all other fixtures of the test have ended; the ground, which tests share, has the keys of before by then, and
    its store must not remember later ones."""
    made: list[Callable[[], object]] = []
    yield made
    for one in made:
        one()
