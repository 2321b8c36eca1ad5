"""The ffmpeg binary, and the arguments that make opening somebody else's file safe.

A playlist that names another user's file, a filter script or a network address is refused by ffmpeg itself: every
input gets an explicit demuxer chosen by content (`bot.media.probe`), a whitelist of protocols, demuxers and decoders,
and a limit on pixels. PyAV gets the same whitelists through `OPEN_OPTIONS`.
"""

import os
import shutil
from pathlib import Path

from bot.media.facts import MediaError, MediaFacts, MediaFault

MAX_PIXELS = 40_000_000
"""Largest picture that is decoded, in pixels."""

CONTAINERS = (
    "mov", "matroska", "avi", "mpegts", "wav", "mp3", "aac", "ogg", "flac", "gif",
    "png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe",
)  # fmt: skip
"""Demuxers that may open a user's file: real containers and stills, never a playlist, a script or a device."""

DECODERS = (
    "h264", "hevc", "av1", "libdav1d", "libaom-av1", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4", "msmpeg4",
    "msmpeg4v2", "msmpeg4v3", "mpeg1video", "mpeg2video", "h263", "mjpeg", "prores", "dnxhd", "theora", "rawvideo",
    "dvvideo", "wmv1", "wmv2", "qtrle", "ffv1", "png", "gif", "webp", "bmp",
    "aac", "aac_latm", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac",
    "ac3", "eac3", "amrnb", "amrwb", "wmav1", "wmav2", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "gsm", "gsm_ms",
    "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be",
    "pcm_f64le", "pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw", "pcm_bluray",
    "mov_text", "subrip", "srt", "webvtt",
)  # fmt: skip
"""Decoders that may read a user's file; rare ones, where the holes are found (CVE-2026-8461), are left out."""

_MAX_ALLOC = 1 << 30
"""Most bytes of any one piece of memory: four of the largest picture, in floats."""
SAFE_GLOBAL = (
    "-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-stats_period", "0.5",
    "-max_alloc", str(_MAX_ALLOC),
)  # fmt: skip
"""First arguments of every call."""

UNTOLD = ("-map_metadata:g", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1")
"""For an output: where it was filmed, by whom and with what stays out; titles of chapters and the language of a text
track go along."""

PROGRESS = ("-progress", "pipe:1")
"""Progress as `key=value` lines on standard output; percent comes from `out_time_us`, never from frames."""

OPEN_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": ",".join(CONTAINERS),
    "codec_whitelist": ",".join(DECODERS),
    "max_streams": "64",
}
"""The same guard for `av.open(..., options=OPEN_OPTIONS, container_options=...)`."""


def binary(configured: Path | None = None) -> Path:
    """The ffmpeg to run: the setting's, else the one `imageio-ffmpeg` carries, else the one on PATH.

    Raises MediaError(NO_FFMPEG); its detail names what was looked for.
    """
    if configured is not None:
        if configured.is_file() and os.access(configured, os.X_OK):
            return configured
        raise MediaError(MediaFault.NO_FFMPEG, "ENGINE_FFMPEG_BIN names no program")
    import imageio_ffmpeg  # noqa: PLC0415 - children that only need the guard start faster

    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:  # the wheel of this platform carries none
        found = shutil.which("ffmpeg")
    if found is None:
        raise MediaError(MediaFault.NO_FFMPEG, "no ffmpeg in imageio-ffmpeg and none on PATH")
    return Path(found)


def input_args(facts: MediaFacts, path: Path) -> list[str]:
    """The arguments that open a probed file, ending with `-i`; options such as `-ss` go before them."""
    return [*guard_args(facts.container), "-i", f"file:{path.absolute()}"]


def guard_args(container: str) -> list[str]:
    """The guard for one input: explicit demuxer, whitelists, limits.

    Raises MediaError(UNSUPPORTED) when the demuxer is not one of `CONTAINERS`.
    """
    if container not in CONTAINERS:
        raise MediaError(MediaFault.UNSUPPORTED, f"demuxer {container[:20]!r}")
    guard = ["-protocol_whitelist", "file,pipe", "-format_whitelist", OPEN_OPTIONS["format_whitelist"]]
    guard += ["-codec_whitelist", OPEN_OPTIONS["codec_whitelist"], "-max_pixels", str(MAX_PIXELS)]
    return [*guard, "-max_streams", OPEN_OPTIONS["max_streams"], "-f", container]
