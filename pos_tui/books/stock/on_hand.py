"""What is on hand of each lot: the running sums beside the movements, and looking them up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

import apsw

from pos_tui.books.movement import NOT_COUNTED, Movement
from pos_tui.books.stock.rows import insert_rows
from pos_tui.checkout.expiry import DateKind

_ROWS = (
    "SELECT s.product_id, s.lot, s.quantity, s.cost, s.uncosted, s.is_known, l.expires_on, l.kind"
    " FROM stock_on_hand s LEFT JOIN lots l ON l.product_id = s.product_id AND l.lot = s.lot"
)
_LOT = f"{_ROWS} WHERE s.product_id = ? AND s.lot = ?"
_OF_PRODUCTS = " WHERE s.product_id IN (SELECT value FROM json_each(?))"
_EVER_THERE = f"{_ROWS}{_OF_PRODUCTS}"
_THERE = f"{_EVER_THERE} AND (s.quantity <> 0 OR s.is_known = 0)"
_ADD = "INSERT INTO stock_on_hand (product_id, lot, quantity, cost, uncosted, is_known) VALUES "
_TO_WHAT_IS_THERE = (
    " ON CONFLICT (product_id, lot) DO UPDATE SET"
    " quantity = quantity + excluded.quantity, cost = cost + excluded.cost,"
    " uncosted = uncosted + excluded.uncosted, is_known = max(is_known, excluded.is_known)"
)
_SUMS = (
    "SELECT product_id, lot, sum(quantity), sum(coalesce(cost, 0)),"
    " sum(CASE WHEN cost IS NULL THEN quantity ELSE 0 END),"
    " max(kind NOT IN ('sold', 'revalued') AND reason <> 'not_counted')"
    " FROM movements GROUP BY product_id, lot"
)
_SAYS_NOTHING = frozenset(("sold", "revalued"))


class OnHand(NamedTuple):
    """What there is of a lot: thousandths, minor units, thousandths without a known cost.

    `is_known`: whether anybody ever received it, counted it or took it off the shelf; else it is
    there, and nobody knows how much.
    `expires_on` is None where the lot has no date in the books.
    """

    lot: str
    quantity: int = 0
    cost: int = 0
    uncosted: int = 0
    is_known: bool = False
    expires_on: date | None = None
    date_kind: DateKind = "use_by"

    @property
    def costed(self) -> int:
        """How much of it has a known cost, in thousandths."""
        return self.quantity - max(self.uncosted, 0)

    def after(self, moved: Movement) -> OnHand:
        """What there is once this has moved."""
        return OnHand(
            self.lot,
            self.quantity + moved.quantity,
            self.cost + (moved.cost or 0),
            self.uncosted + (moved.quantity if moved.cost is None else 0),
            self.is_known or makes_known(moved),
            self.expires_on,
            self.date_kind,
        )


class Mismatch(NamedTuple):
    """Sums that are not those of their movements: quantity, cost, uncosted, is_known."""

    product_id: int
    lot: str
    kept: tuple[int, ...]
    counted: tuple[int, ...]


def makes_known(moved: Movement) -> bool:
    """Whether it is known from this movement on how much there is."""
    return moved.kind not in _SAYS_NOTHING and moved.reason != NOT_COUNTED


def on_hand(reader: apsw.Connection, product_id: int, lot: str) -> OnHand:
    """What there is of a lot ("": of no known lot)."""
    row = reader.execute(_LOT, (product_id, lot)).fetchone()
    return OnHand(lot) if row is None else _read(row[1:])


def lots_there(reader: apsw.Connection, product_id: int) -> dict[str, OnHand]:
    """What there is of each lot of a product; those that are used up are left out."""
    return lots_of_products(reader, (product_id,))[product_id]


def lots_of_products(
    reader: apsw.Connection, product_ids: Collection[int], used_up: bool = False
) -> dict[int, dict[str, OnHand]]:
    """What there is of products, by lot; lots that are used up only where they are asked for."""
    found: dict[int, dict[str, OnHand]] = {each: {} for each in product_ids}
    day = date.fromisoformat
    for product_id, lot, quantity, cost, uncosted, is_known, expires, kind in reader.execute(
        _EVER_THERE if used_up else _THERE, (str(list(product_ids)),)
    ):
        expires_on = None if expires is None else day(expires)
        found[product_id][lot] = OnHand(
            lot,
            quantity,
            cost,
            uncosted,
            bool(is_known),
            expires_on,
            kind or "use_by",
        )
    return found


def on_hand_at(reader: apsw.Connection, product_id: int, lot: str, seq: int) -> int:
    """How much there was of a lot just after a movement (its number), in thousandths."""
    (since,) = reader.execute(
        "SELECT coalesce(sum(quantity), 0) FROM movements"
        " WHERE seq > ?3 AND +product_id = ?1 AND +lot = ?2",
        (product_id, lot, seq),
    ).fetchone() or (0,)
    return on_hand(reader, product_id, lot).quantity - int(str(since))


def last_movement(reader: apsw.Connection) -> int:
    """The number of the last movement; 0 before the first."""
    (seq,) = reader.execute("SELECT coalesce(max(seq), 0) FROM movements").fetchone() or (0,)
    return int(str(seq))


def add_to_sums(connection: apsw.Connection, moved: list[Movement]) -> None:
    """Bring the sums up to movements that have just been written."""
    rows = [
        (
            each.product_id,
            each.lot,
            each.quantity,
            each.cost or 0,
            each.quantity if each.cost is None else 0,
            makes_known(each),
        )
        for each in moved
    ]
    insert_rows(connection, _ADD, "(?,?,?,?,?,?)", rows, end=_TO_WHAT_IS_THERE)


def mismatches(reader: apsw.Connection) -> list[Mismatch]:
    """The sums beside the movements that differ from them."""
    counted = {row[:2]: row[2:] for row in reader.execute(_SUMS)}
    kept = {
        row[:2]: row[2:]
        for row in reader.execute(
            "SELECT product_id, lot, quantity, cost, uncosted, is_known FROM stock_on_hand"
        )
    }
    none = (0, 0, 0, 0)
    found = []
    for key in kept | counted:
        had, has = kept.get(key, none), counted.get(key, none)
        if had != has:
            product_id, lot = key
            ints = [tuple(int(str(number)) for number in each) for each in (had, has)]
            found.append(Mismatch(int(str(product_id)), str(lot), *ints))
    return sorted(found)


def sum_again(connection: apsw.Connection) -> None:
    """Make the sums beside the movements again, from the movements alone."""
    connection.execute("DELETE FROM stock_on_hand")
    connection.execute(f"INSERT INTO stock_on_hand {_SUMS}")
    connection.execute(
        "INSERT OR IGNORE INTO stock_on_hand SELECT product_id, lot, 0, 0, 0, 0 FROM lots"
    )


def _read(row: Sequence[apsw.SQLiteValue]) -> OnHand:
    lot, quantity, cost, uncosted, is_known, expires_on, kind = row
    return OnHand(
        lot,  # type: ignore[arg-type]
        quantity,  # type: ignore[arg-type]
        cost,  # type: ignore[arg-type]
        uncosted,  # type: ignore[arg-type]
        bool(is_known),
        None if expires_on is None else date.fromisoformat(expires_on),  # type: ignore[arg-type]
        kind or "use_by",  # type: ignore[arg-type]
    )
