"""Words that suggest self-harm or violence (SPEC 2, Danger). A person answers; this only decides to ask.

Too quiet is worse than too loud, but the words of an ordinary day must not ask: "cut herself shaving", "the bill hit hard".
"""

from __future__ import annotations

import re

from handlers.language.words import plain

_KIN = ("boyfriend|girlfriend|husband|wife|partner|father|mother|dad|mom|son|daughter|brother|sister|uncle|cousin|nephew|ex|"
        "stepfather|stepmother|stepdad|stepson|roommate|caregiver|aide|boss's son|grandson|in-laws?|man|baby's father|kids' father")
_WHO = rf"(?:(?:her|his|their|the|my|a|an)(?: own)?(?: ex[- ]?)? ?)?(?:{_KIN})"
_CHILD = r"(?:boys?|girls?|kids?|child(?:ren)?|baby|daughters?|sons?|grand(?:son|daughter|kids|mother)|mother|mom|wife|sister|brother|niece|nephew)"
_THEM = rf"(?:(?:the|my|her|his|their) {_CHILD}|me|her|him|them|us|each other)"
# What is had, not hit: "she hit her goal", "he hurt her feelings".
_THING = (r"(?:feelings?|chances|credit|back (?:lifting|at)|knee|ankle|fever|breakfast|lunch|goals?|head|deductible|copay|limit|max|stride|"
          r"targets?|mark|foot|toe|elbow|hip|numbers?|best|appointment|wheelchair|weight|cancer|steps?|record|bills?|budget|cap)\b")
_PARTNER = r"(?:he|she|(?:her|his|my|the) (?:ex[- ]?)?(?:husband|boyfriend|partner|ex|wife|girlfriend|father|son|brother|uncle|mother-in-law|in-laws))"
_SELF = r"(?:my|her|him|them|your)sel(?:f|ves)"
_NOT = r"(?:doesn't|doesnt|don't|dont|does not|do not|didn't|didnt)"

_SELF_HARM = (
    r"\bsuicid(?:e|al|ality)\b", rf"\bkill(?:s|ed|ing)? {_SELF}\b", r"\bself[- ]?harm",
    rf"\b(?:harm(?:s|ed|ing)?|cuts|cutting) {_SELF}\b(?! (?:shaving|cooking|on|with|while|at|in))",
    r"\bcut(?:s|ting)? (?:her|his|my|their) (?:own )?(?:arms?|wrists?|legs?|thighs?|skin)\b(?! (?:on|while|when|at|with the|shaving|cooking))|"
    r"\b(?:is|has been|started|back to|been) cutting(?: again)?(?=\W*$)|\bcutting again\b(?! (?:back|down|on|out))|"
    r"\bself[- ]?injur",
    rf"\bcut {_SELF}\b(?! (?:shaving|cooking|on|while|at|in|when|off|some|a))",
    rf"\b(?:hurt(?:s|ing)?) {_SELF}\b(?! (?:at|on|in|while|lifting|working|playing|falling|when|shoveling|doing|trying to lift))",
    r"\b(?:wants?|wish(?:es|ed)?|wanted|wanting|hoping|ready|hopes|rather) (?:to die|to be dead|(?:s?he|i|they) (?:was|were) dead|"
    r"be dead)\b(?! for)",
    r"\b(?:thinking|thinks|thoughts|talk(?:s|ed|ing)?) (?:of|about) (?:ending (?:it|things|her life|his life)(?! with)|dying(?! (?:her|his|my) )|"
    r"suicide|death all|not being here|how to die)\b|\b(?:wants?|wanted|planning|plans?|going|ready|trying) to end (?:it|things)(?=\W*$)|"
    r"\bend things for good\b|\btak(?:e|es|ing) (?:her|his|my|their) own life\b|\btook (?:her|his|their) own life\b",
    r"\bend(?:ing)? (?:it all|her life|his life|my life|their life|everything)\b(?! support)",
    r"\bbetter off (?:dead|without (?:me|her|him|them|us)|if (?:i|s?he) (?:was|were) (?:dead|gone))\b",
    r"\bno (?:will|wish|desire) to live\b|\b(?:reason|point|sense) (?:to|in) (?:keep |keeping |go(?:ing)? on )?(?:living|alive)\b|"
    r"\bbetter off gone\b|\b(?:about|of) overdosing\b",
    rf"\b(?:thinks?|thinking|thoughts?|talks?|talking|dreams?|wants?|wanted|urges?) (?:of|about|to) (?:hurt|harm|cut|kill|burn|starv)(?:t?ing)? {_SELF}\b",
    r"\b(?:life|living) (?:isn't|isnt|is not|not|wasn't) worth (?:it|living)\b|\bnot worth living\b|\bnothing worth living\b",
    r"\b(?:hop(?:es?|ed|ing)|wish(?:es|ed)?|pray(?:s|ed|ing)?|wants?|rather)\b(?: that| to| s?he| i| they| just| would| god)* "
    r"(?:(?:doesn't|doesnt|don't|won't|wouldn't|didn't|not|never) (?:have to )?(?:wake|woke) up|never (?:been|was) born|(?:was|were) never born|"
    r"go to sleep and (?:never|not) wake|stop existing|not exist)\b|\b(?:never|not) wak(?:e|ing) up(?: again)?(?=\W*$)|"
    r"\bsleep and (?:never|not) wake\b",
    r"\b(?:nobody|no one|who) would (?:miss|notice if|care if) (?:me|her|him|them|s?he|i)\b|\bbe a burden (?:any ?more|on anyone)\b|"
    r"\b(?:join|be with) (?:her|his|my) (?:dead|late) \w+\b",
    r"\bbought (?:a|some) rope\b|\b(?:has|made|have) a plan to (?:die|end|kill)\b|\bplan(?:s|ned)? (?:her|his) (?:own )?death\b",
    r"\bno (?:reason|point) (?:to live|in living|to go on|to be alive)\b", r"\bnothing (?:left )?to live for\b",
    rf"\b{_NOT} want to (?:live(?: like this| any ?more)?(?! (?:in|with|near|there|alone|at|by|here|so))|be here any ?more|"
    r"be alive|wake up|go on|exist)\b",
    r"\b(?:tired|sick|done) (?:of|with) (?:living|being alive|life)\b(?! (?:with|in|at|here|there|alone|on|by|out|without|insurance|far))",
    r"\boverdos(?:ed|ing) on\b|\b(?:tried|trying|wants?|plans?|threatens?|going) to overdose\b|\boverdosed\b|\ban overdose\b",
    r"\btook (?:all|the whole bottle|a whole bottle|a bottle|a handful|too many) ?(?:of )?(?:her|his|the|my|their)? ?"
    r"(?:pills|meds|medicine|insulin|of pills)?\b(?= ?(?:last|on purpose|at once|to|today|yesterday|and|$))",
    r"\b(?:saving|saves|saved|hoarding|stockpiling|hiding) up (?:her|his|my|the|their) (?:pills|meds)\b",
    rf"\b(?:hang|shoot|drown|poison|burn|starve|strangle|stab|scratch|bit)(?:s|es|ing|ed)? {_SELF}\b(?! (?:on|at|while|when|cooking|raw from))"
    rf"|\b(?:hanging|drowning|starving|strangling|stabbing|biting) {_SELF}\b",
    r"\b(?:till|until) (?:they|it|s?he) bleeds?\b|\b(?:bangs?|banging|hits?|hitting) (?:her|his|my) (?:own )?head (?:on|against) (?:the|a) wall",
    r"\bburden and (?:should|wants?|would|they'd)\b|\b(?:they|we|everyone|kids|family|children)(?:'d| would)(?: all)? be (?:happier|better|"
    r"relieved|fine|glad) (?:with(?:out)? (?:me|her|him)(?: gone)?|if (?:i|s?he) (?:was|were) (?:gone|dead))\b",
    r"\b(?:bottle|stash|stockpile|drawer|box)s? of (?:pills|meds|insulin) (?:saved|hidden|put away|set aside|ready|stashed)\b",
    r"\b(?:god|lord|jesus)(?: should| would| could| will| to|'d)?(?: just| please)? take (?:me|her|him)\b(?! (?:to|off))",
    r"\bhow (?:many|much)(?: of)? (?:pills|these|tylenol|insulin|her pills|his pills|it|the pills|meds)?\s?(?:it )?(?:would|will|does) (?:it )?take to"
    r" (?:die|kill|end|overdose|go to sleep for)|\bhow many pills it (?:would|will|takes)",
    r"\bfe(?:els?|lt|eling) like (?:dying|ending it|killing|jumping|not living|not waking)\b(?! for)",
    rf"\bdo something (?:bad |terrible )?to {_SELF}\b|\bdo something (?:stupid|drastic|crazy)\b",
    r"\b(?:can't|cant|cannot|can not) (?:keep (?:living|going|on)|live)(?: like this| any ?more|(?=\W*$))",
    r"\b(?:drank|drinks?|drinking|swallow(?:s|ed)?) (?:some )?(?:bleach|antifreeze|poison|rat poison|lye|drain cleaner|pesticide)\b",
    r"\bjump(?:ing)? (?:off|from|in front of)\b", r"\bslit(?:ting)? (?:her|his|my|their) wrists?\b",
    r"\b(?:goodbye|suicide|farewell) (?:note|letter)\b|\bsa(?:ys|id|ying) goodbye to (?:everyone|everybody|all of us|the kids|us all)\b",
    r"\bg(?:ave|iving|ives) away (?:all )?(?:her|his|my|their) (?:\w+)(?: \w+)? and (?:said|saying|says) (?:her |his )?goodbyes?\b",
    r"\bcan(?:'t|not|t) (?:go on|do this|take it)(?: like this| any ?more| any longer)\b(?! the)",
    r"\bcan(?:'t|not|t) go on(?=\W*$)",
    r"\b(?:wants?|wishes) it (?:all )?(?:to be )?over\b|\bwants? to (?:disappear(?! (?:on|to|into|for the))|not wake up|go to sleep and not wake)\b",
    r"\bvoices? (?:are |is )?(?:tell(?:s|ing)?|say(?:s|ing)?)\b",
)
_VIOLENCE = (
    rf"\b(?:scared|afraid|frightened|terrified|fearful) (?:of|around) (?:{_WHO}|him|them at home|her at home)\b",
    r"\b(?:scared|afraid|frightened|terrified) (?:to|of) (?:go(?:ing)? home|be(?:ing)? home|be(?:ing)? alone with|sleep(?:ing)? at home)\b",
    rf"\b(?:he|she|they|someone|somebody|{_WHO}) (?:also |still |often |sometimes |always |just |has |had |keeps |is |was |"
    r"would )*(?:hits?|hitting|beats?|beating|chok(?:es|ed|ing)|strangl(?:es|ed|ing)|slap(?:s|ped|ping)?|kick(?:s|ed|ing)?|"
    rf"punch(?:es|ed|ing)?|shov(?:es|ed|ing)|bit|burn(?:s|ed)?|hurts?|hurting|threaten(?:s|ed|ing)?|slam(?:s|med)|smack(?:s|ed)?|"
    rf"whip(?:s|ped)?|belts|belted|stomp(?:s|ed)|attack(?:s|ed)|spit(?:s|ting)?|spat|grop(?:es|ed)|fondl(?:es|ed)|drugg?(?:s|ed)) (?:on |at )?"
    rf"{_THEM}\b(?! {_THING})(?! (?:at|in) (?:cards|chess|checkers|dominoes|the game|bingo))",
    rf"\b(?:hits|beats up|beat up|slaps|slapped|choked|strangled|punched|punches|kicks) (?:{_THEM}|{_WHO})\b"
    rf"(?! (?:at|in|hard|to))(?! {_THING})",
    rf"\b(?:he|she|they|{_WHO}) (?:pushe[ds]|push|shoved?|threw|throws|drag(?:s|ged)|grab(?:s|bed)?|pinned|pins) {_THEM} "
    r"(?:down|against|by the|into|out of|to the (?:floor|ground|wall)|across)\b",
    rf"\b(?:put|puts|putting|lays?|laid) (?:his|her|their) hands? (?:on {_THEM}(?! (?:shoulder|hand|heart|forehead))|"
    r"(?:around|on) (?:her|his|my|their) (?:neck|throat))\b|\bhands around (?:her|his|my) (?:neck|throat)\b",
    rf"\b(?:broke|breaks|twist(?:s|ed)?|fractured) (?:her|his|my) (?:arm|wrist|nose|jaw|ribs?|finger) on purpose\b|"
    rf"\b(?:he|{_WHO}) (?:broke|twist(?:s|ed)) (?:her|my) (?:arm|wrist|nose|jaw|ribs?|fingers?)\b",
    rf"\bwho (?:hurts?|hits?|beats?|touche[sd]|threatens) {_THEM}\b|\bhiding from (?:him|{_WHO})\b|\bfled (?:from )?(?:him|{_WHO})\b",
    rf"\b(?:he|someone|somebody|they|{_WHO}) (?:pushe[ds]|shove[ds]|threw|tripped|knocked) {_THEM}\b(?=\W*$| and | so | when | over)",
    rf"\b{_PARTNER} (?:won't|wont|will not|doesn't|does not|never) lets? {_THEM} (?:see|leave|talk|speak|go|work|drive|have|use|answer|call|"
    r"come|out|be|eat|sleep|spend|near)\b",
    rf"\b{_PARTNER} (?:took|takes|hid|hides|broke|smashed) (?:the|her|his|my) (?:phone|keys|car keys|papers|passport|id|medicine|meds|pills)\b",
    r"\bflinch(?:es|ed|ing)?\b(?! at the (?:needle|cold))|\bcowers?\b",
    rf"\btouch(?:es|ed|ing) (?:my|her|his|the|a|their) (?:{_CHILD}|breasts?|privates?|private parts|chest and)\b",
    r"\b(?:grab(?:s|bed|bing)?|grop(?:es|ed|ing)|squeez(?:es|ed)|pull(?:s|ed)) (?:her|my|his|their) (?:breasts?|butt|body|throat|hair|neck|crotch)\b(?! back)"
    rf"|\bgrab(?:s|bed|bing)? {_THEM} by the\b",
    rf"\bagainst (?:her|his|my|their) will\b|\bh(?:eld|olds?|olding) {_THEM} (?:down|hostage|captive)\b|\bkept (?:prisoner|captive)\b",
    rf"\bmak(?:es?|ing) {_THEM} (?:sleep with|have sex|undress|strip|touch)\b|\btraffick",
    r"\b(?:scared|afraid|worried|terrified|fears)(?: that)? (?:(?:he'll|he will|he's going to|he might|he'd|he would) (?:find (?:her|me|out|them)|hurt|kill|"
    r"come (?:back|after|home|for)|hit|do|take it out|hunt|show up|beat|follow)|of what he)\b",
    rf"\bt(?:ies|ied|ying) {_THEM} (?:to|up)\b|\bshakes? the baby\b|\bshook the baby\b",
    r"\bpunch(?:es|ed|ing)? (?:the |a |holes? in the )?(?:wall|walls|door)\b",
    rf"\bthreaten(?:s|ed|ing)? {_THEM}\b(?! with (?:eviction|a fine|fines|collections|a bill|late|shut))|\bdeath threats?\b",
    r"\b(?:ex|boyfriend|husband|man|he|stranger|neighbor) (?:keeps|kept) (?:showing up|coming by|coming to|calling her all|following|watching)\b|"
    r"\bshows up (?:at|outside) her (?:door|house|work|job) (?:drunk|at night|uninvited|angry)\b",
    r"\btouch(?:es|ed|ing) (?:her|him|me) (?:and|when|while|without|inappropriately)\b|\bwhere (?:he|she) shouldn't\b",
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
    r"\b(?:going|wants?|wanted|threaten(?:s|ed)?|will|would|gonna|plans?|(?:said|says|swears) (?:s?he|they|i)(?:'d|'ll| will| would)|swore|swore he'd|s?he'll|he'd|she'd) (?:to )?(?:kill|hurt|shoot|stab|beat|burn) "
    r"(?:me|her|him|them|us|someone|somebody|people|the|his|(?:her|his) \w+)\b(?! (?:time|for|copay|deductible|chances|feelings|back))",
    r"\bthreaten(?:s|ed|ing)? to (?:kill|hurt|take|leave her with nothing|report|deport|beat|burn|shoot|throw)\b(?! the bus)",
    rf"\b(?:won't|wont|will not|doesn't|never) lets? {_THEM} (?:leave|out|see (?:her|his) (?:family|mother|friends)|go out|work|"
    r"have a phone|use the phone|talk to)\b",
    r"\block(?:s|ed|ing)? (?:her|him|me|them) (?:in|out of the house|up)\b",
    rf"\b(?:stalk(?:s|ed|ing)|follow(?:s|ed|ing)) {_THEM} (?:home|everywhere|to work|around|at|to the)\b|\bstalk(?:s|ing|ed)? {_THEM}\b",
    r"\bbruises?\b.{0,80}\b(?:won't|wont|can't|cannot|doesn't|didn't) (?:explain|say)\b|\bblack eye\b|\bbruises on (?:her|his) (?:neck|arms?"
    r"|face|back|throat)\b",
    r"(?<!cough is )(?<!cough was )(?<!storm was )\bviolent\b(?! (?:movie|game|cough|storm|sneez))",
    rf"\battack(?:s|ed) {_THEM}\b|\bforc(?:es|ed|ing) {_SELF} on\b|\b(?:gun|knife) to (?:her|his|my) (?:head|throat|neck)\b",
    rf"\b(?:door|bedroom|bathroom) locked because\b|\block(?:s|ed|ing)? {_SELF} in\b",
)
_SIGNS = re.compile("|".join(_SELF_HARM + _VIOLENCE))


def suggests(text: str) -> bool:
    return _SIGNS.search(plain(text).casefold()) is not None
