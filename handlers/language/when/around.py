"""The words around a due time: what tells whether the end of a sentence says when its task is due, or belongs to the task."""

from __future__ import annotations

from handlers.language.when.names import (
    EOD,
    EOW,
    MISSPELT,
    MONTH,
    MONTHS,
    NTH,
    NUMBER,
    ORDINAL,
    PARTS,
    PLURAL,
    UNIT,
    WEEKDAY,
)

# Said at the end without changing the time; the longest first.
POLITE = tuple(sorted((tuple(said.split()) for said in (
    "please", "pls", "plz", "thanks", "thank you", "thank u", "thx", "ty", "tysm", "cheers", "so much", "please and thank you",
    "if possible", "if you can", "ok", "okay", "k", "latest", "at latest", "at the latest", "at the very latest")),
    key=len, reverse=True))
POLITE_ENDS = frozenset(said[-1] for said in POLITE)

# Every word that a due phrase can begin with, besides a number: most words of a sentence are none, and cost nothing.
BEGINS = frozenset({
    *NUMBER, *WEEKDAY, *MONTH, *PARTS, *PLURAL, *MISSPELT, *ORDINAL, *NTH, *EOD, *EOW, "due", "no", "not", "by", "before",
    "until", "till", "til", "on", "at", "@", "within", "in", "around", "about", "every", "each", "the", "this", "coming",
    "upcoming", "next", "end", "close", "closing", "start", "beginning", "opening", "day", "today", "tonight", "tomorrow",
    "yesterday", "midnight", "half", "quarter", "between", "from", "early", "late", "later", "mid", "sometime", "daily", "weekly",
    "monthly", "fortnightly", "yearly", "annually", "quarterly", "nightly", "biweekly", "weekdays", "weekday", "once", "twice",
    "couple", "following", "noon", "same", "month", "year", "week", "weekend", "after", "approximately", "approx", "roughly",
    "some", "middle", "dinner"})
# A task that ends in one of these was cut in the middle of a thought, so the rest was no due time.
OPEN_ENDED = frozenset({
    "about", "for", "of", "to", "with", "from", "the", "a", "an", "than", "his", "their", "our", "my", "your", "since", "as",
    "if", "that", "called", "named", "re", "re:", "regarding", "like", "every", "via", "per", "both", "dr", "mr", "mrs", "ms",
    "these", "those", "its", "during", "besides", "versus", "vs"})
# Half of something that belongs to the time: with it, the time is another one, or two.
HALF = frozenset({
    "or", "and", "after", "not", "between", "except", "around", "maybe", "perhaps", "probably", "by", "before", "until",
    "till", "til", "at", "on", "in", "next", "this", "last", "within", "&", "past", "either"})
# "Check in" is whole: there its second word begins no time.
PHRASAL = frozenset({
    "check", "drop", "stop", "sign", "log", "come", "stay", "turn", "hand", "fill", "go", "sit", "swing", "call", "move",
    "put", "pass", "get", "bring", "book", "fit", "phone", "write", "dial", "looks", "carry", "follow"})
BY_VERBS = frozenset({"drop", "stop", "swing", "come", "go", "pass", "stand", "get"})
UNTIL = frozenset({"by", "until", "till", "before"})
VAGUE = frozenset({"asap", "soon", "later", "sometime", "eventually", "shortly", "often", "immediately", "promptly", "whenever"})
# After these a number counts or names something.
COUNTED = frozenset({
    "for", "chapter", "room", "rm", "unit", "apt", "apartment", "suite", "floor", "bed", "step", "page", "pages", "level",
    "type", "grade", "ext", "extension", "line", "box", "number", "no", "question", "stage", "phase", "size", "route", "bus",
    "ward", "age", "aged", "code", "version", "dose", "zone", "gate", "section", "part", "of", "x", "times", "to", "than",
    "about", "and", "or", "team", "form", "item", "items", "day", "week", "lot", "door", "building", "district", "tier",
    "visit", "cycle", "session", "module", "table"})
# Names too: after one of these verbs, "call June 5" could be June at five.
OF_PEOPLE = frozenset({"call", "text", "ask", "tell", "see", "visit", "meet", "remind", "phone", "email", "help", "with", "and",
                        "thank", "message", "ring", "update", "for"})
NAMES = frozenset({"april", "may", "june", "august"})
WEAK = frozenset({"sat", "sun", "mon", "wed", "mar", "jan", "dec", "fri", "second", "thu", "tue"})
# A time after one of these may be the event's, and after a clause the clause's: "ask if she can come Friday".
EVENTS = frozenset({"appointment", "appt", "hearing", "surgery", "interview", "court", "procedure", "operation", "wedding",
                     "funeral", "scan", "mri"})
ON_EVENTS = frozenset({"cancel", "reschedule", "move", "change", "postpone", "confirm", "skip", "cover", "miss", "missed",
                        "attend", "rebook"})
BEFORE_DAY = frozenset({"by", "until", "till", "before", "on", "next", "this", "due"})
CLAUSE = frozenset({"if", "whether", "that", "when", "where", "why", "who", "because", "which", "what"})
# The time after one of these is the clause's own: "before the clinic closes at 4pm".
CLAUSE_VERBS = frozenset({"closes", "opens", "starts", "ends", "begins", "leaves", "arrives", "meets", "is", "was", "are",
                          "were", "closing", "opening", "closed", "open", "happened", "missed"})
TOPIC = frozenset({"about", "of", "re", "re:", "regarding", "since", "than", "like"})
MODIFIES = frozenset({
    "early", "earlier", "late", "later", "mid", "starting", "start", "beginning", "ending", "through", "thru", "over", "during",
    "sometime", "any", "each", "every", "either", "alternate", "consecutive", "prev", "previous", "past", "nex", "only", "first",
    "black", "good", "ash", "cyber", "easter", "palm", "bowl", "giving", "fat", "shrove", "holy", "maundy", "christmas",
    "thanksgiving", "all", "until", *NTH, "half", "most", "several", "some", "few", "both", "mid-", "throughout", "across"})
# It is an hour of the day, unless it is the meal: "invite June to lunch Friday".
MEALS = frozenset({"lunch"})
# "Cut it by 5" is so much less, and no hour.
CHANGES = frozenset({"cut", "lower", "raise", "reduce", "increase", "grow", "decrease", "lose", "gain", "shorten", "up"})
# Until when these last is not when the promise is due.
LASTING = frozenset({"hold", "wait", "extend", "give", "closed", "open", "away", "out", "postpone", "delay", "last", "lasts"})
# What has been is told of, not promised.
TOLD = frozenset({"about", "regarding", "re", "what", "why", "how", "who", "that", "which", "whether", "if", "from", "since",
                  "missed", "was", "were", "had", "did", "of", "happened", "discussed", "saw", "sent", "got"})
WEEKS = frozenset({"week", "weeks", "fortnight"})
DAYS_ALONE = frozenset({*WEEKDAY, *MONTH, *PLURAL, "today", "tomorrow", "on", "next", "this"})
GOING = frozenset({"take", "bring", "drive", "walk", "ride", "go", "accompany", "escort", "get", "come"})
DEADLINE = frozenset({*UNTIL, "til", "no", "not", "due", "within", "in", *EOD, *EOW, "every", "each"})
TIMELY = frozenset({*WEEKDAY, *MONTHS, "today", "tomorrow", "tonight", "next", "end", *PARTS, *MISSPELT, "week", "month", "noon",
                     *UNIT, "weekend", "year"})
