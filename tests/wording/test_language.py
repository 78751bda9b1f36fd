"""Reasons in words: values filled in, keys as they are bound, in every language there is."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pos_tui.reasons import ReasonError, because, in_short, plain, reason_of
from pos_tui.wording import current
from pos_tui.wording.keymap import DEFAULT_KEYS, command_of_key, key_labels, label_of
from pos_tui.wording.language import Wording, languages, nearest_language

ENGLISH, CHINESE = Wording("en"), Wording("zh_CN")


def test_a_reason_is_a_sentence_in_each_language():
    why = because("cash.nothing_given", owed="0.50")
    assert ENGLISH.of(why) == "That is nothing. 0.50 is to be paid."
    assert CHINESE.of(why) == "没有输入金额。应付 0.50。"


def test_a_rebound_key_is_true_in_every_sentence():
    bound = Wording("zh_CN", key_labels({"void": "f5"}))
    assert "F5" in bound("sale.payment_under_way")
    assert "F12" not in bound("sale.payment_under_way")
    assert "F12" in CHINESE("sale.payment_under_way")


def test_a_key_given_to_another_command_is_taken_from_the_one_that_had_it():
    assert command_of_key({"void": "f4"})["f4"] == "void"
    labels = key_labels({"void": "f4"})
    assert labels["void"] == "F4"
    assert labels["discount"] == "Alt+C"
    with pytest.raises(LookupError):
        key_labels({"fly": "f4"})


@pytest.mark.parametrize(
    ("key", "label"),
    [("f12", "F12"), ("ctrl+o", "^O"), ("alt+x", "Alt+X"), ("pagedown", "PgDn"), ("plus", "+"),
     ("question_mark", "?"), ("ctrl+pageup", "^PgUp"), ("space", "Space")],
)  # fmt: skip
def test_keys_are_called_as_people_call_them(key, label):
    assert label_of(key) == label


def test_no_two_commands_share_a_key():
    keys = [key for each in DEFAULT_KEYS.values() for key in each]
    assert len(keys) == len(set(keys))


def test_days_are_written_as_the_language_writes_them():
    day, at = date(2026, 11, 5), datetime(2026, 11, 5, 9, 7, tzinfo=UTC)
    assert ENGLISH("screen.expired_on", day=day) == "expired 5 Nov 2026"
    assert "2026年11月5日" in CHINESE("screen.expired_on", day=day)
    assert "it says 5 Nov 2026 09:07" in ENGLISH("clock.fast", now=at, right=at)


def test_one_and_many_are_told_apart():
    assert "1 of the shop's offers cannot be read by this version of the program and does" in (
        ENGLISH("till.unread_offers", count=1)
    )
    assert "and do not apply" in ENGLISH("till.unread_offers", count=2)
    assert CHINESE("till.unread_offers", count=2).startswith("有 2 个优惠")


def test_a_reason_stands_inside_another_and_may_begin_the_sentence():
    why = because("payment.not_known", why=because("payment.gateway_away"))
    assert ENGLISH.of(why).startswith("The gateway is away. It is not known yet")
    assert ENGLISH("item.doubt", why=plain("misread, perhaps")) == "Misread, perhaps."
    turns = (because("offer_turn.ended", name="a"), because("offer_turn.begun", name="b"))
    assert ENGLISH("offer_turn.total_now", turns=turns, total="6.45") == (
        "“a” has ended, “b” has begun. The total is now 6.45."
    )
    assert "、" in CHINESE("offer_turn.total_now", turns=turns, total="6.45")


def test_a_whole_sentence_inside_another_does_not_leave_two_full_stops():
    why = because("receipt_file.not_printed", why=because("printer.out_of_paper"))
    assert ENGLISH.of(why).endswith("(The printer is out of paper. Put a new roll in).")
    assert CHINESE.of(why) == "交易已完成，小票没有打印出来（打印机缺纸，请换纸）。"


def test_numbers_lose_their_idle_zeros():
    assert ENGLISH("discount.percent_off", percent=Decimal("10.50")) == "10.5 % off"
    assert ENGLISH("discount.percent_off", percent=Decimal("100")) == "100 % off"


def test_what_a_value_holds_is_never_read_as_a_placeholder():
    assert ENGLISH("item.no_price", name="{key:void} {x}") == "{key:void} {x} has no price."


def test_a_reason_of_a_newer_server_is_shown_in_its_own_words_or_by_its_name():
    assert ENGLISH("gateway_answer.moon_phase", text="The moon is wrong.") == "The moon is wrong."
    assert ENGLISH("gateway_answer.moon_phase", text="") == "gateway_answer.moon_phase"
    assert ENGLISH("../etc.passwd") == "../etc.passwd"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("zh_CN.UTF-8", "zh_CN"), ("zh-Hans", "zh_CN"), ("zh_TW", "zh_CN"), ("en_GB", "en"),
     ("de_DE", "en"), ("C", "en"), ("", "en")],
)  # fmt: skip
def test_the_nearest_language_is_taken(wanted, found):
    assert nearest_language(wanted) == found


def test_there_are_english_and_chinese():
    assert {"en", "zh_CN"} <= set(languages())


def test_the_process_speaks_one_language_at_a_time():
    try:
        current.use("zh_CN")
        assert current.say("sale.finished") == "这笔交易已结束。"
        current.use("en", key_labels({"find": "ctrl+f"}))
        assert "^F" in current.in_words(because("item.not_in_books"))
    finally:
        current.use("en")


def test_an_error_tells_its_reason_and_is_short_in_a_log():
    error = ReasonError("sale.not_on_hold", number=7)
    assert error.reason.kind == "sale.not_on_hold"
    assert str(error) == "sale.not_on_hold number=7"
    assert reason_of(error) is error.reason
    assert ENGLISH.of(reason_of(OSError("disk full"))) == "disk full"
    nested = because("payment.refused", why=because("gateway_client.no_reason_given"))
    assert in_short(nested) == "payment.refused why=(gateway_client.no_reason_given)"
