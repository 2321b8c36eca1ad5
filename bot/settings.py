"""What an operator can set, from the environment and `.env`, grouped and typed.

Built once by `load()` in a process's main function, never on import. `.env.example` lists every
setting with its meaning and default; a test holds the two against each other.
"""

import os
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote

import platformdirs
from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

_PASSWORD = re.compile(r"\w+://[^/@]*:([^/@]+)@")


class SettingsError(Exception):
    """A setting that cannot be used; its text is one readable line that names it."""


def _group(prefix: str = "") -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )


def _without_slash(value: object) -> object:
    return value.rstrip("/") if isinstance(value, str) else value


def _checked_url(value: str) -> str:
    HttpUrl(value)
    return value


Url = Annotated[str, BeforeValidator(_without_slash), BeforeValidator(_checked_url)]
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Waiting = Annotated[int, Field(ge=0, le=10_000)]
Hours = Annotated[float, Field(gt=0, le=87_600)]


class General(BaseSettings):
    """Where things are kept and which upstream edits."""

    model_config = _group()

    upstream: Literal["local", "nemo"] = "local"
    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("threadcut", appauthor=False)))
    public_url: Url | None = None
    secret_key: SecretStr | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "console", "json"] = "auto"
    retention_days: Annotated[float, Field(gt=0, le=3650)] = 30
    max_upload_mb: Annotated[int, Field(gt=0, le=500)] = 500

    @property
    def max_upload_bytes(self) -> int:
        """The largest file in bytes, a MB being a million of them: as the limit is said to people."""
        return self.max_upload_mb * 1_000_000


class Redis(BaseSettings):
    """The bot's and the engine's Redis; both unset means our own embedded server."""

    model_config = _group()

    redis_url: SecretStr | None = None
    engine_redis_url: SecretStr | None = None
    redis_server_bin: Path | None = None


class Discord(BaseSettings):
    """The Discord application."""

    model_config = _group("DISCORD_")

    token: SecretStr | None = None
    message_content: bool = True
    shards: Annotated[int, Field(ge=1, le=10_000)] | None = None


class Nemo(BaseSettings):
    """The NemoVideo cloud; names as its vendor's."""

    model_config = _group("NEMO_")

    token: SecretStr | None = None
    client_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")] | None = None
    api_url: Url = "https://mega-api-prod.nemovideo.ai"
    web_url: Url = "https://nemovideo.com"
    poll_seconds: Seconds = 30
    recovery_first_seconds: Seconds = 30
    recovery_seconds: Seconds = 60
    read_timeout_seconds: Seconds = 660
    skill_name: str = "ai-video-editor-offline"


class Skill(BaseSettings):
    """How calls are attributed (`X-Skill-Platform`)."""

    model_config = _group("SKILL_")

    source: str | None = None


class Limits(BaseSettings):
    """How many requests and exports go on at once, so that nobody keeps the others waiting."""

    model_config = _group("LIMITS_")

    running: Count = 64
    user_running: Count = 3
    server_running: Count = 16
    user_waiting: Waiting = 10
    server_waiting: Waiting = 100
    exports: Count = 64
    user_exports: Count = 2
    server_exports: Count = 8


class Engine(BaseSettings):
    """Our own engine: where it listens, or where one already runs, and what an account may use."""

    model_config = _group("ENGINE_")

    url: Url | None = None
    host: str = "127.0.0.1"
    port: Port = 0
    credits_allowance: Annotated[int, Field(ge=0)] | None = None
    credits_refill_hours: Hours = 168
    poll_seconds: Seconds = 1
    recovery_seconds: Seconds = 1
    ffmpeg_bin: Path | None = None
    whisper: Path | None = None
    render_hours_limit: Hours = 4
    disk_gb: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    account_gb: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    s3_url: Annotated[str, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]+(/[\w.-]+)*/?$")] | None = None
    s3_key: SecretStr | None = None
    s3_secret: SecretStr | None = None
    s3_region: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    s3_endpoint: Url | None = None


class Model(BaseSettings):
    """A language model for what the grammar does not understand: any endpoint that speaks OpenAI's chat completions."""

    model_config = _group("MODEL_")

    url: Url | None = None
    name: Annotated[str, Field(min_length=1, max_length=200)] = "default"
    key: SecretStr | None = None


class Web(BaseSettings):
    """The small server for finished files and health checks."""

    model_config = _group("WEB_")

    host: str = "127.0.0.1"
    port: Port = 8780
    link_hours: Hours = 168
    results_gb: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    upload_hours: Hours = 24


@dataclass(frozen=True)
class Settings:
    """Every group together, and the folders derived from `data_dir`."""

    general: General
    redis: Redis
    discord: Discord
    nemo: Nemo
    skill: Skill
    engine: Engine
    model: Model
    web: Web
    limits: Limits

    @property
    def data_dir(self) -> Path:
        """Folder of everything this installation keeps."""
        return self.general.data_dir.expanduser().absolute()

    @property
    def media_dir(self) -> Path:
        """Footage the bot keeps to rebuild a lost session, addressed by content."""
        return self.data_dir / "media"

    @property
    def pictures_dir(self) -> Path:
        """Small pictures and waveforms made out of that footage, addressed by its content."""
        return self.data_dir / "pictures"

    @property
    def results_dir(self) -> Path:
        """Finished files, kept until their links expire."""
        return self.data_dir / "results"

    @property
    def uploads_dir(self) -> Path:
        """Files on their way in through the browser, until they are in the media folder."""
        return self.data_dir / "uploads"

    @property
    def engine_dir(self) -> Path:
        """The engine's own folder: its media, its renders, its scratch."""
        return self.data_dir / "engine"

    @property
    def redis_dir(self) -> Path:
        """The embedded server's folder."""
        return self.data_dir / "redis"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that was set, and the password inside an address."""
        groups: tuple[BaseSettings, ...] = (
            self.general, self.redis, self.discord, self.nemo, self.skill, self.engine, self.model,
            self.web, self.limits,
        )  # fmt: skip
        values = [getattr(group, field) for group in groups for field in type(group).model_fields]
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        return (*secrets, *(unquote(found[1]) for one in secrets if (found := _PASSWORD.match(one))))

    @cached_property
    def secret_key(self) -> SecretStr:
        """The key that signs links and encrypts tokens: the setting, or one made once and kept in the data folder.

        Raises SettingsError when the key file cannot be read or written.
        """
        if self.general.secret_key is not None:
            return self.general.secret_key
        path = self.data_dir / "secret.key"
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{secrets.token_hex(4)}")
            fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fd, "w") as file:
                file.write(secrets.token_urlsafe(32))
            try:
                os.link(fresh, path)  # atomic: of two processes that start together, one key wins
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
            return SecretStr(path.read_text().strip())
        except OSError as error:
            raise SettingsError(
                f"DATA_DIR: {path} cannot be written ({error.strerror}); choose another folder"
            ) from error


_GROUPS: dict[str, type[BaseSettings]] = {
    "general": General,
    "redis": Redis,
    "discord": Discord,
    "nemo": Nemo,
    "skill": Skill,
    "engine": Engine,
    "model": Model,
    "web": Web,
    "limits": Limits,
}


def load() -> Settings:
    """Read the environment and `.env`.

    Raises SettingsError: one line that names the first setting that is wrong and why.
    """
    try:
        settings = Settings(
            general=General(), redis=Redis(), discord=Discord(), nemo=Nemo(), skill=Skill(), engine=Engine(),
            model=Model(), web=Web(), limits=Limits(),
        )  # fmt: skip
    except ValidationError as error:
        raise SettingsError(_line(error)) from error
    except (OSError, UnicodeError) as error:
        raise SettingsError(f".env cannot be read: {error}") from error
    return settings


def names() -> tuple[str, ...]:
    """Every setting's name as the environment spells it, in order."""
    return tuple(_env_name(group, field) for group in _GROUPS.values() for field in group.model_fields)


def _env_name(group: type[BaseSettings], field: str) -> str:
    return f"{group.model_config.get('env_prefix', '')}{field}".upper()


def _line(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    group = next(g for g in _GROUPS.values() if g.__name__ == error.title)
    name = _env_name(group, str(first["loc"][0]))
    return f"{name}: {first['msg'].removeprefix('Value error, ')}"
