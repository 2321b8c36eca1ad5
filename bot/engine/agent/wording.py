"""The words of a language, by key: one module each (`words_en`, `words_zh`), looked up by the session's language."""

from types import ModuleType

from bot.engine.agent import words_en, words_zh


def words(language: str) -> ModuleType:
    """Chinese for every zh, English for everything else."""
    return words_zh if language.casefold().startswith("zh") else words_en


def clock(seconds: float) -> str:
    """A time as people write it: 1:05, 1:05.5, 1:02:03."""
    tenths = round(seconds * 10)
    whole, tenth = divmod(tenths, 10)
    hours, rest = divmod(whole, 3600)
    text = f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
    return f"{text}.{tenth}" if tenth else text


def number(value: float) -> str:
    """A number without needless zeros."""
    return f"{round(value, 2):g}" if abs(value) < 1e6 else str(round(value))


class Whole(str):
    """Words put together from parts that were already shortened."""

    __slots__ = ()


def shown(value: object) -> str:
    """A value inside a sentence; words of people are shortened, on one line, and cannot ping."""
    if isinstance(value, Whole):
        return value[:600]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number(value)
    text = " ".join(str(value).split())
    return (text if len(text) <= 80 else text[:79] + "…").replace("@", "@\u200b")
