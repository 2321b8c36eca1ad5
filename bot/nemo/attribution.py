"""Who calls: the three headers without which an export fails with 402 (section 1 of the protocol)."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import bot
from bot.settings import Settings

_INSTALLED_BY = {(".clawhub",): "clawhub", (".cursor", "skills"): "cursor"}
_LONGEST = 100


@dataclass(frozen=True)
class Attribution:
    """The skill's name, this package's version and the platform it was installed by."""

    source: str
    version: str
    platform: str

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, with nothing in them that a header cannot carry."""
        return {
            "X-Skill-Source": _plain(self.source),
            "X-Skill-Version": _plain(self.version),
            "X-Skill-Platform": _plain(self.platform),
        }


def find(settings: Settings, installed: Path | None = None, home: Path | None = None) -> Attribution:
    """Our attribution: the platform is the setting, else told by where this package lies, else `unknown`."""
    platform = settings.skill.source or _platform(installed or Path(bot.__file__), home or Path.home())
    return Attribution(settings.nemo.skill_name, version(), platform)


def version() -> str:
    """This package's own version; 0 where it runs without having been installed."""
    try:
        return metadata.version("threadcut")
    except metadata.PackageNotFoundError:
        return "0"


def _platform(installed: Path, home: Path) -> str:
    for folder, name in _INSTALLED_BY.items():
        if installed.resolve().is_relative_to(home.joinpath(*folder).resolve()):
            return name
    return "unknown"


def _plain(value: str) -> str:
    return "".join(c for c in value if " " <= c <= "~").strip()[:_LONGEST] or "unknown"
