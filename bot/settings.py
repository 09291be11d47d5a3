"""Settings from the environment, read once; every fault is found before any is reported."""

from __future__ import annotations

import shlex
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from bot.naming import PREFIX, Names
from models.sealing import BadMasterKey, master_key

SLACK = "https://slack.com/api/"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Way(StrEnum):
    """How Slack reaches Kept: it sends signed requests to an address, or Kept opens connections to Slack."""

    HTTP = "http"
    SOCKET = "socket"


class BadSettings(ValueError):
    """``faults`` are whole sentences, one for each setting that is missing or wrong; none repeats a value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the README's table. ``needed_by`` names the commands, or ways to serve, that do not start without it."""

    name: str
    default: str
    needed_by: tuple[str, ...]
    meaning: str


WEB, WORK = "serve", "work"
# The commands that open what is sealed.
KEYED = (WEB, WORK, "digest", "keys", "audit", "backup", "restore", "export", "purge", "retention")
KEY_WITHIN = 20     # seconds that the command which prints the master key may take
TABLE = (
    Setting("DATABASE_URL", "sqlite:///data/kept.sqlite3", (), "where everything is kept: an SQLite file or PostgreSQL"),
    Setting("SLACK_BOT_TOKEN", "", (), "the app's bot token, for one workspace, from your app's page at Slack"),
    Setting("SLACK_SIGNING_SECRET", "", (f"{WEB} --http",), "the app's signing secret, for HTTP: nothing unsigned is read"),
    Setting("SLACK_APP_TOKEN", "", (f"{WEB} --socket",), "the app's own token (xapp-…), for Socket Mode: no public address"),
    Setting("SLACK_CLIENT_ID", "", (), "with the next two, instead of a bot token: any workspace can install Kept by itself"),
    Setting("SLACK_CLIENT_SECRET", "", (), "the secret that belongs to the client id"),
    Setting("KEPT_MASTER_KEY", "", KEYED, "base64 of 32 random bytes; without it nothing kept can be read"),
    Setting("KEPT_MASTER_KEY_FILE", "", (), "a file with the master key, instead of KEPT_MASTER_KEY; nobody else may read it"),
    Setting("KEPT_MASTER_KEY_COMMAND", "", (), "a command that prints the master key, instead of KEPT_MASTER_KEY: a KMS's, say"),
    Setting("KEPT_MASTER_KEY_OLD", "", (), "the master key before this one, while kept keys rotate master is not done"),
    Setting("KEPT_MASTER_KEY_OLD_FILE", "", (), "a file that holds it, instead of KEPT_MASTER_KEY_OLD"),
    Setting("SLACK_API_URL", SLACK, (), "where Slack's Web API is; the sandbox and tests point it elsewhere"),
    Setting("KEPT_PUBLIC_URL", "", (), "the https address at which Slack and browsers reach Kept, for HTTP"),
    Setting("KEPT_COMMAND_PREFIX", "", (), "put before every slash command where its name is taken: care- makes /care-concern"),
    Setting("KEPT_COMMANDS", "all", (), "all, or kept: only /kept is registered, and every verb is typed after it"),
    Setting("KEPT_LOG_LEVEL", "INFO", (), "DEBUG, INFO, WARNING or ERROR; no level logs what people type"),
    Setting("KEPT_AUDIT_CHECKPOINTS", "", (), "a file, or an https address to post to: how the audit chains end, each day"),
    Setting("KEPT_CLOCK_FILE", "", (), "for the sandbox only: a file with seconds by which care time runs ahead"),
    Setting("PORT", "3000", (), "the port kept serve listens on"),
)
NO_WAY = ("SLACK_SIGNING_SECRET or SLACK_APP_TOKEN is not set: one of them is needed. With the signing secret Slack sends to "
          "your address, with the app's own token Kept opens connections to Slack.")
# How Slack's tokens begin, and what to do about one in the wrong place.
TOKENS = {"SLACK_BOT_TOKEN": ("xoxb-", "xoxe.xoxb-"), "SLACK_APP_TOKEN": ("xapp-",)}
DEFAULTS = {setting.name: setting.default for setting in TABLE}


@dataclass(frozen=True)
class Settings:
    """Secrets stay out of ``repr``. ``way`` is how ``kept serve`` is reached. ``clock_file`` is only ever set against a
    Slack on this machine.
    """

    database_url: str = field(repr=False)
    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_token: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    way: Way
    master_key: bytes = field(repr=False)
    older_keys: tuple[bytes, ...] = field(repr=False)
    api_url: str
    log_level: str
    port: int
    clock_file: Path | None
    checkpoints: str = field(repr=False)
    public_url: str
    names: Names


def read(environ: Mapping[str, str], command: str, way: Way | None = None) -> Settings:
    """What ``command`` (serve, work or another) needs. Without a ``way`` the tokens decide, HTTP before Socket Mode.

    Raises BadSettings with all faults at once.
    """
    given = {name: environ.get(name, "").strip() for name in DEFAULTS}
    if way is None and (given["SLACK_SIGNING_SECRET"] or given["SLACK_APP_TOKEN"] or command != WEB):
        way = Way.SOCKET if given["SLACK_APP_TOKEN"] and not given["SLACK_SIGNING_SECRET"] else Way.HTTP
    wanted = {command, f"{command} --{way}"}
    faults = _installing(given, command)
    faults += [f"{setting.name} is not set: {setting.meaning}." for setting in TABLE
              if wanted.intersection(setting.needed_by) and not given[setting.name]
              and not (setting.name == "KEPT_MASTER_KEY" and (given["KEPT_MASTER_KEY_FILE"] or given["KEPT_MASTER_KEY_COMMAND"]))]
    faults += [] if way else [NO_WAY]
    values = {name: given[name] or default for name, default in DEFAULTS.items()}

    made = Settings(
        database_url=_database(values["DATABASE_URL"], faults),
        bot_token=_token(values, "SLACK_BOT_TOKEN", faults),
        signing_secret=values["SLACK_SIGNING_SECRET"],
        app_token=_token(values, "SLACK_APP_TOKEN", faults),
        client_id=values["SLACK_CLIENT_ID"],
        client_secret=values["SLACK_CLIENT_SECRET"],
        way=way or Way.HTTP,
        master_key=_key(values, "KEPT_MASTER_KEY", faults, run=command in KEYED),
        older_keys=tuple(one for one in [_key(values, "KEPT_MASTER_KEY_OLD", faults)] if one),
        api_url=_api(values["SLACK_API_URL"], faults),
        log_level=_level(values["KEPT_LOG_LEVEL"], faults),
        port=_port(values["PORT"], faults),
        clock_file=_clock_file(values, faults),
        checkpoints=_checkpoints(values["KEPT_AUDIT_CHECKPOINTS"], faults),
        public_url=_public(values["KEPT_PUBLIC_URL"], faults),
        names=_names(values, faults),
    )
    if faults:
        raise BadSettings(faults)
    return made


def _installing(given: Mapping[str, str], command: str) -> list[str]:
    """Either one workspace's own token, or all that an installation by OAuth needs."""
    needed = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "KEPT_PUBLIC_URL")
    client = [name for name in needed[:2] if given[name]]
    if client:
        missing = [name for name in needed if not given[name]]
        return [f"{name} is not set: {' and '.join(client)} needs it, so that workspaces can install Kept." for name in missing]
    if command in (WEB, WORK) and not given["SLACK_BOT_TOKEN"]:
        return ["SLACK_BOT_TOKEN is not set: it is the app's bot token, from your app's page at Slack. For many workspaces set "
                "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and KEPT_PUBLIC_URL instead."]
    return []


def _token(values: Mapping[str, str], name: str, faults: list[str]) -> str:
    token = values[name]
    if token and not token.startswith(TOKENS[name]):
        other = next((one for one, begins in TOKENS.items() if token.startswith(begins)), "")
        faults.append(f"{name} must begin with {TOKENS[name][0]}" + (
            f": what it holds is what {other} is for." if other else ", as Slack's own do: another kind of token will not do."))
    return token


def _database(url: str, faults: list[str]) -> str:
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://", "postgresql+psycopg://")):
        faults.append("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    elif url in {"sqlite:///", "sqlite:///:memory:"}:
        faults.append("DATABASE_URL must name a file: what is kept in memory is lost.")
    return url


def _key(values: Mapping[str, str], name: str, faults: list[str], *, run: bool = False) -> bytes:
    """The key from the one place that is set. The command is run only for what opens what is sealed."""
    places = [one for one in (name, f"{name}_FILE", f"{name}_COMMAND") if values.get(one)]
    if not places:
        return b""
    if len(places) > 1:
        faults.append(f"{' and '.join(places)} are set: say in one place alone what the key is.")
        return b""
    (source,) = places
    if source.endswith("_COMMAND"):
        text = _printed(values[source], source, faults) if run else ""
    else:
        text = _of_file(Path(values[source]), source, faults) if source.endswith("_FILE") else values[source]
    if not text:
        return b""
    try:
        return master_key(text)
    except BadMasterKey:
        faults.append(f"{source} must print base64 of 32 bytes, and printed something else." if source.endswith("_COMMAND")
                      else f"{source} must be base64 of 32 bytes; make one with: kept keys new.")
        return b""


def _of_file(path: Path, source: str, faults: list[str]) -> str:
    try:
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO):
            faults.append(f"{source} names a file that others may read or change. Run: chmod 600 on it.")
            return ""
        text = path.read_text(encoding="ascii")
    except (OSError, ValueError):
        faults.append(f"{source} cannot be read: check the path and its permissions.")
        return ""
    if not text.strip():
        faults.append(f"{source} names an empty file; make a key with: kept keys new.")
    return text


def _printed(line: str, source: str, faults: list[str]) -> str:
    """What the operator's own command prints. Neither that nor what it complains of is repeated anywhere: it may be the key."""
    try:
        done = subprocess.run(shlex.split(line), capture_output=True, timeout=KEY_WITHIN, check=True, stdin=subprocess.DEVNULL)  # noqa: S603
    except subprocess.TimeoutExpired:
        faults.append(f"{source} did not end within {KEY_WITHIN} seconds.")
    except subprocess.CalledProcessError as error:
        faults.append(f"{source} failed with status {error.returncode}. Run it by hand to see why.")
    except (OSError, ValueError):
        faults.append(f"{source} cannot be run: check the command and its path.")
    else:
        text = done.stdout.decode("ascii", errors="replace").strip()
        if not text:
            faults.append(f"{source} printed nothing.")
        return text
    return ""


def _api(url: str, faults: list[str]) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        faults.append("SLACK_API_URL must be an http or https address.")
    elif parts.scheme == "http" and not _loopback(url):
        faults.append("SLACK_API_URL must be https unless it is on this machine: the bot token travels on it.")
    return url if url.endswith("/") else url + "/"


def _loopback(url: str) -> bool:
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def _public(url: str, faults: list[str]) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("x:")
    if url and not ((parts.scheme == "https" and parts.hostname) or (parts.scheme == "http" and _loopback(url))):
        faults.append("KEPT_PUBLIC_URL must be an https address, such as https://kept.example.org.")
    return url.rstrip("/")


def _checkpoints(where: str, faults: list[str]) -> str:
    """A path, or an address, which may hold a name and a password."""
    if "://" in where and not (where.startswith("https://") or (where.startswith("http://") and _loopback(where))):
        faults.append("KEPT_AUDIT_CHECKPOINTS must be a path, or an https address.")
    return where


def _names(values: Mapping[str, str], faults: list[str]) -> Names:
    prefix, which = values["KEPT_COMMAND_PREFIX"].removeprefix("/"), values["KEPT_COMMANDS"]
    if prefix and not PREFIX.fullmatch(prefix):
        faults.append("KEPT_COMMAND_PREFIX must be at most 20 small letters, digits, hyphens and underscores, such as care-.")
    if which not in {"all", "kept"}:
        faults.append("KEPT_COMMANDS must be all or kept.")
    return Names(prefix, which == "kept")


def _level(level: str, faults: list[str]) -> str:
    if level.upper() not in LEVELS:
        faults.append(f"KEPT_LOG_LEVEL must be one of {', '.join(LEVELS)}.")
    return level.upper()


def _port(text: str, faults: list[str]) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 < int(text) < 65536:
        faults.append("PORT must be a number from 1 to 65535.")
        return 0
    return int(text)


def _clock_file(values: Mapping[str, str], faults: list[str]) -> Path | None:
    if not values["KEPT_CLOCK_FILE"]:
        return None
    if not _loopback(values["SLACK_API_URL"]):
        faults.append("KEPT_CLOCK_FILE is for the sandbox: it is refused unless SLACK_API_URL is on this machine.")
    return Path(values["KEPT_CLOCK_FILE"])
