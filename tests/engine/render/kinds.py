"""The kinds of footage of the corpus, and how each comes about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from bot.engine.render.treatment import Why
from tests.engine.hostile.boxes import box, changed
from tests.engine.render import clips, corpus
from tests.engine.render.corpus import AAC, FRAMES, SIZE, UPRIGHT, X265, write

NTSC = Fraction(30_000, 1001)
NTSC_60 = Fraction(60_000, 1001)


@dataclass(frozen=True)
class Kind:
    """One kind of footage: what its file is called, how it is written, and what stands against copying it.

    `whole` is why a file of it that is not edited is encoded, `cut` why one is that was cut; "plain" where it is
    copied, and encoded only from a cut to the next keyframe.
    """

    file: str
    write: Callable[[Path], None]
    whole: Why = "plain"
    cut: Why | None = None

    @property
    def name(self) -> str:
        """What a test of it is called."""
        return self.file.replace(" ", "-")


def x264(*more: str, params: str = "", pixels: str = "yuv420p", gop: int = 30) -> tuple[str, ...]:
    """The encoder most programs have in them."""
    given = ("-x264-params", params) if params else ()
    return ("-c:v", "libx264", "-preset", "veryfast", "-g", str(gop), "-pix_fmt", pixels, *given, *more)


def _again(path: Path, args: Sequence[str], *, before: Sequence[str] = (), **made: object) -> None:
    """Write a plain file and copy its streams as `args` say."""
    plain = path.with_name(f"{path.name}.plain.mp4")
    write(plain, **made)  # type: ignore[arg-type]  # fields by name
    clips.run([*before, "-i", str(plain), *args, str(path)])
    plain.unlink()


def phone(path: Path, degrees: int, video: Sequence[str], **made: object) -> None:
    """Lies on its side in the file, and is turned so many degrees clockwise when shown."""
    turn = {90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock"}[degrees]
    size = UPRIGHT if degrees % 180 else SIZE
    audio = ("-c:a", "aac", "-ar", "44100")
    _again(path, ["-c", "copy"], before=["-display_rotation", str(360 - degrees)], size=size, steps=turn,
           video=video, audio=audio, **made)  # fmt: skip


def _dolby_vision(path: Path) -> None:
    """A phone's profile 8.4: HLG for whoever knows no more, and a box that says so."""
    phone(path, 90, (*TEN_BIT_HEVC, "-tag:v", "hvc1"), light="arib-std-b67")
    told = box(b"dvvC", bytes((1, 0, 8 << 1, 4 << 3 | 0b101, 4 << 4, *bytes(19))))

    def described(kind: bytes, payload: bytes) -> bytes | None:
        if kind != b"stsd" or b"hvc1" not in payload:
            return None
        size = int.from_bytes(payload[8:12], "big") + len(told)
        return box(b"stsd", payload[:8] + size.to_bytes(4, "big") + payload[12:] + told)

    path.write_bytes(changed(path.read_bytes(), described))


def _uneven(path: Path) -> None:
    """A screen recorder that writes a frame only when something has changed."""
    kept = "select='not(between(mod(n,60),20,45))*not(eq(mod(n,7),3))'"
    write(path, steps=kept)


def _jittery(path: Path) -> None:
    """A phone whose frames come some milliseconds early or late."""
    write(path, steps="settb=1/90000,setpts='round(N*3000+260*sin(N*2.1))+300'", extra=("-enc_time_base", "1/90000"))


def fields(
    path: Path, *, first: int | None = 0, frames: int = FRAMES, size: tuple[int, int] = SIZE,
    steps: str = "setfield=tff", **made: object,
) -> None:  # fmt: skip
    """A camcorder: the lines of a frame are of two moments, 1/60 s apart, the `first` ones (0: the upper) earlier.

    None: all are of one moment, whatever the file says.
    """
    pictures = []
    for number in range(frames):
        picture = corpus.picture(number, *size)
        for field in (0, 1):
            corpus.runner(picture[field::2], 2 * number + (first is not None and field != first))
        pictures.append(picture.tobytes())
    write(path, frames=frames, size=size, steps=steps, given=b"".join(pictures), **made)  # type: ignore[arg-type]  # fields by name


def _two_sounds(path: Path) -> None:
    """A recorder with the whole on the first track, and something else on the second."""
    plain = path.with_name(f"{path.name}.plain.mp4")
    write(plain)
    second = ["-f", "lavfi", "-t", "5", "-i", "sine=440:sample_rate=48000"]
    clips.run(["-i", str(plain), *second, "-map", "0:v", "-map", "0:a", "-map", "1:a", "-c:v", "copy", *AAC, str(path)])
    plain.unlink()


def _joined(path: Path, second: Sequence[str], size: tuple[int, int] = SIZE) -> None:
    """A recorder that begins anew half way: its second half has other parameter sets under the same id."""
    half = FRAMES // 2
    pictures = [corpus.picture(number, *SIZE).tobytes() for number in range(FRAMES)]
    parts = []
    for index, (video, scaled) in enumerate(((x264(params="ref=1:bframes=0"), SIZE), (second, size))):
        part = path.with_name(f"{path.name}.{index}.ts")
        extra = ("-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", str(1 + index * half / 30))
        steps = f"scale={scaled[0]}:{scaled[1]}"
        given = b"".join(pictures[index * half : (index + 1) * half])
        write(part, frames=half, sound=False, video=video, steps=steps, extra=extra, given=given)
        parts.append(part)
    joined, heard = path.with_name(f"{path.name}.joined.ts"), path.with_name(f"{path.name}.heard.mp4")
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    write(heard, size=(32, 18))
    clips.run(["-i", str(joined), "-i", str(heard), "-map", "0:v", "-map", "1:a", "-c", "copy", str(path)])
    for left in (*parts, joined, heard):
        left.unlink()


def _piped(path: Path, form: str, **made: object) -> None:
    """Written by something that cannot go back in its file: no index, no length."""
    seekable = path.with_name(f"{path.name}.seekable{path.suffix}")
    write(seekable, **made)  # type: ignore[arg-type]  # fields by name
    path.write_bytes(clips.run(["-i", str(seekable), "-c", "copy", "-f", form, "pipe:1"]))
    seekable.unlink()


def _renamed(path: Path, box: bytes, other: bytes, **made: object) -> None:
    """A part of the file that nobody finds any more under its name."""
    write(path, **made)  # type: ignore[arg-type]  # fields by name
    data = path.read_bytes()
    assert box in data
    path.write_bytes(data.replace(box, other))


def _table(path: Path, box: bytes, change: Callable[["np.ndarray[tuple[int], np.dtype[np.uint32]]"], None]) -> None:
    """An MP4 in which the picture's table of one kind is wrong."""
    write(path, extra=("-movflags", "+faststart"))
    data = bytearray(path.read_bytes())
    at = data.index(box)
    count = int.from_bytes(data[at + 8 : at + 12], "big")
    entries = np.frombuffer(data, ">u4", count, at + 12).copy()
    change(entries)
    data[at + 12 : at + 12 + 4 * count] = entries.astype(">u4").tobytes()
    path.write_bytes(data)


def _late_keys(entries: "np.ndarray[tuple[int], np.dtype[np.uint32]]") -> None:
    entries[1:] += 4


def _lost_chunks(entries: "np.ndarray[tuple[int], np.dtype[np.uint32]]") -> None:
    entries[len(entries) // 2 :] += 1 << 28


def _cut_off(path: Path, share: float, *extra: str, **made: object) -> None:
    """A recording that was broken off."""
    write(path, extra=extra, **made)  # type: ignore[arg-type]  # fields by name
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "45", "-b:v", "1M", "-pix_fmt", "yuv420p")
AV1 = ("-c:v", "libsvtav1", "-preset", "10", "-crf", "12", "-g", "60", "-svtav1-params", "lp=1", "-pix_fmt", "yuv420p")
OPEN = "open-gop=1:bframes=3:min-keyint=30:scenecut=0"
OPUS = ("-c:a", "libopus")
TEN_BIT_HEVC = (
    "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=30", "-pix_fmt", "yuv420p10le",
)  # fmt: skip
IN_FIELDS = ("-flags", "+ildct+ilme")
PRORES = ("-c:v", "prores_ks", "-profile:v", "2", "-pix_fmt", "yuv422p10le")
FRAGMENTED = ("-movflags", "+frag_keyframe+empty_moov+default_base_moof")

KINDS: tuple[Kind, ...] = (
    # H.264 as encoders write it
    Kind("x264.mp4", partial(write, video=x264(params="bframes=3"))),
    Kind("x264 pyramid.mkv", partial(write, video=x264("-preset", "medium", params="bframes=8:b-pyramid=normal"))),
    Kind("baseline.mp4", partial(write, video=x264("-profile:v", "baseline"))),
    Kind("main profile.mp4", partial(write, video=x264("-profile:v", "main"))),
    Kind("intra refresh.mp4", partial(write, video=x264(params="intra-refresh=1")), whole="open"),
    Kind("long gop.mp4", partial(write, video=x264(gop=250)), cut="open"),
    Kind("open gop.mp4", partial(write, video=x264(params=OPEN)), cut="open"),
    Kind("open gop.ts", partial(write, video=x264(params=OPEN)), cut="open"),
    Kind("all intra.mov", partial(write, video=x264(gop=1), audio=("-c:a", "pcm_s16le"))),
    Kind("lossless 444.mkv", partial(write, video=x264("-qp", "0", pixels="yuv444p")), whole="codec"),
    Kind("422.mp4", partial(write, video=x264(pixels="yuv422p")), whole="codec"),
    Kind("ten bit.mp4", partial(write, video=x264(pixels="yuv420p10le")), whole="codec"),
    # fields
    Kind("interlaced.mp4", partial(fields, video=x264(*IN_FIELDS, params="tff=1")), whole="interlaced"),
    Kind("interlaced bottom first.mkv", partial(fields, first=1, steps="setfield=bff",
                                                video=x264(*IN_FIELDS, params="bff=1")), whole="interlaced"),
    Kind("interlaced mpeg2.ts", partial(fields, video=("-c:v", "mpeg2video", "-q:v", "3", "-g", "15", *IN_FIELDS),
                                        audio=("-c:a", "mp2")), whole="interlaced"),
    Kind("interlaced prores.mov", partial(fields, video=(*PRORES, *IN_FIELDS), audio=("-c:a", "pcm_s16le")),
         whole="interlaced"),
    Kind("whole pictures in fields.mp4", partial(fields, first=None, video=x264(*IN_FIELDS, params="tff=1")),
         whole="interlaced"),
    Kind("whole pictures in fields mpeg2.ts", partial(
        fields, first=None, video=("-c:v", "mpeg2video", "-q:v", "3", "-g", "15", *IN_FIELDS),
        audio=("-c:a", "mp2")), whole="codec"),
    # recorders
    Kind("obs.mp4", partial(write, video=x264("-b:v", "1M", "-maxrate", "1M", "-bufsize", "1M", gop=60),
                            extra=("-movflags", "+faststart"))),
    Kind("obs remuxed.mkv", lambda path: _again(path, ["-c", "copy"], video=x264("-b:v", "1M", gop=60))),
    Kind("obs fragmented.mp4", partial(write, video=x264(gop=60), extra=("-movflags", "+frag_keyframe+delay_moov"))),
    Kind("browser.webm", lambda path: _piped(path, "webm", video=VP9, audio=OPUS), whole="codec"),
    Kind("two sounds.mkv", _two_sounds),
    Kind("variable rate.mp4", _uneven),
    Kind("variable rate.mkv", _uneven),
    # phones
    Kind("phone h264 90.mp4", lambda path: phone(path, 90, x264("-bf", "0"))),
    Kind("phone h264 180.mov", lambda path: phone(path, 180, x264())),
    Kind("phone h264 270.mp4", lambda path: phone(path, 270, x264())),
    Kind("phone hevc 90.mov", lambda path: phone(path, 90, (*X265, "-tag:v", "hvc1")), whole="codec"),
    Kind("phone jitter.mp4", _jittery),
    # rates
    Kind("ntsc.mp4", partial(write, fps=NTSC, video=x264())),
    Kind("ntsc.mkv", partial(write, fps=NTSC, video=x264())),
    Kind("ntsc 60.mp4", partial(write, fps=NTSC_60, frames=2 * FRAMES, video=x264(gop=60))),
    Kind("25 fps.mp4", partial(write, fps=25, frames=125, video=x264())),
    Kind("120 fps.mp4", partial(write, fps=120, frames=480, video=x264(gop=120)), whole="rate"),
    # colours
    Kind("bt601.mp4", partial(write, video=x264("-colorspace", "smpte170m", "-color_primaries", "smpte170m",
                                                "-color_trc", "smpte170m"))),
    Kind("bt709.mp4", partial(write, matrix="bt709",
                               steps="setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709")),
    Kind("full range.mp4", partial(write, full=True, steps="setparams=range=pc", video=x264(pixels="yuvj420p"))),
    Kind("pq.mkv", partial(write, light="smpte2084", video=TEN_BIT_HEVC), whole="codec"),
    Kind("hlg.mp4", partial(write, light="arib-std-b67", video=TEN_BIT_HEVC), whole="codec"),
    Kind("hlg full range.mkv", partial(write, light="arib-std-b67", full=True, steps="setparams=range=pc",
                                       video=TEN_BIT_HEVC), whole="codec"),
    Kind("hlg vp9.webm", partial(write, light="arib-std-b67", audio=OPUS,
                                 video=(*VP9[:-1], "yuv420p10le", "-profile:v", "2")), whole="codec"),
    Kind("hlg phone.mov", lambda path: phone(path, 90, (*TEN_BIT_HEVC, "-tag:v", "hvc1"), light="arib-std-b67"),
         whole="codec"),
    Kind("dolby vision phone.mov", _dolby_vision, whole="codec"),
    # sound
    Kind("stereo mp3.mp4", partial(write, audio=("-ac", "2", "-c:a", "libmp3lame"))),
    Kind("surround.mp4", partial(write, audio=("-af", "pan=5.1|FC=c0|FL=0.2*c0|FR=0.2*c0", *AAC))),
    Kind("surround ac3.mkv", partial(write, audio=("-af", "pan=5.1|FC=c0|FL=0.2*c0|FR=0.2*c0", "-c:a", "ac3"))),
    Kind("opus.mkv", partial(write, audio=OPUS)),
    Kind("no sound.mp4", partial(write, sound=False)),
    Kind("sound longer.mp4", partial(write, frames=105, sound_seconds=5)),
    Kind("picture longer.mp4", partial(write, sound_seconds=3)),
    Kind("late sound.mp4", partial(write, sound_seconds=4, sound_late=0.73)),
    Kind("late sound.mkv", partial(write, sound_seconds=4, sound_late=0.73)),
    # time stamps
    Kind("edit list.mp4", lambda path: _again(path, ["-c", "copy"], before=["-ss", "0.61"])),
    Kind("late picture.mp4", lambda path: _again(path, ["-c", "copy"], steps="setpts=PTS+0.4/TB")),
    Kind("offset.mkv", lambda path: _again(path, ["-c", "copy", "-output_ts_offset", "10"])),
    Kind("offset.ts", lambda path: _again(path, ["-c", "copy", "-output_ts_offset", "100"])),
    # transport streams
    Kind("broadcast.ts", partial(write, video=x264(params="repeat-headers=1:aud=1"), audio=("-c:a", "mp2"))),
    Kind("mpeg2.ts", partial(write, video=("-c:v", "mpeg2video", "-q:v", "3", "-g", "15", "-bf", "2"),
                             audio=("-c:a", "ac3")), whole="codec"),
    Kind("new headers.ts", lambda path: _joined(path, x264(params="bframes=3:ref=4")), whole="headers"),
    Kind("new headers.mkv", lambda path: _joined(path, x264("-profile:v", "main")), whole="headers"),
    Kind("new size.ts", lambda path: _joined(path, x264(), (160, 90)), whole="headers"),
    # other codecs and containers
    Kind("vp9.webm", partial(write, video=VP9, audio=OPUS), whole="codec"),
    Kind("av1.webm", partial(write, video=AV1, audio=OPUS), whole="codec"),
    Kind("hevc.mkv", partial(write, video=X265), whole="codec"),
    Kind("mjpeg.avi", partial(write, video=("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"), full=True,
                              steps="setparams=range=pc", audio=("-c:a", "pcm_s16le")), whole="codec"),
    Kind("xvid.avi", partial(write, video=("-c:v", "mpeg4", "-vtag", "XVID", "-q:v", "3", "-bf", "2", "-g", "60"),
                             audio=("-c:a", "libmp3lame")), whole="codec"),
    Kind("prores.mov", partial(write, video=PRORES, audio=("-c:a", "pcm_s16le")), whole="codec"),
    Kind("gif.gif", partial(write, frames=60, fps=20, sound=False, video=(),
                            steps="split[a][b];[a]palettegen[p];[b][p]paletteuse"), whole="codec"),
    # shapes
    Kind("odd.webm", partial(write, size=(269, 151), video=VP9, audio=OPUS), whole="size"),
    Kind("odd 444.mp4", partial(write, size=(269, 151), video=x264(pixels="yuv444p")), whole="size"),
    Kind("wide pixels.mp4", partial(write, steps="scale=240:180,setsar=4/3"), whole="size"),
    # damaged, and still to be played
    Kind("no keys.mp4", lambda path: _renamed(path, b"stss", b"free")),
    Kind("wrong keys.mp4", lambda path: _table(path, b"stss", _late_keys)),
    Kind("no cues.mkv", lambda path: _piped(path, "matroska")),
    Kind("no index.avi", lambda path: _renamed(path, b"idx1", b"JUNK", video=("-c:v", "mpeg4", "-q:v", "3"),
                                               audio=("-c:a", "libmp3lame")), whole="codec"),
    Kind("cut off.mkv", lambda path: _cut_off(path, 0.6)),
    Kind("cut off.ts", lambda path: _cut_off(path, 0.6)),
    Kind("cut off fragments.mp4", lambda path: _cut_off(path, 0.6, *FRAGMENTED)),
)  # fmt: skip

REFUSED: tuple[Kind, ...] = (
    Kind("no moov.mp4", lambda path: _cut_off(path, 0.95)),
    Kind("half.mp4", lambda path: _cut_off(path, 0.6, "-movflags", "+faststart")),
    Kind("lost chunks.mp4", lambda path: _table(path, b"stco", _lost_chunks)),
)
