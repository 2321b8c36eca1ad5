"""A part of a file, by its times."""

from dataclasses import dataclass

_LEAST_MS = 40


@dataclass(frozen=True)
class Part:
    """From `start_ms` to `end_ms` of a file; None: to its end."""

    start_ms: int = 0
    end_ms: int | None = None

    def within(self, duration_ms: int) -> tuple[int, int]:
        """Where it begins in a file of this length, and how long it is there (ms); never beyond the last moment."""
        start = min(max(0, self.start_ms), max(0, duration_ms - _LEAST_MS))
        end = duration_ms if self.end_ms is None else min(self.end_ms, duration_ms)
        return start, max(_LEAST_MS, end - start)

    def args(self, duration_ms: int) -> list[str]:
        """What ffmpeg is told ahead of the file."""
        start, length = self.within(duration_ms)
        return [*(["-ss", f"{start / 1000:.3f}"] if start else []), "-t", f"{length / 1000:.3f}"]


WHOLE = Part()
