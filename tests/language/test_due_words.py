"""The words that due times are written with, list by list: none of them can be lost, or come to mean another time."""

from __future__ import annotations

import pytest

from handlers.language.due import Outcome, read_due, read_when
from tests.language.test_due import CALENDAR

SAME = [
    ("EOD",
     "end of day, end of the day, close of business, end of business, closing, end of the working day, close, COB, EOB, "
     "EOBD, end of the work day, end of the workday, end of working day, close of play, closing time, end of shift, end of "
     "today, end of business day, end of the business day, end of work day, end of workday, end-of-day"),
    ("first thing tomorrow",
     "first thing in the morning tomorrow, start of day tomorrow, start of the day tomorrow, opening tomorrow, beginning of "
     "the day tomorrow, start of business tomorrow, open of business tomorrow, opening time tomorrow, morning first thing "
     "tomorrow, first thing morning tomorrow, first thing in morning tomorrow, start of the working day tomorrow, 1st thing "
     "tomorrow"),
    ("tomorrow at noon",
     "noon tomorrow, midday tomorrow, lunchtime tomorrow, lunch tomorrow, 12 noon tomorrow, mid-day tomorrow, at 12 "
     "tomorrow, tmrw at noon, tmw at noon, tmr at noon, tomorow at noon, tommorow at noon, tommorrow at noon, tomorrw at "
     "noon, 2morrow at noon, 2moro at noon, before lunch tomorrow"),
    ("tonight",
     "this night, 2nite, tonite, tonight at 8"),
    ("tomorrow at 15:30",
     "tomorrow half past 3, tomorrow half three, tomorrow at 3:30, tomorrow at 3.30, tomorrow at 3 30 pm, tomorrow at 330pm, "
     "tomorrow at 1530, tomorrow 15h30, tomorrow at three thirty, tomorrow at 15:30h, tomorrow at 15:30 hrs, tomorrow at "
     "1530 hours, tomorrow 3:30p, tomorrow at 3:30 p.m. sharp, tomorrow at 3:30pm exactly, tomorrow at 3:30 prompt, tomorrow "
     "at 3:30 promptly, tomorrow at 3:30 on the dot, tomorrow at thirty past three, tomorrow at 30 minutes past 3, tomorrow "
     "at 30 mins past 3, tomorrow at 30 min after 3"),
    ("tomorrow at 3:50 pm",
     "tomorrow at ten to four, tomorrow at 10 till 4, tomorrow at ten til four, tomorrow at ten of four, tomorrow at ten "
     "before 4, tomorrow at 10 minutes to 4"),
    ("by 3",
     "at 3, until 3, till 3, til 3, no later than 3, not later than 3, @ 3, @3, before 3, due by 3, due at 3, at three, 3pm, "
     "at 3 o'clock, 3 oclock, 15:00, at 15h, 1500h, this afternoon, at 3 in the afternoon, today at 3, today pm"),
    ("Friday at 8pm",
     "at 8 Friday night, at 8 on Friday night, 8 Friday evening, 8pm Friday, 8pm on Friday, Friday night, Friday night at 8, "
     "no later than 8pm Friday, until Friday 8pm, the night of the 27th, by 8 Friday evening, "
     "Friday at 20:00, in 3 days at 8pm, at 8pm in 3 days, 3 days from now at 8pm, this Friday 8pm, Friday the 27th "
     "at 8pm, Nov 27 8pm, 8pm 11/27"),
    ("tomorrow morning",
     "tomorrow am, in the morning tomorrow, tomorrow in the morning, the morning of the 25th, Wednesday morning at 10, "
     "Wed 10am"),
    ("by Friday",
     "on Friday, Friday, until Friday, till Friday, til Friday, due Friday, due by Friday, due on Friday, at the latest by "
     "Friday, at the latest on Friday, at the latest Friday, latest by Friday, no later than Friday, not later than Friday, "
     "on or before Friday, by or before Friday, Fri, this Friday, the coming Friday, upcoming Friday, this coming Friday, "
     "this week Friday, this week's Friday, Friday this week, Friday of this week, Friday the 27th, Friday 11/27, 3 days "
     "from today, end of week, EOW, week's end, end of this week, this week, the last Friday of the month, end of Friday"),
    ("in 2 weeks",
     "within 2 weeks, in two weeks, in 2 wks, in 2 wk, in 2w, in 2 weeks' time, in a fortnight, in 1 fortnight, in 14 days, "
     "in 14d, 2 weeks from now, two weeks later, in the next 2 weeks, in exactly 2 weeks, in a couple of weeks, in couple of "
     "weeks, in a couple weeks, due in 2 weeks, two weeks from this moment"),
    ("in 90 minutes",
     "in 90 min, in 90 mins, in 90m, in an hour and a half, in one and a half hours, in 1.5 hours, in 1 1/2 hours, in 1.5h, "
     "in 1h30, in 1h30m, in 1 hr 30 min, in 1 hour and 30 minutes, 90 minutes from now"),
    ("in 30 minutes",
     "in half an hour, in a half hour, in half a hour, in thirty minutes"),
    ("in a year",
     "in 1 yr, in 12 months, in one year, within a year"),
    ("next Monday",
     "Monday next week, next week Monday, next week's Monday, Monday, month end, EOM, end of month, end of this month, this "
     "month, end of Nov, last working day of the month, last weekday of November, 11/30, 11-30-2026, 2026/11/30, 30 Nov, Nov "
     "30th 2026, the thirtieth, the 30th of this month, 3 working days after tomorrow"),
    ("end of year",
     "EOY, year end, this year, EOQ, end of quarter, quarter end, this quarter, Dec 31, end of next month"),
    ("a week from Friday",
     "Friday week, a week on Friday, one week from Friday, Friday next week, Friday of next week, next week, end of next "
     "week, 7 days after Friday, the first Friday of December, first Friday next month"),
    ("3 days from Friday",
     "three days after Friday"),
    ("the day after tomorrow",
     "day after tmrw, Thursday, 2 days from today, two days after today"),
    ("tomorrow",
     "the next day, next business day, next working day, the following work day, one day from today"),
    ("a month from Friday",
     "one month after Friday"),
    ("by 1/5",
     "on 1/5, until 1/5, till 1/5, due 1/5, due by 1/5, due on 1/5, no later than 1/5, on or before 1/5, Jan 5, Jan 5th, "
     "5 Jan, January 5, the 5th of January, 5-Jan, Jan-5, 5-Jan-2027, 5-Jan-27, 1/5/27, 1/5/2027, 2027-1-5, Tuesday Jan 5, "
     "5th Jan, Jan fifth, the fifth of January 2027, 5 January '27, 1.5.2027"),
    ("a week from tomorrow",
     "tomorrow week, a week tomorrow, one week tomorrow, a week after tomorrow, Wednesday week, a week on Wednesday"),
    ("a week from today",
     "today week, a week today, Tuesday next week, next Tuesday, 5 working days from today"),
    ("2 weeks from Friday",
     "a fortnight from Friday, 1 fortnight after Friday, Friday fortnight, two weeks on Friday, a couple of weeks from Friday, "
     "a couple weeks after Friday, couple of weeks from Friday, 10 business days after Friday, a fortnight on Friday"),
    ("4 weeks from Friday",
     "2 fortnights from Friday"),
    ("two months from Friday",
     "2 months after Friday"),
    ("the sixth",
     "the 6th, 6th, the 6th of next month, Dec 6, Sunday Dec 6, Sunday the 6th"),
    ("the fifth of next month",
     "the 5th, the fifth of December"),
    ("first Monday of January 2027",
     "the first Monday of January, the first Monday in January, first Monday of Jan, Jan 4"),
    ("every other Friday",
     "every second Friday, every 2nd Friday, every 2 weeks on Friday, every other week on Friday, fortnightly on Friday, "
     "every two Fridays, each other Friday, once every two weeks on Friday"),
    ("every weekday",
     "weekdays, on weekdays, every workday, every business day, every working day, each work day, every Mon Tue Wed Thu and "
     "Fri"),
    ("every week",
     "weekly, each week"),
    ("every month",
     "monthly, each month"),
    ("every quarter",
     "quarterly, every 3 months"),
    ("every year",
     "yearly, annually, every 12 months"),
    ("every night",
     "nightly, each night, every night at 8"),
    ("every day",
     "daily, each day, once every day"),
    ("every fortnight",
     "every 2 weeks, every other week, fortnightly"),
]


def meant(phrase: str) -> tuple[object, ...]:
    found = read_when(phrase, CALENDAR)
    return found.outcome, found.due, found.dates


@pytest.mark.parametrize(("like", "phrases"), SAME)
def test_ways_to_say_the_same(like: str, phrases: str) -> None:
    assert meant(like)[0] in (Outcome.DUE, Outcome.RECURRING)
    assert [phrase for phrase in phrases.split(", ") if meant(phrase) != meant(like)] == []


REFUSED = (
    "last night, the day before yesterday, yesterday, yesterday morning, yesterday night, last week, last month, last year, "
    "last morning, last Friday, last Fri, 3 days ago, an hour ago, 2 weeks ago, 4000 days from today, 600 weeks from Friday, "
    "300 fortnights from Friday, 130 months from Friday, 11 years from Friday, in 4000 days, in 600 weeks, in 300 fortnights, "
    "in 130 months, in 11 years, in 90000 hours, in 0 days, Dec 3 2038, 2038-01-01, Feb 30, Friday Feb 30, Friday 2/30, 2/30, "
    "0/5, 12/0, 13/1, the 32nd, the 0th, 2026-13-03, 2026-02-30t15:00, 2026-11-23t15:00, 25:00, 3:75pm, 13pm, 0am, at 24:00, "
    "at 24:30, at 25h, at 9h75, around 25:00, noon at 25:00, the fifth Friday of next month, every hour, every 2 hours, every "
    "minute, every 30 minutes, every Friday at 25:00, every Feb 30, every April 31, every month on the 32nd, every 100 days, "
    "every 34 quarters, every Friday until tomorrow, every Friday 1000 times")

ASK_ALONE = (
    "at midnight, 12 midnight, around 3, about 3, approximately 3, approx 3, roughly 3, circa 3, after 3, past 3, around "
    "noon, 3ish, 3-ish, early morning, late morning, mid morning, in the early morning, in the late afternoon, later this "
    "afternoon, sometime in the morning, sometime this evening, after lunch, after hours, after work, after breakfast, "
    "dinner time, dinnertime, lunch hour, sometime, later today, later on, dawn, dusk, sunset, sunrise, early next week, "
    "late next week, later this week, mid next month, middle of next week, sometime next week, some time next month, first "
    "half of next month, second half of next year, the holidays, the holiday, this spring, next summer, next fall, next "
    "autumn, this winter, in the new year, early December, late December, mid December, mid-December, middle of December, "
    "in early December, this coming week, next month, next quarter, next year, in spring, by summer, by the fall, until "
    "autumn, before winter, in 2027, by 2027, before 2027, until 2027, in a few days, in several days, in some days, in "
    "some more days, in many days, in 2 or 3 days, in 2 to 3 days, in 2-3 days, in a day or so, in an hour or more, in "
    "about 2 days, in around 2 days, in roughly 2 days, in approximately 2 days, in maybe 2 days, within the day, within "
    "the week, within this month, within the year, in a minute, in 1.5 days, in 3m, 15h, 5 minutes, in a week and a half, "
    "in 3 business weeks, start of the week, beginning of the month, start of December, beginning of next week, start of "
    "next year, by May, in March, before June, until August, on April, the weekend, this weekend, next weekend, by the end "
    "of the weekend, the Friday after next, the following Friday, next Friday, before Friday, Friday or Monday, Friday or "
    "sooner, Friday or earlier, Friday or later, Friday or thereabouts, Friday or so, from 2 to 4, between 2 and 4, 2pm to "
    "4pm, at 2-4, Friday 2-4, Friday 2 to 4, biweekly, bimonthly, bi-weekly, bi-monthly, every month on the 31st, every "
    "Monday except holidays, every Monday excluding holidays, every Monday unless holidays, once a day, once a week, once a "
    "month, twice a week, twice daily, every third Friday, every 4th Friday, every fifth Friday, every February 29, every "
    "Monday until soon, every Monday till soon, every Monday through soon, the fifth")

MISSPELT = (
    "agust apirl aprl augest decembr decemeber decmber febraury febuary feburary firday frday fridy janurary januray marhc "
    "modnay mondey munday novemeber novmber ocotber octobr saterday satuday saturdy septembr septmber setpember sunady "
    "sundy teusday thrusday thurday thursdy thusday tuesdy tusday tuseday wedensday wednsday wednseday wendsday wensday")

# What may stand before a time, so that it is asked whether all of it was understood. {} is the word.
DOUBTED = [
    ("call {} Friday",
     "& + and but commencing dated effective either except excluding given hopefully hourly maybe or perhaps plus probably "
     "semiweekly starting then ~"),
    ("call {} Friday",
     "across all alternate another any consecutive earlier early eighteenth eighth either eleventh ending few fifteenth "
     "fifth first fourteenth fourth half late later mid mid- most nex nineteenth ninth one only past prev previous second "
     "seventeenth seventh several sixteenth sixth some sometime starting tenth third thirteenth thirtieth thirty-first "
     "through throughout thru twelfth twentieth twenty-eighth twenty-fifth twenty-first twenty-fourth twenty-ninth "
     "twenty-second twenty-seventh twenty-sixth twenty-third"),
    ("call {} Friday",
     "advent ascension ash black bloody blue bowl bright business carnival casual christmas clean crazy cyber dress-down "
     "easter election emancipation fabulous fantastic fat festival flashback foodie freaky funky giving good great green "
     "happy holiday holy labor labour lazarus low lucky manic marvelous maundy meatless memorial merry mindful mothering "
     "motivation orthodox palm pancake passion pentecost plough red remembrance ruby sassy selfless shrove silly sober "
     "spooky spy super taco terrific thankful thanksgiving thirsty thoughtful throwback transformation trinity wacky weird "
     "whit white wild wonderful zany"),
    ("see what {} Friday",
     "are arrives begins closed closes closing comes departs ends expires falls happened happens he's is it's lapses leaves "
     "meets missed open opening opens renews resumes she's starts stops that's there's they're was we're were what's who's"),
    ("see to the {} Friday",
     "appointment appt court funeral hearing interview mri operation procedure scan surgery wedding"),
    ("plan for {} at 3",
     "anniversary birthday boxing christmas columbus diwali earth easter eid election halloween hanukkah holiday holidays "
     "independence juneteenth kwanzaa mlk passover payday pentecost purim ramadan thanksgiving veterans xmas"),
    ("{} her 3pm",
     "attend cancel change confirm cover miss missed move postpone rebook reschedule skip"),
    ("{} her until Friday",
     "away closed defer delay extend give hold keep last lasts leave off open out park pause postpone push save stay suspend "
     "wait"),
    ("do {} call Friday",
     "avoid cannot cant didnt doesnt dont isnt neither never nor not without wont"),
    ("mind the {} due Friday",
     "assignment baby balance bill bills copay deposit fee fees fine homework invoice labs loan mortgage paperwork payment "
     "premium refill rent shot taxes vaccine"),
]


def test_what_asks_alone() -> None:
    assert [phrase for phrase in ASK_ALONE.split(", ") if read_when(phrase, CALENDAR).outcome is not Outcome.ASK] == []


def test_what_is_refused() -> None:
    assert [phrase for phrase in REFUSED.split(", ") if read_when(phrase, CALENDAR).outcome is not Outcome.REFUSED] == []


def test_a_slip_of_the_keyboard_asks() -> None:
    assert [word for word in MISSPELT.split() if read_when(f"by {word}", CALENDAR).outcome is not Outcome.ASK] == []


@pytest.mark.parametrize(("sentence", "words"), DOUBTED)
def test_a_word_before_the_time_that_brings_doubt(sentence: str, words: str) -> None:
    assert [word for word in words.split() if read_due(sentence.format(word), CALENDAR).outcome is not Outcome.ASK] == []
