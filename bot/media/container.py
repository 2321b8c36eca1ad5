"""A finished video in another container: MOV and MKV hold the same streams, WebM has codecs of its own."""

import asyncio
from pathlib import Path

from bot.media.facts import MediaError, MediaFacts, MediaFault
from bot.media.ffmpeg import UNTOLD, binary, input_args
from bot.media.passes import Desk, OnProgress, desk, run_pass
from bot.media.probe import probe
from bot.media.shrink import fit

_MOST = 1 << 40
_ROOM = 0.97
"""Of a size, what the streams may take: another container takes a little more."""
_SOUND_BPS = 128_000
_LEAST_SOUND_BPS = 24_000
_LEAST_BPS = 40_000
_SHARES = (_ROOM, 0.7, 0.5)
"""Of a size, what is tried one after the other: a quick encoder overshoots."""
_COPIED: dict[str, list[str]] = {
    ".mov": ["-c", "copy", "-movflags", "+faststart", "-f", "mov"],
    ".mkv": ["-c", "copy", "-c:s", "srt", "-f", "matroska"],
}


async def make_container(
    source: Path, target: Path, max_bytes: int | None = None, on_progress: OnProgress | None = None,
    ffmpeg: Path | None = None,
) -> None:  # fmt: skip
    """Write the video at `source` to `target` (.mov, .mkv or .webm), in at most `max_bytes`.

    Raises MediaError: TOO_LARGE (it cannot be made that small; `limit` in bytes), and what `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=_MOST)
    async with desk(target) as place:
        if target.suffix == ".webm":
            await _webm(source, facts, place, max_bytes, on_progress, binary(ffmpeg))
        else:
            if max_bytes is not None and facts.size > max_bytes * _ROOM:
                smaller = place.scratch / "smaller.mp4"
                await fit(source, smaller, round(max_bytes * _ROOM), on_progress, ffmpeg)
                source, facts = smaller, await probe(smaller, max_bytes=_MOST)
            await _write(source, facts, _COPIED[target.suffix], place, on_progress, binary(ffmpeg))
        if max_bytes is not None and (await asyncio.to_thread(place.part.stat)).st_size > max_bytes:
            raise MediaError(MediaFault.TOO_LARGE, "it cannot be made that small", max_bytes)


async def _webm(
    source: Path, facts: MediaFacts, place: Desk, max_bytes: int | None, on_progress: OnProgress | None, ffmpeg: Path
) -> None:
    """VP9 and Opus, by quality or, into a size, by rate: of a picture that H.264 gets into that size."""
    if max_bytes is None:
        await _write(source, facts, _vp9(0, _SOUND_BPS), place, on_progress, ffmpeg)
        return
    for share in _SHARES:
        room = round(max_bytes * share)
        smaller = place.scratch / f"{room}.mp4"
        await fit(source, smaller, room, None, ffmpeg)
        total = room * 8 / max(facts.duration_ms / 1000, 0.1)
        sound = round(min(_SOUND_BPS, max(_LEAST_SOUND_BPS, total / 5))) if facts.sound else 0
        bps = max(round(total) - sound, _LEAST_BPS)
        await _write(smaller, await probe(smaller, max_bytes=_MOST), _vp9(bps, sound), place, on_progress, ffmpeg)
        if (await asyncio.to_thread(place.part.stat)).st_size <= max_bytes:
            return


def _vp9(bps: int, sound_bps: int) -> list[str]:
    """By quality alone where `bps` is 0."""
    quality = ["-b:v", str(bps), "-deadline", "good"] if bps else ["-crf", "32", "-b:v", "0", "-deadline", "realtime"]
    video = ["-c:v", "libvpx-vp9", *quality, "-cpu-used", "6"]
    sound = ["-c:a", "libopus", "-b:a", str(sound_bps or _SOUND_BPS)]
    return [*video, "-row-mt", "1", "-pix_fmt", "yuv420p", *sound, "-c:s", "webvtt", "-f", "webm"]


async def _write(
    source: Path, facts: MediaFacts, how: list[str], place: Desk, on_progress: OnProgress | None, ffmpeg: Path
) -> None:
    args = [*input_args(facts, source), "-map", "0:v:0", "-map", "0:a:0?", "-map", "0:s:0?", *UNTOLD]
    args += [*how, str(place.part)]
    await run_pass(ffmpeg, args, source=source, place=place, seconds=facts.duration_ms / 1000, on_progress=on_progress)
