"""The words of the calendar: days, months, numbers and units, as they are written and as they are miswritten."""

from __future__ import annotations

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")
WEEKDAY = {**{day: n for n, day in enumerate(DAYS)}, "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3,
           "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}
PLURAL = {f"{day}s": n for n, day in enumerate(DAYS)}
MONTH = {**{month: n for n, month in enumerate(MONTHS, 1)}, **{month[:3]: n for n, month in enumerate(MONTHS, 1)}, "sept": 9}

# Read as what they are taken for, and asked about: a slip of the keyboard is no promise.
MISSPELT = {
    "munday": "monday", "mondey": "monday", "modnay": "monday", "tusday": "tuesday", "tuseday": "tuesday",
    "teusday": "tuesday", "tuesdy": "tuesday", "wendsday": "wednesday", "wensday": "wednesday", "wednsday": "wednesday",
    "wedensday": "wednesday", "wednseday": "wednesday", "thrusday": "thursday", "thurday": "thursday",
    "thusday": "thursday", "thursdy": "thursday", "firday": "friday", "fridy": "friday", "frday": "friday",
    "saterday": "saturday", "satuday": "saturday", "saturdy": "saturday", "sunady": "sunday", "sundy": "sunday",
    "janurary": "january", "januray": "january", "febuary": "february", "feburary": "february", "febraury": "february",
    "marhc": "march", "apirl": "april", "aprl": "april", "agust": "august", "augest": "august", "septmber": "september",
    "setpember": "september", "septembr": "september", "ocotber": "october", "octobr": "october", "novmber": "november",
    "novemeber": "november", "decmber": "december", "decemeber": "december", "decembr": "december",
}
# These can be nothing else.
CERTAIN = {"tmrw": "tomorrow", "tmw": "tomorrow", "tmr": "tomorrow", "tomorow": "tomorrow", "tommorow": "tomorrow",
           "tommorrow": "tomorrow", "tomorrw": "tomorrow", "2day": "today", "2morrow": "tomorrow", "tonite": "tonight",
           "2nite": "tonight", "nite": "night", "2moro": "tomorrow", "wk": "week", "wks": "weeks", "nxt": "next",
           "fortnight's": "fortnight", "mid-day": "midday", "w/in": "within", "end-of-day": "eod", "close-of-business": "cob",
          "end-of-week": "eow", "end-of-month": "eom", "bi-weekly": "biweekly",
          "bi-monthly": "bimonthly"}

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
COUNTS = {**{word: n for n, word in enumerate(_ONES, 1)}, **_TENS,
          **{f"{ten}-{one}": n + m for ten, n in _TENS.items() for m, one in enumerate(_ONES[:9], 1)}}
NUMBER = {"a": 1, "an": 1, **COUNTS}
_NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
        "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth")
# The days of a month in words.
NTH = {**{word: n for n, word in enumerate(_NTH, 1)}, **{f"twenty-{word}": 20 + n for n, word in enumerate(_NTH[:9], 1)},
       "thirtieth": 30, "thirty-first": 31}
ORDINAL = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5,
           "5th": 5, "last": -1}
UNIT = {"minute": "minutes", "minutes": "minutes", "min": "minutes", "mins": "minutes", "hour": "hours", "hours": "hours",
        "hr": "hours", "hrs": "hours", "h": "hours", "w": "weeks", "day": "days", "days": "days", "d": "days", "week": "weeks",
        "weeks": "weeks", "wk": "weeks", "wks": "weeks", "fortnight": "fortnights", "fortnights": "fortnights",
        "month": "months", "months": "months", "year": "years", "years": "years", "yr": "years", "yrs": "years"}
# What a part of the day means as a due time, until a team sets its own for one of OWN_PARTS.
PARTS = {"morning": 10, "noon": 12, "midday": 12, "lunchtime": 12, "lunch": 12, "afternoon": 15, "evening": 18, "night": 20}
OWN_PARTS = ("morning", "afternoon", "evening", "night")
EOW = {"eow": "end of week", "eom": "end of month", "eoq": "end of quarter", "eoy": "end of year"}
EOD = frozenset({"eod", "cob", "eob", "eobd"})


def number(word: str) -> int | None:
    if word.isascii() and word.isdigit() and len(word) <= 6:
        return int(word)
    return NUMBER.get(word)
