"""What forms say: their titles, and the sentences at a field that is not right yet."""

from __future__ import annotations

from collections.abc import Sequence

SAVE, SAVE_ANYWAY, NEXT, ADD, FIND = "Save", "Save anyway", "Next", "Add", "Find"
CANCEL = "Cancel"
TITLES = {
    "concern": "Keep a concern", "barrier": "Keep a barrier", "commit": "Keep a promise",
}

CHOOSE = "Please choose one of those offered here."
WHICH_PATIENT = "Choose the patient, or add a new one here."
THERE_NOW = "Someone has added that alias meanwhile. Choose it from the menu if it is the same person."
READINGS = "That could mean more than one time: {readings}. Write it out, or pick the day and time."
NOT_EXACT = "Kept never guesses a time: {reason}. Write it out, such as Friday 3pm, or pick the day and time."
NOT_WHOLE = "That could not be read as a time. Write it like Friday 3pm, in 2 days or Dec 3 noon, or pick it."
REPEATS = "Promises that repeat are not kept as a series yet. Give the first time alone: {first}."
TWO_TIMES = "The words say {words}, and the picker says {picker}. Please empty one of them."
ADD_PATIENT = "Add “{alias}” as a new patient"
OPEN_AGAIN = "Open “{alias}” again: closed now"

CONCERN_WORDS = ("In their own words", "As they said it. For example: worried she'll lose her job over all these appointments")
BARRIER_WORDS = ("What stands in the way", "For example: no ride since her car broke, missed two visits")
PROMISE_WORDS = ("What was promised", "For example: call the ride service about a pick-up")
PROMISE_WHEN = ("By when", "For example: Friday 3pm, tomorrow noon, in 2 days, Dec 3. A promise with a time can be kept, or the "
                           "patient told before it is late.")


def either(names: Sequence[str]) -> str:
    return " or ".join(names)
