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
    """
    ALTER TABLE products ADD COLUMN brand TEXT NOT NULL DEFAULT '';
    ALTER TABLE products ADD COLUMN supplier TEXT NOT NULL DEFAULT '';
    ALTER TABLE products ADD COLUMN tags TEXT NOT NULL DEFAULT '';    -- separated by commas
    ALTER TABLE products ADD COLUMN tax TEXT NOT NULL DEFAULT '';     -- tax class
    ALTER TABLE products ADD COLUMN shelf_life TEXT NOT NULL DEFAULT ''; -- like 6m, where not days
    ALTER TABLE lots ADD COLUMN kind TEXT NOT NULL DEFAULT 'use_by';  -- or best_before
    ALTER TABLE sales ADD COLUMN held_at TEXT;
    CREATE INDEX sales_paid ON sales(closed_at) WHERE state = 'paid';
    ALTER TABLE offers RENAME TO line_offers;
    CREATE TABLE offers (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        body TEXT NOT NULL,                -- JSON: the offer
        product_id INTEGER REFERENCES products(id), -- whose row in a goods file it came with
        used INTEGER NOT NULL DEFAULT 0,   -- how often it has applied, in paid sales
        retired_at TEXT                    -- no longer offered; kept for what it explains
    );
    CREATE INDEX offers_of_product ON offers(product_id) WHERE retired_at IS NULL;
    INSERT INTO offers (id, name, body, product_id)
        SELECT o.id, o.name, json_object(
            'name', o.name,
            'gives', json(CASE o.kind
                WHEN 'percent_off' THEN json_object('kind', o.kind, 'percent', o.value)
                WHEN 'amount_off' THEN json_object('kind', o.kind, 'amount', CAST(o.value AS INT))
                WHEN 'special_price' THEN json_object('kind', o.kind, 'price', CAST(o.value AS INT))
                ELSE json_object('kind', o.kind, 'count', o.bundle, 'price', CAST(o.value AS INT))
            END),
            'on', json_array('product:' || (SELECT min(c.code) FROM item_codes c
                                            WHERE c.product_id = o.product_id)),
            'same_item', json('true'),
            'when', json_object('starts', o.starts, 'ends', o.ends)
        ), o.product_id FROM line_offers o;
    DROP TABLE line_offers;
    CREATE TABLE staff (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('cashier', 'supervisor')),
        pin_hash TEXT NOT NULL,            -- Argon2id, in its own text form
        failures INTEGER NOT NULL DEFAULT 0, -- wrong PINs in a row; the same for all supervisors
        locked_until TEXT                  -- UTC; the same for all supervisors
    ) WITHOUT ROWID;
    CREATE TABLE customers (
        code TEXT PRIMARY KEY,             -- as on the card, in capitals
        name TEXT NOT NULL,
        customer_group TEXT NOT NULL,      -- whose prices and offers apply
        since TEXT NOT NULL DEFAULT ''     -- a day, or empty where it is not known
    ) WITHOUT ROWID;
    CREATE TABLE stock_movements (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        product_id INTEGER NOT NULL REFERENCES products(id),
        lot TEXT NOT NULL,
        quantity TEXT NOT NULL,            -- a decimal, of the product's unit
        kind TEXT NOT NULL,                -- written_off, to_check, counted
        sale_no INTEGER NOT NULL,
        by TEXT NOT NULL
    );
    CREATE TABLE latest_time (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL); -- UTC
    CREATE TABLE explanations (sale_no INTEGER PRIMARY KEY, body TEXT NOT NULL); -- JSON
    """,
    """
    ALTER TABLE item_codes ADD COLUMN alternative INTEGER NOT NULL DEFAULT 0; -- 1: a further code
    UPDATE item_codes SET alternative = 1 WHERE code > (
        SELECT min(o.code) FROM item_codes o WHERE o.product_id = item_codes.product_id);
    CREATE UNIQUE INDEX own_codes ON item_codes(product_id) WHERE alternative = 0;
    CREATE INDEX stock_counted ON stock_movements(product_id, lot) WHERE kind = 'counted';
    """,
    """
    CREATE TABLE journal_keys (
        seq INTEGER PRIMARY KEY,           -- the first row whose hash is made with this key
        key_id TEXT NOT NULL               -- which key; the key itself is in a file beside
    );
    CREATE TABLE paper (
        sale_no INTEGER PRIMARY KEY,       -- whose receipt is not known to have been printed
        at TEXT NOT NULL
    );
    ALTER TABLE staff ADD COLUMN locked_at_ticks REAL; -- of a clock that no one sets
    """,
    """
    ALTER TABLE item_codes ADD COLUMN pieces INTEGER NOT NULL DEFAULT 1; -- 12: the code of a case
    ALTER TABLE products ADD COLUMN pinyin TEXT NOT NULL DEFAULT ''; -- of its name, and initials
    CREATE TABLE product_changes (             -- what an index for searching has to look at again
        seq INTEGER PRIMARY KEY AUTOINCREMENT, -- new products have the highest ids instead
        product_id INTEGER NOT NULL
    );
    CREATE TRIGGER product_renamed AFTER UPDATE OF name, initials, pinyin, size ON products
        WHEN (OLD.name, OLD.initials, OLD.pinyin, OLD.size)
            IS NOT (NEW.name, NEW.initials, NEW.pinyin, NEW.size)
        BEGIN INSERT INTO product_changes (product_id) VALUES (NEW.id); END;
    CREATE TRIGGER further_code_added AFTER INSERT ON item_codes WHEN NEW.alternative = 1
        BEGIN INSERT INTO product_changes (product_id) VALUES (NEW.product_id); END;
    CREATE TRIGGER code_changed AFTER UPDATE OF code, product_id ON item_codes
        BEGIN INSERT INTO product_changes (product_id) VALUES (NEW.product_id); END;
    """,
)
