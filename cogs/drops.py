"""Upload links: given to one person, who alone sees it, and told to everybody in the thread."""

import hashlib

import discord

from bot.app import App
from bot.flows import servers
from bot.flows.drops import MOST_FILES, is_open, offered, open_drop
from bot.flows.start_over import is_empty
from bot.flows.ways_in import tell_operator
from bot.store.models import Drop, Place, Turn
from bot.voice.phrase import phrase, size
from cogs import attaching, intake, note, places
from cogs.mentions import mention_only


async def ask(app: App, interaction: discord.Interaction) -> None:
    """Say how footage comes in here: by a page in the browser; where there is none, by a form."""
    if offered(app.context):
        await _give(app, interaction)
    else:
        await attaching.ask(app, interaction)
        await tell_operator(app.context)


async def _give(app: App, interaction: discord.Interaction) -> None:
    """Answer with their link for this thread, the same one for as long as it is open."""
    locale = str(interaction.locale)
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        drop = await _open(app, interaction)
    except (places.MissingPermissionError, discord.HTTPException) as error:
        await intake.answer(interaction, intake.refusal(error, locale))
        return
    server = await servers.of(app.store, drop.place.guild)
    words = phrase(
        locale,
        "drop.link",
        thread=phrase(locale, "drop.here") if drop.place.guild is None else f"<#{drop.place.thread}>",
        most=MOST_FILES,
        size=size(servers.file_bytes(app.context.limits, server)),
        until=discord.utils.format_dt(drop.expires, "f"),
    )
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label=phrase(locale, "drop.open"), url=app.drop_link(drop.id)))
    view.add_item(attaching.AttachButton(drop.id, phrase(locale, "drop.attach")))
    await interaction.edit_original_response(content=words, view=view, allowed_mentions=mention_only(None))


async def _open(app: App, interaction: discord.Interaction) -> Drop:
    """Their link for this thread, in a plain channel for one that is opened for it; the thread knows of it.

    Raises MissingPermissionError, discord.HTTPException.
    """
    name = phrase(str(interaction.locale), "drop.thread", name=interaction.user.display_name)
    place = await _earlier(app, interaction) or await places.of_interaction(interaction, name)
    drop = await note.post(app, interaction.client, await open_drop(app.context, place))
    if await app.store.threads.get(place.thread) is None:  # a project from now on: talk there is heard, and it can end
        await intake.submit(app, Turn(id=f"i{interaction.id}", place=place, intent="new"))
    if place.thread != str(interaction.channel_id):
        life_s = int(app.context.limits.upload_life.total_seconds())
        await app.store.marks.write(_mark(interaction), drop.id, max(1, life_s))
    return drop


async def _earlier(app: App, interaction: discord.Interaction) -> Place | None:
    """The thread that was opened from this plain channel for a link of theirs of which nothing came so far."""
    id_ = None if places.is_project(interaction.channel) else await app.store.marks.read(_mark(interaction))
    drop = await app.store.drops.get(id_) if id_ is not None else None
    if drop is None or drop.state == "sent" or not await _is_there(interaction, int(drop.place.thread)):
        return None
    if not is_open(app.context, drop) and not await is_empty(app.store, drop.place.thread):
        return None
    return drop.place.model_copy(update={"answer": None})


async def _is_there(interaction: discord.Interaction, thread: int) -> bool:
    """Whether a thread of this server still exists, also one that is archived."""
    guild = interaction.guild
    if guild is None or guild.get_thread(thread) is not None:
        return guild is not None
    try:
        await interaction.client.fetch_channel(thread)
    except (discord.NotFound, discord.Forbidden):
        return False
    return True


def _mark(interaction: discord.Interaction) -> str:
    """Under which name the link is remembered that somebody has from a channel; it tells nothing of them."""
    whose = hashlib.sha256(f"{interaction.channel_id}:{interaction.user.id}".encode()).hexdigest()[:32]
    return f"upload:{whose}"
