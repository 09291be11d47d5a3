"""Slack's app manifest, made from the tables that say what Kept listens to, calls and answers."""

from __future__ import annotations

from typing import Any

from bot.naming import Names
from bot.permissions import EVENTS, SCOPES
from handlers.cards.shortcuts import SHORTCUTS
from handlers.language.verbs import NAMES, VERBS

Json = dict[str, Any]
EVENTS_PATH = "/slack/events"             # everything that Slack sends
REDIRECT_PATH = "/slack/oauth_redirect"   # where Slack sends whoever installs the app

SHORT = "A care team says it in Slack, and nobody is forgotten."
LONG = (
    "Kept is a care team's memory for what a patient is worried about, what stands in the patient's way, and what the team has "
    "promised. It keeps the patient's own words, asks instead of guessing, speaks up when a promise comes due or a barrier is "
    "left alone, and gives the lead a digest each morning.\n\n"
    "Kept is not an emergency service, not the medical record, and not a way to message patients. Use aliases, not names."
)
REST_HINT, REST_ABOUT = "<patient>, <verb> … or help", "Everything else: a patient's page, your own list, the team's set-up"


def manifest(names: Names, address: str) -> Json:
    """For Socket Mode when ``address`` is empty, else for HTTP at that public address."""
    events: Json = {"bot_events": sorted(EVENTS)}
    interactivity: Json = {"is_enabled": True}
    oauth: Json = {"scopes": {"bot": list(SCOPES)}}
    if address:
        url = address.rstrip("/") + EVENTS_PATH
        events = {"request_url": url, **events}
        interactivity |= {"request_url": url, "message_menu_options_url": url}
        oauth = {"redirect_urls": [address.rstrip("/") + REDIRECT_PATH], **oauth}
    return {
        "display_information": {"name": "Kept", "description": SHORT, "long_description": LONG, "background_color": "#1f4d45"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Kept", "always_online": True},
            "shortcuts": [{"name": one.label, "type": one.kind, "callback_id": one.name, "description": one.about}
                          for one in SHORTCUTS],
            "slash_commands": [_command(name, names, address) for name in names.slash],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events, "interactivity": interactivity, "socket_mode_enabled": not address,
            # Many workspaces, and tokens that expire by themselves, come with OAuth, which needs an address to come back to.
            "org_deploy_enabled": bool(address), "token_rotation_enabled": bool(address),
        },
    }


def _command(name: str, names: Names, address: str) -> Json:
    verb = VERBS.get(NAMES[name]) if name != "kept" else None
    about = verb.summary[0].upper() + verb.summary[1:] if verb else REST_ABOUT
    hint = verb.usage.partition(" ")[2] if verb else REST_HINT
    made: Json = {"command": names.typed(name), "description": about, "usage_hint": hint, "should_escape": True}
    return {**made, "url": address.rstrip("/") + EVENTS_PATH} if address else made
