"""Asks the optional model: any endpoint that speaks OpenAI's chat completions (Ollama, llama.cpp, vLLM and others).

Asked for JSON by a schema; where the endpoint does not know that (HTTP 400), for any JSON; then by words alone. Bounded
in time and size, no redirects, nothing from the environment. Neither the key nor what a model says is ever logged.
"""

import asyncio
import json
from typing import Any

import aiohttp
import structlog

from bot.engine.agent import model
from bot.engine.agent.request import Context, Plan, TimelineFacts
from bot.settings import Model as ModelSettings

_log = structlog.get_logger(__name__)

PATIENCE_S = 60.0
"""For one answer; a small model on a slow machine needs most of it."""
_CONNECT_S = 5.0
_MOST_BYTES = 1 << 20
_MOST_TOKENS = 2000
_ROUNDS = 2
"""The first answer, and one that mends it."""


class ModelError(Exception):
    """The model gave no answer; the text says why, without the address or the key."""


class Model:
    """The endpoint of the settings. What it turns out not to know is remembered as long as this lives."""

    def __init__(self, settings: ModelSettings, patience_s: float = PATIENCE_S) -> None:
        """Nothing is asked before `plan` or `answer`; settings without an address make a model that is never asked."""
        self._settings = settings
        self._patience_s = patience_s
        self._forms = ["json_schema", "json_object", ""]

    @property
    def there(self) -> bool:
        """Whether there is one to ask."""
        return self._settings.url is not None

    async def plan(self, grammar: Plan, text: str, facts: TimelineFacts, context: Context) -> Plan:
        """The model's plan where the grammar is at a loss; else, and where it gives none that holds, the grammar's."""
        if not self.there or not model.wanted(grammar):
            return grammar
        asked = model.messages(text, facts, context)
        try:
            for _ in range(_ROUNDS):
                said = await self.answer(asked, model.schema())
                found = await asyncio.to_thread(model.read, said, text, facts, context)
                if not found.errors:
                    return model.plan(found.ops, grammar, facts, context)
                _log.info("model's answer does not hold", errors=len(found.errors))
                asked = model.repair(asked, said, found.errors)
        except ModelError as error:
            _log.warning("model does not answer", reason=str(error))
            return model.without(grammar)
        return grammar

    async def answer(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
        """What the model says, by the schema where the endpoint knows schemas. Raises ModelError."""
        timeout = aiohttp.ClientTimeout(total=self._patience_s, sock_connect=_CONNECT_S)
        session = aiohttp.ClientSession(timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with session:
                while True:
                    status, body = await self._post(session, messages, schema)
                    if status != 400 or len(self._forms) == 1:
                        break
                    del self._forms[0]
        except TimeoutError as error:
            raise ModelError(f"no answer within {self._patience_s:g} s") from error
        except aiohttp.ClientError as error:
            raise ModelError(type(error).__name__) from None
        if status != 200:
            raise ModelError(f"HTTP {status}")
        try:
            content = json.loads(body)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise ModelError("no completion in the answer") from None
        if not isinstance(content, str):
            raise ModelError("no text in the completion")
        return content

    async def _post(
        self, session: aiohttp.ClientSession, messages: list[dict[str, str]], schema: dict[str, Any]
    ) -> tuple[int, bytes]:
        settings, form = self._settings, self._forms[0]
        asked: dict[str, Any] = {
            "model": settings.name,
            "messages": messages,
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "stream": False,
        }
        if form == "json_schema":
            asked["response_format"] = {"type": form, "json_schema": {"name": "answer", "schema": schema}}
        elif form:
            asked["response_format"] = {"type": form}
        headers = {"Authorization": f"Bearer {settings.key.get_secret_value()}"} if settings.key else {}
        url = f"{settings.url}/chat/completions"
        async with session.post(url, json=asked, headers=headers, allow_redirects=False) as response:
            body = bytearray()
            async for chunk in response.content.iter_chunked(1 << 16):
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise ModelError("the answer is too long")
            return response.status, bytes(body)
