"""What a cashier hears of a sale: once, when the books have it, and what is urgent first."""

import threading
from typing import ClassVar

import pytest
from msgspec.structs import replace

from pos_tui.checkout import events
from pos_tui.devices.voices import Sentence
from pos_tui.settings import SpokenKind, TillSettings, VoiceSettings
from pos_tui.till import speech
from pos_tui.till.speech import Speech
from tests.conftest import BREAD, COLA, SPREAD, Counter
from tests.model_shop import Shop, wallet_code

UNKNOWN = "It is not known whether the customer paid. Take no other payment."
ALL: tuple[SpokenKind, ...] = ("fault", "unknown", "not_paid", "expired", "paid", "cash", "item")


class ListeningSpeaker:
    """Keeps what it was given to say; `heard` is of all speakers since the test began."""

    heard: ClassVar[list[Sentence | str]] = []
    prepared = 0

    def __init__(self, voice, notify):
        self.voice, self.closed = voice, False

    def prepare(self):
        ListeningSpeaker.prepared += 1

    def speak(self, sentence):
        self.heard.append(sentence)

    def withdraw(self, about):
        self.heard.append(f"withdrawn: {about}")

    def close(self):
        self.closed = True


@pytest.fixture
def heard(monkeypatch):
    """What was said, and what was withdrawn, in turn."""
    monkeypatch.setattr(ListeningSpeaker, "heard", [])
    monkeypatch.setattr(ListeningSpeaker, "prepared", 0)
    monkeypatch.setattr(speech, "Speaker", ListeningSpeaker)
    return ListeningSpeaker.heard


def said(heard):
    return [each.text for each in heard if not isinstance(each, str)]


@pytest.fixture
def shop(heard):
    """A shop with a voice; its gateway is a model, and no time passes."""
    shop = Shop()
    speaking(shop)
    yield shop
    shop.close()


def speaking(shop, **voice):
    """Start the till again with another voice."""
    set_now = VoiceSettings(**{"kind": "command", "command": "true", **voice})
    shop.counter.settings = replace(shop.counter.settings, voice=set_now)
    shop.power_cut(0)


def pay_by_wallet(shop, answer="paid"):
    shop.gateway.next_answer = answer
    shop.do(shop.till.scan, COLA)
    shop.do(shop.till.scan, wallet_code())
    shop.wait(1)
    return list(shop.gateway.orders.values())[-1]


# ---- paid ------------------------------------------------------------------------------------


def test_a_payment_is_spoken_with_its_wallet_and_amount_once_it_is_in_the_books(shop, heard):
    pay_by_wallet(shop)
    shop.wait(10)
    assert said(heard) == ["WeChat Pay, three yuan fifty"]


def test_ten_thousand_confirmations_of_a_payment_are_spoken_of_once(shop, heard):
    order = pay_by_wallet(shop, "pending")
    order.pay()
    for number in range(10_000):
        shop.inbox.accept(shop.message(order))
        if number % 1000 == 0:
            shop.wait(1)
    shop.wait(60)
    assert said(heard) == ["WeChat Pay, three yuan fifty"]


def test_the_same_event_ten_thousand_times_is_spoken_of_once(heard):
    voice = VoiceSettings(kind="command", command="true")
    talk = Speech(voice, TillSettings().currency, lambda _event: None)
    shop = Shop()
    try:
        pay_by_wallet(shop)
        paid = shop.told_of(events.SalePaid)[0]

        async def speak():
            for _ in range(10_000):
                talk.speak_of(paid)

        shop.run(speak())
    finally:
        shop.close()
    assert said(heard) == ["WeChat Pay, three yuan fifty"]


def test_what_was_spoken_of_before_a_stop_is_not_spoken_of_again(shop, heard):
    order = pay_by_wallet(shop, "pending")
    order.pay()
    shop.inbox.accept(shop.message(order))
    shop.wait(1)
    assert said(heard) == ["WeChat Pay, three yuan fifty"]
    shop.power_cut(99)
    shop.inbox.accept(shop.message(order))
    shop.wait(60)
    assert said(heard) == ["WeChat Pay, three yuan fifty"]


def test_a_payment_that_comes_after_a_stop_is_spoken_of_then(shop, heard):
    order = pay_by_wallet(shop, "pending")
    shop.power_cut(99)
    assert said(heard) == []
    order.pay()
    shop.inbox.accept(shop.message(order))
    shop.wait(1)
    assert said(heard) == ["WeChat Pay, three yuan fifty"]


def test_a_sale_that_was_put_aside_says_that_it_is_not_the_one_in_front(shop, heard):
    order = pay_by_wallet(shop, "pending")
    shop.do(shop.till.hold)
    shop.do(shop.till.scan, SPREAD)
    order.pay()
    shop.inbox.accept(shop.message(order))
    shop.wait(1)
    assert said(heard) == ["Sale 1, put aside. WeChat Pay, three yuan fifty"]


def test_each_part_of_a_sale_is_spoken_of_with_its_own_amount(shop, heard):
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.pay_part, "10", wallet_code())
    shop.wait(3)
    shop.do(shop.till.pay, "c22.9")
    shop.wait(3)
    assert said(heard) == ["WeChat Pay, ten yuan", "Card, twenty-two yuan ninety"]


def test_the_next_part_of_a_sale_does_not_silence_the_one_before(shop, heard):
    shop.do(shop.till.scan, SPREAD)
    for part in ("10", "5"):
        shop.do(shop.till.pay_part, part, wallet_code())
        shop.wait(3)
    assert said(heard) == ["WeChat Pay, ten yuan", "WeChat Pay, five yuan"]
    abouts = {each.about for each in heard if not isinstance(each, str)}
    assert not {f"withdrawn: {about}" for about in abouts if about} & {*map(str, heard)}


def test_in_mandarin_as_a_sound_box_says_it(shop, heard):
    speaking(shop, language="zh-CN")
    pay_by_wallet(shop)
    shop.wait(10)
    assert said(heard) == ["微信收款三点五元"]


# ---- not paid, not known ---------------------------------------------------------------------


def test_a_payment_that_was_declined_is_said_once(shop, heard):
    pay_by_wallet(shop, "declined")
    shop.wait(10)
    assert said(heard) == ["Not paid."]


def test_a_payment_that_is_not_known_is_said_once_however_often_it_is_asked_after(shop, heard):
    order = pay_by_wallet(shop, "pending")
    shop.gateway.mood = "mute"
    shop.wait(120)
    assert said(heard) == [UNKNOWN]
    shop.gateway.mood = "well"
    order.pay()
    shop.wait(30)
    assert said(heard) == [UNKNOWN, "WeChat Pay, three yuan fifty"]


def test_what_is_not_known_is_withdrawn_as_soon_as_it_is_known(shop, heard):
    order = pay_by_wallet(shop, "pending")
    shop.gateway.mood = "mute"
    shop.wait(60)
    unknown = next(each for each in heard if not isinstance(each, str))
    assert unknown.about == "not known: 1"
    shop.gateway.mood = "well"
    shop.wait(30)
    assert heard[-1] == "withdrawn: not known: 1"
    order.pay()
    shop.wait(30)
    assert said(heard)[-1] == "WeChat Pay, three yuan fifty"


def test_the_next_order_of_a_sale_may_be_unknown_too(shop, heard):
    pay_by_wallet(shop, "declined")
    shop.wait(5)
    shop.gateway.next_answer = "pending"
    shop.do(shop.till.scan, wallet_code())
    shop.wait(1)
    shop.gateway.mood = "mute"
    shop.wait(60)
    assert said(heard) == ["Not paid.", UNKNOWN]


def test_a_refund_that_is_not_known_is_not_called_a_payment(shop, heard):
    pay_by_wallet(shop)
    shop.wait(5)
    sale_no = shop.told_of(events.SalePaid)[0].number
    heard.clear()
    shop.gateway.mood = "mute"
    shop.do(shop.till.money.returns.void, sale_no, "mistake", "Ada")
    shop.do(shop.till.money.returns.refund)
    shop.wait(60)
    assert UNKNOWN not in said(heard)


# ---- how urgent ------------------------------------------------------------------------------


def test_faults_come_before_expiry_before_money_before_goods():
    ranks = {kind: speech._MANNERS[kind].rank for kind in ALL}
    assert ranks["fault"] == ranks["unknown"] == ranks["not_paid"] == 0
    assert ranks["unknown"] < ranks["expired"] < ranks["paid"] == ranks["cash"] < ranks["item"]


def test_a_disk_that_fails_and_is_well_again(shop, heard):
    shop.till._emit(events.LinkChanged("disk", False))
    assert said(heard) == ["This till cannot write to its disk. Look at the screen."]
    assert heard[-1].rank == 0
    shop.till._emit(events.LinkChanged("disk", True))
    assert heard[-1] == "withdrawn: disk"


def test_a_confirmed_warning_is_spoken_of_no_longer(shop, heard):
    shop.do(shop.till.scan, BREAD)
    assert said(heard)[0].startswith("French bread expired")
    shop.do(shop.till.confirm_expired)
    assert heard[-1] == "withdrawn: expired"


# ---- what a shop wants to hear ---------------------------------------------------------------


def test_cash_and_its_change_are_spoken_of_where_that_is_wanted(shop, heard):
    shop.do(shop.till.scan, COLA)
    shop.do(shop.till.pay, "10")
    shop.wait(1)
    assert said(heard) == []
    speaking(shop, says=("cash",))
    shop.do(shop.till.scan, COLA)
    shop.do(shop.till.pay, "10")
    shop.wait(1)
    assert said(heard) == ["Cash, ten yuan. Change, six yuan fifty"]


def test_goods_are_spoken_of_where_that_is_wanted_and_only_the_latest(shop, heard):
    speaking(shop, says=("item",))
    for code in (COLA, SPREAD):
        shop.do(shop.till.scan, code)
    assert said(heard) == [
        "Cola 330 ml, three yuan fifty",
        "Hazelnut spread, thirty-two yuan ninety",
    ]
    assert heard.index("withdrawn: item", 1) < heard.index(heard[-1])


def test_a_shop_that_wants_to_hear_nothing_of_money_does_not(shop, heard):
    speaking(shop, says=("expired",))
    pay_by_wallet(shop)
    shop.wait(10)
    assert said(heard) == []


def test_tones_need_no_words(shop, heard):
    speaking(shop, kind="tones", says=ALL)
    pay_by_wallet(shop)
    shop.wait(10)
    pay_by_wallet(shop, "declined")
    shop.wait(10)
    shop.do(shop.till.scan, BREAD)
    assert said(heard) == ["rising", "low", "short"]


# ---- nothing waits for a voice ---------------------------------------------------------------


def test_a_till_with_a_voice_has_it_loaded_when_it_starts_and_not_before(shop):
    assert ListeningSpeaker.prepared == 1


async def test_a_silent_till_loads_no_voice(heard, tmp_path):
    counter = Counter(tmp_path / "till").stock().open()
    await counter.till.start()
    await counter.till.close()
    counter.books.close()
    assert ListeningSpeaker.prepared == 0


class OneVoice:
    """A voice in which nothing ends until it is let; it notes what it was given."""

    def __init__(self):
        self.given, self.free = threading.Event(), threading.Event()

    def prepare(self):
        pass

    def say(self, sentence):
        self.given.set()
        self.free.wait(60)

    def stop(self):
        pass

    resume = stop

    def close(self):
        self.free.set()


@pytest.fixture
def voice(monkeypatch):
    voice = OneVoice()
    monkeypatch.setattr(speech, "make_voice", lambda *_: voice)
    return voice


@pytest.fixture
async def counter(tmp_path, voice):
    settings = TillSettings(voice=VoiceSettings(kind="espeak", says=("cash",)))
    counter = Counter(tmp_path / "till", settings).stock().open()
    await counter.till.start()
    yield counter
    await counter.till.close()
    counter.books.close()


async def test_sound_is_handed_over_before_the_receipt_is_printed(counter, voice):
    printed = counter.printer.print
    heard_before = []

    def print_slowly(job, number=0):
        heard_before.append(voice.given.wait(20))
        return printed(job, number)

    counter.printer.print = print_slowly
    counter.scan(COLA)
    counter.till.pay("10")
    await counter.till.until_idle()
    assert heard_before[0]
    assert counter.last(events.ReceiptMade).printed == "printed"


async def test_a_sentence_that_cannot_be_made_stops_no_sale(counter, monkeypatch):
    def fail(*_):
        raise ValueError("10000000000000000")

    monkeypatch.setattr("pos_tui.receipts.speech.say_amount", fail)
    counter.scan(COLA)
    counter.till.pay("10")
    await counter.till.until_idle()
    assert counter.last(events.ReceiptMade).printed == "printed"
    voices = [each for each in counter.all(events.LinkChanged) if each.link == "voice"]
    assert not voices[0].ok


async def test_a_voice_that_hangs_delays_no_sale(counter, voice):
    for number in range(1, 6):
        counter.scan(COLA)
        counter.till.pay("10")
        await counter.till.until_idle()
        assert len(counter.all(events.ReceiptMade)) == number
    assert not voice.free.is_set()


async def test_a_voice_that_dies_is_told_once_and_delays_no_sale(counter, voice):
    def die(_sentence):
        raise MemoryError("no more")

    voice.say = die
    for _ in range(3):
        counter.scan(COLA)
        counter.till.pay("10")
        await counter.till.until_idle()
    await counter.until_true(lambda: counter.all(events.LinkChanged))
    counter.till._speech._speaker.close()
    voices = [each for each in counter.all(events.LinkChanged) if each.link == "voice"]
    assert [each.ok for each in voices] == [False]
    assert len(counter.all(events.SalePaid)) == 3
