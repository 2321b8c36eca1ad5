"""Renders: a hostile draft, one job a wish, progress, cancel, ranges, and a worker's death."""

import asyncio
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.settings import Engine, Settings
from tests.engine.api.client import ATTRIBUTION, Client, Json
from tests.engine.api.conftest import StartEngine, ended, until

pytestmark = pytest.mark.usefixtures("probed")


@pytest.fixture
async def session(client: Client, footage: Path) -> str:
    session = await client.session()
    assert (await client.upload(session, ("two.mp4", footage / "two.mp4"))).status == 200
    return session


@pytest.fixture
async def draft(client: Client, session: str) -> Json:
    draft: Json = (await client.state(session))["state"]["draft"]
    assert draft
    return draft


async def test_a_render_from_request_to_file(client: Client, session: str, draft: Json, settings: Settings) -> None:
    asked = await client.render(session, draft, height=144)
    assert asked.status == 200
    assert asked.body["id"] == "render_1"
    assert asked.body["status"] in ("pending", "processing")
    done = await ended(client)
    assert done["status"] == "completed"
    assert done["progress"] == 100
    output = done["output"]
    assert output["url"] == f"{client.address}/api/render/proxy/render_1/download"
    assert output["duration"] == pytest.approx(1, abs=0.1)
    file = await client.download()
    assert (file.status, file.headers["Content-Type"]) == (200, "video/mp4")
    assert len(file.body) == output["size"]
    assert file.body[4:8] == b"ftyp"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    part = await client.download(Range="bytes=0-9")
    assert (part.status, part.body) == (206, file.body[:10])
    rest = await client.download(Range=f"bytes={len(file.body) - 5}-")
    assert rest.body == file.body[-5:]
    assert (await client.download(Range=f"bytes={len(file.body)}-")).status == 416
    assert list((settings.engine_dir / "scratch").iterdir()) == []
    assert len(list((settings.engine_dir / "renders").iterdir())) == 1

    same_id = await client.render(session, draft, height=144)
    assert same_id.body["status"] == "completed"
    other_id = await client.render(session, draft, "render_2", height=144)
    assert other_id.body["status"] == "completed"
    assert (await client.download("render_2")).body == file.body
    [kept] = (settings.engine_dir / "renders").iterdir()

    kept.unlink()  # by hand
    assert (await client.download()).code == 404
    again = await client.render(session, draft, "render_3", height=144)
    assert again.body["status"] in ("pending", "processing")
    assert (await ended(client, "render_3"))["status"] == "completed"


async def test_footage_that_is_lost_ends_the_render_with_what_to_do(
    client: Client, session: str, draft: Json, settings: Settings
) -> None:
    """Nobody else has it either: a worker that sees the engine's folder does not leave the job to others."""
    [path] = (settings.engine_dir / "media").glob("??/*")
    path.unlink()
    await client.render(session, draft, height=144)
    done = await ended(client)
    assert done["status"] == "failed"
    assert "upload the footage again" in done["error"]
    assert list((settings.engine_dir / "scratch").iterdir()) == list((settings.engine_dir / "spans").iterdir()) == []


async def test_a_render_that_does_not_fit_is_refused_with_numbers(
    start_engine: StartEngine, settings: Settings, footage: Path, http: aiohttp.ClientSession
) -> None:
    tight = replace(settings, engine=Engine.model_construct(disk_gb=0.0004))
    client = await Client(http, await start_engine(tight)).start()
    session = await client.session()
    await client.upload(session, ("two.mp4", footage / "two.mp4"))
    answer = await client.render(session, (await client.state(session))["state"]["draft"])
    assert (answer.status, answer.body["data"]["reason"], answer.body["data"]["limit"]) == (507, "disk_full", 400_000)
    assert "of the 0.4 MB that it may hold" in answer.body["message"]
    assert (await client.status()).code == 404


@pytest.mark.long
async def test_another_shape_is_a_file_of_its_own_and_leaves_the_timeline(
    client: Client, session: str, draft: Json
) -> None:
    await client.render(session, draft, height=144)
    await client.render(session, draft, "render_2", height=144, ratio="9:16")
    square, upright = (await ended(client))["output"], (await ended(client, "render_2"))["output"]
    assert (square["width"], square["height"]) == (144, 144)
    assert (upright["width"], upright["height"]) == (144, 256)
    assert (await client.state(session))["state"]["draft"] == draft


async def test_somebody_elses_render_is_not_there(client: Client, session: str, draft: Json) -> None:
    await client.render(session, draft)
    other = await Client(client.http, client.address, "client-2").start()
    for answer in (await other.status(), await other.cancel(), await other.download()):
        assert (answer.status, answer.code) == (404, 404)
    assert (await other.render(session, draft)).code == 1002
    mine = await other.session()
    foreign = await other.render(mine, draft)
    assert (foreign.status, foreign.code) == (422, 422)


async def test_no_export_without_attribution(client: Client, session: str, draft: Json) -> None:
    for missing in ATTRIBUTION:
        headers = {name: value for name, value in ATTRIBUTION.items() if name != missing}
        answer = await client.render(session, draft, headers=headers)
        assert (answer.status, answer.code) == (402, 402)


async def test_ids_that_are_no_ids(client: Client, session: str, draft: Json) -> None:
    for render in (None, 5, "", "a/b", "../x", "a" * 81, "a b", "é"):
        assert (await client.render(session, draft, render)).status == 422


async def test_drafts_that_are_none(client: Client, session: str) -> None:
    drafts: tuple[object, ...] = (
        None, {}, [], "draft", 5, {"t": []}, {"t": "x"}, {"v": 1}, {"t": [{"tt": 0, "sg": []}]},
    )  # fmt: skip
    for broken in drafts:
        answer = await client.render(session, broken)
        assert (answer.status, answer.code) == (422, 422)
        assert answer.body["error"]


def wrong(draft: Json, change: str, to: Any) -> Json:
    """The draft with every value under this key replaced."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: to if key == change else walk(one) for key, one in value.items()}
        return [walk(one) for one in value] if isinstance(value, list) else value

    changed: Json = walk(draft)
    return changed


async def test_a_hostile_draft_is_refused_or_harmless(client: Client, session: str, draft: Json, redis: Redis) -> None:
    values: tuple[Any, ...] = (None, -1, 1e300, "../../etc/passwd", {}, [[]], 10**30)
    for key in sorted({part for part in json.dumps(draft).split('"') if part.isidentifier()}):
        for to in values:
            answer = await client.render(session, wrong(draft, key, to), f"render_{key}")
            assert answer.status in (200, 422), (key, to, answer.body)
            if answer.status == 200:
                await client.cancel(f"render_{key}")


async def test_outputs_that_cannot_be(client: Client, session: str, draft: Json) -> None:
    wishes: tuple[tuple[Json, str], ...] = (
        ({"format": "exe"}, "output.format"), ({"quality": "best"}, "output.quality"), ({"fps": 0}, "output.fps"),
        ({"fps": "30"}, "output.fps"), ({"fps": True}, "output.fps"), ({"resolution": "9000p"}, "output.resolution"),
        ({"resolution": {}}, "output.resolution"), ({"max_bytes": 5}, "output.max_bytes"),
        ({"ratio": "2:1"}, "output.ratio"), ({"ratio": 1.5}, "output.ratio"), ({"width": 5}, "output.width"),
    )  # fmt: skip
    for output, words in wishes:
        answer = await client.render(session, draft, **output)
        assert (answer.status, answer.code) == (422, 422)
        assert words in answer.body["message"]


async def in_processing(client: Client) -> None:
    async def working() -> bool:
        return bool((await client.status()).body["status"] == "processing")

    await until(working)


@pytest.fixture
async def long_draft(client: Client, footage: Path) -> tuple[str, Json]:
    """A timeline that takes a while: many clips."""
    session = await client.session()
    await client.upload(session, ("one.mp4", footage / "one.mp4"))
    for _ in range(2):
        files = [(f"{number}.mp4", footage / "one.mp4") for number in range(40)]
        assert (await client.upload(session, *files)).status == 200
    return session, (await client.state(session))["state"]["draft"]


async def test_cancel_stops_a_running_render(client: Client, long_draft: tuple[str, Json], settings: Settings) -> None:
    session, draft = long_draft
    await client.render(session, draft, resolution="1080p")
    await in_processing(client)
    answer = await client.cancel()
    assert (answer.status, answer.body["status"], answer.body["error"]) == (200, "failed", "cancelled")

    async def cleaned() -> bool:
        folders = (settings.engine_dir / "scratch", settings.engine_dir / "renders")
        return not any(path for folder in folders for path in folder.iterdir())

    await until(cleaned)
    assert (await client.download()).code == 404
    assert (await client.status()).body["status"] == "failed"
    again = await client.render(session, draft, "render_2", resolution="1080p")
    assert again.body["status"] == "pending"
    await client.cancel("render_2")


async def test_a_waiting_render_is_cancelled_without_ever_running(client: Client, long_draft: tuple[str, Json]) -> None:
    session, draft = long_draft
    await client.render(session, draft)
    await in_processing(client)
    waiting = await client.render(session, draft, "render_2", quality="preview")
    assert waiting.body == {"id": "render_2", "status": "pending", "progress": 0}
    assert (await client.cancel("render_2")).body["status"] == "failed"
    await client.cancel()


async def test_cancel_from_another_engine(
    client: Client, start_engine: StartEngine, long_draft: tuple[str, Json], http: aiohttp.ClientSession
) -> None:
    session, draft = long_draft
    other = Client(http, await start_engine())
    other.token = client.token
    await client.render(session, draft)
    await in_processing(client)
    assert (await other.cancel()).body["status"] == "failed"
    small = await other.call("GET", f"/api/state/nemo_agent/me/{session}/latest")
    assert small.status == 200


async def test_a_cancelled_job_lives_on_for_who_else_waits(client: Client, session: str, draft: Json) -> None:
    both = await asyncio.gather(*(client.render(session, draft, f"render_{n}", height=144) for n in (1, 2)))
    assert [answer.status for answer in both] == [200, 200]
    await client.cancel("render_1")
    assert (await ended(client, "render_2"))["status"] == "completed"


@pytest.mark.parametrize("form", ["fcpxml", "edl"])
async def test_a_project_for_another_editor_is_a_zip_with_its_media(
    client: Client, session: str, draft: Json, form: str
) -> None:
    assert (await client.render(session, draft, format=form)).status == 200
    done = await ended(client)
    assert done["status"] == "completed"
    file = await client.download()
    assert (file.status, file.headers["Content-Type"]) == (200, "application/zip")
    with ZipFile(BytesIO(file.body)) as archive:
        assert archive.namelist() == [f"project.{form}", "NOTES.txt", "media/video-01.mp4"]


async def test_a_format_that_nobody_makes_is_refused(client: Client, session: str, draft: Json) -> None:
    asked = await client.render(session, draft, format="aaf")
    assert asked.status == 422
    assert "fcpxml" in json.dumps(asked.body)


@pytest.mark.parametrize(
    ("form", "kind", "text"),
    [
        ("srt", "application/x-subrip", "1\n00:00:00,100 --> 00:00:01,000\nHello there.\n"),
        ("vtt", "text/vtt", "WEBVTT\n\n00:00:00.100 --> 00:00:01.000\nHello there.\n"),
        ("txt", "text/plain", "0:00 Hello there.\n"),
    ],
)
async def test_what_is_said_as_a_file(
    client: Client, session: str, draft: Json, form: str, kind: str, text: str
) -> None:
    media = draft["t"][0]["sg"][0]["r"]
    said = {"r": media, "sp": [], "w": [[100, 400, "Hello"], [450, 800, "there."]], "l": "en"}
    asked = await client.render(session, {**draft, "t": [*draft["t"], {"tt": 22, "sg": [said]}]}, format=form)
    assert asked.status == 200
    done = await ended(client)
    assert done["status"] == "completed"
    assert done["output"]["size"] == len(text.encode())
    file = await client.download()
    assert (file.status, file.body.decode()) == (200, text)
    assert file.headers["Content-Type"] == f"{kind}; charset=utf-8"


async def test_a_file_of_words_that_nobody_knows_is_refused(client: Client, session: str, draft: Json) -> None:
    asked = await client.render(session, draft, format="srt")
    assert asked.status == 422
    assert "ask for subtitles" in json.dumps(asked.body)
