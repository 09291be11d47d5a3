"""What forms say: their titles, and the sentences at a field that is not right yet."""

from __future__ import annotations

from collections.abc import Sequence

SAVE, SAVE_ANYWAY, NEXT, ADD, FIND, SHOW, OFFER = "Save", "Save anyway", "Next", "Add", "Find", "Show", "Offer"
CANCEL = "Cancel"
TITLES = {
    "concern": "Keep a concern", "barrier": "Keep a barrier", "commit": "Keep a promise",
    "late": "It will be late", "done": "A promise was kept", "broken": "It will not be kept", "withdraw": "No longer needed",
    "stop": "Stop repeating",
    "resolve": "Out of the way", "cannot": "We cannot remove it", "answer": "A first contact", "settle": "A concern is settled",
    "told": "The patient knows", "reopen": "It is not over", "snooze": "Hold its reminders", "assign": "Give it to someone",
    "show": "Show one", "why": "Why and when", "edit": "Put it right", "handoff": "Hand over",
    "accept": "Accept a hand-off", "decline": "Decline a hand-off", "contact": "Keep a contact", "called": "They called",
    "out": "Be out for a while", "cadence": "How often in touch",
}

SET_UP, SET_UP_NEW = "Set up this care team", "Make it a care team"
NEW_TEAM = ("This channel becomes a care team, and you its first lead. Everyone in it now is a member; whoever comes later waits "
            "for a lead. Kept is not the medical record and not an emergency service.")

OR_CORRECT = "Or correct the words below first; what you typed is all still there."
CHOOSE = "Please choose one of those offered here."
WHICH_PATIENT = "Choose the patient, or add a new one here."
THERE_NOW = "Someone has added that alias meanwhile. Choose it from the menu if it is the same person."
READINGS = "That could mean more than one time: {readings}. Write it out, or pick the day and time."
NOT_EXACT = "Kept never guesses a time: {reason}. Write it out, such as Friday 3pm, or pick the day and time."
NOT_WHOLE = "That could not be read as a time. Write it like Friday 3pm, in 2 days or Dec 3 noon, or pick it."
REPEATS = "That repeats, and only one time fits here. Give the first alone: {first}."
REPEATS_AND_PICKED = "The words say that it repeats, and the picker says {picker}. Please empty one of them."
TWO_TIMES = "The words say {words}, and the picker says {picker}. Please empty one of them."
ADD_PATIENT = "Add “{alias}” as a new patient"
OPEN_AGAIN = "Open “{alias}” again: closed now"

HOW_OFTEN = ("How often at least", "For example: every 2 weeks, monthly, 10 days, none, or usual")
CONCERN_WORDS = ("In their own words", "As they said it. For example: worried she'll lose her job over all these appointments")
BARRIER_WORDS = ("What stands in the way", "For example: no ride since her car broke, missed two visits")
PROMISE_WORDS = ("What was promised", "For example: call the ride service about a pick-up")
PROMISE_WHEN = ("By when", "For example: Friday 3pm, tomorrow noon, every Monday at 9. A promise with a time can be kept, or "
                           "the patient told before it is late.")
NEW_TIME = ("When will it be?", "For example: Monday noon, in 2 days. Tell the patient too: before it is late is best.")
HAPPENED = ("When was it kept?", "Empty, just now. In your own time zone.")
HOLD = ("Until when", "For example: Tuesday, in 2 days. Five working days at the most.")
WHY_LATE = ("Why, in a few words", "Kept in its history, and never sent anywhere.")
BEFORE_LATE = ("Words that may help: “I promised you this, and I can see now that I will need longer. I am sorry. "
               "Here is what happens next, and when.”")
MINUTES = ("How long, in minutes", "For example: 12, or 1h 20m.")
NOT_MINUTES = "Write how long it took in minutes, such as 12, or like 1h 20m."
SPOKEN_OF = ("What it was about", "Their open items, if it was about any. A patient who was reached is a first contact for a "
                                  "concern, and begins reminders afresh.")
CONTACT_NOTE = ("A note", "Only what helps later. For example: she is relieved, and asks about the van")
WANTED = ("What they wanted", "For example: news about the ride. It stands in the promise to call back.")
CALL_BACK_WHEN = ("By when to call back", "For example: Friday 3pm, tomorrow noon. Empty, it is due in one working day.")
WHO_IS_OUT = ("Who is out", "Someone of this care team. Empty, it is you.")
BACK_WHEN = ("Back on which day", "For example: Wednesday, Dec 2. You are back when that day begins.")
STARTS = ("From which day", "Empty, it is from now on. For example: Monday, Dec 1.")
COVER = ("Who covers", "Asked at once. Reminders go to them once they accept, except of what is private; until then, or without "
                       "one, they wait.")
WHO_CALLS = ("Who calls back", "Someone of this care team. Empty, it is yours.")
HAND_TO = ("To whom", "Someone of this care team. Everything stays yours until they accept.")
TRIED = ("What was tried", "So that they need not begin anew. For example: she prefers mornings; the ride form is sent")
SOME_OF = ("Only some of it", "Of this patient. Empty, they are offered all that you have open of the patient, and the patient.")
TO_WHOM = ("Who takes it", "Someone of this care team. They see its words and its history.")
NOTES = {
    "done": ("How it went", "Only what helps later. For example: she was glad of the first van"),
    "broken": ("What happened, and what is next", "Without blame. For example: the clinic closed early; asking again tomorrow"),
    "withdraw": ("Why it is not needed any more", "With the patient's agreement. For example: her sister drives her now"),
    "resolve": ("How it was resolved", "For example: ride booked for every Tuesday"),
    "cannot": ("Why we cannot, and what was offered instead", "For example: no funds this year; offered the food bank"),
    "answer": ("What was talked about", "For example: called her, she wants to speak with her manager herself"),
    "settle": ("How it was settled", "For example: she spoke with her manager"),
    "told": ("How they took it", "For example: disappointed, and glad to know"),
    "assign": ("What they should know", "For example: he knows her well"),
    "decline": ("Why", "They read it in its history. For example: I am away next week"),
}

EDIT, MORE = "Put #{number} right", "More for #{number}"
RIGHT_WORDS = ("The words", "The earlier ones stay in its history.")
CHANGED = "#{number} changed while this form was open."
SAVES_ANYWAY = "What you entered is below, unchanged. “Save anyway” saves it on top of that."
ENDED = "It has ended meanwhile: {state}. What you entered is below; /kept reopen {number} first, if it is not over."
ACTS = {
    "created": "entered it", "edited": "changed the words", "categorised": "changed what it is about",
    "urgency": "changed how urgent it is", "delayed": "gave it a new time", "timed": "gave it a time",
    "assigned": "gave it to someone", "taken over": "accepted it",
    "snoozed": "held its reminders", "told": "told the patient", "undone": "took a change back",
    "repeats": "made it repeat", "stopped repeating": "stopped it repeating",
    "progressed": "is working on it", "promised": "promised to help with it",
    "danger present": "answered that someone is in danger",
    "danger absent": "answered that nobody is in danger", "reopened": "opened it again",
    **{act: f"marked it as {act}" for act in ("answered", "settled", "resolved", "kept", "broken", "withdrawn")},
    "cannot": "recorded that we cannot remove it",
}
FORMS_TOO = "Typed with nothing after it, a word opens its form. These do the same:"
ADD_TITLE = "Add a patient"
ALIAS = ("Alias", "Letters, digits and hyphens, not their full name: rosa-m. Empty, Kept makes one such as p-0142.")
CUT_MESSAGE = "The message is longer than one entry can be ({limit:,} characters). It is cut at the end here: please check it."
FIND_TITLE = "Find"
SOUGHT_WORDS = ("Words to look for", "All of them must stand in it; capitals and accents do not matter. A patient's alias "
                                     "counts too.")
NOTHING_SOUGHT = "Say at least one word to look for."
SOUGHT = "Looked for: {words}"
IN_HISTORY = "in its history"
SHOW_ONE = "Show #{number}"
MORE_FOUND = "And {count:,} more. Another word narrows it."
LOOKED = "There are more than {count:,}: only the newest {count:,} were looked through."


def found(count: int) -> str:
    return {0: "Nothing found", 1: "One found"}.get(count, f"{count:,} found, the newest first")


def either(names: Sequence[str]) -> str:
    return " or ".join(names)
