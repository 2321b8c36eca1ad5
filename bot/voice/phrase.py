"""Words by language: which file speaks for a locale, and how numbers are written."""

from bot.voice.words import en, zh_cn
from bot.voice.words.zh_cn_commands import COMMANDS

_LANGUAGES = {"en": en.WORDS, "zh": zh_cn.WORDS}


def phrase(locale: str, key: str, count: int | None = None, **fields: object) -> str:
    """The words for `key` in the locale's language (English where there is none), its fields filled in.

    With a `count` the key's `.one` form is used for 1, where the language has one.
    Raises KeyError for a key that English does not know.
    """
    words = _LANGUAGES.get(locale.split("-", maxsplit=1)[0].lower(), en.WORDS)
    template = words.get(f"{key}.one") if count == 1 else None
    if template is None:
        template = words.get(key) or en.WORDS[key]
    return template.format(count=count, **fields)


def command(locale: str, path: str) -> str:
    """A command as the menus of that language show it: `/settings roles` for "settings roles"."""
    parts = path.split()
    if not locale.lower().startswith("zh"):
        return f"/{path}"
    return "/" + " ".join(COMMANDS[" ".join(parts[: count + 1])][0] for count in range(len(parts)))


def has(key: str) -> bool:
    """Whether there are words for the key at all."""
    return key in en.WORDS


def length(ms: int) -> str:
    """`12.4s`, `1:26`, `1:02:03`: tenths below a minute, whole seconds above."""
    if ms < 60_000:
        return f"{round(ms / 1000, 1):g}s"
    seconds = round(ms / 1000)
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def size(count: int) -> str:
    """Bytes as people read them: `512 KB`, `8.4 MB`, `1.2 GB` (steps of 1,000, as Discord's limits are said in MB)."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    if count < 1_000_000_000:
        return f"{round(count / 1_000_000, 1):g} MB"
    return f"{round(count / 1_000_000_000, 2):g} GB"


def attached_size(limit: int) -> str:
    """A limit of Discord's in bytes, as Discord says it: it counts in MiB and calls them MB."""
    return f"{limit >> 20} MB" if limit and limit % (1 << 20) == 0 else size(limit)
