"""The customer's screen at any size: every row fits, and the amount is there to the last."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.customer.digits import large_rows
from pos_tui.customer.following import Followed, LinkState
from pos_tui.customer.layout import customer_rows
from pos_tui.receipts.customer_snapshot import CustomerLine, CustomerSnapshot, CustomerState
from pos_tui.text_width import width_of
from pos_tui.tui.panes.large_amount import large
from pos_tui.tui.theme import STYLES

SALE = CustomerSnapshot(
    seq=1,
    state="scanning",
    shop="Corner Market",
    currency="CNY",
    lines=(
        CustomerLine("Cola 330 ml", "6.00", "× 2", "2 for 6", "1.00"),
        CustomerLine("Roast chicken", "28.80", "0.842 kg"),
        CustomerLine("Milk 1 l", "12.90"),
    ),
    latest=2,
    pieces="4 items",
    saved="1.00",
    total="47.70",
)


def text_of(followed, columns, rows, turn=0, language="en"):
    laid = customer_rows(followed, language, columns, rows, turn)
    return ["".join(text for text, _ in spans).rstrip() for spans in laid]


def shown(snapshot, columns=40, rows=12, **more):
    return text_of(Followed("live", snapshot), columns, rows, **more)


def test_a_sale_on_the_smallest_usual_screen():
    assert shown(SALE) == [
        " Corner Market                        ●",
        " Cola 330 ml  × 2                  6.00",
        "   2 for 6                        −1.00",
        " Roast chicken  0.842 kg          28.80",
        " Milk 1 l                         12.90",
        "",
        "",
        "",
        " Total CNY · 4 items      You save 1.00",
        *((" " * (39 - len(each)) + each).rstrip() for each in large("47.70")),
    ]


def test_the_larger_the_screen_the_larger_the_total():
    heights = [len(large_rows("47.70", columns, rows // 3)) for columns, rows in (
        (20, 6), (40, 12), (60, 20), (80, 24), (120, 40), (200, 60),
    )]  # fmt: skip
    assert heights == [1, 3, 5, 5, 10, 15]


def test_a_total_that_is_too_wide_for_large_digits_is_written_out():
    rows = shown(replace(SALE, total="1234567.00"), 20, 12)
    assert rows[-1].strip() == "1234567.00"


def test_on_three_rows_there_are_shop_or_lines_no_more_but_what_is_to_be_paid():
    assert any("47.70" in row for row in shown(SALE, 20, 3))
    assert shown(SALE, 12, 1) == ["      47.70"]


def test_of_a_long_list_the_latest_line_is_seen_and_how_many_are_not():
    lines = tuple(CustomerLine(f"Item {number}", "1.00") for number in range(20))
    rows = shown(replace(SALE, lines=lines, latest=19, earlier=5))
    assert rows[1] == " … 19 more above"
    assert rows[7] == " Item 19                           1.00"
    rows = shown(replace(SALE, lines=lines, latest=2, earlier=5))
    assert rows[1:3] == [" … 7 more above", " Item 2                            1.00"]
    assert rows[7] == " … 13 more below"


def test_the_latest_line_is_marked():
    laid = customer_rows(Followed("live", SALE), "en", 40, 12)
    assert [text for spans in laid for text, style in spans if style == "scanned"] == [
        " Milk 1 l                         12.90 "
    ]


def test_a_till_that_is_lost_leaves_nothing_of_the_sale():
    rows = text_of(Followed("lost"), 40, 12)
    assert "One moment, please" in "".join(rows)
    assert "○" in rows[0]
    assert "47.70" not in "".join(rows)
    assert "请稍候" in "".join(text_of(Followed("starting"), 40, 12, language="zh_CN"))


def test_notices_that_do_not_all_fit_take_turns():
    notices = tuple(f"Notice {number}" for number in range(6))
    idle = CustomerSnapshot(seq=1, say="Welcome", shop="Corner Market", notices=notices)
    seen = set()
    for turn in range(6):
        rows = [row.strip() for row in shown(idle, turn=turn)]
        assert "Welcome" in rows
        seen |= {row for row in rows if row.startswith("Notice")}
    assert seen == set(notices)


def test_thanks_and_change():
    paid = CustomerSnapshot(
        seq=1, state="paid", currency="CNY", total="3.50", change="6.50", say="Thank you."
    )
    rows = shown(paid, 40, 12)
    assert rows[8] == " Change CNY                  Total 3.50"
    assert rows[9:] == [(" " * (39 - len(each)) + each).rstrip() for each in large("6.50")]


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
amounts = st.decimals(-999999, 9999999, places=2).map(str)
snapshots = st.builds(
    CustomerSnapshot,
    seq=st.just(1),
    state=st.sampled_from(get_args(CustomerState)),
    shop=names,
    currency=st.just("CNY"),
    language=st.sampled_from(["en", "zh_CN"]),
    lines=st.lists(
        st.builds(
            CustomerLine,
            names.filter(bool),
            amounts,
            st.sampled_from(["", "× 2", "0.842 kg"]),
            names,
            st.sampled_from(["", "1.00"]),
        ),
        max_size=24,
    ).map(tuple),
    earlier=st.integers(0, 900),
    later=st.integers(0, 900),
    latest=st.integers(-1, 23),
    pieces=names,
    saved=st.sampled_from(["", "1.00"]),
    total=st.one_of(st.just(""), amounts),
    due=st.one_of(st.just(""), amounts),
    change=st.one_of(st.just(""), amounts),
    say=names,
    notices=st.lists(names, max_size=5).map(tuple),
)


@given(snapshots, st.sampled_from(get_args(LinkState)), st.integers(0, 130), st.integers(0, 50))
@hypothesis_settings(max_examples=300)
def test_whatever_is_shown_fits(snapshot, link, columns, rows):
    laid = customer_rows(Followed(link, snapshot), "en", columns, rows)
    assert len(laid) == (rows if columns else 0)
    for spans in laid:
        assert sum(width_of(text) for text, _ in spans) <= columns
        assert all(style in STYLES for _, style in spans)


@given(snapshots, st.integers(40, 130), st.integers(12, 50))
@hypothesis_settings(max_examples=100)
def test_from_the_smallest_usual_size_on_the_line_scanned_last_is_seen(snapshot, columns, rows):
    lines = snapshot.lines
    latest = min(snapshot.latest, len(lines) - 1)
    marked = replace(snapshot, state="scanning", latest=latest)
    laid = customer_rows(Followed("live", marked), "en", columns, rows)
    styles = [style for spans in laid for _, style in spans]
    assert styles.count("scanned") == (1 if latest >= 0 else 0)
