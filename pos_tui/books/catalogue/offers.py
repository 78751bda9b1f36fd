"""The shop's offers in its books: kept, retired, counted as they are used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

import apsw
import msgspec
from msgspec.structs import replace

from pos_tui.pricing import Offer


def current_offers(reader: apsw.Connection) -> tuple[Offer, ...]:
    """Every offer that is not retired and that this version can read, with its id and uses."""
    return readable_offers(reader)[0]


def readable_offers(reader: apsw.Connection) -> tuple[tuple[Offer, ...], int]:
    """As `current_offers`, and how many more there are that this version cannot read."""
    found, unread = [], 0
    for id_, body, used in reader.execute(
        "SELECT id, body, used FROM offers WHERE retired_at IS NULL ORDER BY id"
    ):
        try:
            found.append(_offer(id_, body, used))
        except msgspec.MsgspecError:
            unread += 1
    return tuple(found), unread


def ids_with_goods(reader: apsw.Connection) -> set[int]:
    """The current offers that came with products in a goods file: they come back with it."""
    rows = reader.execute(
        "SELECT id FROM offers WHERE product_id IS NOT NULL AND retired_at IS NULL"
    )
    return {int(str(id_)) for (id_,) in rows}


def put_offer(connection: apsw.Connection, offer: Offer, at: datetime, instead_of: int = 0) -> int:
    """Keep an offer, in place of the current one with its name or that id; returns its id.

    What it replaces is retired, not written over: past sales are still explained by it. How often
    that was used counts on.
    """
    used = 0
    for id_, so_far in list(
        connection.execute(
            "SELECT id, used FROM offers WHERE retired_at IS NULL"
            " AND (id = ? OR (name = ? AND product_id IS NULL))",
            (instead_of, offer.name),
        )
    ):
        used = max(used, int(str(so_far)))
        retire_offer(connection, int(str(id_)), at)
    return _insert(connection, offer, None, used)


def retire_offer(connection: apsw.Connection, offer_id: int, at: datetime) -> bool:
    """Take an offer back; False when it is not there."""
    connection.execute(
        "UPDATE offers SET retired_at = ? WHERE id = ? AND retired_at IS NULL",
        (at.isoformat(), offer_id),
    )
    return connection.changes() > 0


def set_offer_on_product(
    connection: apsw.Connection, product_id: int, offer: Offer | None, at: datetime
) -> None:
    """Set the offer that a product's row in a goods file names; None: it names none."""
    rows = list(
        connection.execute(
            "SELECT id, body, used FROM offers WHERE product_id = ? AND retired_at IS NULL",
            (product_id,),
        )
    )
    if offer is not None and len(rows) == 1 and replace(_offer(*rows[0]), id=0, used=0) == offer:
        return
    for id_, _, _ in rows:
        retire_offer(connection, int(str(id_)), at)
    if offer is not None:
        _insert(connection, offer, product_id, 0)


def count_uses(connection: apsw.Connection, uses: Mapping[int, int]) -> None:
    """Note how often offers applied in a sale that is paid."""
    connection.executemany(
        "UPDATE offers SET used = used + ? WHERE id = ?",
        [(times, offer_id) for offer_id, times in uses.items()],
    )


def _insert(connection: apsw.Connection, offer: Offer, product_id: int | None, used: int) -> int:
    body = msgspec.json.encode(replace(offer, id=0, used=0)).decode()
    connection.execute(
        "INSERT INTO offers (name, body, product_id, used) VALUES (?,?,?,?)",
        (offer.name, body, product_id, used),
    )
    return connection.last_insert_rowid()


def _offer(id_: apsw.SQLiteValue, body: apsw.SQLiteValue, used: apsw.SQLiteValue) -> Offer:
    return replace(_decoder().decode(str(body)), id=int(str(id_)), used=int(str(used)))


@cache
def _decoder() -> msgspec.json.Decoder[Offer]:
    return msgspec.json.Decoder(Offer)
