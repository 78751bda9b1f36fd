"""UnionPay ACP's scanned codes: whose certificate is believed, what is paid, what goes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.cloud.platforms.protocol import (
    SENTENCES,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery, OutgoingNotice
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.platforms.unionpay import client
from pos_tui.cloud.platforms.unionpay import mapping as unionpay
from pos_tui.cloud.platforms.unionpay import simulator_keys as made
from pos_tui.cloud.platforms.unionpay.account import UnionPayAccount
from pos_tui.cloud.platforms.unionpay.certificates import (
    COMPANY,
    TEST_SIGNER,
    CertificateRefused,
    Verifier,
    read_reply,
    signed_text,
)
from pos_tui.cloud.platforms.unionpay.client import UnionPayClient
from pos_tui.cloud.platforms.unionpay.simulator import UnionPaySimulator
from pos_tui.cloud.wire import rsa
from pos_tui.settings import SettingsError
from tests.spoken import raises, spoken

from ..simulated import wire_to

NOW = 1_800_000_000.0
MADE = datetime.fromtimestamp(NOW, UTC)
ORDER = PlatformOrder(
    merchant="M001",
    till="01",
    order_no="T00000001",
    amount=4770,
    currency="CNY",
    subject="Corner Market",
    made_at=MADE,
)
REFUND = PlatformRefund(refund_no="R0000001", amount=1000, reason="returned", made_at=MADE)
NOTIFY = "https://pay.example/v1/notices/M001/unionpay"
CODE = "622573505320161"
URL = "http://simulated/unionpay/gateway/api"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Path:
    place = tmp_path_factory.mktemp("unionpay")
    for file in keys.iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    made.make_unionpay_keys(place)
    return place


def account_of(folder: Path, **changes: Any) -> UnionPayAccount:
    text = PlatformKeys(folder).text
    plain = UnionPayAccount(
        url=URL,
        mer_id="777290058110048",
        private_key=text(made.UNIONPAY_MERCHANT_KEY),
        certificate=text(made.UNIONPAY_MERCHANT_CERTIFICATE),
        root_certificate=text(made.UNIONPAY_ROOT),
        middle_certificate=text(made.UNIONPAY_MIDDLE),
    )
    return msgspec.structs.replace(plain, **changes)


class Shop:
    """A platform whose calls end at a simulator in this process; `asked` is what it was sent."""

    def __init__(self, folder: Path, notify_url: str | None = NOTIFY) -> None:
        self.account = account_of(folder)
        self.time = NOW
        self.asked: list[str] = []
        self.lost: set[str] = set()
        self.behaviours = Behaviours(pin_s=5.0, late_s=0.0, clock=lambda: self.time)
        self.simulator = UnionPaySimulator([self.account], PlatformKeys(folder), self.behaviours)
        self._app = wire_to(self.simulator, Delivery(self.behaviours))
        self.client = httpx.AsyncClient(
            transport=httpx.MockTransport(self._answer), trust_env=False
        )
        self.platform = UnionPayClient(self.account, self.client, notify_url, lambda: self.time)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """The simulator's answer, unless answers to this type of transaction get lost."""
        kind = dict(parse_qsl(request.content.decode()))["txnType"]
        self.asked.append(kind)
        response = await self._app.handle_async_request(request)
        if kind in self.lost:
            raise httpx.ReadTimeout("nothing came back", request=request)
        return response

    def money(self, order_no: str = ORDER.order_no) -> dict[str, int]:
        return self.behaviours.charges()[order_no]


@pytest.fixture
async def shop(folder: Path) -> AsyncIterator[Shop]:
    shop = Shop(folder)
    yield shop
    await shop.client.aclose()


class Unionpay:
    """Signs what a test wants UnionPay to say."""

    def __init__(self, folder: Path) -> None:
        keys = PlatformKeys(folder)
        self.folder = folder
        self.pem = keys.text(made.UNIONPAY_CERTIFICATE).strip().replace("\n", "\r\n")
        self.key = rsa.private_key(keys.text(made.UNIONPAY_KEY), made.UNIONPAY_KEY)

    def signed(self, fields: dict[str, str]) -> dict[str, str]:
        said = {"signPubKeyCert": self.pem, "signMethod": "01", **fields}
        return {**said, "signature": rsa.sign(self.key, signed_text(said))}

    def platform(
        self, reply: Callable[[dict[str, str]], httpx.Response | dict[str, str]], **changes: Any
    ) -> UnionPayClient:
        """A platform that is answered by a function of what it asks."""

        def answering(request: httpx.Request) -> httpx.Response:
            said = reply(dict(parse_qsl(request.content.decode())))
            return said if isinstance(said, httpx.Response) else httpx.Response(200, text=raw(said))

        client = httpx.AsyncClient(transport=httpx.MockTransport(answering), trust_env=False)
        return UnionPayClient(account_of(self.folder, **changes), client, None, lambda: NOW)


@pytest.fixture(scope="module")
def theirs(folder: Path) -> Unionpay:
    return Unionpay(folder)


def raw(fields: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in fields.items())


SEEN = {
    "respCode": "00",
    "origRespCode": "00",
    "txnType": "01",
    "merId": "777290058110048",
    "orderId": ORDER.order_no,
    "txnTime": "20270115160000",
    "txnAmt": "4770",
    "currencyCode": "156",
    "queryId": "512209110416475616528",
    "traceTime": "0115160003",
}


# ---- through the simulator -----------------------------------------------------------------------


async def test_the_same_number_with_another_amount_or_time_is_never_paid(shop: Shop) -> None:
    assert (await shop.platform.pay(ORDER, CODE + "0001")).state == "paid"
    other = msgspec.structs.replace(ORDER, amount=1)
    assert (await shop.platform.query(other)).state == "unknown"
    later = msgspec.structs.replace(ORDER, made_at=MADE + timedelta(seconds=1))
    assert (await shop.platform.query(later)).state == "not_found"


async def test_the_simulator_serves_nobody_whose_certificate_is_not_the_merchants(
    shop: Shop, folder: Path
) -> None:
    keys = PlatformKeys(folder)
    stranger = account_of(
        folder,
        private_key=keys.text(made.UNIONPAY_KEY),
        certificate=keys.text(made.UNIONPAY_CERTIFICATE),
    )
    platform = UnionPayClient(stranger, shop.client, None, lambda: NOW)
    assert (await platform.pay(ORDER, CODE + "0001")).state == "unknown"
    assert not shop.behaviours.charges()


# ---- money goes back -----------------------------------------------------------------------------


async def test_an_order_that_never_came_is_not_found_when_cancelled(shop: Shop) -> None:
    assert (await shop.platform.cancel(ORDER)).state == "not_found"
    assert shop.asked == ["00", "99", "00"]


async def test_a_payment_nobody_has_confirmed_is_closed_and_can_never_be_paid(shop: Shop) -> None:
    await shop.platform.pay(ORDER, CODE + "9004")
    for _ in range(2):
        assert (await shop.platform.cancel(ORDER)).state in ("closed", "reversed")
    assert (await shop.platform.query(ORDER)).state == "reversed"
    shop.time += 600
    assert (await shop.platform.query(ORDER)).state == "reversed"
    assert shop.money() == {
        "amount": 4770,
        "charged": 0,
        "reversed": 0,
        "refunded": 0,
        "given_back": 0,
    }


async def test_a_refused_payment_is_closed_without_a_reversal(shop: Shop) -> None:
    await shop.platform.pay(ORDER, CODE + "9001")
    shop.asked.clear()
    assert (await shop.platform.cancel(ORDER)).state == "closed"
    assert shop.asked == ["00"]


async def test_a_known_payment_is_voided_and_is_never_taken_for_paid_again(
    shop: Shop, folder: Path
) -> None:
    await shop.platform.pay(ORDER, CODE + "0001")
    shop.asked.clear()
    assert (await shop.platform.cancel(ORDER)).state == "reversed"
    assert shop.asked == ["00", "31", "00"]
    assert shop.money()["given_back"] == 4770
    # A late notice makes the gateway ask again; the payment's own record still says "paid".
    assert (await shop.platform.query(ORDER)).state == "reversed"
    assert (await shop.platform.cancel(ORDER)).state == "reversed"
    shop.time += 61
    another = UnionPayClient(shop.account, shop.client, NOTIFY, lambda: shop.time)
    assert (await another.query(ORDER)).state == "reversed"
    assert shop.money()["reversed"] == 1


async def test_a_payment_that_is_seen_by_nobody_is_reversed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The query before the cancel gets lost, so that only a reversal is allowed."""
    await shop.platform.pay(ORDER, CODE + "0001")
    seen, first = unionpay.query_of, [answer("unknown", "platform_error")]

    def lost_once(said: dict[str, str], order: PlatformOrder) -> PlatformAnswer:
        return first.pop() if first else seen(said, order)

    monkeypatch.setattr(client, "query_of", lost_once)
    shop.asked.clear()
    assert (await shop.platform.cancel(ORDER)).state == "reversed"
    assert shop.asked == ["00", "99", "00"]
    assert shop.money()["given_back"] == 4770
    assert (await shop.platform.query(ORDER)).state == "reversed"


@pytest.mark.parametrize("lost", [{"00"}, {"31"}, {"99"}, {"00", "31", "99"}])
@pytest.mark.parametrize("ending", ["0001", "9003", "9004"])
async def test_a_cancel_repeated_until_it_is_acknowledged_leaves_nobody_out_of_money(
    shop: Shop, lost: set[str], ending: str
) -> None:
    await shop.platform.pay(ORDER, CODE + ending)
    shop.time += 6
    shop.lost = lost
    for _ in range(3):
        found = await shop.platform.cancel(ORDER)
        assert found.state in ("unknown", "closed", "reversed")
    shop.lost = set()
    assert (await shop.platform.cancel(ORDER)).state in ("closed", "reversed")
    shop.time += 600
    money = shop.money()
    assert money["given_back"] == money["amount"] * money["charged"]
    assert (await shop.platform.query(ORDER)).state == "reversed"


async def test_what_can_no_longer_be_voided_is_paid_and_a_refund_gives_it_back(shop: Shop) -> None:
    paid = await shop.platform.pay(ORDER, CODE + "0001")
    await shop.platform.refund(ORDER, REFUND)  # so that UnionPay refuses the void
    found = await shop.platform.cancel(ORDER)
    assert (found.state, found.platform_ref) == ("paid", paid.platform_ref)
    rest = msgspec.structs.replace(REFUND, refund_no="R0000002", amount=3770)
    order = msgspec.structs.replace(ORDER, platform_ref=found.platform_ref)
    assert (await shop.platform.refund(order, rest)).state == "refunded"
    assert shop.money()["given_back"] == 4770


@pytest.mark.parametrize("code", ["01", "10", "39", "60", "64"])
async def test_a_void_that_failed_is_no_end_without_a_refund(theirs: Unionpay, code: str) -> None:
    """A void keeps its number for ever, so that one that failed can never be made again."""

    def reply(asked: dict[str, str]) -> dict[str, str]:
        is_void = asked["orderId"] != ORDER.order_no
        told = {"txnType": "31", "origRespCode": code} if is_void else {}
        return theirs.signed({**SEEN, **told, "orderId": asked["orderId"]})

    assert (await theirs.platform(reply).cancel(ORDER)).state == "paid"


@pytest.mark.parametrize(
    ("reversal", "shown", "state"),
    [
        ("00", "60", "unknown"),
        ("35", "01", "unknown"),
        ("12", "34", "closed"),
        ("03", "01", "unknown"),
    ],
)
async def test_a_payment_that_failed_is_closed_once_there_is_nothing_to_reverse(
    theirs: Unionpay, reversal: str, shown: str, state: str
) -> None:
    def reply(asked: dict[str, str]) -> dict[str, str]:
        if asked["txnType"] == "99":
            return theirs.signed({**SEEN, "txnType": "99", "respCode": reversal})
        return theirs.signed({**SEEN, "origRespCode": shown})

    assert (await theirs.platform(reply).cancel(ORDER)).state == state


async def test_refunds_in_parts_give_back_once_and_never_more_than_was_paid(shop: Shop) -> None:
    assert (await shop.platform.refund(ORDER, REFUND)).state == "unknown"
    paid = await shop.platform.pay(ORDER, CODE + "0001")
    order = msgspec.structs.replace(ORDER, platform_ref=paid.platform_ref)
    for _ in range(2):
        assert (await shop.platform.refund(order, REFUND)).state == "refunded"
    assert shop.money()["given_back"] == 1000
    other = msgspec.structs.replace(REFUND, amount=1)
    assert (await shop.platform.refund(order, other)).state == "unknown"
    greedy = msgspec.structs.replace(REFUND, refund_no="R0000002", amount=3771)
    refused = await shop.platform.refund(order, greedy)
    assert (refused.state, refused.reason) == ("declined", "refund_refused")
    rest = msgspec.structs.replace(REFUND, refund_no="R0000003", amount=3770)
    assert (await shop.platform.refund(order, rest)).state == "refunded"
    assert (await shop.platform.refund(order, rest)).state == "refunded"
    assert shop.money()["given_back"] == 4770


async def test_a_refund_whose_answer_is_lost_is_asked_about(shop: Shop) -> None:
    paid = await shop.platform.pay(ORDER, CODE + "0001")
    order = msgspec.structs.replace(ORDER, platform_ref=paid.platform_ref)
    shop.lost = {"04"}
    assert (await shop.platform.refund(order, REFUND)).state == "refunded"
    shop.lost = {"00"}
    other = msgspec.structs.replace(REFUND, refund_no="R0000002")
    assert (await shop.platform.refund(order, other)).state == "unknown"
    shop.lost = set()
    assert (await shop.platform.refund(order, other)).state == "refunded"
    assert shop.money()["given_back"] == 2000


async def test_a_cancelled_payment_has_nothing_to_refund(shop: Shop) -> None:
    paid = await shop.platform.pay(ORDER, CODE + "0001")
    await shop.platform.cancel(ORDER)
    order = msgspec.structs.replace(ORDER, platform_ref=paid.platform_ref)
    assert (await shop.platform.refund(order, REFUND)).reason == "refund_refused"


# ---- notices -------------------------------------------------------------------------------------


async def test_a_notice_of_the_simulator_is_believed_and_nobody_elses(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        return

    monkeypatch.setattr(Delivery, "_notify_twice", never)
    platform = shop.platform
    fields = {"merId": shop.account.mer_id, "orderId": ORDER.order_no}
    asked = unionpay.pay_fields(ORDER, CODE + "9011", NOTIFY)
    common = {"version": "5.1.0", "encoding": "UTF-8", "signMethod": "01", "bizType": "000000"}
    assert (await platform.pay(ORDER, CODE + "9011")).state == "paying"
    notice = shop.simulator._notice({**common, "accessType": "0", **fields, **asked})
    assert notice() is None
    shop.time += 6
    parcel = notice()
    assert isinstance(parcel, OutgoingNotice) and parcel.url == NOTIFY
    found = platform.notice(parcel.headers, parcel.body)
    assert found and (found.order_no, found.receipt) == (ORDER.order_no, b"ok")
    for changed in (
        parcel.body.replace(b"T00000001", b"T00000002"),
        parcel.body.replace(b"signMethod=01", b"signMethod=11"),
        parcel.body + b"&x=1",
        parcel.body + b"&orderId=T00000001",
        b"",
        b"\xff%ff=%ff",
        b"x=" + b"1" * 100_000,
    ):
        assert platform.notice(parcel.headers, changed) is None


def test_a_notice_for_another_merchant_or_of_a_refund_is_none_of_ours(
    theirs: Unionpay, folder: Path
) -> None:
    platform = theirs.platform(lambda asked: asked)
    good = {**SEEN, "respMsg": "ok"}

    def noticed(**changes: str) -> bool:
        body = urlencode(theirs.signed({**good, **changes})).encode()
        return platform.notice({}, body) is not None

    assert noticed()
    assert not noticed(merId="777290058110049")
    assert not noticed(txnType="04")
    assert not noticed(orderId="")


@pytest.fixture(scope="module")
def listener(theirs: Unionpay) -> UnionPayClient:
    return theirs.platform(lambda asked: asked)


@given(st.binary(max_size=300), st.integers(0, 3000))
def test_no_notice_whatever_its_bytes_raises_or_is_believed(
    listener: UnionPayClient, theirs: Unionpay, noise: bytes, at: int
) -> None:
    good = urlencode(
        {**SEEN, "signPubKeyCert": theirs.pem, "signMethod": "01", "signature": "AA=="}
    )
    assert listener.notice({}, noise) is None
    assert listener.notice({}, good[:at].encode() + noise + good[at:].encode()) is None


# ---- certificates --------------------------------------------------------------------------------


def test_a_real_answer_of_unionpay_has_a_good_signature(
    vectors: dict[str, dict[str, Any]],
) -> None:
    vector = vectors["unionpay_acp_510_response_rsa"]
    said = {**vector["params"], "signature": vector["signature"]}
    key = rsa.public_key(said["signPubKeyCert"], "the vector's")
    assert key == rsa.public_key(vector["public_key_pem"], "the vector's")
    assert signed_text(said) == vector["sha256_hex"].encode()
    assert rsa.is_signed(key, signed_text(said), vector["signature"])
    assert not rsa.is_signed(key, signed_text({**said, "txnAmt": "2"}), vector["signature"])
    assert read_reply(raw(said).encode()) == said


def test_a_real_certificate_of_unionpays_is_refused_under_made_up_roots(
    vectors: dict[str, dict[str, Any]], folder: Path
) -> None:
    keys = PlatformKeys(folder)
    verifier = Verifier(keys.text(made.UNIONPAY_ROOT), keys.text(made.UNIONPAY_MIDDLE))
    pem = vectors["unionpay_acp_510_response_rsa"]["params"]["signPubKeyCert"]
    with raises(CertificateRefused, "not issued by"):
        verifier.key_of(pem, datetime(2022, 9, 11, tzinfo=UTC).timestamp())


class Chain:
    """A made-up chain, and others beside it."""

    def __init__(self) -> None:
        begin = MADE - timedelta(days=10)
        self.root = made.issue("Root", is_authority=True, since=begin)
        self.middle = made.issue("Middle", self.root, is_authority=True, since=begin)
        self.leaf = made.issue(made.UNIONPAY_NAME, self.middle, since=begin)
        self.verifier = Verifier(self.root.pem, self.middle.pem)

    def refused(self, pem: str, now: float = NOW, verifier: Verifier | None = None) -> str:
        with pytest.raises(CertificateRefused) as caught:
            (verifier or self.verifier).key_of(pem, now)
        return spoken(caught.value)


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Chain()


def test_a_certificate_of_the_chain_is_believed_and_known_from_then_on(chain: Chain) -> None:
    key = chain.leaf.key.public_key()
    assert chain.verifier.key_of(chain.leaf.pem, NOW) == key
    assert chain.verifier.key_of(chain.leaf.pem, NOW + 86_400) == key
    assert len(chain.verifier._known) == 1
    assert chain.verifier.key_of(chain.leaf.pem.replace("\n", "\r\n"), NOW) == key


def test_a_certificate_that_is_too_old_or_too_new_is_refused_though_it_is_known(
    chain: Chain,
) -> None:
    chain.verifier.key_of(chain.leaf.pem, NOW)
    assert "are good from" in chain.refused(chain.leaf.pem, NOW + 11 * 366 * 86_400)
    assert "are good from" in chain.refused(chain.leaf.pem, NOW - 11 * 86_400)
    brief = made.issue(
        made.UNIONPAY_NAME,
        chain.middle,
        since=MADE - timedelta(days=2),
        life=timedelta(days=1),
        key=chain.leaf.key,
    )
    assert "are good from" in chain.refused(brief.pem)


def test_an_expired_middle_certificate_ends_everything_below_it(chain: Chain) -> None:
    middle = made.issue(
        "Middle", chain.root, is_authority=True, since=MADE - timedelta(9), life=timedelta(8)
    )
    leaf = made.issue(made.UNIONPAY_NAME, middle, key=chain.leaf.key, since=MADE - timedelta(2))
    verifier = Verifier(chain.root.pem, middle.pem)
    assert "are good from" in chain.refused(leaf.pem, verifier=verifier)


@pytest.mark.parametrize(
    "name",
    [
        made.MERCHANT_NAME,
        f"041@1@x{COMPANY}@1",
        f"041@1@{COMPANY} @1",
        f"041@{COMPANY}@1@1",
        f"041@1@{COMPANY}",
        f"041@1@{COMPANY}@1@2",
        COMPANY,
        TEST_SIGNER,
    ],
)
def test_a_certificate_with_another_name_is_refused(chain: Chain, name: str) -> None:
    other = made.issue(name, chain.middle, key=chain.leaf.key, since=MADE - timedelta(1))
    assert chain.refused(other.pem) == "its certificate is not UnionPay's"


def test_the_test_environments_own_name_is_good_there_only(chain: Chain, folder: Path) -> None:
    verifier = Verifier(chain.root.pem, chain.middle.pem, is_test=True)
    for name in (TEST_SIGNER, f"041@1@{TEST_SIGNER}@1"):
        other = made.issue(name, chain.middle, key=chain.leaf.key, since=MADE - timedelta(1))
        assert verifier.key_of(other.pem, NOW) == chain.leaf.key.public_key()
    assert client._is_test("https://gateway.test.95516.com/gateway/api")
    assert not client._is_test("https://gateway.95516.com/gateway/api")
    assert not client._is_test("https://test.95516.com.example/gateway/api")


def test_certificates_of_other_chains_are_refused(chain: Chain) -> None:
    key, since = chain.leaf.key, MADE - timedelta(1)
    other_root = made.issue("Root", is_authority=True, since=since)
    other_middle = made.issue("Middle", other_root, is_authority=True, since=since, key=key)
    not_issued = "it is not issued by the certificate above it"
    forgeries = {
        "another root of the same name": made.issue(made.UNIONPAY_NAME, other_middle, since=since),
        "its own issuer": made.issue(made.UNIONPAY_NAME, since=since, key=key),
        "the root itself, the middle left out": made.issue(
            made.UNIONPAY_NAME, chain.root, since=since, key=key
        ),
        "UnionPay's own certificate": made.issue(
            made.UNIONPAY_NAME, chain.leaf, since=since, key=key
        ),
    }
    for forgery in forgeries.values():
        assert chain.refused(forgery.pem) == not_issued
    assert chain.refused("") == chain.refused("-----BEGIN CERTIFICATE-----")


def test_root_and_middle_that_are_no_chain_are_refused_at_the_start(
    chain: Chain, folder: Path
) -> None:
    other = made.issue("Root", is_authority=True, key=chain.leaf.key)
    plain = made.issue("Root", key=chain.root.key)
    for root, middle in (
        (other.pem, chain.middle.pem),
        (chain.root.pem, chain.leaf.pem),
        (plain.pem, chain.middle.pem),
        (chain.root.pem, ""),
    ):
        with raises(SettingsError, r"unionpay\.middle_certificate"):
            Verifier(root, middle)
    no_authority = made.issue("Middle", chain.root, key=chain.middle.key, since=MADE)
    verifier = Verifier(chain.root.pem, no_authority.pem)
    assert "no authority" in chain.refused(chain.leaf.pem, verifier=verifier)


def test_a_certificate_that_is_not_the_keys_is_refused(folder: Path) -> None:
    client = httpx.AsyncClient()
    other = PlatformKeys(folder).text(made.UNIONPAY_KEY)
    with raises(SettingsError, r"unionpay\.certificate"):
        UnionPayClient(account_of(folder, private_key=other), client)


@pytest.mark.posix_only("a file's rights are in its mode")
def test_the_keys_are_readable_by_their_owner_only(folder: Path) -> None:
    for name in (made.UNIONPAY_KEY, made.UNIONPAY_MERCHANT_KEY, made.UNIONPAY_ROOT):
        assert (folder / name).stat().st_mode & 0o777 == 0o600


# ---- what is believed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"origRespCode": "A6"}, "paid"),
        ({"txnAmt": "4769"}, "unknown"),
        ({"txnAmt": "4770.0"}, "unknown"),
        ({"txnAmt": ""}, "unknown"),
        ({"merId": "777290058110049"}, "unknown"),
        ({"merId": ""}, "unknown"),
        ({"orderId": "T00000002"}, "unknown"),
        ({"txnTime": "20270115160001"}, "unknown"),
        ({"currencyCode": "840"}, "unknown"),
        ({"currencyCode": ""}, "paid"),
        ({"queryId": ""}, "unknown"),
        ({"traceTime": ""}, "paid"),
        ({"txnType": "04"}, "unknown"),
        ({"txnType": ""}, "unknown"),
        ({"txnType": "99"}, "reversed"),
        ({"origRespCode": "46"}, "reversed"),
        ({"origRespCode": ""}, "unknown"),
        ({"respCode": "34", "origRespCode": ""}, "not_found"),
        ({"respCode": "34"}, "not_found"),
        ({"respCode": "37"}, "unknown"),
        ({"respCode": "11"}, "unknown"),
        ({"respCode": "64"}, "unknown"),
        ({"signMethod": "11"}, "unknown"),
    ],
)
async def test_what_unionpay_says_is_compared_with_the_order(
    theirs: Unionpay, changes: dict[str, str], state: str
) -> None:
    fields = {name: value for name, value in {**SEEN, **changes}.items() if value}
    platform = theirs.platform(lambda asked: theirs.signed(fields))
    assert (await platform.query(ORDER)).state == state


async def test_an_unsigned_a_forged_and_a_failed_answer_are_none(theirs: Unionpay) -> None:
    good = theirs.signed(SEEN)
    bare = {k: v for k, v in good.items() if k != "signature"}
    heard: list[httpx.Response | dict[str, str]] = [
        SEEN,
        bare,
        {**good, "signature": good["signature"][:-4] + "AAA="},
        {**good, "signature": "\u4e2d"},
        {**good, "txnAmt": "1"},
        {"respCode": "11", "respMsg": "x"},
        httpx.Response(502, text=raw(good)),
        httpx.Response(200, content=b"\xff"),
        httpx.Response(200, text=raw(good) + "&txnAmt=4770"),
        httpx.Response(200, text="<html></html>"),
        httpx.Response(302, headers={"Location": "http://elsewhere"}),
    ]
    platform = theirs.platform(lambda asked: heard[0])
    while heard:
        assert (await platform.query(ORDER)).state == "unknown"
        assert (await platform.pay(ORDER, CODE + "0001")).state == "unknown"
        assert (await platform.cancel(ORDER)).state == "unknown"
        assert (await platform.refund(ORDER, REFUND)).state == "unknown"
        heard.pop(0)


REASONS = {
    code: reason
    for reason, codes in {
        "insufficient_balance": (64, 90),
        "code_expired": (80, 86),
        "code_invalid": (88, 89),
        "customer_cancelled": (65, 69, 71),
        "limit": (33, 81, 87),
        "not_allowed": (30, *range(38, 41), 44, *range(61, 64), 66, 67, 68, 72, 73, *range(76, 80)),
        "configuration": (10, 11, 13, 14, 31, 32, 43, *range(92, 97)),
    }.items()
    for code in map(str, codes)
} | {"85": "not_allowed", "91": "not_allowed"}
WAITING = ("00", "A6", "05", "70", "83")
CODES = [f"{number:02}" for number in range(100)] + ["A6", "", "Z9"]


@pytest.mark.parametrize("code", CODES)
async def test_every_code_of_a_pay_call(theirs: Unionpay, code: str) -> None:
    """Only a named refusal is one; "taken in" is not paid yet."""

    def reply(asked: dict[str, str]) -> dict[str, str]:
        if asked["txnType"] == "00":
            return theirs.signed({**SEEN, "respCode": "37", "origRespCode": ""})
        fields = {**SEEN, "respCode": code, "origRespCode": ""}
        return theirs.signed({name: value for name, value in fields.items() if value})

    found = await theirs.platform(reply).pay(ORDER, CODE + "0001")
    expected = "paying" if code in WAITING else "declined" if code in REASONS else "unknown"
    assert found.state == expected
    if expected == "declined":
        assert found.reason == REASONS[code]
    assert found.reason in SENTENCES


@pytest.mark.parametrize("code", [*CODES, "46"])
def test_every_code_of_a_query(code: str) -> None:
    found = unionpay.query_of({**SEEN, "origRespCode": code}, ORDER)
    expected = "declined" if code in REASONS else "unknown"
    expected = {"00": "paid", "A6": "paid", "46": "reversed"}.get(code, expected)
    assert found.state == ("paying" if code in ("05", "70", "83") else expected)


@pytest.mark.parametrize("code", ["03", "04", "01", "12", "34", "60", "42", "74", "75"])
def test_what_unionpay_itself_does_not_know_is_unknown(code: str) -> None:
    assert unionpay.query_of({**SEEN, "origRespCode": code}, ORDER).state == "unknown"
    assert unionpay.handed_in({**SEEN, "respCode": code}).state == "unknown"


@pytest.mark.parametrize(
    ("shown", "before", "accepted", "state"),
    [
        ({"origRespCode": "46"}, "paying", True, "closed"),
        ({"origRespCode": "46"}, "not_found", True, "closed"),
        ({"origRespCode": "46"}, "unknown", False, "reversed"),
        ({"txnType": "99"}, "unknown", True, "reversed"),
        ({"origRespCode": "64"}, "paying", True, "closed"),
        ({"origRespCode": "34"}, "paying", True, "closed"),
        ({"origRespCode": "01"}, "paying", True, "unknown"),
        ({"origRespCode": "60"}, "unknown", True, "unknown"),
        ({"origRespCode": "01"}, "paying", False, "unknown"),
        ({"origRespCode": "03"}, "paying", True, "unknown"),
        ({"origRespCode": "05"}, "paying", True, "unknown"),
        ({"origRespCode": "75"}, "paying", True, "unknown"),
        ({}, "unknown", True, "unknown"),
        ({"respCode": "34", "origRespCode": ""}, "not_found", False, "not_found"),
        ({"respCode": "37", "origRespCode": "01"}, "paying", True, "unknown"),
    ],
)
def test_a_reversal_has_ended_only_where_the_query_says_so(
    shown: dict[str, str], before: Any, accepted: bool, state: str
) -> None:
    stood = PlatformAnswer(state=before)
    found = unionpay.reversed_of({**SEEN, **shown}, ORDER, stood, accepted=accepted)
    assert found.state == state


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "done"),
        ({"origRespCode": "A6"}, "done"),
        ({"origRespCode": "45"}, "refused"),
        ({"origRespCode": "05"}, "unclear"),
        ({"origRespCode": "64"}, "refused"),
        ({"origRespCode": "01"}, "failed"),
        ({"origRespCode": "03"}, "unclear"),
        ({"txnType": "01"}, "unclear"),
        ({"txnAmt": "999"}, "unclear"),
        ({"origQryId": "another"}, "unclear"),
        ({"respCode": "34"}, "absent"),
        ({"respCode": "11"}, "unclear"),
    ],
)
def test_a_refund_is_made_only_where_its_own_query_says_so(
    changes: dict[str, str], outcome: str
) -> None:
    said = {**SEEN, "txnType": "04", "txnAmt": "1000", "origQryId": "42", **changes}
    assert unionpay.outcome_of(said, "04", 1000, "42") == outcome


@pytest.mark.parametrize(("when", "state"), [("160000", "refunded"), ("160001", "unknown")])
async def test_another_orders_refund_of_the_same_number_is_not_this_one(
    theirs: Unionpay, when: str, state: str
) -> None:
    def reply(asked: dict[str, str]) -> dict[str, str]:
        changes = {"txnType": "04", "txnAmt": "1000", "txnTime": f"20270115{when}"}
        return theirs.signed({**SEEN, **changes, "orderId": asked["orderId"]})

    order = msgspec.structs.replace(ORDER, platform_ref="42")
    assert (await theirs.platform(reply).refund(order, REFUND)).state == state


def test_a_payment_of_new_years_eve_keeps_its_year() -> None:
    eve = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    order = msgspec.structs.replace(ORDER, made_at=eve)
    said = {**SEEN, "txnTime": "20261231235959", "traceTime": "0101000002"}
    found = unionpay.query_of(said, order)
    assert found.paid_at and found.paid_at.isoformat() == "2027-01-01T00:00:02+08:00"
    assert unionpay.txn_time(eve) == "20261231235959"


def test_a_pay_call_says_what_unionpay_wants_to_hear() -> None:
    fields = unionpay.pay_fields(ORDER, CODE + "0001", NOTIFY)
    assert fields == unionpay.pay_fields(ORDER, CODE + "0001", NOTIFY)
    assert (fields["txnType"], fields["txnSubType"]) == ("01", "06")
    assert (fields["txnTime"], fields["txnAmt"]) == ("20270115160000", "4770")
    assert (fields["termId"], fields["backUrl"]) == ("00000001", NOTIFY)
    lettered = msgspec.structs.replace(ORDER, till="front")
    assert "termId" not in unionpay.pay_fields(lettered, CODE, None)
    assert unionpay.void_no(ORDER.order_no) == unionpay.void_no(ORDER.order_no)
    assert len(unionpay.void_no(ORDER.order_no)) == 32


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=x==&b=", {"a": "x==", "b": ""}),
        ("a={x=1&y=2}&b=2", {"a": "{x=1&y=2}", "b": "2"}),
        ("a=[1&2]&b={3]}", {"a": "[1&2]", "b": "{3]}"}),
        ("a=-----\r\nx+/=\r\n-----&b=1 2", {"a": "-----\r\nx+/=\r\n-----", "b": "1 2"}),
        ("a={1&b=2", {"a": "{1&b=2"}),
    ],
)
def test_a_reply_is_read_as_unionpay_writes_it(text: str, fields: dict[str, str]) -> None:
    assert read_reply(text.encode()) == fields


@pytest.mark.parametrize("text", ["", "a", "a=1&", "=1", "a=1&a=1", "a=1&&b=2"])
def test_a_reply_that_names_nothing_or_twice_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="named values"):
        read_reply(text.encode())


@given(st.binary(max_size=200) | st.text("a=&{}[]1\n", max_size=60).map(str.encode))
def test_no_reply_whatever_its_bytes_is_more_than_a_value_error(body: bytes) -> None:
    try:
        fields = read_reply(body)
    except ValueError:
        return
    assert raw(fields).encode() == body


@given(st.dictionaries(st.sampled_from(sorted(SEEN)), st.text(max_size=12)))
def test_no_answer_whatever_its_fields_raises_or_pays_another_amount(said: dict[str, str]) -> None:
    fields = {**SEEN, **said}
    for found in (unionpay.query_of(fields, ORDER), unionpay.handed_in(fields)):
        if found.state == "paid":
            assert fields["txnAmt"] == "4770"
            assert fields["orderId"] == ORDER.order_no
    unionpay.outcome_of(fields, "04", 1000)
