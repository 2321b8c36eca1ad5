"""The sound of a finished video as a file: an MP3 as good as a size allows, or as it is."""

from pathlib import Path
from typing import Literal

from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import binary, input_args
from bot.media.passes import OnProgress, desk, run_pass
from bot.media.probe import probe
from bot.media.sound_rate import rate_for


async def make_mp3(
    source: Path, target: Path, max_bytes: int | None = None, on_progress: OnProgress | None = None,
    ffmpeg: Path | None = None,
) -> None:  # fmt: skip
    """Write the sound of `source` to `target`, in at most `max_bytes`.

    Raises MediaError: SILENT (there is no sound), TOO_LARGE (it cannot be made that small; `limit` in bytes), and what
    `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=1 << 40)
    if facts.sound is None:
        raise MediaError(MediaFault.SILENT, "no sound")
    seconds = facts.duration_ms / 1000
    kilobits, channels = rate_for(seconds, max_bytes)
    async with desk(target) as place:
        args = [*input_args(facts, source), "-map", "0:a:0", "-vn", "-map_metadata", "-1"]
        args += ["-c:a", "libmp3lame", "-b:a", f"{kilobits}k", "-ac", str(min(channels, facts.sound.channels))]
        args += ["-f", "mp3", str(place.part)]
        await run_pass(binary(ffmpeg), args, source=source, place=place, seconds=seconds, on_progress=on_progress)


async def make_sound(
    source: Path, target: Path, form: Literal["wav", "m4a"], on_progress: OnProgress | None = None,
    ffmpeg: Path | None = None,
) -> None:  # fmt: skip
    """Write the sound of `source` to `target` as it is: uncompressed (WAV), or its AAC in a container of its own.

    Raises MediaError: SILENT (there is no sound), and what `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=1 << 40)
    if facts.sound is None:
        raise MediaError(MediaFault.SILENT, "no sound")
    how = ["-c:a", "pcm_s16le", "-f", "wav"] if form == "wav" else ["-c:a", "copy", "-f", "ipod"]
    async with desk(target) as place:
        args = [*input_args(facts, source), "-map", "0:a:0", "-vn", "-map_metadata", "-1", "-fflags", "+bitexact"]
        args += [*how, str(place.part)]
        seconds = facts.duration_ms / 1000
        await run_pass(binary(ffmpeg), args, source=source, place=place, seconds=seconds, on_progress=on_progress)
