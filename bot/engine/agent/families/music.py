"""Sound beside the video's own: music, replace_audio, sound effects, voice_over."""

from collections.abc import Sequence

from bot.engine.agent.asking import missing
from bot.engine.agent.rules import Found, Rule
from bot.engine.agent.slots import clean_number, range_scope
from bot.engine.timeline.ops import MusicOp, Mute, Op, ReplaceAudio, VoiceOver

MOODS: dict[str, str] = {
    r"\b(?:upbeat|catchy|groovy|funky|feel[ -]?good)\b|节奏感(?:强)?": "upbeat",
    r"\b(?:happy|happier|cheerful|joyful|fun|bright|sunny)\b|欢快|欢乐|喜悦|明快|轻快|愉快|快乐|开心|喜庆|"
    r"阳光": "happy",
    r"\b(?:energetic|exciting|hype|driving|powerful|high[ -]energy|workout|intense|aggressive)\b|动感|激昂|有力|燃|"
    r"激情|热血|"
    r"劲爆": "energetic",
    r"\b(?:calm(?:er|ing)?|classical|soft(?:er)?|gentle|peaceful|relax(?:ing|ed)|soothing|ambient|atmospheric|"
    r"meditat(?:ive|ion)|quiet|"
    r"spa)\b|"
    r"古典|舒缓|安静|平静|轻柔|柔和|放松|宁静|治愈|温柔|冥想|轻音乐": "calm",
    r"\b(?:chill(?:ed|out)?|lo-?fi|laid[ -]?back|mellow|easy[ -]?going)\b|轻松|慵懒|悠闲|惬意": "chill",
    r"\b(?:sad|melanchol(?:y|ic)|emotional|heartfelt|somber|sombre|moving)\b|悲伤|伤感|忧伤|感人|悲情|煽情|忧郁": "sad",
    r"\b(?:epic|cinematic|dramatic|orchestral|heroic|trailer|grand)\b|史诗|大气|震撼|电影感|恢弘|磅礴|交响": "epic",
    r"\b(?:romantic|wedding|love|tender)\b|浪漫|婚礼|甜蜜|温馨": "romantic",
    r"\b(?:corporate|business|professional|tech)\b|商务|企业|科技感?|专业": "corporate",
    r"\b(?:tense|suspense(?:ful)?|dark|scary|horror|thriller|ominous)\b|紧张|惊悚|恐怖|压抑": "tense",
    r"\b(?:jazz(?:y)?|swing|bossa ?nova|blues)\b|爵士|蓝调": "jazz",
    r"\b(?:rock|punk|metal|grunge)\b|摇滚|朋克|重金属": "rock",
    r"\b(?:acoustic|piano|guitar|folk|ukulele|country)\b|钢琴|吉他|民谣|原声吉他|乡村": "acoustic",
    r"\b(?:electronic|techno|edm|chiptune|retro|synth(?:wave)?|house|8[ -]?bit|dance|dubstep|trance)\b|电子|电音|"
    r"舞曲|合成器": "electronic",
    r"\b(?:playful|quirky|funny|silly|comedic|comedy|cute|whimsical|goofy)\b|俏皮|可爱|搞笑|滑稽|调皮|有趣|"
    r"诙谐": "playful",
    r"\b(?:mysterious|mystery|eerie|spooky|enigmatic)\b|神秘|悬疑|诡异": "mysterious",
    r"\b(?:nostalgic|vintage|old[ -]?school|wistful)\b|怀旧|复古|回忆感?": "nostalgic",
    r"\b(?:inspir(?:ing|ational)|motivational|uplifting|hopeful|triumphant)\b|励志|鼓舞|振奋|激励|充满希望|"
    r"正能量": "inspiring",
}
SOUND_FILES = (".mp3", ".wav", ".m4a", ".aac", ".flac", ".ogg", ".opus")
_LEVEL = r"(?:@sound|\b(?:at|to)\b|,)* <P>(?: @sound)?|音量 (?:为|到|调到)?<N>|\bvolume (?:at |to )?<N>"
_KIND = (
    r"@music|@sound|\b(?:under|underneath|behind|over|some|nice|good|quiet|light|low|my|music|track|tracks|background|"
    r"uploaded|attached|mp3|wav|audio file|file|something|style|royalty[ -]free|trending|whole|entire|start|end|of|"
    r"beats?|instrumental|instead|vibe|vibes|mood|"
    r"feel(?:ing)?|kind|"
    r"sounding|piece|suitable|fitting|gameplay|vlog|in|genre|put|bit|back)\b|一首|一段|好听的?|风格|感觉|类型|那种|"
    r"背景|节奏|(?:铺|垫|衬|放|加)?在?(?:下面|底下|背景[里中上])|"
    r"的|合适的?|全程|作为|当|做|成|旋律"
)
_SWAP = r"\b(?:replace|swap(?: out)?|change|different|another|switch)\b|换成?|替换成?|换掉|换一首|换个"


def _sound_file(f: Found) -> str | None:
    """The sound file that is meant: the one named, or the newest that lies ready."""
    named = [t.text for t in f.all("F") if t.text.casefold().endswith(SOUND_FILES)]
    if named:
        return named[0]
    ready = [name for name in f.context.attachments if name.casefold().endswith(SOUND_FILES)]
    return ready[-1] if ready else None


def _other_file(f: Found) -> bool:
    return any(not t.text.casefold().endswith(SOUND_FILES) for t in f.all("F"))


def _mood(f: Found) -> str | None:
    found = [name for words, name in MOODS.items() if f.take(words)]
    return found[0] if found else None


def _music(f: Found) -> Sequence[Op] | None:
    if _other_file(f):
        return None
    slots: dict[str, object] = {}
    file, mood = _sound_file(f), _mood(f)
    if file and (f.has("<F>") or not mood):
        slots["file"] = file
    elif mood:
        slots["mood"] = mood
    f.take(
        r"\b(?:(?:that|which) )?(?:match(?:es|ing)?|fit(?:s|ting)?|suit(?:s|ing)?)\b(?: (?:with )?(?:mood|"
        r"vibe|pace|feel|style|tone|energy|and|of|my|video|gameplay|vlog)\b)*"
    )
    if f.take(_SWAP):
        slots["replace"] = True
        f.take(r"\b(?:for|with|by|to)\b")
    if level := f.token(_LEVEL):
        slots["volume"] = round(level.number)
    begin = None if f.has("<G>") else f.token(r"(?:\b(?:at|from|starting (?:at|from))\b|从|在) <T>(?:开始|处)?")
    if begin:
        slots["start"] = clean_number(begin.number)
    elif stretch := range_scope(f):
        slots |= {"start": clean_number(stretch[0]), "end": clean_number(stretch[1])}
    f.take(_KIND)
    return [MusicOp.model_validate(slots)]


def _remove_music(f: Found) -> Sequence[Op] | None:
    if not f.facts.has_music:
        if f.has(r"^\W*no\b|^\W*(?:不要|不用|别)"):
            return []  # a wish that is met
        return missing(f, "no_music_yet")
    f.take(r"\b(?:track|all|from|off|i (?:don't|do not|dont) like|i hate)\b|所有|全部")
    return [MusicOp(remove=True)]


def _replace_audio(f: Found) -> Sequence[Op] | None:
    if _other_file(f):
        return None
    file, mood = _sound_file(f), _mood(f)
    f.take(rf"{_SWAP}|@sound|@remove|\b(?:original|own|video(?:'s)?|for|with|by|to|track|use|instead|of|in|it|put)\b|"
           rf"原来的?|视频的?|成|"
           r"用|为|代替|原|的")  # fmt: skip
    if file and (f.has("<F>") or not mood):
        return [ReplaceAudio(file=file)]
    if mood:
        f.take(_KIND)
        return [Mute(target="video"), MusicOp(mood=mood)]
    return missing(f, "no_sound_file")


def _effect(f: Found) -> Sequence[Op] | None:
    if _other_file(f):
        return None
    file = _sound_file(f)
    if file is None:
        return None
    slots: dict[str, object] = {"file": file, "role": "effect"}
    if place := f.token(r"(?:\b(?:at|on|around)\b|在|到|第)? <T>(?:处|的时候|时|位置|那里)?"):
        slots["start"] = clean_number(place.number)
    elif f.take(r"(?:\bat\b )?@start|在?开头"):
        slots["start"] = 0
    if level := f.token(_LEVEL):
        slots["volume"] = round(level.number)
    f.take(rf"{_EFFECT}|@sound|\b(?:effects?|sound|as|file|from|one)\b|音效|声音|效果")
    return [MusicOp.model_validate(slots)]


def _voice_over(f: Found) -> Sequence[Op] | None:
    quoted = f.all("Q")
    f.take(
        rf"{_VOICE}|@add|@make|\b(?:says?|saying|that|which|reads?|reading|aloud|out|loud|this|text|it|with|in|voice|"
        rf"ai|female|male|"
        r"natural|english|generate|record|speak|of|over|line|words)\b|说|念|读|内容|是|为|这段|文字|把|生成|一段"
    )
    if not quoted:
        return missing(f, "voice_words")
    if len(quoted) > 1:
        return None
    slots: dict[str, object] = {"text": quoted[0].text}
    if place := f.token(r"(?:\b(?:at|from|starting at|after)\b|在|从|到|第)? <T>(?:处|的时候|时|开始|位置)?"):
        slots["start"] = clean_number(place.number)
    elif f.take(r"(?:\b(?:at|in)\b )?@start|在?(?:开头|片头)"):
        slots["start"] = 0
    return [VoiceOver.model_validate(slots)]


def _no_voice_over(f: Found) -> Sequence[Op]:
    f.take(r"\b(?:all|track|from)\b|所有|全部|的")
    return [VoiceOver(remove=True)]


_UP_DOWN = (
    r"\b(?:louder|raise|increase|boost|higher|quieter|softer|lower|reduce|decrease|(?:turn|bring|crank|"
    r"pump) .{0,12}(?:up|down)|"
    r"too (?:quiet|low|loud)|(?:@music|@sound) (?:up|down))\b|大声|小声|调[高低大小]|提高|增大|加大|放大|减小|降低|"
    r"[大小轻响]一?[点些]"
)
_VOICE = (
    r"\b(?:voice ?-?overs?|narrat(?:e|es|ion|or)|(?:have|get|let|make|add) (?:(?:a|an|some|robot|ai|female|male|"
    r"computer) )*(?:voice|"
    r"narrator|someone|robot) (?:say(?:ing)?|read(?:ing)?|speak(?:ing)?)|text[ -]to[ -]speech|tts|(?:read|say|"
    r"speak) (?:this |it |"
    r"that )?(?:out(?: loud)?|"
    r"aloud)|ai voice)\b|旁白|配音|朗读|语音合成|画外音|念出?|读出来?"
)
_EFFECT = (
    r"\b(?:sound effects?|sfx|ding|whoosh|boom|beep|pop|swoosh|bell|chime|click|applause|laugh(?:ter)? track|airhorn|"
    r"gong|"
    r"ka-?ching|sting(?:er)?)\b|音效"
)
_OWN = (
    r"\b(?:audio(?: track)?|sound ?track|sound|original (?:sound|audio)|source audio|voice track)\b|原声|声音|音频|原音"
)
_ANY_MOOD = "|".join(f"(?:{words})" for words in MOODS)
RULES = (
    Rule(
        "replace_audio",
        (
            rf"(?:{_SWAP}).{{0,24}}(?:{_OWN})|(?:{_OWN}).{{0,8}}(?:{_SWAP})|\buse\b.{{0,24}}\b(?:instead of|"
            rf"as) .{{0,12}}(?:{_OWN})",
        ),
        _replace_audio,
        never=rf"@music(?! track)|<[TGPBC]\d+>|@text|{_UP_DOWN}|\b(?:pitch|format|effects?|volume|level|language|"
        rf"to (?:mono|stereo)|"
        r"wav|dub)\b|音量|音效",
    ),
    Rule(
        "remove_music",
        (r"@remove|\b(?:stop|turn off|no)\b|停[掉了止]|关掉|不要", "@music"),
        _remove_music,
        never=r"@silence|\bvocals?\b|\bbeat\b|\bexcept|<[TG]\d+>|,.{0,4}(?:只|\bonly\b|\bjust\b)|字幕|\b(?:captions|"
        r"subtitles)\b",
    ),
    Rule(
        "music",
        (
            rf"@add|{_SWAP}|@music\W{{0,3}}<F>|\b(?:get|find|using|something|would (?:work|fit|be|suit|go)|"
            rf"could use|how about|"
            rf"lay|play|under|"
            rf"behind|in background|as background)\b|配|作为|当|"
            r"(?<![不必重主])要(?![是不么求命])",
            r"@music|<F>|\b(?:lo-?fi|jazz) (?:beat|track)\b|\bbeats?\b|\btrack under\b|@add (?:some |"
            r"bit of )?\b(?:lo-?fi|jazz|edm|techno|synthwave)\b|"
            rf"(?:@add|\b(?:get|play)\b) (?:\bsome\b|\bbit of\b|\blittle\b)? (?:(?:{_ANY_MOOD}) )+"
            r"(?:\b(?:piano|guitar|strings|tunes?|melody|ambience|instrumental|background|vibes?|in background)\b)",
        ),
        _music,
        never=rf"@remove|@silence|@text|{_UP_DOWN}|\b(?:(?:video|clip)s? to (?:music|beat)|on (?:the )?beat|"
        rf"to (?:the )?beat|sound effect|watermark|logo|beat-|ding|generat\w+|create|compose|voice ?over|duck|when|"
        rf"mute|"
        rf"sync|fade|sound ?effects?|sfx|b-?roll|merge|append|overlay|slide ?shows?|subtitles?|normali[sz]e)\b|卡点|"
        rf"节拍|同步|静音|"
        rf"音效|旁白|水印|字幕|生成|(?:{_VOICE})",
    ),
    Rule(
        "music_bare",
        (
            rf"^\W*(?:(?:some|nice|little|bit of|more) ?)*(?:(?:{_ANY_MOOD}) ?(?:and|,|vibes?|style|"
            rf"sounding)? ?)+@music"
            r"(?: (?:(?:in|for|as) (?:background|back)|under(?:neath)?(?: it)?|behind it|throughout))?\W*$",
        ),
        _music,
    ),
    Rule(
        "music_over_part",
        ("|".join(f"(?:{words})" for words in MOODS), "@music", "<G>"),
        _music,
        never=rf"@remove|@silence|@text|{_UP_DOWN}|\b(?:generat\w+|create|compose|duck|mute|sync|fade|when|beat)",
    ),
    Rule(
        "music_in_background",
        (
            r"\b(?:in|for|as) (?:background|back)\b|<G>\W*$|^\W*@add ",
            r"@music|\b(?:beats?|tracks?|piano|guitar|strings|ukulele|drums|synths?|orchestra)\b",
            "|".join(f"(?:{words})" for words in MOODS),
        ),
        _music,
        never=rf"@remove|@silence|@text|{_UP_DOWN}|\b(?:generat\w+|create|compose|duck|mute|sync|fade|when|beat-|"
        rf"need|travel|"
        r"wedding clip)\b|(?:to|on) (?:the )?beat",
    ),
    Rule(
        "effect",
        (
            r"@add|\b(?:play|drop|insert)\b|放",
            rf"{_EFFECT}|<F>",
            rf"{_EFFECT}|\bas (?:an? )?(?:sound )?effect\b|"
            r"<F>.{0,6}(?:\b(?:at|on)\b|在|第) ?<T>|(?:在|第) ?<T>.{0,6}<F>",
        ),
        _effect,
        never=r"@remove|@music|@text|\b(?:b-?roll|when|whenever|merge|append|overlay|watermark|logo|cover|full|"
        r"picture|photo|"
        r"text|transition|background|from)\b|<[GQ]\d+>|水印|画面",
    ),
    Rule(
        "no_voice_over",
        ("@remove|取消", _VOICE),
        _no_voice_over,
        never=r"<[QTG]\d+>|@sound.{0,6}(?:down|up)|noise|@keep",
    ),
    Rule(
        "voice_over",
        (_VOICE,),
        _voice_over,
        never=rf"@remove|@music|{_UP_DOWN}|\b(?:duck|when|while|during|under|subtitles?|captions?|sync|clone|script|"
        rf"style|"
        r"video with|quote|convert|motivational|explainer|narrated|mute|generate a|create a|my own|voice ?over (?:is|"
        r"at|volume))\b|"
        r"时|字幕|克隆|音量",
    ),
)
