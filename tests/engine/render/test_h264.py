"""H.264 as bytes, held against what real encoders and muxers wrote."""

from pathlib import Path

import av
import pytest

from bot.engine.render import h264
from tests.engine.render import clips

TALK = Path(__file__).parents[2] / "media" / "talk.mp4"


def extradata(path: Path) -> bytes:
    with av.open(str(path)) as source:
        return source.streams.video[0].codec_context.extradata or b""


def test_the_description_of_a_track_is_written_as_the_muxer_wrote_it() -> None:
    given = extradata(TALK)
    headers, length_bytes = h264.headers_of(given)
    assert (list(headers.sps), list(headers.pps), length_bytes) == ([0], [0], 4)
    assert headers.progressive
    assert h264.avcc(headers) == given


def test_packets_are_the_same_behind_lengths_and_behind_start_codes() -> None:
    with av.open(str(TALK)) as source:
        data = bytes(next(source.demux(source.streams.video[0])))
    units = list(h264.units_in(data, 4))
    assert [h264.kind(unit) for unit in units] == [h264.SEI, h264.IDR]
    assert h264.packed(units) == data
    assert list(h264.units_in(b"".join(b"\x00\x00\x00\x01" + unit for unit in units), 0)) == units


def test_ids_that_clash_are_seen_and_free_ones_found() -> None:
    headers, _ = h264.headers_of(extradata(TALK))
    other = h264.Headers({0: headers.sps[0] + b"\x01"}, dict(headers.pps))
    assert headers.beside(headers)
    assert not headers.beside(other)
    assert headers.free_id() == 1
    assert headers.free_id((1, 2)) == 3
    beside = h264.Headers({5: b"sps"}, {5: b"pps"})
    assert headers.joined(beside).sps.keys() == {0, 5}


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01\x64\x00\x32\xff\xe1\x00\x1d\x67", b"\x00\x00\x01\x67\x64"])
def test_what_is_cut_off_is_no_crash(broken: bytes) -> None:
    try:
        headers, _ = h264.headers_of(broken)
    except h264.SyntaxFault:
        return
    with pytest.raises(h264.SyntaxFault):
        h264.avcc(headers)


def test_a_unit_longer_than_its_packet_is_refused() -> None:
    with pytest.raises(h264.SyntaxFault):
        list(h264.units_in(b"\x00\x00\x01\x00\x65", 4))


@pytest.mark.long
def test_fields_are_told_from_frames(tmp_path: Path) -> None:
    for params, whole in (("interlaced=1", False), ("interlaced=0", True)):
        path = tmp_path / "a.mp4"
        coded = ["-c:v", "libx264", "-x264-params", params, "-pix_fmt", "yuv420p"]
        clips.run(["-f", "lavfi", "-i", "testsrc2=s=320x192:r=25:d=0.2", *coded, str(path)])
        assert h264.headers_of(extradata(path))[0].progressive is whole


@pytest.mark.long
def test_other_pixels_are_told_from_ordinary_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    clips.run(
        ["-f", "lavfi", "-i", "testsrc2=s=320x192:r=25:d=0.2", "-c:v", "libx264", "-pix_fmt", "yuv422p", str(path)]
    )
    assert not h264.headers_of(extradata(path))[0].progressive
