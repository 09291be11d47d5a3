"""Settings from the environment, read once; every fault is found before any is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from models.sealing import BadMasterKey, master_key

SLACK = "https://slack.com/api/"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadSettings(ValueError):
    """``faults`` are whole sentences, one for each setting that is missing or wrong; none repeats a value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the README's table. ``needed_by`` names the commands that do not start without it."""

    name: str
    default: str
    needed_by: tuple[str, ...]
    meaning: str


WEB, WORK = "serve", "work"
TABLE = (
    Setting("DATABASE_URL", "sqlite:///data/kept.sqlite3", (), "where everything is kept: an SQLite file or PostgreSQL"),
    Setting("SLACK_BOT_TOKEN", "", (WEB, WORK), "the app's bot token, from your app's page at Slack"),
    Setting("SLACK_SIGNING_SECRET", "", (WEB,), "the app's signing secret: nothing unsigned is read"),
    Setting("KEPT_MASTER_KEY", "", (WEB, WORK, "digest"), "base64 of 32 random bytes; without it nothing kept can be read"),
    Setting("KEPT_MASTER_KEY_FILE", "", (), "a file that holds the master key, instead of KEPT_MASTER_KEY"),
    Setting("SLACK_API_URL", SLACK, (), "where Slack's Web API is; the sandbox and tests point it elsewhere"),
    Setting("KEPT_LOG_LEVEL", "INFO", (), "DEBUG, INFO, WARNING or ERROR; no level logs what people type"),
    Setting("KEPT_CLOCK_FILE", "", (), "for the sandbox only: a file with seconds by which care time runs ahead"),
    Setting("PORT", "3000", (), "the port kept serve listens on"),
)
DEFAULTS = {setting.name: setting.default for setting in TABLE}


@dataclass(frozen=True)
class Settings:
    """Secrets stay out of ``repr``. ``clock_file`` is only ever set against a Slack on this machine."""

    database_url: str = field(repr=False)
    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    master_key: bytes = field(repr=False)
    api_url: str
    log_level: str
    port: int
    clock_file: Path | None


def read(environ: Mapping[str, str], command: str) -> Settings:
    """What ``command`` (serve, work or another) needs. Raises BadSettings with all faults at once."""
    given = {name: environ.get(name, "").strip() for name in DEFAULTS}
    faults = [f"{setting.name} is not set: {setting.meaning}." for setting in TABLE
              if command in setting.needed_by and not given[setting.name]
              and not (setting.name == "KEPT_MASTER_KEY" and given["KEPT_MASTER_KEY_FILE"])]
    values = {name: given[name] or default for name, default in DEFAULTS.items()}

    made = Settings(
        database_url=_database(values["DATABASE_URL"], faults),
        bot_token=values["SLACK_BOT_TOKEN"],
        signing_secret=values["SLACK_SIGNING_SECRET"],
        master_key=_key(values, faults),
        api_url=_api(values["SLACK_API_URL"], faults),
        log_level=_level(values["KEPT_LOG_LEVEL"], faults),
        port=_port(values["PORT"], faults),
        clock_file=_clock_file(values, faults),
    )
    if faults:
        raise BadSettings(faults)
    return made


def _database(url: str, faults: list[str]) -> str:
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://", "postgresql+psycopg://")):
        faults.append("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    elif url in {"sqlite:///", "sqlite:///:memory:"}:
        faults.append("DATABASE_URL must name a file: what is kept in memory is lost.")
    return url


def _key(values: Mapping[str, str], faults: list[str]) -> bytes:
    text, source = values["KEPT_MASTER_KEY"], "KEPT_MASTER_KEY"
    if not text and values["KEPT_MASTER_KEY_FILE"]:
        source = "KEPT_MASTER_KEY_FILE"
        try:
            text = Path(values[source]).read_text(encoding="ascii")
        except (OSError, ValueError):
            faults.append("KEPT_MASTER_KEY_FILE cannot be read: check the path and its permissions.")
            return b""
    if not text:
        return b""
    try:
        return master_key(text)
    except BadMasterKey:
        faults.append(f"{source} must be base64 of 32 bytes; make one with: openssl rand -base64 32.")
        return b""


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
