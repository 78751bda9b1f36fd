"""What of a text from elsewhere may be shown, printed, logged and sent."""

from __future__ import annotations

import json
import sys
from unicodedata import category

import pytest

from pos_tui.plain_text import escaped_lines, escaped_text, is_plain, plain_text

HARMFUL = [
    *map(chr, (*range(0x20), *range(0x7F, 0xA0))),
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    *"\u2028\u2029\ufeff\u200b\u00ad\ud800\udfff\ufffe\uffff\U0001ffff\U0010fffe\u0378",
]


@pytest.mark.parametrize("character", HARMFUL, ids=lambda each: f"U+{ord(each):04X}")
def test_a_harmful_character_is_gone(character: str) -> None:
    kept = plain_text(f"Co{character}la")

    assert kept in ("Cola", "Co la")
    assert not is_plain(f"Co{character}la")
    assert is_plain(kept)


@pytest.mark.parametrize(
    "name",
    [
        "Cola 330 ml",
        "可口可乐　330毫升",
        "ที่นี่น้ำดื่ม",
        "हिन्दी क्\u200dष",
        "می\u200cخواهم",
        "👨\u200d👩\u200d👧 ❤\ufe0f 🏴\U000e0067\U000e0062\U000e007f",
        "Crème brûlée £4 – “½” \u00a0x",
        "\ue000",
    ],
)
def test_a_name_stays_as_it_is(name: str) -> None:
    assert plain_text(name) is not None
    assert plain_text(name) == name
    assert is_plain(name)
    assert escaped_text(name) == name


def test_lines_and_tabs_are_blanks_within_a_name() -> None:
    assert plain_text("Milk\r\nfresh\t1 L\u2028cold") == "Milk  fresh 1 L cold"


def test_a_joiner_stays_only_where_it_joins() -> None:
    assert plain_text("Zero\u200dwidth\u200d \u200cname\u200d") == "Zerowidth name"
    assert plain_text("👩\u200d\u200d👧\u200d") == "👩\u200d\u200d👧"


def test_what_a_program_reads_is_escaped_and_stays_json() -> None:
    name = "a\x1b[2J\x9b\u202e\ud800\U0001ffff\x7f"
    written = json.dumps(name, ensure_ascii=False)

    safe = escaped_lines(written)

    assert safe.isascii() and safe.isprintable()
    assert json.loads(safe) == name


def test_lines_of_text_keep_their_ends() -> None:
    assert escaped_lines("a\tb\nc\r\x1b") == "a\tb\nc\\u000d\\u001b"
    assert escaped_text("a\nb") == "a\\u000ab"


def test_nothing_that_controls_is_left_of_any_character() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))

    left = {category(each) for each in plain_text(everything)}

    assert not left & {"Cc", "Cs", "Cn", "Zl", "Zp"}
