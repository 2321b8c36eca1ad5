"""`/settings limits`: how much people may ask for at once here, in a form."""

import discord

from bot.app import App
from bot.flows import servers
from bot.voice.phrase import phrase
from bot.voice.servers import limits_line, wrong_line
from cogs import access, intake
from cogs.forms import Field, form

FORM = "t1:form:limits"
_DIGITS = 6


async def show(app: App, interaction: discord.Interaction) -> None:
    """The form, with what is set now."""
    server = await servers.of(app.store, str(interaction.guild_id))
    locale = str(interaction.locale)
    fields = []
    for name, (least, most) in servers.allowed(app.context.limits).items():
        value = getattr(server, name)
        fields.append(
            Field(
                name,
                phrase(locale, f"settings.limits.{name}"),
                phrase(locale, "settings.limits.hint", least=least, most=most),
                value="" if value is None else str(value),
                placeholder=str(most),
                most=_DIGITS,
            )
        )
    await interaction.response.send_modal(form(FORM, phrase(locale, "settings.limits.title"), fields))


async def submitted(app: App, interaction: discord.Interaction, typed: dict[str, str]) -> None:
    """Keep the numbers, or say of each that cannot be set what it may be; then nothing is changed."""
    locale = str(interaction.locale)
    if not access.manages(interaction):
        await intake.tell(interaction, phrase(locale, "settings.not_yours"))
        return
    limits = app.context.limits
    values, wrong = servers.read_limits(limits, typed)
    if wrong:
        await intake.tell(interaction, "\n".join(wrong_line(one, locale) for one in wrong))
        return
    server = await app.store.servers.update(str(interaction.guild_id), **values)
    await intake.tell(interaction, limits_line(servers.in_force(limits, server), locale))
