"""Where SimCord's answers fall short of what Discord documents, they are completed here."""

from typing import Any

from simcord.enums import InteractionType

from tests.discord.wire.rules import Request

_APPLICATION: dict[str, Any] = {
    "type": None,
    "flags_new": "0",
    "redirect_uris": [],
    "interactions_endpoint_url": None,
    "role_connections_verification_url": None,
    "approximate_guild_count": 1,
    "approximate_user_install_count": 0,
    "approximate_user_authorization_count": 0,
    "explicit_content_filter": 0,
    "eligible_oauth2_scopes": [],
}
_COMMAND: dict[str, Any] = {
    "version": "1",
    "default_member_permissions": None,
    "contexts": None,
    "integration_types": [0],
    "nsfw": False,
}

_WHERE_THERE_IS_ONE = {"nonce", "response_message_id"}


def answer(request: Request, given: Any) -> Any:
    """The answer with what Discord has in it as well."""
    given = _walk(given)
    match request.method, request.parts:
        case "GET", ("oauth2", "applications", "@me"):
            return given | _APPLICATION
        case _, ("applications", _, "commands"):
            return [_command(command) for command in given]
        case "POST", ("users", "@me", "channels"):
            return {"flags": 0} | given
        case "POST", ("channels", _, "messages") if "nonce" in request.body:
            return given | {"nonce": request.body["nonce"]}
        case "GET", ("guilds", _, "members", _):
            return {"banner": None} | given
    return given


def _command(given: dict[str, Any]) -> dict[str, Any]:
    command = _COMMAND | {key: one for key, one in given.items() if one is not None}
    permissions = command["default_member_permissions"]
    return command | {"default_member_permissions": None if permissions is None else str(permissions)}


def status(request: Request, given: Any) -> int:
    """The status Discord answers a success with."""
    if given is None:
        return 204
    return 201 if request.method == "POST" and request.parts[-1] == "threads" else 200


def _walk(value: Any) -> Any:
    """Users belong to a server of their choice or none; a nonce, and the message that a response is, are there only
    where there is one; of a modal it is told what showed it, of a press a message; a reference says of what kind it is.
    """
    if isinstance(value, list):
        return [_walk(one) for one in value]
    if not isinstance(value, dict):
        return value
    walked = {key: _walk(one) for key, one in value.items() if not (key in _WHERE_THERE_IS_ONE and one is None)}
    if isinstance(walked.get("message_reference"), dict):
        walked["message_reference"] = {"type": 0, **walked["message_reference"]}
    metadata = walked.get("interaction_metadata")
    if isinstance(metadata, dict) and metadata.get("type") == InteractionType.MESSAGE_COMPONENT:
        walked["interaction_metadata"] = {"interacted_message_id": walked["id"]} | metadata
    if isinstance(metadata, dict) and metadata.get("type") == InteractionType.MODAL_SUBMIT:
        shown_by = metadata | {"type": int(InteractionType.APPLICATION_COMMAND)}
        walked["interaction_metadata"] = metadata | {"triggering_interaction_metadata": shown_by}
    return {"primary_guild": None, **walked} if "discriminator" in walked else walked
