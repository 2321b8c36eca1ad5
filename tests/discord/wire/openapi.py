"""Discord's own OpenAPI document as the referee of every body that crosses the wire."""

import json
import warnings
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).parents[3] / "../shared/facts/discord-openapi.json"
"""Beside the project root where the project is built; not part of the project."""

_ROOT = "urn:discord"


def referee() -> "Referee | None":
    """The referee, or None (with a word in the run's summary) where the document is not there."""
    if not DOCUMENT.is_file():
        warnings.warn("Discord's OpenAPI document is not here: bodies are not held against it", stacklevel=2)
        return None
    return Referee(json.loads(DOCUMENT.read_text(encoding="utf-8")))


class Referee:
    """Finds a request's operation in the document and validates bodies against it."""

    def __init__(self, document: dict[str, Any]) -> None:
        # Discord takes ids as integers as well, though the document says strings.
        document["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        self._document = document
        resource: Resource[Any] = DRAFT202012.create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        self._validators: dict[str, Draft202012Validator] = {}

    @cached_property
    def _templates(self) -> dict[int, list[tuple[list[str], str]]]:
        by_length: dict[int, list[tuple[list[str], str]]] = {}
        for path in self._document["paths"]:
            parts = path.strip("/").split("/")
            by_length.setdefault(len(parts), []).append((parts, path))
        return by_length

    def check(self, method: str, path: str, body: Any, status: int, answer: Any) -> list[str]:
        """What is wrong with the request's body and with the answer; empty when both are as documented."""
        template = self._template(path)
        operation = self._document["paths"].get(template, {}).get(method.lower())
        if template is None or operation is None:
            return [f"{method} {path} is not in Discord's document"]
        where = f"{_ROOT}#/paths/{_pointer(template)}/{method.lower()}"
        wrong: list[str] = []
        if status < 400:
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = f"{where}/requestBody/content/{_pointer('application/json')}/schema"
                wrong += self._errors(schema, {} if body is None else body, f"body of {method} {path}")
            elif body is not None:
                wrong.append(f"{method} {path} takes no body")
        return wrong + self._answer(where, operation, status, answer, f"answer {status} to {method} {path}")

    def _answer(self, where: str, operation: dict[str, Any], status: int, answer: Any, what: str) -> list[str]:
        for key in (str(status), f"{str(status)[0]}XX"):
            response = operation["responses"].get(key)
            if response is None:
                continue
            place = f"{where}/responses/{key}"
            if "$ref" in response:
                place = _ROOT + response["$ref"]
                response = self._document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
            if "content" not in response:
                return [] if answer is None else [f"{what}: has a body"]
            return self._errors(f"{place}/content/{_pointer('application/json')}/schema", answer, what)
        return [f"{what}: no such status is documented"]

    def _errors(self, schema: str, value: Any, what: str) -> list[str]:
        validator = self._validators.get(schema)
        if validator is None:
            validator = Draft202012Validator({"$ref": schema}, registry=self._registry)
            self._validators[schema] = validator
        found: list[ValidationError] = [best_match([one]) for one in validator.iter_errors(value)]
        return [f"{what}: {error.json_path}: {error.message[:300]}" for error in found]

    def _template(self, path: str) -> str | None:
        parts = path.strip("/").split("/")
        best: tuple[int, str] | None = None
        for template, name in self._templates.get(len(parts), []):
            if all(one == two or one.startswith("{") for one, two in zip(template, parts, strict=True)):
                literals = sum(one == two for one, two in zip(template, parts, strict=True))
                if best is None or literals > best[0]:
                    best = (literals, name)
        return None if best is None else best[1]


def _pointer(text: str) -> str:
    """A JSON pointer's part inside a URI's fragment."""
    return text.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
