"""Stock takes: what was counted at a moment, less what was sold after it, is on hand."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.counts.approval import approve_count
from pos_tui.books.counts.differences import count_differences
from pos_tui.books.counts.entries import CountEntry, counted_lot, counted_lots, put_entry
from pos_tui.books.counts.missing import NotCounted, not_counted
from pos_tui.books.counts.stock_takes import (
    CountError,
    begin_count,
    counts_in,
    find_count,
    void_count,
)
from pos_tui.books.journal.entries import GoodsCounted, decode
from pos_tui.books.movement import Movement
from pos_tui.books.stock.lots import SoldGoods, lots_on_hand, put_lot, sell_stock
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.on_hand import last_movement, lots_there, mismatches, on_hand
from pos_tui.checkout.expiry import DateKind

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MILK, COLA = 1, 2
USE_BY: frozenset[DateKind] = frozenset(("use_by",))


def open_shop(folder):
    """Books of a shop that sells milk and cola."""
    connection = open_connection(folder / "books.db")
    migrate(connection)
    for number, name in ((MILK, "Milk"), (COLA, "Cola")):
        connection.execute(
            "INSERT INTO products (id, name, price, unit) VALUES (?,?,1290,'')", (number, name)
        )
    return connection


@pytest.fixture
def books(tmp_path):
    connection = open_shop(tmp_path)
    yield connection
    connection.close()


def receive(books, quantity, cost=None, lot="", product=MILK):
    move_stock(books, NOON, "Ada", [Movement(product, lot, quantity * 1000, "received", cost)])


def sell(books, quantity, lot="", product=MILK, number=1):
    goods = [SoldGoods(1, product, lot, quantity * 1000)]
    sell_stock(books, NOON, "Ada", number, goods, USE_BY)


def begin(books, name="Shelf 4"):
    return begin_count(books, NOON, "Ada", name, "dairy").number


def count(books, number, quantity, lot="", product=MILK, act="add", run=0, by="Ada", day=None):
    entry = CountEntry(product, lot, quantity * 1000, act, run, day)
    return put_entry(books, NOON, by, number, entry)


def approve(books, number, products=None, earlier=(), seen=None):
    return approve_count(books, NOON, "Grace", number, products, earlier, seen)


def pieces(books, product=MILK):
    """How much there is by lot, in pieces; lots that are used up are left out."""
    there = lots_there(books, product)
    return {lot: each.quantity / 1000 for lot, each in there.items() if each.quantity}


def differences(books, number, earlier=()):
    rows = count_differences(books, number, earlier)
    return [(each.counted.lot, each.difference / 1000, each.cost) for each in rows]


# ---- the difference is that of the moment --------------------------------------------------------


def test_what_was_sold_after_the_count_simply_subtracts(books):
    receive(books, 10, 2000)
    number = begin(books)
    count(books, number, 8)
    sell(books, 3)
    receive(books, 5, 1000)
    assert differences(books, number) == [("", -2, -400)]
    approve(books, number)
    assert pieces(books) == {"": 10}  # 8 - 3 + 5
    assert find_count(books, number).state == "approved"


def test_a_difference_is_posted_with_its_document_and_the_number_that_was_counted(books):
    receive(books, 10, 2000)
    number = begin(books)
    count(books, number, 8)
    done = approve(books, number)
    assert done.moved == (
        Movement(MILK, "", -2000, "counted", -400, document=f"count {number}", counted=8000),
    )


def test_nothing_is_posted_before_it_is_approved_and_then_once(books):
    receive(books, 10)
    number = begin(books)
    count(books, number, 8)
    assert pieces(books) == {"": 10}
    approve(books, number)
    before = last_movement(books)
    with pytest.raises(CountError, match="is_approved"):
        approve(books, number)
    assert (last_movement(books), pieces(books)) == (before, {"": 8})


def test_goods_that_were_never_booked_are_known_once_they_are_counted(books):
    number = begin(books)
    count(books, number, 0)
    approve(books, number)
    there = on_hand(books, MILK, "")
    assert (there.quantity, there.is_known) == (0, True)


def test_what_was_sold_below_zero_is_cleared_by_a_count(books):
    sell(books, 3)
    number = begin(books)
    count(books, number, 5)
    approve(books, number)
    assert pieces(books) == {"": 5}


# ---- two places ----------------------------------------------------------------------------------


def two_places(books):
    """Five are counted in the shop, two are sold, seven are counted in the store room."""
    receive(books, 14, 2800)
    number = begin(books)
    count(books, number, 5)
    sell(books, 2, number=148)
    count(books, number, 7, by="Bob")
    return number


def test_what_was_sold_between_two_places_is_from_one_that_was_not_counted_yet(books):
    number = two_places(books)
    (row,) = count_differences(books, number)
    assert (row.counted.quantity, row.then, row.then_first) == (12_000, 12_000, 14_000)
    assert row.difference == 0
    assert [(each.sale_no, each.quantity) for each in row.between] == [(148, -2000)]
    sell(books, 1)
    approve(books, number)
    assert pieces(books) == {"": 11}


def test_whoever_approves_may_say_that_it_was_from_a_place_counted_before(books):
    number = two_places(books)
    assert differences(books, number, {MILK}) == [("", -2, -400)]
    approve(books, number, earlier={MILK})
    assert pieces(books) == {"": 10}  # of the five there were only three left


def test_a_recount_takes_the_place_of_what_was_counted_and_both_are_shown(books):
    number = two_places(books)
    count(books, number, 11, act="replace", by="Bob")
    (row,) = count_differences(books, number)
    assert (row.counted.quantity, row.counted.replaced, row.between) == (11_000, (12_000,), ())
    assert row.difference == -1000


def test_a_typed_quantity_takes_the_place_of_its_own_scans_only(books):
    number = begin(books)
    count(books, number, 4, by="Bob")
    run = count(books, number, 1)
    count(books, number, 1, run=run)
    count(books, number, 12, act="set", run=run)
    (lot,) = counted_lots(books, number)
    assert [(run.quantity, run.by) for run in lot.runs] == [(4000, "Bob"), (12_000, "Ada")]


def test_a_recount_that_is_taken_back_leaves_what_was_counted_before(books):
    number = begin(books)
    count(books, number, 4)
    run = count(books, number, 9, act="replace")
    count(books, number, 0, act="withdraw", run=run)
    lot = counted_lot(books, number, MILK, "")
    assert lot
    assert (lot.quantity, lot.replaced) == (4000, ())


def test_what_is_taken_back_was_not_counted(books):
    receive(books, 10)
    number = begin(books)
    run = count(books, number, 4)
    count(books, number, 0, act="withdraw", run=run)
    assert counted_lots(books, number) == []
    with pytest.raises(CountError, match="nothing_to_approve"):
        approve(books, number)


# ---- lots ----------------------------------------------------------------------------------------


def in_lots(books, **quantities):
    for day, (lot, quantity) in enumerate(quantities.items(), 25):
        put_lot(books, MILK, lot, date(2026, 11, day))
        receive(books, quantity, quantity * 200, lot)


def test_goods_without_a_lot_are_compared_with_all_lots(books):
    in_lots(books, A=5, B=7)
    number = begin(books)
    count(books, number, 11)
    assert differences(books, number) == [("", -1, -200)]
    approve(books, number)
    assert pieces(books) == {"A": 4, "B": 7}  # what is missing is of those that are sold first


def test_a_lot_that_was_counted_apart_is_not_among_the_others(books):
    in_lots(books, A=5, B=7)
    number = begin(books)
    count(books, number, 6, "B")
    count(books, number, 5)
    assert differences(books, number) == [("", 0, 0), ("B", -1, -200)]
    approve(books, number)
    assert pieces(books) == {"A": 5, "B": 6}


def test_a_surplus_without_a_lot_is_of_no_lot_and_lots_below_zero_are_brought_to_zero(books):
    in_lots(books, A=5, B=7)
    sell(books, 9, "A")
    number = begin(books)
    count(books, number, 8)
    approve(books, number)
    assert pieces(books) == {"B": 7, "": 1}


def test_a_lot_of_which_nobody_knows_how_much_stays_there_for_its_date(books):
    put_lot(books, MILK, "A", date(2026, 11, 25))
    put_lot(books, MILK, "B", date(2026, 11, 28))
    sell(books, 3)
    number = begin(books)
    count(books, number, 10)
    approve(books, number)
    assert pieces(books) == {"A": 10}
    assert [lot.lot for lot in lots_on_hand(books, MILK)] == ["A", "B"]
    assert not lots_there(books, MILK)["A"].is_known


def test_a_date_that_was_found_on_the_shelf_makes_the_lot_known_at_approval(books):
    number = begin(books)
    count(books, number, 3, "20261224", day=date(2026, 12, 24))
    assert lots_on_hand(books, MILK) == []
    approve(books, number)
    (lot,) = lots_on_hand(books, MILK)
    assert (lot.lot, lot.expires_on) == ("20261224", date(2026, 12, 24))
    assert pieces(books) == {"20261224": 3}


def test_the_date_that_the_books_have_of_a_lot_stays(books):
    in_lots(books, A=5)
    number = begin(books)
    count(books, number, 5, "A", day=date(2027, 1, 1))
    approve(books, number)
    assert on_hand(books, MILK, "A").expires_on == date(2026, 11, 25)


def test_other_lots_of_goods_that_were_counted_by_their_lots_are_named(books):
    in_lots(books, A=5, B=7)
    receive(books, 3)
    number = begin(books)
    count(books, number, 5, "A")
    assert not_counted(books, number) == [NotCounted(MILK, "Milk", 10_000, other_lots=True)]
    count(books, number, 0)
    assert not_counted(books, number) == []
    approve(books, number)
    assert pieces(books) == {"A": 5}


def test_goods_of_the_category_that_nobody_counted_are_named(books):
    books.execute("UPDATE products SET category = 'Dairy' WHERE id = ?", (MILK,))
    receive(books, 3)
    receive(books, 3, product=COLA)
    number = begin(books)
    assert not_counted(books, number) == [NotCounted(MILK, "Milk", 3000)]
    count(books, number, 3)
    assert not_counted(books, number) == []


# ---- several counts ------------------------------------------------------------------------------


def test_two_counts_of_the_same_goods_do_not_correct_the_same_error_twice(books):
    receive(books, 10)
    one, two = begin(books, "one"), begin(books, "two")
    count(books, one, 7)
    sell(books, 1)
    count(books, two, 6)
    approve(books, one)
    assert pieces(books) == {"": 6}
    (row,) = count_differences(books, two)
    assert (row.difference, row.corrected_by) == (0, (f"count {one}",))
    approve(books, two)
    assert pieces(books) == {"": 6}


def test_some_are_approved_and_the_rest_later(books):
    receive(books, 10)
    receive(books, 10, product=COLA)
    number = begin(books)
    count(books, number, 8)
    count(books, number, 9, product=COLA)
    assert approve(books, number, {COLA}).left == 1
    assert (pieces(books), pieces(books, COLA)) == ({"": 10}, {"": 9})
    sell(books, 4)
    with pytest.raises(CountError, match="posted_already"):
        count(books, number, 1, product=COLA)
    assert approve(books, number).left == 0
    assert (pieces(books), pieces(books, COLA)) == ({"": 4}, {"": 9})


def test_what_was_counted_since_the_list_was_seen_is_not_posted_unseen(books):
    number = begin(books)
    count(books, number, 8)
    (row,) = count_differences(books, number)
    count(books, number, 5, by="Bob")
    with pytest.raises(CountError, match="counted_since"):
        approve(books, number, seen=row.counted.last_entry)
    assert pieces(books) == {}


def test_a_void_count_posts_nothing_and_accepts_nothing(books):
    number = begin(books)
    count(books, number, 8)
    void_count(books, NOON, "Grace", number)
    for act in (lambda: count(books, number, 1), lambda: approve(books, number)):
        with pytest.raises(CountError, match="is_void"):
            act()
    assert last_movement(books) == 0
    (take,) = counts_in(books)
    assert (take.state, take.closed_by, take.products) == ("void", "Grace", 1)


def test_a_name_is_given_once_while_a_count_is_open(books):
    number = begin(books)
    with pytest.raises(CountError, match="name_open"):
        begin(books)
    void_count(books, NOON, "Ada", number)
    assert begin(books) == number + 1
    for name in ("", " ", "x" * 41, "a\x1bb"):
        with pytest.raises(CountError, match="name_form"):
            begin(books, name)


def test_each_entry_is_in_the_journal(books):
    receive(books, 10)
    number = begin(books)
    count(books, number, 8, "A", day=date(2026, 12, 24))
    rows = books.execute("SELECT body FROM journal WHERE kind = 'counted'")
    (act,) = [decode(body) for (body,) in rows]
    assert act == GoodsCounted(
        number, MILK, "A", 8000, "add", 1, "Ada", expires_on=date(2026, 12, 24)
    )


# ---- any order, against a model ------------------------------------------------------------------

LOTS = ("", "A", "B")
products = st.sampled_from((MILK, COLA))
lots = st.sampled_from(LOTS)
some = st.integers(1, 9)


class CountsAgainstAModel(RuleBasedStateMachine):
    """What moved is a list; on hand after an approval is counted plus what moved after it."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.books = open_shop(Path(self.folder.name))
        self.books.pragma("synchronous", "off")
        for product in (MILK, COLA):
            for lot, day in (("A", 25), ("B", 28)):
                put_lot(self.books, product, lot, date(2026, 11, day))
        self.moved = []
        self.on_hand = {}
        self.counts = {}

    def teardown(self):
        self.books.close()
        self.folder.cleanup()

    def note_moved(self, before):
        rows = self.books.execute(
            "SELECT product_id, lot, quantity, kind FROM movements WHERE seq > ?", (before,)
        )
        for product, lot, quantity, kind in rows:
            assert kind != "counted"
            if kind != "revalued":
                self.moved.append((product, lot, quantity))
                key = product, lot
                self.on_hand[key] = self.on_hand.get(key, 0) + quantity

    @rule(product=products, lot=lots, quantity=some, cost=st.none() | st.integers(0, 900))
    def deliver(self, product, lot, quantity, cost):
        before = last_movement(self.books)
        receive(self.books, quantity, cost, lot, product)
        self.note_moved(before)

    @rule(product=products, lot=lots, quantity=some)
    def sell(self, product, lot, quantity):
        before = last_movement(self.books)
        sell(self.books, quantity, lot, product)
        self.note_moved(before)

    @rule(product=products, lot=lots, quantity=some)
    def write_off(self, product, lot, quantity):
        before = last_movement(self.books)
        move = Movement(product, lot, -quantity * 1000, "written_off", reason="broken")
        move_stock(self.books, NOON, "Ada", [move])
        self.note_moved(before)

    @initialize()
    def begin_one(self):
        self.begin()

    @precondition(lambda self: sum(each is not None for each in self.counts.values()) < 2)
    @rule()
    def begin(self):
        number = begin(self.books, f"count {len(self.counts)}")
        self.counts[number] = {}

    @property
    def is_counting(self):
        return [number for number, each in self.counts.items() if each is not None]

    @precondition(lambda self: self.is_counting)
    @rule(data=st.data(), product=products, lot=lots, quantity=st.integers(0, 20),
          act=st.sampled_from(("add", "replace")))  # fmt: skip
    def count(self, data, product, lot, quantity, act):
        number = data.draw(st.sampled_from(self.is_counting))
        entries = self.counts[number]
        if entries.get(product) == "posted":
            with pytest.raises(CountError):
                count(self.books, number, quantity, lot, product, act)
            return
        self.enter(number, product, lot, quantity, act)

    @precondition(lambda self: self.is_counting)
    @rule(data=st.data(), product=products, lot=lots, here=some, there=some, sold=some)
    def count_two_places_while_the_till_sells(self, data, product, lot, here, there, sold):
        number = data.draw(st.sampled_from(self.is_counting))
        if self.counts[number].get(product) != "posted":
            self.enter(number, product, lot, here)
            self.sell(product, lot, sold)
            self.enter(number, product, lot, there)

    def enter(self, number, product, lot, quantity, act="add"):
        entries = self.counts[number]
        count(self.books, number, quantity, lot, product, act)
        of_lot = entries.setdefault(product, {}).setdefault(lot, [])
        if act == "replace":
            of_lot.clear()
        of_lot.append((quantity * 1000, len(self.moved)))

    @precondition(lambda self: self.is_counting)
    @rule(data=st.data(), only=st.none() | products, earlier=st.booleans())
    def approve(self, data, only, earlier):
        number = data.draw(st.sampled_from(self.is_counting))
        entries = self.counts[number]
        chosen = [each for each, of in entries.items()
                  if of != "posted" and only in (None, each)]  # fmt: skip
        if not chosen:
            with pytest.raises(CountError):
                approve(self.books, number, None if only is None else {only})
            return
        approve(self.books, number, chosen, chosen if earlier else ())
        for product in chosen:
            self.expect(product, entries[product], first=earlier)
            entries[product] = "posted"
        if all(each == "posted" for each in entries.values()):
            self.counts[number] = None

    def expect(self, product, counted, first):
        named = set(counted) - {""}
        for lot, runs in counted.items():
            mine = {lot} if lot else {each for _, each, _ in self.moved} - named
            moment = runs[0][1] if first else runs[-1][1]
            after = sum(q for p, each, q in self.moved[moment:] if p == product and each in mine)
            wanted = sum(quantity for quantity, _ in runs) + after
            if lot:
                self.on_hand[product, lot] = wanted
                continue
            there = {}
            for each in {"", "A", "B"} - named:
                there[each] = on_hand(self.books, product, each).quantity
            assert sum(there.values()) == wanted
            if wanted >= 0:
                assert min(there.values()) >= 0
            self.on_hand |= {(product, each): quantity for each, quantity in there.items()}

    @precondition(lambda self: self.is_counting)
    @rule(data=st.data())
    def void(self, data):
        number = data.draw(st.sampled_from(self.is_counting))
        void_count(self.books, NOON, "Ada", number)
        self.counts[number] = None

    @invariant()
    def on_hand_is_what_the_model_says(self):
        for (product, lot), quantity in self.on_hand.items():
            assert on_hand(self.books, product, lot).quantity == quantity
        assert mismatches(self.books) == []


CountsAgainstAModel.TestCase.settings = settings(max_examples=50, stateful_step_count=20)
TestCountsAgainstAModel = CountsAgainstAModel.TestCase
