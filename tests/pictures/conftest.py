"""A gallery over real kept footage."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.media.folder import MediaFolder
from bot.pictures.gallery import Gallery
from tests.pictures import studio


@dataclass(frozen=True)
class Hall:
    """A gallery, the footage it draws from, and where it keeps what it made."""

    gallery: Gallery
    media: MediaFolder
    folder: Path


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    folder = tmp_path / "pictures"
    media = MediaFolder(tmp_path / "media", folder)
    return Hall(Gallery(media, folder), media, folder)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`studio.colours`."""
    return studio.colours(tmp_path_factory.mktemp("footage") / "colours.mp4")


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`studio.two_hours`."""
    return studio.two_hours(tmp_path_factory.mktemp("footage") / "two_hours.mp4")
