"""What footage may be at most; pixels of a picture are `ffmpeg.MAX_PIXELS`."""

MAX_BYTES = 500_000_000
"""Largest file, bytes."""

MAX_MS = 4 * 3600 * 1000
"""Longest footage, ms."""

MAX_SIDE = 8192
"""Longest side of a video's picture, pixels: 8K."""
