"""The command line's part for whoever is answerable for what Kept keeps: its keys, its audit, its backups, its end."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.terminal import EXAMPLE, fail, in_house, progress, say

if TYPE_CHECKING:
    from bot.serve import House

AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")


@click.group(epilog=EXAMPLE.format("kept keys status"))
def keys() -> None:
    """The master key and the workspaces' data keys: their state, a new one, and their rotation."""


@keys.command("new", epilog=EXAMPLE.format("kept keys new --file kept.key"))
@click.option("--file", "path", type=click.Path(path_type=Path), help="Write it there, readable by you alone, and print nothing.")
def new_key(path: Path | None) -> None:
    """Make a master key. Keep it apart from the database and its backups: without it nothing can be read, by anyone."""
    key = base64.b64encode(os.urandom(32)).decode()
    if path is None:
        say(key)
        return
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(key + "\n")
    except FileExistsError:
        fail(f"{path} is there already, and may be the key of something: choose another name.")
    except OSError:
        fail(f"{path} cannot be written: check the folder and its permissions.")
    progress(f"The new master key is in {path}. Name it in KEPT_MASTER_KEY_FILE.")


@keys.command("status", epilog=EXAMPLE.format("kept keys status --json"))
@AS_JSON
@click.pass_obj
def key_status(environ: Mapping[str, str], *, as_json: bool) -> None:
    """Which master key wraps each workspace's keys, and how far the rotation of its data key is."""
    def show(house: House) -> None:
        from bot.keys import status

        found = status(house.store)
        if as_json:
            say(json.dumps([one.as_dict() for one in found]))
            return
        for one in found:
            more = f", rotation: {one.stage}" if one.stage != "none" else ""
            say(f"{one.workspace}: {one.master} master key, data key {one.generation}{more}"
                + (f", {one.left} entries under an older one" if one.left else ""))
        old = sum(one.master == "older" for one in found)
        say(f"{old} of {len(found)} are under the older master key: run kept keys rotate master." if old else
            "The older master key is needed no more." if house.settings.older_keys else f"{len(found)} workspaces.")

    in_house(environ, "keys", show)


@keys.command("rotate", epilog=EXAMPLE.format("kept keys rotate data"))
@click.argument("which", type=click.Choice(["master", "data"]))
@click.pass_obj
def rotate(environ: Mapping[str, str], which: str) -> None:
    """Rotate the keys while people work; cut off, it goes on when it is run again.

    \b
    master: give every process the new key in KEPT_MASTER_KEY and the one before
            in KEPT_MASTER_KEY_OLD, restart them, then run this. Once kept keys
            status says so, the old key is needed for older backups alone.
    data:   new data keys for every workspace; all that is sealed is sealed
            again. Takes some minutes, most of them spent waiting.
    """
    def turn(house: House) -> None:
        from bot.keys import Rotating, rewrap

        if which == "master":
            rewrap(house.store, house.clock.wall, say)
        else:
            done = Rotating(house.store, house.clock.wall, time.sleep, progress).run()
            say(f"The data keys are new; {done} entries were sealed again.")

    in_house(environ, "keys", turn)


COMMANDS: tuple[click.Command, ...] = (keys,)
