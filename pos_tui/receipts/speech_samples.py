"""A sample of each kind of what the till says, to hear how it sounds."""

from __future__ import annotations

from datetime import UTC, datetime

from pos_tui.checkout.sale import ExpiryWarning
from pos_tui.checkout.tenders import Tender
from pos_tui.money import Currency
from pos_tui.receipts import speech
from pos_tui.receipts.words import words_in
from pos_tui.settings import SpokenKind

_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sample_sentences(currency: Currency, language: str) -> dict[SpokenKind, str]:
    """A sentence of each kind, with amounts that have a gap, a ten and decimals."""
    name = words_in(language)("spoken.sample")
    warning = ExpiryWarning(1, name, "", _AT.date(), _AT)
    wallet = Tender("wallet", due=3480, given=3480, platform="wechat")
    cash = Tender("cash", due=100_500, given=101_500, change=1000)
    return {
        "fault": speech.say_clock_is_wrong(language),
        "unknown": speech.say_not_known(language),
        "not_paid": speech.say_not_paid(language),
        "expired": speech.say_expired(warning, language),
        "paid": speech.say_taken(wallet, currency, language),
        "cash": speech.say_taken(cash, currency, language),
        "item": speech.say_item(name, 1290, currency, language),
    }
