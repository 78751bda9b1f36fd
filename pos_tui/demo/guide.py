"""What a newcomer scans next: a basket that shows the till, with one key."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.codes.gtin import check_digit
from pos_tui.demo.goods import (
    BREAD,
    CHICKEN,
    COLA,
    COUPON,
    MEMBER,
    MILK,
    NOODLES,
    SHAMPOO,
    SPREAD,
    TOMATOES,
    YOGHURT,
)
from pos_tui.reasons import Reason, because

_BASKET = (COLA, SPREAD, COLA, f"0.842*{CHICKEN}", BREAD, MILK, f"3*{NOODLES}")


def _label(body: str) -> str:
    return body + check_digit(body)


CODES_TO_TRY = (
    (_label(f"21{TOMATOES:0>5}00990"), "price_label"),
    (_label(f"22{TOMATOES:0>5}00750"), "weight_label"),
    (f"(01)0{MILK}(17)250101(10)M-9", "expired"),
    (f"(01)0{MILK}(17)491231(10)M-8", "lot"),
    ("Cheese roll,1d,4.50,2025-01-01", "template"),
    (COUPON, "coupon"),
    (MEMBER, "member"),
    (YOGHURT, "near"),
    (SHAMPOO, "nth"),
    ("5449000000997", "misread"),
    ("https://qr.alipay.com/fkx0demo", "collection"),
)
"""Codes, and which sentence of the demo's words says what each is."""
ENDINGS = ("1234", *(str(number) for number in range(9001, 9012)))
"""The last four digits of payment codes that the demo's platform treats in ways of their own."""


class Guide:
    """Gives the next code of the basket, and at its end a payment code that has not been used."""

    def __init__(self, randomness: Callable[[], int]) -> None:
        self._randomness = randomness
        self._next = 0

    def next_scan(self, list_is_empty: bool) -> str:
        """The code that the newcomer's next press of the key scans."""
        if list_is_empty:
            self._next = 0
        if self._next < len(_BASKET):
            self._next += 1
            return _BASKET[self._next - 1]
        return self.payment_code("1234")

    def payment_code(self, ending: str) -> str:
        """A WeChat-like payment code with this ending; the demo's platform reads the ending."""
        return f"13{self._randomness() % 10**12:012d}{ending}"

    def hint(self, list_is_empty: bool, something_expired: bool) -> Reason:
        """What to do now, in a few words."""
        if something_expired:
            return because("demo.hint_expired")
        if list_is_empty:
            return because("demo.hint_first")
        if self._next < len(_BASKET):
            return because("demo.hint_next")
        return because("demo.hint_pay")

    def help_lines(self) -> list[tuple[str, Reason | None]]:
        """The codes with which a trainer shows what can go wrong, each with what it does."""
        return [
            ("", None),
            ("", because("demo.help_fate")),
            ("", because("demo.help_once")),
            *((self.payment_code(each), because(f"demo.pay_{each}")) for each in ENDINGS),
            ("", None),
            ("", because("demo.help_others")),
            *((code, because(f"demo.try_{what}")) for code, what in CODES_TO_TRY),
        ]
