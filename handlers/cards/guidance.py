"""What Kept says where it cannot work yet, or any more: whole sentences that say what to do."""

from __future__ import annotations

from handlers.cards.blocks import Bold, Button, Card
from handlers.cards.other import verb_help
from handlers.language.verbs import VERBS

MISSING_SCOPE = ("Kept lacks a permission at Slack ({scope}), so nothing was saved. Please ask whoever runs Kept to reinstall it "
                 "from its manifest.")
BARRED = {
    "public": "This channel is public, so others than the care team can read it. Kept works in private channels only: make it "
              "private, or set up a private channel. Nothing was saved.",
    "shared": "This channel is shared with people outside this workspace, so Kept is silent in it: nobody's patients are for "
              "them to read. Set up a private channel of your own. Nothing was saved.",
}
NO_TEAM = "This channel is not a care team yet."
NO_TEAM_OF_YOURS = "You are in no care team that Kept knows of, and only a private channel can become one."
WHAT_IT_IS = ("Kept remembers for one team in one private channel: what patients are worried about, what stands in their way, "
              "and what was promised.")
BEGIN = "Whoever sets it up becomes its first lead. By typing:"
IN_A_DM = "Go to your team's private channel, and type it there:"
SET_UP_LINE = "/kept setup zone America/New_York digest 8:30 hours 9-17"
HELLO = "Kept acts on commands only, so that everyone sees who said what. Nothing was saved."
WOULD_BE = "To do that, type:"


def no_team(*, direct: bool, verb: str | None) -> Card:
    """Where there is no care team: what Kept is, and how one begins. With a verb, its help stands first."""
    card = verb_help(VERBS[verb]) if verb in VERBS and verb != "help" else Card("Kept: no care team here yet")
    card.line(f"{NO_TEAM_OF_YOURS if direct else NO_TEAM} {WHAT_IT_IS}")
    card.line(IN_A_DM if direct else BEGIN).line(Bold(SET_UP_LINE))
    return card if direct else card.actions(Button("Set up", "set_up", "", "primary"))


def spoken_to(line: str) -> Card:
    """The answer to words said to Kept: what the command would have been, and the verbs of every day."""
    card = Card("Kept answers commands").line(HELLO)
    if line:
        card.line(WOULD_BE).line(Bold(line))
    card.heading("What you will use every day")
    for verb in (one for one in VERBS.values() if one.first):
        card.line(Bold(verb.usage), f": {verb.summary}")
    return card
