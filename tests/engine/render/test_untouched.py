"""Sound that nothing changed is the source's own, packet for packet and in step."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from bot.engine.render.job import Output, SourceFile
from bot.engine.render.plan import plan
from bot.engine.render.untouched import sound_copied
from bot.engine.timeline.model import Canvas, Fade, Music, Segment, Text, Timeline
from tests.engine.render import clips
from tests.engine.render.conftest import Make

SMALL = Canvas(320, 180)
WHOLE = Segment("s", "c", "m", "m", "video", 0, 20_000)
TITLE = Text("t", "Hello", 3000, 6000)


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as source:
        return [bytes(packet) for packet in source.demux(audio=0) if packet.size]


def test_only_what_nothing_changed(talk: SourceFile, hum: SourceFile) -> None:
    media = {"m": talk, "n": hum}
    plain = Timeline(SMALL, (WHOLE,), texts=(TITLE,))

    def copied(timeline: Timeline, media: dict[str, SourceFile] = media) -> str | None:
        return sound_copied(timeline, plan(timeline, Output(), media), media)

    assert copied(plain) == "m"
    changed = [
        replace(plain, segments=(replace(WHOLE, start=100),)),
        replace(plain, segments=(replace(WHOLE, end=19_000),)),
        replace(plain, segments=(replace(WHOLE, volume=90),)),
        replace(plain, segments=(replace(WHOLE, muted=True),)),
        replace(plain, segments=(replace(WHOLE, speed=2),)),
        replace(plain, segments=(replace(WHOLE, reverse=True),)),
        replace(plain, segments=(replace(WHOLE, denoise=True),)),
        replace(plain, segments=(replace(WHOLE, end=9000), replace(WHOLE, id="t", start=10_000))),
        replace(plain, segments=(replace(WHOLE, media="n"), replace(WHOLE, id="t"))),
        replace(plain, volume=50),
        replace(plain, loudness=-14.0),
        replace(plain, fade_in=Fade(500)),
        replace(plain, fade_out=Fade(500)),
        replace(plain, music=(Music("a", "n", "n", 0, 1000),)),
    ]
    assert [copied(one) for one in changed] == [None] * len(changed)
    sound = talk.facts.sound
    assert sound is not None
    for other in (replace(sound, codec="mp3"), replace(sound, channels=6), replace(sound, sample_rate=32_000)):
        assert copied(plain, {"m": SourceFile(talk.path, replace(talk.facts, sound=other))}) is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "audio"),
    [
        ("a.mp4", ("-c:a", "aac", "-b:a", "96k")),
        ("b.mp4", ("-c:a", "aac", "-ar", "44100", "-ac", "2")),
        ("c.mkv", ("-c:a", "aac")),
    ],
)
async def test_a_title_leaves_the_sound_as_it_is(make: Make, folder: Path, name: str, audio: tuple[str, ...]) -> None:
    container = "mov" if name.endswith("mp4") else "matroska"
    source = clips.footage(folder / name, frames=240, sound=clips.bursts(8), audio=audio, container=container)
    timeline = Timeline(SMALL, (replace(WHOLE, end=source.facts.duration_ms),), texts=(TITLE,))
    made = await make(timeline, {"m": source})
    given, taken = packets(source.path), packets(made.file.path)
    assert taken == given[: len(taken)]
    assert len(given) - len(taken) <= 2
    expected = clips.onsets(clips.heard(source.path))
    assert clips.onsets(made.sound) == pytest.approx(expected, abs=0.001)
    assert expected[:3] == pytest.approx([0, 0.5, 1], abs=0.005)


@pytest.mark.long
async def test_a_hole_or_a_late_start_is_encoded(make: Make, talk: SourceFile, folder: Path) -> None:
    late, hole = folder / "late untouched.mkv", folder / "hole untouched.mp4"
    args = ["-i", str(talk.path), "-itsoffset", "0.75", "-i", str(talk.path), "-map", "0:v", "-map", "1:a"]
    clips.run([*args, "-t", "8", "-c", "copy", str(late)])
    drop = "noise=drop='gt(pts*tb,4)*lt(pts*tb,6)'"
    clips.run(["-i", str(talk.path), "-t", "8", "-c", "copy", "-bsf:a", drop, str(hole)])
    for path, container, shift in ((late, "matroska", 0.25), (hole, "mov", 0.0)):
        source = clips.probed(path, container)
        timeline = Timeline(SMALL, (replace(WHOLE, end=source.facts.duration_ms),))
        made = await make(timeline, {"m": source})
        assert packets(made.file.path)[10] != packets(path)[10]
        marks = [at for at in clips.onsets(made.sound) if at > 0.8]
        assert len(marks) >= 8
        assert max(abs(at - shift - round((at - shift) * 2) / 2) for at in marks) < 0.02


@pytest.mark.long
async def test_mono_and_silence_at_the_end(make: Make, folder: Path) -> None:
    """The picture goes on for two seconds more than the sound."""
    source = clips.footage(folder / "short sound.mp4", frames=180, sound=clips.tone(4, 440, 0.3))
    timeline = Timeline(SMALL, (replace(WHOLE, end=source.facts.duration_ms),))
    made = await make(timeline, {"m": source})
    assert packets(made.file.path) == packets(source.path)
    assert np.abs(made.sound[: 3 * clips.RATE]).max() > 0.25
    assert made.plan.samples == 6 * clips.RATE
    assert Fraction(len(made.sound), clips.RATE) < 4.1
