"""What every test may use: a real Redis server of the session's own, and settings that leak nothing in."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis as RedisClient

from bot import redis_server
from bot.settings import Discord, Engine, General, Limits, Model, Nemo, Redis, Settings, Skill, Web, names
from tests.crash import numbers

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # images set it: every worker and every child would compile it all anew

hypothesis.settings.register_profile("same", derandomize=True, database=None)
hypothesis.settings.load_profile(
    "same"
)  # a run says the same of the same code; `--hypothesis-profile=default` explores


def pytest_addoption(parser: pytest.Parser) -> None:
    """The crash test's options: here, since pytest reads only this file before it reads its arguments."""
    numbers.options(parser)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores, up to four: many a test waits for a clock rather than for the machine."""
    return min(4, len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1)


WHOLE = ("test_hostile.py", "tests/crash", "crash/test_engine.py")
"""What is asked for by such a name alone is run with all that is long in it: some things are not tried in part."""


def pytest_configure(config: pytest.Config) -> None:
    numbers.choose_seed(config)
    if config.option.markexpr == "not long and not bench" and all(
        word.rstrip("/").endswith(WHOLE) for word in config.args
    ):
        config.option.markexpr = "not bench"


def pytest_collection_finish() -> None:
    """Thousands of tests are there to stay: the garbage collector need not walk through them again and again."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    numbers.summary(terminalreporter)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine, and no `.env` of the checkout, reaches a test."""
    for name in {name.upper() for name in os.environ} & set(names()):
        monkeypatch.delenv(name)
    for group in (General, Redis, Discord, Nemo, Skill, Engine, Model, Web, Limits):
        monkeypatch.setitem(group.model_config, "env_file", None)


def bare_settings(data_dir: Path, redis_url: str | None = None) -> Settings:
    """Every default, kept in this folder; without a URL, with an embedded Redis of its own."""
    return Settings(
        general=General.model_construct(data_dir=data_dir, secret_key=SecretStr("a key for tests")),
        redis=Redis.model_construct(redis_url=SecretStr(redis_url) if redis_url else None),
        discord=Discord.model_construct(),
        nemo=Nemo.model_construct(),
        skill=Skill.model_construct(),
        engine=Engine.model_construct(),
        model=Model.model_construct(),
        web=Web.model_construct(),
        limits=Limits.model_construct(),
    )


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of one embedded server for the whole run, in a folder with a space in its name."""
    context = redis_server.redis_url(bare_settings(tmp_path_factory.mktemp("data folder")))
    with asyncio.Runner() as runner:
        yield runner.run(context.__aenter__())
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisClient]:
    """A client of the session's server, which is empty when the test begins."""
    async with redis_server.connect(redis_url) as client:
        await client.flushall()
        yield client


@pytest.fixture
def settings(tmp_path: Path, redis_url: str) -> Settings:
    """Settings that keep everything in the test's own folder and use the session's Redis."""
    return bare_settings(tmp_path / "data", redis_url)
