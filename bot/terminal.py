"""What every command of the command line does alike: it speaks in sentences, and starts only with all it needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from bot.house import House
    from bot.settings import Settings, Way

EXAMPLE = "\b\nExample:\n  {}"


def say(text: str) -> None:
    click.echo(text)


def progress(text: str) -> None:
    """What a long command says of itself, beside its answer."""
    click.echo(text, err=True)


def fail(*sentences: str) -> NoReturn:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(1)


def settings(environ: Mapping[str, str], command: str, way: Way | None = None) -> Settings:
    """The settings ``command`` needs, with logging started; exits with every fault at once."""
    from bot import logs
    from bot.settings import BadSettings, read

    try:
        found = read(environ, command, way)
    except BadSettings as bad:
        fail(*bad.faults)
    logs.start(found.log_level)
    return found


def run(start: Callable[[], None]) -> None:
    """Run a process of Kept; what keeps it from starting becomes one sentence and status 1."""
    from bot.house import NotReady
    from models.errors import CareError
    from models.sealing import BadMasterKey

    try:
        start()
    except NotReady as error:
        fail(str(error))
    except BadMasterKey as error:
        fail(f"{error}. Nothing was changed.")
    except CareError as error:
        fail(error.sentence)


def in_house(environ: Mapping[str, str], command: str, act: Callable[[House], None]) -> None:
    """Run ``act`` with the database open; each workspace's key was opened by then, so that a wrong one changes nothing."""
    found = settings(environ, command)

    def start() -> None:
        from bot.house import House

        house = House(found)
        try:
            act(house)
        finally:
            house.close()

    run(start)
