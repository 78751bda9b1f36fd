"""What the payment codes of each known format look like."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "emv_cpm": N_("an EMVCo consumer-presented QR code"),
    "alipay_face": N_("a face payment: 35 characters that start with fp"),
    "alipayplus24": N_("24 digits: an Alipay+ wallet's code"),
    "alipayplus_kakaopay": N_("24 digits that start with 281006: KakaoPay through Alipay+"),
    "alipayplus19": N_("19 digits: an Alipay+ wallet's older code"),
    "alipay": N_("16-24 digits that start with 25-30"),
    "wechat": N_("18 digits that start with 10-15"),
    "jd18": N_("18 digits that start with 18"),
    "ccb": N_("19 digits that start with 62, and 0105 after the third: CCB's own"),
    "unionpay": N_("19 digits that start with 62"),
    "jd62": N_("19 digits that start with 62: the UnionPay form of JD Pay"),
    "bestpay": N_("18 digits that start with 51"),
    "ecny": N_("19 digits that start with 01"),
    "baidu": N_("16-18 digits that start with 31"),
    "webank": N_("19 digits that start with 5678"),
    "lakala_points": N_("19 digits that start with 810 or 820"),
    "lakala_finance": N_("19 digits that start with 812 or 822"),
    "qq": N_("18 digits that start with 91"),
    "paypay": N_("20-22 digits that start with 90008181"),
    "linepay_jp": N_("19 digits that start with 9000000000 (the service has ended)"),
    "dpay": N_("18 digits that start with 90000002"),
    "origami": N_("18 digits that start with 90000001 (the service has ended)"),
    "rakuten": N_("16 digits that start with 900001"),
    "merpay": N_("19 digits that start with 31589900"),
    "yucho": N_("19 digits that start with 315899 and 31-40"),
    "aupay": N_("19 digits that start with 31589921"),
    "pring": N_("19 digits that start with 31589995"),
    "jcb_smart": N_("19 digits that start with 315899: JCB's Smart Code"),
}
