"""What the sound of three minutes costs, alone: `uv run python -m tests.bench.sound`.

Seconds on the wall and of processors, and what was left in the scratch folder beside the track: 34 cuts, the same with
loudness or with music, and a source that nothing changed.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.engine.render.job import Output, RenderJob
from bot.engine.render.plan import plan
from bot.engine.render.sound import make_sound
from bot.engine.render.tool import Ffmpeg
from bot.engine.timeline.model import Canvas, Music, Segment, Timeline
from bot.media import ffmpeg
from tests.engine.render.hours import PERIOD, SIZE, looped

CUTS, KEPT, PERIODS = 34, 0.73, 3


def _timelines(total: int) -> Iterator[tuple[str, Timeline]]:
    canvas, step = Canvas(*SIZE), total / CUTS
    edges = [(round(at * step), round((at + KEPT) * step)) for at in range(CUTS)]
    cuts = tuple(Segment(f"s{first}", "c", "m", "m", "video", first, end) for first, end in edges)
    yield "34 cuts", Timeline(canvas, cuts)
    yield "34 cuts, -14 LUFS", Timeline(canvas, cuts, loudness=-14.0)
    yield "34 cuts, music", Timeline(canvas, cuts, music=(Music("a", "m", "m", 0, round(total * KEPT), volume=20),))
    yield "nothing changed", Timeline(canvas, (Segment("s", "c", "m", "m", "video", 0, total),))


def _cpu() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        source = looped(Path(place) / "talk.mp4", PERIODS)
        print(f"{PERIODS * PERIOD} s of AAC | wall s | CPU s | decoded files, MB")
        for number, (name, timeline) in enumerate(_timelines(source.facts.duration_ms)):
            folder = Path(place) / str(number)
            folder.mkdir()
            job = RenderJob(timeline, Output(), folder / "o.mp4", folder, {"m": source})
            begun, used = time.perf_counter(), _cpu()
            made = make_sound(
                job, plan(timeline, job.output, job.media), Ffmpeg(ffmpeg.binary(), folder), folder, lambda _: None
            )
            wall, cpu = time.perf_counter() - begun, _cpu() - used
            left = sum(path.stat().st_size for path in folder.iterdir() if path != made)
            print(f"{name} | {wall:.2f} | {cpu:.2f} | {left / 1e6:.0f}", flush=True)


if __name__ == "__main__":
    main()
