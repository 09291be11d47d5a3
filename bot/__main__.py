"""The command line: ``kept``. The only place that reads the environment; each command imports what it needs."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from bot import custody, holdings
from bot.terminal import EXAMPLE
from bot.terminal import fail as _fail
from bot.terminal import run as _run
from bot.terminal import say as _say
from bot.terminal import settings as read_settings

if TYPE_CHECKING:
    from bot.settings import Settings, Way


def _settings(command: str, way: Way | None = None) -> Settings:
    return read_settings(os.environ, command, way)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kept", prog_name="kept")
@click.pass_context
def main(context: click.Context) -> None:
    """Kept: a care team says it in Slack, and nobody is forgotten."""
    context.obj = os.environ


for one in (*custody.COMMANDS, *holdings.COMMANDS):
    main.add_command(one)


@main.command(epilog=EXAMPLE.format("kept serve --with-worker"))
@click.option("--with-worker", is_flag=True, help="Run the worker in this process too: all a small team needs.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 in a container.")
@click.option("--socket/--http", "over_socket", default=None,
              help="How Slack reaches Kept. The tokens decide when neither is said, and HTTP when there are tokens for both.")
def serve(*, with_worker: bool, host: str, over_socket: bool | None) -> None:
    """Answer what Slack sends, at /slack/events or over Socket Mode."""
    from bot.settings import Way

    settings = _settings("serve", None if over_socket is None else Way.SOCKET if over_socket else Way.HTTP)
    from bot.serve import serve as run

    _run(lambda: run(settings, host, with_worker=with_worker))


@main.command(epilog=EXAMPLE.format("kept work"))
def work() -> None:
    """Decide nudges and digests, and deliver every message that is due."""
    settings = _settings("work")
    from bot.serve import work as run

    _run(lambda: run(settings))


@main.command(epilog=EXAMPLE.format("DATABASE_URL=sqlite:///data/kept.sqlite3 kept migrate"))
def migrate() -> None:
    """Bring the database's tables up to this version. Safe to run again. On PostgreSQL as the tables' owner."""
    settings = _settings("migrate")
    from sqlalchemy.exc import SQLAlchemyError

    import models.tables  # noqa: F401
    from bot import engine
    from models.errors import CareError
    from models.schema import migrate as run
    from models.tenants import ROLE

    try:
        own_role = run(settings.database_url)
        engine.migrate(settings.database_url, ROLE if own_role else None)
    except CareError as error:
        _fail(error.sentence)
    except (SQLAlchemyError, OSError):
        _fail("The database cannot be reached or changed: check DATABASE_URL, its permissions and that it is running.")
    _say("The database's tables are those of this version.")
    if not own_role:
        _say(f"There is no role {ROLE}, and this one may not make it, so Kept works as the tables' owner: enough to try it. To "
             f"run it, have an administrator do this, then migrate once more:\n  CREATE ROLE {ROLE} LOGIN;")


@main.command(epilog=EXAMPLE.format("kept doctor --json"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def doctor(*, as_json: bool) -> None:
    """Check everything Kept needs, and say what to do about what is wrong."""
    from bot.doctor import examine

    found = examine(os.environ)
    if as_json:
        _say(json.dumps([{"check": one.name, "ok": one.ok, "says": one.says} for one in found]))
    else:
        for one in found:
            _say(f"{'ok  ' if one.ok else 'FAIL'} {one.name}: {one.says}")
    sys.exit(0 if all(one.ok for one in found) else 1)


@main.command(epilog=EXAMPLE.format("kept manifest --url https://kept.example.org"))
@click.option("--mode", type=click.Choice(["socket", "http"]), help="How Slack reaches Kept. HTTP when there is an address.")
@click.option("--url", help="The public https address, for HTTP; KEPT_PUBLIC_URL otherwise.")
@click.option("--prefix", help="Put before every command's name; KEPT_COMMAND_PREFIX otherwise.")
@click.option("--only", type=click.Choice(["kept"]), help="Register /kept alone; KEPT_COMMANDS otherwise.")
@click.option("--format", "as_", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
def manifest(mode: str | None, url: str | None, prefix: str | None, only: str | None, as_: str) -> None:
    """Print the manifest from which Slack makes the app: at api.slack.com/apps, "From a manifest"."""
    given = {"KEPT_PUBLIC_URL": url, "KEPT_COMMAND_PREFIX": prefix, "KEPT_COMMANDS": only}
    from bot.manifest import manifest as make
    from bot.settings import BadSettings, read

    try:
        settings = read({**os.environ, **{name: value for name, value in given.items() if value is not None}}, "manifest")
    except BadSettings as bad:
        _fail(*bad.faults)
    if mode == "http" and not settings.public_url:
        _fail("Over HTTP Slack must know your address: kept manifest --url https://kept.example.org, or set KEPT_PUBLIC_URL.")
    made = make(settings.names, "" if mode == "socket" else settings.public_url)
    if as_ == "json":
        _say(json.dumps(made, indent=2, ensure_ascii=False))
        return
    import yaml

    _say(yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=110).rstrip())


@main.command(epilog=EXAMPLE.format('kept explain "/commit rosa call the clinic by Friday 3pm"'))
@click.argument("line")
@click.option("--now", help="When it is typed, ISO 8601; read in --tz when it has no offset. The present otherwise.")
@click.option("--tz", default="UTC", show_default=True, help="The member's and the team's time zone.")
@click.option("--hours", default="9-17", show_default=True, help="Working hours, on a 24-hour clock; \"9-17 fri 9-13\" too.")
@click.option("--days", default="mon-fri", show_default=True, help="Working days: a range or a list, such as mon,wed,fri.")
@click.option("--dates", type=click.Choice(["mdy", "dmy", "ask"]), default="mdy", show_default=True, help="What 12/3 means.")
@click.option("--holidays", default="none", show_default=True, help="Public holidays: a country, and its state, such as US-NY.")
@click.option("--parts", default="", help="Parts of the day that have a time of their own, such as \"morning 8:30 evening 17\".")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def explain(line: str, now: str | None, tz: str, hours: str, days: str, dates: str, holidays: str, parts: str, *,
            as_json: bool) -> None:
    """Say how Kept understands LINE; with - one line of standard input after another, as JSON. Needs no database."""
    from bot.clock import Clock
    from handlers.language.explain import as_text, calendar_of
    from handlers.language.explain import explain as run
    from models.errors import Unclear

    try:
        calendar = calendar_of(now, tz, f'days "{days}" holidays "{holidays}" hours {hours} {parts}', dates, Clock().wall())
    except Unclear as error:
        _fail(error.sentence)
    if line != "-":
        found = run(line, calendar)
        _say(json.dumps(found, ensure_ascii=False) if as_json else as_text(found))
        return
    for raw in sys.stdin.buffer:
        found = run(raw.decode(errors="replace").rstrip("\r\n"), calendar)
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


@main.command(epilog=EXAMPLE.format("kept digest --dry-run"))
@click.option("--dry-run", is_flag=True, required=True, help="Print and send nothing; sending by hand is not offered.")
@click.option("--team", help="Only the care team of this Slack channel id.")
@click.option("--json", "as_json", is_flag=True, help="The messages as Slack would get them.")
def digest(*, dry_run: bool, team: str | None, as_json: bool) -> None:
    """Print each care team's digest as it stands now. It shows patients' aliases and is audited."""
    settings = _settings("digest")
    from bot.operate import digests

    def run() -> None:
        found = digests(settings, team)
        if not found:
            _fail("There is no such care team." if team else "There is no care team yet.")
        if as_json:
            _say(json.dumps([{"team": channel, **body} for channel, body, _ in found]))
        else:
            _say("\n\n".join(f"Team {channel}\n{text}" for channel, _, text in found))

    _run(run)


@main.command(epilog=EXAMPLE.format("kept simulate --team C0MAPLE --days 14"))
@click.option("--team", help="Only the care team of this Slack channel id.")
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 90), help="How many days ahead.")
@click.option("--sample", is_flag=True, help="Add five made-up items, as for a team that has nothing open yet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each team.")
def simulate(*, team: str | None, days: int, sample: bool, as_json: bool) -> None:
    """Print what each care team would be sent, day by day, by the real rules. Sends and changes nothing, and is audited."""
    settings = _settings("digest")
    from bot.operate import rehearsals
    from bot.rehearse import lines

    def run() -> None:
        found = rehearsals(settings, team, days, sample=sample)
        if not found:
            _fail("There is no such care team." if team else "There is no care team yet.")
        if as_json:
            _say(json.dumps([{"team": one.channel, "sample": one.sample, "messages": [each.body() for each in one.messages]}
                             for one in found], ensure_ascii=False))
        else:
            _say("\n\n".join("\n".join(lines(one)) for one in found))

    _run(run)


@main.command(epilog=EXAMPLE.format("kept demo --once"))
@click.option("--once", is_flag=True, help="Tell the story and stop: status 0 when every step of it happened.")
@click.option("--port", default=3210, show_default=True, help="The page's port on 127.0.0.1.")
def demo(*, once: bool, port: int) -> None:
    """Try Kept by hand, on a sandbox that stands in for Slack, with made-up patients."""
    from bot.demo import run

    sys.exit(run(once=once, port=port, environ=dict(os.environ)))


if __name__ == "__main__":
    main()
