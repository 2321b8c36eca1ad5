"""What pictures of high dynamic range look like on an ordinary screen.

As ITU-R BT.2408 has it, white paper is as bright as 203 cd/m2 and becomes white; half of that and less stays as it is,
and what shines brighter, up to 1,000, is rolled off between there and the brightest a screen shows. A colour keeps its
hue: all of its parts are dimmed alike.
"""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Light = Literal["pq", "hlg"]
"""How light is coded: ITU-R BT.2100."""
LIGHTS: dict[int, Light] = {16: "pq", 18: "hlg"}
"""By the number that ITU-T H.273 gives the transfer (SMPTE ST 2084 and ARIB STD-B67)."""

_WHITE, _PEAK, _PQ_PEAK = 203.0, 1000.0, 10_000.0
_KNEE = 0.5
_GAMMA = 2.4
"""Of an ordinary screen: ITU-R BT.1886."""
_SYSTEM_GAMMA = 1.2
_LUMA = (0.2627, 0.6780, 0.0593)
_TO_709 = (
    (1.6605, -0.5876, -0.0728),
    (-0.1246, 1.1329, -0.0083),
    (-0.0182, -0.1006, 1.1187),
)
"""From the primaries of BT.2020: ITU-R BT.2087."""


def ordinary(codes: "NDArray[np.float64]", light: Light) -> "NDArray[np.float64]":
    """Red, green and blue (0.0 to 1.0, in the last axis) in BT.709, of codes in BT.2020."""
    import numpy as np  # noqa: PLC0415 - who has no such picture does without

    seen = (_pq if light == "pq" else _hlg)(np.clip(codes, 0, 1)) / _WHITE @ np.array(_TO_709).T
    brightest = np.maximum(seen.max(axis=-1, keepdims=True), 1e-9)
    rolled = np.clip(seen * (_rolled(brightest) / brightest), 0, 1)
    return np.asarray(rolled ** (1 / _GAMMA), np.float64)


def _pq(codes: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """cd/m2."""
    import numpy as np  # noqa: PLC0415 - as above

    raised = codes ** (1 / 78.84375)
    return (
        np.asarray((np.maximum(raised - 0.8359375, 0) / (18.8515625 - 18.6875 * raised)) ** (1 / 0.1593017578125))
        * _PQ_PEAK
    )


def _hlg(codes: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """cd/m2 on a screen that shows 1,000: how bright a colour is lifts all of its parts alike."""
    import numpy as np  # noqa: PLC0415 - as above

    scene = np.where(codes <= 0.5, codes**2 / 3, (np.exp((codes - 0.55991073) / 0.17883277) + 0.28466892) / 12)
    bright = np.maximum(scene @ np.array(_LUMA), 1e-9)[..., None]
    return np.asarray(_PEAK * bright ** (_SYSTEM_GAMMA - 1) * scene)


def _rolled(level: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """A straight line up to the knee, then a curve that goes on in its direction and reaches 1 at the peak."""
    import numpy as np  # noqa: PLC0415 - as above

    peak = _PEAK / _WHITE
    pole = (_KNEE**2 * (peak - 1)) / (_KNEE**2 - 2 * _KNEE + peak)
    zero = (_KNEE**2 - 2 * _KNEE * peak + peak) / (peak - 1)
    share = (zero**2 + 2 * zero * _KNEE + _KNEE**2) / (zero + pole)
    return np.where(level <= _KNEE, level, share * (level - pole) / (level + zero))
