"""Words that suggest self-harm or violence (SPEC 2, Danger). A person answers; this only decides to ask.

Too quiet is worse than too loud, but the words of an ordinary day must not ask: "cut herself shaving", "the bill hit hard".
"""

from __future__ import annotations

import re

from handlers.language.words import plain

_KIN = ("boyfriend|girlfriend|husband|wife|partner|father|mother|dad|mom|son|daughter|brother|sister|uncle|cousin|nephew|ex|"
        "stepfather|stepmother|stepdad|stepson|roommate|caregiver|aide|boss's son|grandson|in-laws?|man|baby's father|kids' father")
_WHO = rf"(?:her|his|their|the|my|a|an)(?: own)?(?: ex[- ]?)? ?(?:{_KIN})"
_THEM = r"(?:me|her|him|them|the kids|the children|the baby|his wife|her mother|his mother|each other)"
_SELF = r"(?:my|her|him|them|your)sel(?:f|ves)"
_NOT = r"(?:doesn't|doesnt|don't|dont|does not|do not|didn't|didnt)"

_SELF_HARM = (
    r"\bsuicid(?:e|al|ality)\b", rf"\bkill(?:s|ed|ing)? {_SELF}\b", r"\bself[- ]?harm",
    rf"\b(?:harm(?:s|ed|ing)?|cuts|cutting) {_SELF}\b(?! (?:shaving|cooking|on|with|while|at|in))",
    rf"\bcut {_SELF}\b(?! (?:shaving|cooking|on|while|at|in|when|off|some|a))",
    rf"\b(?:hurt(?:s|ing)?) {_SELF}\b(?! (?:at|on|in|while|lifting|working|playing|falling|when|shoveling|doing|trying to lift))",
    r"\b(?:wants?|wish(?:es|ed)?|wanted|wanting|hoping|ready|hopes|rather) (?:to die|to be dead|(?:s?he|i|they) (?:was|were) dead|"
    r"be dead)\b(?! for)",
    r"\bend(?:ing)? (?:it all|her life|his life|my life|their life|everything)\b(?! support)",
    r"\bbetter off (?:dead|without (?:me|her|him|them|us)|if (?:i|s?he) (?:was|were) (?:dead|gone))\b",
    r"\bno (?:reason|point) (?:to live|in living|to go on|to be alive)\b", r"\bnothing (?:left )?to live for\b",
    rf"\b{_NOT} want to (?:live(?: like this| any ?more)?(?! (?:in|with|near|there|alone|at|by|here|so))|be here any ?more|"
    r"be alive|wake up|go on|exist)\b",
    r"\b(?:tired of (?:living|being alive|life)|sick of living)\b",
    r"\boverdos(?:ed|ing) on\b|\b(?:tried|trying|wants?|plans?|threatens?|going) to overdose\b|\boverdosed\b|\ban overdose\b",
    r"\btook (?:all|the whole bottle|a whole bottle|a bottle|a handful|too many) ?(?:of )?(?:her|his|the|my|their)? ?"
    r"(?:pills|meds|medicine|insulin|of pills)?\b(?= ?(?:last|on purpose|at once|to|today|yesterday|and|$))",
    r"\b(?:saving|saves|saved|hoarding|stockpiling|hiding) up (?:her|his|my|the|their) (?:pills|meds)\b",
    rf"\bhang(?:ing)? {_SELF}\b", rf"\b(?:shoot|drown|poison|burn|burns|burning|starve|starving) {_SELF}\b",
    r"\bjump(?:ing)? (?:off|from|in front of)\b", r"\bslit(?:ting)? (?:her|his|my|their) wrists?\b",
    r"\b(?:goodbye|suicide|farewell) (?:note|letter)\b|\bsa(?:ys|id|ying) goodbye to (?:everyone|everybody|all of us|the kids|us all)\b",
    r"\bgave away (?:all )?(?:her|his|my|their) (?:things|stuff|belongings|clothes) and said goodbye\b",
    r"\bcan(?:'t|not|t) (?:go on|do this|take it)(?: like this| any ?more| any longer)\b(?! the)",
    r"\bcan(?:'t|not|t) go on(?=\W*$)",
    r"\b(?:wants?|wishes) it (?:all )?(?:to be )?over\b|\bwants? to (?:disappear|not wake up|go to sleep and not wake)\b",
    r"\bvoices? (?:are |is )?(?:tell(?:s|ing)?|say(?:s|ing)?)\b",
)
_VIOLENCE = (
    rf"\b(?:scared|afraid|frightened|terrified|fearful) (?:of|around) (?:{_WHO}|him|them at home|her at home)\b",
    r"\b(?:scared|afraid|frightened|terrified) (?:to|of) (?:go(?:ing)? home|be(?:ing)? home|be(?:ing)? alone with|sleep(?:ing)? at home)\b",
    rf"\b(?:he|she|they|someone|somebody|{_WHO}) (?:also |still |often |sometimes |always |just |has |had |keeps |is |was |"
    r"would )*(?:hits?|hitting|beats?|beating|chok(?:es|ed|ing)|strangl(?:es|ed|ing)|slap(?:s|ped|ping)?|kick(?:s|ed|ing)?|"
    rf"punch(?:es|ed|ing)?|shov(?:es|ed|ing)|bit|burn(?:s|ed)?|hurts?|hurting|threaten(?:s|ed|ing)?) (?:on )?{_THEM}\b"
    r"(?! (?:at|in) (?:cards|chess|checkers|dominoes|the game|bingo))",
    rf"\b(?:hits|beats up|beat up|slaps|slapped|choked|strangled|punched|punches|kicks) (?:{_THEM}|{_WHO})\b"
    r"(?! (?:at|in|hard|to))",
    rf"\b(?:he|she|they|{_WHO}) (?:pushe[ds]|push|shoved?|threw|throws|drag(?:s|ged)|grab(?:s|bed)?|pinned|pins) {_THEM} "
    r"(?:down|against|by the|into|out of|to the (?:floor|ground|wall)|across)\b",
    rf"\b(?:put|puts|lays?|laid) (?:his|her|their) hands on {_THEM}\b",
    rf"\b(?:threw|throws) (?:a |an |the )?\w+ at {_THEM}\b",
    r"\b(?:being|is|are|was|were|gets?|got|get) (?:hit|beaten(?: up)?|beat up|choked|abused|molested|assaulted|raped|threatened|"
    r"stalked|hurt at home)\b",
    r"\b(?:sexually|physically|verbally|emotionally) (?:assaulted|abused|abusive|abuses)\b|\brap(?:e|ed|es)\b|\bmolest",
    r"\bforc(?:es|ed|ing) (?:her|him|me|them) (?:to have sex|into sex|to)\b|\b(?:touches|touched|touching) (?:her|him|me) "
    r"(?:at night|there|in ways|down there|where)\b",
    r"\b(?:is|was|so|very|emotionally|an?|his|her|the) abusive\b|\babus(?:ive|es|ed|ing) (?:her|him|me|them|partner|husband|wife|"
    r"boyfriend|relationship|home|ex)\b|\belder abuse\b|\bchild abuse\b",
    r"\bdomestic (?:violence|abuse)\b",
    r"\b(?:has|have|got|keeps?|kept|bought|pulled|waves?|waved|pointed) (?:a|his|the|out a) (?:gun|knife|weapon|rifle|pistol)\b"
    r"(?! (?:shop|store|set|block))",
    r"\b(?:isn't|is not|not|never|doesn't|doesnt|does not|don't) (?:feel )?safe (?:at home|with|there|in (?:her|his|the) (?:home|house"
    r"|apartment)|around)\b|\bunsafe (?:at home|with|around)\b",
    r"\b(?:going|wants?|wanted|threaten(?:s|ed)?|will|would|gonna|plans?|said he'd|swore) (?:to )?(?:kill|hurt|shoot|stab|beat|burn) "
    r"(?:me|her|him|them|us|someone|somebody|people|the|his|her \w+)\b(?! time)",
    r"\bthreaten(?:s|ed|ing)? to (?:kill|hurt|take|leave her with nothing|report|deport|beat|burn|shoot|throw)\b(?! the bus)",
    rf"\b(?:won't|wont|will not|doesn't|never) lets? {_THEM} (?:leave|out|see (?:her|his) (?:family|mother|friends)|go out|work|"
    r"have a phone|use the phone|talk to)\b",
    r"\block(?:s|ed|ing)? (?:her|him|me|them) (?:in|out of the house|up)\b",
    rf"\b(?:stalk(?:s|ed|ing)|follow(?:s|ed|ing)) {_THEM} (?:home|everywhere|to work|around|at|to the)\b|\bstalk(?:s|ing|ed)? {_THEM}\b",
    r"\bbruises?\b.*\b(?:won't|wont|can't|cannot|doesn't|didn't) (?:explain|say)\b|\bblack eye\b|\bbruises on (?:her|his) (?:neck|arms?"
    r"|face|back|throat)\b",
    r"\bviolent\b(?! (?:movie|game|cough|storm))",
)
_SIGNS = re.compile("|".join(_SELF_HARM + _VIOLENCE))


def suggests(text: str) -> bool:
    return _SIGNS.search(plain(text).casefold()) is not None
