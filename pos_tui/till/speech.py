"""What the till says aloud of what happens: faults first, then expiry, money, goods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from pos_tui.checkout import events
from pos_tui.checkout.tenders import Tender
from pos_tui.devices.voices import Sentence, Speaker, make_voice
from pos_tui.money import Currency
from pos_tui.reasons import Reason, because, plain
from pos_tui.receipts import speech
from pos_tui.settings import SpokenKind, VoiceSettings

_REMEMBERED = 1000  # tenders, which is more than wait anywhere to be told again


class _Manner(NamedTuple):
    """How something is said: how urgent it is, for how long it is worth saying, by which tone."""

    rank: int
    good_for_s: float
    tone: str


_MANNERS: dict[SpokenKind, _Manner] = {
    "fault": _Manner(0, 60, "low"),
    "unknown": _Manner(0, 60, "low"),
    "not_paid": _Manner(0, 30, "low"),
    "expired": _Manner(1, 20, "short"),
    "paid": _Manner(2, 10, "rising"),
    "cash": _Manner(2, 6, "rising"),
    "item": _Manner(3, 2, ""),
}


def tone_of(kind: SpokenKind) -> str:
    """The tone that stands for a kind where the voice has no words; "" for none."""
    return _MANNERS[kind].tone


class Speech:
    """Speaks of what happens, in the shop's language; a voice that fails is told, once.

    Of money it speaks when the books have it, once for each order: what is confirmed again, or was
    before the till was stopped, is in the books already. Money that came in the moment before a
    stop may so never be spoken of; better than twice, when the next customer stands there.
    """

    def __init__(
        self,
        settings: VoiceSettings,
        currency: Currency,
        emit: Callable[[events.TillEvent], None],
        is_aside: Callable[[int], bool] = lambda _sale_no: False,
    ) -> None:
        """`is_aside` knows the sales that are not the one of the customer who stands there."""
        self._settings = settings
        self._currency = currency
        self._emit = emit
        self._is_aside = is_aside
        self._spoken_of: dict[str, None] = {}
        self._not_known: set[int] = set()
        self._has_spoken = False

    def prepare(self) -> None:
        """Have the voice loaded, beside the till, before there is anything to say."""
        self._has_spoken = True
        self._speaker.prepare()

    def speak_of(self, event: events.TillEvent) -> None:
        """Say what must be heard of an event; most need no words. Never raises, never waits."""
        try:
            self._speak_of(event)
        except Exception as error:  # whatever a sentence trips over, the sale goes on
            why = because("voice.failed", why=plain(f"{type(error).__name__}: {error}"))
            self._emit(events.LinkChanged("voice", False, why))

    def close(self) -> None:
        """Stop speaking."""
        if self._has_spoken:
            self._speaker.close()

    # ---- inside ------------------------------------------------------------------------------

    def _speak_of(self, event: events.TillEvent) -> None:
        language = self._settings.language
        match event:
            case events.ItemExpired(warning=warning):
                self._say("expired", speech.say_expired(warning, language), "expired")
            case events.ExpiryConfirmed(left=0) | events.SaleVoided():
                self._withdraw("expired")
            case events.LinkChanged(link="clock" | "disk" as link, ok=ok):
                self._withdraw(link)
                if not ok and link == "clock":
                    self._say("fault", speech.say_clock_is_wrong(language), link)
                elif not ok:
                    self._say("fault", speech.say_disk_fails(language), link)
            case events.TenderTaken(sale_no=number, tender=tender):
                self._say_taken(number, tender)
            case events.SalePaid(number=number, tenders=(*_, tender)):
                self._say_taken(number, tender)
            case events.OrderMade(order=order):
                self._not_known.discard(order.sale_no)
            case events.PaymentChanged(state="unknown", sale_no=number, view=view):
                if view.status is None or view.status.kind != "refunds.not_known":
                    self._say_not_known(number)
            case events.PaymentChanged(state="sent" | "pending", sale_no=number):
                self._withdraw(_about_unknown(number))
            case events.PaymentFailed(order_no=order_no, sale_no=number):
                self._not_known.discard(number)
                if self._is_new(order_no):
                    self._say_of_sale("not_paid", speech.say_not_paid(language), number)
            case events.LineChanged(change=change, code=code, also=False) if (
                code and "item" in self._settings.says
            ):
                line = change.line
                amount = line.actual if change.what == "added" else line.item.unit_price
                said = speech.say_item(line.item.name, amount, self._currency, language)
                self._withdraw("item")  # of goods only the latest is of interest
                self._say("item", said, "item")

    def _say_taken(self, number: int, tender: Tender) -> None:
        self._not_known.discard(number)
        if not self._is_new(tender.refund_no or tender.order_no or f"{number} {tender.number}"):
            return
        kind: SpokenKind = "cash" if tender.kind == "cash" else "paid"
        said = speech.say_taken(tender, self._currency, self._settings.language)
        self._say_of_sale(kind, said, number)

    def _say_not_known(self, number: int) -> None:
        """Once until something else is known of the sale, however often the gateway is asked."""
        if number not in self._not_known:
            self._not_known.add(number)
            said = speech.say_not_known(self._settings.language)
            self._say_of_sale("unknown", said, number, _about_unknown(number))

    def _say_of_sale(self, kind: SpokenKind, sentence: str, number: int, about: str = "") -> None:
        self._withdraw(_about_unknown(number))  # it is known now
        if self._is_aside(number):
            sentence = speech.say_aside(number, sentence, self._settings.language)
        self._say(kind, sentence, about)

    def _is_new(self, key: str) -> bool:
        if key in self._spoken_of:
            return False
        self._spoken_of[key] = None
        if len(self._spoken_of) > _REMEMBERED:
            del self._spoken_of[next(iter(self._spoken_of))]
        return True

    def _say(self, kind: SpokenKind, sentence: str, about: str) -> None:
        if kind not in self._settings.says:
            return
        manner = _MANNERS[kind]
        text = tone_of(kind) if self._settings.kind == "tones" else sentence
        if text:
            self._has_spoken = True
            self._speaker.speak(Sentence(text, manner.rank, about, manner.good_for_s))

    def _withdraw(self, about: str) -> None:
        if self._has_spoken:
            self._speaker.withdraw(about)

    @cached_property
    def _speaker(self) -> Speaker:
        loop, voice = asyncio.get_running_loop(), self._settings

        def notify(why: Reason | None) -> None:
            changed = events.LinkChanged("voice", why is None, why)
            loop.call_soon_threadsafe(self._emit, changed)

        return Speaker(make_voice(voice.kind, voice.language, voice.rate, voice.command), notify)


def _about_unknown(sale_no: int) -> str:
    return f"not known: {sale_no}"
