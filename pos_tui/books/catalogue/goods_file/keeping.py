"""The goods of a file go into the books: products, their codes, lots, stock and offers."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

import apsw
from msgspec.structs import replace

from pos_tui.books.catalogue.dated_prices import begin_prices
from pos_tui.books.catalogue.goods_file.reading import GoodsFile
from pos_tui.books.catalogue.offers import set_offer_on_product
from pos_tui.books.catalogue.products import ImportCounts, find_product, import_products
from pos_tui.books.stock.lots import count_from_file, put_lot


def import_goods(connection: apsw.Connection, goods: GoodsFile, at: datetime) -> ImportCounts:
    """Import a file's goods into the books, all or none."""
    begin_prices(connection, at)  # or they would go before what the file says
    counts = import_products(connection, goods.rows, goods.other_codes)
    for lot in goods.lots:
        product = find_product(connection, lot.code)
        if product is None:
            continue
        put_lot(connection, product.id, lot.lot, lot.expires_on, lot.produced_on, lot.kind)
    of_lots = ((lot.code, lot.lot, lot.on_hand) for lot in goods.lots if lot.on_hand is not None)
    without_lots = ((code, "", quantity) for code, quantity in goods.on_hand)
    count_from_file(connection, chain(of_lots, without_lots), at)
    for code, offer in goods.offers:
        product = find_product(connection, code)
        if product is not None:
            own = None if offer is None else replace(offer, on=(f"product:{product.code}",))
            set_offer_on_product(connection, product.id, own, at)
    return counts
