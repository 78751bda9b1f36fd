"""Why a platform's bill, or a row of it, cannot be read or had."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    # ---- a file that is no bill ----
    "no_file_in_zip": N_("there is no file in this zip."),
    "damaged_file": N_("the packed file is damaged or locked ({why})."),
    "too_large_for_a_day": N_("the packed file is too large to be a bill of one day."),
    "unknown_encoding": N_("the file is neither in UTF-8 nor in GBK."),
    "workbook": N_(
        "this is a workbook. Give the file as the platform hands it out ({name}), or make a plain bill of it: --format plain."
    ),
    "workbook_unreadable": N_(
        "this workbook cannot be read; it is damaged, too large or protected by a password."
    ),
    "columns_twice": N_("it has more than one column {columns}."),
    "columns_missing": N_("the first line must name the columns {columns}; {missing} is missing."),
    "no_alipay_bill": N_(
        "this is no Alipay business detail (业务明细): no line has the columns {columns}. The summary (汇总) has no single payments."
    ),
    "no_unionpay_bill": N_(
        "this is no UnionPay file of trades (ZM): line {line} cannot be read, {why}"
    ),
    "no_wechat_bill": N_(
        "this is no WeChat Pay trade bill: no line has the columns {columns}. Fetch the bill of all trades (ALL) as CSV."
    ),
    "foot_differs": N_("its foot counts {counted} rows and the file has {found}: it is not whole."),
    "summary_differs": N_(
        "the summary counts {counted} rows and the file has {found}: it is not whole."
    ),
    # ---- a row that cannot be read ----
    "row_width": N_("it has {count} values where the header has {wanted}."),
    "row_no_number": N_("it has no {what}."),
    "row_number_rewritten": N_(
        "a spreadsheet has rewritten its {what} as {text}; take the file as the platform gave it."
    ),
    "row_comma": N_("“{text}” has a comma; amounts are written like 1234.50."),
    "row_china_time": N_("“{text}” is not a time like 2026-11-21 09:30:00."),
    "row_time": N_("“{text}” is not a time like 2026-11-21T09:30:00+08:00."),
    "row_no_time_of_day": N_("“{text}” has no time of day."),
    "row_kind": N_("its kind is “{kind}”, neither payment nor refund."),
    "row_alipay_kind": N_("its kind (业务类型) is “{kind}”, neither 交易 nor 退款."),
    "row_unionpay_kind": N_("its kind (交易类型) is “{kind}”, not 01, 04 or 31."),
    "row_unionpay_length": N_("it has {count} bytes, and a ZM file's lines at least {least}."),
    "row_unionpay_amount": N_("“{text}” is not an amount in fen."),
    "row_unionpay_time": N_("“{text}” is not a time like 1121093000 (month, day, time)."),
    "row_wechat_state": N_("its state (交易状态) is “{state}”, not SUCCESS, REFUND or REVOKED."),
    "row_wechat_refund_failed": N_(
        "WeChat Pay could not pay back this refund of order {order_no} (FAIL)."
    ),
    "order_number": N_("order number (商户订单号)"),
    "alipay_number": N_("Alipay number (支付宝交易号)"),
    "alipay_refund_number": N_("refund number (退款批次号/请求号)"),
    "query_number": N_("query number (查询流水号)"),
    "paid_order_number": N_("paid order's number (原始交易订单号)"),
    "unionpay_refund_number": N_("refund number (商户订单号)"),
    "paid_query_number": N_("paid query number (原交易查询流水号)"),
    "wechat_number": N_("WeChat number (微信订单号)"),
    "wechat_refund_number": N_("refund number (商户退款单号)"),
    # ---- a bill that cannot be had now ----
    "something_else": N_("The platform sent something else than a bill: {why}"),
    "alipay_address_unreadable": N_("Alipay's address of the bill cannot be read. Call support."),
    "alipay_address_unsafe": N_(
        "Alipay's address of the bill is not a safe one (https). Call support."
    ),
    "alipay_http": N_("Alipay does not hand its bill out (HTTP {status}). Try again later."),
    "alipay_not_whole": N_("Alipay's bill did not arrive whole. Try again later."),
    "alipay_no_list": N_("Alipay's bill has not the one list of payments. Call support."),
    "alipay_packed": N_("Alipay's bill cannot be unpacked. Try again later."),
    "alipay_too_large": N_("Alipay's bill is larger than {megabytes} MB. Call support."),
    "alipay_no_bill": N_(
        "Alipay has no bill of {day}: nothing was paid on that day, or the bill is not ready (it is on the next day at nine in the morning, China time). Try again later."
    ),
    "alipay_not_permitted": N_(
        "Alipay does not give this account its bills ({code}). Check the application's keys and permissions at Alipay."
    ),
    "alipay_not_now": N_("Alipay cannot give its bill of {day} now ({code}). Try again later."),
    "alipay_unclear": N_(
        "Alipay has given no clear answer about its bill of {day}. Try again later."
    ),
    "wechat_no_bill": N_(
        "WeChat Pay has no bill for this day. It is written from 10 o'clock (China time) on the day after, and only for days with payments. Ask again then."
    ),
    "wechat_writing": N_("WeChat Pay is still writing the bill of this day. Ask again in an hour."),
    "wechat_too_large": N_(
        "The bill is larger than 64 MB. Fetch it from WeChat Pay's merchant website."
    ),
    "wechat_silent": N_(
        "WeChat Pay did not give the bill: no clear answer. Ask again in a few minutes."
    ),
    "wechat_damaged": N_(
        "The bill of WeChat Pay did not arrive whole. Ask again in a few minutes."
    ),
    "wechat_refused": N_(
        "WeChat Pay refuses to give the bill ({why}). Have the shop's account looked at."
    ),
    "wechat_url_unusable": N_("its url cannot be used"),
    "wechat_foreign_address": N_(
        "WeChat Pay names a bill at an address that is not its own; it was not fetched. Have the shop's account looked at."
    ),
    "no_reason_given": N_("no reason given"),
}
