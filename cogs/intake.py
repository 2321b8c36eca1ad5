"""From a command or a message to a durable request: the one way in, whatever the door."""

import secrets
from typing import Protocol, cast

import discord
import structlog

from bot.app import App
from bot.store.errors import DuplicateError, QueueFullError
from bot.store.models import Place, Turn
from bot.store.patience import patiently
from bot.updates import Problem, ProblemKind
from bot.voice.phrase import phrase
from bot.voice.say import say
from cogs.mentions import mention_only
from cogs.places import MissingPermissionError

log = structlog.stdlib.get_logger(__name__)

_UNKNOWN_MESSAGE = 10008


class _Serving(Protocol):
    """The client that a button belongs to."""

    app: App


def app_of(interaction: discord.Interaction) -> App:
    """The app behind a button that the library made out of its id."""
    return cast("_Serving", interaction.client).app


async def submit(app: App, turn: Turn) -> str | None:
    """Hand a request over; None when it was taken, else the words that say why not."""
    try:
        await patiently(lambda: app.runner.submit(turn))
    except DuplicateError:  # the same message, told twice by the gateway: it was taken the first time
        return None
    except QueueFullError:
        return say(Problem(ProblemKind.BUSY), turn.place.locale)
    return None


def refusal(error: Exception, locale: str) -> str:
    """Words for a request that could not even be taken, which is our fault with a reference unless it is known better:
    a permission that is missing, a message that was deleted.
    """
    if isinstance(error, MissingPermissionError):
        return phrase(locale, f"permission.{error.where}", names=", ".join(error.names))
    if isinstance(error, discord.Forbidden):
        return say(Problem(ProblemKind.MISSING_PERMISSION, name="Create Public Threads"), locale)
    if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_MESSAGE:
        return phrase(locale, "message.gone")
    reference = secrets.token_hex(4)
    log.error("request not taken", reference=reference, exc_info=error)
    return say(Problem(ProblemKind.INTERNAL, reference=reference), locale)


async def waiting_answer(interaction: discord.Interaction, place: Place) -> Place:
    """The place with the deferred response's message as the answer that the face fills."""
    response = await interaction.original_response()
    return place.model_copy(update={"answer": str(response.id)})


async def answer(interaction: discord.Interaction, text: str) -> None:
    """Fill the deferred response with text that pings nobody."""
    await interaction.edit_original_response(content=text, allowed_mentions=mention_only(None))


async def failed(interaction: discord.Interaction, error: Exception) -> None:
    """Answer a command or a form that failed; what was deferred is filled, everything else only its user sees."""
    words = refusal(error, str(interaction.locale))
    try:
        if interaction.response.is_done():
            await answer(interaction, words)
        else:
            await interaction.response.send_message(words, ephemeral=True)
    except discord.HTTPException as unanswered:
        log.warning("error not answered", status=unanswered.status, code=unanswered.code)


async def tell(interaction: discord.Interaction, words: str) -> None:
    """Say something to whoever pressed a button, and to nobody else."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(words, ephemeral=True)
        else:
            await interaction.response.send_message(words, ephemeral=True)
    except discord.HTTPException as error:
        log.info("press not answered", status=error.status, code=error.code)
