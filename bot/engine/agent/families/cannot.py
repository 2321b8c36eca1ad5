"""What the engine cannot do (yet), recognised so that it is answered and never bent into another edit.

Each line: a key (worded in words_*.py), what it sounds like, what it is not, and the op that comes nearest.
A later issue that teaches the engine one of these takes its line away and adds rules to a family.
"""

CANNOT: tuple[tuple[str, str, str, str | None], ...] = (
    ("gif", r"\bgifs?\b|动图|动态图", "", "export"),
    (
        "thumbnail",
        r"\b(?:thumb ?nails?|screen ?shots?|stills?|poster frame|cover image|contact sheet|(?:extract|"
        r"grab|save|export|get|capture)(?: (?:one|all|every|each|single))? (?:frames?|images?)|"
        r"frames? (?:from|as|at))\b|截图|封面|缩略图|截一?帧|抽帧|导出.{0,4}帧",
        r"\bfreez",
        "export",
    ),
    (
        "extract_audio",
        r"\b(?:extract|rip|separate|detach|get|pull(?: out)?|save|export|convert)\b.{0,30}\b(?:audio|mp3|"
        r"wav|sound|soundtrack)\b|提取.{0,6}(?:音频|声音|音乐)|导出.{0,4}(?:音频|mp3)|转成? ?mp3|音频提取|"
        r"分离.{0,4}(?:音频|人声)",
        r"\bmute",
        "export",
    ),
    (
        "convert",
        r"\b(?:convert|remux|transcode|re-?encode|codec|bit ?rate|h ?\.?265|hevc|prores|crf|web-?friendly|"
        r"deinterlace)\b|<F>(?= (?:to|into|as))|转码|码率|格式转换|转换格式|编码",
        r"<[HX]\d+>(?!.*(?:codec|bitrate|h\.?265|mp4 to))|@text|\bmp3|\bvertical|\bportrait|\blandscape|"
        r"\bsquare|竖|横|without re-?encoding|\bgif",
        "export",
    ),
    (
        "compress",
        r"\b(?:compress(?:ed|ion)?|reduce (?:file )?size|smaller (?:file|size)|shrink (?:file|it|video|"
        r"size)|(?:file|video) size)\b|压缩|变小体积|减小体积|文件.{0,3}(?:变小|太大)|体积",
        r"\bexport\b|导出|<Z>",
        "export",
    ),
    (
        "rotate",
        r"\b(?:rotate[ds]?|rotation|turn (?:it |video )?(?:upside|sideways|clockwise)|upside down|"
        r"sideways|clockwise|straighten)\b|旋转|转90|顺时针|逆时针|倒过来|歪了|转正",
        r"",
        "aspect",
    ),
    ("flip", r"\b(?:flip(?:ped)?|mirror(?:ed)?)\b|镜像|翻转|左右颠倒", r"\border\b", "aspect"),
    (
        "zoom",
        r"\b(?:zoom(?:s|ed|ing)?(?: (?:in|out|punch))?|ken burns|punch[ -]?in|push in|pan(?:ning)?(?! of)|"
        r"enlarge (?:screen|code))\b|放大|缩放|推近|拉远|镜头推",
        r"\bzoom (?:call|recording|meeting|video)|\btransition|转场|字|@text|@sound|@music|音量|声",
        "aspect",
    ),
    (
        "crop",
        r"\b(?:crop (?=left|right|top|bottom|out|<P>|edges|sides|black|it to|video$|$)|black bars|"
        r"(?:remove|cut|get rid of) .{0,12}(?:bars|borders|edges|letterbox))\b|(?:去|裁|剪|切).{0,3}黑边|"
        r"裁剪画面|裁掉(?:左|右|上|下|边)",
        r"<X>|<[TG]\d+>|\bvertical|\bsquare|竖|横|\badd\b",
        "aspect",
    ),
    (
        "colour",
        r"\b(?:bright(?:er|en|ness|ening)?|dark(?:er|en)|contrast|saturat(?:e|ed|ion)|desaturate|exposure|"
        r"(?:warm|cool)(?:er|th)?|colou?rs?(?=.{0,12}(?:grad|correct|match|pop|filter|look|vibrant|warm|"
        r"cool|better|correction))|colou?r[ -]?(?:grad(?:e|ing)|correct(?:ion)?|match|filter)s?|"
        r"(?:make )?colou?rs (?:more|less|pop|warmer|cooler|brighter)|grad(?:e|ing)|vibran(?:t|ce)|vivid|"
        r"cinematic|filters?|luts?|teal|vintage|sepia|retro look|film (?:grain|look)|grain|glow|hdr|"
        r"sharpen|vignette|warm tones?|all (?:blue|red|green|yellow|pink|purple))\b|调色|亮度|亮一?[点些]|"
        r"更亮|变亮|提亮|暗一?[点些]|变暗|对比度|饱和度|色温|曝光|滤镜|复古|胶片|电影感|色调|冷色|暖色|"
        r"鲜艳|锐化|颗粒",
        r"@text|<Q>|@music|\b(?:fade|generate|bar)\b|bgm|转场|字",
        "fade",
    ),
    ("bw", r"\b(?:black (?:and|&|n) white|b ?& ?w|gr[ae]y ?scale|monochrome)\b|黑白|灰度|去色", r"", "fade"),
    (
        "blur",
        r"\b(?:blur(?:s|red|ry|ring)?|pixelat(?:e|ed)|mosaic|censor|anonymi[sz]e|bokeh)\b|模糊|马赛克|打码|虚化",
        r"<X>|\bvertical|\b(?:bars|sides)\b|竖|横|两侧|填充|\bpad|9:16",
        "cut_range",
    ),
    (
        "watermark",
        r"\b(?:water ?marks?|logos?|brand(?:ing|ed)?|stickers?|emojis?|icons?|png)\b|水印|标志|商标|贴纸|表情|\blogo",
        r"<Q>",
        "text",
    ),
    (
        "overlay",
        r"\b(?:picture[ -]in[ -]picture|pip|b-?roll|split ?screen|side by side|overlay (?=video|clip|"
        r"image|<[CF]>)|insert (?=<F>|photo|picture|image|b-?roll|meme)|green ?screen|chroma|grid|collage|"
        r"react(?:ion)? (?:cam|video))\b|画中画|分屏|绿幕|抠像|蒙太奇|叠加.{0,3}(?:图|视频)|"
        r"插入.{0,3}(?:图|照片)|拼图",
        r"@music",
        "reorder",
    ),
    (
        "background",
        r"\b(?:remove|replace|change|blur|swap|clean)\b.{0,12}\bbackground\b(?! (?:music|track|noise|"
        r"audio|song|sound|hum|beat))|(?:换|去|抠).{0,3}背景(?!音|乐)",
        r"@music|<X>",
        "aspect",
    ),
    (
        "summary",
        r"\b(?:summar(?:y|ize|ise)(?! text)|action items|speaker labels|topic changes)\b|总结|摘要",
        r"<Q>|\bchapters?\b|章节",
        "highlight",
    ),
    ("bilingual", r"\bbilingual\b|双语", r"<Q>", "subtitle"),
    (
        "dubbing",
        r"\bdub(?:bed|bing)?\b|配音成",
        r"<Q>",
        "subtitle",
    ),
    (
        "retakes",
        r"\b(?:stutter(?:s|ing)?|retakes?|bad takes?|mistakes?|bloopers?|repeated (?:takes?|sentences?|phrases?))\b|"
        r"重复的?话|口误|说错|"
        r"重拍|结巴",
        r"<Q>",
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
        r"\b(?:bad|off-?topic|key|important|funn(?:y|iest)) (?:parts?|bits?|moments?|sections?|segments?|scenes?|"
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
        r"@silence|\bspeed|than\b|@text|@music",
        "loop",
    ),
    (
        "beat",
        r"\b(?:(?:to|on|with) (?:the )?beat|beat[- ]?sync(?:ed)?|sync(?:ed|hronized)? (?:to|"
        r"with) (?:the )?(?:music|beat)|rhythm)\b|卡点|踩点|节拍|节奏",
        r"",
        "split",
    ),
    (
        "stabilize",
        r"\b(?:stabili[sz](?:e|ed|ation|er)|shak(?:y|iness|e)|steady|smooth(?:en)? out|lens)\b|防抖|稳定|抖动|去抖",
        r"",
        "cut_range",
    ),
    ("fps", r"<S>|\b(?:frame ?rates?|fps|smoother|slow shutter)\b|帧率", r"\bexport\b|导出|\brender\b", "export"),
    (
        "effects",
        r"\b(?:animat(?:e|ed|ion|ing)|effects?|particles?|glitch|shake|3d|motion (?:graphics|blur|"
        r"track(?:ing)?)|track(?:ing|s)? (?=speaker|face|object|subject|me|him|her|moving|and)|spotlight|"
        r"progress bar|timer|countdown|waveform|cursor|arrows?|highlighting|callouts?|typography|confetti|"
        r"lens flare|frame number|timecode|style transfer|oil painting|anime|sketch)\b|特效|动画|进度条|"
        r"倒计时|时间码|波形|箭头|抖动效果|高亮|动漫",
        r"\btransitions?\b|转场|过渡|\bfade|@text.{0,10}<Q>|sound effects?|淡|\blogo reveal|\bexplainer|"
        r"\bkinetic|\bmotion graphics|\banimated (?:logo|intro|short)",
        "text",
    ),
    (
        "letterbox",
        r"\b(?:add|put)\b.{0,10}\b(?:letter ?box|black bars|cinematic bars|borders?|frames? around)\b|"
        r"加.{0,3}黑边|电影黑边|边框",
        r"<X>|\bvertical|\bsquare",
        "aspect",
    ),
    (
        "generate",
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
        r"\bfrom (?:<G>|first|last)|<G>|\b(?:sub ?titles?|subs|captions?|srt|vtt|transcript|chapters?)\b|字幕",
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
        r"\b(?:multi ?cam|fusion|textplus|dctl|cdl|bins?|markers?|davinci|premiere|after effects|capcut)\b|达芬奇|剪映",
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
