"""A table of real codes, each with the reading that was decided by hand from the standards."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from pos_tui.codes.identify import identify
from pos_tui.commands.decode import describe
from tests.codes.contexts import SHOPS, shop

TABLE = tomllib.loads((Path(__file__).with_name("real_codes.toml")).read_text(encoding="utf-8"))[
    "code"
]
KEYS = (
    "kind", "gtin", "house_code", "price", "weight_kg", "count", "lot", "produced_on",
    "best_before", "expires_on", "expires_at", "platform",
)  # fmt: skip


def _plain(row):
    """The keys that tell, as values that compare: measures as numbers, dates as text."""
    plain = {key: row[key] for key in KEYS if key in row}
    if row.get("doubt") and len(row["scan"]) >= 15:
        plain.pop("house_code", None)  # nearly a wallet's, so it is masked
    for key in ("weight_kg", "count"):
        if key in plain:
            plain[key] = Decimal(str(plain[key]))
    return {key: value if isinstance(value, Decimal | int) else str(value)
            for key, value in plain.items()}  # fmt: skip


@pytest.mark.parametrize("context", sorted(SHOPS))
def test_every_code_of_the_table_is_read_as_the_standards_say(context):
    wrong = []
    rows = [row for row in TABLE if row.get("context", "") == context]
    assert rows
    for row in rows:
        meaning = describe(identify(row["scan"], shop(context)))
        if _plain({**meaning, "scan": row["scan"]}) != _plain(row) or bool(
            meaning.get("doubt")
        ) != row.get("doubt", False):
            wrong.append((row["says"], row["scan"], _plain(row), meaning))
    assert not wrong, "\n".join(map(str, wrong))


def test_the_table_is_large_and_of_every_kind():
    assert len(TABLE) >= 500
    assert {row["kind"] for row in TABLE} == {"item", "payment", "refused", "unknown"}
