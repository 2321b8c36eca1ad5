"""What the engine cannot do (yet), recognised so that it is answered and never bent into another edit.

Each line: a key (worded in words_*.py), what it sounds like, what it is not, and the op that comes nearest.
A later issue that teaches the engine one of these takes its line away and adds rules to a family.
"""

CANNOT: tuple[tuple[str, str, str, str | None], ...] = (
    (
        "convert",
        r"\b(?:codec|bit ?rate|h ?\.?265|hevc|prores|crf|deinterlace|av1|vp9)\b|码率|编码",
        r"@text|without re-?encoding",
        "export",
    ),
    (
        "colour",
        r"\b(?:colou?r[ -]?match\w*|match colou?rs?|hdr|custom luts?|curves?|hue|chromatic|all (?:blue|red|green|"
        r"yellow|"
        r"pink|purple)|(?:shirt|hair|eyes?|dress|clothes|jacket|sky|car|lips?|wall)(?:'s)? colou?rs?|"
        r"colou?r of (?:\w+ )?(?:shirt|hair|eyes?|dress|clothes|jacket|sky|car|lips?|wall)|(?:red|green|purple|"
        r"pink) tint|skin tones?)\b|色相|曲线(?!变速)|色彩匹配|统一(?:颜色|色调)",
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
        r"audio|song|sound|hum|beat))|(?:换|去|抠).{0,3}背景(?!音|乐)|背景.{0,2}虚化|"
        r"(?:虚化|模糊).{0,2}背景",
        r"@music|<X>|竖|横|方形|\bvertical|\bsquare|\blandscape|\bportrait",
        "aspect",
    ),
    (
        "summary",
        r"\b(?:summar(?:y|ize|ise)(?! text)|action items|speaker labels|topic changes)\b|总结|摘要",
        r"<Q>|\bchapters?\b|章节",
        "highlight",
    ),
    (
        "spoken_edge",
        r"(?:@remove|@keep).{0,30}\b(?:after|before|until|till)\b.{0,20}\b(?:says?|said|mentions?)\b|(?:@remove|"
        r"@keep).{0,8}(?:说|提到).{0,12}"
        r"(?:之前|之后|以前|以后)",
        r"<[TG]\d+>|\b(?:nothing|no ?one|nobody)\b",
        "cut_words",
    ),
    (
        "breaths",
        r"\bbreath(?:s|ing|es)?(?! (?:of|room|space))\b|呼吸声|喘气声?|"
        r"换气声?",
        r"<Q>|\broom\b",
        "trim_silence",
    ),
    ("bilingual", r"\bbilingual\b|双语", r"<Q>", "subtitle"),
    (
        "dubbing",
        r"\bdub(?:bed|bing)?\b|\btranslate voice (?:in)?to\b|配音成",
        r"<Q>",
        "subtitle",
    ),
    (
        "retakes",
        r"\b(?:stutter(?:s|ing)?|retakes?|bad takes?|mistakes?|bloopers?|repeated (?:takes?|sentences?|phrases?))\b|"
        r"重复的?话|口误|说错|"
        r"重拍|结巴",
        r"<[QG]\d*>|<G\d+>",
        "trim_silence",
    ),
    (
        "echo",
        r"\b(?:echo(?:es)?|reverb)\b|回声|混响",
        r"@text|@add",
        "denoise",
    ),
    (
        "sound_effect",
        r"\b(?:sound effects?|sfx|(?:a|an|the|some|add|put|play) (?:ding|whoosh|beep|swoosh|airhorn)|boom sound|"
        r"pop sound|(?:add|put|"
        r"insert) .{0,10}\bsound (?:at|when|on)|glittering)\b|音效",
        r"@remove",
        "music",
    ),
    (
        "script_voice",
        r"\b(?:script|blog|text|article|quote)\b.{0,16}\b(?:voice ?-?over|narration|speech)\b|"
        r"\bvoice ?-?over\b.{0,20}\b(?:based on|"
        r"script|female|male|natural)\b",
        r"<Q>|@remove",
        "voice_over",
    ),
    (
        "judging",
        r"\b(?:off-?topic|key|important|funn(?:y|iest)) (?:parts?|bits?|moments?|sections?|segments?|scenes?|"
        r"clips?)|\b(?:montage|recap|trailer|"
        r"teaser)\b",
        r"<Q>|<G>",
        "highlight",
    ),
    (
        "photos",
        r"\b(?:photo (?:video|montage)|(?:from|with|turn|using) (?:my |these |\d+ )?(?:photos|pictures|images|pngs))\b|"
        r"照片.{0,6}(?:视频|做成)",
        r"\bslide ?shows?|幻灯片|相册",
        "slideshow",
    ),
    (
        "extend",
        r"\b(?:extend|longer|lengthen|make .{0,8}longer)\b|延长|加长|拉长",
        r"@silence|\bspeed|than\b|@text|@music|\bloop|循环|\btransition|\bfade|转场",
        "loop",
    ),
    (
        "beat",
        r"\b(?:(?:to|on|with) (?:the )?beat|beat[- ]?sync(?:ed)?|sync(?:ed|hronized)? (?:to|"
        r"with) (?:the )?(?:music|beat)|rhythm)\b|卡点|踩点|节拍|节奏",
        r"",
        "split",
    ),
    ("lens", r"\b(?:lens (?:distortion|correction)|fish ?eye|straighten|horizon)\b|鱼眼|水平校正|畸变", r"", "crop"),
    (
        "fps",
        r"\b(?:smoother|slow shutter|interpolat\w*|motion blur)\b|补帧|插帧|动态模糊",
        r"@silence|@music|\btransition",
        "fps",
    ),
    (
        "effects",
        r"\b(?:animat(?:e|ed|ion|ing)|effects?|particles?|glitch|shake|3d|motion (?:graphics|blur|"
        r"track(?:ing)?)|track(?:ing|s)? (?=object|subject|me|him|her|moving|and)|spotlight|"
        r"timer|countdown|waveform|cursor|arrows?|highlighting|callouts?|typography|confetti|"
        r"lens flare|frame numbers?|style transfer|oil painting|anime|sketch)\b|特效|动画|"
        r"倒计时|波形|箭头|抖动效果|高亮|动漫",
        r"\btransitions?\b|转场|过渡|\bfade|@text.{0,10}<Q>|sound effects?|淡|\bgifs?\b|\blogo reveal|\bexplainer|"
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
        r"\bfrom (?:<G>|first|last)|<G>|\b(?:over|onto|on) (?:this |whole )?video\b|\b(?:sub ?titles?|subs|"
        r"captions?|srt|vtt|transcript|chapters?)\b|字幕",
        "upload",
    ),
    (
        "face_voice",
        r"\bface (?:on|onto|over|instead of)\b|\b(?:voice|me|him|her) sound like\b|"
        r"\b(?:clone|cloning|deep ?fake|lip ?sync|face ?swap|swap .{0,10}face|talking head|voice clone|"
        r"replace .{0,8}face|make (?:him|her|them|guy|man|woman|person|girl|boy|speaker) say|"
        r"让.{1,6}(?:开口)?说(?:别的|其他|另)|mimic|impersonat)\w*|换脸|脸.{0,4}换成?|换.{0,3}(?:张|个)?脸|克隆|变声|"
        r"对口型",
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
        r"\bgo(?:es)? live (?:on|to)\b|\b(?:live ?stream|broadcast|cast) (?:it|this|that|video)\b|\b(?:post|share|"
        r"upload|publish)到|"
        r"\b(?:post|publish|share|tweet|upload|send|e-?mail|push|stream)\b.{0,24}\b(?:youtube|tik ?tok|"
        r"insta(?:gram)?|facebook|twitter|x\.com|linkedin|reels|slack|discord server|channel|drive|"
        r"dropbox|"
        r"小红书|抖音|b站|朋友圈|微博|快手|视频号|e-?mail|whatsapp|telegram|social|story|account|friends?|mom|"
        r"client)\b|(?:发布|发到|"
        r"上传到|分享到|投稿|推送).{0,10}(?:抖音|youtube|油管|b站|小红书|朋友圈|微博|快手|视频号|平台|群|"
        r"网盘|tiktok|instagram)|\bpublish\b|发布|\btweet (?:it|this)\b|\b(?:e-?mail|text|dm|airdrop|message) (?:it|"
        r"this|that|video|"
        r"file|result)?(?: to)?\b(?=.{0,24}\b(?:boss|mom|mum|dad|friends?|client|team|her|him|them|wife|husband|"
        r"me)\b)|发给",
        r"\bwithout uploading|\bfor (?:youtube|tik ?tok|instagram|linkedin)",
        "export",
    ),
    (
        "remove_object",
        r"(?:p|ps|抹)(?:掉|了(?!个)|除)|\b(?:remove|erase|delete|hide|get rid of|take out) (?:\w+ )?(?:ex|"
        r"girlfriend|boyfriend|"
        r"brother|sister|friend|roommate|photobomber)s?\b|"
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
        r"周杰伦|邓紫棋|陈奕迅|的歌(?:做|当|作为)|(?:@add|\bplay\b) [a-z' ]{3,40}\bby (?!me\b|using|adding|half)[a-z]+"
        r"(?: [a-z]+)?\W*$",
        r"<F>|\bfrom (?:start|beginning|<[TG]\d+>|video|clip|this)|@remove",
        "music",
    ),
    (
        "upscale",
        r"\b(?:up ?scal(?:e|ing)|super ?resolution|enhance(?: (?:quality|video|it|resolution))?|"
        r"restore old|smooth skin|beauty|retouch|look (?:younger|older|thinner|slimmer|prettier|skinnier))\b|"
        r"画质增强|超分|提升画质|美颜|磨皮|修复",
        r"<H>",
        "resize",
    ),
    (
        "multicam",
        r"\b(?:multi ?cam|fusion|textplus|dctl|cdl|bins|(?:media|to|in|into|current|project) bin|markers?|"
        r"after effects|capcut|vegas|imovie|camtasia)\b|"
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
