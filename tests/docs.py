"""The README's tables and the page about due times, made from what the code says.

``make docs`` writes them; a test fails when they differ.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.__main__ import main
from bot.settings import TABLE as SETTINGS
from handlers.language.due import Calendar, Due, Outcome, label_of, read_when
from handlers.language.verbs import TABLE as VERBS
from handlers.language.when.rules import RULES
from models.worktime import WorkingTime

README = Path(__file__).parents[1] / "README.md"
DUE_TIMES = Path(__file__).parents[1] / "handlers" / "language" / "due-times.md"
ZONE = ZoneInfo("America/New_York")
TYPED_AT = datetime(2026, 11, 24, 10, tzinfo=ZONE)
PARTS = ("How a time may begin", "Days", "Dates", "Times of day", "Day and time", "From now", "Ends", "Zones", "Either, or",
         "Again and again")
ABOUT = """# Due times

How Kept reads when a promise is due. The time stands at the end of the sentence, as in “call the clinic by Friday 3pm”, with
or without `@owner` and `for #41` beside it. Kept takes the longest ending that is a whole time and leaves a task, and accounts
for every word of it. There are five outcomes: due, repeating, asked about, refused, or no time at all. When two readings are
possible it asks, with a button for each: it never guesses. A day without a time is the end of the team's working day.

The examples are read as if typed on Tuesday, November 24, 2026, at 10 AM in New York, in a team that works from 9 to 5, Monday
to Friday. This page is made from the rules themselves, by `make docs`.
"""


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


def due_times() -> str:
    """The page about due times: each rule with its own examples, and what they come to."""
    lines, part = [ABOUT], ""
    for rule in sorted(RULES, key=lambda one: PARTS.index(one.part)):
        if rule.part != part:
            part = rule.part
            lines.append(f"\n## {part}\n")
        lines.append(f"- {rule.says}")
        lines += [f"  - `{example}`: {_came_to(example)}" for example in rule.examples]
    return "\n".join(lines) + "\n"


def _came_to(phrase: str) -> str:
    found: Due = read_when(phrase, Calendar(TYPED_AT, ZONE, WorkingTime(ZONE)))
    if found.outcome is Outcome.DUE and found.due:
        return label_of(found.due)
    if found.outcome is Outcome.RECURRING:
        return "; ".join(label_of(at) for at in found.dates)
    offered = "".join(f"; {one.label}" for one in found.options)
    return f"{found.outcome.value}: {found.reason}{offered}"


def written(text: str) -> str:
    """The README with every marked table as it should be now."""
    for name, made in (("verbs", verbs()), ("commands", commands()), ("settings", settings())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        text, found = re.subn(f"(?s){begin}.*?{end}", (begin + made + "\n" + end).replace("\\", r"\\"), text)
        if found != 1:
            raise ValueError(f"the README has no table marked {name}")
    return text


if __name__ == "__main__":
    DUE_TIMES.write_text(due_times(), encoding="utf-8")
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
