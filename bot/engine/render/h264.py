"""H.264 as bytes: NAL units, parameter sets and their ids, the decoder configuration an MP4 carries (avcC).

Sources: ITU-T H.264, 7.3 (syntax) and annex B (start codes); ISO/IEC 14496-15, 5.3.3.1 (avcC).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

IDR, SEI, SPS, PPS, DELIMITER = 5, 6, 7, 8, 9
"""Types of NAL units."""

_SLICES = (1, 5)
_SLICE, _SLICE_TYPES, _INTRA = 1, 5, 2
_RECOVERY, _MORE = 6, 0xFF
_START = b"\x00\x00\x01"
_AVCC_LEAST = 7
_HIGH = (100, 110, 122, 144, 244)
_WITH_CHROMA = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)
_LISTS, _LISTS_444 = 8, 12


class SyntaxFault(Exception):  # noqa: N818 - what the bytes have, not what we did
    """Bytes that are no H.264 as it is written down."""


@dataclass(frozen=True)
class Headers:
    """Parameter sets by their ids, each a NAL unit without its start code."""

    sps: dict[int, bytes] = field(default_factory=dict)
    pps: dict[int, bytes] = field(default_factory=dict)

    def beside(self, other: "Headers") -> bool:
        """Whether both can stand in one track: what has the same id is the same."""
        return all(
            mine.get(key, value) == value
            for mine, theirs in ((self.sps, other.sps), (self.pps, other.pps))
            for key, value in theirs.items()
        )

    def joined(self, other: "Headers") -> "Headers":
        """Both together; ask `beside` first."""
        return Headers({**self.sps, **other.sps}, {**self.pps, **other.pps})

    def free_id(self, taken: Iterable[int] = ()) -> int:
        """The lowest id (0 to 31) that no parameter set here has. Raises SyntaxFault when there is none."""
        used = {*self.sps, *self.pps, *taken}
        found = next((number for number in range(32) if number not in used), None)
        if found is None:
            raise SyntaxFault("no id is left for a parameter set")
        return found

    @property
    def progressive(self) -> bool:
        """Whether every picture is a whole frame, 8 bits and 4:2:0."""
        return all(_plain(sps) for sps in self.sps.values())


def kind(unit: bytes) -> int:
    """The type of a NAL unit."""
    return unit[0] & 0x1F if unit else 0


def disposable(units: Iterable[bytes]) -> bool:
    """Whether no other picture refers to the one in these NAL units."""
    return all(unit[0] >> 5 & 3 == 0 for unit in units if kind(unit) in _SLICES)


def settles(units: Iterable[bytes]) -> int | None:
    """After how many pictures all are right where decoding begins with the one in these NAL units; None: never.

    More than 0 where an encoder refreshes the picture bit by bit and has no other keyframes (H.264, D.2.8).
    Raises SyntaxFault.
    """
    found: int | None = None
    for unit in units:
        unit_kind = kind(unit)
        if unit_kind == IDR:
            return 0
        if unit_kind == SEI and (count := _recovery(unit)) is not None:
            return count
        if unit_kind == _SLICE and found is None:
            bits = _Bits(unit, 1)
            bits.ue()
            found = 0 if bits.ue() % _SLICE_TYPES == _INTRA else None
            if found is None:
                return None
    return found


def _recovery(unit: bytes) -> int | None:
    """The count in a message on a recovery point; None where there is none."""
    at = 1
    while at + 2 < len(unit):
        message = []
        for _ in range(2):  # a type and a size, in bytes of which 255 means that more follow
            number = 0
            while at < len(unit) - 1 and unit[at] == _MORE:
                number, at = number + _MORE, at + 1
            message.append(number + unit[at])
            at += 1
            if at >= len(unit):
                return None
        if message[0] == _RECOVERY:
            return _Bits(unit, at).ue()
        at += message[1]
    return None


def units_in(data: bytes, length_bytes: int) -> Iterator[bytes]:
    """The NAL units of a packet; `length_bytes` is 0 where they stand behind start codes.

    Raises SyntaxFault when the lengths do not fit.
    """
    if not length_bytes:
        yield from _after_start_codes(data)
        return
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        at += length_bytes
        if not 0 < size <= len(data) - at:
            raise SyntaxFault("a NAL unit is longer than its packet")
        yield data[at : at + size]
        at += size


def whole(data: memoryview, length_bytes: int) -> bool:
    """Whether the lengths of a packet's NAL units add up to the packet."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        if not size:
            return False
        at += length_bytes + size
    return at == len(data)


def packed(units: Iterable[bytes]) -> bytes:
    """NAL units behind lengths of four bytes, as an MP4 has them."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def headers_of(extradata: bytes) -> tuple[Headers, int]:
    """A stream's parameter sets, and the bytes of its NAL units' lengths (0: start codes). Raises SyntaxFault."""
    if extradata[:1] != b"\x01":
        return sets_among(_after_start_codes(extradata)), 0
    if len(extradata) < _AVCC_LEAST:
        raise SyntaxFault("the decoder configuration is cut off")
    found: list[bytes] = []
    at = 5
    for mask in (0x1F, 0xFF):
        count, at = extradata[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2], "big")
            found.append(extradata[at + 2 : at + 2 + size])
            at += 2 + size
        if at >= len(extradata) and mask == 0x1F:
            raise SyntaxFault("the decoder configuration is cut off")
    return sets_among(found), (extradata[4] & 3) + 1


def sets_among(units: Iterable[bytes]) -> Headers:
    """The parameter sets among some NAL units. Raises SyntaxFault."""
    headers = Headers()
    for unit in units:
        unit_kind = kind(unit)
        if unit_kind == SPS:
            headers.sps[_Bits(unit, 4).ue()] = unit
        elif unit_kind == PPS:
            headers.pps[_Bits(unit, 1).ue()] = unit
    return headers


def avcc(headers: Headers) -> bytes:
    """The decoder configuration for a track in which all these sets occur; lengths have four bytes.

    Profile and level are the highest, the flags those that all have. Raises SyntaxFault without any set.
    """
    sps, pps = list(headers.sps.values()), list(headers.pps.values())
    if not sps or not pps:
        raise SyntaxFault("no parameter sets")
    profile, level = max(one[1] for one in sps), max(one[3] for one in sps)
    flags = 0xFF
    for one in sps:
        flags &= one[2]
    made = bytes((1, profile, flags, level, 0xFF, 0xE0 | len(sps)))
    made += b"".join(len(one).to_bytes(2, "big") + one for one in sps) + bytes((len(pps),))
    made += b"".join(len(one).to_bytes(2, "big") + one for one in pps)
    return made + (bytes((0xFD, 0xF8, 0xF8, 0)) if profile in _HIGH else b"")


def _after_start_codes(data: bytes) -> Iterator[bytes]:
    at = data.find(_START)
    while at >= 0:
        begin = at + 3
        at = data.find(_START, begin)
        unit = data[begin : at if at >= 0 else len(data)].rstrip(b"\x00")
        if unit:
            yield unit


def _plain(sps: bytes) -> bool:
    bits = _Bits(sps, 4)
    bits.ue()
    if sps[1] in _WITH_CHROMA:
        chroma = bits.ue()
        if chroma != 1 or bits.ue() or bits.ue():
            return False
        bits.take(1)
        if bits.take(1):
            _skip_lists(bits, _LISTS if chroma != 3 else _LISTS_444)
    bits.ue()
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.take(1)
        bits.ue()
        bits.ue()
        for _ in range(min(255, bits.ue())):
            bits.ue()
    bits.ue()
    bits.take(1)
    bits.ue()
    bits.ue()
    return bool(bits.take(1))


def _skip_lists(bits: "_Bits", count: int) -> None:
    """Scaling lists: signed differences, until one says that the rest repeats."""
    for index in range(count):
        if not bits.take(1):
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                code = bits.ue()
                following = (last + (code + 1 >> 1) * (1 if code & 1 else -1)) % 256
            last = following or last


class _Bits:
    """Reads a NAL unit bit by bit; the bytes that only keep start codes from turning up in it are left out."""

    def __init__(self, unit: bytes, skip: int) -> None:
        """`skip` bytes are passed over first."""
        plain = unit[skip:128].replace(b"\x00\x00\x03", b"\x00\x00")
        self._value = int.from_bytes(plain, "big")
        self._left = len(plain) * 8

    def take(self, count: int) -> int:
        """The next bits as a number."""
        if count > self._left:
            raise SyntaxFault("a parameter set is cut off")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def ue(self) -> int:
        """An unsigned Exp-Golomb code."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 31:
                raise SyntaxFault("a number is too long")
        return (1 << zeros) - 1 + self.take(zeros)
