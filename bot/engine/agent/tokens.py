"""The typed values a request holds, kept beside the text that only shows opaque marks such as `<T0>`."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Token:
    """One masked value. `raw` is what was written; what else is set depends on `kind`:

    T time or length (`number` s, `clock` when written 1:05), G range (`number` to `other`, s), P percent, M a factor
    ("2x"), Z size in MB, H height in px (`other` is the width where one was given), S frames a second, B decibels,
    X ratio (`text`), N bare number, C clips (`clips`, or `text` "each"), Q quoted words, F file name, L link,
    K a list of chapters (`items`: seconds and title).
    """

    kind: str
    raw: str
    number: float = 0.0
    other: float = 0.0
    text: str = ""
    clips: tuple[int, ...] = ()
    clock: bool = False
    items: tuple[tuple[float, str], ...] = ()


@dataclass
class Masked:
    """The normalised text with marks, and what each mark stands for."""

    text: str = ""
    tokens: dict[str, Token] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def mark(self, token: Token) -> str:
        """Keep a value and return its mark."""
        key = f"{token.kind}{len(self.tokens)}"
        self.tokens[key] = token
        return f"<{key}>"
