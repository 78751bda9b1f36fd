"""Settings: till.toml and cloud.toml as typed values, and where the platform keeps them."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from pos_tui.money import Currency

PROGRAM = "pos-tui"

Positive = Annotated[int, Meta(ge=1)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Seconds = Annotated[float, Meta(gt=0, le=600)]
Milliseconds = Annotated[float, Meta(gt=0, le=10_000)]
ScannerLayout = Literal["us", "uk", "de", "fr", "es", "it"]
Identity = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class SettingsError(ValueError):
    """A settings file that cannot be used; its text names the file, the line, the key and why."""


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a settings file; an unknown key in it is an error, never ignored."""


# ---- the till --------------------------------------------------------------------------------


class ShopSettings(Section, frozen=True):
    """The shop as customers see it; time_zone is an IANA name, empty for the machine's own."""

    name: str = "My shop"
    address: str = ""
    currency: str = "CNY"
    cash_step: Positive = 1
    time_zone: str = ""
    receipt_footer: str = "Thank you"


class TillIdentity(Section, frozen=True):
    """Which till this is: the merchant's account, the till's number, who stands at it."""

    merchant: Identity = "M001"
    number: Identity = "01"
    cashier: str = "Cashier"


class GatewaySettings(Section, frozen=True):
    """The first cloud server, as the till knows it; without a url the till takes cash only."""

    url: Annotated[str, Meta(pattern=r"^(https?://.+)?$")] = ""
    key: str = ""
    timeout_s: Seconds = 6.0


class RedisSettings(Section, frozen=True):
    """The second cloud server; without a url the till asks the gateway instead."""

    url: Annotated[str, Meta(pattern=r"^((rediss?|unix)://.+)?$")] = ""


class PaymentSettings(Section, frozen=True):
    """Which customers' codes this shop takes, and by which table of formats they are told.

    The region (CN, HK, JP, …) is the currency's where it is empty; without a file the program's
    own table is used. Weak formats are those that only a single sample speaks for.
    """

    platforms: tuple[str, ...] = ("wechat", "alipay", "unionpay")
    region: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")] = ""
    weak_formats: bool = False
    formats_file: Path | None = None


class CodeTemplate(Section, frozen=True):
    """A template of the shop's own: its name, and a regular expression with named groups."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    pattern: Annotated[str, Meta(min_length=1, max_length=400)]


class CodeSettings(Section, frozen=True):
    """What the shop's own codes look like: labels with a price or weight in them, and templates."""

    layouts: tuple[str, ...] = ()
    template: tuple[CodeTemplate, ...] = ()


class PrinterSettings(Section, frozen=True):
    """The receipt printer: `none`, an ESC/POS printer on the `network`, or a `file`."""

    kind: Literal["none", "network", "file"] = "none"
    host: str = ""
    port: Port = 9100
    path: str = ""
    columns: Annotated[int, Meta(ge=20, le=96)] = 42
    encoding: str = "gb18030"
    timeout_s: Seconds = 5.0


class EvdevDevice(Section, frozen=True, tag_field="kind", tag="evdev"):
    """A keyboard-like scanner on Linux, by a part of its name or by its path."""

    device: str
    name: str = "1"
    layout: ScannerLayout = "us"
    grab: bool = True


class SerialDevice(Section, frozen=True, tag_field="kind", tag="serial"):
    """A scanner on a serial port (or USB-COM): a path, COMn, or usb:VVVV:PPPP."""

    port: str
    name: str = "1"
    baud: Positive = 9600
    bits: Literal[5, 6, 7, 8] = 8
    parity: Literal["N", "E", "O", "M", "S"] = "N"
    stop: Literal[1, 2] = 1
    encoding: str = "utf-8"


class HidrawDevice(Section, frozen=True, tag_field="kind", tag="hidraw"):
    """A scanner in HID-POS mode on Linux, by a part of its name or by its path."""

    device: str
    name: str = "1"


class RawInputDevice(Section, frozen=True, tag_field="kind", tag="raw_input"):
    """A scanner on Windows, by a part of its device name (VID_05E0&PID_1200)."""

    device: str
    name: str = "1"
    layout: ScannerLayout = "us"


ScannerDevice = EvdevDevice | SerialDevice | HidrawDevice | RawInputDevice


class ScannerSettings(Section, frozen=True):
    """How keystrokes of a scanner are told from typing (milliseconds, characters), which scanners
    have a device of their own, and the folder in which new pictures of codes are looked for.
    """

    prefix: str = ""
    suffix: str = ""
    shortest: Positive = 4
    mean_gap_ms: Milliseconds = 50.0
    longest_gap_ms: Milliseconds = 100.0
    double_read_ms: Annotated[float, Meta(ge=0, le=5_000)] = 300.0
    pictures: Path | None = None
    device: tuple[ScannerDevice, ...] = ()


class ScreenSettings(Section, frozen=True):
    """The theme of the screen, and which command each key runs where the shop wants another."""

    theme: str = "dark"
    keys: dict[str, str] = field(default_factory=dict)


class TillSettings(Section, frozen=True):
    """till.toml."""

    shop: ShopSettings = field(default_factory=ShopSettings)
    till: TillIdentity = field(default_factory=TillIdentity)
    gateway: GatewaySettings = field(default_factory=GatewaySettings)
    redis: RedisSettings = field(default_factory=RedisSettings)
    payments: PaymentSettings = field(default_factory=PaymentSettings)
    codes: CodeSettings = field(default_factory=CodeSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)
    scanner: ScannerSettings = field(default_factory=ScannerSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)

    @property
    def currency(self) -> Currency:
        """The shop's currency."""
        return Currency.of(self.shop.currency, self.shop.cash_step)


# ---- the servers -----------------------------------------------------------------------------


class WeChatAccount(Section, frozen=True):
    """A merchant's WeChat Pay V3 account; the files are PEM, `platform_*` are WeChat's own."""

    url: str
    appid: str
    mchid: str
    serial: str
    private_key_file: Path
    platform_serial: str
    platform_public_key_file: Path


class AlipayAccount(Section, frozen=True):
    """A merchant's Alipay account in key mode; the files are PEM."""

    url: str
    app_id: str
    private_key_file: Path
    alipay_public_key_file: Path


class UnionPayAccount(Section, frozen=True):
    """A merchant's UnionPay QRA account."""

    url: str
    mch_id: str
    key: str


class Merchant(Section, frozen=True):
    """A merchant: the key that its tills sign with, and its accounts at the platforms."""

    id: str
    key: str
    disabled: bool = False
    wechat: WeChatAccount | None = None
    alipay: AlipayAccount | None = None
    unionpay: UnionPayAccount | None = None


class GatewayServer(Section, frozen=True):
    """Where the gateway listens and keeps its orders; relative paths start at the data folder.

    Without a file of payment formats it uses the program's own table.
    """

    host: str = "127.0.0.1"
    port: int = 8810
    database: Path = Path("gateway.db")
    formats_file: Path | None = None


class TransactionLogSettings(Section, frozen=True):
    """The transaction log: its folder and when a file is full (bytes)."""

    directory: Path = Path("log")
    worker: str = "gateway-1"
    rotate_bytes: int = 64 * 1024 * 1024


class RelayServer(Section, frozen=True):
    """The Redis that the relay writes to."""

    redis_url: str = "redis://127.0.0.1:6379/0"
    keep_days: int = 7


class SimulatorServer(Section, frozen=True):
    """Where the stand-ins for the platforms listen, and the keys they sign with."""

    host: str = "127.0.0.1"
    port: int = 8820
    private_key_file: Path = Path("platform-key.pem")


class CloudSettings(Section, frozen=True):
    """cloud.toml, shared by gateway, relay and simulators; each reads its own part."""

    gateway: GatewayServer = field(default_factory=GatewayServer)
    log: TransactionLogSettings = field(default_factory=TransactionLogSettings)
    relay: RelayServer = field(default_factory=RelayServer)
    simulator: SimulatorServer = field(default_factory=SimulatorServer)
    merchant: tuple[Merchant, ...] = ()

    def merchant_by_id(self, merchant_id: str) -> Merchant | None:
        """The merchant with this id, disabled or not."""
        return next((m for m in self.merchant if m.id == merchant_id), None)


# ---- places ----------------------------------------------------------------------------------


def settings_place() -> Path:
    """The folder where this platform keeps settings (XDG on Linux, AppData on Windows)."""
    from platformdirs import user_config_path

    return user_config_path(PROGRAM, appauthor=False)


def data_place() -> Path:
    """The folder where this platform keeps a program's data (XDG on Linux, AppData on Windows)."""
    from platformdirs import user_data_path

    return user_data_path(PROGRAM, appauthor=False)


def payment_formats_text(path: Path | None = None) -> str:
    """The table of payment formats (TOML): a shop's own file, or the program's.

    Raises SettingsError.
    """
    path = path or Path(__file__).with_name("codes") / "payment_formats.toml"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(f"payments.formats_file: {path} cannot be read ({why}).") from error


# ---- reading ---------------------------------------------------------------------------------

_Settings = TypeVar("_Settings", TillSettings, CloudSettings)


def load_till_settings(path: Path | None) -> TillSettings:
    """till.toml from a path, or from its usual place, where its absence means the defaults.

    Raises SettingsError.
    """
    if path is None:
        path = settings_place() / "till.toml"
        if not path.exists():
            return TillSettings()
    settings = _load(path, TillSettings)
    for key, wrong in _contradictions(settings):
        line = _line_of(path.read_text(encoding="utf-8"), key.split("."))
        raise SettingsError(f"{path}{f', line {line}' if line else ''}: {key}: {wrong}.")
    return settings


_USUAL_ENCODINGS = ("auto", "gb18030", "cp437", "cp858", "utf-8", "ascii")


def _contradictions(settings: TillSettings) -> Iterator[tuple[str, str]]:
    """What no single value shows to be wrong, with the key to look at."""
    if settings.gateway.url and not settings.gateway.key:
        yield "gateway.url", "it is set, so gateway.key is needed too"
    encodings = [("printer.encoding", settings.printer.encoding)]
    for device in settings.scanner.device:
        if isinstance(device, SerialDevice):
            encodings.append(("scanner.device.encoding", device.encoding))
    for key, encoding in encodings:
        try:
            if encoding not in _USUAL_ENCODINGS:  # to look one up is to load it
                codecs.lookup(encoding)
        except LookupError:
            yield key, f"there is no encoding “{encoding}”"


def load_cloud_settings(path: Path | None) -> CloudSettings:
    """cloud.toml from a path, or from its usual place. Raises SettingsError."""
    return _load(path or settings_place() / "cloud.toml", CloudSettings)


def _load(path: Path, kind: type[_Settings]) -> _Settings:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}).") from error
    try:
        return msgspec.convert(tomllib.loads(text), kind, dec_hook=_path_of)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise SettingsError(_explain(path, text, str(error))) from error


def _path_of(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise msgspec.ValidationError("Expected a path in quotes")


def _explain(path: Path, text: str, problem: str) -> str:
    what, _, where = problem.partition(" - at `$")
    keys = [key for key in re.split(r"[.\[\]]", where.rstrip("`")) if key and key != "..."]
    unknown = re.search(r"unknown field `(.+?)`", what)
    if unknown:
        keys.append(unknown[1])
        what = "there is no such setting"
    names = [key for key in keys if not key.isdigit()]
    line = _line_of(text, names)
    place = f"{path}, line {line}" if line else str(path)
    return f"{place}: {'.'.join(names) or 'settings'}: {what.replace('Object', 'the table')}."


def _line_of(text: str, names: list[str]) -> int | None:
    """The line that sets this key, or else the one that opens its table."""
    best = None
    for number, table, key in _keys(text):
        if [*table, key] == names:
            return number
        if best is None and not key and table == names[: len(table)]:
            best = number
    return best


def _keys(text: str) -> Iterator[tuple[int, list[str], str]]:
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([\w.\-\s\"]+?)\s*\]", line)
        if header:
            table = [part.strip(' "') for part in header[1].split(".")]
            yield number, table, ""
        elif assignment := re.match(r"\s*\"?([\w\-]+)\"?\s*=", line):
            yield number, table, assignment[1]
