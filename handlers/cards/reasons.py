"""Why Kept speaks up, in words: what a nudge says of its item, by which rule it came, and what moved or stopped it."""

from __future__ import annotations

from models.rungs import Rung

RULES = {
    "late-untold": "has a new time; does the patient know?",
    "ahead-day": "is due {due}",
    "ahead-hours": "is due {due}",
    "due": "is due now",
    "overdue-owner": "was due {due}",
    "overdue-channel": "was due {due} and still needs someone",
    "overdue-lead": "was due {due}; the owner may need a hand",
    "no-time": "has no time yet",
    "urgent-entry": "is urgent and was entered {since}",
    "barrier-owner": "has been quiet for {age}",
    "barrier-channel": "has had no progress for {age}; who can take the next step?",
    "barrier-lead": "has had no progress for {age}; the owner may need a hand",
    "concern-owner": "has waited for a first answer for {age}",
    "concern-channel": "has waited for a first answer for {age}; who can call?",
    "concern-lead": "has waited for a first answer for {age}; the owner may need a hand",
    "answered-owner": "was answered {since}; is it settled?",
    "answered-digest": "was answered {since}; is it settled?",
    "handoff-offered": "is offered to you",
    "handoff-receiver": "was offered to you {since} and waits for your answer",
    "handoff-giver": "was offered {since} and is not accepted yet; who else could take it?",
    "handoff-lead": "was offered {since} and is not accepted yet; they may need a hand",
    "untold-owner": "ended {since}; has the patient been told?",
    "untold-digest": "ended {since}; has the patient been told?",
    "undelivered": "needs someone: a message about it could not reach the one it was for",
}
# Why a message comes: {step} is the ladder's, in words.
REASONS = {
    "late-untold": "{step} after a promise got a new time, its owner is asked whether the patient knows",
    "ahead-day": "{step} before a promise is due, its owner hears while there is time to tell the patient",
    "ahead-hours": "{step} before a promise is due, its owner hears while there is time to tell the patient",
    "due": "a promise reaches its owner when it is due",
    "overdue-owner": "{step} after a promise was due, its owner hears again",
    "overdue-channel": "{step} after a promise was due, the channel hears",
    "overdue-lead": "{step} after a promise was due, the lead hears",
    "no-time": "a promise without a time comes back to its owner after {step}",
    "urgent-entry": "an urgent barrier reaches its owner and the leads at once, in working hours",
    "barrier-owner": "a barrier without progress comes back to its owner after {step}",
    "barrier-channel": "a barrier still without progress goes to the channel after {step}",
    "barrier-lead": "a barrier still without progress goes to the leads after {step}",
    "concern-owner": "a concern without a first contact comes back to its owner after {step}",
    "concern-channel": "a concern without a first contact goes to the channel after {step}",
    "concern-lead": "a concern without a first contact goes to the leads after {step}",
    "answered-owner": "a concern answered but not settled comes back to its owner after {step}",
    "answered-digest": "a concern answered but not settled goes to the leads' digest after {step}",
    "handoff-offered": "a hand-off reaches the one it is offered to at once",
    "handoff-receiver": "a hand-off without an answer comes back to the one it is offered to after {step}",
    "handoff-giver": "a hand-off not accepted comes back to its giver after {step}",
    "handoff-lead": "a hand-off not accepted goes to the leads after {step}",
    "untold-owner": "something that ended comes back to its owner after {step}, until the patient was told",
    "untold-digest": "something that ended, and the patient not told, goes to the leads' digest after {step}",
    "undelivered": "a message that could not be delivered reaches the leads another way",
    "cadence": "a member's message for the day names patients who are due to be spoken with",
    "day": "a member's message for the day names what is late, due or waiting",
}
MOVED_BY = {"night": "the hours the team is closed", "weekend": "days the team does not work", "holiday": "a holiday",
            "snooze": "being held"}
# When whom it is for is out by then: by who hears it instead (models/absence.py).
OUT_THEN = {"cover": "is out then, until {day}, and this is who covers.", "leads": "is out then, until {day}; it is private, so "
            "no cover hears it.", "later": "is out then, until {day}, and nobody covers: what is for them alone waits, and is "
            "said when they are back."}
OVER_TODAY = "has had all the messages that the team allows for today, so the leads' digest says it instead."
IN_THE_MORNING = ", in its owner's message for the day"
SUPPRESSED = {"changed": "it changed before it left", "superseded": "a newer one came before it left",
              "cap": "over the day's limit of messages"}
NOTHING_COMES = ("No more reminders come: they have all been sent. Until someone decides, it stands in every lead's digest.")
ALL_OVER = "Nothing is planned: it has ended, and the patient knows if they had to."
FEW = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def reason(rung: Rung) -> str:
    """Why a message of this rung comes, with the team's own time in words."""
    return REASONS[rung.rule].format(step=_step(rung))


def _step(rung: Rung) -> str:
    count, unit = (rung.days, "day") if rung.days else (int(rung.hours), "hour")
    if count == 1:
        return f"a working {unit}"
    return f"{few(count)} working {unit}s"


def few(count: int) -> str:
    return FEW[count] if count < len(FEW) else str(count)
