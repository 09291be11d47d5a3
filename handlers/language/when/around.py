"""The words around a due time: what tells whether the end of a sentence says when its task is due, or belongs to the task."""

from __future__ import annotations

import re

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

_NTH_WORDS = tuple(NTH)

# Said at the end without changing the time; the longest first.
POLITE = tuple(sorted((tuple(said.split()) for said in (
    "please", "pls", "plz", "thanks", "thank you", "thank u", "thx", "ty", "tysm", "cheers", "so much", "please and thank you",
    "if possible", "if you can", "ok", "okay", "k", "latest", "at latest", "at the latest", "at the very latest")),
    key=len, reverse=True))
POLITE_ENDS = frozenset(said[-1] for said in POLITE)

# Every word that a due phrase can begin with, besides a number: most words of a sentence are none, and cost nothing.
BEGINS = frozenset({
    *NUMBER, *WEEKDAY, *MONTH, *PARTS, *PLURAL, *MISSPELT, *ORDINAL, *NTH, *EOD, *EOW, "due", "no", "not", "by", "before",
    "until", "till", "til", "latest", "on", "at", "@", "within", "in", "around", "about", "every", "each", "the", "this",
    "coming", "upcoming", "next", "end", "close", "closing", "start", "beginning", "opening", "day", "today", "tonight",
    "tomorrow", "yesterday", "midnight", "half", "quarter", "between", "from", "early", "late", "later", "mid", "sometime",
    "daily", "weekly", "monthly", "fortnightly", "yearly", "annually", "quarterly", "nightly", "biweekly", "weekdays", "weekday",
    "once", "twice", "couple", "following", "noon", "same", "month", "year", "week", "weekend", "after", "approximately",
    "approx", "roughly", "some", "middle", "dinner"})
# A task that ends in one of these was cut in the middle of a thought, so the rest was no due time.
OPEN_ENDED = frozenset({
    "about", "for", "of", "to", "with", "from", "the", "a", "an", "than", "his", "their", "our", "my", "your", "since", "as",
    "if", "that", "called", "named", "re", "re:", "regarding", "like", "every", "via", "per", "both", "dr", "mr", "mrs", "ms",
    "these", "those", "its", "during", "besides", "versus", "vs"})
# Half of something that belongs to the time: with it, the time is another one, or two.
HALF = frozenset({
    "or", "and", "+", "~", "hourly", "semiweekly", "after", "not", "between", "except", "around", "maybe", "perhaps", "probably",
    "hopefully", "by", "before", "until", "till", "til", "at", "on", "in", "next", "this", "last", "within", "&", "past",
    "either", "over", "unless", "but", "excluding", "then", "given", "plus", "starting", "effective", "dated", "commencing"})
HALVES = frozenset({("some", "point"), ("and", "again"), ("last", "thing"), *(
    (each, unit) for each in ("a", "per", "each") for unit in ("day", "month", "year"))})
JOINS = frozenset({"and", "then", "&", "plus"})
# "Check in" is whole: there its second word begins no time.
PHRASAL = frozenset({
    "check", "drop", "stop", "sign", "log", "come", "stay", "turn", "hand", "fill", "go", "sit", "swing", "call", "move",
    "put", "pass", "get", "bring", "book", "fit", "phone", "write", "dial", "looks", "carry", "follow"})
PARTICLES = frozenset({"in", "on", "up", "off", "out", "over", "back", "at"})
# "Send it by fax Friday": how, and not until when.
MEANS = frozenset({"fax", "phone", "email", "e-mail", "mail", "text", "zoom", "video", "bus", "car", "cab", "taxi", "train",
                   "van", "foot", "hand", "check", "card", "courier", "post", "herself", "himself", "themselves", "uber", "lyft"})
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
WEAK = frozenset({"sat", "sun", "mon", "wed", "mar", "jan", "dec", "second"})
FEW_NTH = frozenset(_NTH_WORDS[:5])
# "She sat": a verb, after who does it.
VERBS = frozenset({("sat",), ("wed",)})
SUBJECTS = frozenset({"she", "he", "they", "who", "it", "nobody", "someone"})
# What begins with one of these is told, and no task: "fell Monday", "works till 5", "worried about court Friday".
STATES = frozenset({
    "fell", "seen", "saw", "last", "works", "sleeps", "lives", "takes", "gets", "got", "goes", "went", "came", "comes", "left",
    "leaves", "discharged", "admitted", "hospitalized", "missed", "moved", "moves", "moving", "turns", "turned", "hopes",
    "hoping", "planning", "plans", "worried", "afraid", "scared", "anxious", "says", "said", "born", "dob", "was", "were", "is",
    "has", "had", "having", "prefers", "due", "gave", "started", "starts", "ended", "ends",
    "lost", "sober", "waiting", "waitlisted", "tired", "sick", "sad", "upset", "angry", "pregnant", "homeless",
    "evicted", "scheduled"})
# Unless a deadline is said, the time may be theirs: "eviction in 10 days". Who called "wants news Friday" is called back then.
THEIRS = frozenset({"pain", "glucose", "sugar", "bp", "weight", "eviction", "birthday", "payday", "rent",
                    "lease", "coverage", "baby", "court", "surgery", "dialysis", "chemo", "appointment", "appt", "hearing"})
# A time after one of these may be the event's, and after a clause the clause's: "ask if she can come Friday".
EVENTS = frozenset({"appointment", "appt", "hearing", "surgery", "interview", "court", "procedure", "operation", "wedding",
                     "funeral", "scan", "mri"})
ON_EVENTS = frozenset({"cancel", "reschedule", "move", "change", "postpone", "confirm", "skip", "cover", "miss", "missed",
                        "attend", "rebook"})
BEFORE_DAY = frozenset({"by", "until", "till", "before", "on", "next", "this", "due"})
CLAUSE = frozenset({"if", "whether", "that", "when", "where", "why", "who", "because", "which", "what"})
# The time after one of these is the clause's own: "before the clinic closes at 4pm".
CLAUSE_VERBS = frozenset({"closes", "opens", "starts", "ends", "begins", "leaves", "arrives", "meets", "is", "was", "are",
                          "were", "closing", "opening", "closed", "open", "happened", "missed", "comes", "expires", "departs",
                          "lapses", "renews", "happens", "resumes", "falls", "stops", "that's", "it's", "she's", "he's", "who's",
                          "what's", "there's", "they're", "we're"})
WHILE = frozenset({"before", "after", "until", "till", "while", "once", "because", "since", "so", "as", "how"})
# What is due then of itself: "a baby due in 2 weeks", "the rent due Friday".
DUE_THEN = frozenset({"baby", "rent", "bill", "bills", "payment", "invoice", "fee", "fees", "premium", "balance", "deposit",
                      "fine", "copay", "loan", "taxes", "mortgage", "refill", "shot", "vaccine", "assignment", "homework",
                      "paperwork", "labs", "she"})
# "Tell her we'll come Friday", "ask her to come Friday": when she is told, or when it is.
TELLING = frozenset({"tell", "let", "remind", "inform", "ask", "invite", "text", "promise"})
SPEAKERS = frozenset({"i", "we", "she", "he", "they", "it"})
ATTENDING = frozenset({"come", "be", "arrive", "show", "attend", "visit"})
TITLES = frozenset({"dr", "mr", "mrs", "ms"})
# What may still follow a topic that is a time: "about Thursday by noon".
LATER = frozenset({"by", "before", "until", "till", "no", "not", "within", "due", "today", "tomorrow", "tonight", "every",
                   "each"})
TOPIC = frozenset({"about", "of", "re", "re:", "regarding", "since", "than", "like"})
MODIFIES = frozenset({
    "early", "earlier", "late", "later", "mid", "starting", "start", "beginning", "ending", "through", "thru", "during",
    "sometime", "any", "each", "every", "either", "alternate", "consecutive", "prev", "previous", "past", "nex", "only", "first",
    "all", "until", *NTH, "half", "most", "several", "some", "few", "both", "mid-", "throughout", "across", "one", "another"})
# Before a weekday these make a day of their own, which is not the next of its name.
FESTIVE = frozenset({
    "good", "black", "ash", "cyber", "easter", "palm", "bowl", "giving", "fat", "shrove", "holy", "maundy", "christmas",
    "thanksgiving", "whit", "pentecost", "carnival", "trinity", "ascension", "clean", "green", "white", "red", "pancake", "spy",
    "low", "super", "great", "bright", "business", "holiday", "advent", "passion", "mothering", "remembrance", "election",
    "casual", "festival", "emancipation", "plough", "lazarus", "labor", "labour", "memorial", "orthodox", "bloody", "blue",
    "meatless", "throwback", "taco", "dress-down", "wacky", "ruby", "zany", "silly", "sober", "wild", "funky", "freaky",
    "fabulous", "fantastic", "manic", "merry", "marvelous", "terrific", "thirsty", "thankful", "thoughtful", "mindful", "happy",
    "crazy", "lucky", "sassy", "spooky", "weird", "wonderful", "foodie", "flashback", "selfless", "motivation",
    "transformation"})
# What is joined may be a day of that name: "join Zany Wednesday".
JOINING = frozenset({"join", "attend", "celebrate", "observe", "host", "enjoy"})
AMONG = frozenset({"in", "to", "for", "on", "at", "into", "during", "with"})
FEASTS = frozenset({"christmas", "xmas", "thanksgiving", "easter", "halloween", "hanukkah", "ramadan", "eid", "diwali",
                    "passover", "juneteenth", "kwanzaa", "pentecost", "purim", "birthday", "anniversary", "payday", "holiday",
                    "holidays", "boxing", "veterans", "columbus", "independence", "mlk", "election", "earth"})
# None of these begins a time: "say good night", "bingo night Friday".
DAY_PARTS = frozenset({"morning", "afternoon", "evening", "night"})
NEGATIONS = frozenset({"not", "never", "cannot", "dont", "cant", "wont", "doesnt", "didnt", "isnt", "without", "avoid",
                       "neither", "nor", "only"})
# No day of July, and no date: "open 24/7", "pain 1/10", "vision 20/40", "O2 sat".
ALWAYS = frozenset({"24/7", "9/11"})
FRACTION = re.compile(r"\d{1,2}/\d{1,2}")
SCALES = frozenset({"is", "was", "of", "pain", "score", "scored", "level", "rated", "rates", "vision", "mood", "a", "an"})
SATURATED = frozenset({"o2", "oxygen", "spo2", "ox"})
# Before "if" they make it a question; without one it is a condition.
ASKING = frozenset({"ask", "asks", "see", "check", "find", "know", "wonder", "tell", "verify", "confirm", "sure", "learn",
                    "determine", "decide", "discuss", "explain", "figure", "say", "let", "remind", "test", "look", "clarify"})
PROVIDED = frozenset({("as", "long", "as"), ("in", "case", "she"), ("in", "case", "he"), ("in", "case", "they")})
WORKS_ON = frozenset({"check", "follow", "up", "in", "work", "works", "working", "keep", "focus", "catch", "move", "get", "based",
                      "report", "update", "sign", "ride", "pick", "try", "put", "take", "turn", "decide", "agree", "start",
                      "eye", "info", "advice", "help", "plan", "out", "back", "carry", "step", "log", "pass", "consult"})
MEDIA = frozenset({"zoom", "teams", "facetime", "whatsapp", "skype", "video", "slack", "phone", "foot", "site", "duty"})
DETERMINERS = frozenset({"the", "a", "an", "her", "his", "their", "my", "our", "your", "this", "that", "these", "those", "it",
                         "them", "him", "me", "us", "you"})
SAID_OF = SUBJECTS | DETERMINERS | THEIRS
POSSESSIVE = frozenset({"her", "him", "their", "his", "my", "our"})
# It is an hour of the day, unless it is the meal: "invite June to lunch Friday".
MEALS = frozenset({"lunch"})
# "Cut it by 5" is so much less, and no hour.
CHANGES = frozenset({"cut", "lower", "raise", "reduce", "increase", "grow", "decrease", "lose", "gain", "shorten"})
# Until when these last is not when the promise is due.
LASTING = frozenset({"hold", "wait", "extend", "give", "closed", "open", "away", "out", "postpone", "delay", "last", "lasts",
                     "leave", "push", "keep", "stay", "defer", "pause", "park", "save", "suspend", "off"})
# What has been is told of, not promised.
TOLD = frozenset({"about", "regarding", "re", "what", "why", "how", "who", "that", "which", "whether", "if", "from", "since",
                  "missed", "was", "were", "had", "did", "of", "happened", "discussed", "saw", "sent", "got"})
WEEKS = frozenset({"week", "weeks", "fortnight"})
ONE_DAY = frozenset({*WEEKDAY, "today", "tonight", "tomorrow"})
DAYS_ALONE = frozenset({*WEEKDAY, *MONTH, *PLURAL, "today", "tonight", "tomorrow", "on", "next", "this"})
GOING = frozenset({"take", "bring", "drive", "walk", "ride", "go", "accompany", "escort", "get", "come"})
LEADING = frozenset({"by", "before", "until", "till", "til", "no", "due", "within", "in", "on", "at"})
DEADLINE = frozenset({*UNTIL, "til", "no", "not", "due", "within", "in", *EOD, *EOW, "every", "each", "latest"})
# In a sentence about someone only these are a deadline: "she moves in 2 weeks", "he works every Friday".
LAST = DEADLINE - {"in", "due", "every", "each"}
TIMELY = frozenset({*WEEKDAY, *MONTHS, "today", "tomorrow", "tonight", "next", "end", *PARTS, *MISSPELT, "week", "month", "noon",
                     *UNIT, "weekend", "year"})
