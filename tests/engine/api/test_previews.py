"""Previews: of keyframes at once, then smooth out of proxies that are made in the background and go with their clip."""

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import aiohttp
import av
import pytest

from bot.engine.main import Tuning, running
from bot.settings import Engine, Settings
from tests.engine.api.client import Client, Json
from tests.engine.api.conftest import StartEngine, ended, make, until

SECONDS = 12
TIGHT_GB = 0.3
"""Room for footage and previews, but not for what nobody needs."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 s of 720p with 60 frames a second and a keyframe each second: more than is rendered in a moment."""
    path = tmp_path_factory.mktemp("previews") / "clip.mp4"
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-sc_threshold", "0", "-pix_fmt", "yuv420p")
    sound = ("-f", "lavfi", "-i", f"sine=f=440:d={SECONDS}", "-c:a", "aac")
    return make(path, "-f", "lavfi", "-i", f"testsrc2=s=1280x720:r=60:d={SECONDS}", *sound, *coded)


async def preview(client: Client, session: str, draft: Json, render: str) -> Json:
    asked = await client.render(session, draft, render, quality="preview")
    assert asked.status == 200
    done = await ended(client, render)
    assert done["status"] == "completed", done
    return done


async def frames(client: Client, render: str, folder: Path) -> tuple[Fraction, float, float]:
    """The rate of a finished file's pictures, how long they are on show, and how long something is heard, s."""
    path = folder / f"{render}.mp4"
    path.write_bytes((await client.download(render)).body)
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.average_rate is not None
        assert sound.duration is not None
        assert sound.time_base is not None
        assert (picture.width, picture.height) == (854, 480)
        seen = picture.frames / float(picture.average_rate)
        return picture.average_rate, seen, float(sound.duration * sound.time_base)


@pytest.mark.long
async def test_keyframes_at_once_and_a_smooth_preview_once_there_is_a_proxy(
    settings: Settings, http: aiohttp.ClientSession, start_engine: StartEngine, clip: Path, tmp_path: Path
) -> None:
    """The first never stands in for the second; a proxy that is missing is made again, and goes with its clip."""
    tight = replace(settings, engine=Engine.model_construct(disk_gb=TIGHT_GB))
    async with running(tight, "127.0.0.1", 0, Tuning(lease_s=3)) as address:
        client = await Client(http, address).start()
        session = await client.session()
        assert (await client.upload(session, ("clip.mp4", clip))).status == 200
        draft = (await client.state(session))["state"]["draft"]
        first = await preview(client, session, draft, "first")
        assert first["keyframes"] is True
        rate, seen, heard = await frames(client, "first", tmp_path)
        assert rate <= 2
        assert SECONDS <= seen <= SECONDS + 0.5
        assert heard == pytest.approx(seen, abs=0.05)
        assert (await preview(client, session, draft, "second"))["keyframes"] is True
        assert "keyframes" not in (await client.status("unknown")).body
    proxies = settings.engine_dir / "proxies"
    client = await Client(http, await start_engine()).start()

    async def made() -> bool:
        return [path.name for path in await asyncio.to_thread(lambda: list(proxies.iterdir()))] == [media]

    [media] = [path.name for path in (settings.engine_dir / "media").glob("??/*")]
    await until(made, 120)
    smooth = await preview(client, session, draft, "third")
    assert "keyframes" not in smooth
    rate, seen, _ = await frames(client, "third", tmp_path)
    assert rate == 30
    assert seen == pytest.approx(SECONDS, abs=0.05)
    again = await preview(client, session, draft, "fourth")
    assert again["output"] | {"url": ""} == smooth["output"] | {"url": ""}
    assert (await client.download("first")).status == 200, "who asked for it before may still fetch it"
    assert (await client.call("DELETE", f"/api/session/nemo_agent/me/{session}")).code == 0
    assert list(proxies.iterdir()) == []


@pytest.mark.long
async def test_what_is_short_is_smooth_from_the_start(client: Client, footage: Path) -> None:
    session = await client.session()
    assert (await client.upload(session, ("two.mp4", footage / "two.mp4"))).status == 200
    draft = (await client.state(session))["state"]["draft"]
    asked = await client.render(session, draft, quality="preview")
    assert asked.status == 200
    assert "keyframes" not in await ended(client)
