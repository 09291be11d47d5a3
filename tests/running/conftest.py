from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handlers.limits import must_fit, must_fit_home
from tests.running.other_slack import OtherSlack
from tests.running.processes import House


@pytest.fixture
def slack() -> Iterator[OtherSlack]:
    made = OtherSlack()
    yield made
    made.close()
    for post in made.posts:
        if post.get("blocks"):
            must_fit(post)
    for view in (one for homes in made.homes.values() for one in homes):
        must_fit_home(view)


@pytest.fixture
def house(tmp_path: Path, empty_database_url: str, slack: OtherSlack) -> Iterator[House]:
    """An installation with its tables made and nothing running yet; on each kind of database."""
    with House(tmp_path, empty_database_url, slack) as made:
        done = made.migrate()
        assert done.returncode == 0, done.stderr
        yield made
