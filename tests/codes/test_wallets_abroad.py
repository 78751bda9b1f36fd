"""Wallets where the shop names them: in any region, in several, and whatever is named."""

import pytest

from pos_tui.codes import ItemCode, PaymentCode
from pos_tui.codes.context import doubtful_platforms
from pos_tui.codes.identify import identify
from pos_tui.settings import load_till_settings
from pos_tui.till.decoder import checked_context
from pos_tui.wording.current import in_words
from tests.codes.contexts import TABLE, TODAY, context

WECHAT, ALIPAY, PAYPAY = "134857901234567890", "280244567856723026", "9000818112345678901234"


def platform(code, **settings):
    found = identify(code, context(**settings))
    return found.platform if isinstance(found, PaymentCode) else None


def test_a_shop_of_the_euro_accepts_what_it_names(shared):
    settings = load_till_settings(shared / "data/field/27-wallets-outside-china/till.toml")
    here, troubles = checked_context(settings, TODAY)
    assert not troubles
    for code, name in ((WECHAT, "wechat"), (ALIPAY, "alipay")):
        found = identify(code, here)
        assert isinstance(found, PaymentCode)
        assert found.platform == name


@pytest.mark.parametrize("currency", ["EUR", "USD", "JPY", "KRW", "GBP", "AUD"])
def test_a_named_wallet_pays_in_any_region(currency):
    named = {"shop": {"currency": currency}, "payments": {"platforms": ["wechat", "paypay"]}}
    assert platform(WECHAT, **named) == "wechat"
    assert platform(PAYPAY, **named) == "paypay"


def test_nothing_is_a_payment_abroad_where_no_wallet_is_named():
    assert platform(WECHAT, shop={"currency": "EUR"}) is None


def test_a_shop_may_name_several_regions():
    two = {"platforms": ["wechat", "paypay", "alipayplus"], "region": ["JP", "CN"]}
    assert platform(WECHAT, payments=two) == "wechat"
    assert platform(PAYPAY, payments=two) == "paypay"
    assert platform(WECHAT, payments={"region": "JP", "platforms": ["paypay"]}) is None


def test_a_till_starts_whatever_is_named(tmp_path):
    file = tmp_path / "till.toml"
    file.write_text('[payments]\nplatforms = ["wechat", "wechatt", "qq"]\n')
    settings = load_till_settings(file)
    here, troubles = checked_context(settings, TODAY)
    words = [in_words(why) for why in troubles]
    assert "no platform “wechatt”" in words[0]
    assert "weak" in words[1]
    assert isinstance(identify(WECHAT, here), PaymentCode)
    assert len(doubtful_platforms(settings, TABLE)) == 2


def test_goods_stay_goods_where_wallets_of_every_region_are_named():
    wallets = ["wechat", "alipay", "unionpay", "paypay", "merpay", "rakuten", "dpay"]
    everywhere = context(payments={"platforms": wallets, "region": ["CN", "JP"]})
    assert isinstance(identify("5449000000996", everywhere), ItemCode)
