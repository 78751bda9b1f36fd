"""What the gateway keeps of a till's last order, for a till that has lost its books."""

from __future__ import annotations

from msgspec.structs import replace

from tests.cloud.gateway.rig import Scripted, ServiceRig, new_order, paid

HEAD = "7-" + "ab" * 32


async def test_a_till_is_told_of_its_last_order_and_of_its_highest_sale(rig: ServiceRig) -> None:
    await rig.open(Scripted(pay=[paid(), paid(), paid()]))
    first = replace(new_order(), sale_no=12, journal="3-" + "cd" * 32)
    last = replace(new_order(), sale_no=11, journal=HEAD)  # one that was on hold meanwhile
    another = replace(new_order(), till="02", sale_no=40)
    for order in (first, last, another):
        await rig.pay(order)
    kept = await rig.service.last_order(last.merchant, last.till)
    assert kept is not None
    assert (kept.order_no, kept.sale_no, kept.journal) == (last.order_no, 11, HEAD)
    assert kept.highest_sale_no == 12
    assert (kept.amount, kept.currency) == (last.amount, last.currency)
    assert await rig.service.last_order(last.merchant, "03") is None
    assert await rig.service.last_order("M999", last.till) is None
