"""Money in integer minor units: currencies, rounding, amounts as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from msgspec import Struct

from pos_tui.reasons import ReasonError

_EXPONENTS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
    "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip
_NUMERIC = {
    "AED": "784", "AUD": "036", "BRL": "986", "CAD": "124", "CHF": "756", "CNY": "156",
    "CZK": "203", "DKK": "208", "EUR": "978", "GBP": "826", "HKD": "344", "HUF": "348",
    "IDR": "360", "INR": "356", "JPY": "392", "KRW": "410", "MOP": "446", "MXN": "484",
    "MYR": "458", "NOK": "578", "NZD": "554", "PHP": "608", "PLN": "985", "RUB": "643",
    "SAR": "682", "SEK": "752", "SGD": "702", "THB": "764", "TRY": "949", "TWD": "901",
    "USD": "840", "VND": "704", "ZAR": "710",
}  # fmt: skip
_CODES = frozenset({
    "DES", "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN",
    "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD",
    "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR",
    "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD",
    "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD",
    "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK",
    "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT",
    "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO",
    "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG",
    "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
    "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS",
    "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU",
    "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF",
    "YER", "ZAR", "ZMW", "ZWG",
})  # fmt: skip
_ONE = Decimal(1)
_LARGEST = 10**12  # minor units; above this an amount is a mistake, not a price


class AmountError(ReasonError):
    """An amount that cannot be read; its reason is for the person who typed it."""


class Currency(Struct, frozen=True):
    """An ISO 4217 currency: its code, its exponent and the smallest step payable in cash."""

    code: str
    exponent: int
    cash_step: int = 1

    @property
    def numeric(self) -> str:
        """Its three-digit number in ISO 4217, as GS1 codes name it; "" where it is not known."""
        return _NUMERIC.get(self.code, "")

    @staticmethod
    def of(code: str, cash_step: int = 1) -> Currency:
        """The currency of an ISO 4217 code (exponents: ISO 4217 list one); cash_step in minor."""
        return Currency(code, _EXPONENTS.get(code, 2), cash_step)


def is_currency(code: str) -> bool:
    """Whether this is the ISO 4217 code of a currency that shops are paid in."""
    return code in _CODES


def round_half_up(amount: Decimal) -> int:
    """Round an amount in minor units to a whole one, halves away from zero."""
    return int(amount.quantize(_ONE, rounding=ROUND_HALF_UP))


def prorate(amount: int, part: int, whole: int) -> int:
    """An amount's part, half up: prorate(100, 2, 3) is 67; a part below zero gives the negative."""
    doubled = 2 * abs(amount) * abs(part) + abs(whole)
    share = doubled // (2 * abs(whole))
    return -share if (amount < 0) ^ (part < 0) ^ (whole < 0) else share


def parse_amount(text: str, currency: Currency) -> int:
    """Read an amount in major units ("47.70", "47,7") as minor units.

    Raises AmountError for anything else: signs, several separators, too many decimals.
    """
    text = text.strip()
    plain = text.replace(",", ".")
    if not plain.replace(".", "", 1).isascii() or not plain.replace(".", "", 1).isdigit():
        raise AmountError("money.not_an_amount", text=text)
    try:
        minor = Decimal(plain).scaleb(currency.exponent)
    except InvalidOperation as error:  # pragma: no cover - isdigit has let only digits through
        raise AmountError("money.not_an_amount", text=text) from error
    if minor != minor.to_integral_value():
        raise AmountError(
            "money.too_many_decimals",
            text=text, currency=currency.code, decimals=currency.exponent,
        )  # fmt: skip
    if minor > _LARGEST:
        raise AmountError("money.too_large", text=text)
    return int(minor)


def format_amount(minor: int, currency: Currency) -> str:
    """An amount in minor units as plain major units: 4770 → "47.70", -5 → "-0.05"."""
    exponent = currency.exponent
    if exponent == 0:
        return str(minor)
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-exponent]}.{digits[-exponent:]}"


def round_cash(minor: int, currency: Currency) -> int:
    """The amount payable in cash: rounded half up to the currency's smallest cash step."""
    step = currency.cash_step
    return (minor + step // 2) // step * step


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Spread an amount (minor units, not negative) in proportion to weights, to the last unit.

    Largest remainder: parts add up to the whole, and none is further than one unit from its share.
    Of equal remainders the first gets the unit. Nothing has weight: everything is 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts, remainders = [], []
    for place, weight in enumerate(weights):
        part, remainder = divmod(total * weight, whole)
        parts.append(part)
        remainders.append((-remainder, place))
    for _, place in sorted(remainders)[: total - sum(parts)]:
        parts[place] += 1
    return parts
