"""Every command speaks both languages, within Discord's limits; what a text calls a command is one."""

import re
from collections.abc import Iterator
from typing import Any

from bot.voice.words import en, zh_cn
from bot.voice.words.zh_cn_commands import CHOICES, COMMANDS
from cogs.translate import key
from tests.cogs.conftest import World

CHINESE = "zh-CN"
NAME = re.compile(r"[-_'\w]{1,32}")
SLASH = 1
MENTIONED = re.compile(r"(?<![\w/.:<}])/([^\W\d_][\w-]*)")


async def payload(world: World) -> list[dict[str, Any]]:
    tree = world.bot.tree
    assert tree.translator is not None
    return [await command.get_translated_payload(tree, tree.translator) for command in tree.get_commands()]


def parts(command: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything in a command that has a name, under its English path."""
    here = f"{path} {command['name']}".strip()
    yield here, command
    for option in command.get("options", ()):
        yield from parts(option, here)
    for choice in command.get("choices", ()):
        yield f"{here} = {choice['name']}", choice


async def test_every_string_of_every_command_is_there_in_chinese(world: World) -> None:
    missing = []
    for command in await payload(world):
        for path, part in parts(command):
            missing += [path] if CHINESE not in (part.get("name_localizations") or {}) else []
            if part.get("description") and CHINESE not in (part.get("description_localizations") or {}):
                missing.append(f"{path} (its description)")
    assert missing == []


async def test_names_and_descriptions_are_within_discords_limits(world: World) -> None:
    for command in await payload(world):
        length = 0
        for path, part in parts(command):
            names = [part["name"], *(part.get("name_localizations") or {}).values()]
            descriptions = [part.get("description", ""), *(part.get("description_localizations") or {}).values()]
            typed = "=" not in path and command.get("type", SLASH) == SLASH
            for name in names:
                assert 1 <= len(name) <= (100 if "=" in path else 32), path
                assert not typed or (NAME.fullmatch(name) and name == name.lower()), path
            if typed:
                assert all(1 <= len(one) <= 100 for one in descriptions), path
            length += max(map(len, names)) + max(map(len, descriptions)) + len(str(part.get("value", "")))
        assert length <= 8000, command["name"]


async def test_two_things_beside_each_other_have_two_names(world: World) -> None:
    def check(beside: list[dict[str, Any]]) -> None:
        for names in (
            [one["name"] for one in beside],
            [(one.get("name_localizations") or {}).get(CHINESE) for one in beside],
        ):
            assert len(set(names)) == len(names), names
        for one in beside:
            check(one.get("options") or [])

    commands = await payload(world)
    check([one for one in commands if one.get("type", SLASH) == SLASH])
    check([one for one in commands if one.get("type", SLASH) != SLASH])


async def test_no_translation_is_left_over(world: World) -> None:
    paths = {path for command in await payload(world) for path, _ in parts(command)}
    assert set(COMMANDS) <= paths
    assert {f"= {name}" for name in CHOICES} <= {path[path.index("=") :] for path in paths if "=" in path}


async def test_a_command_that_a_text_names_is_one_in_that_language(world: World) -> None:
    english = {command["name"] for command in await payload(world)}
    chinese = {COMMANDS[name][0] for name in english}
    for words, names in ((en.WORDS, english), (zh_cn.WORDS, chinese)):
        for text in words.values():
            assert set(MENTIONED.findall(text)) <= names, text


async def test_the_key_is_what_one_types(world: World) -> None:
    commands = {command.qualified_name: command for command in world.bot.tree.walk_commands()}
    assert {key(command) for command in commands.values()} == set(commands)
