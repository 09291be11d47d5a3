"""The modals that people have open, each person's stack of them, and their Home: as Slack keeps them.

Errors are Unfit, whose text is Slack's error code. Every call is made under the workspace's lock.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.blocks import named, told
from bot.sandbox.checks import LIMITS, Node
from bot.sandbox.filled import Control, State, fill, initial, worth
from bot.sandbox.triggers import Triggers, Unfit

EMPTY: Mapping[str, Any] = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False,
                            "notify_on_close": False, "close": None, "submit": None}
TITLE = {"type": "plain_text", "text": "View Title", "emoji": True}


@dataclass(eq=False)
class Shown:
    """A view on somebody's screen. ``errors`` and ``notice`` are of the last submission; ``offered`` are the options that
    an external menu has shown, by (block, action)."""

    user: str
    view: Node
    state: State
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    offered: dict[tuple[str, str], list[Node]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.view["id"])

    def sent(self) -> Node:
        """As Slack sends it to the app."""
        return deepcopy({**self.view, "state": {"values": self.state}})

    def fill(self, control: Control, value: Any, people: Mapping[str, Any]) -> Node:
        """The control's new state. Raises ValueError for a value it does not offer."""
        new = fill(control, value, self.offered.get((control.block, control.action), []), people)
        self.state[control.block][control.action] = new
        return new

    def page(self) -> Node:
        values = {block: {action: worth(one) for action, one in own.items()} for block, own in self.state.items()}
        return {**self.sent(), "errors": dict(self.errors), "notice": self.notice, "values": values}


class Views:
    """``home_enabled`` is whether the app's settings have its Home tab on; ``installed`` gives the workspace, or the org, that
    the app is installed in."""

    def __init__(self, team: str, app: str, bot: str, installed: Callable[[], str] | None = None) -> None:
        self._own = {"team_id": team, "app_id": app, "bot_id": bot}
        self._installed = installed or (lambda: team)
        self.triggers = Triggers()
        self.home_enabled = True
        self._stacks: dict[str, list[Shown]] = {}
        self._homes: dict[str, Shown] = {}
        self._messages: dict[tuple[str, str, str], Shown] = {}

    def knows(self, args: Node) -> bool:
        """Whether a call's trigger or view is of this workspace."""
        return args.get("trigger_id") in self.triggers or self._named(args.get("view_id"), args.get("external_id")) is not None

    def stack(self, user: str) -> list[Shown]:
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> Shown | None:
        return self._homes.get(user)

    def find(self, user: str, view_id: str | None = None) -> Shown:
        """This person's modal on top, which must be the one named. Raises KeyError."""
        top = self.stack(user)[-1:]
        if not top or view_id not in (None, top[0].id):
            raise KeyError(f"{user} has no such modal before them")
        return top[0]

    def of_message(self, user: str, message: Node) -> Shown:
        """What a person has chosen in a message that they see."""
        found = self._messages.setdefault((user, message["channel"], message["ts"]), Shown(user, {}, {}))
        found.view = {"blocks": message["blocks"]}
        found.state = initial(message["blocks"], found.state)
        return found

    def open(self, trigger: str, view: Node) -> Shown:
        """A new modal takes the place of whatever the person had open."""
        self._unused(view)
        user = self.triggers.take(trigger).user
        made = self._made(user, view)
        self._stacks[user] = [made]
        return made

    def push(self, trigger: str, view: Node) -> Shown:
        self._unused(view)
        found = self.triggers.take(trigger)
        stack = self.stack(found.user)
        if not stack or stack[0].id != found.root:
            raise Unfit("not_found")
        return self.push_on(stack[-1], view)

    def push_on(self, under: Shown, view: Node) -> Shown:
        self._unused(view)
        stack = self._stacks[under.user]
        if len(stack) >= LIMITS["stack"]:
            raise Unfit("push_limit_reached")
        made = self._made(under.user, view, root=stack[0].id, previous=stack[-1].id)
        stack.append(made)
        return made

    def update(self, view: Node, view_id: str, external_id: str, known_hash: str | None) -> Shown:
        found = self._named(view_id, external_id)
        if found is None:
            raise Unfit("not_found")
        _same(found, known_hash)
        return self.replace(found, view)

    def replace(self, shown: Shown, view: Node) -> Shown:
        """New contents for a view: what is filled in stays where the fields are the same."""
        self._unused(view, shown)
        fixed = {key: shown.view[key] for key in ("id", "root_view_id", "previous_view_id")}
        shown.view = self._whole(view) | fixed
        shown.state = initial(shown.view["blocks"], shown.state)
        shown.errors, shown.notice = {}, ""
        return shown

    def publish(self, user: str, view: Node, known_hash: str | None) -> Shown:
        if not self.home_enabled:
            raise Unfit("not_enabled")
        found = self._homes.get(user)
        if found is not None:
            _same(found, known_hash)
            return self.replace(found, view)
        if known_hash is not None:
            raise Unfit("hash_conflict")
        self._unused(view)
        self._homes[user] = self._made(user, view)
        return self._homes[user]

    def close(self, shown: Shown) -> None:
        """Takes one view away, with whatever lies on it."""
        stack = self._stacks.get(shown.user, [])
        if shown in stack:
            del stack[stack.index(shown):]

    def clear(self, user: str) -> None:
        self._stacks.pop(user, None)

    def _open(self) -> Iterator[Shown]:
        yield from (one for stack in self._stacks.values() for one in stack)

    def _named(self, view_id: Any, external_id: Any) -> Shown | None:
        return next((one for one in self._open() if one.id == view_id or (external_id and
                     one.view["external_id"] == external_id)), None)

    def _unused(self, view: Node, own: Shown | None = None) -> None:
        name = view.get("external_id")
        if name and any(one.view["external_id"] == name for one in [*self._open(), *self._homes.values()] if one is not own):
            raise Unfit("duplicate_external_id")

    def _made(self, user: str, view: Node, root: str = "", previous: str | None = None) -> Shown:
        name = f"V0{secrets.token_hex(5).upper()}"
        whole = self._whole(view) | {"id": name, "root_view_id": root or name, "previous_view_id": previous}
        return Shown(user, whole, initial(whole["blocks"]))

    def _whole(self, view: Node) -> Node:
        """A view with everything that Slack adds to it, and a new hash."""
        fresh = {"hash": f"{int(time.time())}.{secrets.token_hex(4)}", "blocks": named(view["blocks"]),
                 "app_installed_team_id": self._installed()}
        return {"title": TITLE, **EMPTY, **told(view), **self._own, **fresh}


def _same(shown: Shown, known_hash: str | None) -> None:
    if known_hash is not None and known_hash != shown.view["hash"]:
        raise Unfit("hash_conflict")
