"""The gateway's description of itself, OpenAPI 3.1, made from its routes and their messages."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import get_args

import msgspec

from pos_tui import messages
from pos_tui.cloud.gateway.field_rules import FIELD_RULES, LARGEST_AMOUNT
from pos_tui.cloud.gateway.refusal import RefusalReason
from pos_tui.cloud.gateway.routes import ApiRoute, OpenRoute, SignedRoute
from pos_tui.cloud.platforms.protocol import AnswerReason

Json = dict[str, object]

_EXAMPLE_KEY, _EXAMPLE_TIME, _EXAMPLE_NONCE = "a-key", "1795320000000", "b5f0c2d9a8e14736"
_EXAMPLE_PATH = "/v1/orders/T20261122120000A7"
_EXAMPLE_SIGNATURE = messages.request_signature(
    _EXAMPLE_KEY.encode(), "GET", _EXAMPLE_PATH, _EXAMPLE_TIME, _EXAMPLE_NONCE, b""
)
_ABOUT = f"""\
Charges the payment codes that a shop's customers show, and gives money back.

**Signing a request.** Every request of a till carries four headers:
`{messages.MERCHANT_HEADER}` (the merchant's id), `{messages.TIME_HEADER}` (milliseconds since 1970,
at most five minutes off), `{messages.NONCE_HEADER}` (8 to 128 visible ASCII characters, never used
before) and `{messages.SIGNATURE_HEADER}`: HMAC-SHA256 in small hexadecimal letters, under the
merchant's key (UTF-8), of these lines, each ended by a line feed (0x0A),

1. `request`
2. the method in capital letters
3. the path without host and query, percent-decoded
4. `{messages.TIME_HEADER}` as sent
5. `{messages.NONCE_HEADER}` as sent

and behind the last line feed the body as sent, byte for byte (nothing where there is none).
With the key `{_EXAMPLE_KEY}`, `GET {_EXAMPLE_PATH}` at `{_EXAMPLE_TIME}` with the nonce
`{_EXAMPLE_NONCE}` is signed `{_EXAMPLE_SIGNATURE}`.

**Believing an answer.** The answer to a request that was let in carries
`{messages.SIGNATURE_HEADER}` too: the same HMAC of the lines `response`, the nonce asked with and
the status code in decimal, and then the body as received. An answer without it (401, 413, or one by
something in between) says nothing about an order: ask again.

**Asking again.** A request is sent again with a new time, nonce and signature. The same order or
refund under the same number is made once, however often it is asked for, so after silence, 429, 500
or 503 ask again.

Integers are written without a decimal point or an exponent. Unknown fields are ignored.
"""

_SIGNING = {
    messages.MERCHANT_HEADER: "The merchant's id: 1 to 64 of `0-9A-Za-z_-`.",
    messages.TIME_HEADER: "Milliseconds since 1970, within five minutes of the gateway's clock.",
    messages.NONCE_HEADER: "8 to 128 visible ASCII characters (0x21-0x7E), fresh for each request.",
    messages.SIGNATURE_HEADER: "64 hexadecimal digits; the introduction says how to compute them.",
}

_SIGNED = {
    messages.SIGNATURE_HEADER: {
        "description": "The answer's signature; the introduction says how to check it.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "After how many seconds the merchant may ask again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
_UNSIGNED_REFUSALS = {
    "NotLetIn": "Not signed, not by this merchant's key, or by a clock that is off. Unsigned.",
    "TooLarge": "The body is over 64 KiB. Unsigned.",
}
_SIGNED_REFUSALS = {
    "Repeated": "This very request was made before, and is not made again; ask for the order.",
    "Senseless": "A number or the body is not as described here.",
    "SwitchedOff": "The merchant is switched off; nothing was charged.",
    "NoSuchOrder": "There is no order with this number.",
    "NoSuchRefund": "There is no refund with this number.",
    "OtherOrder": "This number stands for another order.",
    "NotPayable": (
        "The order is not paid, not that much of it is left, or the number is another refund's."
    ),
    "TooOften": "The merchant asks too often; the request was not taken.",
    "Fault": "A fault of the gateway's own; ask again for this order.",
    "DatabaseAway": "The gateway's database is away; ask again for this order.",
}
_EVERYWHERE = {
    400: "Senseless",
    401: "NotLetIn",
    413: "TooLarge",
    425: "Repeated",
    429: "TooOften",
    500: "Fault",
}
_ERROR: Json = {
    "description": "Why a request was refused.",
    "type": "object",
    "properties": {
        "error": {"type": "string", "minLength": 1, "description": "A sentence for a reader."},
        "reason": {
            "enum": list(get_args(RefusalReason)),
            "description": "A word for programs. Later gateways may have more of them.",
        },
    },
    "required": ["error", "reason"],
    "additionalProperties": False,
}
_REASONS = (
    f"A word for programs: `{'`, `'.join(get_args(AnswerReason))}`. Later gateways may have more"
    " of them."
)
_TIME: Json = {"format": "date-time"}
_TIME_OR_NONE: Json = {"type": ["string", "null"], "format": "date-time"}
# An order that was cancelled before it came has neither amount nor currency.
_OF_A_TOMBSTONE: dict[str, Json] = {
    "amount": {"type": "integer", "minimum": 0, "maximum": LARGEST_AMOUNT},
    "currency": {"type": "string", "pattern": "^([A-Z]{3})?$"},
}


def openapi_document(routes: Iterable[ApiRoute]) -> Json:
    """The description of these routes."""
    table = list(routes)
    signed = {route.name: route for route in table if isinstance(route, SignedRoute)}
    paths: dict[str, Json] = {}
    for route in table:
        operation = _signed(route, signed) if isinstance(route, SignedRoute) else _open(route)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "pos-tui gateway", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": {**_schemas(signed.values()), "Error": _ERROR},
            "responses": _refusals(),
            "securitySchemes": {
                name: {"type": "apiKey", "in": "header", "name": name, "description": says}
                for name, says in _SIGNING.items()
            },
        },
    }


def _signed(route: SignedRoute, all_routes: dict[str, SignedRoute]) -> Json:
    refusals = {**_EVERYWHERE, **route.refuses}
    if route.needs_database:
        refusals[503] = "DatabaseAway"
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "security": [{header: [] for header in _SIGNING}],
    }
    if route.numbers:
        rules = [(name, FIELD_RULES[name]) for name in route.numbers]
        operation["parameters"] = [
            _in_path(name, {"type": "string", **rule.schema("string")}) for name, rule in rules
        ]
    if route.takes:
        operation["requestBody"] = {"required": True, "content": _as_json(route.takes.__name__)}
    done: Json = {"description": "It is done.", "headers": _SIGNED}
    if route.gives:
        done["description"] = "How it stands."
        done["content"] = _as_json(route.gives.__name__)
        done["links"] = {name: _link(all_routes[name]) for name in route.leads_to}
    operation["responses"] = {
        "200" if route.gives else "204": done,
        **{
            str(status): {"$ref": f"#/components/responses/{name}"}
            for status, name in sorted(refusals.items())
        },
    }
    return operation


def _open(route: OpenRoute) -> Json:
    operation: Json = {"operationId": route.name, "summary": route.summary, "security": []}
    if route.names:
        operation["parameters"] = [_in_path(name, {"type": "string"}) for name in route.names]
    if route.takes_anything:
        operation["requestBody"] = {"content": {"*/*": {}}}
    operation["responses"] = {
        str(status): {
            "description": answer.description,
            "content": {
                form: {"schema": schema} if schema else {}
                for form, schema in answer.content.items()
            },
        }
        for status, answer in route.answers.items()
    }
    return operation


def _link(route: SignedRoute) -> Json:
    numbers = {name: f"$response.body#/{name}" for name in route.numbers}
    return {"operationId": route.name, "parameters": numbers}


def _in_path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _as_json(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _refusals() -> Json:
    unsigned = {
        name: {"description": says, "content": _as_json("Error")}
        for name, says in _UNSIGNED_REFUSALS.items()
    }
    signed = {
        name: {
            "description": says,
            "content": _as_json("Error"),
            "headers": {**_SIGNED, **_RETRY_AFTER} if name == "TooOften" else _SIGNED,
        }
        for name, says in _SIGNED_REFUSALS.items()
    }
    return {**unsigned, **signed}


def _schemas(routes: Iterable[SignedRoute]) -> Json:
    kinds = [kind for route in routes for kind in (route.takes, route.gives) if kind]
    _, schemas = msgspec.json.schema_components(
        dict.fromkeys(kinds), ref_template="#/components/schemas/{name}"
    )
    answers = {route.gives.__name__ for route in routes if route.gives}
    for name, schema in schemas.items():
        schema["description"] = inspect.cleandoc(schema.get("description", ""))
        properties: dict[str, Json] = schema["properties"]
        for field, found in properties.items():
            rule = FIELD_RULES.get(field)
            if rule and "type" in found:  # what may be null is the gateway's own word
                found.update(rule.schema(found["type"]))
            if field.endswith("_at"):
                properties[field] = {**found, **_TIME} if "type" in found else _TIME_OR_NONE
        if name == "OrderStatus":
            properties |= _OF_A_TOMBSTONE
        if name in answers:  # the gateway leaves nothing out
            if "reason" in properties:
                properties["reason"] = {**properties["reason"], "description": _REASONS}
            schema["required"] = [*properties]
    return schemas
