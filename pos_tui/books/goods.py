"""What the shop has set about its goods: offers, and the lots that stand on the shelves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import apsw

from pos_tui.checkout.expiry import Lot
from pos_tui.pricing import Offer, OfferKind
from pos_tui.pricing.offers import check_offer


def offers_by_product(reader: apsw.Connection) -> dict[int, tuple[Offer, ...]]:
    """Every set offer, by the product it is on."""
    found: dict[int, tuple[Offer, ...]] = {}
    for product_id, *columns in reader.execute(
        "SELECT product_id, id, name, kind, value, bundle, starts, ends FROM offers ORDER BY id"
    ):
        found[product_id] = (*found.get(product_id, ()), _offer(columns))
    return found


def _offer(columns: list[apsw.SQLiteValue]) -> Offer:
    id_, name, kind, value, bundle, starts, ends = columns
    return Offer(
        id=int(str(id_)),
        name=str(name),
        kind=kind,  # type: ignore[arg-type]  # the table only takes what set_offer checked
        value=Decimal(str(value)),
        bundle=int(str(bundle)),
        starts=None if starts is None else datetime.fromisoformat(str(starts)),
        ends=None if ends is None else datetime.fromisoformat(str(ends)),
    )


def clear_offers(connection: apsw.Connection, product_id: int) -> None:
    """Take every offer off a product."""
    connection.execute("DELETE FROM offers WHERE product_id = ?", (product_id,))


def set_offer(
    connection: apsw.Connection,
    product_id: int,
    name: str,
    kind: OfferKind,
    value: Decimal,
    bundle: int = 1,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> None:
    """Set an offer on a product, in place of one of the same name. Raises OfferError."""
    check_offer(
        Offer(id=0, name=name, kind=kind, value=value, bundle=bundle, starts=starts, ends=ends)
    )
    connection.execute("DELETE FROM offers WHERE product_id = ? AND name = ?", (product_id, name))
    connection.execute(
        "INSERT INTO offers (product_id, name, kind, value, bundle, starts, ends)"
        " VALUES (?,?,?,?,?,?,?)",
        (
            product_id,
            name,
            kind,
            str(value),
            bundle,
            None if starts is None else starts.isoformat(),
            None if ends is None else ends.isoformat(),
        ),
    )


def lots_on_hand(reader: apsw.Connection, product_id: int) -> list[Lot]:
    """The lots of a product that the shop still has, in order of expiry."""
    return [
        Lot(
            id,
            product_id,
            lot,
            date.fromisoformat(expires),
            None if produced is None else date.fromisoformat(produced),
        )
        for id, lot, expires, produced in reader.execute(
            "SELECT id, lot, expires_on, produced_on FROM lots WHERE product_id = ? AND on_hand > 0"
            " ORDER BY expires_on",
            (product_id,),
        )
    ]


def take_in_lot(
    connection: apsw.Connection,
    product_id: int,
    lot: str,
    expires_on: date,
    produced_on: date | None = None,
    on_hand: int = 1,
) -> None:
    """Take a lot in; one that the books know already gets the new dates and count."""
    connection.execute(
        "INSERT INTO lots (product_id, lot, produced_on, expires_on, on_hand) VALUES (?,?,?,?,?)"
        " ON CONFLICT (product_id, lot) DO UPDATE SET produced_on = excluded.produced_on,"
        " expires_on = excluded.expires_on, on_hand = excluded.on_hand",
        (
            product_id,
            lot,
            None if produced_on is None else produced_on.isoformat(),
            expires_on.isoformat(),
            on_hand,
        ),
    )
