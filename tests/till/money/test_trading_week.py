"""A short trading week at a till that is killed: every account is that of a model on paper."""

import sys

import pytest

from tests.campaign.trading_week import trading_week


@pytest.mark.skipif(sys.platform == "win32", reason="its event loop needs a POSIX selector")
def test_a_week_with_kills_is_as_on_paper():
    assert trading_week(48, seed=22, kills=4)  # it undoes a voucher too
