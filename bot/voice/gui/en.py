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
    "(?:export|download|save|share|publish|render|preview|play|apply|generate|done|ok|next|continue|confirm|undo|redo)"
)
_BUTTON = r"(?:buttons?|icons?|keys?|links?|options?|toggles?|checkbox(?:es)?|tools?|sliders?|switch|playhead)"
_PANEL = (
    r"(?:panels?|panes?|tabs?|(?:sub)?menus?|side ?bars?|tool ?bars?|drop-?downs?|dialogs?|pop-?ups?|inspector"
    r"|workspace"
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
        *("go", "head", "navigate", "switch", "jump", "return", "scroll", "over", "back", "sign in", "log in"),
    )
)
"""After these "to" begins no clause of its own."""
_LEAD = (
    r"(?:(?:please|just|simply|now|then|next|first|second|finally|lastly|also|alternatively|otherwise|instead"
    r"|so|and|or|but"
    r"|want to|like to|need to|have to|either|kindly|again|optionally|directly|feel free to|go ahead and"
    r"|be sure to|make sure (?:to|you|that you)"
    r"|remember to|don't forget to|try to|let's|to (?:start|begin|finish|continue)|when ready|from (?:here|there)"
    r"|(?:i|we) (?:recommend|suggest)(?: that)?(?: you)?|all you (?:need|have) to do is"
    rf"|{_CAN}(?: (?:now|also|then|just|simply|always|either|directly|easily|even|still|go))*)[,:]? )*"
)
_SEE = (
    r"(?:preview|view|watch|review|see|check(?: out)?|play|find|look|adjust|change|edit|tweak|fine-tune|modify"
    r"|trim|move"
    r"|rearrange|reorder|select|choose|pick|set|drop|place|explore|inspect|access|manage|use|turn (?:on|off)"
    r"|add|delete"
    r"|remove|rename|replace|reset|apply|cut|split|mute|search|crop|resize|control|configure|compare|enable"
    r"|create|put|do|track|follow|monitor|read"
    r"|download|export|get|open|scroll|hover|import|upload|take a (?:quick )?look)"
)

LANGUAGE = Language(
    names=_NAMES,
    joints=(
        r"[,;] (?:and |or |then |but |so )*| ?— ?| - "
        r"|(?<!says)(?<!said)(?<!reads)(?<!title)(?<!text)(?<!caption): | (?<!ahead )(?:and|or|but"
        r"|then) (?:then |also )?"
        r"| (?=(?:when|whenever|once|if|after|before|until|so that|so you) )"
        rf"|{_NOT_AFTER} (?=to (?!the|your|our|its|this|that|an?\b)[a-z]+\b)| (?=by (?:click|tap|press|us|open"
        rf"|drag|go|select)\w*ing )"
    ),
    lead=_LEAD,
    click=(
        r"(?:(?:(?:double|right|left)[- ])?(?:click|tap)(?:ing)?|(?:hit|press|push)(?:ing)?(?= (?:on )?(?:the "
        r"|that |your )?"
        rf"(?:{_NAME}\b|{BLOT}|(?-i:[A-Z])|(?:[\w-]+ ){{1,3}}{_BUTTON}\b)))"
        rf"(?= (?:on|the|that|this|your|here|any|it|{_NAME}|{BLOT}|[^\w\s,.;]|(?-i:[A-Z])"
        rf"|(?:[\w-]+ ){{1,3}}{_BUTTON}))"
        r"(?! sounds?| tracks?\b)"
        r"|(?:hover|swipe|scroll|pinch|long-press|refresh)(?:ing)? (?:over|on|to|down|up|left|right|through|in"
        r"|the|your)\b"
        rf"|(?:use|using|select|choose|pick|find|locate|look for|toggle|enable|there is|there's|via) {_THING}"
        rf"(?:{_BUTTON}|(?-i:Export|Download|Save|Share|Preview|Apply|Generate))\b(?! sound)"
        rf"|(?:the |your )(?:{BLOT}+|(?-i:[A-Z])\w+|{_NAME}) {_BUTTON} (?:is|will|lets|at|in|on|to)\b"
    ),
    drag=rf"(?P<drag>drag(?:ging)?|drop(?=\b.* {_WHERE} {_PLACE}))(?: and drop|-and-drop)? (?!race|queen|show)",
    place=(
        rf"(?:open(?:ing)?(?: up)?|close|expand|visit|access|(?:go|head|navigate|switch|jump|return"
        rf"|scroll)(?: over| back)?"
        rf"(?: (?:in)?to)|look (?:in|at|under)|check(?: out)?|see|view|watch|review|enter|use|bring up) {_PLACE}"
        rf"|{_SEE}\b.{{0,60}}? {_WHERE} {_PLACE}|{_SEE} {_WHERE} {_PLACE}"
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
        r"(?:then |next |finally )?(?:search|select|choose|pick|set|adjust|enter|type|confirm|wait|check|pick"
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
    offer=(
        r"(?:would you like|do you want|want|shall|should|let me know|if you(?:'d| would)? (?:like|want)|i can"
        r"|i could|happy to"
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
