"""What Kept says. Whole sentences, in one place; no blame, what to do next first."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from models.item import Item, Kind, State

NAME = {Kind.CONCERN: "concern", Kind.BARRIER: "barrier", Kind.COMMITMENT: "promise", Kind.HANDOFF: "hand-off"}

TRY_AGAIN = "Kept could not check with Slack who is in this channel just now, so nothing was saved. Please try again in a minute."
NOT_YOURS = "This is open only to members of the care team's channel. If you work with this team, ask a lead to add you."
STANDING = {
    "bot": "Kept answers people only.",
    "deleted": "This account is deactivated, so Kept cannot open anything for it.",
    "guest": "Kept is not open to guest accounts in this workspace. Ask a team lead to enter it for you.",
    "stranger": NOT_YOURS,
}
WAITING = "You are new to this care team here. A lead has been asked to confirm you; once they do, please send it again."
WHICH_TEAM = "You are in more than one care team. Which is it for?"
IN_THE_CHANNEL = "Please do it again in the channel of the team it is for."
INVITE = "Kept cannot see this channel. Type /invite @Kept in it first, then send this again."
NOT_INSTALLED = "Kept is not installed in this workspace."
FORM_NOT_OPENED = ("The form could not be opened just now, and nothing was saved. Please try again, or type the whole line: "
                   "/kept help shows how.")
LEADS_ONLY = "Only a lead of this care team can change that."
LEADS_LOOK = "Only a lead of this care team can see who looked at what."
AGAIN_NUMBER = "Already saved: {answer}. Nothing was entered twice."
AGAIN = "That was already done. Nothing was entered twice."
BUSY = "Kept is very busy just now, so nothing was saved. Please send it again in a moment."
BROKE = ("Something went wrong on our side and nothing was saved. Please try again; if it stays, tell whoever runs Kept "
         "this number: {error_id}.")
UNDO = "Undone. Number #{number} stays taken, so nobody confuses it with another."
UNDO_AWAY = "Undone. #{number} is with its owner and the leads again."
DANGER_STANDS = ("A lead, or whoever it is with, answered that someone is in danger. Only a lead can say that it is over; please "
                 "tell them what you know.")
UNDO_BACK = "Undone. #{number} is {state} again."
NO_VERB = "That is not one of the words Kept knows, nor a patient of this team.{near} Nothing was saved."
NEAR_VERB = " Did you mean {name}?"
OLD_BUTTON = "This button no longer does anything. /kept show with the number brings a fresh card."

WHICH_PATIENT = "Say which patient first, by the alias your team uses."
CLOSED_PATIENT = "That patient is closed. Add them again if they are back; everything kept before is still there."
SEVERAL_PATIENTS = "More than one patient goes by that. Please type the whole alias."
UNKNOWN_PATIENT = "The first word must be a patient of this care team, and that one is not known here. Nothing was saved."
RESERVED_ALIAS = "That word is one of Kept's own commands, so it cannot be a patient's alias. Try adding a letter: rosa-m."
TAKEN_ALIAS = "That alias is taken in this care team."
PATIENT_USAGE = "Say whether to add or close, and the alias."
NO_SUCH_ALIAS = "There is no patient of exactly that alias here."
STILL_OPEN = "{alias} still has {count} open or untold. Please end those first; then nobody is forgotten."
CLOSE_BY_LEAD = "Only a lead can close {alias}."
CLOSED_NOW = "{alias} is closed. /kept patient add {alias} opens them again."
PATIENT_ADDED = "{alias} is a patient of this care team now."
FULL_NAME = ("That may be a full name. An alias keeps the patient safer: a first name and a letter, or p-0142. "
             "/kept patient close it and add another if so.")
NO_TEXT = "The words are missing, and they are what matters. Nothing was saved."

OTHER_PATIENT = "#{number} is about another patient, so a promise cannot be for it. Nothing was saved."
NO_TASK = "Say what was promised, and by when. Nothing was saved."
REFUSED_TIME = "The time cannot be: {reason}. Nothing was saved; please give a time that is still ahead."
TOO_LONG = ("That is longer than Kept can keep in one entry: the limit is {limit:,} characters. Nothing was saved. "
            "Please say it shorter, or in two entries.")
MEANWHILE = ("That alias is a patient of this care team already, so nothing was added and nothing else was saved. If what you "
             "typed is not there yet, please send it again.")
ONE_ABOUT = "A promise can be for one item only. Name one after “for”. Nothing was saved."
ENDED_BEFORE = "it ends before it begins"
TOO_FAR = "it is more than ten years ahead"
DAY_OFF_PAST = "A day the team closes, or opens, lies ahead, within ten years. Check the year; nothing was changed."
NOT_A_DAY_OFF = ("One of those days is no closed day and no holiday of the team. Which weekdays it works is set by days, as in "
                 "/kept setup days mon-sat.")
MANY_DAYS_OFF = "Kept holds at most {limit} closed days ahead. Leave out weekends, holidays and what is far off."
WHO_HOLDS = ("The team is closed before its next reminder, {when}. Who holds it till then? /kept assign {number} with @ and "
             "their name, or the buttons below.")
MORE_PAST = "And {count} earlier changes, which are all kept."
MORE_SAID = "And {count} earlier messages."
OWNER_GONE = "Its owner is not in the team's channel any more: someone has to take it."
WITHHELD = "#{number} is with its owner and the leads now."
MOVED = "It has moved on since this was sent. The newest card carries the buttons."
SHORTENED = "… (shortened here; all of it is kept)"
SET_UP = "This channel is a care team now."
SET_ANEW = "The care team's settings are changed."
CAPPED = {"person": "At most {count} messages a day to a person.", "channel": "At most {count} messages a day to the channel."}
PARTS = "In a due time, {parts}."
OVER_CAP = " was over the day's limit of messages"
LADDERS = "When Kept speaks up, in working hours (h) and days (d)"
CHANGE_LADDER = ("A lead changes one with its name and its times, such as /kept setup ladder barrier normal 2d 4d 7d; the word "
                 "usual in place of the times brings the usual ones back.")
SETTINGS = "How this care team is set up"
ASK_TIME = "Kept as #{number}. By when, exactly? Kept never guesses: {reason}."
ASK_NO_TIME = "Kept as #{number}. By when? A promise with a time can be kept, or the patient told before it is late."
TIMED = "#{number} has its time."
LATE_TOLD = "#{number} has a new time, and the patient knows."
LATE_UNTOLD = "#{number} has a new time. Please tell the patient, then press “Patient has been told”."
WHEN_NOW = "When will it be? Tell the patient too: before it is late is best."
NEED_TIME = "Say the new time, such as Monday noon or in 2 days."
NOT_READ = "That time could not be read as a whole. Nothing was changed."
NOT_A = "#{number} is a {noun}, so that word does not fit it."
ANY_HOW = "Say how we know: end with confirmed when the patient says so, or assumed when we think so."
SNOOZED = "#{number} is held until {until}; overdue ones stay in the digest."
SNOOZE_LIMIT = "Five working days is the longest something may be held. Nothing was changed."
ASSIGNED = "#{number} is with its new owner."
EDITED = "#{number} has its new words; the earlier ones stay in its history."
SAME = "#{number} says that already, so nothing was changed."
NEED_WORDS = "Say the new words after the number."
NEED_OWNER = "Say who takes it, with @ and their name."
DANGER_YES = ("Thank you for answering. It stays private to its owner and the leads. "
              "Please follow your team's emergency steps now.")
DANGER_NO_PRIVATE = ("Thank you for answering. It still stays with its owner and the leads, because of what it is about; "
                     "another category opens it to the team.")
DANGER_NO = "Thank you for answering. The team can see it now."
NOTHING_LAST = "You have entered nothing here in the last 24 hours. /kept mine shows what waits for you."
SETUP_USAGE = "Say at least one setting, or type /kept setup alone for the form."
SETUP_DONE = "the care team is set up"
NEED_LEAD = "A care team needs at least one lead."
UNDELIVERED = "Messages that could not be delivered in the last seven days: {count}. The leads' digest lists them."
LOCKED_OUT = ("Slack takes nothing from Kept just now, so what it has to say waits, for a day at the most. Whoever installed "
              "Kept can put that right: kept doctor says why.")
ALL_ARRIVE = "Every message of the last seven days has arrived."
NOT_ARRIVED = "could not reach "
NOT_ARRIVED_WHY = {
    "is_archived": "the channel is archived", "channel_not_found": "Kept is not in the channel any more",
    "not_in_channel": "Kept is not in the channel any more", "account_inactive": "Kept's access to Slack was taken away",
    "user_not_found": "the person is not in this workspace any more", "user_disabled": "the account is deactivated",
    "token_revoked": "Kept's access to Slack was taken away", "invalid_auth": "Kept's access to Slack was taken away",
    "not_here": "they are not in the care team's channel any more",
    "not_known": "Slack does not say who is in the care team's channel",
    "restricted_action": "the channel does not let Kept post",
    "restricted_action_read_only_channel": "the channel does not let Kept post",
    "messages_tab_disabled": "messages to people are turned off in Kept's settings at Slack",
    "cannot_dm_bot": "it is a bot", "missing_scope": "Kept was not granted that at Slack",
    "msg_too_long": "it was too long for Slack",
}
ROOM_TOLD = {
    "public": "is public now, so others than the care team can read it. Kept says nothing there until it is private again.",
    "shared": "is shared with people outside this workspace now. Kept says nothing there until it is not.",
}
UNSEEN = ("Until it does, Kept sends no digest, no reminder and no Home about this team's patients; nothing is lost, and all of "
          "it goes on afterwards. To put it right: unarchive the channel, or type /invite @Kept in it.")
NOT_ARRIVED_ELSE = "Slack did not take it"
NARROW_LIST = "Narrow it: /kept list barriers, overdue, untold, or a patient."
NARROW_PATIENT = "Narrow it: /kept find {alias} and a word that stands in it."
MORE_WINS = "And {count:,} more. /kept find with a patient's alias shows what has ended."
SILENT = "Kept was not looking between {begun} and {ended}. What fell due then came late, and several as one."
HELD_BACK = "Not said again"
UNDECIDED = "All their reminders were sent. These wait for someone to decide"
MORE_UNDECIDED = "And {count:,} more. /kept list shows them."
MORE_MISSED = "And {count:,} more. /kept why with an item's number says what became of its messages."
OTHERS = "The others: /kept list, /kept list overdue, /kept list untold."
NOT_HERE = "That person is not in the care team's channel any more."
CONFIRMED_BEFORE = "They are confirmed already."
CONFIRMED = "Confirmed. They can use Kept in this care team now."
GONE = "That is not here any more, or you may not see it."
NO_ITEM = "There is no #{number} here that you may see. /kept list shows what there is."
NOTHING_YET = "You have not entered anything here yet. /kept help shows how to begin."
WHICH_ITEM = "Say which one, by its number."
UNKNOWN_OWNER = ("That owner is not one confirmed member of this care team. Mention them with @ and their full name as Slack "
                 "offers it; a newcomer needs a lead's Confirm first.")
SEVERAL = "These {count} need you"
YOUR_DAY = "Your day. {day}"
DAY_PARTS = {"team": "The team needs you for", "late": "Late, so the patient should hear", "today": "Due today",
             "ahead": "Coming up, with time to tell them if it will be late", "waiting": "Waiting for you",
             "contact": "Not spoken with for a while"}
MORE_DAY = "There may be more than one message can hold: /kept mine shows all that is yours."
GOOD_MORNING = "Good morning. {day}"
# Why something is among the three that need a lead, the strongest reason first.
NEEDS = ("someone may be in danger", "nobody here owns it", "overdue", "ended, and the patient was not told",
         "all its reminders were sent and nobody has decided", "urgent", "no first contact yet")
# The digest's counts: one of them, and several.
COUNTS = {
    "due": ("due today", "due today"), "overdue": ("overdue", "overdue"), "barriers": ("open barrier", "open barriers"),
    "urgent": ("of them urgent", "of them urgent"), "untold": ("not told yet", "not told yet"),
    "raised": ("concern without a first contact", "concerns without a first contact"),
    "handoffs": ("waiting hand-off", "waiting hand-offs"),
    "handed_up": ("waiting for a decision", "waiting for a decision"),
    "cadence": ("patient past their contact cadence", "patients past their contact cadence"),
    "danger": ("about danger", "about danger"), "nobody": ("without an owner here", "without an owner here"),
}
DONE = {
    "kept": "#{number} is kept. Thank you.",
    "told": "#{number}: the patient knows.",
    "withdrawn": "#{number} is withdrawn, with the patient's agreement.",
    "broken_told": "#{number} is marked as not kept, and the patient knows. What happens next for them?",
    "cannot_told": "#{number}: the limit is recorded, and the patient knows.",
    "broken": "#{number} is marked as not kept. Please tell the patient, with what happens next.",
    "answered": "#{number} had its first contact.",
    "settled": "#{number} is settled.",
    "resolved": "#{number} is out of the way.",
    "cannot": "#{number}: the limit is recorded. It closes when the patient was told.",
    "progressed": "#{number} is being worked on; its reminders start afresh.",
    "reopened": "#{number} is open again.",
    "category": "#{number} has its category.",
}

OPENERS = {
    "transport": "What would make getting there easier for you?",
    "work": "What would your work need to know, or not know?",
    "money": "Which of the costs weighs most right now?",
    "care_cost": "Which of the costs weighs most right now?",
    "medication": "What have you noticed since you started taking it?",
    "stress": "What has helped, even a little, on a hard day?",
    "family_care": "Who is there when you cannot be?",
    "isolation": "Who do you like to hear from?",
}
OPENER = "What matters most to you about this?"
HEARD = "That is a lot to carry, and it was said out loud."
EMERGENCY = ("If anyone may be in danger now, follow your team's emergency steps first: call 911, or call or text 988 "
             "in a crisis. Kept is not an emergency service and tells nobody outside this team.")
DANGER_ASK = "Is anyone in danger? Until someone answers, only the owner and the leads see this."

# The only words a minimal nudge may say about what was promised (SPEC 4).
ACTS = {
    "call": "a call", "phone": "a call", "ring": "a call", "visit": "a visit", "book": "a booking",
    "schedule": "a booking", "arrange": "a booking", "send": "something to send", "mail": "something to send",
    "find": "something to find", "ask": "a question to ask", "check": "a check",
}

REPAIR = ("Words that may help: “I said this would be done by now, and it is not yet. I am sorry; this is why.\n"
          "Here is what happens next, and when. Does that work for you?”")
TIME_STILL = "If it will be late, there is time still to tell the patient before."


def said_when(at: datetime, zone: ZoneInfo, grain: str | None = "minute") -> str:
    """The full date in words, with weekday and zone, for text that cannot carry a date token."""
    local = at.astimezone(zone)
    clock = local.strftime("%I:%M %p").lstrip("0")
    return f"{local:%A}, {local:%B} {local.day}, {local.year} at {clock} {local.tzname()}"


def said_day(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The day in words, with its weekday; the year when it is another."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f", {local.year}"
    return f"{local:%A}, {local:%B} {local.day}{year}"


def long_when(at: datetime, zone: ZoneInfo, now: datetime, *, zoned: bool = False) -> str:
    """The full date and time, for a button."""
    local = at.astimezone(zone)
    clock = local.strftime("%I:%M %p").lstrip("0")
    return f"{said_day(at, zone, now)}, {clock}" + (f" {local.tzname()}" if zoned else "")


def apart(at: datetime, zone: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether two clocks differ then."""
    return at.astimezone(zone).utcoffset() != at.astimezone(other).utcoffset()


def short_when(at: datetime, zone: ZoneInfo, now: datetime, *, zoned: bool = False) -> str:
    local = at.astimezone(zone)
    clock = local.strftime("%I:%M %p").lstrip("0")
    year = "" if local.year == now.astimezone(zone).year else f", {local.year}"
    return f"{local:%a} {local:%b} {local.day}{year}, {clock}" + (f" {local.tzname()}" if zoned else "")


def name(item: Item) -> str:
    return NAME[item.kind]


def state(item: Item, now: datetime) -> str:
    """The state in a person's words; overdue and renegotiated are worked out, not stored."""
    if item.overdue(now):
        return "overdue"
    if item.state is State.RESOLVED:
        return "resolved, the patient confirms" if item.confirmed_by == "patient" else "resolved, we assume"
    ended = item.state.value
    return f"{ended}, patient not told yet" if item.untold and not item.living else ended


def counted(count: int, name: str) -> str:
    return f"{count} {COUNTS[name][count != 1]}"


def act(text: str) -> str:
    """One word from the closed list for a promise; never the typed text."""
    for word in text.casefold().split():
        if word.strip(".,;:!?") in ACTS:
            return ACTS[word.strip(".,;:!?")]
    return "a promise"


def ago(at: datetime, now: datetime) -> str:
    """Age in whole words, for lists and nudges."""
    minutes = max(0, int((now - at).total_seconds() // 60))
    if minutes < 60:
        return "just now" if minutes < 2 else f"{minutes} minutes"
    hours = minutes // 60
    if hours < 48:
        return f"{hours} hour{'s' if hours != 1 else ''}"
    return f"{hours // 24} days"
