"""Which currency a cell names beside its number: by its code, or by a sign that is used for it."""

from __future__ import annotations

import re

from pos_tui.money import is_currency

_SIGNS = {
    "$": "USD AUD CAD HKD NZD SGD TWD MXN ARS CLP COP BBD BMD BND BSD BZD DOP FJD GYD JMD KYD LRD"
    " NAD SBD SRD TTD UYU XCD CUP",
    "€": "EUR", "£": "GBP EGP FKP GIP LBP SHP SSP SYP", "¥": "CNY JPY", "￥": "CNY JPY",
    "₩": "KRW KPW", "₹": "INR", "₽": "RUB", "₺": "TRY", "₫": "VND", "₱": "PHP", "฿": "THB",
    "₴": "UAH", "₪": "ILS", "₸": "KZT", "₦": "NGN", "₡": "CRC", "₲": "PYG", "₵": "GHS", "₭": "LAK",
    "₮": "MNT", "₾": "GEL", "₼": "AZN",
    "Rp": "IDR", "RM": "MYR", "Kč": "CZK", "zł": "PLN", "Ft": "HUF", "kr": "SEK NOK DKK ISK",
    "Fr": "CHF", "lei": "RON MDL", "лв": "BGN", "руб": "RUB", "р": "RUB",
    "元": "CNY TWD HKD MOP", "圆": "CNY", "块": "CNY", "圓": "TWD HKD", "円": "JPY", "원": "KRW",
    "บาท": "THB", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "C$": "CAD", "S$": "SGD",
    "R$": "BRL", "NZ$": "NZD", "CN¥": "CNY", "JP¥": "JPY",
}  # fmt: skip
_BESIDE = re.compile(r"[^\d\s.,'’+\-−]+")


def names_other_currency(text: str, currency: str) -> bool:
    """Whether a cell names a currency that is not this one (ISO 4217); units name none."""
    for word in _BESIDE.findall(text):
        sign: str = word.rstrip(".")
        if sign in _SIGNS:
            return currency not in _SIGNS[sign].split()
        if is_currency(sign):
            return sign != currency
    return False
