"""Dates at the till: nothing expired is sold, whatever the clock, the lot or the night between."""

import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pos_tui.books.catalogue.products import find_product
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.entries import WarningConfirmed, acts_of_sale
from pos_tui.books.stock.lots import put_lot
from pos_tui.checkout import events
from pos_tui.pricing.offers import NearExpiry, NearExpiryStep, Offer
from pos_tui.settings import ExpirySettings, ShopSettings, TillIdentity, TillSettings, VoiceSettings
from tests.conftest import BREAD, COLA, MILK, NOON, Counter
from tests.spoken import spoken

STICKERS = NearExpiry((NearExpiryStep(2, Decimal(30)), NearExpiryStep(0, Decimal(50))))


def settings(**expiry):
    return TillSettings(till=TillIdentity(cashier="Ada"), expiry=ExpirySettings(**expiry))


def movements(counter):
    counter.books.write(lambda _: None).result()
    rows = open_connection(counter.books.path).execute(
        "SELECT lot, quantity, kind, reason, sale_no, by FROM movements WHERE kind <> 'received'"
    )
    return list(rows)


def lot_kind(counter, code, lot, day, kind):
    def job(connection):
        product = find_product(connection, code)
        assert product
        put_lot(connection, product.id, lot, day, kind=kind)

    counter.books.write(job).result()


def test_who_confirmed_what_and_when_is_journalled_and_the_unit_is_to_be_checked(counter):
    counter.scan(f"2*{BREAD}")
    counter.now += timedelta(seconds=5)
    assert counter.till.confirm_expired()
    assert movements(counter) == [("B-1", -2000, "put_aside", "expired", 1, "Ada")]
    connection = open_connection(counter.books.path)
    ((at, act),) = [
        (row.at, row.act)
        for row in acts_of_sale(connection, 1)
        if isinstance(row.act, WarningConfirmed)
    ]
    assert at == NOON + timedelta(seconds=5)
    assert (act.by, act.warning.lot, act.then) == ("Ada", "B-1", "to_check")


def test_expired_goods_are_refused_however_many_the_books_say_there_are(tmp_path):
    counter = Counter(tmp_path, settings(put_aside="written_off")).stock().open()
    for _ in range(3):
        counter.scan(BREAD)
        assert counter.till.confirm_expired()
    assert movements(counter) == [("B-1", -1000, "written_off", "expired", 1, "Ada")] * 3
    counter.lot(BREAD, "B-2", date(2026, 11, 24))
    counter.scan(BREAD)
    assert counter.total == 1250
    assert not counter.all(events.LookAtDate)[:-1], "B-1 is gone: only B-2's own date is told"


@pytest.mark.parametrize(
    ("kind", "policy", "sold", "why"),
    [
        ("best_before", {"best_before": "warn"}, True, "past"),
        ("best_before", {"best_before": "allow"}, True, None),
        ("best_before", {}, False, None),
        ("use_by", {"best_before": "allow"}, False, None),
        ("use_by", {"use_by": "warn"}, True, "past"),
    ],
)
def test_use_by_and_best_before_as_the_shop_has_set_it(tmp_path, kind, policy, sold, why):
    counter = Counter(tmp_path, settings(**policy)).stock().open()
    lot_kind(counter, "0" + MILK, "M", date(2026, 11, 20), kind)
    counter.scan(MILK)
    assert bool(counter.total) == sold
    assert bool(counter.till.sale.warnings) != sold
    looked = [event.why for event in counter.all(events.LookAtDate)]
    assert looked == ([why] if why else [])


@pytest.mark.parametrize(("ai", "sold"), [("15", True), ("17", False)])
def test_the_code_itself_says_which_kind_of_date_it_is(tmp_path, ai, sold):
    counter = Counter(tmp_path, settings(best_before="warn")).stock().open()
    counter.scan(f"(01)0{MILK}({ai})261120")
    assert bool(counter.total) == sold


def test_goods_near_their_date_are_shown_with_their_markdown(tmp_path):
    counter = Counter(tmp_path, settings(near_days=3)).stock()
    counter.set_offer(Offer(name="short date", gives=STICKERS))
    counter.open()
    counter.lot("0" + MILK, "M", date(2026, 11, 24))
    counter.scan(MILK)
    assert counter.total == 903
    near = counter.last(events.LookAtDate)
    assert (near.why, near.offer, near.expires_on) == ("near", "short date", date(2026, 11, 24))


def test_with_mixed_lots_only_the_markdown_that_is_sure_is_given(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.set_offer(Offer(name="short date", gives=STICKERS))
    counter.open()
    counter.lot("0" + MILK, "M1", date(2026, 11, 22))
    counter.lot("0" + MILK, "M2", date(2026, 12, 22))
    counter.scan(MILK)
    assert counter.total == 1290
    counter.scan(f"(01)0{MILK}(17)261122(10)M1")
    assert counter.total == 1290 + 645


async def test_what_expires_at_midnight_comes_off_before_it_can_be_paid(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.lot("0" + MILK, "M", date(2026, 11, 22))
    counter.now = NOON.replace(hour=23, minute=58)
    counter.scan(MILK, COLA)
    counter.now += timedelta(minutes=3)
    counter.till.pay("50")
    assert not counter.all(events.SalePaid)
    assert counter.last(events.ItemExpired).warning.name == "Milk 1 l"
    assert counter.total == 350
    counter.till.confirm_expired()
    counter.till.pay("50")
    await counter.till.until_idle()
    assert counter.last(events.SalePaid).total == 350


async def test_a_list_held_overnight_is_looked_at_when_it_is_recalled(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.lot("0" + MILK, "M", date(2026, 11, 22))
    counter.scan(MILK, COLA)
    counter.till.hold()
    counter.now += timedelta(days=1)
    counter.till.recall(1)
    assert counter.total == 350
    assert [each.name for each in counter.till.sale.warnings] == ["Milk 1 l"]


@pytest.mark.parametrize(
    "evening",
    [
        datetime(2026, 10, 24, 23, 30, tzinfo=ZoneInfo("Europe/Berlin")),  # an hour is repeated
        datetime(2026, 3, 28, 23, 30, tzinfo=ZoneInfo("Europe/Berlin")),  # an hour is left out
    ],
)
def test_the_day_ends_at_the_shop_s_midnight_also_when_the_clocks_change(tmp_path, evening):
    counter = Counter(tmp_path).stock()
    counter.now = evening
    counter.open()
    counter.lot("0" + MILK, "M", evening.date())
    counter.scan(MILK)
    assert counter.total == 1290
    counter.now = evening + timedelta(minutes=31)
    assert counter.now.date() == evening.date() + timedelta(days=1)
    assert counter.till._basket.take_off_what_has_expired()
    assert counter.total == 0


def test_a_clock_set_back_is_said_and_sells_nothing_that_was_expired(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.lot("0" + MILK, "M", date(2026, 11, 21))
    counter.scan(MILK)
    assert counter.till.sale.warnings
    counter.till.confirm_expired()
    counter.now -= timedelta(days=3)
    counter.scan(MILK)
    assert len(counter.all(events.ItemExpired)) == 2
    trouble = counter.last(events.LinkChanged)
    assert (trouble.link, trouble.ok) == ("clock", False)
    assert "19 Nov 2026 12:00" in spoken(trouble)
    assert "22 Nov 2026 12:00" in spoken(trouble)
    counter.now += timedelta(days=3)
    counter.scan(COLA)
    assert counter.last(events.LinkChanged).ok


def test_a_clock_set_back_while_the_till_was_off_is_noticed_at_the_start(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.scan(COLA)
    counter.now -= timedelta(hours=5)
    counter.power_cut()
    assert "set back" in spoken(counter.last(events.LinkChanged))


def test_the_gateway_s_time_decides_which_of_the_two_is_wrong(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.now = NOON + timedelta(days=5)  # the clock was ahead
    counter.open().scan(COLA)
    counter.now = NOON  # and is right now
    counter.lot("0" + MILK, "M", date(2026, 11, 24))
    counter.scan(MILK)
    assert counter.till.sale.warnings, "by the later of the two times the milk is old"
    counter.till.confirm_expired()
    counter.till.clock.hear(NOON)
    assert counter.last(events.LinkChanged).ok
    counter.scan(MILK)
    assert counter.total == 350 + 1290


def test_a_clock_that_is_set_right_again_is_believed_without_the_gateway(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.now = NOON - timedelta(days=3)
    counter.open()
    counter.till.clock.hear(NOON)
    counter.now = NOON  # set right; the gateway is away
    counter.lot("0" + MILK, "M", date(2026, 11, 23))
    counter.scan(MILK)
    assert counter.total == 1290
    assert counter.last(events.LinkChanged).ok


def test_the_latest_time_outlives_many_entries_and_a_restart(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.lot("0" + MILK, "M", date(2026, 11, 21))
    counter.scan(COLA)
    counter.now = NOON.replace(year=2020)  # an empty battery
    for _ in range(25):
        counter.scan(COLA)
    counter.power_cut()
    assert "set back" in spoken(counter.last(events.LinkChanged))
    counter.scan(MILK)
    assert counter.all(events.ItemExpired)


def test_a_clock_that_was_ahead_is_believed_again_when_somebody_says_so(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.now = NOON.replace(year=2036)
    counter.open().scan(COLA)
    counter.now = NOON
    counter.lot("0" + MILK, "M", date(2026, 11, 24))
    counter.scan(MILK)
    assert counter.till.sale.warnings
    counter.till.confirm_expired()
    counter.till.clock.confirm()
    counter.scan(MILK)
    assert counter.total == 350 + 1290
    counter.power_cut()
    assert counter.till.clock.for_dates() == NOON


def test_the_repeated_hour_of_autumn_is_no_clock_set_back(tmp_path):
    counter = Counter(tmp_path).stock()
    berlin = ZoneInfo("Europe/Berlin")
    counter.now = datetime(2026, 10, 25, 2, 50, tzinfo=berlin)
    counter.open().scan(COLA)
    counter.now = datetime(2026, 10, 25, 2, 0, fold=1, tzinfo=berlin)
    counter.scan(COLA)
    assert not counter.all(events.LinkChanged)


def test_a_clock_far_behind_the_gateway_s_is_said_and_dates_go_by_the_gateway(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.lot("0" + MILK, "M", date(2026, 11, 22))
    counter.till.clock.hear(NOON + timedelta(days=2))
    assert "the gateway says 24 Nov 2026 12:00" in spoken(counter.last(events.LinkChanged))
    counter.scan(MILK)
    assert counter.till.sale.warnings


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "French bread expired on 20 November. It was taken off the list."),
        ("zh", "French bread，2026年11月20日已过期"),
    ],
)
async def test_a_voice_says_which_item_is_expired(tmp_path, language, words):
    said = tmp_path / "said"
    script = tmp_path / "speak.py"
    script.write_text(
        "import pathlib, sys\npathlib.Path(sys.argv[1]).write_text(sys.argv[2], encoding='utf-8')\n"
    )
    command = " ".join(f'"{each}"' for each in (sys.executable, script, said))
    voice = VoiceSettings(kind="command", command=command, language=language)
    counter = Counter(tmp_path / "till", TillSettings(shop=ShopSettings(), voice=voice)).stock()
    counter.open().scan(BREAD)
    await counter.until_true(lambda: said.exists() and said.read_text("utf-8"))
    assert said.read_text("utf-8").startswith(words)
    await counter.till.close()


async def test_a_voice_that_cannot_speak_is_said_and_stops_no_sale(tmp_path):
    voice = VoiceSettings(kind="command", command=str(tmp_path / "nothing"))
    counter = Counter(tmp_path / "till", TillSettings(shop=ShopSettings(), voice=voice)).stock()
    counter.open().scan(BREAD)
    trouble = await counter.until(events.LinkChanged)
    assert (trouble.link, trouble.ok) == ("voice", False)
    counter.till.confirm_expired()
    counter.scan(COLA)
    counter.till.pay("10")
    await counter.till.until_idle()
    assert counter.last(events.SalePaid).total == 350
    await counter.till.close()
