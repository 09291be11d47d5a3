"""What a person sees and does in modals, in Home, and with shortcuts: the Sandbox's methods of these names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.sandbox import shortcuts
from bot.sandbox.reply import Reply
from bot.sandbox.surfaces import facing
from bot.sandbox.workspace import Json

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox


def stack(box: Sandbox, user: str) -> list[Json]:
    """The modals a person has open, bottom first, each with ``errors``, ``notice`` and ``values`` besides what Slack has."""
    w = facing(box, user)
    with w.changed:
        return [one.page() for one in w.views.stack(user)]


def modal(box: Sandbox, user: str) -> Json | None:
    """The modal on top, or None."""
    return next(reversed(stack(box, user)), None)


def home(box: Sandbox, user: str) -> Json | None:
    """What the app published as this person's Home, or None."""
    w = box.at(user)
    with w.changed:
        found = w.views.home(user)
        return found.page() if found else None


def submit(box: Sandbox, user: str, values: Mapping[str, Any] | None = None, view_id: str | None = None) -> Reply:
    """Fill in the modal on top and submit it.

    ``values`` are by block_id or action_id, whole or before the first "/"; None empties. What Slack's own client would not
    send gives status 0 and "required". Raises KeyError for an unknown name, ValueError for what a control does not offer.
    """
    return box.wait(box.surfaces.submit(user, values or {}, view_id))


def close(box: Sandbox, user: str, *, everything: bool = False) -> Reply | None:
    """Close the modal on top, or the whole stack; None when the app does not ask to hear of it. Raises KeyError."""
    return box.wait(box.surfaces.close(user, everything=everything))


def press_modal(box: Sandbox, user: str, action_id: str, choice: Any = None) -> Reply:
    """Press a control of the modal on top. Raises as ``press`` does."""
    return box.wait(box.surfaces.press(user, "modal", action_id, choice))


def press_home(box: Sandbox, user: str, action_id: str, choice: Any = None) -> Reply:
    """Press a control of Home. Raises as ``press`` does."""
    return box.wait(box.surfaces.press(user, "home", action_id, choice))


def options(box: Sandbox, user: str, action_id: str, query: str = "", *,
            where: str | Json = "modal") -> list[tuple[str, str]]:
    """(label, value) that an external menu offers for what is typed; ``where`` is modal, home or a message.

    Empty, and noted in ``refused``, when the app's answer is not one that Slack takes. Raises KeyError.
    """
    found = box.wait(box.surfaces.options(user, action_id, query, where))
    return [(one["text"]["text"], one["value"]) for one in found]


def open_home(box: Sandbox, user: str, tab: str = "home") -> None:
    """Look at the app's Home, or at another tab of its page."""
    box.wait(box.surfaces.open_home(user, tab))


def shortcut(box: Sandbox, user: str, callback_id: str, message: Json | None = None, channel: str = "") -> Reply:
    """Start a global shortcut, or one of a message. Raises KeyError when the app declares none of that name."""
    place = (channel or message["channel"], message["ts"]) if message else ("", "")
    return box.wait(shortcuts.start(box, user, callback_id, *place))
