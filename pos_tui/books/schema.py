"""The tables of the books, as migrations; `PRAGMA user_version` counts those applied."""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE products (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        price INTEGER NOT NULL,            -- minor units; 0: no price known
        unit TEXT NOT NULL DEFAULT '',
        size TEXT NOT NULL DEFAULT '',
        category TEXT NOT NULL DEFAULT '',
        initials TEXT NOT NULL DEFAULT '', -- what a cashier may type to find it
        shelf_life_days INTEGER NOT NULL DEFAULT 0,
        updated_at TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE item_codes (
        code TEXT PRIMARY KEY,             -- GTIN in 14 digits, or the house code in capitals
        product_id INTEGER NOT NULL REFERENCES products(id)
    ) WITHOUT ROWID;
    CREATE INDEX item_codes_of_product ON item_codes(product_id);
    CREATE TABLE offers (
        id INTEGER PRIMARY KEY,
        product_id INTEGER NOT NULL REFERENCES products(id),
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,               -- a decimal: percent, or minor units
        bundle INTEGER NOT NULL DEFAULT 1,
        starts TEXT,
        ends TEXT
    );
    CREATE TABLE lots (
        id INTEGER PRIMARY KEY,
        product_id INTEGER NOT NULL REFERENCES products(id),
        lot TEXT NOT NULL,
        produced_on TEXT,
        expires_on TEXT NOT NULL,
        on_hand INTEGER NOT NULL DEFAULT 1,
        UNIQUE (product_id, lot)
    );
    CREATE TABLE sales (
        number INTEGER PRIMARY KEY,
        state TEXT NOT NULL,               -- open, awaiting, paid, void
        opened_at TEXT NOT NULL,
        closed_at TEXT,
        total INTEGER,
        tender TEXT                        -- JSON, once paid
    );
    CREATE INDEX sales_unfinished ON sales(state) WHERE state IN ('open', 'awaiting');
    CREATE TABLE orders (
        seq INTEGER PRIMARY KEY,
        order_no TEXT NOT NULL UNIQUE,
        sale_no INTEGER NOT NULL REFERENCES sales(number),
        state TEXT NOT NULL,
        body TEXT NOT NULL                 -- JSON
    );
    CREATE INDEX orders_of_sale ON orders(sale_no);
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        sale_no INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body BLOB NOT NULL,                -- JSON
        hash BLOB NOT NULL                 -- SHA-256 over the hash before and this row
    );
    CREATE INDEX journal_of_sale ON journal(sale_no, seq);
    CREATE TABLE stream_positions (stream TEXT PRIMARY KEY, last_id TEXT NOT NULL) WITHOUT ROWID;
    """,
)
