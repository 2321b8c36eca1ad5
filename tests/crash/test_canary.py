"""No token is told: whatever an upstream repeats, whatever breaks, in no message, no log line and no record."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from redis.asyncio import Redis
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel, Message

from tests.crash.canaries import ANONYMOUS, DISCORD, LINKED, MISTYPED, OWN, SECRET_KEY, Leaky, everything, leaks
from tests.discord.bot_process import running
from tests.discord.wire.people import Command, User
from tests.discord.wire.rules import Request
from tests.discord.wire.world import Wire, wire
from tests.upstream.replies import CUT, Reply, called, ok, refuses, said, sse
from tests.upstream.server import CLIP, DRAFT, listening

PATIENCE_S = 40.0


@dataclass(frozen=True)
class Step:
    """What the upstream answers next, what somebody asks then, and words of what they are told in the end."""

    told: str
    endpoint: str
    replies: tuple[Reply, ...]
    words: str = "mute it"
    file: bool = False
    fresh: bool = False
    """In a thread of its own."""


@dataclass
class Broken(Reply):
    """An answer that is no HTTP, with a token in a header that cannot be read."""

    token: str = ""

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send it as it is."""
        assert request.transport is not None
        request.transport.write(f"HTTP/1.1 200 OK\r\nX {self.token}\x00: y\r\n\r\n".encode())
        request.transport.close()
        return web.Response()


def page(token: str) -> Reply:
    """What stands before an upstream that is down."""
    return Reply(502, body=f"<html><body>Bearer {token}</body></html>", content_type="text/html")


def escaped(text: str) -> str:
    """The text inside a JSON string, with everything escaped that can be."""
    return "".join(f"\\u{ord(char):04x}" for char in text)


def at_the_beginning(token: str) -> Iterator[Step]:
    """When a project is set up and its footage goes in."""

    def fresh(told: str, endpoint: str, reply: Reply) -> Step:
        return Step(told, endpoint, (reply,), file=True, fresh=True)

    yield fresh("our fault", "session", refuses(1234, 200, f"no {token}"))
    yield fresh("does not answer", "session", page(token))
    yield fresh("does not answer", "session", Broken(token=token))
    yield fresh("not answering properly", "session", Reply(302, headers={"Location": f"http://a.invalid/{token}"}))
    yield fresh("not answering properly", "session", ok({"task_id": "t", "session_id": token}))
    yield fresh("not answering properly", "session", ok({"task_id": f"{token}/", "session_id": "1"}))
    yield Step("does not answer", "upload", (Reply(drop=True),) * 2, file=True, fresh=True)
    yield fresh("E1", "upload", refuses(4001, 200, f"E1 {token}"))
    yield fresh("E2", "upload", Reply(400, json={"detail": [{"msg": f"E2 Bearer {token}"}]}))
    yield fresh("E3", "upload", Reply(body=f'{{"code": 4001, "message": "E3 {escaped(token)}"}}'))
    file = {"filename": f"E4 {token}.mp4", "file_type": "video", "duration": 1, "hash": token}
    yield fresh("Done", "upload", ok({"files": [file]}))


def in_a_turn(token: str, upstream: Leaky) -> Iterator[Step]:
    """When the upstream talks."""

    def named() -> None:
        draft = json.loads(DRAFT)
        draft["t"][0]["sg"][0]["m"]["name"] = f"E11 {token}"
        upstream.draft = json.dumps(draft)

    def run(told: str, *pieces: object) -> Step:
        return Step(told, "run", (sse(*pieces),))  # type: ignore[arg-type]  # checked where it is sent

    yield run("E5", said(f"E5 your token is {token}, keep it"))
    yield run("E6", said(f"E6 {token[:9]}", partial=True), said(f"{token[9:]} E6", partial=True))
    yield run("E7", {"errorCode": "X", "errorMessage": f"E7 {token}"})
    yield run("E8", f'data: {{"error": "E8 "{token}" is bad", "error_details": {{}}}}\n\n'.encode())
    yield run("E9", {"error": {"message": f"E9 {token}"}})
    yield run("E9b", f"event: error\ndata: E9b {token}\n\n".encode())
    questions = [{"id": token, "prompt": f"E10 {token}", "options": [{"id": "a", "label": f"E10 {token}"}]}]
    yield run("E10", called("ask_question", {"questions": questions}))
    yield run("E11", named, said("E11 it is done"))
    yield run("E12", f'data: {{"type": "text", "content": "E12 {escaped(token)}"}}\n\n'.encode())
    yield run("could not see a change", said(f"E13 {token}", partial=True), CUT)
    yield Step("could not see a change", "run", (page(token),))
    yield Step("Timeline (", "state", (page(token), page(token)), "status")
    bad = {"message": f"no {token}", "code": 9}
    yield Step("our fault", "credits", (Reply(json=bad),), "credits")
    yield Step("not answering properly", "credits", (ok({token: token}),), "credits")
    yield Step("No credits left", "credits", (refuses(2001, 402, token),), "credits")
    yield Step("does not answer", "credits", (page(token),) * 3, "credits")


def at_the_end(token: str, upstream: Leaky) -> Iterator[Step]:
    """When a file is made and handed over."""
    yield Step("E14", "render", (Reply(400, json={"error": f"E14 {token}"}),) * 2, "export")
    yield Step("E15", "render_status", (Reply(json={"status": "failed", "error": f"E15 {token}"}),) * 2, "export")
    url = f"{upstream.url}/files/a.mp4?token={token}"
    done = {"status": "completed", "output": {"url": url, "duration": 1, "size": 1}}
    yield Step("is ready", "render_status", (Reply(json=done),), "export")
    yield Step("is ready", "claim", (), "export")  # the file is there already, its claim link too


class Teller:
    """Somebody who goes through the steps and waits for what they are told."""

    def __init__(self, world: Wire, upstream: Leaky, clip: Path) -> None:
        self._wire = world
        self._upstream = upstream
        self._clip = clip
        self._ana: User = world.user("Ana")
        self.hall = world.channel("hall")
        self._thread: Channel = self.hall

    async def do(self, step: Step) -> None:
        """One step, to its end."""
        self._upstream.next(step.endpoint, *step.replies)
        place = self.hall if step.fresh else self._thread
        asked = await self.post(place, step.words, files=step.file)
        if place is self.hall:
            self._thread = await self._wire.wait_until(lambda: self._wire.backend.channels.get(asked.id))
        await self.hears(self._thread, asked, step.told)
        assert not self._upstream._scripts[step.endpoint], f"not asked for: {step}"

    async def post(self, place: Channel, words: str, *, files: bool = False) -> Message:
        """Write to the bot."""
        files_given = [self._clip] if files else []
        return await self._ana.post(place, f"<@{self._wire.backend.bot_user.id}> {words}", files=files_given)

    async def command(self, name: str) -> Command:
        """Use a command in the hall."""
        return await self._ana.slash(self.hall, name)

    async def hears(self, place: Channel, after: Message | Command, words: str) -> None:
        """Wait for the bot to say that."""
        await self._wire.next_message(place, after=after, where=lambda one: words in one.content, timeout_s=PATIENCE_S)


@pytest.mark.long
@pytest.mark.parametrize("own", [pytest.param(True, id="own token"), pytest.param(False, id="anonymous")])
async def test_no_token_is_ever_told(tmp_path: Path, own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way in which an upstream can repeat a token, and failures of ours; then everything is searched."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP)
    async with listening(Leaky()) as upstream, wire(DISCORD) as world:
        world.rules.sends = 50  # a person takes minutes for what is done here in seconds
        token = OWN if own else ANONYMOUS[0]
        settings = {
            "UPSTREAM": "nemo", "NEMO_API_URL": upstream.url, "NEMO_POLL_SECONDS": "0.1", "LOG_LEVEL": "debug",
            "NEMO_RECOVERY_FIRST_SECONDS": "0.1", "NEMO_RECOVERY_SECONDS": "0.1", "SECRET_KEY": SECRET_KEY,
            "WEB_PORT": "0", **({"NEMO_TOKEN": OWN} if own else {}),
        }  # fmt: skip
        async with running(world, tmp_path / "bot", settings) as bot:
            teller = Teller(world, upstream, clip)
            for steps in (at_the_beginning(token), in_a_turn(token, upstream), at_the_end(token, upstream)):
                for step in steps:
                    await teller.do(step)
            rejected = "no longer accepts" if own else "Done"  # an anonymous account gets another token
            await teller.do(Step(rejected, "run", (refuses(1001, 401, f"expired: {token}"),)))
            await (await teller.command("credits")).answer()
            await _link_an_account(world, teller, upstream)
            await _break_a_cog(world, teller, monkeypatch)
            async with Redis(
                unix_socket_path=str(bot.folder / "redis" / "server.sock"), decode_responses=True
            ) as redis:
                texts = await everything(world, bot.log, bot.folder, redis)
            assert await bot.stop() == 0
        kinds = {where.split()[0] for where, _ in texts}
        assert {"log", "message", "call", "redis"} < kinds
        found = leaks(texts, world)
        assert not found, "\n".join(found)


async def _link_an_account(world: Wire, teller: Teller, upstream: Leaky) -> None:
    """A server's own token is typed, wrong and right, and works from then on."""
    boss = world.user("Boss", manages=True)
    upstream.tokens.add(LINKED)
    upstream.next("credits", refuses(1001, 401, f"mistyped: {MISTYPED}"))
    for token, told in ((MISTYPED, "not accepted"), (LINKED, "Linked")):
        typed = await boss.fill(await boss.slash(teller.hall, "settings account"), token=token)
        assert told in (await typed.answer()).content
    await teller.do(Step("E16", "run", (sse(said(f"E16 {LINKED}")),), file=True, fresh=True))
    assert upstream.seen("run")[-1].token == LINKED


async def _break_a_cog(world: Wire, teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord refuses a thread with words that hold the bot's own token: what broke is logged with its traceback."""
    usual = world.rules.check

    def refuse(request: Request) -> None:
        if request.parts[-1] == "threads":
            raise BackendError(400, 0, f"no thread for Bot {DISCORD}")
        usual(request)

    monkeypatch.setattr(world.rules, "check", refuse)
    asked = await teller.post(teller.hall, "mute it", files=True)
    await teller.hears(teller.hall, asked, "our fault")
