"""The platforms' bills, as they write them, read into our words."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.cloud.platforms import plain_bill as plain
from pos_tui.cloud.platforms.alipay import bill as alipay
from pos_tui.cloud.platforms.bill_files import bill_formats, format_of, parse_bill, read_bill
from pos_tui.cloud.platforms.bills import CHINA, BillUnreadable
from pos_tui.cloud.platforms.unionpay import bill as unionpay
from pos_tui.cloud.platforms.wechat import bill as wechat
from tests.spoken import raises, spoken
from tests.workbooks import xlsx

DAY = date(2026, 11, 21)

WECHAT_HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
WECHAT_PAID = (
    "`2026-11-21 09:30:00,`wx0000000000000001,`1900000001,`0,`,`4200000000202611210000000001,"
    "`M00101000001,`openid,`MICROPAY,`SUCCESS,`OTHERS,`CNY,`45.00,`2.70,`0,`0,`0.00,`0.00,`,`,"
    "`Tea, hot,`,`0.27000,`0.60%,`47.70,`0.00,`"
)
WECHAT_REFUNDED = (
    "`2026-11-21 10:00:00,`wx0000000000000001,`1900000001,`0,`,`4200000000202611210000000001,"
    "`M00101000001,`openid,`MICROPAY,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300000000001,"
    "`R00000000001,`7.00,`0.00,`ORIGINAL,`PROCESSING,`Tea, hot,`,`-0.05000,`0.60%,`0.00,`7.70,`"
)
WECHAT_SUM = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)

ALIPAY_HEAD = (
    "#支付宝业务明细查询",
    "#账号：[20880000000000000156]",
    "#起始日期：[2026年11月21日 00:00:00]   终止日期：[2026年11月22日 00:00:00]",
    "#-----------------------------------------业务明细列表----------------------------------------",
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注",
)
ALIPAY_FOOT = (
    "#-----------------------------------------业务明细列表结束------------------------------------",
    "#交易合计：1笔，商家实收共47.70元，商家优惠共0.00元",
    "#退款合计：1笔，商家实收退款共-7.70元，商家优惠退款共0.00元",
    "#导出时间：[2026年11月22日 09:00:00]",
)


def wechat_bill(*rows: str, count: int | None = None) -> str:
    summed = f"`{len(rows) if count is None else count},`0.00,`0.00,`0.00,`0.00,`0.00,`0.00"
    return "\r\n".join([WECHAT_HEADER, *rows, WECHAT_SUM, summed, ""])


def alipay_row(kind: str, amount: str, refund_no: str = "", subject: str = "Tea") -> str:
    return (
        f"2026112122001400000000000001\t,M00101000001\t,{kind}\t,{subject},2026-11-21 09:29:50,"
        f"2026-11-21 09:30:00,\t,\t,\t,\t,*明(137****2600)\t,{amount},{amount},0.00,0.00,0.00,0.00,"
        f"0.00,,0.00\t,0.00,{refund_no}\t,-0.05,0.00,"
    )


def alipay_bill(*rows: str) -> str:
    return "\r\n".join([*ALIPAY_HEAD, *rows, *ALIPAY_FOOT, ""])


def unionpay_row(kind: str, **fields: str) -> bytes:
    widths = [
        *(3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2),
        *(6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98),
    ]
    values = {1: "S22", 5: "1121093000", 7: "000000004770", 20: kind, 31: "茶馆"}
    values |= {int(name[1:]): value for name, value in fields.items()}
    encoded = (values.get(n, "").encode("gbk").ljust(w) for n, w in enumerate(widths, 1))
    return b" ".join(encoded)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=CHINA)


# ---- WeChat Pay ----------------------------------------------------------------------------------


def test_a_wechat_bill_has_what_the_customer_paid_and_got_back() -> None:
    bill = wechat.parse(wechat_bill(WECHAT_PAID, WECHAT_REFUNDED), DAY, "CNY")
    assert bill.bad_rows == ()
    paid, refunded = bill.lines
    assert (paid.kind, paid.order_no, paid.amount) == ("payment", "M00101000001", 4770)
    assert paid.platform_ref == "4200000000202611210000000001"
    assert (paid.time, paid.line, paid.currency) == (at(9, 30), 2, "CNY")
    assert (refunded.kind, refunded.refund_no, refunded.amount) == ("refund", "R00000000001", 770)
    assert refunded.platform_ref == paid.platform_ref


def test_a_row_as_wechat_documents_it_in_the_format_of_its_first_accounts() -> None:
    text = (
        "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
        "付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额, "
        "代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率\n"
        "`2014-11-10 16:33:45,`wx2421b1c4370ec43b,`10000100,`0,`1000,`1001690740201411100005734289,"
        "`1415640626,`085e9858e3ba5186aafcbaed1,`MICROPAY,`SUCCESS,`OTHERS,`CNY,`0.01,`0.0,`0,`0,`0,"
        "`0,`,`,`被扫支付测试,`订单额外描述,`0,`0.60%\n"
        "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额\n"
        "`1,`0.01,`0.0,`0.0,`0\n"
    )
    (line,) = wechat.parse(text, DAY, "CNY").lines
    assert (line.order_no, line.amount) == ("1415640626", 1)
    assert line.time == datetime(2014, 11, 10, 16, 33, 45, tzinfo=CHINA)


def test_wechats_own_reversal_is_a_refund_without_a_number() -> None:
    row = WECHAT_REFUNDED.replace("`REFUND,", "`REVOKED,")
    row = row.replace("`50300000000001,`R00000000001", "`0,`0")
    (line,) = wechat.parse(wechat_bill(row), DAY, "CNY").lines
    assert (line.kind, line.refund_no) == ("refund", "")


def test_columns_are_found_by_name_wherever_they_stand() -> None:
    names, values = WECHAT_HEADER.split(","), WECHAT_PAID.removeprefix("`").split(",`")
    text = ",".join(reversed(names)) + "\n`" + ",`".join(reversed(values)) + "\n"
    assert wechat.parse(text, DAY, "CNY").lines[0].amount == 4770


def test_hong_kongs_bill_names_its_currency_and_amount_otherwise() -> None:
    text = (
        "交易时间,微信订单号,商户订单号,交易状态,商户退款单号,标价币种,订单金额(标价币种),申请退款金额\n"
        "`2026-11-21 09:30:00,`42001,`M00101000001,`SUCCESS,`0,`HKD,`47.70,`0\n"
    )
    (line,) = wechat.parse(text, DAY, "CNY").lines
    assert (line.amount, line.currency) == (4770, "HKD")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("`47.70,", "`4x.70,", "not an amount"),
        ("`47.70,", "`-47.70,", "not an amount"),
        ("2026-11-21 09:30:00", "21/11/2026 9:30", "not a time"),
        ("`SUCCESS", "`PAYERROR", "PAYERROR"),
        ("`M00101000001,", "`,", "order number"),
        ("`4200000000202611210000000001", "`4.2E+27", "spreadsheet"),
        (",`47.70", "", "26 values where the header has 27"),
    ],
)
def test_a_spoilt_row_is_named_with_its_reason_and_the_others_stay(
    old: str, new: str, why: str
) -> None:
    text = wechat_bill(WECHAT_PAID.replace(old, new), WECHAT_REFUNDED)
    bill = wechat.parse(text, DAY, "CNY")
    assert [line.kind for line in bill.lines] == ["refund"]
    (bad,) = bill.bad_rows
    assert bad.line == 2
    assert why in spoken(bad.why)


def test_a_refund_that_wechat_could_not_make_is_none() -> None:
    bill = wechat.parse(wechat_bill(WECHAT_REFUNDED.replace("`PROCESSING", "`FAIL")), DAY, "CNY")
    assert bill.lines == ()
    assert "could not pay back" in spoken(bill.bad_rows[0].why)


def test_a_wechat_bill_with_fewer_rows_than_it_counts_is_not_whole() -> None:
    (bad,) = wechat.parse(wechat_bill(WECHAT_PAID, count=2), DAY, "CNY").bad_rows
    assert "not whole" in spoken(bad.why)


# ---- Alipay --------------------------------------------------------------------------------------


def test_an_alipay_bill_has_what_was_paid_and_given_back() -> None:
    text = alipay_bill(alipay_row("交易", "47.70"), alipay_row("退款", "-7.70", "R00000000001"))
    bill = alipay.parse(text, DAY, "CNY")
    assert bill.bad_rows == ()
    paid, refunded = bill.lines
    assert (paid.order_no, paid.amount, paid.line) == ("M00101000001", 4770, 6)
    assert paid.platform_ref == "2026112122001400000000000001"
    assert paid.time == at(9, 30)
    assert (refunded.kind, refunded.refund_no, refunded.amount) == ("refund", "R00000000001", 770)


def test_a_row_that_alipay_wrote() -> None:
    row = (
        "2017083121001004720299453898\t,cd6ece976b514130977cb06048359684\t,交易\t,支付宝APP支付,"
        "2017-08-31 00:06:14,2017-08-31 00:06:15,\t,\t,\t,\t,*杨(137****2600)\t,20.00,20.00,0.00,"
        "0.00,0.00,0.00,0.00,,0.00\t,0.00,\t,0.00,0.00,挂号付费"
    )
    (line,) = alipay.parse("\n".join([*ALIPAY_HEAD, row]), DAY, "CNY").lines
    assert (line.order_no, line.amount) == ("cd6ece976b514130977cb06048359684", 2000)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_units_brackets_may_be_wide_or_narrow(narrow: bool) -> None:
    text = alipay_bill(alipay_row("交易", "47.70"))
    if narrow:
        text = text.replace("（", "(").replace("）", ")")
    assert alipay.parse(text, DAY, "CNY").lines[0].amount == 4770


def test_a_comma_in_what_was_sold_or_in_the_remark_moves_no_column() -> None:
    sold = alipay_row("交易", "47.70", subject="Tea, hot, large")
    remarked = alipay_row("交易", "47.70") + "for two, to go"
    bill = alipay.parse(alipay_bill(sold, remarked), DAY, "CNY")
    assert [line.amount for line in bill.lines] == [4770, 4770]


def test_an_alipay_bill_with_fewer_rows_than_its_foot_counts_is_not_whole() -> None:
    (bad,) = alipay.parse(alipay_bill(alipay_row("交易", "47.70")), DAY, "CNY").bad_rows
    assert "not whole" in spoken(bad.why)


def test_what_follows_alipays_foot_is_no_payment() -> None:
    text = alipay_bill(alipay_row("交易", "47.70"), alipay_row("退款", "-7.70", "R00000000001"))
    bill = alipay.parse(text + "门店编号,门店名称,交易订单总笔数\n合计,,2\n", DAY, "CNY")
    assert (len(bill.lines), bill.bad_rows) == (2, ())


def test_of_alipays_zip_the_details_are_read_and_not_the_summary() -> None:
    packed = io.BytesIO()
    summary = "#支付宝业务汇总查询\n门店编号,门店名称,交易订单总笔数\n合计,\t,2\n"
    details = alipay_bill(alipay_row("交易", "47.70"), alipay_row("退款", "-7.70", "R00000000001"))
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("20880_20261121_业务明细(汇总).csv", summary.encode("gbk"))
        bundle.writestr("20880_20261121_业务明细.csv", details.encode("gbk"))
    assert len(read_bill("alipay", packed.getvalue(), DAY, "CNY").lines) == 2


# ---- UnionPay ------------------------------------------------------------------------------------


def test_a_unionpay_file_has_payments_and_refunds_in_their_fixed_places() -> None:
    paid = unionpay_row("01", f10="212611210930000000018", f12="M00101000001")
    refunded = unionpay_row(
        *("04",),
        f5="1121100000",
        f7="000000000770",
        f10="212611211000000000028",
        f12="R00000000001",
        f27="212611210930000000018",
        f41="M00101000001",
    )
    content = b"\r\n".join([paid, refunded, b""])
    first, second = read_bill("unionpay", content, DAY, "CNY").lines
    assert (first.order_no, first.amount, first.time) == ("M00101000001", 4770, at(9, 30))
    assert first.platform_ref == second.platform_ref == "212611210930000000018"
    assert (second.kind, second.order_no) == ("refund", "M00101000001")
    assert (second.refund_no, second.amount) == ("R00000000001", 770)


def test_a_unionpay_time_at_the_turn_of_the_year_belongs_to_the_bills_day() -> None:
    paid = unionpay_row("01", f5="1231235959", f10="2", f12="M00101000001").decode("gbk")
    (line,) = unionpay.parse(paid, date(2027, 1, 1), "CNY").lines
    assert line.time == datetime(2026, 12, 31, 23, 59, 59, tzinfo=CHINA)


def test_of_unionpays_zip_the_trades_are_read_and_not_the_faults() -> None:
    packed = io.BytesIO()
    paid = unionpay_row("01", f10="212611210930000000018", f12="M00101000001")
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("INN26112188ZME_802310000000001", b"")
        bundle.writestr("INN26112188ZM_802310000000001", paid)
    assert len(read_bill("unionpay", packed.getvalue(), DAY, "CNY").lines) == 1


# ---- our own -------------------------------------------------------------------------------------


def test_an_operator_can_make_a_bill_from_any_banks_file() -> None:
    text = (
        "kind,order_no,refund_no,platform_ref,amount,time\n"
        "payment,M00101000001,,BANK1,47.70,2026-11-21T09:30:00+08:00\n"
        "refund,M00101000001,R00000000001,BANK1,7.70,2026-11-21T02:00:00Z\n"
        "payment,M00101000002,,BANK2,5,2026-11-21 10:00\n"
        "payment,M00101000003,,BANK3,five,2026-11-21T10:00\n"
    )
    bill = plain.parse(text, DAY, "CNY")
    assert [line.amount for line in bill.lines] == [4770, 770, 500]
    assert [line.time for line in bill.lines] == [at(9, 30), at(10), at(10)]
    assert [(bad.line, "not an amount" in spoken(bad.why)) for bad in bill.bad_rows] == [(5, True)]


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\u2028", "\uffff"])
def test_what_could_command_a_terminal_is_not_taken_from_a_bill(sign: str) -> None:
    text = (
        "kind,order_no,refund_no,platform_ref,amount,time\n"
        f"payment,M0010{sign}[2J,,BANK{sign}1,47.70,2026-11-21T09:30:00+08:00\n"
        f"payment,M00101000002,,BANK2,five{sign},2026-11-21T10:00\n"
    )
    bill = read_bill("plain", text.encode(), DAY, "CNY")
    said = repr(bill.lines) + spoken(bill.bad_rows[0].why)
    assert sign not in said and ascii(sign)[1:-1] not in said
    assert bill.lines[0].order_no.startswith("M0010?")
    assert (bill.lines[0].amount, bill.lines[0].platform_ref.strip("BANK?")) == (4770, "1")


def test_yen_have_no_decimals_in_a_plain_bill() -> None:
    text = (
        "kind,order_no,refund_no,platform_ref,amount,time,currency\n"
        "payment,M00101000001,,B1,4770,2026-11-21T10:00,JPY\n"
        "payment,M00101000002,,B2,47.70,2026-11-21T10:00,JPY\n"
        'payment,M00101000003,,B3,"4,770",2026-11-21T10:00,JPY\n'
    )
    bill = plain.parse(text, DAY, "CNY")
    assert [(line.amount, line.currency) for line in bill.lines] == [(4770, "JPY")]
    assert [bad.line for bad in bill.bad_rows] == [3, 4]


def test_a_comma_that_may_group_or_divide_is_refused() -> None:
    text = (
        "kind,order_no,refund_no,platform_ref,amount,time,currency\n"
        'payment,M00101000001,,B1,"1,234",2026-11-21T10:00,BHD\n'
    )
    bill = plain.parse(text, DAY, "CNY")
    assert bill.lines == ()
    assert "has a comma" in spoken(bill.bad_rows[0].why)


def test_a_plain_bill_without_a_column_says_which() -> None:
    with raises(BillUnreadable, "refund_no, time is missing"):
        plain.parse("kind,order_no,platform_ref,amount\n", DAY, "CNY")


PLAIN_HEADER = "kind,order_no,refund_no,platform_ref,amount,time,currency\n"


def test_a_plain_bills_row_that_is_cut_is_not_read_in_another_currency() -> None:
    whole = "payment,M00101000001,,B1,4770,2026-11-21T10:00,JPY\n"
    bill = plain.parse(PLAIN_HEADER + whole + whole.removesuffix(",JPY\n"), DAY, "CNY")
    assert [line.currency for line in bill.lines] == ["JPY"]
    assert [bad.line for bad in bill.bad_rows] == [3]


def test_a_plain_bill_may_have_semicolons_a_title_and_a_stray_quotation_mark() -> None:
    text = (
        "Bank of Lakeside;;;;;;\n\n"
        + PLAIN_HEADER.replace(",", ";")
        + 'payment;M00101000001;;"B1;47.70;2026-11-21T10:00;\n'
        + "payment;M00101000002;;B2;47.70;2026-11-21T10:00;\n"
    )
    bill = plain.parse(text, DAY, "CNY")
    assert [(line.order_no, line.amount, line.line) for line in bill.lines] == [
        ("M00101000002", 4770, 5)
    ]
    assert [bad.line for bad in bill.bad_rows] == [4]


def test_a_plain_bill_with_two_columns_of_amounts_is_refused() -> None:
    header = "kind,order_no,refund_no,platform_ref,amount,time,amount\n"
    with raises(BillUnreadable, "more than one column amount"):
        plain.parse(header + "payment,M1,,B1,1.00,2026-11-21T10:00,2.00\n", DAY, "CNY")


def test_a_plain_bill_may_be_a_workbook_and_no_digit_of_it_is_guessed() -> None:
    content = xlsx(
        [
            ["Bank of Lakeside"],
            ["kind", "order_no", "refund_no", "platform_ref", "amount", "time"],
            ["payment", "M00101000001", None, 2026112122001, 47.7, "2026-11-21T09:30:00+08:00"],
            ["payment", "M00101000002", None, 202611212200112345, 5, "2026-11-21T09:30"],
            ["payment", "M00101000003", None, "B3", 1.234, "2026-11-21T09:30"],
        ]
    )
    bill = read_bill("plain", content, DAY, "CNY")
    (line,) = bill.lines
    assert (line.platform_ref, line.amount, line.time) == ("2026112122001", 4770, at(9, 30))
    assert [bad.line for bad in bill.bad_rows] == [4, 5]
    assert "rewritten" in spoken(bill.bad_rows[0].why)
    assert "decimal" in spoken(bill.bad_rows[1].why)


def test_a_platforms_own_bill_is_no_workbook() -> None:
    with raises(BillUnreadable, r"as the platform hands it out \(alipay\)"):
        read_bill("alipay", xlsx([["支付宝交易号"]]), DAY, "CNY")
    with raises(BillUnreadable, "^this workbook cannot be read"):
        read_bill("plain", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), DAY, "CNY")


# ---- files ---------------------------------------------------------------------------------------


def test_a_bill_may_be_packed_and_in_either_encoding() -> None:
    text = wechat_bill(WECHAT_PAID)
    for content in (
        text.encode(),
        ("\ufeff" + text).encode(),
        text.encode("gbk"),
        gzip.compress(text.encode()),
    ):
        assert len(read_bill("wechat", content, DAY, "CNY").lines) == 1


def test_a_damaged_or_other_file_is_refused_with_a_sentence() -> None:
    whole = gzip.compress(wechat_bill(WECHAT_PAID).encode())
    for content in (
        whole[:40],
        whole[:20] + b"\0" * 40,
        b"PK\x03\x04rubbish",
        b"",
        b"\xff\xfe\x00",
    ):
        with pytest.raises(BillUnreadable):
            read_bill("wechat", content, DAY, "CNY")


def test_a_channel_without_a_format_of_its_own_has_the_plain_one() -> None:
    assert [format_of(name) for name in ("wechat_v2", "alipay", "qra", "antom")] == [
        "wechat",
        "alipay",
        "plain",
        "plain",
    ]


@given(st.sampled_from(bill_formats()), st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_whatever_a_file_holds_it_is_read_or_refused(written_as: str, text: str) -> None:
    head = {
        "wechat": WECHAT_HEADER + "\n",
        "alipay": "\n".join(ALIPAY_HEAD) + "\n",
        "plain": ",".join(plain.COLUMNS) + "\n",
    }
    for start in ("", head.get(written_as, "")):
        try:
            bill = parse_bill(written_as, start + text, DAY, "CNY")
        except BillUnreadable:
            continue
        assert all(line.amount >= 0 for line in bill.lines)


@given(st.data())
def test_a_row_spoilt_anywhere_leaves_the_row_beside_it_alone(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(WECHAT_PAID)))
    junk = data.draw(st.text(st.characters(exclude_characters="\r\n"), max_size=5))
    text = wechat_bill(WECHAT_PAID[:place] + junk + WECHAT_PAID[place + 3 :], WECHAT_REFUNDED)
    bill = wechat.parse(text, DAY, "CNY")
    assert [line.refund_no for line in bill.lines][-1] == "R00000000001"
