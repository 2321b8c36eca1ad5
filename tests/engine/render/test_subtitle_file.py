"""Subtitles and transcripts as files: read back by ffmpeg and PyAV, whatever was said."""

from dataclasses import replace
from pathlib import Path

import av
import pytest

from bot.engine.render.job import Format, Output, RenderJob
from bot.engine.render.run import render
from bot.engine.render.subtitle_file import written
from bot.engine.timeline.cues import cues
from bot.engine.timeline.model import Timeline, Word
from bot.engine.timeline.ops import CutRange, Subtitle
from bot.media.facts import MediaError, MediaFault
from tests.engine.timeline.footage import TALK, after, timeline_of
from tests.engine.timeline.talking import knowing, words

SAID = words("Hello there, this is the first sentence. | | | And the second one, 第二句话。")
HOSTILE = ("<script>alert(1)</script>", "-->", "00:00:01,000", "{\\b1}", "a&b", "1", "\u202eright", "WEBVTT", "NOTE")


def _timeline(said: tuple[Word, ...] = SAID) -> Timeline:
    return after(timeline_of(TALK), Subtitle(format="srt"), library=knowing(talk=said))


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_what_is_written_is_what_a_player_reads(tmp_path: Path, form: Format) -> None:
    timeline = after(_timeline(), CutRange(start=0, end=0.5))
    path = tmp_path / "file"
    path.write_text(written(timeline, form), encoding="utf-8")
    with av.open(str(path), format={"srt": "srt", "vtt": "webvtt"}[form]) as container:
        stream = container.streams.subtitles[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        read = [(packet.pts, packet.duration, bytes(packet).decode()) for packet in packets]
    shown = cues(timeline)
    assert [(start, length) for start, length, _ in read] == [(cue.start, cue.end - cue.start) for cue in shown]
    assert [text.replace("\n", " ") for _, _, text in read] == [" ".join(cue.texts()) for cue in shown]


def test_a_transcript_is_paragraphs_with_their_times() -> None:
    assert written(_timeline(), "txt") == (
        "0:01 Hello there, this is the first sentence.\n\n0:06 And the second one, 第二句话。\n"
    )


@pytest.mark.parametrize("form", ["srt", "vtt", "txt"])
def test_no_word_ends_a_cue_or_begins_another(form: Format) -> None:
    said = tuple(Word(1_000 + 400 * number, 1_300 + 400 * number, text) for number, text in enumerate(HOSTILE))
    timeline = _timeline(said)
    text = written(timeline, form)
    shown = len(cues(timeline))
    if form != "txt":
        assert sum("-->" in line for line in text.splitlines()) == shown
    blocks = [block for block in text.split("\n\n") if block.strip()]
    assert len(blocks) == {"srt": shown, "vtt": shown + 1, "txt": 1}[form]
    if form == "vtt":
        assert "<" not in text
        assert "&lt;script&gt;" in text


async def test_made_like_any_other_file(tmp_path: Path) -> None:
    job = RenderJob(_timeline(), Output(format="vtt"), tmp_path / "out.vtt", tmp_path / "scratch")
    made = await render(job)
    assert made.path.read_text(encoding="utf-8").startswith("WEBVTT\n\n00:00:01.000 --> ")
    assert (made.size, made.duration_ms) == (made.path.stat().st_size, 30_000)
    assert [path.name for path in tmp_path.iterdir()] == ["out.vtt"]
    with pytest.raises(MediaError) as caught:
        await render(replace(job, timeline=timeline_of(TALK)))
    assert caught.value.fault is MediaFault.EMPTY
