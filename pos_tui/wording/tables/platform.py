"""Payment platforms as people know them."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "emv_cpm": N_("EMVCo QR"),
    "wechat": N_("WeChat Pay"),
    "alipay": N_("Alipay"),
    "alipayplus": N_("Alipay+"),
    "unionpay": N_("UnionPay"),
    "ccb": N_("CCB Long Pay"),
    "jd": N_("JD Pay"),
    "bestpay": N_("BestPay"),
    "ecny": N_("e-CNY"),
    "baidu": N_("Baidu Wallet"),
    "webank": N_("WeBank"),
    "lakala": N_("Lakala"),
    "qq": N_("QQ Wallet"),
    "paypay": N_("PayPay"),
    "linepay": N_("LINE Pay"),
    "dpay": N_("d-barai"),
    "origami": N_("Origami Pay"),
    "rakuten": N_("Rakuten Pay"),
    "merpay": N_("Merpay"),
    "yucho": N_("Yucho Pay"),
    "aupay": N_("au PAY"),
    "jcb_smart": N_("Smart Code"),
    "duitnow": N_("DuitNow"),
    "qris": N_("QRIS"),
    "pring": N_("pring"),
}
