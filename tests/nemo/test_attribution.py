"""Who calls: told by the settings, the package and where it lies."""

from importlib import metadata
from pathlib import Path

import pytest

from bot.nemo import attribution
from bot.nemo.attribution import Attribution
from bot.settings import Discord, Engine, General, Limits, Model, Nemo, Redis, Settings, Skill, Web


def settings(source: str | None = None) -> Settings:
    skill = Skill.model_construct(source=source)
    return Settings(General(), Redis(), Discord(), Nemo(), skill, Engine(), Model(), Web(), Limits())


@pytest.mark.parametrize(
    ("where", "platform"),
    [
        (".clawhub/skills/threadcut/bot/__init__.py", "clawhub"),
        (".cursor/skills/threadcut/bot/__init__.py", "cursor"),
        (".cursor/other/bot/__init__.py", "unknown"),
        ("projects/.clawhub/bot/__init__.py", "unknown"),
        (".clawhubs/bot/__init__.py", "unknown"),
    ],
)
def test_the_platform_is_told_by_the_install_path(tmp_path: Path, where: str, platform: str) -> None:
    found = attribution.find(settings(), installed=tmp_path / where, home=tmp_path)
    assert found == Attribution("ai-video-editor-offline", metadata.version("threadcut"), platform)


def test_the_setting_wins(tmp_path: Path) -> None:
    assert attribution.find(settings("mine"), tmp_path / ".clawhub" / "bot.py", tmp_path).platform == "mine"


def test_a_header_carries_only_what_it_can() -> None:
    headers = Attribution("a\r\nX-Evil: 1", "", "é 剪").headers
    assert dict(headers) == {
        "X-Skill-Source": "aX-Evil: 1",
        "X-Skill-Version": "unknown",
        "X-Skill-Platform": "unknown",
    }
