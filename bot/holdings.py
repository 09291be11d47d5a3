"""The command line's part about what Kept keeps: its copies, its exports, how long it stays, and how it is let go."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.custody import AS_JSON, TEAM, WORKSPACE
from bot.terminal import EXAMPLE, fail, in_house, progress, say

if TYPE_CHECKING:
    from uuid import UUID

    from bot.house import House
    from models.keeping import Keeping


@click.command(epilog=EXAMPLE.format("kept backup /mnt/backups/kept-2026-11-23.backup"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(environ: Mapping[str, str], file: Path) -> None:
    """Write all of the database, as it stands now, to FILE, while people work. Sealed with the master key; for either database.

    Keep the master key elsewhere: a backup beside its key is no safer than a database that nobody sealed.
    """
    def write(house: House) -> None:
        from bot.backup import back_up

        try:
            count = back_up(house.store, file, house.clock.wall(), progress)
        except OSError:
            fail(f"{file} cannot be written: check the folder, its permissions and the room on its disk. Nothing is left of it.")
        say(f"{count} rows are in {file}.")

    in_house(environ, "backup", write)


@click.command(epilog=EXAMPLE.format("DATABASE_URL=sqlite:///data/new.sqlite3 kept restore kept-2026-11-23.backup"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def restore(environ: Mapping[str, str], file: Path) -> None:
    """Restore a backup into an empty database that kept migrate has made, of either kind. Start no other process before it ends.

    All of it is restored, or nothing: a file that is cut off or was altered is refused before anything is written.
    """
    def read(house: House) -> None:
        from bot.backup import restore as put_back
        from models.archive import BadArchive

        try:
            count = put_back(house.store, file, house.clock.wall(), progress)
        except BadArchive as bad:
            fail(str(bad))
        except OSError:
            fail(f"{file} cannot be read: check the path and its permissions.")
        say(f"{count} rows are restored. What was to be sent since is looked for in Slack before it is sent again.")

    in_house(environ, "restore", read)


@click.command(epilog=EXAMPLE.format("kept export --team C0123456789 --format csv --out export"))
@click.option("--patient", help="Only the patient of this alias.")
@TEAM
@WORKSPACE
@click.option("--format", "as_", type=click.Choice(["json", "csv"]), default="json", show_default=True,
              help="JSON in one file, or a folder with a CSV file for each table.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A file, or for CSV a folder, that is not there yet.")
@click.pass_obj
def export(environ: Mapping[str, str], patient: str | None, team: str | None, workspace: str | None, as_: str, out: Path) -> None:
    """Write what Kept keeps of a patient, a care team or a workspace, OPENED: guard it, nobody has sealed it. Audited.

    Suggested ICD-10-CM codes are in it; a coder confirms them.
    """
    def write(house: House) -> None:
        from bot.auditing import only_workspace

        key = only_workspace(house.store, workspace)
        say(f"{_export(house, key, team, patient, as_, out)} patients are in {out}. It is not sealed: guard it.")

    in_house(environ, "export", write)


def _export(house: House, workspace: UUID, team: str | None, patient: str | None, as_: str, out: Path) -> int:
    from bot import export

    wall = house.clock.wall()
    try:
        if as_ == "csv":
            patients = export.chosen(house.store, workspace, team, patient, wall)
            export.as_tables(house.store, workspace, patients, out)
            return len(patients)
        with export.private_file(out) as file:
            patients = export.chosen(house.store, workspace, team, patient, wall)
            export.as_json(house.store, workspace, patients, file, wall)
            return len(patients)
    except FileExistsError:
        fail(f"{out} is there already: choose another name.")
    except OSError:
        fail(f"{out} cannot be written: check the folder, its permissions and the room on its disk.")


@click.command(epilog=EXAMPLE.format("kept purge --patient rosa-m --team C0123456789 --export rosa.json --yes"))
@click.option("--patient", required=True, help="The alias.")
@TEAM
@WORKSPACE
@click.option("--export", "first", type=click.Path(path_type=Path), help="First write what is deleted to this file, opened.")
@click.option("--leave-messages", is_flag=True, help="Do not ask Slack to delete Kept's messages; the receipt lists them.")
@click.option("--yes", is_flag=True, help="Do not ask whether you mean it.")
@AS_JSON
@click.pass_obj
def purge(environ: Mapping[str, str], patient: str, team: str | None, workspace: str | None, first: Path | None, *,
          leave_messages: bool, yes: bool, as_json: bool) -> None:
    """Delete all that Kept keeps of a patient, and Kept's own messages about them in Slack. It cannot be undone.

    Prints a receipt that names no one, with each message that Slack would not delete. Backups made before still hold the
    patient, and what people wrote in Slack themselves stays.
    """
    if not yes and not click.confirm("Delete this patient for good?", err=True):
        fail("Nothing was deleted.")

    def let_go(house: House) -> None:
        from bot import auditing
        from bot.purge import Purge

        key = auditing.only_workspace(house.store, workspace)
        found = house.store.look(key, lambda s: auditing.find_patient(s, key, team, patient)[1].id)
        if first is not None:
            _export(house, key, team, patient, "json", first)
        receipt = Purge(house.store, key, lambda channel, ts: house.slacks.of(key).delete(channel, ts), house.clock.wall,
                        time.sleep, progress).run(found, "operator", leave_messages=leave_messages)
        if as_json:
            say(json.dumps(receipt.as_dict()))
            return
        say(f"Receipt {receipt.receipt}, {receipt.at}: {receipt.rows} rows and {receipt.messages_deleted} messages are deleted.")
        for one in receipt.messages_left:
            say(f"Left in Slack: message {one['ts']} in {one['channel']} ({one['why']}). Delete it there by hand.")

    in_house(environ, "purge", let_go)


@click.command(epilog=EXAMPLE.format("kept retention --closed-months 84 --audit-years 7"))
@WORKSPACE
@click.option("--closed-months", type=int, help="Purge patients that have been closed for so many months; 0 keeps them for ever.")
@click.option("--audit-years", type=int, help="Keep the audit for so many years; six at least.")
@click.option("--hold", "hold", flag_value="on", help="A legal hold: nothing is deleted, by anyone, until it is released.")
@click.option("--release", "hold", flag_value="off", help="End the legal hold.")
@AS_JSON
@click.pass_obj
def retention(environ: Mapping[str, str], workspace: str | None, closed_months: int | None, audit_years: int | None,
              hold: str | None, *, as_json: bool) -> None:
    """How long each workspace keeps what it has, and its legal hold; shown, or changed. The worker does it, each hour."""
    def change(house: House) -> None:
        from bot import auditing
        from models import keeping

        wall = house.clock.wall()
        if hold is not None or closed_months is not None or audit_years is not None:
            key = auditing.only_workspace(house.store, workspace)
            if hold is not None:
                house.store.transact(key, lambda s: keeping.hold(s, key, wall, "operator", on=hold == "on"))
            if closed_months is not None or audit_years is not None:
                now = house.store.look(key, lambda s: keeping.keeping(s, key))
                months = now.closed_months if closed_months is None else closed_months or None
                house.store.transact(key, lambda s: keeping.keep(
                    s, key, wall, "operator", closed_months=months,
                    audit_years=now.audit_years if audit_years is None else audit_years))
        found = [house.store.look(key, lambda s: keeping.keeping(s, key))  # noqa: B023
                 for key, _ in auditing.workspaces(house.store, workspace)]
        _show(found, as_json=as_json)

    in_house(environ, "retention", change)


def _show(found: list[Keeping], *, as_json: bool) -> None:
    if as_json:
        say(json.dumps([one.as_dict() for one in found]))
    for one in [] if as_json else found:
        closed = f"for {one.closed_months} months" if one.closed_months else "for ever"
        say(f"{one.workspace}: closed patients {closed}, audit for {one.audit_years} years"
            + (f"; legal hold since {one.held_since:%Y-%m-%d}" if one.held_since else "")
            + (f"; uninstalled, and its data key is destroyed on {one.destroyed_at:%Y-%m-%d}" if one.destroyed_at else ""))


COMMANDS: tuple[click.Command, ...] = (backup, restore, export, purge, retention)
