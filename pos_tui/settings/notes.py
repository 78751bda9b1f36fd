"""Notes and coins: which there are of a currency; what a customer hands over next."""

from __future__ import annotations

from collections.abc import Sequence

from pos_tui.money import Currency

_USUAL: dict[str, tuple[int, ...]] = {
    "AED": (5, 10, 20, 50, 100, 200, 500, 1000),
    "AUD": (5, 10, 20, 50, 100),
    "BRL": (2, 5, 10, 20, 50, 100, 200),
    "CAD": (5, 10, 20, 50, 100),
    "CHF": (10, 20, 50, 100, 200),
    "CNY": (5, 10, 20, 50, 100),
    "CZK": (100, 200, 500, 1000, 2000, 5000),
    "DKK": (50, 100, 200, 500),
    "EUR": (5, 10, 20, 50, 100, 200),
    "GBP": (5, 10, 20, 50),
    "HKD": (10, 20, 50, 100, 500, 1000),
    "HUF": (500, 1000, 2000, 5000, 10000, 20000),
    "IDR": (1000, 2000, 5000, 10000, 20000, 50000, 100000),
    "INR": (10, 20, 50, 100, 200, 500),
    "JPY": (1000, 2000, 5000, 10000),
    "KRW": (1000, 5000, 10000, 50000),
    "MOP": (10, 20, 50, 100, 500, 1000),
    "MXN": (20, 50, 100, 200, 500, 1000),
    "MYR": (1, 5, 10, 20, 50, 100),
    "NOK": (50, 100, 200, 500, 1000),
    "NZD": (5, 10, 20, 50, 100),
    "PHP": (20, 50, 100, 200, 500, 1000),
    "PLN": (10, 20, 50, 100, 200, 500),
    "RUB": (50, 100, 200, 500, 1000, 2000, 5000),
    "SEK": (20, 50, 100, 200, 500, 1000),
    "SGD": (2, 5, 10, 50, 100),
    "THB": (20, 50, 100, 500, 1000),
    "TRY": (5, 10, 20, 50, 100, 200),
    "TWD": (100, 500, 1000),
    "USD": (1, 5, 10, 20, 50, 100),
    "VND": (1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000),
    "ZAR": (10, 20, 50, 100, 200),
}
_ELSEWHERE = (5, 10, 20, 50, 100)

_COINS: dict[str, tuple[int, ...]] = {  # minor units
    "AUD": (5, 10, 20, 50, 100, 200),
    "CAD": (5, 10, 25, 100, 200),
    "CHF": (5, 10, 20, 50, 100, 200, 500),
    "CNY": (1, 2, 5, 10, 50, 100),
    "EUR": (1, 2, 5, 10, 20, 50, 100, 200),
    "GBP": (1, 2, 5, 10, 20, 50, 100, 200),
    "HKD": (10, 20, 50, 100, 200, 500, 1000),
    "JPY": (1, 5, 10, 50, 100, 500),
    "KRW": (1, 5, 10, 50, 100, 500),
    "MOP": (10, 20, 50, 100, 200, 500, 1000),
    "SGD": (5, 10, 20, 50, 100),
    "TWD": (1, 5, 10, 20, 50),
    "USD": (1, 5, 10, 25, 50, 100),
}


def denominations_of(currency: Currency, chosen: Sequence[int] = ()) -> tuple[int, ...]:
    """The notes and coins of a currency in minor units, the largest first.

    Of a currency whose coins are not known: 1, 2, 5, 10, … below its smallest note.
    """
    notes = set(notes_of(currency, chosen)) | set(notes_of(currency))
    coins = _COINS.get(currency.code)
    if coins is None:
        series = (digit * 10**power for power in range(12) for digit in (1, 2, 5))
        coins = tuple(each for each in series if each < min(notes))
    return tuple(sorted(notes | set(coins), reverse=True))


def notes_of(currency: Currency, chosen: Sequence[int] = ()) -> tuple[int, ...]:
    """The notes of a currency in minor units, the smallest first: those chosen, or the usual.

    `chosen` are in whole units of the currency.
    """
    notes = chosen or _USUAL.get(currency.code, _ELSEWHERE)
    return tuple(sorted({note * 10**currency.exponent for note in notes}))


def next_note(above: int, notes: Sequence[int]) -> int:
    """The next amount above another that is handed over in notes: one, or several of the largest.

    Minor units; there is at least one note.
    """
    largest = max(notes)
    return min((note for note in notes if note > above), default=(above // largest + 1) * largest)
