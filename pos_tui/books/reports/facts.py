"""What reports add up, read from the books: sales, their lines, tenders, offers and costs.

The one place that knows where these stand. CROSS JOIN keeps SQLite from reading a whole table for
a few sales. It works on temporary tables: `chosen` sales, and the
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
    CREATE TEMP TABLE hours (
        day TEXT, hour INTEGER, cashier TEXT, count INTEGER, quantity INTEGER, paid INTEGER,
        net INTEGER, tax INTEGER, deposit INTEGER, saved INTEGER, rounding INTEGER,
        undetailed INTEGER, cost INTEGER, uncosted INTEGER
    );
    CREATE TEMP TABLE kinds (
        day TEXT, category, tax_class, count INTEGER, quantity INTEGER, paid INTEGER,
        net INTEGER, tax INTEGER, deposit INTEGER, saved INTEGER, rounding INTEGER,
        undetailed INTEGER, cost INTEGER, uncosted INTEGER
    );
    CREATE TEMP TABLE products (
        day TEXT, product INTEGER, category, count INTEGER, quantity INTEGER, paid INTEGER,
        net INTEGER, tax INTEGER, deposit INTEGER, saved INTEGER, rounding INTEGER,
        undetailed INTEGER, cost INTEGER, uncosted INTEGER
    );
"""

_LINES = """
    INSERT INTO facts
    SELECT c.day, c.hour, c.cashier, l.product_id, l.category, l.tax_class, 1, l.quantity, l.paid,
        iif(l.is_deposit, 0, l.net), l.tax, iif(l.is_deposit, l.net, 0),
        coalesce((SELECT sum(o.amount) FROM books.sold_offers o
                  WHERE o.sale_no = l.sale_no AND o.line = l.line), 0), 0, 0, 0
    FROM chosen c CROSS JOIN books.sold_lines l ON l.sale_no = c.number
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
    FROM chosen c CROSS JOIN books.sold_offers o ON o.sale_no = c.number
"""
_COSTS = """
    INSERT INTO facts
    SELECT s.day, s.hour, s.cashier, iif(l.line IS NULL, -1, m.product_id),
        coalesce(l.category, -1), coalesce(l.tax_class, -1),
        0, 0, 0, 0, 0, 0, 0, 0, -coalesce(m.cost, 0), m.cost IS NULL
    FROM books.movements m CROSS JOIN {sales} s ON s.number = m.sale_no
        LEFT JOIN books.sold_lines l ON l.sale_no = m.sale_no AND l.line = m.line
    WHERE m.seq > ? AND m.seq <= ? AND m.kind = 'sold' AND m.sale_no > 0
"""
COSTS_OF_PAID = _COSTS.format(sales="paid_sales")
COSTS_OF_CHOSEN = _COSTS.format(sales="chosen")

_AMOUNTS = (
    "sum(quantity), sum(paid), sum(net), sum(tax), sum(deposit), sum(saved), 0, sum(undetailed),"
    " sum(cost), sum(uncosted)"
)
# The facts are looked through three times, and then what is left of them.
_HOURS = f"""
    INSERT INTO hours
    SELECT day, hour, cashier, 0, {_AMOUNTS} FROM facts GROUP BY day, hour, cashier
    UNION ALL
    SELECT day, hour, cashier, count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM chosen
        GROUP BY day, hour, cashier
    UNION ALL
    SELECT day, hour, cashier, 0, 0, 0, 0, 0, 0, 0, sum(rounding), 0, 0, 0 FROM tenders
        WHERE rounding <> 0 GROUP BY day, hour, cashier
"""  # noqa: S608
_KINDS = f"""
    INSERT INTO kinds
    SELECT day, category, tax_class, sum(lines), {_AMOUNTS} FROM facts
        GROUP BY day, category, tax_class
"""  # noqa: S608
_PRODUCTS = f"""
    INSERT INTO products
    SELECT day, product, category, sum(lines), {_AMOUNTS} FROM facts
        GROUP BY day, product, category
"""  # noqa: S608
_SUMS = ", ".join(f"sum({name})" for name in FIGURES)


def _of(table: str, key: str) -> str:
    return f"SELECT day, {key}, '', {_SUMS} FROM {table} WHERE true GROUP BY 1, 2"  # noqa: S608


GROUPED: dict[str, str] = {
    "day": f"SELECT day, '', '', {_SUMS} FROM hours WHERE true GROUP BY 1",  # noqa: S608
    "hour": _of("hours", "hour"),
    "cashier": _of("hours", "cashier"),
    # A product's category is that of the moment in which it was sold.
    "product": f"SELECT day, product, category, {_SUMS} FROM products WHERE true GROUP BY 1, 2, 3",  # noqa: S608
    "product_month": (
        f"SELECT substr(day, 1, 7), product, category, {_SUMS} FROM products"  # noqa: S608
        " WHERE true GROUP BY 1, 2, 3"
    ),
    "category": _of("kinds", "category"),
    "tax": _of("kinds", "tax_class"),
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
    for table in ("chosen", "facts", "tenders", "offered", "hours", "kinds", "products"):
        connection.execute(f"DELETE FROM temp.{table}")  # noqa: S608


def gather_facts(connection: apsw.Connection) -> None:
    """The facts about the chosen sales, except what their goods cost."""
    for statement in (_LINES, _WITHOUT_LINES, _TENDERS, _TENDERS_MISSING, _OFFERS):
        connection.execute(statement)


def sum_facts(connection: apsw.Connection) -> None:
    """Make ready what GROUPED reads, once all facts are there."""
    connection.execute(_HOURS)
    connection.execute(_KINDS)
    connection.execute(_PRODUCTS)
