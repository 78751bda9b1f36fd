"""Amounts as people say them, from minor units: never from how they are printed."""

from __future__ import annotations

from pos_tui.money import Currency, format_amount
from pos_tui.receipts.words import words_in
from pos_tui.wording.language import Wording
from pos_tui.wording.spoken_numbers import (
    english_number,
    mandarin_digits,
    mandarin_number,
    number_speaker,
)

# What a currency's unit and its part are called; a shop calls its own dollars dollars.
_NAMES = {
    "AED": ("dirham", "fils"),
    "AUD": ("dollar", "cent"),
    "BHD": ("dinar", "fils"),
    "BIF": ("franc", ""),
    "BRL": ("real", "centavo"),
    "CAD": ("dollar", "cent"),
    "CHF": ("franc", "rappen"),
    "CLP": ("peso", ""),
    "CNY": ("yuan", "fen"),
    "CZK": ("koruna", "haler"),
    "DJF": ("franc", ""),
    "DKK": ("krone", "ore"),
    "EUR": ("euro", "cent"),
    "GBP": ("pound", "penny"),
    "GNF": ("franc", ""),
    "HKD": ("dollar", "cent"),
    "HUF": ("forint", ""),
    "IDR": ("rupiah", ""),
    "INR": ("rupee", "paisa"),
    "IQD": ("dinar", "fils"),
    "ISK": ("krona", ""),
    "JOD": ("dinar", "fils"),
    "JPY": ("yen", ""),
    "KMF": ("franc", ""),
    "KRW": ("won", ""),
    "KWD": ("dinar", "fils"),
    "LYD": ("dinar", "dirham"),
    "MOP": ("pataca", "avo"),
    "MXN": ("peso", "centavo"),
    "MYR": ("ringgit", "sen"),
    "NOK": ("krone", "ore"),
    "NZD": ("dollar", "cent"),
    "OMR": ("rial", "baisa"),
    "PHP": ("peso", "centavo"),
    "PLN": ("zloty", "grosz"),
    "PYG": ("guarani", ""),
    "RUB": ("rouble", "kopeck"),
    "RWF": ("franc", ""),
    "SAR": ("riyal", "halala"),
    "SEK": ("krona", "ore"),
    "SGD": ("dollar", "cent"),
    "THB": ("baht", "satang"),
    "TND": ("dinar", "millime"),
    "TRY": ("lira", "kurus"),
    "TWD": ("dollar", "cent"),
    "UGX": ("shilling", ""),
    "USD": ("dollar", "cent"),
    "VND": ("dong", ""),
    "VUV": ("vatu", ""),
    "XAF": ("franc", ""),
    "XOF": ("franc", ""),
    "XPF": ("franc", ""),
    "ZAR": ("rand", "cent"),
}


def say_amount(minor: int, currency: Currency, language: str) -> str:
    """An amount in minor units, aloud: 3480 is "thirty-four yuan eighty", 三十四点八元.

    Below zero it is said without its sign. A language without words for numbers gets digits.
    """
    words = words_in(language)
    whole, part = divmod(abs(minor), 10**currency.exponent)
    unit, part_name = _NAMES.get(currency.code, ("", ""))
    digits = f"{part:0{currency.exponent}}".rstrip("0") if part else ""
    speaker = number_speaker(words.language)
    if speaker is english_number and part and part_name:
        return _english(whole, part, currency.exponent, unit, part_name, words)
    if speaker is mandarin_number:
        number = _mandarin_decimal(whole, digits)
    elif speaker is english_number:
        number = _english_decimal(whole, digits)
    else:
        number = format_amount(abs(minor), currency)
    # A currency without a name is spelled.
    name = _name(unit, 2 if digits else whole, words) if unit else " ".join(currency.code)
    return words("spoken.amount", number=number, unit=name)


def _english(
    whole: int, part: int, exponent: int, unit: str, part_name: str, words: Wording
) -> str:
    """ "five fen", "one yuan oh five", "one yuan fifty", "one dinar and fifty fils"."""
    units = words("spoken.amount", number=english_number(whole), unit=_name(unit, whole, words))
    small = english_number(part)
    parts = words("spoken.amount", number=small, unit=_name(part_name, part, words))
    if not whole:
        return parts
    if exponent != 2:
        return words("spoken.units_and_parts", units=units, parts=parts)
    if part < 10:
        return words("spoken.units_and_digit", units=units, small=small)
    return words("spoken.units_and_small", units=units, small=small)


def _name(name: str, count: int, words: Wording) -> str:
    return words(f"currency.{name}", count=count)


def _english_decimal(whole: int, digits: str) -> str:
    number = english_number(whole)
    if not digits:
        return number
    spelled = " ".join(english_number(int(digit)) for digit in digits)
    return words_in("en")("spoken.decimal", whole=number, digits=spelled)


def _mandarin_decimal(whole: int, digits: str) -> str:
    """三十四点八 for 34.80. 两 as people say it: two of something, and where a number begins with
    200, 2,000, 20,000; 二 inside numbers and before a decimal, as in 一千二百 and 二点五.
    """
    number = mandarin_number(whole)
    if number[:1] == "二" and (number[1:2] in tuple("百千万亿") or number + digits == "二"):
        number = f"两{number[1:]}"
    return f"{number}点{mandarin_digits(digits)}" if digits else number
