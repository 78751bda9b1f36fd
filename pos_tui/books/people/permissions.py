"""What each role may do at the till: one table of named permissions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Role = Literal["cashier", "supervisor", "manager", "technician", "trainer"]
"""What somebody is in the shop; of several people on the staff each has one."""

Permission = Literal[
    "sell",
    "discount",
    "price_override",
    "typed_weight",
    "void_paid",
    "no_sale",
    "pay_in",
    "pay_out",
    "drop",
    "open_shift",
    "close_shift",
    "close_others_shift",
    "x_report",
    "reports",
    "return",
    "return_without_receipt",
    "refund_other_way",
    "sell_voucher",
    "write_back_vouchers",
    "customer_account",
    "goods",
    "offers",
    "see_cost",
    "staff",
    "backup",
    "settings",
    "training",
]
"""One kind of act that not everybody may do. `discount` is up to the percent of the settings;
more than that is `price_override`. `typed_weight` is of goods for which the shop has a scale.
"""

ROLES: tuple[Role, ...] = get_args(Role)
ALL_PERMISSIONS: frozenset[Permission] = frozenset(get_args(Permission))

_CASHIER: frozenset[Permission] = frozenset(
    (
        "sell",
        "discount",
        "no_sale",
        "pay_in",
        "drop",
        "open_shift",
        "close_shift",
        "x_report",
        "return",
        "sell_voucher",
        "training",
    )
)
_SUPERVISOR: frozenset[Permission] = _CASHIER | frozenset[Permission](
    (
        "price_override",
        "typed_weight",
        "void_paid",
        "pay_out",
        "close_others_shift",
        "reports",
        "return_without_receipt",
        "refund_other_way",
        "customer_account",
        "goods",
        "offers",
        "see_cost",
    )
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        "cashier": _CASHIER,
        "supervisor": _SUPERVISOR,
        "manager": ALL_PERMISSIONS,
        "technician": frozenset[Permission](("settings", "backup", "training")),
        "trainer": frozenset[Permission](
            ("sell", "discount", "no_sale", "x_report", "return", "training")
        ),
    }
)
