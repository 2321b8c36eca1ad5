"""The files: each is made out of nothing, and asks for something that it must not get."""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.media.facts import MediaFault
from tests import footage
from tests.engine.hostile.boxes import box, changed
from tests.engine.hostile.canary import Canary

_HEAD_MP4 = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")


@dataclass(frozen=True)
class Attack:
    """A file that means harm: `make` writes it; `faults` are what may be said of it, none: it is taken as it is."""

    name: str
    make: Callable[[Path, Canary], None]
    faults: tuple[MediaFault, ...] = (MediaFault.UNSUPPORTED,)


def _words(make: Callable[[Canary], str], head: bytes = b"") -> Callable[[Path, Canary], None]:
    return lambda path, canary: _write(path, head + make(canary).encode())


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _hls(of: Callable[[Canary], str], more: str = "") -> Callable[[Canary], str]:
    return lambda canary: (
        f"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:10\n{more.format(file=canary.words.as_uri())}"
        f"#EXTINF:10,\n{of(canary)}\n#EXT-X-ENDLIST\n"
    )


def _file(canary: Canary) -> str:
    return canary.video.as_uri()


def _path(canary: Canary) -> str:
    return str(canary.video)


def _address(canary: Canary) -> str:
    return canary.url


hls_of_a_file = _words(_hls(_file))
concat_of_a_file = _words(lambda canary: f"ffconcat version 1.0\nfile 'file:{canary.video}'\n")

_BROKEN = (MediaFault.BROKEN, MediaFault.UNSUPPORTED, MediaFault.EMPTY)

LISTS = (
    Attack("a playlist of a file", hls_of_a_file),
    Attack("a playlist of a path", _words(_hls(_path))),
    Attack("a playlist of an address", _words(_hls(_address))),
    Attack("a playlist through other protocols", _words(_hls(lambda one: f"concat:{one.video}|{one.words}"))),
    Attack("a playlist through subfile", _words(_hls(lambda one: f"subfile,,start,0,end,0,,:{one.video}"))),
    Attack("a playlist through cache and crypto", _words(_hls(lambda one: f"cache:crypto:file:{one.video}"))),
    Attack("a playlist with a key", _words(_hls(_file, '#EXT-X-KEY:METHOD=AES-128,URI="{file}"\n'))),
    Attack("a playlist with a head", _words(_hls(_file, '#EXT-X-MAP:URI="{file}"\n'))),
    Attack("a playlist of playlists", _words(lambda one: f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{one.url}\n")),
    Attack("a playlist behind a byte order mark", _words(_hls(_file), b"\xef\xbb\xbf")),
    Attack("a playlist behind empty lines", _words(_hls(_file), b"\n" * 100)),
    Attack("a playlist in an MP4", _words(_hls(_file), _HEAD_MP4), _BROKEN),
    Attack("a playlist behind a tag of MP3", _words(_hls(_file), b"ID3\3\0\0\0\0\0\0"), _BROKEN),
    Attack("a playlist in a JPEG", _words(_hls(_file), b"\xff\xd8\xff\xe0"), _BROKEN),
    Attack("a playlist in Matroska", _words(_hls(_file), b"\x1a\x45\xdf\xa3"), _BROKEN),
    Attack("a playlist in a transport stream", _words(_hls(_file), (b"\x47" + bytes(187)) * 6), _BROKEN),
    Attack("a concat script of a file", concat_of_a_file),
    Attack("a concat script of an address", _words(lambda one: f"ffconcat version 1.0\nfile '{one.url}'\n")),
    Attack("a concat script without a head", _words(lambda one: f"file '{one.video}'\n")),
    Attack("a manifest of DASH", _words(lambda one: f"<?xml version='1.0'?><MPD><BaseURL>{one.url}</BaseURL></MPD>")),
    Attack("a session description", _words(lambda _one: "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n")),
    Attack("an address", _words(lambda one: f"{one.url}\n")),
    Attack("a shortcut", _words(lambda one: f"[InternetShortcut]\nURL={one.url}\n")),
    Attack("a drawing with a picture of a file", _words(
        lambda one: f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{one.words.as_uri()}'/></svg>")),
    Attack("an entity of XML", _words(
        lambda one: f"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM '{one.words.as_uri()}'>]><a>&x;</a>")),
    Attack("subtitles that name a file", _words(
        lambda one: f"[Script Info]\nVideo File: {one.video}\n[Events]\nDialogue: 0,0:0:0,0:0:9,,,0,0,0,,x\n")),
    Attack("an index of subtitles", _words(lambda one: f"# VobSub index file, v7\nid: en, index: 0\n{one.words}\n")),
    Attack("a script of AviSynth", _words(lambda one: f'DirectShowSource("{one.video}")\n')),
    Attack("a title of a reel", _words(lambda one: f"1\n00:00:00,000 --> 00:00:09,000\n<img src='{one.url}'>\n")),
)  # fmt: skip
"""Whatever is no video but a way to one."""


def plain(path: Path, more: Sequence[str] = ()) -> bytes:
    """An ordinary second of video with sound, its index at the end."""
    footage.ffmpeg(
        ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264",
         "-pix_fmt", "yuv420p", "-c:a", "aac", *more, "-f", "mp4", str(path)],
    )  # fmt: skip
    return path.read_bytes()


def _mended(change: Callable[[bytes, bytes, Canary], bytes | None]) -> Callable[[Path, Canary], None]:
    def make(path: Path, canary: Canary) -> None:
        path.write_bytes(changed(plain(path), lambda kind, payload: change(kind, payload, canary)))

    return make


def _alias(target: Path) -> bytes:
    """A Macintosh alias that names a file by its path, as QuickTime wrote them: one folder up, three names down."""
    path = str(target).encode()
    path += b"\0" * (len(path) % 2)
    head = bytes(10) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12) + bytes([8])
    head += target.name.encode()[:8].ljust(63, b"\0") + bytes(16) + struct.pack(">HH", 2, 3) + bytes(16)
    named = struct.pack(">HH", 2, len(path)) + path + struct.pack(">HH", 0xFFFF, 0)
    return (head + named).ljust(160, b"\0")


def _elsewhere(kind: bytes, _payload: bytes, canary: Canary) -> bytes | None:
    if kind != b"dref":
        return None
    return box(b"dref", struct.pack(">II", 0, 1) + box(b"alis", struct.pack(">I", 0) + _alias(canary.video)))


def _at_an_address(kind: bytes, _payload: bytes, canary: Canary) -> bytes | None:
    if kind != b"dref":
        return None
    return box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", struct.pack(">I", 0) + canary.url.encode() + b"\0"))


media_elsewhere = _mended(_elsewhere)


def _reference(path: Path, canary: Canary) -> None:
    """A movie that only names other movies."""
    named = canary.video.as_uri().encode() + b"\0"
    data = struct.pack(">I4sI", 0, b"url ", len(named)) + named
    path.write_bytes(_HEAD_MP4 + box(b"moov", box(b"rmra", box(b"rmda", box(b"rdrf", data)))))


def attached(path: Path, canary: Canary) -> None:
    """A playlist and a font that come along in a file that is a video as well."""
    lists = path.with_name("list.m3u8")
    hls_of_a_file(lists, canary)
    plain(path)
    whole = path.with_name("whole.mkv")
    footage.ffmpeg(
        ["-i", str(path), "-map", "0", "-c", "copy", "-attach", str(lists), "-metadata:s:t",
         "mimetype=application/vnd.apple.mpegurl", "-f", "matroska", str(whole)],
    )  # fmt: skip
    whole.replace(path)
    lists.unlink()


def _many_tracks(count: int) -> Callable[[Path, Canary], None]:
    return _mended(lambda kind, payload, _: box(kind, payload) * count if kind == b"trak" else None)


def _edits(count: int, entries: int, media_time: int, duration: int = 40) -> Callable[[Path, Canary], None]:
    """A list of `entries` edits that says it has `count`."""
    listed = struct.pack(">II", 0, count) + struct.pack(">IiI", duration, media_time, 0x10000) * entries

    def change(kind: bytes, _payload: bytes, _canary: Canary) -> bytes | None:
        return box(b"elst", listed) if kind == b"elst" else None

    return _mended(change)


def _stamps(delta: int) -> Callable[[Path, Canary], None]:
    listed = struct.pack(">IIII", 0, 1, 0x7FFFFFFF, delta)
    return _mended(lambda kind, _payload, _canary: box(b"stts", listed) if kind == b"stts" else None)


def _offsets(offset: int) -> Callable[[Path, Canary], None]:
    listed = struct.pack(">IIIi", 1 << 24, 1, 25, offset)
    return _mended(lambda kind, _payload, _canary: box(b"ctts", listed) if kind == b"ctts" else None)


def _sizes(kind: bytes, _payload: bytes, _canary: Canary) -> bytes | None:
    """Two thousand million samples of one byte."""
    return box(b"stsz", struct.pack(">III", 0, 1, 0x7FFFFFFF)) if kind == b"stsz" else None


def _late(path: Path, _canary: Canary) -> None:
    """A recording whose clock stands at some weeks, and one that begins before its beginning."""
    first = path.with_name("first.mp4")
    plain(first)
    footage.ffmpeg(["-i", str(first), "-c", "copy", "-output_ts_offset", "4000000", "-f", "matroska", str(path)])
    first.unlink()


def _early(path: Path, _canary: Canary) -> None:
    plain(path, ["-output_ts_offset", "-5", "-avoid_negative_ts", "disabled"])


def _deep(path: Path, _canary: Canary) -> None:
    """Boxes in boxes in boxes."""
    inner = b""
    for _ in range(20_000):
        inner = box(b"udta", inner)
    path.write_bytes(_HEAD_MP4 + box(b"moov", inner))


def _recipe(*encoder: str, form: str = "avi") -> Callable[[Path, Canary], None]:
    def make(path: Path, _canary: Canary) -> None:
        footage.ffmpeg(
            ["-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=0.4", "-c:v", *encoder, "-strict", "-2", "-f", form,
             str(path)],
        )  # fmt: skip

    return make


_ODD = (*_BROKEN, MediaFault.TOO_LONG, MediaFault.TIMED_OUT, MediaFault.TOO_MANY_PIXELS)

MOVIES = (
    Attack("media in another file", media_elsewhere, _ODD),
    Attack("media at an address", _mended(_at_an_address), _ODD),
    Attack("a movie that names a movie", _reference, _ODD),
    Attack("a playlist attached to a video", attached, ()),
    Attack("three thousand tracks", _many_tracks(1_500), _ODD),
    Attack("a hundred tracks", _many_tracks(50), _ODD),
    Attack("a million edits", _edits(1_000_000, 1_000_000, 0), (MediaFault.BROKEN,)),
    Attack("as many edits as may be", _edits(10_000, 10_000, 0), _ODD),
    Attack("a list of edits that lies", _edits(0x0FFFFFFF, 2, 0), (MediaFault.BROKEN,)),
    Attack("edits before the beginning", _edits(3, 3, -2_000_000), _ODD),
    Attack("edits that never end", _edits(2, 2, 0, 0x7FFFFFFF), _ODD),
    Attack("stamps that hardly grow", _stamps(0), _ODD),
    Attack("stamps of years", _stamps(0x7FFFFFFF), _ODD),
    Attack("offsets far ahead", _offsets(0x7FFFFFFF), _ODD),
    Attack("offsets far back", _offsets(-0x7FFFFFFF), _ODD),
    Attack("more samples than there are bytes", _mended(_sizes), _ODD),
    Attack("a clock weeks ahead", _late, _ODD),
    Attack("a clock before its beginning", _early, _ODD),
    Attack("twenty thousand boxes in each other", _deep, _ODD),
)
"""Films whose insides lie. What can be played of one may be taken; what cannot is refused; nothing hangs."""

RARE = (
    Attack("MagicYUV", _recipe("magicyuv")),
    Attack("MagicYUV in Matroska", _recipe("magicyuv", form="matroska")),
    Attack("MagicYUV in QuickTime", _recipe("magicyuv", form="mov")),
    Attack("Ut Video", _recipe("utvideo")),
    Attack("ZMBV", _recipe("zmbv")),
    Attack("Snow", _recipe("snow")),
    Attack("Flash Screen", _recipe("flashsv")),
    Attack("Cinepak", _recipe("cinepak")),
    Attack("JPEG 2000", _recipe("jpeg2000", form="matroska")),
    Attack("a container of our own, NUT", _recipe("rawvideo", form="nut")),
)
"""Decoders and containers that nobody films with, where the holes are found."""


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    def chunk(kind: bytes, payload: bytes) -> bytes:
        return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    more = b"".join(chunk(b"zTXt", one) for one in chunks)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1_000)))
    return b"\x89PNG\r\n\x1a\n" + head + more + pixels + chunk(b"IEND", b"")


def _gif(width: int, height: int, frames: int) -> bytes:
    """A frame of one pixel each, which stays for eleven minutes."""
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    shown = b"\x21\xf9\x04\0" + struct.pack("<H", 0xFFFF) + b"\0\0"
    pixel = b"\x2c" + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0\x02\x02\x44\x01\0"
    return head + (shown + pixel) * frames + b";"


def _bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head + bytes(100)


def _grows(path: Path, _canary: Canary) -> None:
    """A stream whose picture gets larger on its way than any that is taken."""
    parts = []
    for number, size in enumerate(("160x90", "7680x5400")):
        part = path.with_name(f"part{number}.ts")
        footage.ffmpeg(
            ["-f", "lavfi", "-i", f"color=blue:s={size}:r=25:d=0.2", "-c:v", "libx264", "-preset", "ultrafast",
             "-pix_fmt", "yuv420p", "-f", "mpegts", str(part)],
        )  # fmt: skip
        parts.append(part.read_bytes())
        part.unlink()
    path.write_bytes(b"".join(parts))


_PIXELS = (MediaFault.TOO_MANY_PIXELS, MediaFault.BROKEN)

BOMBS = (
    Attack("a PNG of 900 megapixels", lambda path, _: _write(path, _png(30_000, 30_000)), _PIXELS),
    Attack("a PNG of no height", lambda path, _: _write(path, _png(100, 0)), _PIXELS),
    Attack("a PNG with a gigabyte of text", lambda path, _: _write(
        path, _png(2, 2, b"note\0\0" + zlib.compress(bytes(200_000_000), 9))), _PIXELS),
    Attack("a GIF as large as they get", lambda path, _: _write(path, _gif(0xFFFF, 0xFFFF, 2)), _PIXELS),
    Attack("a GIF of a week", lambda path, _: _write(path, _gif(16, 16, 1_000)), (MediaFault.TOO_LONG,)),
    Attack("a BMP as large as they get", lambda path, _: _write(path, _bmp(0x7FFFFFFF, 0x7FFFFFFF)), _PIXELS),
    Attack("a BMP of a negative height", lambda path, _: _write(path, _bmp(30_000, -30_000)), _PIXELS),
    Attack("a picture that grows", _grows, (MediaFault.BROKEN, MediaFault.TOO_MANY_PIXELS)),
)  # fmt: skip
"""Small files that would fill the memory."""
