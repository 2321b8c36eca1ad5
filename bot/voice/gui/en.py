"""English: how an agent tells a user to use a GUI, and how it does not."""

from bot.voice.gui.mask import BLOT
from bot.voice.gui.parts import Language, Step

_NAMES = (
    (Step.EXPORT, r"\b(?:export|download|save|share|publish|render)\b"),
    (Step.CREDITS, r"\b(?:account|billing|credits?|subscription|balance|plan|pricing|upgrade|top[ -]up)\b"),
    (Step.TRACKS, r"\b(?:preview|play(?:back|er)?|time ?line)\b|▶"),
    (
        Step.STATE,
        r"\b(?:media|assets?|library|inspector|properties|layers?|upload|files?|projects?|effects?|settings)\b",
    ),
)
_NAME = (
    "(?:export|download|save|share|publish|render|preview|play|apply|generate|done|ok|next|continue|confirm|undo"
    "|redo|retry|split|space ?bar)"
)
_BUTTON = r"(?:buttons?|icons?|keys?|links?|options?|toggles?|checkbox(?:es)?|tools?|sliders?|switch|playhead)"
_PANEL = (
    r"(?:panels?|panes?|tabs?|(?:sub)?menus?|side ?bars?|tool ?bars?|drop-?downs?|dialogs?|pop-?ups?|inspector"
    r"|workspace|upload area|text field"
    r"|time ?line|(?:media|asset|assets|stock|music|effects?|template|project) (?:library|bin|browser|pool|section)"
    r"|media library|library|(?:preview|export|project|settings) (?:window|area|screen|page|monitor|section|view)"
    r"|[\w ]{1,20} ?(?:>|→|›) ?\w+"
    r"|(?:billing|account|pricing|profile|subscription|settings|downloads?|exports?|projects?) (?:page|section"
    r"|settings)?)"
)
_THING = rf"(?:(?:the|your|our|its|this|that|an?) )?(?:[\w&/'-]+ |{BLOT}+ ){{0,4}}?"
_PLACE = rf"{_THING}{_PANEL}\b(?! of\b)"
_WHERE = r"(?:in|on|from|at|under|inside|within|into|onto|to|via|using|with|through)"
_VIDEO = (
    r"(?:it|this|them|everything|(?:the|your|this|my)(?: [\w-]+){0,3}"
    r" (?:videos?|films?|movies?|edits?|results?|projects?|cuts?|versions?|files?|creations?|work|draft|copy"
    r"|output|reel))"
)
_CAN = (
    r"you(?:'ll| can| could| may| might| should| must| need to| have to| will| want to| are able to"
    r"|'re (?:free|ready) to)"
)
_NOT_AFTER = "".join(
    f"(?<!{word})"
    for word in (
        *("free", "like", "want", "need", "able", "sure", "try", "forget", "remember", "have", "going", "used"),
        *(
            "how",
            "me",
            "go",
            "head",
            "navigate",
            "switch",
            "jump",
            "return",
            "scroll",
            "over",
            "back",
            "sign in",
            "log in",
        ),
    )
)
"""After these "to" begins no clause of its own."""
_LEAD = (
    r"(?:(?:please|just|simply|now|then|next|first|second|finally|lastly|also|alternatively|otherwise|instead"
    r"|so|and|or|but"
    r"|want to|like to|need to|have to|either|tip|go ahead|that|which|where|kindly|again|optionally|directly"
    r"|feel free to|go ahead and"
    r"|be sure to|make sure (?:to|you|that you)"
    r"|remember to|don't forget to|try to|let's|to (?:start|begin|finish|continue)|when ready|from (?:here|there)"
    r"|(?:i|we) (?:recommend|suggest)(?: that)?(?: you)?|all you (?:need|have) to do is(?: to)?|the (?:next|last"
    r"|final) step is(?: to)?|use your (?:mouse|finger) to"
    rf"|{_CAN}(?: (?:now|also|then|just|simply|always|either|directly|easily|even|still|go))*)[,:]? )*"
)
_SEE = (
    r"(?:preview|view|watch|review|see|check(?: out)?|play|find|look|adjust|change|edit|tweak|fine-tune|modify"
    r"|trim|move"
    r"|rearrange|reorder|select|choose|pick|set|drop|place|explore|inspect|access|manage|use|turn (?:on|off)"
    r"|add|delete"
    r"|remove|rename|replace|reset|apply|cut|split|mute|search|crop|resize|control|configure|compare|enable"
    r"|create|put|track|follow|monitor|read|paste|enter|type|switch|scrub|zoom|toggle"
    r"|download|export|get|open|scroll|hover|import|upload|take a (?:quick )?look)"
)

LANGUAGE = Language(
    names=_NAMES,
    joints=(
        r"[,;] (?:and |or |then |but |so )*| ?— ?| - "
        r"|(?<!says)(?<!said)(?<!reads)(?<!title)(?<!text)(?<!caption): | (?<!ahead )(?<!drag )(?:and|or|but"
        r"|then) (?:then |also )?"
        r"| (?=(?:when|whenever|once|if|after|before|until|so that|so you) )"
        r"|(?<!recommend)(?<!suggest) (?=(?:that|which|where) you\b)"
        rf"|{_NOT_AFTER} (?=to (?!the|your|our|its|this|that|an?\b)[a-z]+\b)| (?=by (?:click|tap|press|us|open"
        rf"|drag|go|select)\w*ing )"
    ),
    lead=_LEAD,
    click=(
        r"(?:(?:(?:double|right|left)[- ])?(?:click|tap)(?:ing)?|(?:hit|press|push)(?:ing)?(?= (?:on )?(?:the "
        r"|that |your )?"
        rf"(?:{_NAME}\b|▶|{BLOT}|(?-i:[A-Z])|(?:[\w-]+ ){{1,3}}{_BUTTON}\b)))"
        rf"(?= (?:on|the|that|this|your|here|any|it|{_NAME}|{BLOT}|[^\w\s,.;]|[\u4e00-\u9fff]|(?-i:[A-Z])"
        rf"|(?:[\w-]+ ){{1,3}}{_BUTTON}))"
        r"(?! sounds?| tracks?\b)"
        r"|(?:hover|swipe|scroll|pinch|long-press|refresh)(?:ing)? (?:over|on|to|down|up|left|right|through|in"
        r"|the|your)\b"
        rf"|(?:use|using|select|choose|pick|find|locate|look for|toggle|enable|there is|there's|via) {_THING}"
        rf"(?:{_BUTTON}|(?-i:Export|Download|Save|Share|Preview|Apply|Generate))\b(?! sound)"
        rf"|(?:the |your )(?:{BLOT}+|(?-i:[A-Z])\w+|{_NAME}) {_BUTTON} (?:is (?:in|at|on)|will|lets|at|in|on|to)\b"
    ),
    drag=(
        rf"(?P<drag>drag(?:ging)?|drop(?=\b.* {_WHERE} {_PLACE}))(?: and drop|-and-drop)? "
        rf"(?=the\b|your\b|its\b|any\b|& drop\b|it\b|them\b|this\b|that\b|any\b|a\b|and drop\b|clips?\b|files?\b"
        rf"|your\b|{BLOT})(?!.*\b(?:race|queen)\b)"
    ),
    place=(
        rf"(?:open(?:ing)?(?: up)?|close|expand|visit|access|(?:go|head|navigate|switch|jump|return"
        rf"|scroll)(?: over| back)?"
        rf"(?: (?:in)?to)|look (?:in|at|under)|check(?: out)?|see|view|watch|review|enter|use|bring up) {_PLACE}"
        rf"|{_SEE}\b.{{0,60}}? {_WHERE} {_PLACE}|{_SEE} {_WHERE} {_PLACE}"
        rf"|(?:it|they|(?:the|your) [\w ]{{1,30}}) can (?:now )?be \w+ {_WHERE} {_PLACE}"
        rf"|{_WHERE} {_PLACE}$"
        r"|(?:check|visit|view|see|review|manage|upgrade|top up|go to|head to|log in ?to|sign in ?to"
        r"|add)(?: [\w']+){0,4}"
        r" (?:account|billing|subscription|plan)\b|top up\b"
    ),
    deed=(
        rf"(?:(?:export|download|save|share|publish|render) (?:{_VIDEO}|now|here|directly|any ?time|whenever"
        rf"|as an?|to your)"
        rf"|(?:preview|play|watch) (?:{_VIDEO}|now|here))(?! for you)\b"
        r"|(?:export|download|preview)$"
    ),
    hangs=(
        r"(?:and |or )?(?:to|when|whenever|once|if|after|before|until|so (?:that )?you|for|in order to"
        r"|as soon as|by)\b(?! my)"
    ),
    goes_on=(
        rf"(?:then )?(?:on )?{BLOT}+$|"
        rf"{_THING}{_PANEL}$|"
        r"(?:then |next |finally )?(?:search|toggle|shorten|lower|see if|select|choose|pick|set|adjust|enter|type"
        r"|confirm|wait|check|pick"
        r"|make any|specify|follow"
        r"|use|save|share|download|export|preview|play|watch|review|apply|look for|enjoy it there|release|move"
        r"|place|drop"
        r"|scroll|edit|change|fine-tune|tweak|start|hit|press|that's it|you're done|you'll (?:see|find|be able)"
        r"|it will (?:be saved|download|open|start|save))\b"
    ),
    tail=(
        rf" (?:for you )?to (?:be )?(?:preview|view|watch|play|review|see|check|export"
        rf"|download)(?:ed)?\b[^,.]{{0,40}}? {_WHERE}"
        rf" {_PLACE}.*$| (?:for|and ready for) (?:you|preview(?:ing)?|review"
        rf"|playback)\b[^,.]{{0,30}}? {_WHERE} {_PLACE}.*$"
        rf"| (?:by|via|using|with|through) (?:clicking|tapping|pressing|dragging|using|the|selecting"
        rf"|opening)\b(?=.*(?:{_BUTTON}|{_NAME}"
        rf"|{BLOT}|{_PANEL})\b).*$"
        r"| (?:when|once|after|if|before) you (?:click|tap|press|hit|open)\b.*$"
    ),
    negative=r"(?:please )?(?:don't|do not|no need to|you (?:don't|do not) (?:need|have) to|without|never)\b",
    others=(
        r"\b(?:he|she|they|people|men|women|kids|viewers?|the (?:user|man|woman|boy|girl|person|host|speaker"
        r"|narrator|teacher"
        r"|presenter|cursor|tutorial|recording|screen recording|scene|footage|close-up))\b"
    ),
    plans=(
        r"(?:i'll|i will|i'm going to|i am going to|i can|i could|let me|we'll|we will|shall i|should i|i've"
        r"|i have|i)\b"
        r"|.{0,20}\b(?:want|like) me to\b"
    ),
    addressed=(
        r"\b(?:you|please|make sure)\b|^\W*(?:see|use|toggle|adjust|switch|press|smash|drag|drop|listen|go|have a"
        r"|give|take a|consider)\b"
    ),
    window=(
        rf"{_WHERE} (?:the |your )?(?:(?!and\b|solar\b|control\b|restaurant\b|wooden\b)[\w-]+ ){{0,3}}"
        r"(?:panel|tab|sidebar|tool ?bar|dropdown|dialog|inspector|time ?line|(?:media|asset) library|(?:preview"
        r"|export) window"
        r"|account page|share menu)\b(?! of\b)"
        r"|(?:see|check|open|press|smash|give it a play) (?:the )?(?:\w+ ){0,2}(?:panel|spacebar|space bar|button"
        r"|tab|▶)"
        r"|(?:download|export|play) button\b"
    ),
    offer=(
        r"(?:would you like|do you want|want|shall|should|let me know|if you(?:'d| would)? (?:like|want)|i can"
        r"|i could|happy to|ready to"
        r"|ready for me)\b.{0,40}?\b(?P<export>export|download|render)|(?:like|want) me to (?P<tracks>preview)"
    ),
    wording=(
        (r"^.*\b(?:sliders?|edges?|handles?|corners?|playhead)\b.*$", ""),
        (r"^(?:ctrl|cmd|command)\s?\+\s?z$", "Undo"),
        (r"^(?:ctrl|cmd|command|shift|alt|⌘).*$", ""),
        (r"^(?:drag(?:ging)?|drop)(?: and drop|-and-drop)?\b", "move"),
        (r"\s(?:to|so that|so) (?:you )?(?:trim|adjust|change|reposition|rearrange|reorder|extend|shorten)\b.*$", ""),
        (r"\byour\b", "the"),
    ),
)
