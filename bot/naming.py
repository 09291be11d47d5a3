"""What the slash commands are called here. Where another app has their names, they get a prefix, or /kept stands alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from handlers.language.verbs import TABLE

# Slack's own commands, in the order its menu shows them; every verb is also /kept <verb>.
SLASH = (*(verb.name for verb in TABLE if verb.top), "promise", "kept")
_SAID = re.compile(rf"(?<![\w/])/({'|'.join(SLASH)})(?![\w/-])")
PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")


@dataclass(frozen=True)
class Names:
    """``alone`` is when only /kept is registered, so that /concern is typed as /kept concern."""

    prefix: str = ""
    alone: bool = False

    @property
    def slash(self) -> tuple[str, ...]:
        """The commands that are registered, by Kept's own names."""
        return ("kept",) if self.alone else SLASH

    def typed(self, name: str) -> str:
        """How ``concern`` is typed in this installation."""
        return f"/{self.prefix}kept {name}" if name not in self.slash else f"/{self.prefix}{name}"

    def known(self, command: str) -> str:
        """A command that Slack sent, as Kept knows it."""
        return "/" + command.removeprefix("/").removeprefix(self.prefix)

    def said(self, text: str) -> str:
        """Kept's own words, with commands that can be typed here."""
        return text if self == PLAIN else _SAID.sub(lambda found: self.typed(found[1]), text)

    def shown(self, body: Any) -> Any:
        """A message or view, with commands that can be typed here; a patient's own words stand in quotes and stay as they are."""
        if self == PLAIN:
            return body
        if isinstance(body, list):
            return [self.shown(one) for one in body]
        if not isinstance(body, dict) or body.get("type") == "rich_text_quote":
            return body
        made = {name: self.shown(value) for name, value in body.items()}
        if made.get("type") in {"text", "plain_text"} and isinstance(made.get("text"), str):
            made["text"] = self.said(made["text"])
        return made

    def written(self, body: str) -> str:
        """The same for a message kept as JSON."""
        return body if self == PLAIN else json.dumps(self.shown(json.loads(body)))


PLAIN = Names()
