"""Every text that the code asks for is there, and every text that is there is asked for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bot
import cogs
from bot.voice.words import en

ROOTS = [Path(str(package.__file__)).parent for package in (bot, cogs)]
WORDS = Path(str(en.__file__)).parent
BY_COUNT = ".one"
"""The form of a text that `phrase` chooses by itself."""


def sources() -> Iterator[ast.AST]:
    for root in ROOTS:
        for path in root.rglob("*.py"):
            if WORDS not in path.parents and root / "engine" not in path.parents:
                yield ast.parse(path.read_text(encoding="utf-8"))


def pattern(made: ast.JoinedStr) -> str:
    """A formatted string as a regular expression."""
    return "".join(re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"[\w.-]+" for one in made.values)


def asked_for(key: ast.expr) -> Iterator[str]:
    """The keys, as regular expressions, that an argument may stand for; none for what is put together elsewhere."""
    if isinstance(key, ast.Constant):
        yield re.escape(str(key.value))
    elif isinstance(key, ast.JoinedStr):
        yield pattern(key)
    elif isinstance(key, ast.IfExp):
        yield from asked_for(key.body)
        yield from asked_for(key.orelse)


def test_every_text_that_is_asked_for_is_there() -> None:
    calls = [node for tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    phrases = [one for one in calls if getattr(one.func, "id", "") == "phrase" and len(one.args) > 1]
    wanted = {key for one in phrases for key in asked_for(one.args[1])}
    assert len(wanted) > 50
    assert [key for key in sorted(wanted) if not any(re.fullmatch(key, there) for there in en.WORDS)] == []


def test_every_text_that_is_there_is_asked_for() -> None:
    constants: set[str] = set()
    formatted: list[str] = []
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                formatted.append(pattern(node))
    dynamic = re.compile("|".join(f"(?:{one})" for one in formatted if re.match(r"\w+\\\.", one)))
    unused = [
        key
        for key in en.WORDS
        if key not in constants and key.removesuffix(BY_COUNT) not in constants and not dynamic.fullmatch(key)
    ]
    assert unused == []
