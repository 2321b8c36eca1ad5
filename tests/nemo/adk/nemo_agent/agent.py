"""An agent that needs no model: it does what the user's words say, which are a script in JSON.

`{"events": [...]}` are events to send as they are. `{"answers": [[...], ...]}` is what a model would answer, one list
for each time it is asked, so that the tool, its result and the partial texts are ADK's own. A step `{"raise": "..."}`
breaks the turn where it stands.
"""

import json
from collections.abc import AsyncGenerator
from typing import Any

from google.adk.agents import BaseAgent, LlmAgent
from google.adk.agents.invocation_context import InvocationContext
from google.adk.events import Event
from google.adk.models import BaseLlm
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai.types import Content


def trim(start_s: float) -> dict[str, float]:
    """Cut seconds off the start."""
    if start_s < 0:
        raise ValueError(f'a "negative" time: {start_s}')
    return {"removed_s": start_s}


class Answers(BaseLlm):
    """Stands where a model would; partial answers only where a stream is asked for."""

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        contents = llm_request.contents
        begun = max(index for index, content in enumerate(contents) if _words(content).startswith("{"))
        results = [part for content in contents[begun:] for part in content.parts or [] if part.function_response]
        for step in json.loads(_words(contents[begun]))["answers"][len(results)]:
            answer = LlmResponse.model_validate(_unless_raised(step))
            if stream or not answer.partial:
                yield answer


class Scripted(BaseAgent):
    """Sends the script's events, or hands over to the agent that asks for answers."""

    async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
        script = json.loads(_words(ctx.user_content))
        if "answers" in script:
            async for event in self.sub_agents[0].run_async(ctx):
                yield event
        for step in script.get("events", []):
            yield Event(author=self.name, invocation_id=ctx.invocation_id, **_unless_raised(step))


def _words(content: Content | None) -> str:
    parts = (content.parts if content else None) or []
    return "".join(part.text or "" for part in parts)


def _unless_raised(step: dict[str, Any]) -> dict[str, Any]:
    if "raise" in step:
        raise RuntimeError(step["raise"])
    return step


root_agent = Scripted(
    name="nemo_agent", sub_agents=[LlmAgent(name="editor", model=Answers(model="scripted"), tools=[trim])]
)
