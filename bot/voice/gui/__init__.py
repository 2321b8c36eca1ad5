"""The upstream takes its user to sit in front of a GUI: what it says, for a user who has none.

`translate.py` is the machinery; `en.py` and `zh.py` are data, one file a language.
"""

from bot.voice.gui.parts import Act, Step, Translated
from bot.voice.gui.translate import translate

__all__ = ["Act", "Step", "Translated", "translate"]
