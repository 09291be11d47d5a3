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
           "2nite": "tonight", "nite": "night", "fortnight's": "fortnight"}

NUMBER = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
          "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty-five": 45,
          "sixty": 60, "ninety": 90}
ORDINAL = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5,
           "5th": 5, "last": -1}
UNIT = {"minute": "minutes", "minutes": "minutes", "min": "minutes", "mins": "minutes", "hour": "hours", "hours": "hours",
        "hr": "hours", "hrs": "hours", "h": "hours", "day": "days", "days": "days", "d": "days", "week": "weeks",
        "weeks": "weeks", "wk": "weeks", "wks": "weeks", "fortnight": "fortnights", "fortnights": "fortnights",
        "month": "months", "months": "months", "year": "years", "years": "years", "yr": "years", "yrs": "years"}
# What a part of day means as a due time, until a team sets its own.
PARTS = {"morning": 10, "noon": 12, "midday": 12, "lunchtime": 12, "lunch": 12, "afternoon": 15, "evening": 18, "night": 20}
EOW = {"eow": "end of week", "eom": "end of month", "eoq": "end of quarter", "eoy": "end of year"}
EOD = frozenset({"eod", "cob", "eob", "eobd"})


def number(word: str) -> int | None:
    if word.isascii() and word.isdigit() and len(word) <= 6:
        return int(word)
    return NUMBER.get(word)
