"""The table of verbs: what can be typed, in which shape, and how help and the README show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """How the words after a verb are read."""

    PATIENT_TEXT = "patient text"
    BARRIER = "barrier"
    COMMIT = "commit"
    ITEM = "item"
    ITEM_TEXT = "item text"
    ITEM_WORDS = "item words"
    ITEM_DUE = "item due"
    ITEM_OWNER = "item owner"
    CONTACT = "contact"
    CALLED = "called"
    HANDOFF = "handoff"
    OUT = "out"
    PERSON = "person"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Verb:
    """``first`` marks the eight that help shows first; ``group`` is the task the others are listed under."""

    name: str
    shape: Shape
    usage: str
    summary: str
    example: str
    group: str
    first: bool = False
    aliases: tuple[str, ...] = ()
    top: bool = False


ENTER, REACH, MOVE, SEE, TEAM = "Enter", "Be in touch", "Move things on", "Look", "Team and patients"
S = Shape

TABLE = (
    Verb("concern", S.PATIENT_TEXT, "/concern <patient> <what they said>", "keep a worry in the patient's own words",
         "/concern rosa-m worried she'll lose her job over all these appointments", ENTER, True, top=True),
    Verb("barrier", S.BARRIER, "/barrier <patient> [!] [category:] <what stands in the way>",
         "keep what stands in the patient's way", "/barrier rosa-m no ride since her car broke", ENTER, True, top=True),
    Verb("commit", S.COMMIT, "/commit <patient> <promise> by <when> [for #41] [@owner]",
         "keep a promise and when it is due, once or every so often",
         "/commit rosa-m call the ride service by Friday 3pm for #41", ENTER, True, ("promise",), top=True),
    Verb("done", S.ITEM, "/kept done <number>", "a promise was kept", "/kept done 42", MOVE, True, ("kept",)),
    Verb("late", S.ITEM_DUE, "/kept late <number> until <when>[, told]",
         "a promise needs a new time; say told once the patient knows", "/kept late 42 until Monday noon, told", MOVE,
         True),
    Verb("resolve", S.ITEM_TEXT, "/kept resolve <number> [how], confirmed|assumed",
         "a barrier is out of the way, as the patient confirms or as we assume",
         "/kept resolve 41 ride booked, confirmed", MOVE, True),
    Verb("mine", S.FREE, "/kept mine", "what I promised and what waits for me", "/kept mine", SEE, True),
    Verb("help", S.FREE, "/kept help [verb]", "this list, or one verb with its example", "/kept help late", SEE, True),
    Verb("call", S.CONTACT, "/kept call <patient> [12m] [41 42] [note]",
         "you called and reached them: how long, about which items, and a note", "/kept call rosa-m 12m 41 42 she is relieved",
         REACH),
    Verb("visit", S.CONTACT, "/kept visit <patient> [40m] [41] [note]", "you visited them", "/kept visit rosa-m 40m 41", REACH),
    Verb("text", S.CONTACT, "/kept text <patient> [41] [note]", "you wrote and they answered",
         "/kept text rosa-m 41 she has the address", REACH),
    Verb("video", S.CONTACT, "/kept video <patient> [20m] [41] [note]", "you spoke by video", "/kept video rosa-m 20m 41", REACH),
    Verb("seen", S.CONTACT, "/kept seen <patient> [10m] [41] [note]", "you met them in person", "/kept seen rosa-m 10m 41",
         REACH),
    Verb("noanswer", S.CONTACT, "/kept noanswer <patient> [41] [note]", "you called and nobody answered",
         "/kept noanswer rosa-m 41", REACH),
    Verb("left", S.CONTACT, "/kept left <patient> [41] [note]", "you called and left a message",
         "/kept left rosa-m 41 asked her to call back", REACH),
    Verb("called", S.CALLED, "/kept called <patient> [what they wanted] [by <when>] [for #41] [@owner]",
         "they called us: a contact, and a promise to call back, within a working day unless you say when",
         "/kept called rosa-m wants news on the ride", REACH),
    Verb("cadence", S.PATIENT_TEXT, "/kept cadence <patient> <how often>|none|usual",
         "how often a patient is spoken with at least; whose time is over stands in your message for the day",
         "/kept cadence rosa-m every 2 weeks", REACH),
    Verb("told", S.ITEM, "/kept told <number>", "the patient was told how something ended", "/kept told 42", MOVE),
    Verb("answer", S.ITEM, "/kept answer <number>", "a concern had its first contact", "/kept answer 40", MOVE,
         aliases=("answered",)),
    Verb("settle", S.ITEM_TEXT, "/kept settle <number> [how]", "a concern is settled",
         "/kept settle 40 she spoke with her manager", MOVE),
    Verb("cannot", S.ITEM_TEXT, "/kept cannot <number> <why; what was offered>[, told]",
         "we cannot remove a barrier; say told once the patient knows",
         "/kept cannot 41 no funds this year; offered the food bank, told", MOVE),
    Verb("withdraw", S.ITEM, "/kept withdraw <number>", "a promise no longer needed, with the patient's agreement",
         "/kept withdraw 42", MOVE),
    Verb("stop", S.ITEM, "/kept stop <number>", "a promise does not repeat any more; the open one stays promised",
         "/kept stop 42", MOVE),
    Verb("broken", S.ITEM, "/kept broken <number>[, told]", "a promise that will not be kept",
         "/kept broken 42, told", MOVE),
    Verb("reopen", S.ITEM, "/kept reopen <number>", "it is not over after all", "/kept reopen 41", MOVE),
    Verb("edit", S.ITEM_WORDS, "/kept edit <number> <new words>", "put the words right; the old ones stay in its history",
         "/kept edit 42 call the county ride service", MOVE),
    Verb("snooze", S.ITEM_DUE, "/kept snooze <number> until <when>", "hold its reminders, at most five working days",
         "/kept snooze 42 until Tuesday", MOVE),
    Verb("assign", S.ITEM_OWNER, "/kept assign <number> @someone", "give it to someone of the team",
         "/kept assign 41 @alex", MOVE),
    Verb("handoff", S.HANDOFF, "/kept handoff <patient>|<number> @someone <what was tried>",
         "offer someone a patient with all you have of them, or one item; it stays yours until they accept",
         "/kept handoff rosa-m @alex she prefers mornings; the ride form is sent", MOVE, aliases=("hand-off",)),
    Verb("accept", S.ITEM_TEXT, "/kept accept <number>|all", "take what is handed over to you, whole or one item of it",
         "/kept accept 45", MOVE),
    Verb("decline", S.ITEM_TEXT, "/kept decline <number>|all [why]", "leave it, or one item of it, with who offers it",
         "/kept decline 45 I am away next week", MOVE),
    Verb("out", S.OUT, "/kept out [from <day>] until <day>[, cover @someone]",
         "be away until that day begins; your reminders go to your cover once they accept, or wait for you. A lead may say it "
         "for someone: /kept out @ben until Friday", "/kept out until Wednesday, cover @alex", MOVE),
    Verb("cover", S.PERSON, "/kept cover @someone [no]", "answer who asks you to cover: you will, or with no, you cannot",
         "/kept cover @alex", MOVE),
    Verb("back", S.FREE, "/kept back", "you are here again: what fell due meanwhile, and what waits", "/kept back", MOVE),
    Verb("undo", S.ITEM, "/kept undo [number]", "take back your last change", "/kept undo", MOVE),
    Verb("list", S.FREE, "/kept list [concerns|barriers|promises|overdue|untold|<patient>|@someone]",
         "what is open in this care team", "/kept list overdue", SEE),
    Verb("find", S.FREE, "/kept find <words>", "what was said, by the words in it: all of them, in any order",
         "/kept find ride Tuesday", SEE),
    Verb("show", S.ITEM, "/kept show <number>", "one item with its history", "/kept show 42", SEE),
    Verb("last", S.FREE, "/kept last", "the card of what you entered last, for 24 hours", "/kept last", SEE),
    Verb("why", S.ITEM, "/kept why <number>", "when Kept speaks up next about it, to whom, and by which rule",
         "/kept why 42", SEE),
    Verb("digest", S.FREE, "/kept digest", "the team's digest as it stands now", "/kept digest", SEE),
    Verb("status", S.FREE, "/kept status", "this team's settings and whether messages arrive", "/kept status", SEE),
    Verb("audit", S.FREE, "/kept audit <patient>|@someone",
         "for leads: who looked at a patient and did what, or what a member looked at", "/kept audit rosa-m", TEAM),
    Verb("breakglass", S.PATIENT_TEXT, "/kept breakglass <patient> <why>",
         "for leads, in an emergency: see a patient of another care team for an hour; its leads are told at once",
         "/kept breakglass rosa-m ambulance is with her and asks what she takes", TEAM, aliases=("break-glass",)),
    Verb("patient", S.FREE, "/kept patient add|close <alias>", "add a patient, or close one",
         "/kept patient add rosa-m", TEAM),
    Verb("setup", S.FREE,
         "/kept setup [zone <zone>] [lead @someone] [digest <time>] [hours 9-17 fri 9-13] [days mon-fri] [holidays US-NY|none] "
         "[closed|open 2026-12-24] [dates mdy|dmy|ask] [detail minimal|full] [join confirm|open] [ladder <name> <times>] "
         "[cap person|channel <messages a day>] [cadence <how often>|none] [morning|afternoon|evening|night <time>]",
         "make this channel a care team, or change its settings; setup ladder shows when Kept speaks up",
         "/kept setup zone America/New_York lead @priya digest 8:30 hours 9-17 holidays US-NY", TEAM),
)

VERBS: dict[str, Verb] = {verb.name: verb for verb in TABLE}
NAMES: dict[str, str] = {name: verb.name for verb in TABLE for name in (verb.name, *verb.aliases)}
# Verbs of the product that are still to come: no patient may be called so, or their command would change meaning.
COMING = ("admitted", "ask", "audit", "decide", "discharged", "export", "goal", "import", "intro", "limit", "load",
          "measures", "outcome", "plain", "prefer", "recap", "refer", "resources", "review", "reword", "setback",
          "simulate", "step", "win")
RESERVED = frozenset(NAMES) | frozenset(COMING) | {"add", "close", "rename", "urgent", "low", "all"}
