"""Money that comes for a payment given up is told, stands in the shift, and is shown until seen."""

import pytest

from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance
from tests.conftest import COLA
from tests.model_shop import Shop, wallet_code


@pytest.fixture
def shop():
    shop = Shop()
    yield shop
    shop.close()


def given_up(shop):
    """A sale whose payment was given up; its order at the gateway."""
    shop.do(shop.till.scan, COLA)
    shop.gateway.next_answer = "pending"
    shop.do(shop.till.pay_part, "", wallet_code())
    shop.wait(1)
    shop.do(shop.till.give_up_payment)
    shop.wait(5)
    (order,) = shop.gateway.orders.values()
    assert order.answer == "cancelled"
    return order


def late_notices(shop):
    return [n.reason.kind for n in shop.notices if n.reason.kind.startswith("late_money.")]


def worth(shop):
    reader = shop.books._reader
    return balance(reader, accounts.clearing("wechat")), balance(reader, accounts.LATE_MONEY)


def late_entries(shop):
    rows = shop.books._reader.execute(
        "SELECT document, sale_no FROM ledger_entries WHERE kind = 'late' ORDER BY number"
    )
    return list(rows)


def test_what_the_gateway_gives_back_by_itself_is_told_and_posted(shop):
    order = given_up(shop)
    number = shop.till.sale.number
    shop.wait(70)
    assert late_notices(shop) == []
    order.reason = "money_returning"
    shop.wait(400)
    assert late_notices(shop) == ["late_money.going_back"]
    assert worth(shop) == (350, -350)
    (row,) = shop.till.money.late.rows()
    assert (row.sale_no, row.amount, row.state) == (number, 350, "late")
    order.reason = "money_returned"
    shop.wait(3000)
    assert late_notices(shop) == ["late_money.going_back", "late_money.gone_back"]
    assert worth(shop) == (0, 0)
    assert late_entries(shop) == [(order.order_no, number)] * 2


def test_it_is_shown_until_it_is_seen_also_after_a_power_cut(shop):
    order = given_up(shop)
    order.reason = "money_returned"
    shop.wait(100)
    assert worth(shop) == (0, 0)
    assert len(late_entries(shop)) == 1
    shop.power_cut(99)
    shop.wait(300)
    (row,) = shop.till.money.late.rows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop.books, "write", lambda job: _Done(shop, job))
        assert shop.till.money.late.see(row.sale_no)
        assert not shop.till.money.late.see(row.sale_no)
    assert shop.till.money.late.rows() == ()
    shop.wait(9000)
    assert late_notices(shop) == ["late_money.gone_back"]
    assert len(late_entries(shop)) == 1


def test_a_message_for_an_order_given_up_is_late_money_that_is_here(shop):
    order = given_up(shop)
    order.charged = 1
    for _ in range(2):
        shop.do(shop.inbox.accept, shop.message(order))
    shop.wait(1)
    assert worth(shop) == (350, -350)
    (row,) = shop.till.money.late.rows()
    assert row.status is not None
    assert row.status.kind == "late_money.here"


class _Done:
    """A job that the model's disk writes at once: who waits for it is on the loop's thread."""

    def __init__(self, shop, job):
        self._future = shop.books._writer.submit(job)
        shop.books.disk.flush()

    def result(self):
        return self._future.result()
