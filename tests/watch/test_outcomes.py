"""What came of a turn is told whatever the upstream says: changes with their values, what it made, what it added."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.updates import Changed, Deed, Made, RenderReady, Said, Stage, Unasked, Working
from bot.voice.say import say
from tests.upstream.replies import Reply, said, sse
from tests.upstream.server import Upstream
from tests.watch.bench import Bench, bench, limited, place, turn


def draft(**tracks: list[tuple[str, float, float, float | None]]) -> str:
    """A draft of named segments: (name, start s, end s, volume), by track."""
    types = {"video": 0, "audio": 1, "text": 7, "effect": 9}
    made: list[dict[str, Any]] = []
    for kind, items in tracks.items():
        segments = []
        for name, start, end, volume in items:
            meta = {"name": name, "start": start * 1000} | ({} if volume is None else {"volume": volume})
            segments.append({"d": (end - start) * 1000, "m": meta})
        made.append({"tt": types[kind], "sg": segments})
    return json.dumps({"t": made, "d": max(end for items in tracks.values() for _, _, end, _ in items) * 1000})


async def silent(bot: Bench, upstream: Upstream, number: str, words: str, after: str, locale: str = "en-US") -> str:
    """The lines a user reads after a turn that changes the draft without a word."""

    def edit() -> None:
        upstream.draft = after

    upstream.next("run", sse(edit))
    await bot.ask(turn(number, words, at=place(locale=locale)))
    assert not bot.face.of(Said, number)
    return "\n".join(say(changed, locale) for changed in bot.face.of(Changed, number))


BEFORE = draft(
    video=[("city.mp4", 0, 10, None)],
    audio=[("Lo-fi", 0, 10, 0.35)],
    text=[("Old title", 0, 3, None), ("Second", 4, 6, None)],
)
AFTER = draft(
    video=[("city.mp4", 0, 8, None)],
    audio=[("Lo-fi", 0, 8, 0.2)],
    text=[("Paradise Found", 0, 3, None), ("Second", 5, 7, None), ("The End", 7, 8, None)],
)


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        (
            "en-US",
            [
                "✅ Length: 10s → 8s",
                "✅ Sound Lo-fi: 0-10s → 0-8s",
                "✅ Sound Lo-fi: volume 35% → 20%",
                "✅ Title “Second”: 4-6s → 5-7s",
                "✅ Title: “Old title” → “Paradise Found”",
                "✅ Title added: “The End” (7-8s)",
            ],
        ),
        (
            "zh-CN",
            [
                "✅ 时长：10s → 8s",
                "✅ 声音 Lo-fi：0-10s → 0-8s",
                "✅ 声音 Lo-fi：音量 35% → 20%",
                "✅ 标题 “Second”：4-6s → 5-7s",
                "✅ 标题：“Old title” → “Paradise Found”",
                "✅ 添加了标题：“The End”（7-8s）",
            ],
        ),
    ],
)
async def test_a_silent_edit_is_told_with_what_was_before_and_after(
    nemo: Settings, upstream: Upstream, clip: Path, locale: str, lines: list[str]
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a0", "", clip))
        upstream.draft = BEFORE
        told = await silent(bot, upstream, "a1", "another title and shorter, quieter", AFTER, locale)
        assert told.splitlines() == lines
        told = await silent(bot, upstream, "a2", "nothing at all", AFTER, locale)
        assert told == ("Nothing changed on the timeline." if locale == "en-US" else "时间线没有变化。")


async def test_a_removal_and_an_unmuted_sound(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a0", "", clip))
        upstream.draft = draft(video=[("a.mp4", 0, 5, None)], audio=[("Lo-fi", 0, 5, None)], text=[("Hi", 0, 2, None)])
        after = draft(video=[("a.mp4", 0, 5, None)], audio=[("Lo-fi", 0, 5, 0.5)])
        told = await silent(bot, upstream, "a1", "no title, music at half", after)
        assert told.splitlines() == ["✅ Sound Lo-fi: volume 100% → 50%", "✅ Title removed: “Hi”"]


CITY = {
    "filename": "city_night.mp4",
    "file_type": "video",
    "cdn_url": "https://cdn.example/city.mp4?sig=1",
    "duration": 10.0,
    "width": 1080,
    "height": 1920,
}
SONG = {"name": "lofi.mp3", "type": "audio/mpeg", "url": "https://cdn.example/lofi.mp3", "duration": 30}


async def test_what_the_upstream_made_is_shown_and_listed_once(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    def make() -> None:
        upstream.files.append(CITY)
        upstream.generated.append(SONG)

    async with bench(nemo) as bot:
        upstream.next("run", sse(make, said("Here is your city.")))
        await bot.ask(turn("a1", "generate a city at night with music", clip))
        city, song = bot.face.of(Made)
        assert city == Made("city_night.mp4", "video", 10_000, 1080, 1920, "https://cdn.example/city.mp4?sig=1")
        assert say(city, "en-US") == (
            "🎞️ The editor made city_night.mp4: video, 10s, 1080×1920.\nhttps://cdn.example/city.mp4?sig=1"
        )
        assert song == Made("lofi.mp3", "audio", 30_000, None, None, "https://cdn.example/lofi.mp3")
        await bot.ask(turn("a2", "make it longer"))
        assert len(bot.face.of(Made)) == 2


async def test_a_link_that_is_no_web_address_is_not_shown(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    def make() -> None:
        upstream.files.append(CITY | {"cdn_url": "javascript:alert(1)"})

    async with bench(nemo) as bot:
        upstream.next("run", sse(make))
        await bot.ask(turn("a1", "generate a city", clip))
        assert [made.link for made in bot.face.of(Made)] == [None]


ADDED = draft(
    video=[("clip.mp4", 0, 9, None)],
    audio=[("Lo-fi", 0, 9, 0.3)],
    text=[("Urban Dreams", 0, 3, None)],
    effect=[("Glow", 0, 9, None)],
)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("cut the first second", ["Lo-fi", "Urban Dreams", "Glow"]),
        ("cut it and add music", ["Urban Dreams", "Glow"]),
        ("add a title and a vintage look", ["Lo-fi"]),
        ("去掉停顿，加字幕", ["Lo-fi", "Glow"]),
        ("剪短一点，配乐、标题和滤镜都要", []),
        ("make a trailer of this", []),
    ],
)
async def test_what_nobody_asked_for_is_named_with_a_way_to_keep_or_remove_it(
    nemo: Settings, upstream: Upstream, clip: Path, words: str, names: list[str]
) -> None:
    def edit() -> None:
        upstream.draft = ADDED

    async with bench(nemo) as bot:
        upstream.next("run", sse(edit, said("Done.")))
        await bot.ask(turn("a1", words, clip))
        told = bot.face.of(Unasked)
        assert [change.name for update in told for change in update.changes] == names
        for update in told:
            assert [offer.deed for offer in update.offers] == [Deed.KEEP, Deed.STRIP]
            assert all(f'"{name}"' in update.offers[1].words for name in names)


async def test_additions_to_a_raw_clip_are_named_without_a_word_having_been_sent(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    """The cloud may put music and a title beside a clip as soon as it is uploaded."""

    file = {"filename": clip.name, "file_type": "video", "duration": 9}
    gate = asyncio.Event()
    upstream.next("upload", Reply(json={"code": 0, "data": {"files": [file]}}, gate=gate))
    async with bench(nemo) as bot:
        await bot.app.runner.submit(turn("a1", "", clip))
        await upstream.wait_for("upload")
        upstream.draft = ADDED
        upstream.files.append(file)
        gate.set()
        await bot.finished("a1")
        assert [change.name for update in bot.face.of(Unasked) for change in update.changes] == [
            "Lo-fi",
            "Urban Dreams",
            "Glow",
        ]
        assert not bot.face.of(Made), "what was uploaded was not made by the upstream"
    assert not upstream.seen("run")


async def test_files_with_an_instruction_each_are_done_in_order_each_with_its_own_export(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    """Batch: three files dropped at once, each with its words."""
    wishes = (
        "trim the silences and export",
        "make it vertical and export at 720p",
        "导出前加标题“三”，然后导出",
    )
    jobs = []
    for number, words in enumerate(wishes):
        file = tmp_path / f"part {number}.mp4"
        file.write_bytes(clip.read_bytes() + bytes([number]))
        jobs.append(turn(f"b{number}", words, file))
    async with bench(limited(nemo, user_exports=3)) as bot:
        for job in jobs:
            await bot.app.runner.submit(job)
        await bot.finished("b2")
        _, last, _ = await bot.face.result(3)
        assert isinstance(last, RenderReady)
        assert [render.id for render, _, _ in sorted(bot.face.delivered, key=lambda one: one[0].id)] == [
            "b0-0",
            "b1-0",
            "b2-0",
        ]
    order = [seen.endpoint for seen in upstream.requests if seen.endpoint in {"upload", "run"}]
    assert order == ["upload", "run"] * 3
    assert [seen.parts[0].name for seen in upstream.seen("upload")] == ["part 0.mp4", "part 1.mp4", "part 2.mp4"]
    assert [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")] == [
        "trim the silences",
        "make it vertical",
        "导出前加标题“三”",
    ]
    assert len({seen.json["id"] for seen in upstream.seen("render")}) == 3
    assert len(upstream.seen("session")) == 1, "the session keeps its timeline"


@pytest.mark.parametrize("alive", [b": beat\n\n", b"data: heartbeat\n\n", b""])
async def test_a_long_silence_is_told_again_and_again(
    nemo: Settings, upstream: Upstream, clip: Path, alive: bytes
) -> None:
    """Each two minutes (here much sooner) without anything to show; heartbeats show nothing."""
    done = asyncio.Event()
    waiting = Working(Stage.STILL_WORKING)
    async with bench(nemo, quiet_s=0.05) as bot:
        upstream.next("run", sse(said("Let me see.", partial=True), alive, done, said("Here it is.")))
        await bot.app.runner.submit(turn("a1", "make me a film", clip))
        await bot.face.until(lambda: bot.face.of(Working, "a1").count(waiting) >= 3)
        assert not bot.face.of(Said)
        done.set()
        await bot.finished("a1")
        assert bot.face.of(Said) == [Said("Here it is.")]
    assert say(waiting, "en-US") == "⏳ Still working..."
    assert say(waiting, "zh-CN") == "⏳ 还在处理……"


async def test_the_session_is_made_in_the_users_language(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    async with bench(nemo) as bot:
        for number, locale in enumerate(("en-US", "zh-CN", "zh-TW", "ja", "pt-BR", "xx-y")):
            await bot.ask(turn(f"a{number}", "", clip, at=place(f"t{number}", locale=locale)))
    languages = [seen.json["language"] for seen in upstream.seen("session")]
    assert languages == ["en", "zh-CN", "zh-TW", "ja", "pt", "xx"]
