"""What the engine cannot do (yet), recognised so that it is answered and never bent into another edit.

Each line: a key (worded in words_*.py), what it sounds like, what it is not, and the op that comes nearest.
A later issue that teaches the engine one of these takes its line away and adds rules to a family.
"""

CANNOT: tuple[tuple[str, str, str, str | None], ...] = (
    (
        "captions",
        r"\b(?:sub ?titles?|subs|closed captions?|captions|cc|srt|vtt|burn(?:ed)?[ -]?in|"
        r"auto ?caption(?:s|ing)?)\b|字幕|\bcaption (?:this|it|video|my)\b",
        r"<Q>",
        "text",
    ),
    (
        "transcript",
        r"\b(?:transcri(?:pt|be|ption)s?|speech to text|chapters?|summar(?:y|ize|ise))\b|转文字|文字稿|"
        r"讲稿|转录|章节|总结",
        r"<Q>",
        "text",
    ),
    ("translation", r"\b(?:translat(?:e|ion|ing)|dub(?:bed|bing)?|bilingual)\b|翻译|配音成|双语", r"<Q>", "text"),
    (
        "filler",
        r"\b(?:filler(?: words?| sounds?| moments?)?|u+h*m+s?|u+h+s?|e+r+m+s?|you knows?|stutter(?:s|"
        r"ing)?|retakes?|bad takes?|mistakes?)\b|语气词|口头禅|口癖|废话|嗯+啊*|口语词|重复的?话|口误",
        r"<Q>(?! )$",
        "trim_silence",
    ),
    (
        "spoken",
        r"@remove.{0,40}\b(?:where|when|every time|whenever|parts? where)\b.{0,30}\b(?:say|says|said|"
        r"mention(?:s|ed)?|talk(?:s|ing)?)\b|说到.{0,20}(?:删|剪|去)|(?:他|我|她)说.{0,20}的?(?:那段|部分|"
        r"地方)",
        r"\b(?:nothing|not|n't|no ?one|nobody)\b|<[TG]\d+>|不|没",
        "cut_range",
    ),
    (
        "convert",
        r"\b(?:codec|bit ?rate|h ?\.?265|hevc|prores|crf|deinterlace|av1|vp9)\b|码率|编码",
        r"@text|without re-?encoding",
        "export",
    ),
    (
        "reverse",
        r"\b(?:revers(?:e|ed|ing)|backwards?|rewind)\b|倒放|倒着放|反向播放|倒带|逆向",
        r"\border\b|顺序",
        "speed",
    ),
    (
        "freeze",
        r"\b(?:freez(?:e|es|ing)|frozen|pause (?:on|at|frame|video)|hold (?:on|frame|last))\b|定格|冻结|停帧|静帧",
        r"@remove",
        "split",
    ),
    (
        "loop",
        r"\b(?:loop(?:s|ed|ing)?|boomerang|repeat(?:s|ed)?|play (?:it )?(?:twice|again|<M>|<N> times))\b|"
        r"循环|重复播放|重复\s*<|反复",
        r"@music|\bdon't",
        "export",
    ),
    ("duplicate", r"\b(?:duplicate|copy|clone) (?=<C>|clip|it|this|that|first|last)|复制|拷贝", r"\bvoice", "split"),
    (
        "colour",
        r"\b(?:colou?r[ -]?match\w*|match colou?rs?|hdr|custom luts?|curves?|hue|chromatic|all (?:blue|red|green|"
        r"yellow|"
        r"pink|purple)|(?:red|blue|green|purple|pink) tint|skin tones?)\b|色相|曲线(?!变速)|色彩匹配|统一(?:颜色|色调)",
        r"@text|<Q>|@music|\bspeed",
        "color",
    ),
    (
        "sticker",
        r"\b(?:stickers?|emojis?|icons?|badges?)\b|贴纸|表情(?!包文字)|图标",
        r"<[QF]\d+>",
        "watermark",
    ),
    (
        "overlay",
        r"\b(?:green ?screens?|chroma(?: ?key)?|collage|mask(?:s|ing)?)\b|绿幕|抠像|抠图|蒙版|拼图",
        r"@music",
        "picture_in_picture",
    ),
    (
        "background",
        r"\b(?:remove|replace|change|blur|swap|clean)\b.{0,12}\bbackground\b(?! (?:music|track|noise|"
        r"audio|song|sound|hum|beat))|(?:换|去|抠).{0,3}背景(?!音|乐)",
        r"@music|<X>",
        "aspect",
    ),
    (
        "denoise",
        r"\b(?:de-?noise|(?:background )?(?:noise|hum|hiss|echo|static|wind)|clean (?:up )?(?:audio|sound|"
        r"voice)|enhance (?:audio|voice|speech)|noise reduction|voice isolation|eq)\b|降噪|噪音|杂音|噪声|"
        r"回声|底噪|人声增强",
        r"@music.{0,4}$",
        "volume",
    ),
    (
        "loudness",
        r"\b(?:normali[sz]e|level out|even out|balance(?: out)?|consistent volume|loudness|lufs|"
        r"compressor)\b|响度|音量(?:统一|均衡|平衡)|标准化",
        r"<[PB]\d+>|^\W*balance\W*$|\b(?:credits?|account|louder)\b",
        "volume",
    ),
    (
        "ducking",
        r"\b(?:duck(?:ing|s)?|(?:lower|quieter|down|softer|dip)\b.{0,24}\b(?:when|while|during|"
        r"under)\b.{0,20}\b(?:speak|talk|speech|voice|dialogue|narration|says?|speaks|talks|speaking|"
        r"talking))\b|闪避|避让|(?:说话|人声|讲话)(?:时|的时候).{0,8}(?:压低|降低|小)|人声压",
        r"",
        "volume",
    ),
    (
        "sound_effect",
        r"\b(?:sound effects?|sfx|ding|whoosh|boom sound|beep|pop sound|(?:add|put|"
        r"insert) .{0,10}\bsound (?:at|when|on)|glittering)\b|音效",
        r"@remove",
        "music",
    ),
    (
        "beat",
        r"\b(?:(?:to|on|with) (?:the )?beat|beat[- ]?sync(?:ed)?|sync(?:ed|hronized)? (?:to|"
        r"with) (?:the )?(?:music|beat)|rhythm)\b|卡点|踩点|节拍|节奏",
        r"",
        "split",
    ),
    (
        "voice_over",
        r"\b(?:voice ?-?overs?|narrat(?:e|ion|or|ed)|text[ -]to[ -]speech|tts|read (?:it |this )?(?:out|"
        r"aloud)|ai voice)\b|旁白|配音|朗读|语音合成|解说",
        r"@remove|@sound.{0,6}(?:down|up)",
        "text",
    ),
    ("lens", r"\b(?:lens (?:distortion|correction)|fish ?eye|straighten|horizon)\b|鱼眼|水平校正|畸变", r"", "crop"),
    (
        "fps",
        r"\b(?:smoother|slow shutter|interpolat\w*|motion blur)\b|补帧|插帧|动态模糊",
        r"@silence|@music|\btransition",
        "fps",
    ),
    (
        "highlights",
        r"\b(?:high ?lights?(?: reel| clip)?|best (?:parts?|moments?|bits)|(?:boring|unnecessary|"
        r"irrelevant|bad|slow|useless|off-?topic|most engaging|funn(?:y|iest)|impactful|key) (?:parts?|"
        r"bits?|moments?|sections?|segments?|scenes?|clips?)|most (?:engaging|impactful|exciting)|"
        r"funniest|teaser|trailer|montage|recap)\b|高光|精彩|集锦|混剪|无聊的?(?:部分|片段)?|精华|"
        r"无关的?(?:部分|片段)?|不必要的?(?:部分|片段)?",
        r"<Q>|<G>",
        "keep_range",
    ),
    ("speed_ramp", r"\b(?:speed ramp(?:s|ing)?|ramp(?:s|ing)?|speed curve)\b|变速曲线|曲线变速", r"", "speed"),
    (
        "fast_silence",
        r"\b(?:speed up|fast forward|shorten)\b.{0,12}@silence|@silence.{0,6}(?:加速|缩短|快进)|(?:加速|"
        r"缩短).{0,6}@silence",
        r"",
        "trim_silence",
    ),
    (
        "slideshow",
        r"\b(?:slide ?shows?|photo (?:video|montage)|(?:from|with|turn|using) (?:my |these |"
        r"\d+ )?(?:photos|pictures|images|pngs))\b|幻灯片|相册|照片.{0,6}(?:视频|做成)",
        r"",
        "transition",
    ),
    (
        "effects",
        r"\b(?:animat(?:e|ed|ion|ing)|effects?|particles?|glitch|shake|3d|motion (?:graphics|blur|"
        r"track(?:ing)?)|track(?:ing|s)? (?=object|subject|me|him|her|moving|and)|spotlight|"
        r"timer|countdown|waveform|cursor|arrows?|highlighting|callouts?|typography|confetti|"
        r"lens flare|frame numbers?|style transfer|oil painting|anime|sketch)\b|特效|动画|"
        r"倒计时|波形|箭头|抖动效果|高亮|动漫",
        r"\btransitions?\b|转场|过渡|\bfade|@text.{0,10}<Q>|sound effects?|淡|\blogo reveal|\bexplainer|"
        r"\bkinetic|\bmotion graphics|\banimated (?:logo|intro|short)",
        "text",
    ),
    (
        "letterbox",
        r"\b(?:borders?|frames? around|rounded corners?|drop shadow)\b|边框|圆角",
        r"@remove|\bcrop|<X>|\bvertical|\bsquare",
        "letterbox",
    ),
    (
        "extend",
        r"\b(?:extend|longer|lengthen|make .{0,8}longer|stretch)\b|延长|加长|拉长",
        r"@silence|\bspeed|than\b|@text",
        "speed",
    ),
    (
        "generate",
        r"\b(?:create|make|design)\b.{0,24}\b(?:logo (?:reveal|animation|concepts?)|animated logo)\b.*|"
        r"\b(?:generat(?:e|es|ed|ing|ion)|create|make|produce|design|build|compose|draft|"
        r"write)\b.{0,24}\b(?:video of|clip of|scene|image|footage of|intro|outro|promo|explainer|"
        r"commercial|ad\b|avatar|portrait|teaser|animation|prompt|storyboard|script|video (?:from|for|"
        r"about|with|using)|short (?:video|clip)|demo|documentary|headshot|logo|vlog|second (?:clip|"
        r"video)|reel about)|\b(?:text[- ]to[- ]video|regenerat(?:e|ion)|ai (?:video|avatar|generated)|"
        r"image to video|seedance|sora|veo|logo reveal|motion graphics|kinetic typography|"
        r"animated (?:logo|intro|explainer|background|clip|stats|short|video))\b|"
        r"\bgenerat(?:e|ing)\b(?!(?: (?!with\b)[\w-]+){0,3} (?:captions?|sub ?titles?|subs|srt|vtt|transcripts?|"
        r"chapters?|thumb ?nails?|gifs?|frames?)\b)|生成(?!成品|.{0,4}字幕|.{0,3}gif|.{0,5}文字|.{0,3}章节|.{0,3}封面)|"
        r"重新生成|再来一[个版]|ai ?视频",
        r"\bfrom (?:<G>|first|last)|<G>",
        "upload",
    ),
    (
        "face_voice",
        r"\b(?:clone|cloning|deep ?fake|lip ?sync|face ?swap|swap .{0,10}face|talking head|voice clone|"
        r"replace .{0,8}face|mimic|impersonat)\w*|换脸|克隆|变声|对口型",
        r"\binterview\b|recording|footage|\bvideo\b",
        "text",
    ),
    (
        "download_site",
        r"\b(?:youtube|youtu\.be|tik ?tok|bilibili|vimeo|netflix|spotify)\b.{0,12}\b(?:video|link|url|"
        r"song)\b.{0,16}\b(?:download|import|grab|rip)|\b(?:download|import|grab|rip|get|"
        r"fetch)\b.{0,30}\b(?:from )?(?:youtube|tik ?tok|instagram|bilibili|vimeo|netflix|spotify|"
        r"twitch)\b|(?:下载|抓取|扒).{0,12}(?:油管|youtube|抖音|b站|bilibili|视频号)|从.{0,3}(?:油管|"
        r"youtube|抖音|b站|bilibili).{0,6}下载",
        r"",
        "upload",
    ),
    (
        "publish",
        r"\b(?:post|publish|share|tweet|upload|send|e-?mail|push|stream)\b.{0,24}\b(?:youtube|tik ?tok|"
        r"insta(?:gram)?|facebook|twitter|x\.com|linkedin|reels|slack|discord server|channel|drive|"
        r"dropbox|e-?mail|whatsapp|telegram|social|story|account|friends?|mom|client)\b|(?:发布|发到|"
        r"上传到|分享到|投稿|推送).{0,10}(?:抖音|youtube|油管|b站|小红书|朋友圈|微博|快手|视频号|平台|群|"
        r"网盘|tiktok|instagram)|\bpublish\b|发布",
        r"\bwithout uploading|\bfor (?:youtube|tik ?tok|instagram|linkedin)",
        "export",
    ),
    (
        "remove_object",
        r"\b(?:remove|erase|delete|hide|get rid of|take out|replace)\b.{0,20}\b(?:person|people|man|woman|"
        r"guy|object|car|dog|cat|tourists?|wires?|reflection|face|shirt|pimple|sky|tattoo|glasses|"
        r"stranger|bystander|sign)s?\b|(?:去掉|删掉|移除|抹掉|P掉|p掉|擦掉).{0,8}(?:人|路人|行人|物体|车|"
        r"狗|猫|电线杆?|背景里|杂物)(?!声)",
        r"<[TG]\d+>|\btalking|\bsays?\b|@silence|说",
        "cut_range",
    ),
    (
        "named_song",
        r"\b(?:song|music|track|soundtrack|theme)\b.{0,6}\b(?:by|from)\b [a-z]+|\b(?:taylor swift|drake|"
        r"beyonce|the weeknd|eminem|coldplay|billie eilish|despacito|shape of you|star wars|周杰伦)\b|"
        r"周杰伦|邓紫棋|陈奕迅|的歌(?:做|当|作为)",
        r"<F>|\bfrom (?:start|beginning|<[TG]\d+>|video|clip|this)|@remove",
        "music",
    ),
    (
        "upscale",
        r"\b(?:up ?scal(?:e|ing)|super ?resolution|enhance(?: (?:quality|video|it|resolution))?|"
        r"restore old|smooth skin|beauty|retouch)\b|画质增强|超分|提升画质|美颜|磨皮|修复",
        r"<H>",
        "resize",
    ),
    (
        "multicam",
        r"\b(?:multi ?cam|fusion|textplus|dctl|cdl|bins?|markers?|after effects|capcut|vegas|imovie|camtasia)\b|"
        r"剪映|必剪",
        r"",
        None,
    ),
    (
        "chronological",
        r"\b(?:chronolog\w+|by (?:date|time|length|name))\b|按时间(?:顺序)?|按日期",
        r"<[TG]\d+>",
        "reorder",
    ),
)
