"""Kept's own processes under the sandbox, which has several workspaces and in which people install Kept themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.core import Channel, Person, Sandbox
from tests.running.processes import House
from tests.types.noted import note_all

SECRET = "boxed-secret"
MIA, LEO = "U1MIA", "U1LEO"
ELM, ASH = "C1ELM", "C1ASH"


@dataclass
class Address:
    """All that a house asks of a Slack."""

    address: str


@contextmanager
def boxed(folder: Path, database_url: str, bot_token: str = "") -> Iterator[tuple[House, Sandbox]]:
    """Tables made, nothing running yet. Without a token Kept is installed nowhere."""
    box = Sandbox(SECRET, bot_token, clock_file=folder / "clock")
    box.start()
    try:
        with House(folder, database_url, Address(box.api_url)) as house:  # type: ignore[arg-type]
            house.env |= {
                "SLACK_BOT_TOKEN": bot_token, "SLACK_SIGNING_SECRET": SECRET, "SLACK_CLIENT_ID": box.client_id,
                "SLACK_CLIENT_SECRET": box.client_secret, "KEPT_PUBLIC_URL": f"http://127.0.0.1:{house.port}"}
            box.app_url = house.url
            house.furnish()
            yield house, box
    finally:
        box.stop()
        note_all(box.payloads)


def elm(box: Sandbox) -> None:
    """Another workspace, of Mia's."""
    box.add_workspace("T0ELM", "elm", [Person(MIA, "mia", "Mia Lund", "")], [Channel(ELM, "elm", [MIA, "U0ELMKEPT"])])


def org(box: Sandbox) -> None:
    """An org of two workspaces, ash and bay."""
    for name, person in (("ash", Person("U1ADA", "ada", "Ada Moss", "")), ("bay", Person(LEO, "leo", "Leo Marsh", ""))):
        room = Channel(f"C1{name.upper()}", name, [person.id, "U0ORGKEPT"])
        box.add_workspace(f"T0{name.upper()}", name, [person], [room], enterprise="E0ORG")
