"""What a request's fields must be beyond their types, to be checked and to be described."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from pos_tui import messages
from pos_tui.cloud.gateway.refusal import RefusalReason


class FieldRule(Struct, frozen=True, kw_only=True):
    """What a field must be, and the reason that a request is refused for when it is not.

    `least` and `most` bound a number, or the length of a text; `pattern` is of the whole text, and
    means the same to Python and to JSON Schema.
    """

    refusal: RefusalReason
    pattern: str | None = None
    least: int | None = None
    most: int | None = None
    description: str | None = None
    example: int | str | None = None

    def allows(self, value: object) -> bool:
        """Whether a value keeps to the rule."""
        if self.pattern is not None and not re.fullmatch(self.pattern, str(value), re.ASCII):
            return False
        size = value if isinstance(value, int) else len(str(value))
        at_least = self.least is None or size >= self.least
        return at_least and (self.most is None or size <= self.most)

    def schema(self, kind: object) -> dict[str, object]:
        """What JSON Schema says of it, for a type of JSON's."""
        least, most = ("minimum", "maximum") if kind == "integer" else ("minLength", "maxLength")
        words = {
            "pattern": None if self.pattern is None else f"^{self.pattern}$",
            least: self.least,
            most: self.most,
            "description": self.description,
            "examples": None if self.example is None else [self.example],
        }
        return {name: value for name, value in words.items() if value is not None}


LARGEST_AMOUNT = 10**12
_NUMBER = "[0-9A-Za-z]{8,32}"
_NAME = "[0-9A-Za-z_-]{1,64}"
_PRINTABLE = f"[^{messages.UNPRINTABLE}]*"

FIELD_RULES: Mapping[str, FieldRule] = {
    "merchant": FieldRule(
        refusal="wrong_merchant",
        pattern=_NAME,
    ),
    "till": FieldRule(
        refusal="wrong_till",
        pattern=_NAME,
    ),
    "order_no": FieldRule(
        refusal="wrong_order_no",
        pattern=_NUMBER,
        example="T20261122120000A7",
    ),
    "refund_no": FieldRule(
        refusal="wrong_refund_no",
        pattern=_NUMBER,
        example="R20261122120500B1",
    ),
    "amount": FieldRule(
        refusal="wrong_amount",
        least=1,
        most=LARGEST_AMOUNT,
        description="In minor units of the currency: 4770 is 47.70 CNY.",
        example=4770,
    ),
    "currency": FieldRule(
        refusal="wrong_currency",
        pattern="[A-Z]{3}",
        example="CNY",
    ),
    "auth_code": FieldRule(
        refusal="wrong_auth_code",
        least=1,
        most=512,
        description="The customer's payment code as scanned; it is kept nowhere.",
        example="134857901234567890",
    ),
    "subject": FieldRule(
        refusal="wrong_subject",
        least=1,
        most=512,
        pattern=_PRINTABLE,
        example="Corner Market",
    ),
    "reason": FieldRule(
        refusal="wrong_reason",
        least=1,
        most=200,
        pattern=_PRINTABLE,
    ),
    "sale_no": FieldRule(
        refusal="wrong_sale_no",
        least=0,
        most=10**12,
        description="The number of the sale at the till; 0 where there is none.",
    ),
    "journal": FieldRule(
        refusal="wrong_journal",
        pattern="([0-9]{1,15}-[0-9a-f]{64})?",
        description="How many rows the till's journal has, and the hash of the last one.",
    ),
    "version": FieldRule(
        refusal="wrong_version",
        least=messages.VERSION,
        most=messages.VERSION,
    ),
}


def broken_rule(message: Struct) -> RefusalReason | None:
    """The reason for the first field of a request that is not as it must be."""
    for name in message.__struct_fields__:
        rule = FIELD_RULES.get(name)
        if rule and not rule.allows(getattr(message, name)):
            return rule.refusal
    return None
