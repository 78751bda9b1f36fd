"""What the till says aloud, as sentences a voice can read."""

from __future__ import annotations

from pos_tui.checkout.sale import ExpiryWarning
from pos_tui.checkout.tenders import Tender
from pos_tui.codes.payment import platform_reason
from pos_tui.money import Currency
from pos_tui.receipts.data import ReceiptData
from pos_tui.receipts.speech_amounts import say_amount
from pos_tui.receipts.words import words_in


def say_expired(warning: ExpiryWarning, language: str) -> str:
    """Which item is expired and what to do, in a language such as "en" or "zh-CN"."""
    words, day = words_in(language), warning.expires_on
    month = words(f"spoken.month_{day.month}")
    on = words("spoken.day", day=day.day, month=month, number=day.month, year=day.year)
    return words("spoken.expired", name=warning.name, day=on)


def say_clock_is_wrong(language: str) -> str:
    """That this machine's clock cannot be believed."""
    return words_in(language)("spoken.clock_is_wrong")


def say_disk_fails(language: str) -> str:
    """That nothing can be written down."""
    return words_in(language)("spoken.disk_fails")


def say_taken(tender: Tender, currency: Currency, language: str) -> str:
    """That a tender is taken, or given back: its way, its amount, and the change of cash."""
    words = words_in(language)
    amount = say_amount(tender.amount, currency, language)
    if tender.amount < 0:
        return words("spoken.given_back", amount=amount)
    if tender.kind == "wallet":
        own = f"spoken.platform_{tender.platform}"  # where people say it shorter than it is written
        platform = words(own) if words.knows(own) else words.of(platform_reason(tender.platform))
        return words("spoken.paid_wallet", platform=platform, amount=amount)
    if tender.kind != "cash":
        return words(f"spoken.paid_{tender.kind}", amount=amount)
    given = say_amount(tender.given, currency, language)
    if not tender.change:
        return words("spoken.paid_cash", given=given)
    change = say_amount(tender.change, currency, language)
    return words("spoken.paid_cash_change", given=given, change=change)


def say_not_paid(language: str) -> str:
    """That the payment under way will not come."""
    return words_in(language)("spoken.not_paid")


def say_not_known(language: str) -> str:
    """That nobody knows yet whether the customer was charged: no other payment is taken."""
    return words_in(language)("spoken.not_known")


def say_aside(sale_no: int, sentence: str, language: str) -> str:
    """That a sentence is about a sale that was put aside, not about who stands there."""
    return words_in(language)("spoken.sale_aside", number=sale_no, what=sentence)


def say_item(name: str, amount: int, currency: Currency, language: str) -> str:
    """Goods and what they cost (minor units)."""
    said = say_amount(amount, currency, language)
    return words_in(language)("spoken.item", name=name, amount=said)


def say_receipt(receipt: ReceiptData, language: str) -> str:
    """A whole receipt, aloud: each line with what was paid for it, the total, what paid it."""
    words, currency = words_in(language), receipt.money
    sentences = []
    for line in receipt.lines:
        amount = say_amount(line.actual, currency, language)
        if line.quantity == "1":
            sentences.append(words("spoken.item", name=line.name, amount=amount))
        else:
            quantity = f"{line.quantity} {line.unit}".strip()
            sentences.append(
                words("spoken.items", quantity=quantity, name=line.name, amount=amount)
            )
    for back in receipt.returns:
        amount = say_amount(back.amount, currency, language)
        item = words("spoken.item", name=back.name, amount=amount)
        sentences.append(words("spoken.came_back", item=item))
    total = say_amount(receipt.total, currency, language)
    kind = "spoken.total" if receipt.total >= 0 else "spoken.given_back"
    sentences.append(words(kind, amount=total))
    if receipt.total > 0:
        sentences += [say_taken(each, currency, language) for each in receipt.tenders]
    return words("spoken.sentence_end").join([*sentences, ""]).strip()
