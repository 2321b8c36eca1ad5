"""How much a timeline may hold, and how small a thing in it may get. Times are ms."""

MAX_SEGMENTS = 5_000
MAX_CLIPS = 1_000
MAX_TEXTS = 200
MAX_MUSIC = 20
MAX_OVERLAYS = 500
MAX_CHAPTERS = 500
MAX_HEARD = 200
MAX_SPEECH = 50_000
MAX_WORDS = 200_000
MAX_COVERS = 10
MAX_BOXES = 20_000
MAX_SOUND_LEAD_MS = 10_000
MAX_ZOOM = 400
"""Percent."""
MAX_DURATION_MS = 24 * 3600 * 1000
MAX_LOOP_MS = 4 * 3600 * 1000
"""Repeating makes nothing longer than a file may be that is dropped."""
MAX_TEXT_LENGTH = 500
MAX_NAME_LENGTH = 300
MAX_SIDE = 3840
"""Longest side of the picture, pixels."""
MAX_VOLUME = 400
"""Percent."""
MIN_SPEED, MAX_SPEED = 0.1, 20.0
MIN_SIZE, MAX_SIZE = 10, 400
"""A text's size, percent of the default."""
MIN_TRANSITION_MS, MAX_TRANSITION_MS = 100, 5_000
MIN_PIECE_MS = 40
"""A rest shorter than a frame at 25 a second goes with what is cut off beside it; nothing is split off so short."""
MIN_TEXT_MS = 100
"""A text of which a cut leaves less is dropped."""
STILL_MS = 5_000
"""How long a still is shown at first."""
MAX_STEADY_MS = 20 * 60 * 1000
"""So much of the sources may be steadied: it takes two more passes over all of it."""
