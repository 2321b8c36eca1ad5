"""Whose account pays: the bot's, or the one a server linked; and what becomes of projects when that changes."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.flows import linked, offers
from bot.flows.account import LinkedTokenRejected
from bot.nemo.errors import NemoError
from bot.settings import Settings
from bot.store.models import Turn
from bot.updates import Balance, Deed, Footage, Offer, Problem, ProblemKind, Rebuilt, Said
from tests.upstream.replies import Reply, refuses
from tests.upstream.server import Upstream
from tests.watch.bench import Bench, FastClock, bench, place, turn

SERVER = "nmv_usr_of_this_server"
OTHER = "nmv_usr_of_another"


async def link(bot: Bench, upstream: Upstream, token: str = SERVER, guild: str = "g1") -> None:
    upstream.tokens.add(token)
    await linked.link(bot.app.context, guild, token, "admin")


async def taken(bot: Bench, offer: Offer, at: str = "t1") -> Turn:
    """The request that a press on this offer is."""
    request = await offers.request(bot.app.store, offer, f"press-{offer.ref}-{offer.number}", place(at))
    assert request is not None
    return request


def tokens(upstream: Upstream, endpoint: str) -> list[str | None]:
    return [seen.token for seen in upstream.seen(endpoint)]


async def test_a_linked_account_pays_for_the_projects_begun_since(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "cut it and export", clip))
        await bot.face.result()
        bots = tokens(upstream, "run")[0]
        assert bots not in {SERVER, None}
        await link(bot, upstream)
        await bot.ask(turn("a2", "cut more"))
        await bot.ask(turn("b1", "cut it and export", clip, at=place("t2")))
        await bot.face.result(2)
        dm = place("t3", guild=None)
        await bot.ask(turn("c1", "cut it", clip, at=dm))
        await bot.ask(turn("d1", "cut it", clip, at=place("t4", guild="g2")))
    assert tokens(upstream, "session") == [bots, SERVER, bots, bots]
    assert tokens(upstream, "run") == [bots, bots, SERVER, bots, bots], "an open thread keeps its account"
    assert tokens(upstream, "render") == [bots, SERVER]
    assert set(tokens(upstream, "render_status")[-3:]) == {SERVER}
    assert tokens(upstream, "claim")[-1] == SERVER


async def test_a_linked_token_is_tried_and_lies_encrypted(nemo: Settings, upstream: Upstream, redis: Redis) -> None:
    async with bench(nemo) as bot:
        context = bot.app.context
        for bad in ("", "short", "with space in it", "nmv_usr_unknown", "nmv_usr_ünlikely"):
            with pytest.raises(LinkedTokenRejected):
                await linked.link(context, "g1", bad, "admin")
        upstream.next("credits", Reply(503), Reply(503), Reply(503))
        with pytest.raises(NemoError):
            await linked.link(context, "g1", SERVER, "admin")
        assert await linked.of_guild(context, "g1") is None
        await link(bot, upstream)
        account = await linked.of_guild(context, "g1")
        assert account is not None
        assert (account.linked_by, account.client_id) == ("admin", None)
        assert SERVER not in str(await redis.get("tc:r:account:nemo:guild:g1"))
        assert await linked.unlink(context, "g1")
        assert not await linked.unlink(context, "g1")
        assert await redis.get("tc:r:account:nemo:guild:g1") is None


async def test_a_project_whose_account_was_unlinked_moves_only_when_asked(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await link(bot, upstream)
        await bot.ask(turn("a1", "cut it", clip))
        await linked.unlink(bot.app.context, "g1")
        await bot.ask(turn("a2", "make it louder"))
        (problem,) = bot.face.of(Problem)
        assert problem.kind is ProblemKind.ACCOUNT_UNLINKED
        assert [offer.deed for offer in problem.offers] == [Deed.REBUILD]
        assert len(upstream.seen("run")) == len(upstream.seen("session")) == 1

        press = await taken(bot, problem.offers[0])
        await bot.ask(press)
        (rebuilt,) = bot.face.of(Rebuilt)
        assert rebuilt == Rebuilt(1)
        assert bot.face.of(Said, press.id) == [Said("Done.")]
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        assert (thread.account, [kept.name for kept in thread.footage]) == (None, [clip.name])
    assert [seen.json["new_message"]["parts"][0]["text"] for seen in upstream.seen("run")] == [
        "cut it",
        "make it louder",
    ]
    assert tokens(upstream, "run")[0] == SERVER != tokens(upstream, "run")[1]
    assert len(upstream.seen("upload")) == 2


async def test_a_new_token_of_the_same_account_goes_on_and_of_another_asks(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        await link(bot, upstream)
        await bot.ask(turn("a1", "cut it", clip))
        upstream.tokens.discard(SERVER)
        await bot.ask(turn("a2", "cut more"))
        (refused,) = bot.face.of(Problem)
        assert refused.kind is ProblemKind.LINKED_TOKEN_REJECTED
        await link(bot, upstream, "nmv_usr_renewed")
        await bot.ask(await taken(bot, refused.offers[0]))
        assert tokens(upstream, "run")[-1] == "nmv_usr_renewed"
        assert not bot.face.of(Rebuilt)

        await link(bot, upstream, OTHER)
        upstream.sessions.clear()  # it is not that account's
        await bot.ask(turn("a3", "cut even more"))
        changed = bot.face.of(Problem)[-1]
        assert changed.kind is ProblemKind.ACCOUNT_CHANGED
        assert not bot.face.of(Rebuilt)
        await bot.ask(await taken(bot, changed.offers[0]))
        assert bot.face.of(Rebuilt) == [Rebuilt(1)]
        assert tokens(upstream, "run")[-1] == OTHER


async def test_credits_of_whoever_pays_here(nemo: Settings, upstream: Upstream, clip: Path) -> None:
    upstream.balance = {"available": 70, "frozen": 5, "total": 100}
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "credits"))
        register = "https://web.invalid/register?bind=" + upstream_user(bot.face.of(Balance)[0])
        assert bot.face.of(Balance, "a1") == [Balance(70, 5, 100, "anonymous", 50, 100, register)]
        await link(bot, upstream)
        await bot.ask(turn("a2", "credits"))
        assert bot.face.of(Balance, "a2") == [Balance(70, 5, 100, "server", 50, 100)]
        await bot.ask(turn("a3", "credits", at=place("dm", guild=None)))
        assert bot.face.of(Balance, "a3")[0].owner == "anonymous"


def upstream_user(balance: Balance) -> str:
    assert balance.top_up_url is not None
    return balance.top_up_url.partition("bind=")[2]


async def test_no_credits_tells_how_more_are_had_of_either_account(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        upstream.next("run", refuses(2001))
        await bot.ask(turn("a1", "cut it", clip))
        await link(bot, upstream)
        upstream.next("run", refuses(2001), refuses(2001))
        await bot.ask(turn("b1", "cut it", clip, at=place("t2")))
        await bot.ask(turn("a2", "cut it"))
        anonymous, servers, spent = bot.face.of(Problem)
        assert (anonymous.kind, servers.kind) == (ProblemKind.NO_CREDITS, ProblemKind.NO_CREDITS)
        assert (anonymous.link or "").startswith("https://web.invalid/register?bind=anon_")
        assert (servers.link, servers.offers) == (None, ())
        assert [offer.deed for offer in spent.offers] == [Deed.REBUILD], "the server has an account of its own now"


async def test_a_renewal_that_is_refused_says_when_it_can_be_had(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    clock = FastClock()
    async with bench(nemo, clock=clock) as bot:
        await bot.ask(turn("a1", "cut it", clip))
        account = await bot.app.store.accounts.get("nemo")
        assert account is not None
        assert account.issued is not None
        client_id = upstream.seen("token")[0].headers["X-Client-Id"]
        upstream.tokens.clear()
        upstream.next("token", refuses(429, 429), refuses(429, 429))
        await bot.ask(turn("a2", "cut more"))
        (rests,) = bot.face.of(Problem)
        assert rests.kind is ProblemKind.ACCOUNT_RESTS
        assert rests.until == account.issued + timedelta(days=7)
        upstream.next("token", refuses(429, 429, Retry_After="86400"))
        await bot.ask(turn("a3", "cut more"))
        later = bot.face.of(Problem)[1].until
        assert later is not None
        assert timedelta(hours=23) < later - clock.now() <= timedelta(days=1)
        await bot.ask(turn("a4", "cut more"))
        assert bot.face.of(Said, "a4"), "it is renewed as soon as it can be, and nothing was lost"
    assert {seen.headers["X-Client-Id"] for seen in upstream.seen("token")} == {client_id}


async def test_a_client_id_that_is_not_accepted_is_made_anew_and_kept(
    nemo: Settings, upstream: Upstream, clip: Path
) -> None:
    async with bench(nemo) as bot:
        upstream.next("token", Reply(400, json={"code": 400, "message": "X-Client-Id is required"}))
        await bot.ask(turn("a1", "cut it", clip))
        assert bot.face.of(Said)
        first, second = (seen.headers["X-Client-Id"] for seen in upstream.seen("token"))
        assert first != second
        account = await bot.app.store.accounts.get("nemo")
        assert account is not None
        assert account.client_id == second


async def test_a_changed_secret_key_ends_a_request_with_a_line(
    nemo: Settings, upstream: Upstream, clip: Path, redis: Redis
) -> None:
    async with bench(nemo) as bot:
        await link(bot, upstream)
        text = str(await redis.get("tc:r:account:nemo:guild:g1"))
        await redis.set("tc:r:account:nemo:guild:g1", text.replace("gAAAA", "gBBBB"))
        await bot.ask(turn("a1", "cut it", clip))
        (problem,) = bot.face.of(Problem)
        assert (problem.kind, bool(problem.reference)) == (ProblemKind.INTERNAL, True)


async def test_a_rebuild_that_a_restart_cuts_goes_on_with_the_next_file(
    nemo: Settings, upstream: Upstream, clip: Path, tmp_path: Path
) -> None:
    other = tmp_path / "second.mp4"
    other.write_bytes(clip.read_bytes() + b"more")
    async with bench(nemo) as bot:
        await bot.ask(turn("a1", "", clip, other))
        upstream.sessions.clear()
        upstream.next("upload", Reply(gate=asyncio.Event()))
        await bot.app.runner.submit(turn("a2", "join them"))
        await upstream.wait_for("upload", 3)
    async with bench(nemo) as bot:
        await bot.finished("a2")
        assert bot.face.of(Rebuilt) == [Rebuilt(2)]
        assert bot.face.of(Said) == [Said("Done.")]
        assert not bot.face.of(Footage)
        thread = await bot.app.store.threads.get("t1")
        assert thread is not None
        assert [kept.name for kept in thread.footage] == [clip.name, other.name]
        assert thread.pending == ()
    assert len(upstream.seen("session")) == 2
    assert len(upstream.seen("run")) == 1
    assert [seen.parts[0].name for seen in upstream.seen("upload")][-2:] == [clip.name, other.name]
