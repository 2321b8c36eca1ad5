"""Lists of words kept as running text, which reads better than one word a line."""


def wordlist(text: str) -> list[str]:
    """The words of a text, in order."""
    return text.split()
