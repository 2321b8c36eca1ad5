"""Which texts the voice can read aloud."""


def speakable(text: str) -> bool:
    """Whether there is anything to say in it."""
    return any(sign.isalnum() for sign in text)


def foreign(text: str) -> bool:
    """Whether most of its letters are of another script than an English voice can read."""
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign > "\u024f" for sign in letters) * 2 > len(letters)
