"""The main job at the engine's door: a talk loses its pauses, by listening once, and becomes a file."""

import asyncio
from pathlib import Path

import pytest

from tests import footage as make
from tests.engine.api.client import Client

TALK = Path(__file__).parents[2] / "media" / "talk.mp4"


async def length(client: Client, session: str) -> int:
    draft = (await client.state(session))["state"]["draft"]
    return int(draft["d"])


async def test_pauses_go_and_the_talk_is_heard_once(client: Client) -> None:
    first, second = await client.session(), await client.session()
    for session in (first, second):
        assert (await client.upload(session, ("talk.mp4", TALK))).status == 200
    whole = await length(client, first)
    told = await client.say(first, "trim the silences, add transitions, and export")
    stages = [(args["stage"], args["percent"]) for args in told.calls("stage")]
    assert list(dict.fromkeys(name for name, _ in stages)) == ["understanding", "listening", "editing"]
    heard = [percent for name, percent in stages if name == "listening"]
    assert heard == sorted(heard)
    assert told.calls("export") == [{}]
    assert len(told.texts) == 1
    cut = await length(client, first)
    assert cut < whole * 0.95
    again = await client.say(second, "trim the silences")
    assert "listening" not in {args["stage"] for args in again.calls("stage")}
    assert await length(client, second) < whole * 0.95
    await client.say(first, "undo")
    assert await length(client, first) == whole


async def test_pauses_of_a_film_without_sound(client: Client, tmp_path: Path) -> None:
    session = await client.session()
    silent = await asyncio.to_thread(make.silent, tmp_path / "silent.mp4")
    await client.upload(session, ("silent.mp4", silent))
    before = await length(client, session)
    told = await client.say(session, "trim the silences")
    assert any(text.strip() for text in told.texts)
    assert told.failures == []
    assert await length(client, session) == before


@pytest.mark.long
async def test_what_is_found_is_told_once_looked_for_and_changes_nothing(client: Client, tmp_path: Path) -> None:
    session = await client.session()
    scenes = tmp_path / "scenes.mp4"
    shots = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=2", "-f", "lavfi", "-i", "mandelbrot=s=320x180:r=30"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000:d=4"]
    graph = "[1]trim=duration=2[m];[0][m]concat,format=yuv420p[v];[2]volume=-2dB[a]"  # it is at an eighth: -18 dB
    codecs = ["-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-c:a", "aac"]
    await asyncio.to_thread(make.ffmpeg, [*shots, *tone, "-filter_complex", graph, *codecs, str(scenes)])
    await client.upload(session, ("scenes.mp4", scenes))
    before = await length(client, session)
    told = await client.say(session, "list the scenes")
    assert told.texts == ["Found 2 shots, from: 0:00, 0:02."]
    assert "looking" in {args["stage"] for args in told.calls("stage")}
    loud = await client.say(session, "how loud is it?")
    assert loud.texts[0].startswith("The footage's loudness is -23")
    again = await client.say(session, "list the scenes")
    assert "looking" not in {args["stage"] for args in again.calls("stage")}
    assert await length(client, session) == before


@pytest.mark.parametrize(
    ("maker", "status", "words"),
    [
        ("empty", 415, "empty"),
        ("text_as_video", 415, "MP4"),
        ("huge_png", 415, "megapixels"),
        ("truncated", 415, "damaged"),
    ],
)
async def test_files_that_cannot_be_taken(client: Client, tmp_path: Path, maker: str, status: int, words: str) -> None:
    session = await client.session()
    target = tmp_path / "file.mp4"
    await asyncio.to_thread(getattr(make, maker), target)
    answer = await client.upload(session, ("file.mp4", target))
    assert (answer.status, answer.code) == (status, 4001)
    assert words in answer.body["message"]
    assert "\n" not in answer.body["message"]
    assert (await client.state(session))["state"]["video_infos"] == []


@pytest.mark.parametrize("maker", ["variable_rate", "rotated", "sound_only"])
async def test_odd_footage_is_taken(client: Client, tmp_path: Path, maker: str) -> None:
    session = await client.session()
    odd = await asyncio.to_thread(getattr(make, maker), tmp_path / ("odd.m4a" if maker == "sound_only" else "odd.mp4"))
    answer = await client.upload(session, ("odd.mp4", odd))
    assert answer.status == 200, answer.body
    if maker == "rotated":
        [file] = answer.data["files"]
        assert file["height"] > file["width"]
