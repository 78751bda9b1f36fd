"""What the till believes of a gateway's answers, and what it makes of those it does not."""

from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from pos_tui.messages import (
    MERCHANT_HEADER,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    OrderStatus,
    TransactionOrder,
    TransactionSuccess,
    request_signature,
    response_signature,
)
from pos_tui.payments.gateway_client import (
    GatewayClient,
    KeyNotProven,
    NoAnswer,
    NothingSent,
    NotKnown,
    NotLetIn,
    Refused,
)
from pos_tui.payments.tracker import Paid, PaymentTracker
from pos_tui.reasons import because
from pos_tui.settings import GatewaySettings
from tests.spoken import raises

KEY = "the merchant's key"
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ORDER = TransactionOrder(
    merchant="M001", till="01", order_no="A1234567", amount=350, currency="CNY",
    auth_code="134857901234567890", subject="", made_at=NOW,
)  # fmt: skip
PAID = OrderStatus(
    merchant="M001", order_no="A1234567", answer="paid", amount=350, currency="CNY",
    platform="wechat", platform_ref="42", paid_at=NOW,
)  # fmt: skip


UNREACHABLE = GatewayClient(GatewaySettings(url="http://127.0.0.1:9", key=KEY), "M001", lambda: NOW)


class Gateway:
    """Answers each request with the next of what it was given."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        code, body, key = answer
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {}
        if key:
            nonce = request.headers[NONCE_HEADER]
            headers[SIGNATURE_HEADER] = response_signature(key.encode(), nonce, code, content)
        return httpx.Response(code, content=content, headers=headers)


def signed(code, body=b""):
    return code, body, KEY


def unsigned(code, body=b'{"error": "Away with you."}'):
    return code, body, ""


def client_of(*answers):
    gateway = Gateway(*answers)
    client = GatewayClient(GatewaySettings(url="http://gateway", key=KEY), "M001", lambda: NOW)
    client._http = httpx.AsyncClient(
        base_url="http://gateway", transport=httpx.MockTransport(gateway)
    )
    return client, gateway


async def at_once():
    """Nothing is to be done before an order leaves."""


async def ask(client):
    return await client.ask(ORDER.order_no)


async def test_a_signed_answer_is_believed_and_the_request_carries_the_merchants_signature():
    client, gateway = client_of(signed(200, PAID))
    assert await ask(client) == PAID
    (request,) = gateway.requests
    assert request.headers[MERCHANT_HEADER] == "M001"
    assert request.headers[SIGNATURE_HEADER] == request_signature(
        KEY.encode(), "GET", "/v1/orders/A1234567",
        request.headers[TIME_HEADER], request.headers[NONCE_HEADER], b"",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (signed(425), NoAnswer, "arrived twice"),
        (signed(429), NoAnswer, "too much to do"),
        (signed(404), NotKnown, "A1234567"),
        (signed(409, {"error": "Another amount."}), Refused, "Another amount."),
        (
            signed(409, {"error": "A newer gateway's words.", "reason": "another_order"}),
            Refused,
            "stands for another order",
        ),
        (
            signed(409, {"error": "The moon is wrong.", "reason": "moon_phase"}),
            Refused,
            "The moon is wrong.",
        ),
        (signed(409, b"\xff"), Refused, "no reason"),
        (signed(500), NoAnswer, "cannot be believed"),
        (signed(503, {"error": "away"}), NoAnswer, "cannot be believed"),
        (signed(200, b"no JSON"), NoAnswer, "cannot be read"),
        (signed(200, b'{"merchant": "\xff"}'), NoAnswer, "cannot be read"),
        (signed(200, msgspec.structs.replace(PAID, order_no="OTHER001")), NoAnswer, "another"),
        (signed(200, msgspec.structs.replace(PAID, merchant="M002")), NoAnswer, "another"),
        (unsigned(200, msgspec.json.encode(PAID)), NoAnswer, "cannot be believed"),
        ((200, PAID, "another key"), NoAnswer, "cannot be believed"),
        (unsigned(404), NoAnswer, "cannot be believed"),
        (unsigned(403), NoAnswer, "cannot be believed"),
        (httpx.ConnectError("refused"), NothingSent, "cannot be reached"),
        (httpx.ConnectTimeout("slow"), NothingSent, "cannot be reached"),
        (httpx.ReadTimeout("silent"), NoAnswer, "in time"),
        (httpx.RemoteProtocolError("cut"), NoAnswer, "in time"),
        (OSError("cut"), NoAnswer, "in time"),
        (signed(400, {"error": "Not so."}), Refused, "Not so."),
        (signed(499, {"error": "Not so."}), Refused, "Not so."),
    ],
)
async def test_each_answer_is_what_it_says_only_if_it_can_be_believed(answer, kind, words):
    client, _ = client_of(answer)
    with raises(kind, words):
        await ask(client)


async def test_an_unsigned_401_is_never_a_refusal_and_only_known_words_of_it_are_passed_on():
    client, _ = client_of(
        unsigned(401), unsigned(401, b'{"error": "Nothing is charged.", "reason": "wrong_clock"}')
    )
    with raises(NotLetIn, "no reason"):
        await ask(client)
    with pytest.raises(NotLetIn) as error:
        await ask(client)
    why = error.value.reason.values["why"]
    assert why == because("gateway_error.wrong_clock", text="")


async def test_an_order_leaves_only_once_the_gateway_has_shown_that_it_knows_the_key():
    client, gateway = client_of(signed(404), signed(200, PAID), signed(200, PAID))
    assert await client.send(ORDER, at_once) == PAID
    assert await client.send(ORDER, at_once) == PAID
    assert [request.method for request in gateway.requests] == ["GET", "POST", "POST"]


async def test_an_order_that_is_there_already_is_not_sent_again():
    client, gateway = client_of(signed(200, PAID))
    assert await client.send(ORDER, at_once) == PAID
    assert [request.method for request in gateway.requests] == ["GET"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (unsigned(401), KeyNotProven),
        (unsigned(404), NothingSent),
        (signed(503), NothingSent),
        (httpx.ConnectError("refused"), NothingSent),
        (httpx.ReadTimeout("silent"), NothingSent),
    ],
)
async def test_without_that_nothing_has_left(answer, kind):
    client, gateway = client_of(answer)
    with pytest.raises(kind):
        await client.send(ORDER, at_once)
    assert [request.method for request in gateway.requests] == ["GET"]


async def test_a_401_in_the_middle_of_an_order_leaves_it_open():
    client, _ = client_of(signed(404), unsigned(401), signed(200, PAID))
    with pytest.raises(NoAnswer):
        await client.send(ORDER, at_once)
    assert await client.send(ORDER, at_once) == PAID


# ---- what is sent --------------------------------------------------------------------------------


async def test_each_request_has_its_time_a_number_of_its_own_and_says_that_it_is_json():
    client, gateway = client_of(signed(200, PAID), signed(200, PAID))
    await ask(client)
    await ask(client)
    for request in gateway.requests:
        assert request.headers[TIME_HEADER] == "1795320000000"
        assert len(request.headers[NONCE_HEADER]) == 24
        assert request.headers["Content-Type"] == "application/json"
    assert len({request.headers[NONCE_HEADER] for request in gateway.requests}) == 2


class OnTheWire(Gateway):
    """Says, as a real connection does, how far a request has come before it is answered."""

    def __init__(self, *answers):
        super().__init__(*answers)
        self.left: list[bool] = []
        self.steps: list[tuple[str, int]] = []

    async def __call__(self, request):
        trace = request.extensions["trace"]
        for step in ("connection.connect_tcp.started", "http11.send_request_headers.started"):
            await trace(step, {})
            self.steps.append((step, len(self.left)))
        return super().__call__(request)


async def test_an_order_is_sent_whole_and_says_when_it_leaves():
    client, _ = client_of()
    client._proven = True
    gateway = OnTheWire(signed(200, PAID))
    client._http = httpx.AsyncClient(
        base_url="http://gateway", transport=httpx.MockTransport(gateway)
    )

    async def leave():
        gateway.left.append(True)

    assert await client.send(ORDER, leave) == PAID
    (request,) = gateway.requests
    assert (request.method, request.url.path) == ("POST", "/v1/orders")
    assert msgspec.json.decode(request.content, type=TransactionOrder) == ORDER
    assert request.headers[SIGNATURE_HEADER] == request_signature(
        KEY.encode(), "POST", "/v1/orders",
        request.headers[TIME_HEADER], request.headers[NONCE_HEADER], request.content,
    )  # fmt: skip
    assert [left for _, left in gateway.steps] == [0, 1]
    gateway.answers.append(signed(200, PAID))
    assert await ask(client) == PAID  # nobody wants to know when a question leaves
    assert len(gateway.left) == 1


async def test_the_answer_to_an_order_sent_must_be_about_it():
    client, _ = client_of(
        signed(404), signed(200, msgspec.structs.replace(PAID, order_no="OTHER001"))
    )
    with pytest.raises(NoAnswer) as error:
        await client.send(ORDER, at_once)
    assert error.value.reason.kind == "gateway_client.another_order"


async def test_a_cancel_is_asked_for_signed():
    cancelled = msgspec.structs.replace(PAID, answer="cancelled")
    client, gateway = client_of(signed(200, cancelled), signed(200, PAID))
    assert await client.cancel("A1234567") == cancelled
    request = gateway.requests[0]
    assert (request.method, request.url.path) == ("POST", "/v1/orders/A1234567/cancel")
    assert request.content == b""
    with raises(NoAnswer, "another"):
        await client.cancel("A1234568")


# ---- the connection ------------------------------------------------------------------------------


async def test_the_connection_is_made_once_waits_as_set_and_uses_no_proxy():
    settings = GatewaySettings(url="http://gateway:81", key=KEY, timeout_s=7.5)
    client = GatewayClient(settings, "M001", lambda: NOW)
    await client.close()  # there is none yet
    http = client._client()
    assert client._client() is http
    assert http.base_url == "http://gateway:81"
    assert http.timeout == httpx.Timeout(7.5, connect=2.0)
    assert not http.trust_env
    await client.close()
    assert http.is_closed


# ---- whether it is there -------------------------------------------------------------------------


def health(code, **headers):
    """A client whose gateway answers every look with this, and the times that it heard."""
    heard: list[datetime] = []
    paths: list[str] = []

    def answer(request):
        paths.append(request.url.path)
        if isinstance(code, Exception):
            raise code
        return httpx.Response(code, headers=headers)

    settings = GatewaySettings(url="http://gateway", key=KEY)
    client = GatewayClient(settings, "M001", lambda: NOW, heard.append)
    client._http = httpx.AsyncClient(
        base_url="http://gateway", transport=httpx.MockTransport(answer)
    )
    return client, heard, paths


async def test_a_gateway_that_is_there_tells_its_time():
    client, heard, paths = health(200, date="Sun, 22 Nov 2026 04:00:00 GMT")
    assert await client.is_there() is True
    assert (heard, paths) == ([NOW], ["/v1/health"])


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
async def test_a_gateway_that_tells_no_time_is_there_all_the_same(headers):
    client, heard, _ = health(200, **headers)
    assert await client.is_there() is True
    assert heard == []


async def test_nobody_needs_to_hear_the_gateways_time():
    client, _, _ = health(200, date="Sun, 22 Nov 2026 04:00:00 GMT")
    client._heard = GatewayClient(GatewaySettings(), "M001", lambda: NOW)._heard
    assert await client.is_there() is True


@pytest.mark.parametrize("trouble", [503, 404, httpx.ConnectError("refused"), OSError("cut")])
async def test_a_gateway_that_does_not_answer_well_is_not_there(trouble):
    client, heard, _ = health(trouble, date="Sun, 22 Nov 2026 04:00:00 GMT")
    assert await client.is_there() is False
    assert heard == []


# ---- saying what is taken in ---------------------------------------------------------------------


async def test_taken_is_said_signed_and_heard_when_the_answer_is_signed():
    client, gateway = client_of(signed(204))
    assert await client.acknowledge("01", "1700000000000-3")
    (request,) = gateway.requests
    assert (request.method, request.url.path) == ("POST", "/v1/taken")
    body = request.content
    assert msgspec.json.decode(body) == {"till": "01", "upto": "1700000000000-3"}
    assert request.headers[SIGNATURE_HEADER] == request_signature(
        KEY.encode(), "POST", "/v1/taken",
        request.headers[TIME_HEADER], request.headers[NONCE_HEADER], body,
    )  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        unsigned(204, b""),
        unsigned(404),
        unsigned(401),
        signed(404),
        signed(429),
        signed(400),
        signed(200),
        signed(503),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("silent"),
    ],
)
async def test_any_trouble_with_saying_it_is_no_trouble_for_the_till(answer):
    client, _ = client_of(answer)
    assert not await client.acknowledge("01", "5-0")


# ---- how often an order is asked after -----------------------------------------------------------


def course_of(monkeypatch, client, linked):
    """A tracker that does not wait; how long it would have waited is noted."""
    client._proven = True
    tracker = PaymentTracker(client, ORDER, lambda: linked[0], lambda _: None)
    waited = []

    async def wait(seconds):
        waited.append(seconds)

    monkeypatch.setattr(tracker, "_wait", wait)
    return tracker, waited


async def test_without_redis_the_gateway_is_asked_after_1_1_2_3_5_and_every_5_seconds(monkeypatch):
    pending = msgspec.structs.replace(PAID, answer="pending")
    client, _ = client_of(*[signed(200, pending)] * 7, signed(200, PAID))
    tracker, waited = course_of(monkeypatch, client, [False])
    outcome = await tracker.run()
    assert isinstance(outcome, Paid)
    assert outcome.channel == "gateway"
    assert waited == [1, 1, 2, 3, 5, 5, 5]


async def test_with_redis_the_gateway_is_asked_seldom_and_often_again_when_redis_is_lost(
    monkeypatch,
):
    linked = [True]
    pending = msgspec.structs.replace(PAID, answer="pending")
    client, _ = client_of(*[signed(200, pending)] * 6, signed(200, PAID))
    tracker, waited = course_of(monkeypatch, client, linked)

    async def wait(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            linked[0] = False
            tracker.link_lost()

    monkeypatch.setattr(tracker, "_wait", wait)
    await tracker.run()
    assert waited == [3, 5, 5, 1, 1, 2]


async def test_losing_redis_ends_the_waiting_at_once():
    tracker = PaymentTracker(UNREACHABLE, ORDER, lambda: False, lambda _: None)
    tracker.link_lost()
    assert await tracker._wait(3600) is None


async def test_the_message_counts_once_and_names_its_channel():
    tracker = PaymentTracker(UNREACHABLE, ORDER, lambda: True, lambda _: None)
    success = TransactionSuccess(
        merchant="M001", till="01", order_no="A1234567", amount=350, currency="CNY",
        platform="wechat", platform_ref="42", paid_at=NOW, logged_at=NOW,
    )  # fmt: skip
    was_paid = tracker.is_paid
    paid = tracker.confirm(success, ("stream", "5-0"))
    assert paid == Paid("wechat", "42", NOW, "redis", ("stream", "5-0"))
    assert (was_paid, tracker.is_paid) == (False, True)
    assert tracker.confirm(success, ("stream", "6-0")) is None
