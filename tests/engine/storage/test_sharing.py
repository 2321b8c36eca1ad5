"""A worker that does not see the engine's files is told so, and takes no renders until it does."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.main import EngineError, work
from bot.engine.records.records import Records
from bot.engine.storage.sharing import Sharing
from bot.engine.storage.storage import Folders, FolderStorage
from bot.settings import Engine, General, Settings


def storage(root: Path) -> FolderStorage:
    folders = Folders.of(root)
    folders.make()
    return FolderStorage(folders)


async def test_a_folder_that_is_mounted_elsewhere_is_the_same_one(redis: Redis, tmp_path: Path) -> None:
    place = Records(redis, Engine.model_construct()).place
    engine = storage(tmp_path / "engine")
    await Sharing(place, engine).tell()
    mounted = tmp_path / "mounted"
    worker = Sharing(place, FolderStorage(Folders.of(mounted)))
    assert not await worker.is_fine()
    mounted.symlink_to(tmp_path / "engine")
    assert await worker.is_fine()
    mounted.unlink()
    assert not await worker.is_fine()
    await Sharing(place, engine).tell()  # started again: nothing is another
    shutil.rmtree(tmp_path / "engine")
    await Sharing(place, storage(tmp_path / "engine")).tell()
    mounted.symlink_to(tmp_path / "engine")
    assert await worker.is_fine()


async def test_a_worker_with_a_folder_of_its_own_does_not_start(
    redis: Redis, settings: Settings, tmp_path: Path
) -> None:
    await Sharing(Records(redis, settings.engine).place, storage(settings.engine_dir)).tell()
    general = General.model_construct(data_dir=tmp_path / "other", secret_key=settings.general.secret_key)
    with pytest.raises(EngineError) as refused:
        await work(replace(settings, general=general))
    assert "mount that one here, or set the same ENGINE_S3_URL for both" in str(refused.value)
    assert "\n" not in str(refused.value)
