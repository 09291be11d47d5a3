"""The command line's part for whoever is answerable for what Kept keeps: its keys, its audit, its backups, its end."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.terminal import EXAMPLE, fail, in_house, progress, say

if TYPE_CHECKING:
    from bot.house import House

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


@click.group(epilog=EXAMPLE.format("kept audit verify"))
def audit() -> None:
    """The audit chain: whether it is whole, what it says, who looked at whom."""


CHECKPOINTS = click.option("--checkpoints", type=click.Path(path_type=Path),
                           help="The file of checkpoints; KEPT_AUDIT_CHECKPOINTS otherwise.")
WHERE = click.option("--checkpoints", help="The file, or https address; KEPT_AUDIT_CHECKPOINTS otherwise.")
WORKSPACE = click.option("--workspace", help="The Slack id of the workspace (T… or E…); needed when there are several.")
TEAM = click.option("--team", help="The Slack id of the care team's channel.")
MOST = click.option("--most", default=50, show_default=True, help="How many rows, the newest first.")


@audit.command("verify", epilog=EXAMPLE.format("kept audit verify --json"))
@CHECKPOINTS
@AS_JSON
@click.pass_obj
def audit_verify(environ: Mapping[str, str], checkpoints: Path | None, *, as_json: bool) -> None:
    """Read every chain from end to end, and hold it against the checkpoints. Status 1 when a row does not fit.

    Of an address that takes them, fetch what it has, and name that file.
    """
    def look(house: House) -> None:
        from bot.auditing import verify

        found = verify(house.store, checkpoints or _file(house.settings.checkpoints))
        if as_json:
            say(json.dumps([one.as_dict() for one in found]))
        for one in [] if as_json else found:
            bad = f"row {one.fault.seq} {one.fault.wrong}" if one.fault else f"{one.rows} rows, all whole"
            say(f"{one.workspace}: {bad}; held against {one.checkpoints} checkpoints")
        if any(one.fault for one in found):
            raise SystemExit(1)

    in_house(environ, "audit", look)


@audit.command("show", epilog=EXAMPLE.format("kept audit show --most 20"))
@WORKSPACE
@MOST
@AS_JSON
@click.pass_obj
def audit_show(environ: Mapping[str, str], workspace: str | None, most: int, *, as_json: bool) -> None:
    """The newest rows. They hold ids and fixed words, nothing that was typed."""
    def look(house: House) -> None:
        from bot.auditing import show

        _print_rows(show(house.store, workspace, most, house.clock.wall()), as_json=as_json)

    in_house(environ, "audit", look)


@audit.command("report", epilog=EXAMPLE.format("kept audit report --patient rosa-m --team C0123456789"))
@click.option("--patient", help="Who looked at the patient of this alias, and who did what.")
@click.option("--member", help="What the member of this Slack id did and saw.")
@TEAM
@WORKSPACE
@MOST
@AS_JSON
@click.pass_obj
def audit_report(environ: Mapping[str, str], patient: str | None, member: str | None, team: str | None, workspace: str | None,
                 most: int, *, as_json: bool) -> None:
    """An access report, of one patient or of one member."""
    if (patient is None) == (member is None):
        raise click.UsageError("Say --patient and an alias, or --member and a Slack id.")

    def look(house: House) -> None:
        from bot import auditing

        key, wall = auditing.only_workspace(house.store, workspace), house.clock.wall()
        found = (auditing.report_patient(house.store, key, team, patient, most, wall) if patient is not None
                 else auditing.report_member(house.store, key, member or "", most, wall))
        if as_json:
            say(json.dumps(found))
            return
        _print_rows(found["rows"], as_json=False)
        for one in found.get("teamwide", ()):
            say(f"all of the team's patients at once: {one['actor']} {one['action']}, {one['times']} times")

    in_house(environ, "audit", look)


@audit.command("checkpoint", epilog=EXAMPLE.format("kept audit checkpoint --checkpoints /mnt/elsewhere/kept.jsonl"))
@WHERE
@click.pass_obj
def audit_checkpoint(environ: Mapping[str, str], checkpoints: str | None) -> None:
    """Write down how each chain ends now, as the worker does each day. Keep it where who runs Kept cannot change it."""
    def send(house: House) -> None:
        from bot.checkpoints import NotTaken, write
        from models.heartbeat import checkpoint_written

        where, wall = checkpoints or house.settings.checkpoints, house.clock.wall()
        if not where:
            fail("Say where with --checkpoints, or set KEPT_AUDIT_CHECKPOINTS.")
        try:
            done = write(house.store, where, wall)
        except NotTaken as error:
            fail(f"The checkpoints were not taken ({error.code}): check the path or address, and who may write there.")
        if where == house.settings.checkpoints:
            house.store.untenanted(lambda s: checkpoint_written(s, wall))
        say(f"{done} checkpoints written.")

    in_house(environ, "audit", send)


def _file(where: str) -> Path | None:
    from bot.checkpoints import is_address

    return Path(where) if where and not is_address(where) else None


def _print_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(rows))
        return
    for row in rows:
        about = f" #{row['number']}" if row["number"] is not None else f" {row['subject']}" if row["subject"] else ""
        say(f"{row['seq']:>8}  {row['at']}  {row['actor']}  {row['action']}{about}  {row['surface']}  {row['outcome']}")
    if not rows:
        say("There is nothing.")


COMMANDS: tuple[click.Command, ...] = (keys, audit)
