"""Music by mood at the engine's door: nobody uploads it, it is there, it is the project's, and it goes with it."""

from pathlib import Path

import pytest

from tests import footage as make
from tests.engine.api.client import Client, Json


async def _music(client: Client, session: str) -> list[Json]:
    tracks = (await client.state(session))["state"]["draft"]["t"]
    return [item for track in tracks if track["tt"] == 1 for item in track["sg"]]


@pytest.mark.long
async def test_a_mood_becomes_music_and_another_one_replaces_it(client: Client, tmp_path: Path) -> None:
    session = await client.session()
    await client.upload(session, ("clip.mp4", make.clip(tmp_path / "clip.mp4")))
    told = await client.say(session, "add calm music")
    assert "made by a machine" in told.texts[0]
    (first,) = await _music(client, session)
    assert first["n"].startswith("calm ")
    await client.say(session, "use different calm music")
    (second,) = await _music(client, session)
    assert second["r"] != first["r"]
    await client.say(session, "undo")
    assert await _music(client, session) == [first]
    state = (await client.state(session))["state"]
    assert [file["filename"] for file in state["video_infos"]] == ["clip.mp4"], (
        "nobody is told of files they never sent"
    )
    assert (await client.render(session, state["draft"])).status == 200


@pytest.mark.long
async def test_music_without_a_word_about_it_is_the_own_file_or_a_bundled_one(client: Client, tmp_path: Path) -> None:
    session = await client.session()
    await client.upload(session, ("clip.mp4", make.clip(tmp_path / "clip.mp4")))
    await client.say(session, "add background music")
    (bundled,) = await _music(client, session)
    assert bundled["n"].startswith("calm ")
    await client.upload(session, ("song.mp3", make.sound_only(tmp_path / "song.mp3")))
    await client.say(session, "remove the music")
    await client.say(session, "add background music")
    (own,) = await _music(client, session)
    assert own["n"] == "song.mp3"


@pytest.mark.long
async def test_a_plan_that_is_refused_leaves_no_track_behind(client: Client, tmp_path: Path) -> None:
    session = await client.session()
    await client.upload(session, ("clip.mp4", make.clip(tmp_path / "clip.mp4")))
    before = await client.state(session)
    await client.say(session, "add calm music and delete clip 7")
    assert (await client.state(session))["state"]["draft"] == before["state"]["draft"]
