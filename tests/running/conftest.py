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
def house_url(request: pytest.FixtureRequest, databases: dict[str, Lite | Server]) -> Iterator[str]:
    """For a house to furnish: a copied file on SQLite; empty on PostgreSQL, where the engine's own tables are in it too."""
    url = databases[request.param].make(empty=request.param != "sqlite")
    yield url
    databases[request.param].drop(url)


@pytest.fixture
def house(tmp_path: Path, house_url: str, slack: OtherSlack) -> Iterator[House]:
    """An installation with its tables made and nothing running yet; on each kind of database."""
    with House(tmp_path, house_url, slack) as made:
        made.furnish()
        yield made
