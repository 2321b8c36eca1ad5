"""Sources that became hostile once they were taken: whoever decodes them for a cut is guarded as well."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.packet import Packet

from bot.engine.render import h264
from bot.engine.render.fineness import quantizer_of
from bot.engine.render.heads import Pictures, pictures
from bot.engine.render.index import index_of
from bot.engine.render.job import SourceFile
from bot.engine.render.readers import Readers
from bot.media.facts import MediaError, MediaFault
from bot.media.ffmpeg import MAX_PIXELS
from tests.engine.render import clips

pytestmark = pytest.mark.long

SMALL, HUGE = (160, 90), (7680, 5400)
FINE, COARSE = 18, 40
_OPEN = "open-gop=1:keyint=6:min-keyint=1:bframes=1:b-adapt=0:scenecut=0"


def coded(path: Path, size: tuple[int, int], frames: int, quantizer: int, more: Sequence[str] = ()) -> Path:
    picture = f"testsrc2=s={size[0]}x{size[1]}:r=25"
    encoder = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", str(quantizer), "-pix_fmt", "yuv420p")
    clips.run(["-f", "lavfi", "-i", picture, "-frames:v", str(frames), *encoder, *more, str(path)])
    return path


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> SourceFile:
    """Two small pictures, then three larger than any that is taken, in one track.

    They begin with a picture that calls itself no keyframe, and have their headers there: no index tells of that.
    """
    folder = tmp_path_factory.mktemp("growing")
    path = folder / "a.mp4"
    small = coded(folder / "small.mp4", SMALL, 2, FINE)
    huge = coded(folder / "huge.h264", HUGE, 11, COARSE, ("-x264-params", _OPEN))
    with av.open(str(small)) as first, av.open(str(huge)) as second, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(first.streams.video[0])
        datas = [bytes(packet) for packet in first.demux(video=0) if packet.size]
        found = [list(h264.units_in(bytes(packet), 0)) for packet in second.demux(video=0) if packet.size]
        needed = [units for units in found if not h264.disposable(units)]
        begin = next(at for at, units in enumerate(needed) if at and h264.kind(units[0]) == h264.SPS)
        kept = [[unit for unit in units if h264.kind(unit) != h264.SEI] for units in needed[begin:]]
        datas += [h264.packed(units) for units in kept]
        for number, data in enumerate(datas):
            packet: Packet[Any] = Packet(data)
            packet.pts = packet.dts = number * 512
            packet.time_base, packet.is_keyframe, packet.stream = Fraction(1, 12_800), not number, stream
            output.mux(packet)
    return clips.probed(path, "mov")


def test_a_picture_that_grows_is_never_decoded_for_a_cut(growing: SourceFile) -> None:
    index = index_of(growing)
    assert index.fault is None
    assert len(index.ticks) == 5
    with Readers({"m": growing}, {"m": index}) as readers, readers.one("m") as reader:
        found = [(frame.width, frame.height) for frame in pictures(reader, Pictures(0, 5))]
    assert HUGE[0] * HUGE[1] > MAX_PIXELS
    assert found == [SMALL] * 5, "the last one that is decoded stays"


def test_a_picture_that_grows_does_not_tell_how_finely_the_source_is_coded(growing: SourceFile) -> None:
    assert abs(quantizer_of(growing) - FINE) <= 1


def test_a_decoder_that_is_not_allowed_is_not_run_for_a_cut(tmp_path: Path) -> None:
    taken = clips.probed(coded(tmp_path / "a.mov", SMALL, 3, FINE), "mov")
    other = tmp_path / "b.mov"
    clips.run(["-i", str(taken.path), "-c:v", "magicyuv", "-strict", "-2", str(other)])
    swapped = Readers({"m": replace(taken, path=other)}, {"m": index_of(taken)})
    with swapped as readers, pytest.raises(MediaError) as refused, readers.one("m"):
        pass
    assert refused.value.fault is MediaFault.UNSUPPORTED
    with pytest.raises(MediaError) as refused:
        quantizer_of(replace(taken, path=other))
    assert refused.value.fault is MediaFault.UNSUPPORTED
