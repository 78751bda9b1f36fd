"""The gateway's own description, OpenAPI 3.1: what every route takes, and all that it answers."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import msgspec

from pos_tui import messages
from pos_tui.messages import (
    OrderStatus,
    RefundRequest,
    RefundStatus,
    TakenRequest,
    TransactionOrder,
)

Part = dict[str, Any]  # a piece of JSON, in a shape that OpenAPI's own schema describes

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

# ---- schemas: the structs of the messages, and what the gateway asks beyond their types --------

_PRINTABLE = r"^[^\u0000-\u001f\u007f]*$"
_NUMBER = {"type": "string", "pattern": "^[0-9A-Za-z]{8,32}$"}
_NAME = {"type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$"}
_TIME = {"type": "string", "format": "date-time"}
_TIME_OR_NONE = {"type": ["string", "null"], "format": "date-time"}
_FIELDS: Mapping[str, Part] = {
    "merchant": _NAME,
    "till": _NAME,
    "order_no": {**_NUMBER, "examples": ["T20261122120000A7"]},
    "refund_no": {**_NUMBER, "examples": ["R20261122120500B1"]},
    "amount": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10**12,
        "description": "In minor units of the currency: 4770 is 47.70 CNY.",
        "examples": [4770],
    },
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["CNY"]},
    "auth_code": {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "description": "The customer's payment code as scanned; it is kept nowhere.",
        "examples": ["134857901234567890"],
    },
    "subject": {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "pattern": _PRINTABLE,
        "examples": ["Corner Market"],
    },
    "made_at": _TIME,
    "paid_at": _TIME_OR_NONE,
    "refunded_at": _TIME_OR_NONE,
    "version": {"type": "integer", "const": messages.VERSION, "default": messages.VERSION},
}
_FIELDS_OF: Mapping[str, Mapping[str, Part]] = {
    "RefundRequest": {
        "reason": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": _PRINTABLE}
    },
    # An order that was cancelled before it came has neither amount nor currency.
    "OrderStatus": {
        "amount": {"type": "integer", "minimum": 0, "maximum": 10**12},
        "currency": {"type": "string", "pattern": "^([A-Z]{3})?$"},
    },
}
_ERROR: Part = {
    "description": "Why a request was refused: a sentence for whoever reads it.",
    "type": "object",
    "properties": {"error": {"type": "string", "minLength": 1}},
    "required": ["error"],
    "additionalProperties": False,
}


def _health(state: str, **more: Part) -> Part:
    properties = {"state": {"const": state}, **more}
    return {"type": "object", "properties": properties, "required": [*properties]}


def _schemas() -> dict[str, Part]:
    kinds = (TransactionOrder, OrderStatus, RefundRequest, RefundStatus, TakenRequest)
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    for name, schema in schemas.items():
        schema["description"] = inspect.cleandoc(schema.get("description", ""))
        for field, found in schema["properties"].items():
            schema["properties"][field] = _FIELDS_OF.get(name, {}).get(
                field, _FIELDS.get(field, found)
            )
        if name.endswith("Status"):  # the gateway leaves nothing out
            schema["required"] = [*schema["properties"]]
    return {**schemas, "Error": _ERROR}


# ---- answers ---------------------------------------------------------------------------------

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


def _json(name: str) -> Part:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _error(description: str, **more: Part) -> Part:
    return {"description": description, "content": _json("Error"), **more}


def _signed_error(description: str, **headers: Part) -> Part:
    return _error(description, headers={**_SIGNED, **headers})


_EVERYWHERE = {
    "401": "NotLetIn",
    "425": "Repeated",
    "413": "TooLarge",
    "429": "TooOften",
    "500": "Fault",
    "503": "DatabaseAway",
}
_REFUSALS = {
    "NotLetIn": _error(
        "Not signed, not by this merchant's key, or by a clock that is off. Unsigned."
    ),
    "Repeated": _signed_error(
        "This very request was made before, and is not made again; ask for the order."
    ),
    "TooLarge": _error("The body is over 64 KiB. Unsigned."),
    "Senseless": _signed_error("A number or the body is not as described here."),
    "SwitchedOff": _signed_error("The merchant is switched off; nothing was charged."),
    "NoSuchOrder": _signed_error("There is no order with this number."),
    "NoSuchRefund": _signed_error("There is no refund with this number."),
    "OtherOrder": _signed_error("This number stands for another order."),
    "NotPayable": _signed_error(
        "The order is not paid, not that much of it is left, or the number is another refund's."
    ),
    "TooOften": _signed_error(
        "The merchant asks too often; the request was not taken.", **_RETRY_AFTER
    ),
    "Fault": _signed_error("A fault of the gateway's own; ask again for this order."),
    "DatabaseAway": _signed_error("The gateway's database is away; ask again for this order."),
}


# ---- routes ----------------------------------------------------------------------------------


def _of_path(name: str, schema: Part) -> Part:
    return {"name": name, "in": "path", "required": True, "schema": schema}


_ORDER_NO = _of_path("order_no", _FIELDS["order_no"])
_REFUND_NO = _of_path("refund_no", _FIELDS["refund_no"])
_OF_THIS_ORDER = {"order_no": "$response.body#/order_no"}


def _signed(
    name: str, summary: str, answer: str, refusals: Mapping[str, str], **more: object
) -> Part:
    """A route that only a merchant's till reaches."""
    links = more.pop("links", {})
    refused = {
        status: {"$ref": f"#/components/responses/{refusal}"}
        for status, refusal in sorted({**_EVERYWHERE, **refusals}.items())
    }
    found = {
        "description": "How it stands.",
        "headers": _SIGNED,
        "content": _json(answer),
        "links": links,
    }
    return {
        "operationId": name,
        "summary": summary,
        "security": [{header: [] for header in _SIGNING}],
        **more,
        "responses": {"200": found, **refused},
    }


def _without_content(route: Part) -> Part:
    """The same route where there is nothing to say but that it was done; it needs no database."""
    refused = {s: answer for s, answer in route["responses"].items() if s not in ("200", "503")}
    done = {"description": "It is done.", "headers": _SIGNED}
    return {**route, "responses": {"204": done, **refused}}


def _open(name: str, summary: str, responses: Mapping[str, Part], **more: object) -> Part:
    """A route that anybody reaches."""
    return {"operationId": name, "summary": summary, "security": [], **more, "responses": responses}


def _body(name: str) -> Part:
    return {"required": True, "content": _json(name)}


def _content(description: str, media_type: str, schema: Part) -> Part:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _paths() -> dict[str, Part]:
    order = "/v1/orders/{order_no}"
    return {
        "/v1/orders": {
            "post": _signed(
                "postOrder",
                "Charge a payment code. Waits a little for a clear answer; `pending` and "
                "`unknown` are to be asked about until they are paid, declined or cancelled.",
                "OrderStatus",
                {"400": "Senseless", "403": "SwitchedOff", "409": "OtherOrder"},
                requestBody=_body("TransactionOrder"),
                links={
                    name: {"operationId": name, "parameters": _OF_THIS_ORDER}
                    for name in ("getOrder", "cancelOrder", "postRefund")
                },
            )
        },
        order: {
            "get": _signed(
                "getOrder",
                "How an order stands.",
                "OrderStatus",
                {"400": "Senseless", "404": "NoSuchOrder"},
                parameters=[_ORDER_NO],
            )
        },
        order + "/cancel": {
            "post": _signed(
                "cancelOrder",
                "Cancel an order, unless it is paid already. One that has not come yet is "
                "cancelled for ever. The body is ignored.",
                "OrderStatus",
                {"400": "Senseless"},
                parameters=[_ORDER_NO],
            )
        },
        order + "/refunds": {
            "post": _signed(
                "postRefund",
                "Give money of a paid order back, all or a part.",
                "RefundStatus",
                {"400": "Senseless", "404": "NoSuchOrder", "409": "NotPayable"},
                parameters=[_ORDER_NO],
                requestBody=_body("RefundRequest"),
                links={
                    "getRefund": {
                        "operationId": "getRefund",
                        "parameters": {
                            **_OF_THIS_ORDER,
                            "refund_no": "$response.body#/refund_no",
                        },
                    }
                },
            )
        },
        order + "/refunds/{refund_no}": {
            "get": _signed(
                "getRefund",
                "How a refund stands.",
                "RefundStatus",
                {"400": "Senseless", "404": "NoSuchRefund"},
                parameters=[_ORDER_NO, _REFUND_NO],
            )
        },
        "/v1/taken": {
            "post": _without_content(
                _signed(
                    "postTaken",
                    "Say that a till has the messages of its Redis stream up to this id, so that "
                    "they need not be kept much longer.",
                    "OrderStatus",
                    {"400": "Senseless"},
                    requestBody=_body("TakenRequest"),
                )
            )
        },
        "/v1/notices/{merchant}/{channel}": {
            "post": _open(
                "postNotice",
                "For the payment platforms: a notice, in the platform's own format and signed by "
                "it, that something has become of an order. The platform is asked then.",
                {
                    "200": {
                        "description": "Believed; the receipt that the platform wants.",
                        "content": {"text/plain": {}, "application/json": {}},
                    },
                    "400": _error("This cannot be believed, or there is no such channel."),
                    "413": _REFUSALS["TooLarge"],
                    "503": _error("The gateway's database is away; it is to be sent again."),
                },
                parameters=[_of_path(name, {"type": "string"}) for name in ("merchant", "channel")],
                requestBody={"content": {"*/*": {}}},
            )
        },
        "/v1/health": {
            "get": _open(
                "getHealth",
                "Whether the gateway can take orders.",
                {
                    "200": _content("It can.", "application/json", _health("ok")),
                    "503": _content(
                        "Its database cannot be reached.",
                        "application/json",
                        _health("broken", say={"type": "string"}),
                    ),
                },
            )
        },
        "/metrics": {
            "get": _open(
                "getMetrics",
                "The gateway's figures for Prometheus.",
                {"200": _content("The figures.", "text/plain", {"type": "string"})},
            )
        },
        "/openapi.json": {
            "get": _open(
                "getDescription",
                "This document.",
                {"200": _content("The document.", "application/json", {"type": "object"})},
            )
        },
    }


def document() -> dict[str, object]:
    """The description of every route."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "pos-tui gateway", "version": "1", "description": _ABOUT},
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "responses": _REFUSALS,
            "securitySchemes": {
                name: {"type": "apiKey", "in": "header", "name": name, "description": says}
                for name, says in _SIGNING.items()
            },
        },
    }
