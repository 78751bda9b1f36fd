"""What reports add up, read from the books: sales, their lines, tenders, offers and costs.

The one place that knows where these stand. It works on temporary tables: `chosen` sales, and the
facts about them. Each of GROUPED then gives the sums by one thing that rows can be. CROSS JOIN
keeps SQLite from reading a whole table for a few sales.
"""

from __future__ import annotations

import apsw

from pos_tui.books.reports.figures import FIGURES

SHIFT_DAY = "iif((SELECT h.opened_by FROM shifts h WHERE h.number = s.shift) = '', NULL, s.day)"
"""The day of a sale's shift, as SQL; NULL where nobody opened it: such a one may last for weeks,
and its sales are of the days on which they were paid.
"""
_MEASURES = ", ".join(f"{name} INTEGER" for name in FIGURES)
_TEMPORARY = f"""
    CREATE TEMP VIEW paid_sales AS
        SELECT s.number, s.day AS shift_day, s.closed_at, s.total, s.tender,
            coalesce({SHIFT_DAY}, date(substr(s.closed_at, 1, 19),
                '-' || (SELECT day_ends_at FROM main.state) || ' hours')) AS day,
            CAST(substr(s.closed_at, 12, 2) AS INTEGER) AS hour,
            coalesce(s.cashier, '') AS cashier, julianday(s.closed_at) AS at
        FROM books.sales s WHERE s.state = 'paid';
    CREATE TEMP TABLE chosen (
        number INTEGER PRIMARY KEY, day TEXT, hour INTEGER, cashier TEXT, at REAL, total INTEGER,
        tender TEXT
    );
    CREATE TEMP TABLE facts (
        day TEXT, hour INTEGER, cashier TEXT, product INTEGER, category, tax_class, {_MEASURES}
    );
    CREATE TEMP TABLE tenders (day TEXT, hour INTEGER, cashier TEXT, key TEXT, count INTEGER,
        paid INTEGER, rounding INTEGER);
    CREATE TEMP TABLE offered (day TEXT, offer TEXT, amount INTEGER);
    CREATE TEMP TABLE hours (day TEXT, hour INTEGER, cashier TEXT, {_MEASURES});
    CREATE TEMP TABLE kinds (day TEXT, category, tax_class, {_MEASURES});
    CREATE TEMP TABLE products (day TEXT, product INTEGER, category, {_MEASURES});
"""
_TABLES = ("chosen", "facts", "tenders", "offered", "hours", "kinds", "products")
_SOLD = """
    CREATE TEMP VIEW sold AS
        SELECT sale_no, line, product_id, category, quantity, paid, net, tax_class, tax,
            kind = 'goods' AS is_income
        FROM books.sold_lines WHERE kind IN ('goods', 'deposit')
"""
_BACK = """
    CREATE TEMP VIEW back AS
        SELECT return_sale, return_line, product_id, category, quantity, amount, net, tax_class,
            tax, kind = 'goods' AS is_income
        FROM books.returned_lines WHERE kind IN ('goods', 'deposit')
"""
# Money for what is no income: a voucher is one once it is spent, a debt was one when it was made.
_OWED = """
    CREATE TEMP VIEW owed AS
        SELECT sale_no, paid AS amount FROM books.sold_lines
            WHERE kind IN ('voucher', 'settlement')
        UNION ALL SELECT return_sale, -amount FROM books.returned_lines
            WHERE kind IN ('voucher', 'settlement')
"""

_FACT = (
    "INSERT INTO facts (day, hour, cashier, product, category, tax_class, count, quantity, paid,"
    " net, tax, deposit, saved, returned, rounding, undetailed, cost, uncosted)"
)
_LINES = f"""
    {_FACT}
    SELECT c.day, c.hour, c.cashier, l.product_id, l.category, l.tax_class, 1, l.quantity, l.paid,
        iif(l.is_income, l.net, 0), l.tax, iif(l.is_income, 0, l.net),
        coalesce((SELECT sum(o.amount) FROM books.sold_offers o
                  WHERE o.sale_no = l.sale_no AND o.line = l.line), 0), 0, 0, 0, 0, 0
    FROM chosen c CROSS JOIN sold l ON l.sale_no = c.number
"""
_CAME_BACK = f"""
    {_FACT}
    SELECT c.day, c.hour, c.cashier, b.product_id, b.category, b.tax_class, 0, -b.quantity,
        -b.amount, iif(b.is_income, -b.net, 0), -b.tax, iif(b.is_income, 0, -b.net), 0,
        b.amount, 0, 0, 0, 0
    FROM chosen c CROSS JOIN back b ON b.return_sale = c.number
"""
_WITHOUT_LINES = f"""
    {_FACT}
    SELECT c.day, c.hour, c.cashier, -1, -1, -1, 1, 0, c.total, 0, 0, 0, 0, 0, 0, c.total, 0, 0
    FROM chosen c
    WHERE NOT EXISTS (SELECT 1 FROM books.sold_lines l WHERE l.sale_no = c.number)
        AND NOT EXISTS (SELECT 1 FROM books.returned_lines b WHERE b.return_sale = c.number)
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
# What tenders of an earlier program leave open: it had no rounding of its own. A sale's total is
# what it sold; money went back for what came back in it.
_TENDERS_MISSING = """
    INSERT INTO tenders
    SELECT day, hour, cashier, '', 0, sum(amount), 0 FROM (
        SELECT day, hour, cashier, total AS amount FROM chosen
        UNION ALL SELECT c.day, c.hour, c.cashier, -b.amount
            FROM chosen c CROSS JOIN books.returned_lines b ON b.return_sale = c.number
        UNION ALL SELECT day, hour, cashier, -paid FROM tenders
    ) GROUP BY day, hour, cashier HAVING sum(amount) <> 0
"""
_TENDERS_OWED = """
    INSERT INTO tenders
    SELECT c.day, c.hour, c.cashier, 'owed', 0, -sum(o.amount), 0
    FROM chosen c CROSS JOIN owed o ON o.sale_no = c.number
    GROUP BY c.day, c.hour, c.cashier HAVING sum(o.amount) <> 0
"""
_OFFERS = """
    INSERT INTO offered
    SELECT c.day, o.offer, o.amount
    FROM chosen c CROSS JOIN books.sold_offers o ON o.sale_no = c.number
"""
_COSTS = (
    _FACT
    + """
    SELECT s.day, s.hour, s.cashier, iif(l.line IS NULL AND b.return_line IS NULL, -1,
        m.product_id), coalesce(l.category, b.category, -1), coalesce(l.tax_class, b.tax_class, -1),
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -coalesce(m.cost, 0), m.cost IS NULL
    FROM books.movements m CROSS JOIN {sales} s ON s.number = m.sale_no
        LEFT JOIN sold l ON m.kind = 'sold' AND l.sale_no = m.sale_no AND l.line = m.line
        LEFT JOIN back b ON m.kind = 'returned' AND b.return_sale = m.sale_no
            AND b.return_line = m.line
    WHERE m.seq > ? AND m.seq <= ? AND m.kind IN ('sold', 'returned') AND m.sale_no > 0
"""
)
COSTS_OF_PAID = _COSTS.format(sales="paid_sales")
COSTS_OF_CHOSEN = _COSTS.format(sales="chosen")

_SUMS = ", ".join(f"sum({name})" for name in FIGURES)
# The facts are looked through three times, and then what is left of them.
_HOURS = f"""
    INSERT INTO hours
    SELECT day, hour, cashier, 0, {_SUMS.partition(", ")[2]} FROM facts GROUP BY day, hour, cashier
"""
_COUNTED = """
    INSERT INTO hours (day, hour, cashier, count)
    SELECT day, hour, cashier, count(*) FILTER (
        WHERE EXISTS (SELECT 1 FROM sold l WHERE l.sale_no = c.number)
            OR NOT EXISTS (SELECT 1 FROM books.sold_lines l WHERE l.sale_no = c.number)
            AND NOT EXISTS (SELECT 1 FROM books.returned_lines b WHERE b.return_sale = c.number))
    FROM chosen c GROUP BY day, hour, cashier
"""
_ROUNDED = """
    INSERT INTO hours (day, hour, cashier, rounding)
    SELECT day, hour, cashier, sum(rounding) FROM tenders WHERE rounding <> 0
    GROUP BY day, hour, cashier
"""
_KINDS = f"""
    INSERT INTO kinds
    SELECT day, category, tax_class, {_SUMS} FROM facts GROUP BY day, category, tax_class
"""
_PRODUCTS = f"""
    INSERT INTO products
    SELECT day, product, category, {_SUMS} FROM facts GROUP BY day, product, category
"""
_WHOLE_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in FIGURES)


def _of(table: str, key: str, sub: str = "''", day: str = "day") -> str:
    return f"SELECT {day}, {key}, {sub}, {_WHOLE_SUMS} FROM {table} WHERE true GROUP BY 1, 2, 3"


def _only(table: str, key: str, **measures: str) -> str:
    """Sums of what has few measures."""
    sums = ", ".join(measures.get(name, "0") for name in FIGURES)
    return f"SELECT day, {key}, '', {sums} FROM {table} WHERE true GROUP BY 1, 2"


GROUPED: dict[str, str] = {
    "day": _of("hours", "''"),
    "hour": _of("hours", "hour"),
    "cashier": _of("hours", "cashier"),
    # A product's category is that of the moment in which it was sold.
    "product": _of("products", "product", "category"),
    "product_month": _of("products", "product", "category", "substr(day, 1, 7)"),
    "product_year": _of("products", "product", "category", "substr(day, 1, 4)"),
    "category": _of("kinds", "category"),
    "tax": _of("kinds", "tax_class"),
    "tender": _only(
        "tenders", "key", count="sum(count)", paid="sum(paid)", rounding="sum(rounding)"
    ),
    "offer": _only("offered", "offer", count="count(*)", saved="sum(amount)"),
}
COLUMNS = ("day", "key", "sub", *FIGURES)


def prepare_facts(connection: apsw.Connection) -> None:
    """Make the temporary tables, and the views of what there is in the attached books."""
    connection.execute(_TEMPORARY)
    connection.execute(_SOLD)
    connection.execute(_BACK)
    connection.execute(_OWED)


def clear_facts(connection: apsw.Connection) -> None:
    """Forget what was chosen, and its facts."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM temp.{table}")


def gather_facts(connection: apsw.Connection) -> None:
    """The facts about the chosen sales, except what their goods cost."""
    for statement in (
        _LINES,
        _CAME_BACK,
        _WITHOUT_LINES,
        _TENDERS,
        _TENDERS_MISSING,
        _TENDERS_OWED,
        _OFFERS,
    ):
        connection.execute(statement)


def sum_facts(connection: apsw.Connection) -> None:
    """Make ready what GROUPED reads, once all facts are there."""
    for statement in (_HOURS, _COUNTED, _ROUNDED, _KINDS, _PRODUCTS):
        connection.execute(statement)
