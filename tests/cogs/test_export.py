"""`/export` with every choice, `/preview`, and every way a finished file may have to go."""

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord.interactions

from bot.flows.export import SIZES
from bot.store.models import Export, Render, RenderState, now
from bot.updates import Deed, Offer
from bot.voice.phrase import size
from cogs.buttons import mark, marks, view
from tests import footage
from tests.cogs.conftest import World, attachments, texts
from tests.cogs.test_buttons import buttons
from tests.upstream import server
from tests.upstream.replies import Reply
from tests.upstream.server import VIDEO

CLIP = ("clip.mp4", server.CLIP)
LINKS = {"public_url": "https://videos.example"}


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the upstream's finished files are: 2 s that really play."""
    file = tmp_path_factory.mktemp("done") / "done.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=30:d=2", "-f", "lavfi", "-i", "sine=d=2"]
    footage.ffmpeg([*picture, "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-crf", "18", str(file)])
    return file.read_bytes()


@pytest.fixture
async def project(world: World) -> World:
    """A thread with a timeline in it."""
    await world.ann.slash(world.channel, "edit", words="trim it", footage=CLIP)
    await world.until_quiet()
    return world


async def kept(world: World) -> Export:
    """What the newest export was to be."""
    return (await world.bot.app.store.renders.of_thread(str(world.thread.id)))[0].export


def long(*values: object) -> Any:
    """One more of a kind that is tried already without it."""
    return pytest.param(*values, marks=pytest.mark.long)


@pytest.mark.parametrize(
    ("choices", "wanted", "said", "name"),
    [
        ({"format": "gif"}, Export(format="gif"), "Your GIF is ready", "clip-edited.gif"),
        ({"format": "mp3"}, Export(format="mp3"), "Your sound is ready", "clip-edited.mp3"),
        ({"format": "mp4", "size": "1080p"}, Export(height=1080), "Your video is ready", "clip-edited.mp4"),
        long({"size": "720p"}, Export(height=720), "Your video is ready", "clip-edited.mp4"),
        ({"size": "480p", "quality": "high"}, Export(height=480), "Your video is ready", "clip-edited.mp4"),
        ({"size": "vertical"}, Export(ratio="9:16"), "360×640", "clip-edited.mp4"),
        long({"size": "vertical 720p"}, Export(ratio="9:16", height=720), "360×640", "clip-edited.mp4"),
        long({"size": "square"}, Export(ratio="1:1"), "360×360", "clip-edited.mp4"),
        long({"size": "portrait"}, Export(ratio="4:5"), "360×450", "clip-edited.mp4"),
        long({"size": "landscape"}, Export(ratio="16:9"), "640×360", "clip-edited.mp4"),
        ({"quality": "medium", "fit": True}, Export(quality="medium", fit=True), "Your video", "clip-edited.mp4"),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else "",
)  # fmt: skip
async def test_every_choice_brings_what_it_names(
    project: World, video: bytes, choices: dict[str, object], wanted: Export, said: str, name: str
) -> None:
    project.upstream.next("file", Reply(body=video, content_type="video/mp4"))

    await project.ann.slash(project.thread, "export", **choices)
    result = await project.until(project.thread, said)

    assert (await kept(project)).model_copy(update={"max_bytes": None}) == wanted
    assert attachments([result]) == [name]
    assert result.content.startswith(project.ann.mention)
    assert buttons(result) == ["Show tracks"]


async def test_fit_means_the_limit_of_this_server_now(project: World) -> None:
    await project.ann.slash(project.thread, "export", fit=True)
    await project.until(project.thread, "Your video is ready")

    limit = (await project.bot.app.store.renders.of_thread(str(project.thread.id)))[0].place.upload_limit
    assert limit is not None
    most = (await kept(project)).max_bytes
    assert most is not None
    assert limit * 0.99 < most < limit


async def test_the_command_has_four_choices_and_needs_none(world: World) -> None:
    command = world.bot.tree.get_command("export")
    assert isinstance(command, discord.app_commands.Command)
    options = {one.display_name: [choice.value for choice in one.choices] for one in command.parameters}
    assert options == {
        "format": ["mp4", "gif", "mp3"], "size": list(SIZES), "quality": ["high", "medium"], "fit": [],
    }  # fmt: skip
    assert not any(one.required for one in command.parameters)


async def test_a_preview_is_shown_without_a_ping_and_leads_to_the_export(project: World) -> None:
    await project.ann.slash(project.thread, "preview")
    shown = await project.until(project.thread, "👀 Preview")

    assert "like an ordinary export" in shown.content, "the cloud has no quick one, and that is said"
    assert project.ann.mention not in shown.content
    assert shown.mentions == []
    assert attachments([shown]) == ["clip-preview.mp4"]
    assert "http" not in shown.content
    assert buttons(shown) == ["Export"]
    await project.until_quiet()

    await project.ann.click(shown, label="Export")
    result = await project.until(project.thread, "Your video is ready")
    assert not (await kept(project)).is_preview
    assert result.content.startswith(project.ann.mention)
    assert len(project.upstream.seen("render")) == 2


async def test_a_preview_of_keyframes_says_so_and_offers_a_smooth_one(project: World) -> None:
    project.upstream.keyframes = True
    await project.ann.slash(project.thread, "preview")
    shown = await project.until(project.thread, "Only some pictures so far")
    assert buttons(shown) == ["Preview", "Export"]
    await project.until_quiet()
    project.upstream.keyframes = False
    await project.ann.click(shown, label="Preview")
    smooth = await project.until(project.thread, "👀 Preview")
    assert buttons(smooth) == ["Export"]
    assert len(project.upstream.seen("render")) == 2


async def test_the_preview_button_and_the_word_do_the_same(project: World) -> None:
    said = await project.bot_says("here", view((Offer(Deed.PREVIEW),), "en-US"))
    await project.ann.click(said, label="Preview")
    await project.until(project.thread, "👀 Preview")
    await project.ann.send(project.thread, "preview")
    await project.until_quiet()
    async with asyncio.timeout(10):
        while len([text for text in texts(project.thread) if text.startswith("👀 Preview")]) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    assert len(project.upstream.seen("render")) == 1, "nothing has changed: the second is the first one's file"


async def test_a_preview_before_any_footage_says_the_next_step(world: World) -> None:
    thread = await world.open_thread()

    await world.ann.slash(thread, "preview")
    await world.until_quiet()

    assert "There is no footage here yet. Drop a video" in thread.history()[-1].content


@pytest.mark.parametrize(("status", "code"), [long(413, 0), (413, 40005), long(400, 40005)])
async def test_a_file_that_discord_refuses_comes_smaller(project: World, video: bytes, status: int, code: int) -> None:
    project.upstream.next("file", Reply(body=video, content_type="video/mp4"))
    _refuse_next_file(project, status, code)

    await project.ann.slash(
        project.thread, "export", size="square"
    )  # the upstream's own link would be to another shape
    result = await project.until(project.thread, "Your video is ready")

    (file,) = result.attachments
    assert 0 < file.size < len(video) * 0.6
    assert "This is a smaller copy" in result.content
    assert "ownload" not in result.content


@pytest.mark.parametrize("general", [LINKS])
async def test_a_file_that_discord_refuses_comes_smaller_beside_its_link(project: World, video: bytes) -> None:
    project.upstream.next("file", Reply(body=video, content_type="video/mp4"))
    _refuse_next_file(project, 413, 40005)

    await project.ann.slash(project.thread, "export")
    result = await project.until(project.thread, "Your video is ready")

    (file,) = result.attachments
    assert file.size < len(video)
    assert "Attached is a smaller copy: the whole was too large here." in result.content
    assert "Watch and download: https://" in result.content


@pytest.mark.parametrize("general", [LINKS])
async def test_a_file_over_the_servers_limit_comes_smaller_beside_its_link(
    project: World, video: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = len(video) * 2 // 3
    _limit_uploads(monkeypatch, limit)
    project.upstream.next("file", Reply(body=video, content_type="video/mp4"))

    await project.ann.slash(project.thread, "export")
    result = await project.until(project.thread, "Your video is ready")

    (file,) = result.attachments
    assert file.size <= limit
    assert f"Attached is a smaller copy: a file here may have {size(limit)} at most." in result.content
    assert f"The link has the whole, {size(len(video))}." in result.content
    assert "Watch and download: https://videos.example/v/" in result.content
    assert "The link works until <t:" in result.content
    assert result.flags.suppress_embeds, "one player is enough"


@pytest.mark.parametrize("general", [LINKS])
async def test_a_file_that_no_copy_stands_for_comes_as_a_link(project: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _limit_uploads(monkeypatch, 5_000)

    await project.ann.slash(project.thread, "export")
    result = await project.until(project.thread, "Your video is ready")

    assert result.attachments == []
    assert "Too large to attach: a file here may have 5 KB at most. The link has it." in result.content
    assert not result.flags.suppress_embeds, "the link's preview plays it"
    assert "Watch and download: https://videos.example/v/" in result.content


async def test_a_file_that_no_copy_stands_for_is_said_where_there_is_no_link(
    project: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit_uploads(monkeypatch, 5_000)

    await project.ann.slash(project.thread, "export")
    told = await project.until(project.thread, "cannot be made as small as 5 KB")

    assert told.attachments == []
    assert "Cut it shorter" in told.content


WAYS = {"archived": (400, 50083), "locked": (400, 160005), "deleted": (404, 10003), "closed": (403, 50001)}


@pytest.mark.parametrize("why", WAYS)
async def test_a_closed_thread_sends_the_file_to_its_channel(project: World, why: str) -> None:
    status, code = WAYS[why]
    project.env.inject_error("POST", f"/channels/{project.thread.id}/messages", status=status, code=code, times=None)

    await project.ann.slash(project.thread, "export")
    result = await project.until(project.channel, "Your video is ready")

    assert result.attachments[0].size == len(VIDEO)


async def test_with_thread_and_channel_closed_it_comes_by_direct_message(project: World) -> None:
    _close(project, project.thread.id, project.channel.id)

    await project.ann.slash(project.thread, "export")
    dm = project.ann.user.dm_channel
    result = await project.until(dm, "Your video is ready")

    assert result.attachments[0].size == len(VIDEO)


@pytest.mark.parametrize("wish", [{}, {"format": "gif"}], ids=["video", "gif"])
async def test_with_every_way_closed_it_is_kept_and_the_next_export_brings_it(
    project: World, video: bytes, wish: dict[str, str]
) -> None:
    project.upstream.next("file", Reply(body=video, content_type="video/mp4"))
    _close(project, project.thread.id, project.channel.id, "*")
    await project.ann.slash(project.thread, "export", **wish)
    store = project.bot.app.store.renders

    async def parked() -> bool:
        """It was tried, and is looked at again only when it expires."""
        ids, after = await store.due(now() + timedelta(hours=1), 1)
        return not ids and after is not None

    await project.settle(parked)
    renders = await _renders(project)
    assert renders[0].state is RenderState.READY
    await project.until_quiet()

    project.env.backend.faults.clear()
    await project.ann.slash(project.thread, "export", **wish)
    result = await project.until(project.thread, "is ready")

    assert attachments([result]) == ["clip-edited.gif" if wish else "clip-edited.mp4"]
    assert len(project.upstream.seen("render")) == 1, "it is the file that was made before"
    first, second = (await _renders(project))[::-1]
    assert mark(Offer(Deed.TRACKS, second.id)) in marks(result)
    assert first.id != second.id


def _close(world: World, *channels: object) -> None:
    for channel in channels:
        world.env.inject_error("POST", f"/channels/{channel}/messages", status=403, code=50007, times=None)


async def _renders(world: World) -> tuple[Render, ...]:
    return await world.bot.app.store.renders.of_thread(str(world.thread.id))


def _refuse_next_file(world: World, status: int, code: int) -> None:
    world.env.inject_error("POST", f"/channels/{world.thread.id}/messages", status=status, code=code)


def _limit_uploads(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """Have Discord tell this limit with every interaction."""
    base = simcord.interactions.base_payload

    def limited(*args: Any, **kwargs: Any) -> Any:
        record, payload = base(*args, **kwargs)
        return record, payload | {"attachment_size_limit": limit}

    monkeypatch.setattr(simcord.interactions, "base_payload", limited)
