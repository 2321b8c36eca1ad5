"""The probe: what a file is by its content, and every kind of bad file refused with its reason."""

import asyncio
import random
import shutil
import subprocess
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.media import sniff
from bot.media.facts import MediaError, MediaFacts, MediaFault, Picture, Sound
from bot.media.ffmpeg import CONTAINERS, MAX_PIXELS, SAFE_GLOBAL, binary, input_args
from bot.media.footage import read_footage
from bot.media.limits import MAX_MS
from bot.media.probe import probe
from bot.media.stamps import rate_of
from tests import footage


async def _probe(path: Path) -> MediaFacts:
    """Probe it as it is kept: without an ending."""
    return await probe(await asyncio.to_thread(path.rename, path.with_name("a" * 64)))


async def _fault(path: Path) -> MediaError:
    with pytest.raises(MediaError) as raised:
        await _probe(path)
    return raised.value


def _picture(facts: MediaFacts) -> Picture:
    assert facts.picture is not None
    return facts.picture


async def test_a_plain_recording(tmp_path: Path) -> None:
    made = footage.make_talk(tmp_path / "talk.mp4", 6)
    facts = await _probe(made.path)
    picture = Picture(640, 360, 30, 1, "h264", "yuv420p")
    assert facts == MediaFacts("video", "mov", facts.size, 6000, picture, Sound("aac", 48_000, 1))
    assert facts.size == (tmp_path / ("a" * 64)).stat().st_size


VIDEO = {
    "mp4": ("mov", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")),
    "mov": ("mov", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le")),
    "mkv": ("matroska", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "flac")),
    "webm": ("matroska", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")),
    "avi": ("avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame")),
    "ts": ("mpegts", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")),
}


@pytest.mark.parametrize("ending", VIDEO)
async def test_every_video_container(tmp_path: Path, ending: str) -> None:
    container, options = VIDEO[ending]
    facts = await _probe(footage.clip(tmp_path / f"clip.{ending}", options=options))
    assert (facts.kind, facts.container) == ("video", container)
    picture = _picture(facts)
    assert (picture.width, picture.height, picture.fps_num, picture.fps_den) == (320, 180, 30, 1)
    assert facts.duration_ms == pytest.approx(2000, abs=40)
    assert facts.sound is not None
    assert not picture.variable_rate


@pytest.mark.parametrize(
    ("ending", "container"),
    [("wav", "wav"), ("mp3", "mp3"), ("m4a", "mov"), ("aac", "aac"), ("ogg", "ogg"), ("opus", "ogg"), ("flac", "flac")],
)
async def test_every_sound_container(tmp_path: Path, ending: str, container: str) -> None:
    facts = await _probe(footage.sound_only(tmp_path / f"sound.{ending}"))
    assert (facts.kind, facts.container, facts.picture) == ("audio", container, None)
    assert facts.duration_ms == pytest.approx(3000, abs=90)
    assert facts.sound is not None
    assert facts.sound.channels == 1


@pytest.mark.parametrize(
    ("form", "container"), [("PNG", "png_pipe"), ("JPEG", "jpeg_pipe"), ("WEBP", "webp_pipe"), ("BMP", "bmp_pipe")]
)
async def test_every_still(tmp_path: Path, form: str, container: str) -> None:
    path = tmp_path / "still"
    Image.new("RGB", (301, 200), "teal").save(path, form)
    facts = await _probe(path)
    assert (facts.kind, facts.container, facts.duration_ms, facts.sound) == ("image", container, 0, None)
    assert (_picture(facts).width, _picture(facts).height, _picture(facts).rotation) == (301, 200, 0)


async def test_a_phone_photo_is_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 200))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "photo", "JPEG", exif=exif)
    picture = _picture(await _probe(tmp_path / "photo"))
    assert (picture.width, picture.height, picture.rotation) == (200, 300, 90)


async def test_an_animated_gif_is_a_video_and_a_still_one_an_image(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (64, 48), (number * 50, 0, 0)) for number in range(5)]
    frames[0].save(tmp_path / "moving", "GIF", save_all=True, append_images=frames[1:], duration=200)
    frames[0].save(tmp_path / "still", "GIF")
    moving, still = await _probe(tmp_path / "moving"), await _probe(tmp_path / "still")
    assert (moving.kind, moving.duration_ms, _picture(moving).fps_num) == ("video", 1000, 5)
    assert (still.kind, still.duration_ms, still.container) == ("image", 0, "gif")


async def test_no_sound_and_no_picture_are_fine(tmp_path: Path) -> None:
    facts = await _probe(footage.silent(tmp_path / "silent.mp4"))
    assert (facts.kind, facts.sound, facts.duration_ms) == ("video", None, 2000)


async def test_cover_art_is_no_picture(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200)).save(tmp_path / "cover.png")
    sound = footage.sound_only(tmp_path / "sound.mp3")
    cover = ["-map", "0", "-map", "1", "-c:a", "copy", "-c:v", "mjpeg", "-disposition:v", "attached_pic"]
    footage.ffmpeg(["-i", str(sound), "-i", str(tmp_path / "cover.png"), *cover, str(tmp_path / "song.mp3")])
    facts = await _probe(tmp_path / "song.mp3")
    assert (facts.kind, facts.picture, facts.container) == ("audio", None, "mp3")


async def test_other_streams_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n")
    plain = footage.clip(tmp_path / "plain.mp4")
    extra = ["-map", "0", "-map", "1", "-c", "copy", "-c:s", "srt", "-attach", str(tmp_path / "words.srt")]
    extra += ["-metadata:s:t", "mimetype=text/plain"]
    footage.ffmpeg(["-i", str(plain), "-i", str(tmp_path / "words.srt"), *extra, str(tmp_path / "more.mkv")])
    facts = await _probe(tmp_path / "more.mkv")
    assert (facts.kind, facts.duration_ms) == ("video", 2000)


@pytest.mark.parametrize(("degrees", "size"), [(90, (180, 320)), (180, (320, 180)), (270, (180, 320))])
async def test_rotation_is_told_and_the_size_is_as_shown(tmp_path: Path, degrees: int, size: tuple[int, int]) -> None:
    picture = _picture(await _probe(footage.rotated(tmp_path / "phone.mp4", degrees)))
    assert ((picture.width, picture.height), picture.rotation) == (size, degrees)


async def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    options = ("-vf", "setsar=4/3", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    picture = _picture(await _probe(footage.clip(tmp_path / "wide.mp4", size=(360, 270), options=options)))
    assert (picture.width, picture.height) == (480, 270)


async def test_odd_sizes_ten_bit_and_hdr(tmp_path: Path) -> None:
    odd = _picture(await _probe(footage.odd_size(tmp_path / "odd.mp4")))
    assert (odd.width, odd.height, odd.pix_fmt, odd.hdr) == (1079, 607, "yuv444p", False)
    deep = _picture(await _probe(footage.ten_bit(tmp_path / "deep.mp4")))
    assert (deep.codec, deep.pix_fmt, deep.hdr) == ("hevc", "yuv420p10le", True)


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
async def test_a_variable_rate_is_told(tmp_path: Path, ending: str) -> None:
    facts = await _probe(footage.variable_rate(tmp_path / f"uneven.{ending}"))
    picture = _picture(facts)
    assert picture.variable_rate
    assert (picture.fps_num, picture.fps_den) == (30, 1)
    assert facts.duration_ms == pytest.approx(92 * 1000 / 30, abs=2)


@pytest.mark.parametrize(
    ("fps", "grid"), [("30000/1001", 90_000), ("24000/1001", 1000), ("60", 1000), ("12.5", 90_000)]
)
def test_a_rate_on_a_coarse_grid_is_still_a_rate(fps: str, grid: int) -> None:
    wanted = Fraction(fps)
    stamps = [round(number / wanted * grid) for number in range(500)]
    found = rate_of(reversed(stamps), Fraction(1, grid))
    assert (found.fps, found.variable) == (wanted, False)


async def test_a_length_that_the_header_lies_about(tmp_path: Path) -> None:
    """A WAV that claims an hour, as a recorder leaves it that was switched off."""
    path = footage.sound_only(tmp_path / "sound.wav", 3)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = (3600 * 88_200).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert (await _probe(path)).duration_ms == pytest.approx(3000, abs=60)


async def test_the_sound_may_outlast_the_picture(tmp_path: Path) -> None:
    silent, sound = footage.silent(tmp_path / "silent.mp4"), footage.sound_only(tmp_path / "sound.wav", 5)
    both = tmp_path / "both.mp4"
    footage.ffmpeg(["-i", str(silent), "-i", str(sound), "-c:v", "copy", "-c:a", "aac", str(both)])
    assert (await _probe(both)).duration_ms == pytest.approx(5000, abs=30)


async def test_refused_with_a_reason(tmp_path: Path) -> None:
    empty = await _fault(footage.empty(tmp_path / "empty.mp4"))
    assert empty.fault is MediaFault.EMPTY
    text = await _fault(footage.text_as_video(tmp_path / "words.mp4"))
    assert text.fault is MediaFault.UNSUPPORTED
    huge = await _fault(footage.huge_png(tmp_path / "huge.png"))
    assert (huge.fault, huge.limit) == (MediaFault.TOO_MANY_PIXELS, MAX_PIXELS)
    path = footage.sound_only(tmp_path / "sound.wav")
    with pytest.raises(MediaError) as raised:
        await probe(path, max_bytes=1000)
    assert (raised.value.fault, raised.value.limit) == (MediaFault.TOO_LARGE, 1000)
    with pytest.raises(MediaError) as raised:
        await probe(tmp_path / "never was")
    assert raised.value.fault is MediaFault.BROKEN


@pytest.mark.parametrize("index_first", [True, False])
async def test_a_truncated_video_is_broken(tmp_path: Path, *, index_first: bool) -> None:
    error = await _fault(footage.truncated(tmp_path / "cut.mp4", index_first=index_first))
    assert error.fault is MediaFault.BROKEN


async def test_a_truncated_recording_that_plays_is_as_long_as_it_plays(tmp_path: Path) -> None:
    path = footage.clip(tmp_path / "cut.mkv", frames=150)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    facts = await _probe(path)
    assert 1500 < facts.duration_ms < 3500


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
async def test_a_truncated_image_is_broken(tmp_path: Path, form: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "still", form)
    data = (tmp_path / "still").read_bytes()
    (tmp_path / "still").write_bytes(data[: len(data) // 2])
    assert (await _fault(tmp_path / "still")).fault is MediaFault.BROKEN


async def test_a_title_in_another_encoding_is_no_fault(tmp_path: Path) -> None:
    for ending, options in (("mp3", ()), ("avi", VIDEO["avi"][1])):
        path = tmp_path / f"titled.{ending}"
        title = ("-metadata", "title=XXXXXXXXXX")
        if ending == "mp3":
            footage.ffmpeg(["-f", "lavfi", "-t", "1", "-i", "sine", *title, "-id3v2_version", "3", str(path)])
        else:
            footage.clip(path, options=(*options, *title))
        data = path.read_bytes()
        wide = "X".encode("utf-16-le") * 10
        gbk = "\u6807\u9898\u6807\u9898\u6807".encode("gbk")
        assert b"X" * 10 in data or wide in data
        path.write_bytes(data.replace(b"X" * 10, gbk).replace(wide, gbk * 2))
        assert (await _probe(path)).container == ending


def test_damage_anywhere_is_refused_or_read_never_a_crash(tmp_path: Path) -> None:
    dice = random.Random(5)
    path = tmp_path / "damaged"
    outcomes: Counter[str] = Counter()
    for ending in ("mp4", "mkv", "avi", "ts"):
        made = footage.clip(tmp_path / f"whole.{ending}", options=VIDEO[ending][1], frames=20).read_bytes()
        for _ in range(30):
            data = bytearray(made)
            for _ in range(dice.choice((1, 5, 40))):
                data[dice.randrange(min(len(data), dice.choice((200, 2000, len(data)))))] = dice.randrange(256)
            path.write_bytes(bytes(data))
            container = sniff.container_of(bytes(data[: sniff.HEAD_BYTES]))
            try:
                outcomes[read_footage(path, container, len(data)).kind if container else "unknown"] += 1
            except MediaError as error:
                outcomes[error.fault] += 1
    assert outcomes["video"] > 30
    assert outcomes[MediaFault.BROKEN] > 5


async def test_noise_behind_a_real_signature_is_broken(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).bytes(50_000)
    heads = (
        b"\x00\x00\x00\x20ftypisom",
        b"\x1a\x45\xdf\xa3",
        b"OggS",
        b"RIFF\xff\xff\x00\x00AVI ",
        b"\x89PNG\r\n\x1a\n",
    )
    faults = []
    for head in heads:
        (tmp_path / "noise").write_bytes(head + noise)
        faults.append((await _fault(tmp_path / "noise")).fault)
    assert set(faults) <= {MediaFault.BROKEN, MediaFault.UNSUPPORTED, MediaFault.EMPTY}


async def test_too_long_is_told_before_it_is_read_to_its_end(tmp_path: Path) -> None:
    frames = ["-f", "lavfi", "-i", "color=size=16x16:rate=1:duration=15000"]
    path = tmp_path / "long.mkv"
    footage.ffmpeg([*frames, "-c:v", "libx264", "-preset", "ultrafast", str(path)])
    error = await _fault(path)
    assert (error.fault, error.limit) == (MediaFault.TOO_LONG, MAX_MS)


async def test_no_file_opens_another(tmp_path: Path) -> None:
    """A playlist or a concat script leaks another user's file with ffmpeg's defaults; here both refuse it."""
    secret = footage.clip(tmp_path / "secret.mp4")
    hostile = (footage.playlist(tmp_path / "a.mp4", secret), footage.concat_script(tmp_path / "b.mp4", secret))
    for path in hostile:
        with pytest.raises(MediaError) as raised:
            await probe(path)
        assert raised.value.fault is MediaFault.UNSUPPORTED
        for container in CONTAINERS:
            facts = MediaFacts("video", container, 1, 1000)
            args = [str(binary()), *SAFE_GLOBAL, *input_args(facts, path), "-f", "framecrc", "-"]
            done = await asyncio.to_thread(subprocess.run, args, capture_output=True, check=False)
            assert b"0," not in done.stdout, container
    with pytest.raises(MediaError):
        input_args(MediaFacts("video", "hls", 1, 1000), secret)


async def test_ffmpeg_opens_what_the_probe_found(tmp_path: Path) -> None:
    made = {
        ending: footage.clip(tmp_path / f"x.{ending}", options=VIDEO[ending][1]) for ending in ("mp4", "webm", "ts")
    }
    for ending, path in made.items():
        kept = path.rename(tmp_path / f"a name: with 'quotes' %d {ending[0]}")
        facts = await probe(kept)
        args = [str(binary()), *SAFE_GLOBAL, *input_args(facts, kept), "-f", "framecrc", "-"]
        done = await asyncio.to_thread(subprocess.run, args, capture_output=True, check=True)
        assert done.stdout.count(b"\n0,") >= 59


def test_words_are_never_taken_for_media() -> None:
    for text in (b"#EXTM3U\n", b"ffconcat version 1.0\n", b"<?xml version='1.0'?>", b"WEBVTT\n", b"[Script Info]\n"):
        assert sniff.container_of(text * 500) is None
    assert sniff.container_of(b"\x00\x00\x00\x18ftypheic" + bytes(100)) is None
    assert sniff.container_of(b"") is None
    dice = np.random.default_rng(7)
    assert [sniff.container_of(dice.bytes(60_000)) for _ in range(50)] == [None] * 50


async def test_a_name_that_looks_like_an_option_or_a_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = footage.clip(tmp_path / "clip.mp4")
    monkeypatch.chdir(tmp_path)
    for name in ("-i", "http:x", "concat:clip.mp4"):
        shutil.copy(source, name)
        assert (await probe(Path(name))).duration_ms == 2000
