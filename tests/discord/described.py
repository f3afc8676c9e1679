"""Discord's own machine-readable descriptions, where they lie beside the checkout.

Owns the checks that the fake makes of every request it gets and every event it sends. Without the
descriptions the fake's own rules, taken from the documentation, are all there is.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7, DRAFT202012

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "specs"
REST = FOLDER / "discord-openapi.json"
GATEWAY = FOLDER / "discord-gateway.schema.json"

EVENTS = {
    "READY": "GatewayReadyDispatchData",
    "MESSAGE_CREATE": "GatewayMessageCreateDispatchData",
    "MESSAGE_UPDATE": "GatewayMessageUpdateDispatchData",
}
INTERACTIONS = {
    2: "APIChatInputApplicationCommandInteraction",
    3: "APIMessageComponentInteraction",
    5: "APIModalSubmitInteraction",
}
CALLBACKS = {
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}


def request_problem(method: str, path: str, body: Any) -> str:
    """Say what Discord's description finds wrong with a request; nothing if it is right."""
    if not REST.exists() or body is None:
        return ""
    schema = _schema_of(method, path, body)
    if schema is None:
        return f"{method} {path} is not a call that takes a body"
    validator = _rest_validator(json.dumps(schema, sort_keys=True))
    return _problem(validator, body)


def event_problem(name: str, data: Any) -> str:
    """Say what the gateway's description finds wrong with an event; nothing if it is right."""
    if not GATEWAY.exists():
        return ""
    kind = INTERACTIONS[data["type"]] if name == "INTERACTION_CREATE" else EVENTS.get(name)
    return _problem(_gateway_validator(kind), data) if kind else ""


def _problem(validator: Any, value: Any) -> str:
    error = best_match(validator.iter_errors(value))
    return "" if error is None else f"{error.json_path}: {error.message[:300]}"


def _schema_of(method: str, path: str, body: Any) -> dict[str, Any] | None:
    if path.endswith("/callback"):
        return {"$ref": f"urn:rest#/components/schemas/{CALLBACKS[body['type']]}"}
    for template, operations in _rest()["paths"].items():
        if re.fullmatch(_pattern(template), path) and method.lower() in operations:
            content = operations[method.lower()].get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            return _absolute(schema) if schema else None
    return None


@cache
def _pattern(template: str) -> str:
    return re.sub(r"\{[a-z_]+\}", "[^/]+", template.replace("@", "@"))


def _absolute(schema: dict[str, Any]) -> dict[str, Any]:
    written = json.dumps(schema).replace('"#/components', '"urn:rest#/components')
    made: dict[str, Any] = json.loads(written)
    return made


@cache
def _rest() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(REST.read_text(encoding="utf-8"))
    return made


@cache
def _rest_validator(schema: str) -> Draft202012Validator:
    resource = Resource(contents=_rest(), specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:rest", resource)
    return Draft202012Validator(json.loads(schema), registry=registry)


@cache
def _gateway_validator(definition: str) -> Draft7Validator:
    document = json.loads(GATEWAY.read_text(encoding="utf-8"))
    for name in document["definitions"]:
        if name.endswith("Flags"):
            # Bit fields are described as if exactly one bit had to be set.
            document["definitions"][name] = {"type": "integer", "minimum": 0}
    quoted = definition.replace("<", "%3C").replace(">", "%3E")
    resource = Resource(contents=document, specification=DRAFT7)
    registry: Registry[Any] = Registry().with_resource("urn:gateway", resource)
    return Draft7Validator({"$ref": f"urn:gateway#/definitions/{quoted}"}, registry=registry)
