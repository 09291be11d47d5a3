from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import KINDS, Lite, Server
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


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path, databases: dict[str, Lite | Server],
          slack: OtherSlack) -> Iterator[House]:
    """An installation with its tables made and nothing running yet; on each kind of database.

    A copied file has all that ``kept migrate`` makes on SQLite; on PostgreSQL the engine's own tables are in it too.
    """
    copied = request.param == "sqlite"
    url = databases[request.param].make(empty=not copied)
    with House(tmp_path, url, slack) as made:
        if not copied:
            done = made.migrate()
            assert done.returncode == 0, done.stderr
        yield made
    databases[request.param].drop(url)
