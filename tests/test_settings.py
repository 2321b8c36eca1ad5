"""Settings: the example file tells the truth, and a wrong value is one line that names it."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot import settings
from bot.settings import Settings, SettingsError

EXAMPLE = Path(__file__).parent.parent / ".env.example"
LINE = re.compile(r"^#([A-Z0-9_]+)=(.*)$")


def example() -> dict[str, str]:
    """Every setting of the example file with the default it shows."""
    matches = [match for line in EXAMPLE.read_text().splitlines() if (match := LINE.match(line))]
    return {match[1]: match[2] for match in matches}


def values(loaded: Settings) -> dict[str, object]:
    return {field.name: getattr(loaded, field.name).model_dump() for field in fields(loaded)}


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a `.env` that is read, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for group in settings._GROUPS.values():
        monkeypatch.setitem(group.model_config, "env_file", ".env")
    return tmp_path / ".env"


def refused() -> str:
    with pytest.raises(SettingsError) as caught:
        settings.load()
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_the_example_has_every_setting_and_no_other() -> None:
    assert sorted(example()) == sorted(settings.names())
    assert len(set(settings.names())) == len(settings.names())


def test_every_setting_of_the_example_says_what_it_means() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for number, line in enumerate(lines):
        if LINE.match(line):
            assert re.match(r"^# \S.*[.)]$", lines[number - 1]), line
            assert not LINE.match(lines[number - 1])


def test_the_example_shows_the_defaults(env_file: Path) -> None:
    bare = settings.load()
    env_file.write_text("\n".join(f"{name}={value}" for name, value in example().items()))
    assert values(settings.load()) == values(bare)


def test_the_example_as_it_is_changes_nothing(env_file: Path) -> None:
    bare = settings.load()
    env_file.write_text(EXAMPLE.read_text())
    assert values(settings.load()) == values(bare)


@pytest.mark.parametrize("name", settings.names())
def test_an_empty_value_is_none_at_all(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    bare = settings.load()
    monkeypatch.setenv(name, "")
    assert values(settings.load()) == values(bare)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UPSTREAM", "cloud"),
        ("PUBLIC_URL", "cut.example.org"),
        ("PUBLIC_URL", "ftp://cut.example.org"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("RETENTION_DAYS", "0"),
        ("RETENTION_DAYS", "for ever"),
        ("RETENTION_DAYS", "nan"),
        ("MAX_UPLOAD_MB", "501"),
        ("MAX_UPLOAD_MB", "0.5"),
        ("DISCORD_MESSAGE_CONTENT", "perhaps"),
        ("NEMO_CLIENT_ID", "a b"),
        ("NEMO_CLIENT_ID", "x" * 65),
        ("NEMO_API_URL", "nemovideo"),
        ("NEMO_WEB_URL", "javascript:alert(1)"),
        ("NEMO_POLL_SECONDS", "-1"),
        ("NEMO_READ_TIMEOUT_SECONDS", "inf"),
        ("ENGINE_URL", "//x"),
        ("ENGINE_PORT", "65536"),
        ("ENGINE_CREDITS_ALLOWANCE", "-1"),
        ("ENGINE_CREDITS_REFILL_HOURS", "0"),
        ("ENGINE_POLL_SECONDS", "soon"),
        ("ENGINE_RENDER_HOURS_LIMIT", "inf"),
        ("WEB_PORT", "http"),
        ("WEB_LINK_HOURS", "1e300"),
        ("LIMITS_RUNNING", "0"),
        ("LIMITS_USER_WAITING", "-1"),
        ("LIMITS_USER_EXPORTS", "many"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, env_file: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    from_environment = refused()
    assert from_environment.startswith(f"{name}: ")
    assert len(from_environment) > len(name) + 10
    monkeypatch.delenv(name)
    env_file.write_text(f"{name}={value}\n")
    assert refused() == from_environment


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, env_file: Path) -> None:
    env_file.write_text("WEB_PORT=1111\nUPSTREAM=nemo\n")
    monkeypatch.setenv("WEB_PORT", "2222")
    loaded = settings.load()
    assert (loaded.web.port, loaded.general.upstream) == (2222, "nemo")


def test_what_was_pasted_with_spaces_or_a_slash_at_the_end_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", " a.b.c\n")
    monkeypatch.setenv("PUBLIC_URL", "https://cut.example.org/x/")
    loaded = settings.load()
    assert loaded.discord.token == SecretStr("a.b.c")
    assert loaded.general.public_url == "https://cut.example.org/x"


def test_a_file_that_is_no_text_is_one_line(env_file: Path) -> None:
    env_file.write_bytes(b"\xff\xfe\x00")
    assert refused().startswith(".env cannot be read")


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.names():
        if _group_field(name) == SecretStr | None:
            monkeypatch.setenv(name, "hidden")
    loaded = settings.load()
    assert loaded.discord.token is not None
    assert "hidden" not in repr(loaded)


def _group_field(name: str) -> object:
    for group in settings._GROUPS.values():
        for field, info in group.model_fields.items():
            if settings._env_name(group, field) == name:
                return info.annotation
    raise LookupError(name)


def test_settings_cannot_be_changed_later() -> None:
    loaded = settings.load()
    for field in fields(loaded):
        group: BaseSettings = getattr(loaded, field.name)
        with pytest.raises(ValueError, match="frozen"):
            setattr(group, next(iter(type(group).model_fields)), None)


def at(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    return settings.load()


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a folder"
    first, second = at(folder, monkeypatch).secret_key, at(folder, monkeypatch).secret_key
    assert first == second
    assert len(first.get_secret_value()) >= 40
    assert [path.name for path in folder.iterdir()] == ["secret.key"]
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert at(tmp_path / "another", monkeypatch).secret_key != first
    monkeypatch.setenv("SECRET_KEY", "mine")
    assert at(tmp_path / "third", monkeypatch).secret_key == SecretStr("mine")
    assert not (tmp_path / "third").exists()


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"^DATA_DIR: .* cannot be written") as caught:
        _ = at(tmp_path / "file", monkeypatch).secret_key
    assert "\n" not in str(caught.value)


def test_nothing_is_read_on_import() -> None:
    assert not any(isinstance(value, Settings | BaseSettings) for value in vars(settings).values())
    assert not set(os.environ) & set(settings.names())


def test_every_secret_is_known_by_value(env_file: Path) -> None:
    env_file.write_text(
        "DISCORD_TOKEN=a.b.c\nSECRET_KEY=key\nREDIS_URL=redis://me:p%40ss@localhost:6379/0\nLOG_LEVEL=debug"
    )
    assert set(settings.load().secrets) == {"a.b.c", "key", "redis://me:p%40ss@localhost:6379/0", "p@ss"}
