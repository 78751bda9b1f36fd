"""till.toml: the shop, its till, what it connects to and how it looks."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, field
from msgspec.structs import force_setattr

from pos_tui.money import Currency
from pos_tui.settings.notes import denominations_of, notes_of
from pos_tui.settings.printer_models import PRINTER_MODELS, ModelName, PrinterModel
from pos_tui.settings.scales import ScaleSettings
from pos_tui.settings.scanners import ScannerSettings
from pos_tui.settings.section import (
    LANGUAGE_TAG,
    ONE_REGION,
    OPTIONAL_WEB_ADDRESS,
    REGION,
    Identity,
    Port,
    Positive,
    Seconds,
    Section,
)

Past = Literal["refuse", "warn", "allow"]
SpokenKind = Literal["fault", "unknown", "not_paid", "expired", "paid", "cash", "item"]
PrinterRole = Literal["labels"]
DrawerReason = Annotated[str, Meta(min_length=1, max_length=24)]


class ShopSettings(Section, frozen=True):
    """The shop as customers see it; time_zone is an IANA name, empty for the machine's own.

    language is what till and receipts speak ("zh_CN"), empty for the environment's.
    """

    name: str = "My shop"
    address: str = ""
    currency: str = "CNY"
    cash_step: Positive = 1
    time_zone: str = ""
    language: str = ""
    receipt_footer: str = "Thank you"


class TillIdentity(Section, frozen=True):
    """Which till this is: the merchant's account, the till's number, who stands at it."""

    merchant: Identity = "M001"
    number: Identity = "01"
    cashier: str = "Cashier"


class GatewaySettings(Section, frozen=True):
    """The first cloud server, as the till knows it; without a url the till accepts cash only.

    Only with `insecure` may the way to another machine be without TLS.
    """

    url: Annotated[str, Meta(pattern=OPTIONAL_WEB_ADDRESS)] = ""
    key: str = ""
    timeout_s: Seconds = 6.0
    insecure: bool = False


class RedisSettings(Section, frozen=True):
    """The second cloud server; without a url the till asks the gateway instead."""

    url: Annotated[str, Meta(pattern=r"^((rediss?(\+(sentinel|cluster))?|unix)://.+)?$")] = ""


class PaymentSettings(Section, frozen=True):
    """Which customers' codes this shop accepts, and the table of formats that tells them apart.

    The region (CN, HK, JP, …), or several, is the currency's where it is empty; a platform that is
    named here and has no format in it counts with those of all regions. Without a file the
    program's own table is used. Weak formats are those that only a single sample speaks for.
    """

    platforms: tuple[str, ...] = ("wechat", "alipay", "unionpay")
    region: (
        Annotated[str, Meta(pattern=REGION)] | tuple[Annotated[str, Meta(pattern=ONE_REGION)], ...]
    ) = ""
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
    """The receipt printer: `none`, an ESC/POS printer on the `network`, on a `serial` port, behind
    a `file` or device, or a queue of `cups` or `windows`.

    `path` is the port, the device or the file. Columns and encoding are the model's where they are
    not set, and so is the pin that opens the drawer. `letters`: rows with letters that the encoding
    lacks are printed as an image (`auto`), with the `replacement` in their place (`bytes`), or all
    that is not plain ASCII is an image (`image`), in the `font`, a file, and those of the system. A
    row has so many `dots`; 0: what is usual. What was wanted more than `ask_after_hours` ago is
    printed only when somebody says so.
    """

    kind: Literal["none", "network", "serial", "file", "cups", "windows"] = "none"
    model: ModelName = "generic"
    host: str = ""
    port: Port = 9100
    path: str = ""
    queue: str = ""
    baud: Positive = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    flow: Literal["none", "rts", "dsr", "xon"] = "none"
    columns: Annotated[int, Meta(ge=20, le=96)] = 0
    encoding: str = ""
    letters: Literal["auto", "bytes", "image"] = "auto"
    replacement: Annotated[str, Meta(min_length=1, max_length=1)] = "?"
    font: str = ""
    dots: Annotated[int, Meta(ge=0, le=1024)] = 0
    timeout_s: Seconds = 5.0
    ask_after_hours: Annotated[int, Meta(ge=1, le=720)] = 8
    ask_when_printed: bool = True
    drawer_pin: Literal[0, 2, 5] = 0
    drawer_pulse_ms: Annotated[int, Meta(ge=2, le=510)] = 50
    drawer_open_at: Literal["unknown", "high", "low"] = "unknown"

    def __post_init__(self) -> None:
        model = self.of_model
        force_setattr(self, "columns", self.columns or model.columns)
        force_setattr(self, "encoding", self.encoding or model.encoding)
        force_setattr(self, "drawer_pin", self.drawer_pin or model.drawer_pin)

    @property
    def of_model(self) -> PrinterModel:
        """What printers of this model have in common."""
        return PRINTER_MODELS[self.model]


class RolePrinterSettings(PrinterSettings, frozen=True, kw_only=True):
    """A printer for some of the work, with the keys of the receipt printer."""

    role: PrinterRole


class ReceiptSettings(Section, frozen=True):
    """What receipts look like: the layout, by the name of one that comes with the till or by its
    file, and what their QR code says: "self", a web address with fields in braces, or nothing.
    """

    layout: str = ""
    qr: Annotated[str, Meta(max_length=400)] = ""


class CashSettings(Section, frozen=True):
    """Cash and its drawer.

    `notes` are what a key of the question for payment offers, in whole units of the currency;
    without any, those that the currency has. `day_ends_at` is the hour until which sales after
    midnight belong to the day before. Above `drop_above` (whole units; 0: never) a drop to the safe
    is suggested. With `drawer_kick` the receipt printer opens the drawer.
    """

    notes: tuple[Positive, ...] = ()
    day_ends_at: Annotated[int, Meta(ge=0, le=23)] = 0
    drop_above: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    drawer_kick: bool = False
    pay_in_reasons: tuple[DrawerReason, ...] = ("change", "owner", "found")
    pay_out_reasons: tuple[DrawerReason, ...] = ("supplies", "supplier", "postage", "owner")
    no_sale_reasons: tuple[DrawerReason, ...] = ("change", "mistake", "to count")


class TaxSettings(Section, frozen=True):
    """Tax on sales: included in prices or added to them; percentages by tax class."""

    mode: Literal["none", "included", "added"] = "none"
    rounding: Literal["basket", "line"] = "basket"
    default: str = "standard"
    rates: dict[str, Decimal] = field(default_factory=dict)


class ExpirySettings(Section, frozen=True):
    """What is done with goods past their date, when one is near, and with what is put aside."""

    use_by: Past = "refuse"
    best_before: Past = "refuse"
    near_days: Annotated[int, Meta(ge=0, le=365)] = 2
    put_aside: Literal["to_check", "written_off"] = "to_check"


class DiscountSettings(Section, frozen=True):
    """Manual discounts: up to how many percent alone, and why."""

    cashier_percent: Annotated[int, Meta(ge=0, le=100)] = 10
    reasons: tuple[Annotated[str, Meta(min_length=1, max_length=24)], ...] = (
        "damaged",
        "short date",
        "price promise",
        "goodwill",
    )


class StaffSettings(Section, frozen=True):
    """The staff at the till: whether somebody has to sign on before anything is done, and after how
    many minutes without a key or a scan they are signed off (0: never).
    """

    sign_on: bool = False
    lock_after_minutes: Annotated[int, Meta(ge=0, le=600)] = 0


class VoucherSettings(Section, frozen=True):
    """The shop's own vouchers: for how many months each is good; 0: for ever."""

    months: Annotated[int, Meta(ge=0, le=600)] = 0


class VoiceSettings(Section, frozen=True):
    """Who speaks, and of what: espeak-ng, Windows' own voice, a command that gets the sentence, or
    tones, which need no language.
    """

    kind: Literal["none", "espeak", "sapi", "command", "tones"] = "none"
    says: tuple[SpokenKind, ...] = ("fault", "unknown", "not_paid", "expired", "paid")
    language: Annotated[str, Meta(pattern=LANGUAGE_TAG)] = "en"
    rate: Annotated[int, Meta(ge=80, le=450)] = 170
    command: str = ""


class CustomerSettings(Section, frozen=True):
    """What the customer sees of the sale: whether the till serves screens of this machine, on which
    port of it (0: whichever is free), and what they show while nothing is sold.
    """

    enabled: bool = False
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    notices: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=120)], ...], Meta(max_length=12)
    ] = ()


class DisplaySettings(Section, frozen=True):
    """A display of two rows of twenty signs for the customer, on a serial port: a path, COMn, or
    usb:VVVV:PPPP. `encoding` is what letters it has, `brightness` 1 … 4 (0: as it is).
    """

    kind: Literal["none", "cd5220", "escpos"] = "none"
    port: str = ""
    baud: Positive = 9600
    encoding: str = "ascii"
    brightness: Annotated[int, Meta(ge=0, le=4)] = 0


class BackupSettings(Section, frozen=True):
    """Backups that the running till makes by itself: into which folder (without one it makes none),
    how often, and for how many days each is kept. `with_key` puts the journal's key in, too.
    """

    folder: str = ""
    every_hours: Annotated[int, Meta(ge=1, le=8760)] = 24
    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    with_key: bool = False


class ScreenSettings(Section, frozen=True):
    """The theme, the marks that the terminal's font has (console: no ◐ ✓ ╭; ascii: no frames),
    and which command each key runs where the shop wants another.
    """

    theme: str = "dark"
    marks: Literal["auto", "full", "console", "ascii"] = "auto"
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
    printer_for: tuple[RolePrinterSettings, ...] = ()
    receipt: ReceiptSettings = field(default_factory=ReceiptSettings)
    cash: CashSettings = field(default_factory=CashSettings)
    tax: TaxSettings = field(default_factory=TaxSettings)
    expiry: ExpirySettings = field(default_factory=ExpirySettings)
    discounts: DiscountSettings = field(default_factory=DiscountSettings)
    staff: StaffSettings = field(default_factory=StaffSettings)
    vouchers: VoucherSettings = field(default_factory=VoucherSettings)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    customer: CustomerSettings = field(default_factory=CustomerSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    scanner: ScannerSettings = field(default_factory=ScannerSettings)
    scale: ScaleSettings = field(default_factory=ScaleSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)

    def printer_of(self, role: PrinterRole) -> PrinterSettings:
        """The printer for this work: one of its own, else the receipt printer."""
        return next((each for each in self.printer_for if each.role == role), self.printer)

    @property
    def currency(self) -> Currency:
        """The shop's currency."""
        return Currency.of(self.shop.currency, self.shop.cash_step)

    @property
    def denominations(self) -> tuple[int, ...]:
        """The notes and coins of a drawer, in minor units, the largest first."""
        return denominations_of(self.currency, self.cash.notes)

    @property
    def notes(self) -> tuple[int, ...]:
        """The notes that customers pay with, in minor units, the smallest first."""
        return notes_of(self.currency, self.cash.notes)
