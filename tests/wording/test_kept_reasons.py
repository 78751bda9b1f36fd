"""Reasons as the books keep them, and words for all that codes can name."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.resources import files

import msgspec

from pos_tui.codes.payment import PLATFORMS, parse_formats
from pos_tui.reasons import StoredReason, because, restored, stored
from pos_tui.wording.language import Wording


def test_a_reason_comes_back_from_json_with_its_days_times_and_numbers():
    inside = because("offer.from_day", day=date(2026, 11, 24))
    reason = because(
        "pricing.not_now",
        times=inside,
        at=datetime(2026, 11, 24, 17, 30, tzinfo=UTC),
        hour=time(8, 15),
        quantity=Decimal("0.842"),
        count=3,
        goods=("milk", inside),
    )
    kept = msgspec.json.decode(msgspec.json.encode(stored(reason)), type=StoredReason)
    assert restored(kept) == reason


def test_every_platform_and_every_format_has_words():
    words = Wording()
    text = files("pos_tui.codes").joinpath("payment_formats.toml").read_text(encoding="utf-8")
    table = parse_formats(text)
    missing = [platform for platform in PLATFORMS if not words.knows(f"platform.{platform}")]
    missing += [row.id for row in table.format if not words.knows(row.description.kind)]
    assert not missing
    assert {row.platform for row in table.format} | {
        each.platform for each in table.application
    } <= PLATFORMS
