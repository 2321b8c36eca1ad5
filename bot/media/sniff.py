"""Which demuxer a file needs, told by its first bytes: real containers and stills only, never a list of other files.

libav's own probing would also take playlists, concat scripts and subtitles; what is not recognised here is refused.
"""

from collections.abc import Callable
from pathlib import Path

from bot.media.facts import MediaError, MediaFault

HEAD_BYTES = 1 << 16
"""How much of a file's beginning `container_of` wants."""

STILLS = {"png_pipe": ("PNG",), "jpeg_pipe": ("JPEG", "MPO"), "webp_pipe": ("WEBP",), "bmp_pipe": ("BMP",)}
"""The demuxers of single pictures, and the formats Pillow may open them as."""

_JPEG = b"\xff\xd8\xff"
_EBML = b"\x1a\x45\xdf\xa3"
_MOV_ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_TS_PACKET, _M2TS_PACKET = 188, 192
_ID3_BYTES = 10
_JUNK = 4096

_AAC_RATES = 13
_MP3_KBITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = (44_100, 48_000, 32_000)


def container_in(path: Path) -> str:
    """The demuxer's name for the file at `path`. Raises MediaError(UNSUPPORTED) when it is none that is taken."""
    with path.open("rb") as file:
        container = container_of(file.read(HEAD_BYTES))
    if container is None:
        raise MediaError(MediaFault.UNSUPPORTED, "no known kind of video, image or sound")
    return container


def container_of(head: bytes) -> str | None:
    """The demuxer's name (one of `ffmpeg.CONTAINERS`) for a file that begins with `head`; None when it is none."""
    for name, fits in _SIGNATURES:
        if fits(head):
            return name
    return _sound(head)


def _mov(head: bytes) -> bool:
    return head[4:8] in _MOV_ATOMS and head[8:12] not in _STILL_BRANDS


def _mpegts(head: bytes) -> bool:
    return any(
        len(head) > first + 4 * size and all(head[first + number * size] == 0x47 for number in range(5))
        for first, size in ((0, _TS_PACKET), (4, _M2TS_PACKET))
    )


def _bmp(head: bytes) -> bool:
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def _riff(kind: bytes, *heads: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] in heads and head[8:12] == kind


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("png_pipe", _begins(b"\x89PNG\r\n\x1a\n")),
    ("jpeg_pipe", _begins(_JPEG)),
    ("gif", _begins(b"GIF87a", b"GIF89a")),
    ("webp_pipe", _riff(b"WEBP", b"RIFF")),
    ("wav", _riff(b"WAVE", b"RIFF", b"RF64")),
    ("avi", _riff(b"AVI ", b"RIFF")),
    ("matroska", _begins(_EBML)),
    ("mov", _mov),
    ("ogg", _begins(b"OggS")),
    ("flac", _begins(b"fLaC")),
    ("bmp_pipe", _bmp),
    ("mpegts", _mpegts),
)


def _sound(head: bytes) -> str | None:
    """MP3 or ADTS AAC: a tag, or two frames in a row (one alone turns up in any data)."""
    if head[:3] == b"ID3" and len(head) > _ID3_BYTES:
        length = _ID3_BYTES + sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)
        )
        if head[length : length + 4] == b"fLaC":
            return "flac"
        return "aac" if _adts_bytes(head, length) else "mp3"
    for at in range(min(_JUNK, len(head))):
        if head[at] != 0xFF:
            continue
        for name, size_of in (("aac", _adts_bytes), ("mp3", _mp3_bytes)):
            size = size_of(head, at)
            if size and size_of(head, at + size):
                return name
    return None


def _adts_bytes(head: bytes, at: int) -> int:
    """Size of the AAC frame at `at` with its header, 0 when there is none (ISO/IEC 13818-7, 6.2)."""
    frame = head[at : at + 7]
    if len(frame) < 7 or frame[0] != 0xFF or frame[1] & 0xF6 != 0xF0 or (frame[2] >> 2 & 0xF) >= _AAC_RATES:
        return 0
    size = (frame[3] & 3) << 11 | frame[4] << 3 | frame[5] >> 5
    return size if size > 7 else 0


def _mp3_bytes(head: bytes, at: int) -> int:
    """Size of the MPEG audio layer III frame at `at`, 0 when there is none (ISO/IEC 11172-3, 2.4.1.3)."""
    frame = head[at : at + 4]
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE6 != 0xE2:
        return 0
    version = {3: 1, 2: 2, 0: 4}.get(frame[1] >> 3 & 3, 0)  # MPEG 1, 2, 2.5; the last two share a table
    bits, rate = frame[2] >> 4, frame[2] >> 2 & 3
    if not version or rate == 3 or not 0 < bits < 15:
        return 0
    kbits = _MP3_KBITS[min(version, 2)][bits]
    return (144_000 if version == 1 else 72_000) * kbits // (_MP3_RATES[rate] // version) + (frame[2] >> 1 & 1)
