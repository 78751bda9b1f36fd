"""Odd inputs at every door: tables, scans, settings, offers, log lines, HTTP, paper, screen.

What is counted: exceptions that are no answer, and characters that steer in what came out. Both
have to be none.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from rich.cells import split_graphemes

from pos_tui import messages
from pos_tui.cloud.gateway.app import make_gateway
from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.cloud.wire.serving import PlainLogFormatter
from pos_tui.codes.context import CodeContext, context_of
from pos_tui.codes.identify import identify
from pos_tui.codes.payment import parse_formats
from pos_tui.commands.decode import describe
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.printer_letters import printer_bytes
from pos_tui.money import Currency, format_amount
from pos_tui.plain_text import escaped_lines, is_plain
from pos_tui.pricing import Goods, OfferError
from pos_tui.pricing.check import check_offer
from pos_tui.pricing.offer_file import read_offers, write_offers
from pos_tui.settings import (
    CloudSettings,
    KeySettings,
    Merchant,
    SettingsError,
    TillSettings,
    load_till_settings,
    payment_formats_text,
)
from pos_tui.text_width import clip, pad, width_of, wrap
from pos_tui.tui.straight_rows import keep_rows_straight
from pos_tui.wording.current import in_words, use
from tests.campaign.odd_text import OddText
from tests.command_line import typed

CNY = Currency.of("CNY")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = "a-key-for-tests"
_SHOWN = 5

TABLE = (
    "code,name,price,unit,size,category,brand,tax,offer,stock,lot,expires\n"
    "5449000000996,Cola 330 ml,3.50,can,330 ml,drinks,Cola,a,2 for 6,12,L1,2026-12-31\n"
    "1002,Beef noodles,31.55,bag,,food,,a,-10%,3,,\n"
    "2100100012345,Roast chicken,38.00,kg,,food,,b,,1.250,L2,2026-11-23\n"
)
TILL = """\
[shop]
name = "Corner"
address = "12 Harbour Street"
currency = "CNY"
cash_step = 1
time_zone = "Asia/Shanghai"
language = "en"
receipt_footer = "Thank you"
[till]
merchant = "M001"
number = "01"
cashier = "Ada"
[gateway]
url = "https://pay.example.com"
key = "k"
timeout_s = 6.0
[redis]
url = "rediss://u:p@h:6379/0"
[payments]
platforms = ["wechat"]
region = "CN"
[printer]
kind = "network"
host = "10.0.0.9"
port = 9100
columns = 42
encoding = "gb18030"
[tax]
mode = "included"
default = "a"
rates = { a = 13, b = 5.5 }
[expiry]
near_days = 2
[discounts]
cashier_percent = 10
reasons = ["damaged"]
[voice]
kind = "command"
command = "say"
rate = 170
[scanner]
shortest = 4
mean_gap_ms = 50.0
"""
CLOUD = """\
[gateway]
host = "127.0.0.1"
port = 8810
workers = 1
rate_per_s = 200
[log]
directory = "log"
worker = "gateway-1"
rotate_bytes = 67108864
[relay]
redis_url = "redis://127.0.0.1:6379/0"
keep_days = 7
[[merchant]]
id = "M001"
key = "k"
"""
OFFERS = """\
[[offer]]
name = "two"
kind = "n_for_price"
count = 2
price = 6
on = ["all"]
[[offer]]
name = "second"
kind = "nth"
nth = 2
percent = 50
on = ["1002"]
starts = 2026-11-01
hours = ["10:00-12:00"]
limit = 3
[[offer]]
name = "over"
kind = "basket"
over = 100
amount = "10.00"
every = true
min_quantity = 2
[[offer]]
name = "near"
kind = "near_expiry"
steps = [{ days = 2, percent = 30 }]
"""
SCANS = (
    "5449000000996", "0105449000000996172612311010L1", "]C10105449000000996\x1d3922350",
    "(01)05449000000996(3103)000842(3922)2850", "2100100012345", "134857901234567890",
    "https://id.gs1.org/01/05449000000996/10/L1?3103=000842", "1002",
    "3*1002", "281006123456789012",
)  # fmt: skip


class Counted(Struct):
    """What a campaign came to; `steered` are outputs with a character that steers."""

    inputs: int = 0
    tracebacks: int = 0
    steered: int = 0
    examples: list[str] = []

    def traceback(self, door: str, tried: object) -> None:
        """Count the exception that is being handled."""
        self.tracebacks += 1
        self._show(door, tried, traceback.format_exc(limit=-3))

    def out(self, door: str, tried: object, *texts: str) -> None:
        """Look at lines of text that a person or another program gets."""
        for text in texts:
            if escaped_lines(text) != text:
                self.steered += 1
                self._show(door, tried, ascii(text[:300]))

    def _show(self, door: str, tried: object, what: str) -> None:
        if len(self.examples) < _SHOWN:
            self.examples.append(f"{door}: {ascii(tried)[:300]}\n{what}")


Door = Callable[[OddText, Counted], None]


def odd_inputs(count: int, seed: int) -> Counted:
    """So many odd inputs, shared out over the doors; the same for the same seed."""
    use("en")
    counted = Counted()
    odd = OddText(seed)
    with tempfile.TemporaryDirectory() as name, _doors(Path(name)) as doors:
        order = [door for door, share in doors for _ in range(share)]
        while counted.inputs < count:
            odd.rng.choice(order)(odd, counted)
    return counted


def report(counted: Counted, seconds: float) -> bool:
    """Print what a campaign came to; whether all is well."""
    print(
        f"{counted.inputs} odd inputs: {counted.tracebacks} tracebacks,"
        f" {counted.steered} outputs that steer, {seconds:.0f} s"
    )
    for example in counted.examples:
        print(example)
    return not counted.tracebacks and not counted.steered


@contextmanager
def _doors(folder: Path) -> Iterator[list[tuple[Door, int]]]:
    """The doors and how often each is tried: those that take long, seldom."""
    context = context_of(TillSettings(), parse_formats(payment_formats_text()), date(2026, 11, 22))
    with _Gateway(folder / "cloud") as gateway:
        yield [
            (_scan_door(context), 500),
            (_row_door, 250),
            (_log_door, 150),
            (_offer_door, 60),
            (_setting_door(folder), 40),
            (gateway.request, 20),
            (_table_door(folder), 1),
        ]


def _scan_door(context: CodeContext) -> Door:
    encoder = msgspec.json.Encoder(decimal_format="number")

    def door(odd: OddText, counted: Counted) -> None:
        scan = odd.changed(odd.pick(SCANS)) if odd.rng.randrange(4) else odd.words()
        counted.inputs += 1
        try:
            meaning = describe(identify(scan, context))
            written = encoder.encode(meaning).decode()
            counted.out("scan", scan, escaped_lines(written), str(meaning.get("why", "")))
        except Exception:
            counted.traceback("scan", scan)

    return door


def _row_door(odd: OddText, counted: Counted) -> None:
    """A name as a row of the screen, a line on paper, a part of a sentence."""
    name, columns = odd.words(6), odd.rng.randrange(1, 40)
    counted.inputs += 1
    try:
        row = pad(name, columns)
        if width_of(row) != columns:
            raise AssertionError((row, width_of(row), columns))
        for line in wrap(name, columns):
            # Letters with a joiner between them are one character, and may be wider than the row.
            if width_of(line) > columns and len(split_graphemes(line)[0]) > 1:
                raise AssertionError(wrap(name, columns))
        counted.out("row", name, row, clip(name, columns), *wrap(name, columns))
        for character in keep_rows_straight(f"│{row}│"):
            if character != "\x1b" and not is_plain(character) and character not in "\u200c\u200d":
                counted.out("terminal", name, character)
        for encoding in ("gb18030", "cp437"):
            printed = printer_bytes(name, encoding)
            if min(printed, default=32) < 32:
                counted.out("printer", name, "\x1b")
    except Exception:
        counted.traceback("row", name)


def _log_door(odd: OddText, counted: Counted) -> None:
    """A line of the transaction log, and a line of a server's own."""
    head = messages.encode_log_line(
        messages.TransactionLogHead(log="gateway-1", base=0, opened_at=NOON)
    )
    body = odd.changed(head.decode())
    counted.inputs += 1
    for read in (messages.decode_log_line, messages.decode_log_head, messages.decode_log_entry):
        try:
            read(odd.bytes_of(body))
        except messages.MessageError as error:
            counted.out("log", body, in_words(error.reason))
        except Exception:
            counted.traceback("log", body)
    record = logging.LogRecord("pos", logging.INFO, "", 0, "%s", (body,), None)
    counted.out("log", body, PlainLogFormatter("%(message)s").format(record))


def _goods() -> list[Goods]:
    return [
        Goods("05449000000996", 350, Decimal(1), ("category:drinks",)),
        Goods("1002", 3155, Decimal(1)),
    ]


def _offer_door(odd: OddText, counted: Counted) -> None:
    text = odd.value_changed(OFFERS, "=") if odd.rng.randrange(3) else odd.changed(OFFERS)
    counted.inputs += 1
    try:
        offers = read_offers(text, CNY)
        for offer in offers:
            try:
                check_offer(offer, _goods(), NOON, lambda minor: format_amount(minor, CNY))
            except OfferError as error:
                counted.out("offer", text, in_words(error.reason))
        read_offers(write_offers(offers, CNY), CNY)
    except OfferError as error:
        counted.out("offer", text, in_words(error.reason))
    except Exception:
        counted.traceback("offer", text)


def _setting_door(folder: Path) -> Door:
    till, cloud = folder / "till.toml", folder / "cloud.toml"

    def door(odd: OddText, counted: Counted) -> None:
        is_till = bool(odd.rng.randrange(3))
        good, path = (TILL, till) if is_till else (CLOUD, cloud)
        text = odd.value_changed(good, "=") if odd.rng.randrange(3) else odd.changed(good)
        path.write_bytes(odd.bytes_of(text))
        counted.inputs += 1
        try:
            if not is_till:
                load_cloud_settings(path)
                return
            settings = load_till_settings(path)
            job = compose([(settings.shop.name, "plain")], settings.printer)
            if b"\x1bp" in job:
                counted.out("paper", text, "\x1b")
        except SettingsError as error:
            counted.out("setting", text, in_words(error.reason))
        except Exception:
            counted.traceback("setting", text)

    return door


def _table_door(folder: Path) -> Door:
    """`pos-tui import`, in this process, tried without keeping anything; each row is an input."""
    settings = folder / "shop.toml"
    settings.write_text('[shop]\nname = "Corner"\n', encoding="utf-8")

    def door(odd: OddText, counted: Counted) -> None:
        header, *rows = TABLE.splitlines()
        lines = [odd.changed(odd.pick(rows)) for _ in range(odd.rng.randrange(1, 40))]
        if not odd.rng.randrange(3):
            header = odd.changed(header)
        text = "\n".join((header, *lines))
        file = folder / "goods.csv"
        file.write_bytes(odd.bytes_of(text))
        counted.inputs += len(lines)
        try:
            done = typed("import", str(file), "--dry-run", "--settings", str(settings),
                         "--data", str(folder / "data"))  # fmt: skip
            counted.out("table", text, done.stdout, done.stderr)
        except Exception:
            counted.traceback("table", text)

    return door


class _Gateway:
    """A gateway in this process, asked without a network between."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        settings = CloudSettings(
            keys=KeySettings(merchants=Path("merchants")),
            merchant=(Merchant(id="M001", key=KEY),),
        )
        settings = msgspec.structs.replace(
            settings,
            gateway=msgspec.structs.replace(
                settings.gateway, rate_per_s=1_000_000, burst=1_000_000
            ),
        )
        self._loop = asyncio.new_event_loop()
        self._app = make_gateway(settings, folder)
        self._lifespan = self._app.router.lifespan_context(self._app)
        self._logged = _Logged()

    def __enter__(self) -> _Gateway:
        self._loop.run_until_complete(self._lifespan.__aenter__())
        logging.getLogger("pos_tui").addHandler(self._logged)
        logging.getLogger("pos_tui").propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("pos_tui").removeHandler(self._logged)
        logging.getLogger("pos_tui").propagate = True
        self._loop.run_until_complete(self._lifespan.__aexit__(None, None, None))
        self._loop.close()

    def request(self, odd: OddText, counted: Counted) -> None:
        """One request, mostly signed, with a body or headers that are odd."""
        order = {
            "order_no": f"{odd.rng.getrandbits(64):016x}", "merchant": "M001", "till": "01",
            "amount": 4770, "currency": "CNY", "auth_code": "134857901234567890",
            "subject": "Corner 000148", "made_at": NOON.isoformat(),
        }  # fmt: skip
        if odd.rng.randrange(3):
            order[odd.pick(tuple(order))] = odd.rng.choice(
                (odd.words(), 10**30, -1, None, [], {"a": []}, 1.5, True)
            )
        body = json.dumps(order, ensure_ascii=bool(odd.rng.randrange(2)))
        if not odd.rng.randrange(3):
            body = odd.changed(body)
        method = odd.pick(("POST", "POST", "POST", "POST", "GET", "DELETE"))
        path = "/v1/orders"
        if method != "POST" or not odd.rng.randrange(6):
            path = f"/v1/orders/{odd.words().replace('?', '')}" + odd.pick(
                ("", "/cancel", "/refunds")
            )
        data = odd.bytes_of(body) if not odd.rng.randrange(4) else body.encode("utf-8", "replace")
        counted.inputs += 1
        try:
            status, text = self._loop.run_until_complete(
                self._answer(method, path, data, self._headers(odd, method, path, data))
            )
            counted.out("http", (method, path, body), escaped_lines(text))
            json.loads(text or "null")
            if status == 500:
                raise AssertionError(self._logged.lines[-1:])
        except Exception:
            counted.traceback("http", (method, path, body))
        counted.out("http log", (method, path, body), *self._logged.lines)
        self._logged.lines.clear()

    @staticmethod
    def _headers(odd: OddText, method: str, path: str, body: bytes) -> dict[str, str]:
        stamp, nonce = str(int(time.time() * 1000)), secrets.token_hex(8)
        signature = messages.request_signature(KEY.encode(), method, path, stamp, nonce, body)
        headers = {
            messages.MERCHANT_HEADER: "M001",
            messages.TIME_HEADER: stamp,
            messages.NONCE_HEADER: nonce,
            messages.SIGNATURE_HEADER: signature,
        }
        if not odd.rng.randrange(4):
            headers[odd.pick(tuple(headers))] = odd.words()
        return headers

    async def _answer(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str]:
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            said.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": path, "raw_path": path.encode("utf-8", "replace"),
            "query_string": b"", "root_path": "", "server": ("127.0.0.1", 8810),
            "client": ("127.0.0.1", 5),
            "headers": [
                (name.lower().encode(), value.encode("latin-1", "replace"))
                for name, value in headers.items()
            ],
        }  # fmt: skip
        await self._app(scope, receive, send)
        answer = b"".join(each.get("body", b"") for each in said[1:])
        return int(said[0]["status"]), answer.decode()


class _Logged(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(PlainLogFormatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
