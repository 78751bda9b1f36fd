"""The gateway's description of itself is whole, and the gateway keeps to it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import apsw
import httpx
import msgspec
import pytest
from starlette.routing import Route

from pos_tui import messages
from pos_tui.cloud.gateway.app import make_gateway
from pos_tui.cloud.gateway.openapi import openapi_document
from pos_tui.cloud.gateway.routes import ROUTES
from pos_tui.cloud.platforms.simulation.keys import PLATFORM_KEY
from pos_tui.cloud.wire import rsa
from tests.cloud.shop import KEY, Cloud, Till, code, order_no, settings_of

pytest.importorskip("schemathesis", reason="schemathesis is not installed")

import jsonschema_rs
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

NOTICE = "POST /v1/notices/{merchant}/{channel}"
DESCRIBED = schemathesis.openapi.from_dict(
    openapi_document(ROUTES),
    config=SchemathesisConfig.from_dict(
        {
            "seed": 20261122,
            "generation": {
                "deterministic": True,
                "database": "none",
                "max-examples": 6,
                "with-security-parameters": False,  # Signs puts them on
            },
            "checks": {
                "positive_data_acceptance": {"expected-statuses": [200, 204, 404, 409]},
                "negative_data_rejection": {"expected-statuses": [400, 405]},
            },
            # No schema says which notices a platform has signed.
            "operations": [
                {
                    "include-path": "/v1/notices/{merchant}/{channel}",
                    "checks": {"positive_data_acceptance": {"enabled": False}},
                }
            ],
        }
    ),
)
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in DESCRIBED.raw_schema["paths"].items()
    for method, operation in item.items()
}
TAKEN = "POST /v1/taken"
SIGNED = [
    label for label, operation in OPERATIONS.items() if operation["security"] and label != TAKEN
]


class Signs(requests.auth.AuthBase):
    """Signs whatever is sent, as a till does."""

    def __init__(self, till: Till) -> None:
        self._till = till

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        path = unquote(urlsplit(request.url or "").path, errors="replace")
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        assert isinstance(body, bytes)
        request.headers.update(self._till.headers(request.method or "", path, body))
        return request


def _cloud(folder: Path, keys: Path, rate_per_s: int, burst: int) -> Cloud:
    cloud = Cloud(folder, keys)
    file = folder / "cloud.toml"
    text = file.read_text().replace(
        "[gateway]", f"[gateway]\nrate_per_s = {rate_per_s}\nburst = {burst}"
    )
    file.write_text(f'{text}\n[[merchant]]\nid = "M403"\nkey = "{KEY}"\ndisabled = true\n')
    return cloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Iterator[Cloud]:
    """A cloud that never says: too often."""
    cloud = _cloud(tmp_path_factory.mktemp("cloud"), keys, 100_000, 100_000)
    try:
        cloud.start(pin_s=0.4, late_s=2.0)
        yield cloud
    finally:
        cloud.end()


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def signs(cloud: Cloud) -> Signs:
    return Signs(cloud.till())


@pytest.fixture
def poor_cloud(tmp_path: Path, keys: Path) -> Iterator[Cloud]:
    """A gateway that takes as many requests as there are signed routes, and then one a second."""
    cloud = _cloud(tmp_path, keys, 1, len(SIGNED))
    try:
        cloud.start_gateway()
        yield cloud
    finally:
        cloud.end()


# ---- the document ----------------------------------------------------------------------------


def test_the_description_is_valid_and_so_is_each_of_its_schemas() -> None:
    DESCRIBED.validate()
    for schema in DESCRIBED.raw_schema["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)
    for found in DESCRIBED.get_all_operations():
        assert isinstance(found, Ok)
        found.ok()  # its references lead somewhere


def test_a_description_that_is_broken_is_told_apart() -> None:
    broken: dict[str, Any] = {**openapi_document(ROUTES), "info": {}}
    with pytest.raises(jsonschema_rs.ValidationError):
        schemathesis.openapi.from_dict(broken).validate()


async def test_the_gateway_hands_its_description_to_anybody(cloud: Cloud) -> None:
    response = await cloud.till().client.get("/openapi.json")
    assert response.json() == json.loads(json.dumps(openapi_document(ROUTES)))


def test_every_route_is_described_and_everything_described_is_a_route(cloud: Cloud) -> None:
    routes = set()
    for route in make_gateway(settings_of(cloud.folder), cloud.folder).routes:
        assert isinstance(route, Route)
        # What is got can be looked at by its head, in HTTP itself.
        methods = (route.methods or set()) - {"HEAD"}
        routes |= {f"{method} {route.path}" for method in methods}
    assert routes == set(OPERATIONS)


async def test_a_client_written_after_the_description_is_let_in_and_can_believe_the_answer(
    cloud: Cloud,
) -> None:
    path, stamp, nonce = f"/v1/orders/{order_no()}/cancel", str(time.time_ns() // 10**6), "n" * 20
    signed = "\n".join(["request", "POST", path, stamp, nonce, ""]).encode() + b"no matter"
    headers = {
        "Pos-Merchant": "M001",
        "Pos-Time": stamp,
        "Pos-Nonce": nonce,
        "Pos-Signature": hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest(),
    }
    client = cloud.till().client
    response = await client.post(f"{path}?till=1", content=b"no matter", headers=headers)
    assert response.status_code == 200
    answered = f"response\n{nonce}\n200\n".encode() + response.content
    expected = hmac.new(KEY.encode(), answered, hashlib.sha256).hexdigest()
    assert response.headers["Pos-Signature"] == expected


def test_the_signature_that_the_description_shows_is_right() -> None:
    text = openapi_document(ROUTES)["info"]["description"]  # type: ignore[index]
    shown = "`GET /v1/orders/T20261122120000A7` at `1795320000000`"
    head = b"request\nGET\n/v1/orders/T20261122120000A7\n1795320000000\nb5f0c2d9a8e14736\n"
    signature = hmac.new(b"a-key", head, hashlib.sha256).hexdigest()
    assert all(part in text for part in ("`a-key`", shown, "`b5f0c2d9a8e14736`", signature))


# ---- the gateway -----------------------------------------------------------------------------


@DESCRIBED.parametrize()
def test_the_gateway_keeps_to_its_description_whatever_it_is_sent(
    case: schemathesis.Case[Any], cloud: Cloud, session: requests.Session, signs: Signs
) -> None:
    _fit(case)
    url = f"http://127.0.0.1:{cloud.gateway_port}"
    case.call_and_validate(base_url=url, session=session, auth=signs)


@pytest.mark.parametrize("label", SIGNED)
async def test_what_is_not_signed_is_refused_wherever_a_signature_is_asked_for(
    cloud: Cloud, label: str
) -> None:
    till = cloud.till()
    method, _, path = label.partition(" ")
    for left_out in (*till.headers(method, "/", b""), "all"):
        number = _filled(path)
        headers = till.headers(method, number, b"")
        headers = {name: value for name, value in headers.items() if left_out not in (name, "all")}
        response = await till.client.request(method, number, headers=headers)
        assert _described(response, label) == (label, "401")


async def test_the_links_of_the_description_lead_from_an_order_to_its_refund(cloud: Cloud) -> None:
    till = cloud.till()
    order = msgspec.to_builtins(till.order(code("wechat")))
    label, path = "POST /v1/orders", "/v1/orders"
    body: dict[str, Any] = order
    for wanted in ("getOrder", "postRefund", "getRefund"):
        response = await till.send(label.partition(" ")[0], path, msgspec.json.encode(body))
        link = OPERATIONS[label]["responses"]["200"]["links"][wanted]
        values = {
            name: response.json()[pointer.removeprefix("$response.body#/")]
            for name, pointer in link["parameters"].items()
        }
        found = next(n for n, it in OPERATIONS.items() if it["operationId"] == link["operationId"])
        linked = found.partition(" ")[2].format(**values)
        if wanted == "getOrder":  # a branch: its answer leads nowhere
            assert (await till.ask(linked.rpartition("/")[2])).answer == "paid"
            continue
        label, path = found, linked
        body = {"refund_no": order_no(), "amount": 1, "reason": "broken"}
    response = await till.send("GET", path)
    assert _described(response, label) == (label, "200")


async def test_every_answer_in_the_description_is_really_given(
    cloud: Cloud, poor_cloud: Cloud
) -> None:
    """All but 500, which is a fault whenever it comes."""
    given = set(await _answers(cloud))
    given |= set(await _answers_without_a_database(poor_cloud))
    described = {(label, status) for label, it in OPERATIONS.items() for status in it["responses"]}
    assert given == {(label, status) for label, status in described if status != "500"}


async def _answers(cloud: Cloud) -> list[tuple[str, str]]:
    """One request for each answer that needs no trouble."""
    till, off = cloud.till(), cloud.till("M403")
    sent = till.order(code("wechat"))
    await till.pay(sent)
    refund = {"refund_no": "R" + sent.order_no, "amount": 1, "reason": "broken"}
    new, other = "/v1/orders", msgspec.structs.replace(sent, amount=1)
    order, unknown = f"/v1/orders/{sent.order_no}", f"/v1/orders/{order_no()}"
    too_much = {**refund, "refund_no": order_no(), "amount": sent.amount}
    asked = [
        (till, "POST /v1/orders", new, till.order(code("alipay"))),
        (till, "POST /v1/orders", new, {}),
        (off, "POST /v1/orders", new, off.order(code("alipay"))),
        (till, "POST /v1/orders", new, other),
        (till, SIGNED[1], order, None),
        (till, SIGNED[1], unknown, None),
        (till, SIGNED[1], "/v1/orders/short", None),
        (till, SIGNED[2], order + "/cancel", None),
        (till, SIGNED[2], "/v1/orders/short/cancel", None),
        (till, SIGNED[3], order + "/refunds", refund),
        (till, SIGNED[3], order + "/refunds", {**refund, "amount": 0}),
        (till, SIGNED[3], order + "/refunds", too_much),
        (till, SIGNED[3], unknown + "/refunds", refund),
        (till, SIGNED[4], order + f"/refunds/R{sent.order_no}", None),
        (till, SIGNED[4], order + "/refunds/short", None),
        (till, SIGNED[4], order + f"/refunds/{order_no()}", None),
        (till, SIGNED[5], f"/v1/tills/{sent.till}/last-order", None),
        (till, SIGNED[5], "/v1/tills/nobody/last-order", None),
        (till, SIGNED[5], "/v1/tills/no.till/last-order", None),
        (till, TAKEN, "/v1/taken", {"till": "01", "upto": "1795399018594-0"}),
        (till, TAKEN, "/v1/taken", {"till": "01", "upto": "now"}),
    ]
    given = []
    for whose, label, path, body in asked:
        sending = b"" if body is None else msgspec.json.encode(body)
        response = await whose.send(label.partition(" ")[0], path, sending)
        assert whose.believes(response)
        given.append(_described(response, label))
    for label in (*SIGNED, TAKEN):
        method, _, path = label.partition(" ")
        stranger, big = cloud.till("M999"), b" " * (64 * 1024 + 1)
        given.append(_described(await stranger.send(method, _filled(path)), label))
        given.append(_described(await till.send(method, _filled(path), big), label))
        filled = _filled(path)
        twice = till.headers(method, filled, b"")
        for _ in range(2):
            response = await till.client.request(method, filled, headers=twice)
        given.append(_described(response, label))
    for body in (_notice(cloud, sent.order_no), b"out_trade_no=1", b" " * (64 * 1024 + 1)):
        response = await till.client.post("/v1/notices/M001/alipay", content=body)
        given.append(_described(response, NOTICE))
    for label in set(OPERATIONS) - {*SIGNED, TAKEN, NOTICE}:
        given.append(_described(await till.client.get(label.partition(" ")[2]), label))
    return given


async def _answers_without_a_database(cloud: Cloud) -> list[tuple[str, str]]:
    """What is answered once the orders' table is gone, and then once the merchant is held back."""
    with closing(apsw.Connection(str(cloud.folder / "gateway.db"))) as db:
        db.execute("ALTER TABLE orders RENAME TO away")
    till = cloud.till()
    bodies = {
        "POST /v1/orders": msgspec.json.encode(till.order(code("wechat"))),
        SIGNED[3]: b'{"refund_no": "R1234567", "amount": 1, "reason": "broken"}',
    }
    given = []
    for expected in ("503", "429"):
        for label in SIGNED:
            method, _, path = label.partition(" ")
            response = await till.send(method, _filled(path), bodies.get(label, b""))
            assert till.believes(response)
            given.append(_described(response, label))
            assert given[-1] == (label, expected)
    given.append(_described(await till.send("POST", "/v1/taken", b"{}"), TAKEN))
    given.append(_described(await till.client.get("/v1/health"), "GET /v1/health"))
    notice = _notice(cloud, order_no())
    response = await till.client.post("/v1/notices/M001/alipay", content=notice)
    given.append(_described(response, NOTICE))
    return given


# ---- what the gateway does otherwise than it should ------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"currency": "A1-"}, id="digits-in-a-currency"),
        pytest.param({"made_at": "2026-11-22T12:00:00"}, id="a-time-without-a-zone"),
        pytest.param({"subject": "a\0b"}, id="a-subject-that-postgresql-cannot-hold"),
    ],
)
async def test_an_order_that_the_description_forbids_is_refused(
    cloud: Cloud, changes: dict[str, str]
) -> None:
    till = cloud.till()
    order = {**msgspec.to_builtins(till.order(code("wechat"))), **changes}
    response = await till.send("POST", "/v1/orders", msgspec.json.encode(order))
    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/v1/orders", f"/v1/orders/{'T' * 20}/refunds"])
async def test_a_body_that_is_too_deep_to_be_read_is_refused(cloud: Cloud, path: str) -> None:
    response = await cloud.till().send("POST", path, b'{"a":' + b"[" * 60_000)
    assert response.status_code == 400


# ---- small things ----------------------------------------------------------------------------


WHOLE = ("amount", "version")


def _fit(case: schemathesis.Case[Any]) -> None:
    """What no schema can say: the merchant is the signer's, and a number is used once.

    JSON Schema takes 1.0 for an integer; the description says in words that it is none.
    """
    if not isinstance(case.body, dict):
        return
    body = dict(case.body)
    if case.meta and case.meta.generation.mode.is_positive:
        whole = {k: int(v) for k, v in body.items() if isinstance(v, float) and k in WHOLE}
        body |= whole
    merchant = body.get("merchant")
    if isinstance(merchant, str) and re.fullmatch(r"[0-9A-Za-z_-]{1,64}", merchant, re.ASCII):
        body["merchant"] = "M001"
    if body.get("order_no") == "T20261122120000A7":
        body["order_no"] = order_no()
    case.body = body


def _filled(path: str) -> str:
    return path.format(till="01", order_no=order_no(), refund_no=order_no())


def _described(response: httpx.Response, label: str) -> tuple[str, str]:
    """The answer to a request, once the description has been compared with it."""
    method, _, path = label.partition(" ")
    DESCRIBED[path][method].validate_response(response)
    described = OPERATIONS[label]["responses"][str(response.status_code)]
    if "$ref" in described:
        name = described["$ref"].rpartition("/")[2]
        described = DESCRIBED.raw_schema["components"]["responses"][name]
    for name, header in described.get("headers", {}).items():
        value: Any = response.headers[name]
        value = int(value) if header["schema"]["type"] == "integer" else value
        jsonschema_rs.validate(header["schema"], value)
    if "headers" not in described:
        assert messages.SIGNATURE_HEADER not in response.headers
    return label, str(response.status_code)


def _notice(cloud: Cloud, number: str) -> bytes:
    """A notice that Alipay has signed."""
    fields = {
        "app_id": "2021000000000000",
        "notify_id": secrets.token_hex(8),
        "out_trade_no": number,
        "trade_status": "TRADE_SUCCESS",
    }
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = rsa.private_key((cloud.folder / PLATFORM_KEY).read_text(), PLATFORM_KEY)
    signature = rsa.sign(key, text.encode())
    return urlencode({**fields, "sign": signature, "sign_type": "RSA2"}).encode()
