"""What reports add up, read from the books: sales, their lines, tenders, offers and costs.

The one place that knows where these stand. It works on temporary tables: `chosen` sales, and the
facts about them. Each of GROUPED then gives the sums by one thing that rows can be.
"""

from __future__ import annotations

import apsw

from pos_tui.books.reports.figures import FIGURES

TEMPORARY = """
    CREATE TEMP VIEW paid_sales AS
        SELECT s.number, s.day AS own_day, s.closed_at, s.total, s.tender,
            coalesce(s.day, date(substr(s.closed_at, 1, 19),
                '-' || (SELECT day_ends_at FROM main.state) || ' hours')) AS day,
            CAST(substr(s.closed_at, 12, 2) AS INTEGER) AS hour,
            coalesce(s.cashier, '') AS cashier, julianday(s.closed_at) AS at
        FROM books.sales s WHERE s.state = 'paid';
    CREATE TEMP TABLE chosen (
        number INTEGER PRIMARY KEY, day TEXT, hour INTEGER, cashier TEXT, at REAL, total INTEGER,
        tender TEXT
    );
    CREATE TEMP TABLE facts (
        day TEXT, hour INTEGER, cashier TEXT, product INTEGER, category, tax_class,
        lines INTEGER, quantity INTEGER, paid INTEGER, net INTEGER, tax INTEGER, deposit INTEGER,
        saved INTEGER, undetailed INTEGER, cost INTEGER, uncosted INTEGER
    );
    CREATE TEMP TABLE tenders (day TEXT, hour INTEGER, cashier TEXT, key TEXT, count INTEGER,
        paid INTEGER, rounding INTEGER);
    CREATE TEMP TABLE offered (day TEXT, offer TEXT, amount INTEGER);
"""

_LINES = """
    INSERT INTO facts
    SELECT c.day, c.hour, c.cashier, l.product_id, l.category, l.tax_class, 1, l.quantity, l.paid,
        iif(l.is_deposit, 0, l.net), l.tax, iif(l.is_deposit, l.net, 0),
        coalesce((SELECT sum(o.amount) FROM books.sold_offers o
                  WHERE o.sale_no = l.sale_no AND o.line = l.line), 0), 0, 0, 0
    FROM chosen c JOIN books.sold_lines l ON l.sale_no = c.number
"""
_WITHOUT_LINES = """
    INSERT INTO facts
    SELECT c.day, c.hour, c.cashier, -1, -1, -1, 1, 0, c.total, 0, 0, 0, 0, c.total, 0, 0
    FROM chosen c
    WHERE NOT EXISTS (SELECT 1 FROM books.sold_lines l WHERE l.sale_no = c.number)
"""
_TENDERS = """
    INSERT INTO tenders
    SELECT c.day, c.hour, c.cashier,
        iif(coalesce(t.value ->> 'platform', '') = '', t.value ->> 'kind',
            'wallet:' || (t.value ->> 'platform')), 1,
        (t.value ->> 'given') - coalesce(t.value ->> 'change', 0)
            - coalesce(t.value ->> 'rounding', 0),
        coalesce(t.value ->> 'rounding', 0)
    FROM chosen c, json_each(iif(json_type(c.tender) = 'array', c.tender,
                                 json_array(json(c.tender)))) t
    WHERE c.tender IS NOT NULL AND coalesce(t.value ->> 'state', 'taken') = 'taken'
"""
# What tenders of an earlier program leave open: it had no rounding of its own.
_TENDERS_MISSING = """
    INSERT INTO tenders
    SELECT day, hour, cashier, '', 0, sum(amount), 0 FROM (
        SELECT day, hour, cashier, total AS amount FROM chosen
        UNION ALL SELECT day, hour, cashier, -paid FROM tenders
    ) GROUP BY day, hour, cashier HAVING sum(amount) <> 0
"""
_OFFERS = """
    INSERT INTO offered
    SELECT c.day, o.offer, o.amount
    FROM chosen c JOIN books.sold_offers o ON o.sale_no = c.number
"""
_COSTS = """
    INSERT INTO facts
    SELECT s.day, s.hour, s.cashier, iif(l.line IS NULL, -1, m.product_id),
        coalesce(l.category, -1), coalesce(l.tax_class, -1),
        0, 0, 0, 0, 0, 0, 0, 0, -coalesce(m.cost, 0), m.cost IS NULL
    FROM books.movements m JOIN {sales} s ON s.number = m.sale_no
        LEFT JOIN books.sold_lines l ON l.sale_no = m.sale_no AND l.line = m.line
    WHERE m.seq > ? AND m.seq <= ? AND m.kind = 'sold' AND m.sale_no > 0
"""
COSTS_OF_PAID = _COSTS.format(sales="paid_sales")
COSTS_OF_CHOSEN = _COSTS.format(sales="chosen")

_AMOUNTS = (
    "sum(quantity), sum(paid), sum(net), sum(tax), sum(deposit), sum(saved), 0, sum(undetailed),"
    " sum(cost), sum(uncosted)"
)


def _of_sales(key: str) -> str:
    """Sums over sales: their lines' amounts, how many they are, and what rounding added."""
    own = key if key == "''" else f"{key}"
    return (
        f"SELECT day, key, '', sum(count), sum(quantity), sum(paid), sum(net), sum(tax),"  # noqa: S608
        " sum(deposit), sum(saved), sum(rounding), sum(undetailed), sum(cost), sum(uncosted) FROM ("
        f" SELECT day, {own} AS key, 0 AS count, quantity, paid, net, tax, deposit, saved,"
        " 0 AS rounding, undetailed, cost, uncosted FROM facts"
        f" UNION ALL SELECT day, {own}, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM chosen"
        f" UNION ALL SELECT day, {own}, 0, 0, 0, 0, 0, 0, 0, rounding, 0, 0, 0 FROM tenders"
        " WHERE rounding <> 0) WHERE true GROUP BY 1, 2"
    )


def _of_lines(key: str, sub: str = "''", day: str = "day") -> str:
    return (
        f"SELECT {day}, {key}, {sub}, sum(lines), {_AMOUNTS} FROM facts WHERE true GROUP BY 1, 2, 3"  # noqa: S608
    )


GROUPED: dict[str, str] = {
    "day": _of_sales("''"),
    "hour": _of_sales("hour"),
    "cashier": _of_sales("cashier"),
    # A product's category is that of the moment in which it was sold; its sums are by month.
    "product": _of_lines("product", "category", "substr(day, 1, 7)"),
    "category": _of_lines("category"),
    "tax": _of_lines("tax_class"),
    "tender": (
        "SELECT day, key, '', sum(count), 0, sum(paid), 0, 0, 0, 0, sum(rounding), 0, 0, 0"
        " FROM tenders WHERE true GROUP BY day, key"
    ),
    "offer": (
        "SELECT day, offer, '', count(*), 0, 0, 0, 0, 0, sum(amount), 0, 0, 0, 0"
        " FROM offered WHERE true GROUP BY day, offer"
    ),
}
COLUMNS = ("day", "key", "sub", *FIGURES)


def clear_facts(connection: apsw.Connection) -> None:
    """Forget what was chosen, and its facts."""
    for table in ("chosen", "facts", "tenders", "offered"):
        connection.execute(f"DELETE FROM temp.{table}")  # noqa: S608


def gather_facts(connection: apsw.Connection) -> None:
    """The facts about the chosen sales, except what their goods cost."""
    for statement in (_LINES, _WITHOUT_LINES, _TENDERS, _TENDERS_MISSING, _OFFERS):
        connection.execute(statement)
