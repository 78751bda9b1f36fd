"""A simulated bill of a day, as WeChat Pay writes it: every field behind a grave accent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta, timezone

from pos_tui.cloud.platforms.simulation.behaviours import Trade
from pos_tui.money import Currency, format_amount

_CHINA = timezone(timedelta(hours=8))
_CNY = Currency.of("CNY")
_COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
_TOTALS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def bill_of(trades: Sequence[Trade], day: date, appid: str, mchid: str) -> bytes | None:
    """The bill of what was paid on a day of China's; None for a day without payments.

    A paid row for each payment, a REFUND row for each refund, a REVOKED row for a reversal.
    """
    paid = [t for t in trades if t.paid_at and t.paid_at.astimezone(_CHINA).date() == day]
    if not paid:
        return None
    rows = []
    for trade in paid:
        rows.append(_row(trade, appid, mchid, "SUCCESS"))
        if trade.reversed:
            rows.append(_row(trade, appid, mchid, "REVOKED", trade.order_no, trade.amount))
        rows += [_row(trade, appid, mchid, "REFUND", no, fee) for no, fee in trade.refunds.items()]
    taken = sum(trade.amount for trade in paid)
    given = sum(t.amount * bool(t.reversed) + sum(t.refunds.values()) for t in paid)
    totals = [str(len(rows)), _yuan(taken), _yuan(given), "0.00", "0.00000"]
    lines = [_COLUMNS, *rows, _TOTALS, _fields([*totals, _yuan(taken), _yuan(given)])]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _row(
    trade: Trade, appid: str, mchid: str, state: str, refund_no: str = "", refunded: int = 0
) -> str:
    paid_at = trade.paid_at.astimezone(_CHINA) if trade.paid_at else None
    is_payment = state == "SUCCESS"
    amount = _yuan(trade.amount if is_payment else 0)
    return _fields(
        [
            f"{paid_at:%Y-%m-%d %H:%M:%S}",
            *(appid, mchid, "0", ""),
            *(trade.ref, trade.order_no, "o-customer", "MICROPAY", state, "OTHERS", "CNY"),
            *(amount, "0.00"),
            *("0" if is_payment else f"50{trade.ref[2:]}", refund_no or "0"),
            *(_yuan(refunded), "0.00"),
            *("" if is_payment else "ORIGINAL", "" if is_payment else "SUCCESS"),
            *("goods", "", "0.00000", "0.60%", amount, _yuan(refunded), ""),
        ]
    )


def _fields(texts: Sequence[str]) -> str:
    return ",".join(f"`{text}" for text in texts)


def _yuan(fen: int) -> str:
    return format_amount(fen, _CNY)
