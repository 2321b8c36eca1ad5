"""How finely a source is coded: what is encoded beside copied pictures should be neither coarser nor much larger."""

import struct
from statistics import median

import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import Type
from av.video.frame import PictureType, VideoFrame

from bot.engine.render.footage import container_of, picture_of
from bot.engine.render.job import SourceFile

FINEST, COARSEST = 17, 27
"""Quantizers beyond which nobody sees more, or anybody sees less."""

_PICTURES = 24
_HEAD = struct.Struct("=IIQQIi")
"""libavutil's AVVideoEncParams: number of blocks, padding, where they begin, size of one, kind, quantizer."""

_DELTA = 4
"""Where a block's difference from that quantizer is, in numbers of 32 bits."""


def quantizer_of(source: SourceFile) -> int:
    """A quantizer like that of the source's first predicted pictures, within what is sensible."""
    found: list[float] = []
    with container_of(source) as container:
        stream = picture_of(container)
        stream.codec_context.options = {**stream.codec_context.options, "export_side_data": "venc_params"}
        stream.codec_context.thread_count = 1
        try:
            for number, frame in enumerate(container.decode(stream)):
                if frame.pict_type == PictureType.P and (value := _quantizer(frame)) is not None:
                    found.append(value)
                if number == _PICTURES:
                    break
        except FFmpegError:
            pass
    return min(COARSEST, max(FINEST, round(median(found)))) if found else FINEST


def _quantizer(frame: VideoFrame) -> float | None:
    try:
        data = bytes(frame.side_data[Type.VIDEO_ENC_PARAMS])  # type: ignore[typeddict-item]  # PyAV names one kind only
    except KeyError:
        return None
    if len(data) < _HEAD.size:
        return None
    count, _, begin, size, _, base = _HEAD.unpack_from(data)
    if not count or size % 4 or begin + count * size > len(data):
        return float(base)
    blocks = np.frombuffer(data, np.int32, count * size // 4, begin).reshape(count, size // 4)
    return float(base + blocks[:, _DELTA].mean())
