"""The README's tables, made from what the code says. ``make docs`` writes them; a test fails when they differ."""

from __future__ import annotations

import re
from pathlib import Path

from bot.__main__ import main
from bot.settings import TABLE as SETTINGS
from handlers.language.verbs import TABLE as VERBS

README = Path(__file__).parents[1] / "README.md"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


def verbs() -> str:
    """What people type in Slack, in the order help shows it."""
    rows = sorted(VERBS, key=lambda verb: not verb.first)
    return "\n".join(["| typed | what it does |", "|---|---|",
                      *(f"| {_cell(verb.usage)} | {_cell(verb.summary)} |" for verb in rows)])


def commands() -> str:
    """What an operator types."""
    return "\n".join(["| command | what it does |", "|---|---|",
                      *(f"| `kept {name}` | {_cell(' '.join((one.help or '').split()))} |"
                        for name, one in sorted(main.commands.items()))])


def settings() -> str:
    rows = []
    for one in SETTINGS:
        need = f"needed by {' and '.join(f'`kept {name}`' for name in one.needed_by)}" if one.needed_by else "optional"
        rows.append(f"| `{one.name}` | {_cell(one.meaning)} | {f'`{one.default}`' if one.default else need} |")
    return "\n".join(["| setting | what it is | default, or who needs it |", "|---|---|---|", *rows])


def written(text: str) -> str:
    """The README with every marked table as it should be now."""
    for name, made in (("verbs", verbs()), ("commands", commands()), ("settings", settings())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        text, found = re.subn(f"(?s){begin}.*?{end}", (begin + made + "\n" + end).replace("\\", r"\\"), text)
        if found != 1:
            raise ValueError(f"the README has no table marked {name}")
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
