"""A simulated bill of a day, as Alipay packs it: a zip of two GBK files, payments and sums."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

from pos_tui.cloud.platforms.simulation.behaviours import Trade

_CHINA = timezone(timedelta(hours=8))
SELLER = "2088000000000000"
_BILL_HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,"
    "终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,"
    "支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)


def packed_bill(trades: Sequence[Trade], day: date) -> bytes:
    """The bill of these trades in Alipay's layout: a zip of two GBK files, payments and sums."""
    paid = sum(trade.amount for trade in trades)
    rows = [_bill_row(trade, trade.amount, "") for trade in trades]
    backs = [(trade, amount, no) for trade in trades for no, amount in _given_back(trade)]
    rows += [_bill_row(trade, -amount, number) for trade, amount, number in backs]
    returned = sum(amount for _, amount, _ in backs)
    line = "-" * 40
    first, last = _in_chinese(day), _in_chinese(day + timedelta(days=1))
    head = [
        f"#账号：[{SELLER}0156]",
        f"#起始日期：[{first} 00:00:00]   终止日期：[{last} 00:00:00]",
    ]
    details = [
        "#支付宝业务明细查询",
        *head,
        f"#{line}业务明细列表{line}",
        _BILL_HEAD,
        *rows,
        f"#{line}业务明细列表结束{line}",
        f"#交易合计：{len(trades)}笔，商家实收共{yuan(paid)}元，商家优惠共0.00元",
        f"#退款合计：{len(backs)}笔，商家实收退款共{yuan(-returned)}元，商家优惠退款共0.00元",
    ]
    sums = [
        "#支付宝业务汇总查询",
        *head,
        f"合计,{len(trades)},{len(backs)},{yuan(paid - returned)}",
    ]
    stem = f"{SELLER}0156_{day:%Y%m%d}_"
    return _zipped({f"{stem}业务明细.csv": details, f"{stem}业务明细(汇总).csv": sums})


def time_of(trade: Trade) -> str:
    """When a trade was paid, in China\'s time as Alipay writes it."""
    paid_at = trade.paid_at or datetime.now(_CHINA)
    return paid_at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")


def yuan(fen: int) -> str:
    """An amount of fen in yuan."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def _in_chinese(day: date) -> str:
    return f"{day.year}年{day.month:02}月{day.day:02}日"


def _bill_row(trade: Trade, amount: int, request_no: str) -> str:
    when, money = time_of(trade), yuan(amount)
    kind = "退款" if amount < 0 else "交易"
    named = f"{trade.ref}\t,{trade.order_no}\t,{kind}\t,goods,{when},{when}"
    where = "\t,\t,\t,\t,*(138****0000)\t"
    return f"{named},{where},{money},{money}{',0.00' * 5},,0.00\t,0.00,{request_no}\t,0.00,0.00,"


def _given_back(trade: Trade) -> list[tuple[str, int]]:
    return [*trade.refunds.items(), *[(trade.order_no, trade.amount)] * trade.reversed]


def _zipped(files: Mapping[str, Sequence[str]]) -> bytes:
    """A zip whose names are GBK without saying so, as Alipay's are; zipfile writes UTF-8 only."""
    packed = io.BytesIO()
    names: list[tuple[bytes, bytes]] = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, lines) in enumerate(files.items()):
            real = name.encode("gbk")
            stand_in = f"{number}".rjust(len(real), "=")
            names.append((stand_in.encode(), real))
            archive.writestr(stand_in, "\n".join([*lines, ""]).encode("gbk"))
    content = packed.getvalue()
    for stand_in_name, real in names:
        content = content.replace(stand_in_name, real)
    return content
