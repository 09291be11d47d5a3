"""Frames of sentences, whoever is put in: what is done to whom, what someone says of herself, what stands in the way."""

from __future__ import annotations

from itertools import product

import pytest

from handlers.language.category import suggest
from handlers.language.danger import suggests

DOERS = ("he", "her husband", "my boyfriend", "her ex", "the son", "her daughter", "his mother", "her caregiver", "his wife",
         "stepdad", "her roommate", "his grandson")
OTHERS = ("the nurse", "her boss", "the landlord", "the neighbor")
DONE_TO = ("her", "me", "him", "the kids", "my mom")
PEOPLE = ("she", "he", "my son", "rosa", "pt", "the patient", "I")

HARM = """\
hit {o} | hits {o} | is hitting {o} | slapped {o} | punched {o} | choked {o} | strangled {o} | pushed {o} down | shoved {o}
beat {o} | beats {o} | grabbed {o} by the arm | burned {o} on purpose | spat on {o} | threw a chair at {o} | threatened {o}
threatens to hurt {o} | pulled a knife on {o} | pointed a gun at {o} | raped {o} | molested {o} | touched {o} sexually
locked {o} in a room | tied {o} up | starves {o} | stalks {o} | scares {o} | screams at {o} | insults {o} | humiliates {o}
abuses {o} | is abusive to {o} | neglects {o} | is violent with {o} | attacked {o} | tried to kill {o} | said he'd kill {o}
wants to hurt {o} | is going to hurt {o} | almost killed {o} | left bruises on {o} | gave {o} a black eye | broke {o} arm
dragged {o} by the hair | threw {o} against the wall | knocked {o} down | hurts {o} | put {o} in the hospital
whipped {o} with a belt | shook {o} | smothered {o} with a pillow | poisoned {o} | held {o} down | forced {o} to have sex
put a gun to {o} head | laid hands on {o} | gets physical with {o} | is rough with {o} | won't let {o} eat | won't let {o} leave
keeps {o} locked up | doesn't feed {o} | steals from {o} | took all of {o} money | controls {o}
threatened to take the kids from {o} | came at {o} with a bat | swung at {o} | cornered {o} | backhanded {o} | elbowed {o}
kneed {o} | headbutted {o} | pinched {o} | twisted {o} arm | stepped on {o} neck | sat on {o} chest | ran {o} over
pushed {o} out of the car | raised a hand to {o} | takes it out on {o} | gets in {o} face | blocks {o} from leaving
punches the wall next to {o} | made {o} bleed | knocked out {o} tooth | calls {o} names"""

ORDINARY = """\
helps {o} | drives {o} to dialysis | takes {o} to the clinic | took {o} home | called {o} twice | visits {o} | lives with {o}
pays {o} bills | moved in with {o} | cooks for {o} | misses {o} | worries about {o} | gave {o} a ride | picked {o} up
left {o} a message | texted {o} | brings {o} food | bathes {o} | feeds {o} | translates for {o} | works with {o}
told {o} about the visit | asked {o} to come | reminds {o} | gives {o} the insulin | checks on {o} | stays with {o}
can't drive {o} | can't watch {o} | can't help {o} anymore | left {o} a note | sent {o} a letter | bought {o} a coat
lost {o} papers | lifts {o} out of bed | turned {o} in bed | holds {o} hand | hugged {o} | put {o} on the waitlist
put {o} to bed | took {o} blood pressure | told {o} to rest | wants {o} to eat better | worried about {o} health | reads to {o}
plays cards with {o} | laughed with {o} | never met {o} | met {o} at church | cares for {o} | raised {o} | supports {o}
walks with {o} | sat with {o} | cried with {o} | goes with {o} | can't afford to keep {o} on the plan | keeps {o} company
keeps {o} up at night | got {o} a walker | fixed {o} phone | charged {o} phone | broke the news to {o} | caught a cold from {o}
hit traffic with {o} | teased {o} about bingo | thanked {o} | signed {o} up | dropped {o} off | left {o} at the wrong stop
won't lend {o} money | raised {o} rent | cut {o} hours | fired {o} | hired {o} | trained {o} | weighed {o}
will pick {o} up Friday | made {o} dinner | made {o} an appointment"""

OF_HERSELF = """\
wants to die | wants to kill herself | is thinking of killing herself | thinks about suicide | is suicidal
tried to kill herself | tried suicide | attempted suicide | overdosed | took an overdose | cuts herself | is cutting herself
hurts herself | is hurting herself | has been hurting herself | wants to hurt herself | wishes to be dead | wishes she were dead
wishes she was dead | wants to be dead | would rather be dead | wants to end it all | wants to end her life
thinks about ending her life | wants to disappear | doesn't want to live | doesn't want to be alive
doesn't want to be here anymore | doesn't want to wake up | hopes not to wake up | has no reason to live
sees no reason to live | has nothing to live for | feels like dying | is ready to die | is planning to die | has a suicide plan
wrote a suicide note | threatened to kill herself | threatened suicide | talks about killing herself | talks about dying
talks about suicide | said she would kill herself | said goodbye | gave away everything | is a danger to herself
might hurt herself | may harm herself | can't go on | can't go on living | is done living | is tired of living
hates being alive | would be better off dead | is better off dead | feels like a burden | feels hopeless and wants out
jumped off a bridge | wants to jump off a bridge | wants to hang herself | tried to hang herself | shot herself
wants to shoot herself | drank bleach | slit her wrists | cut her wrists | burns herself | starves herself | self harms
self-harms | self harmed | is self harming | has thoughts of self-harm | has thoughts of hurting herself | has suicidal ideation
has SI | reports SI | endorses suicidal thoughts | wants it to end | wants the pain to end | wants it to be over
is giving up on life | gave up on living | lost the will to live | has no will to live | wants to sleep forever
wants to sleep and never wake up | wants to join her husband in heaven | wants to crash the car | thinks of driving off the road
wants to drown herself | is stockpiling pills | is saving up pills | has a gun and wants to use it on herself
bangs her head on the wall | doesn't care if she dies | wouldn't mind dying | would be fine if she didn't wake up | prays to die
asks God to take her | thinks everyone would be better off without her"""

IN_THE_WAY = {
    "transport": ("has no car | has no ride | needs a ride | can't get a ride | lost her ride | can't drive | doesn't drive | "
        "can't afford gas | missed the bus | the bus was late | car broke down | car is in the shop | "
        "can't afford the bus | has no way to get here | has no transportation | ride didn't show up | "
        "lives too far away | can't get to the clinic | can't get to appointments | license is suspended | "
        "no one to drive her | needs bus passes | took two buses | missed her appointment because the van was late | "
        "truck broke down | has trouble getting to appointments"),
    "food": ("is hungry | has no food | ran out of food | can't afford food | skips meals | doesn't have enough to eat | "
        "food stamps ran out | SNAP was cut | needs food | can't buy groceries | eats one meal a day | goes hungry | "
        "the fridge is empty | uses the food pantry | lost food stamps | WIC ran out | needs meals delivered | "
        "kids are hungry"),
    "housing": ("is behind on rent | is being evicted | got an eviction notice | can't pay rent | has to move out | "
        "is couch surfing | lost the apartment | rent went up | landlord is selling the house | "
        "is staying with friends | needs housing | is on the housing waitlist | can't find an apartment | "
        "lease is ending | foreclosure notice | is doubled up with her sister"),
    "homeless": ("is homeless | sleeps in her car | lives on the street | is in a shelter | has nowhere to live | "
        "has nowhere to sleep | lives in a tent | was kicked out of the shelter | sleeps outside | "
        "lives in a motel | has no home"),
    "home_conditions": ("has mold | has roaches | has bed bugs | has mice | roof leaks | has no stove | ceiling is leaking | "
        "toilet is broken | landlord won't fix the leak | has rats | stove is broken | house has lead paint | "
        "broken windows | fridge is broken"),
    "utilities": ("has no heat | has no water | has no electricity | power was cut off | can't pay the electric bill | "
        "got a shutoff notice | gas was shut off | lights are off | behind on the electric bill | "
        "water was turned off | can't pay the gas bill | electricity got shut off | heat is off"),
    "money": ("is broke | has no money | is in debt | can't pay her bills | can't afford diapers | needs clothes | "
        "has no income | lost her check | can't make ends meet | is short on money | owes money | needs diapers | "
        "lives on a fixed income"),
    "care_cost": ("can't afford her meds | can't afford the copay | skips doses to save money | splits pills to save money | "
        "medicine is too expensive | copay is too high | has medical bills | hospital bill is too high | "
        "can't pay for the surgery | rations insulin | med costs too much | can't afford insulin | "
        "prescription costs $200 | owes the hospital money"),
    "coverage": ("has no insurance | lost Medicaid | Medicaid lapsed | is uninsured | insurance denied it | "
        "needs prior auth | insurance won't cover it | was denied Medicaid | can't finish the paperwork | "
        "Medicaid was cut off | insurance expired | isn't covered | application was denied | "
        "needs help with the insurance forms"),
    "work": ("lost her job | was laid off | got fired | can't get time off | works nights | boss won't let her off | "
        "can't miss work | has no sick days | is unemployed | hours were cut | works two jobs | can't leave work | "
        "needs a job | can't find work | no paid time off"),
    "health_literacy": ("is confused about the pills | doesn't understand the instructions | can't read the labels | "
        "mixed up the pills | didn't understand the doctor | doesn't know what the medicine is for | "
        "took the wrong dose | can't read | doesn't know how to use the inhaler | isn't sure when to take it | "
        "doesn't understand her diagnosis | doesn't know how to check her sugar"),
    "language": ("needs an interpreter | speaks only Spanish | doesn't speak English | only speaks Arabic | "
        "speaks little English | no interpreter was there | can't read English | needs papers in Spanish | "
        "her daughter translates | her son interprets | there's a language barrier"),
    "phone_internet": ("has no phone | phone is off | has no internet | no wifi | phone was disconnected | is out of minutes | "
        "can't log in to the portal | lost her phone | phone number changed | doesn't have a computer | "
        "can't do video visits | phone is broken | has no data | voicemail is full | forgot her password"),
    "family_care": ("has no childcare | has no sitter | can't find a babysitter | takes care of her mother | "
        "has no one to watch the kids | cares for her husband | daycare closed | kids are sick | "
        "is a caregiver for her mom | can't leave the kids | is raising grandkids | can't leave her mother alone"),
    "home_help": ("can't bathe alone | needs help bathing | can't climb the stairs | aide quit | needs an aide | "
        "uses a wheelchair | can't get out of bed | fell again | keeps falling | can't walk | needs a walker | "
        "no home health aide | can't cook or clean | needs a ramp | aide didn't show up | can't get dressed"),
    "isolation": ("is lonely | lives alone | has no friends | has no family | is isolated | has no one | nobody visits | "
        "has no support | doesn't see anyone | never leaves the house | has nobody to talk to | feels alone"),
    "access": ("can't get an appointment | no appointments until May | is on a waitlist | "
        "clinic isn't taking new patients | can't find a doctor | no openings | "
        "can't get through on the phone to the clinic | specialist is booked | wait is six months | "
        "nearest clinic is 50 miles away | can't see a specialist | referral was lost | no therapist is available | "
        "clinic is closed on weekends"),
    "stress": ("is stressed | is overwhelmed | is grieving | can't sleep | is anxious | is depressed | is worried | "
        "lost her husband | is burned out | cries all day | has panic attacks | is exhausted | "
        "is scared about the future | feels down | her mother died"),
    "legal": ("has court | is on probation | is on parole | has a warrant | just got out of jail | needs a lawyer | "
        "is undocumented | custody hearing | has a court date | immigration case | got arrested | "
        "is afraid of deportation | CPS is involved"),
    "medication": ("is out of insulin | ran out of meds | needs a refill | has side effects | forgets her meds | "
        "can't get her refill | takes too many pills | pharmacy is out of stock | pills make her sick | "
        "stopped taking her meds | lost her pills | missed a dose | can't swallow pills | pharmacy was closed | "
        "medicine makes her dizzy | won't take her meds | doesn't take her medicine"),
    "substance_use": ("is drinking again | relapsed | is using again | needs detox | is in withdrawal | drinks every day | "
        "uses heroin | smokes | is addicted to pills | wants to quit drinking | wants to stop smoking | "
        "needs rehab | drinks too much | is using meth | vapes"),
    "trust": ("doesn't trust doctors | doesn't trust us | feels judged | nobody listens to her | was treated badly | "
        "doctor didn't listen | staff were rude | feels disrespected | doesn't trust the clinic | was lied to | "
        "won't come back to the clinic | had a bad experience | doesn't believe the doctor | the nurse was rude | "
        "they never called her back"),
}


def test_harm_done_to_whomever_asks() -> None:
    said = [f"{doer} {frame.strip().format(o=one)}" for frame, doer, one in product(HARM.split("|"), DOERS, DONE_TO)]
    assert [one for one in said if not suggests(one)] == []


def test_kindness_and_plain_dealings_do_not() -> None:
    said = [f"{doer} {frame.strip().format(o=one)}" for frame, doer, one in product(ORDINARY.split("|"), DOERS + OTHERS, DONE_TO)]
    assert [one for one in said if suggests(one)] == []


def test_harm_to_oneself_asks() -> None:
    said = [f"{who} {frame.strip()}" for frame, who in product(OF_HERSELF.split("|"), PEOPLE)]
    assert [one for one in said if not suggests(one)] == []


@pytest.mark.parametrize("slug", IN_THE_WAY)
def test_what_stands_in_the_way_is_known_in_plain_words(slug: str) -> None:
    said = [f"{who}{frame.strip()}" for frame, who in product(IN_THE_WAY[slug].split("|"), ("", "she ", "the patient "))]
    assert [one for one in said if suggest(one) != (slug,)] == []
