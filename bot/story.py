"""The demo's story: two days of a made-up care team, each step waited for and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.core import BOT, Sandbox
from handlers.cards.printed import printed

ZONE = ZoneInfo("America/New_York")
ANA, BEN, PRIYA, ROOM = "U0ANA", "U0BEN", "U0PRIYA", "C0MAPLE"
MINUTE, HOUR = 60, 3600
Message = dict[str, Any]


class DidNotHappen(RuntimeError):
    """A step of the story; the message says which."""


class Teller:
    """Types, presses and waits as the people of the story, and prints what each of them would see."""

    def __init__(self, sandbox: Sandbox, say: Callable[[str], object]) -> None:
        self._box, self._say = sandbox, say
        self._names = {one.id: one.name.split(" ")[0] for one in sandbox.people.values()} | {BOT: "Kept"}

    def title(self, text: str) -> None:
        local = self._box.clock.now().astimezone(ZONE)
        clock = local.strftime("%I:%M %p").lstrip("0")
        self._say(f"\n── {local:%A} {clock} · {text}")

    def type(self, who: str, line: str, expect: str) -> Message:
        """Type a command in the team's channel; the reply must hold ``expect``."""
        self._say(f"\n{self._names[who]} types:  {line}")
        command, _, text = line.partition(" ")
        before = len(self._box.ephemerals(who))
        reply = self._box.command(who, ROOM, command, text)
        if reply.status != 200:
            raise DidNotHappen(f"{command} was answered with {reply.status} {reply.body.get('text')}")
        shown = self._box.ephemerals(who)[before:]
        if not shown:
            raise DidNotHappen(f"nobody answered {command}")
        return self._show(shown[-1], f"only {self._names[who]} sees", expect)

    def press(self, who: str, message: Message, label: str, action: str, expect: str) -> Message:
        """Press a button; the ephemeral that answers must hold ``expect``."""
        self._say(f"\n{self._names[who]} presses:  [{label}]")
        before = {(one["ts"], str(one["blocks"])) for one in self._box.ephemerals(who)}
        self._box.press(who, message, action)
        fresh = self._until(lambda: [one for one in self._box.ephemerals(who) if (one["ts"], str(one["blocks"])) not in before],
                            f"the answer to {label}")
        return self._show(fresh[-1], f"only {self._names[who]} sees", expect)

    def form(self, who: str, message: Message, label: str, action: str, expect: str) -> None:
        """Press a button that opens a form, which must ask ``expect``."""
        self._say(f"\n{self._names[who]} presses:  [{label}]")
        self._box.press(who, message, action)
        opened = self._until(lambda: [one for one in self._box.stack(who) if one["submit"]], f"the form of {label}")
        self._show(opened[-1], f"a form opens: {opened[-1]['title']['text']}", expect)

    def fill(self, who: str, values: Message, expect: str) -> None:
        """Fill in and send the form that is open; the card in its place must hold ``expect``."""
        self._say(f"\n{self._names[who]} fills in:  " + " · ".join(
            one if isinstance(one, str) else ", ".join(one) for one in values.values()))
        reply = self._box.submit(who, values)
        shown = self._box.modal(who)
        if reply.status != 200 or shown is None or shown["errors"]:
            raise DidNotHappen(f"the form was answered with {reply.status} {reply.body}")
        self._show(shown, "in place of the form", expect)
        self._box.close(who, everything=True)

    def arrives(self, where: str, expect: str, *, title: str) -> Message:
        """Wait for a message of Kept's that holds ``expect``; ``where`` is a person (their DM) or a channel."""
        room = "D" + where[1:] if where.startswith("U") else where

        def there() -> list[Message]:
            return [one for one in self._box.messages(room) if one["user"] == BOT and expect in self._text(one)]

        return self._show(self._until(there, f"“{expect}” for {title}")[-1], title, expect)

    def changes(self, message: Message, expect: str, *, title: str) -> None:
        """Wait until this very message, in place, holds ``expect``."""
        def now() -> list[Message]:
            return [one for one in self._box.messages(message["channel"])
                    if one["ts"] == message["ts"] and one.get("edited") and expect in self._text(one)]

        self._show(self._until(now, f"the change of {title}")[0], title, expect)

    def forward(self, seconds: float) -> None:
        self._box.clock.forward(seconds)

    def next_morning(self) -> None:
        self._box.clock.to_next_morning()

    def _until(self, holds: Callable[[], list[Message]], what: str) -> list[Message]:
        try:
            return self._box.wait_for(holds, 30)
        except TimeoutError:
            raise DidNotHappen(f"{what} did not come") from None

    def _text(self, message: Message) -> str:
        return printed(message, ZONE, self._names)

    def _show(self, message: Message, title: str, expect: str) -> Message:
        text = self._text(message)
        self._say(f"  ┌ {title}")
        for line in text.splitlines():
            self._say(f"  │ {line}")
        if expect not in text:
            raise DidNotHappen(f"“{expect}” is not in what {title}")
        return message


def tell(sandbox: Sandbox, say: Callable[[str], object]) -> None:
    """Raises DidNotHappen at the first step that fails."""
    t = Teller(sandbox, say)
    t.next_morning()
    t.forward(75 * MINUTE)
    t.title("the team begins")
    t.type(PRIYA, "/kept setup zone America/New_York lead @priya digest 8:30 hours 9-17", "This channel is a care team now")
    t.type(ANA, "/kept patient add rosa-m", "rosa-m is a patient")
    t.type(ANA, "/concern rosa worried she'll lose her job over all these appointments", "she'll lose her job")
    t.type(BEN, "/barrier rosa no ride since her car broke, missed two visits", "Getting there")
    t.type(ANA, "/commit rosa call the ride service by 3pm for #2", "call the ride service")
    t.type(BEN, "/commit rosa ask the clinic about evening visits by 4pm", "ask the clinic")

    t.forward(5 * HOUR)
    t.title("a promise comes due")
    nudge = t.arrives(ANA, "#3 · Promise · rosa-m", title="Ana's phone: a direct message from Kept")
    t.press(ANA, nudge, "Kept", "done", "#3 is kept")
    t.changes(nudge, "kept", title="the same message, changed in place")

    t.next_morning()
    t.title("the morning digest")
    t.arrives(PRIYA, "Good morning", title="Priya, the lead, reads")

    t.forward(7 * HOUR + 20 * MINUTE)
    t.title("a promise is a working day late")
    late = t.arrives(ROOM, "#4 · Promise · rosa-m", title="everyone in #care-maple sees")
    t.form(BEN, late, "Tell them it'll be late", "late", "When will it be?")
    t.fill(BEN, {"when": "in 2 working days", "told": ["told"], "why": "the clinic closes early"}, "#4 has a new time")
    t.changes(late, "#4", title="the channel's message, changed in place")
    t.type(PRIYA, "/kept list", "#1")
