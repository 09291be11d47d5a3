"""The Web API's views.*: no scope is asked for. https://docs.slack.dev/reference/methods/views.open"""

from __future__ import annotations

from bot.sandbox.limits import view_fault
from bot.sandbox.methods import No, Pace
from bot.sandbox.triggers import Unfit
from bot.sandbox.views import Shown
from bot.sandbox.workspace import Json, Workspace


def open_view(w: Workspace, pace: Pace, args: Json) -> Json:
    return _answer(_on_trigger(w, args, push=False))


def push_view(w: Workspace, pace: Pace, args: Json) -> Json:
    return _answer(_on_trigger(w, args, push=True))


def update_view(w: Workspace, pace: Pace, args: Json) -> Json:
    view_id, external_id = (_text(args, name) for name in ("view_id", "external_id"))
    if bool(view_id) == bool(external_id):
        raise _wrong("either view_id or external_id is required")
    _checked(w, args, "modal")
    try:
        found = w.views.update(args["view"], view_id, external_id, _text(args, "hash") or None)
    except Unfit as unfit:
        raise No(str(unfit)) from None
    w.touch()
    return {"view": found.sent()}


def publish_view(w: Workspace, pace: Pace, args: Json) -> Json:
    user = args["user_id"]
    if user not in w.people or w.people[user].deleted:
        raise No("invalid_arguments", response_metadata={"messages": ["invalid `user_id`"]})
    _checked(w, args, "home")
    try:
        found = w.views.publish(user, args["view"], _text(args, "hash") or None)
    except Unfit as unfit:
        raise No(str(unfit)) from None
    w.touch()
    return _answer(found)


def _on_trigger(w: Workspace, args: Json, *, push: bool) -> Shown:
    trigger = _text(args, "trigger_id")
    if "interactivity_pointer" in args:
        raise _wrong("interactivity_pointer comes from workflows, which the sandbox has none of")
    if not trigger:
        raise _wrong("missing required field: trigger_id")
    _checked(w, args, "modal")
    try:
        return (w.views.push if push else w.views.open)(trigger, args["view"])
    except Unfit as unfit:
        raise No(str(unfit)) from None
    finally:
        w.touch()


def _checked(w: Workspace, args: Json, kind: str) -> None:
    """Raises No."""
    if broken := view_fault(args["view"], kind):
        raise No(broken.code, response_metadata={"messages": [f"[ERROR] {broken.why}"]})
    w.world.payloads.add(kind, args["view"])


def _answer(shown: Shown) -> Json:
    """A view just made: Slack tells nothing of its state yet."""
    return {"view": {**shown.sent(), "state": {"values": {}}}}


def _text(args: Json, name: str) -> str:
    found = args.get(name, "")
    if not isinstance(found, str):
        raise _wrong(f"must be a string: {name}")
    return found


def _wrong(why: str) -> No:
    return No("invalid_arguments", response_metadata={"messages": [f"[ERROR] {why}"]})
