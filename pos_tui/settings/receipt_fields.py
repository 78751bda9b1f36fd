"""The fields of a receipt that a text or a web address of a shop's own may have, in braces."""

from __future__ import annotations

import re

FIELD = re.compile(r"\{([^{}]*)\}")
RECEIPT_FIELDS = (
    "shop", "merchant", "till", "sale", "code", "total", "currency", "date", "time", "cashier",
)  # fmt: skip


def unknown_fields(text: str) -> tuple[str, ...]:
    """The fields of a text that no receipt has."""
    return tuple(name for name in FIELD.findall(text) if name not in RECEIPT_FIELDS)
