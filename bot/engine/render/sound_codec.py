"""What the sound is encoded as: the track of a video, or a file of its own."""

from collections.abc import Mapping

from bot.engine.render.job import Format, Output, Quality
from bot.media.sound_rate import rate_for

_BITRATES: Mapping[Quality, int] = {"high": 192, "medium": 160, "preview": 96, "proxy": 128}
"""Kilobits a second.

At the highest, sound that is no louder than its source has each side coded by itself: to look for what both have in
common takes half of the search and more, and without it what is taken away stays over 20 dB below the sound.
"""

_QUICK = ("-aac_coder", "fast")
"""At these rates a third of the work of the slower search, and 10 dB more of the sound is left; but see `tones`."""

_IN_PIECES = ("-movflags", "+frag_keyframe+delay_moov+default_base_moof", "-frag_duration", "5000000")
"""Every 5 s is written with its own index: that of hours would be held until the end."""


def has_quick_coder(output: Output) -> bool:
    """Whether `quick` of `codec_args` makes a difference."""
    return output.format not in ("wav", "mp3", "m4a", "webm")


def codec_args(output: Output, seconds: float, *, louder: bool, quick: bool = False) -> list[str]:
    """What ffmpeg is told, up to the file's name, for sound of this length, which may be `louder` than its source.

    `quick` is for sound that `tones` has nothing against. Raises MediaError(TOO_LARGE) when it cannot be brought into
    `max_bytes`.
    """
    if output.format == "wav":
        codec = ["-c:a", "pcm_s16le", "-rf64", "auto", "-f", "wav"]
    elif output.format == "mp3":
        kilobits, channels = rate_for(seconds, output.max_bytes)
        codec = ["-c:a", "libmp3lame", "-b:a", f"{kilobits}k", "-ac", str(channels), "-f", "mp3"]
    elif output.format == "m4a":
        kilobits, channels = rate_for(seconds, output.max_bytes)
        codec = ["-c:a", "aac", "-b:a", f"{kilobits}k", "-ac", str(channels), "-f", "ipod"]
    elif output.format == "webm":  # it has a codec of its own: what lies in between takes nothing away
        codec = ["-c:a", "flac", "-f", "mp4"]
    else:
        sides = ["-aac_ms", "0"] if output.quality == "high" and not louder else []
        search = (*sides, *(_QUICK if quick else ()))
        codec = ["-c:a", "aac", "-b:a", f"{_BITRATES[output.quality]}k", *search, "-f", muxed_as(output.format)]
        codec += _IN_PIECES if muxed_as(output.format) == "mp4" else ()
    return [*codec, "-fflags", "+bitexact"]


def muxed_as(form: Format) -> str:
    """The container in which a video's track comes to the muxer: an MKV has its own way of telling AAC's delay."""
    return "matroska" if form == "mkv" else "mp4"
