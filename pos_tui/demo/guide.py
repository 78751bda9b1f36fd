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

_BASKET = (COLA, SPREAD, COLA, f"0.842*{CHICKEN}", BREAD, MILK, f"3*{NOODLES}")


def _label(body: str) -> str:
    return body + check_digit(body)


CODES_TO_TRY = (
    (_label(f"21{TOMATOES:0>5}00990"), "a label: tomatoes for 9.90"),
    (_label(f"22{TOMATOES:0>5}00750"), "a label: 0.750 kg of tomatoes"),
    (f"(01)0{MILK}(17)250101(10)M-9", "a GS1 code whose use-by date is over"),
    (f"(01)0{MILK}(17)491231(10)M-8", "a GS1 code with lot and date"),
    ("Cheese roll,1d,4.50,2025-01-01", "the bakery's template: baked long ago"),
    (COUPON, "a coupon: 5.00 off from 50.00"),
    (MEMBER, "Grace's card: members get 5 % off"),
    (YOGHURT, "yoghurt near its date, marked down"),
    (SHAMPOO, "shampoo: the second one is half price"),
    ("5449000000997", "a misread bar code"),
    ("https://qr.alipay.com/fkx0demo", "a shop's collection code"),
)
FAILING_CODES = (
    ("9001", "the balance is too low"),
    ("9002", "the code has expired"),
    ("9003", "the customer types the PIN for 4 s, then it is paid"),
    ("9004", "the customer never types the PIN (F12 gives up)"),
    ("9005", "charged, but the platform's answer is lost on the way"),
    ("9006", "charged, but the platform answers with an error"),
    ("9007", "not charged, and the platform answers with an error"),
    ("9008", "charged, but the answer takes 8 s"),
    ("9009", "charged, but the answer's signature is wrong"),
    ("9010", "charged, but the platform answers 502"),
    ("9011", "the customer types the PIN; the platform notifies twice"),
)


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

    def hint(self, list_is_empty: bool, something_expired: bool) -> str:
        """What to do now, in a few words."""
        if something_expired:
            return "Put the expired item aside, then press Enter"
        if list_is_empty:
            return "Demo: press Space to scan the first item"
        if self._next < len(_BASKET):
            return "Space: scan the next item"
        return "Space: scan the customer's payment code"

    def help_lines(self) -> list[str]:
        """The codes with which a trainer shows what can go wrong."""
        return [
            "",
            "Demo: type one and Enter. A payment code's last four digits decide its fate.",
            "A code pays once, as real ones do; this page shows new ones each time.",
            f" {self.payment_code('1234')}  pays at once (Alipay 28…, UnionPay 62… alike)",
            *(f" {self.payment_code(ending)}  {what}" for ending, what in FAILING_CODES),
            "",
            "Other codes to try; and F3 F3 Enter reads a picture of goods.",
            *(f" {code:36} {what}" for code, what in CODES_TO_TRY),
        ]
