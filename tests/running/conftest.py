from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running.other_slack import OtherSlack
from tests.running.processes import House


@pytest.fixture
def slack() -> Iterator[OtherSlack]:
    made = OtherSlack()
    yield made
    made.close()


@pytest.fixture
def house(tmp_path: Path, empty_database_url: str, slack: OtherSlack) -> Iterator[House]:
    """An installation with its tables made and nothing running yet; on each kind of database."""
    with House(tmp_path, empty_database_url, slack) as made:
        done = made.run("migrate")
        assert done.returncode == 0, done.stderr
        yield made
