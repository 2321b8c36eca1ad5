"""A finished video in another container: MOV and MKV hold the same streams, WebM has codecs of its own."""

from pathlib import Path

from bot.media.ffmpeg import UNTOLD, binary, input_args
from bot.media.muxers import MUXERS, text_args
from bot.media.passes import OnProgress, desk, run_pass
from bot.media.probe import probe
from bot.media.shrink import fit

_MOST = 1 << 40
_SOUND_BPS = 128_000
_VP9 = ("-c:v", "libvpx-vp9", "-crf", "32", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1")
_WEBM = (*_VP9, "-pix_fmt", "yuv420p", "-c:a", "libopus", "-b:a", str(_SOUND_BPS))
_COPIED = ("-c:v", "copy", "-c:a", "copy")


async def make_container(
    source: Path, target: Path, max_bytes: int | None = None, on_progress: OnProgress | None = None,
    ffmpeg: Path | None = None,
) -> None:  # fmt: skip
    """Write the video at `source` to `target` (.mov, .mkv or .webm), in at most `max_bytes`.

    Raises MediaError: TOO_LARGE (it cannot be made that small; `limit` in bytes), and what `probe` and `run` raise.
    """
    facts = await probe(source, max_bytes=_MOST)
    ending = target.suffix
    if max_bytes is not None and (ending == ".webm" or facts.size > max_bytes - _most_added(facts.size)):
        await fit(source, target, max_bytes, on_progress, ffmpeg)
        return
    async with desk(target) as place:
        args = [*input_args(facts, source), "-map", "0:V:0", "-map", "0:a:0?", *text_args(facts, ending), *UNTOLD]
        args += [*(_WEBM if ending == ".webm" else _COPIED), *MUXERS[ending], str(place.part)]
        seconds = facts.duration_ms / 1000
        await run_pass(binary(ffmpeg), args, source=source, place=place, seconds=seconds, on_progress=on_progress)


def _most_added(size: int) -> int:
    """Bytes by which another container of the same streams may be larger."""
    return 4_000 + size // 50
