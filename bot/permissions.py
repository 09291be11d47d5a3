"""What Kept may do at Slack, and why: every scope is here for a method it calls, an event it hears, or a feature it has."""

from __future__ import annotations

from collections.abc import Mapping

# The Web API methods that bot/slack.py calls with a bot token, and the scopes each needs.
METHODS: Mapping[str, tuple[str, ...]] = {
    "auth.test": (),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.info": ("groups:read", "channels:read"),
    "conversations.history": ("groups:history", "im:history"),
    "conversations.members": ("groups:read",),
    "conversations.open": ("im:write",),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
# The same for the app's own token, which opens Socket Mode's connections and is good for nothing else.
# With the app's own name and secret: a code or a refresh token becomes a token.
CLIENT_METHODS = frozenset({"oauth.v2.access"})
APP_METHODS: Mapping[str, str] = {"apps.connections.open": "connections:write"}
# The events Kept hears. A care team's channel is private, but one that is made public must not go unnoticed.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "channel_archive": ("channels:read",),
    "channel_id_changed": ("groups:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unarchive": ("channels:read",),
    "channel_unshared": ("channels:read", "groups:read"),
    "group_archive": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.im": ("im:history",),
    "team_join": ("users:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
}
FEATURES: Mapping[str, tuple[str, ...]] = {"slash commands and shortcuts": ("commands",)}
SCOPES: tuple[str, ...] = tuple(sorted({scope for table in (METHODS, EVENTS, FEATURES) for found in table.values()
                                        for scope in found}))
