"""The engine's web application: the whole protocol, and a health check for whoever runs it alone."""

from aiohttp import web

from bot.engine.api import auth, renders, runs, sessions, state, uploads
from bot.engine.api import credits as balance
from bot.engine.api.errors import answer_errors
from bot.engine.api.services import SERVICES, Services


def make_app(services: Services) -> web.Application:
    """All routes; JSON bodies are bounded, uploads are streamed."""
    app = web.Application(client_max_size=renders.DRAFT_LIMIT, middlewares=[answer_errors, auth.authenticate])
    app[SERVICES] = services
    app.router.add_get(auth.ALIVE, alive)
    app.add_routes(auth.routes())
    app.add_routes(sessions.routes())
    app.add_routes(runs.routes())
    app.add_routes(uploads.setup(app))
    app.add_routes(state.routes())
    app.add_routes(renders.routes())
    app.add_routes(balance.routes())
    return app


async def alive(_: web.Request) -> web.Response:
    """The loop turns: that is all a supervisor needs to know."""
    return web.Response(text="alive\n")
