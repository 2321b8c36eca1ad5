"""What differs between spoken languages: spaces, hesitations, and how one makes a speech model write those down."""

_CODES = (
    "en:eng zh:zho de:deu es:spa ru:rus ko:kor fr:fra ja:jpn pt:por tr:tur pl:pol ca:cat nl:nld ar:ara sv:swe "
    "it:ita id:ind hi:hin fi:fin vi:vie he:heb uk:ukr el:ell ms:msa cs:ces ro:ron da:dan hu:hun ta:tam no:nor "
    "th:tha ur:urd hr:hrv bg:bul lt:lit la:lat mi:mri ml:mal cy:cym sk:slk te:tel fa:fas lv:lav bn:ben sr:srp "
    "az:aze sl:slv kn:kan et:est mk:mkd br:bre eu:eus is:isl hy:hye ne:nep mn:mon bs:bos kk:kaz sq:sqi sw:swa "
    "gl:glg mr:mar pa:pan si:sin km:khm sn:sna yo:yor so:som af:afr oc:oci ka:kat be:bel tg:tgk sd:snd gu:guj "
    "am:amh yi:yid lo:lao uz:uzb fo:fao ht:hat ps:pus tk:tuk nn:nno mt:mlt sa:san lb:ltz my:mya bo:bod tl:tgl "
    "mg:mlg as:asm tt:tat haw:haw ln:lin ha:hau ba:bak jw:jav su:sun yue:yue"
)
LANGUAGES: dict[str, str] = dict(pair.split(":") for pair in _CODES.split(" "))
"""Every language the speech model knows, and the three letters that files name it by (ISO 639-2)."""

NO_SPACES = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km"})
"""Written without spaces between words."""

HESITATIONS: dict[str, tuple[str, ...]] = {
    "en": ("um", "uh", "umm", "uhm", "erm", "er", "hmm", "mm", "ah", "eh"),
    "zh": ("嗯", "呃", "额", "唔", "嗯嗯", "呃呃"),
    "de": ("äh", "ähm", "öh", "öhm", "hm", "hmm"),
    "es": ("eh", "em", "mmm", "ehm"),
    "fr": ("euh", "heu", "hum", "hmm"),
    "pt": ("ã", "ãh", "hum", "é..."),
    "it": ("ehm", "eh", "mmm"),
    "ru": ("э", "ээ", "эм", "мм", "хм"),
    "ja": ("えー", "えーと", "えっと", "あの", "あのー", "うーん", "ええと"),
    "ko": ("음", "어", "에"),
}
"""Sounds that say nothing, as they are written: what "remove the filler words" takes out, and subtitles leave out."""

PROMPTS: dict[str, str] = {
    "en": "Um, uh, so, um, I was like, uh, hmm, you know.",
    "zh": "嗯，呃，那个，就是，呃，嗯，然后呢，嗯。",
    "de": "Äh, ähm, also, äh, ich meine, hm, ähm.",
    "es": "Eh, em, o sea, eh, este, mmm, pues.",
    "fr": "Euh, heu, donc, euh, enfin, hum, bah.",
    "pt": "É..., hum, então, ãh, tipo, hum.",
    "it": "Ehm, eh, cioè, ehm, mmm, allora.",
    "ru": "Э, эм, ну, э, мм, как бы, хм.",
    "ja": "えー、えーと、あの、うーん、えっと。",
    "ko": "음, 어, 그, 저기, 음, 에.",
}
"""What one had just said, as the model is told: then it writes such sounds down instead of tidying them away."""


def hesitations(lang: str) -> tuple[str, ...]:
    """Those of a language, and the English ones where nobody wrote any down."""
    return HESITATIONS.get(lang, HESITATIONS["en"])
