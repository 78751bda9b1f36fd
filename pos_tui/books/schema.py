"""The tables of the books, as migrations; `PRAGMA user_version` counts those applied."""

from __future__ import annotations

from collections.abc import Callable

import apsw

from pos_tui.books.stock.taking_over import take_over_stock

MIGRATIONS: tuple[str | Callable[[apsw.Connection], None], ...] = (
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
    CREATE TABLE movements (               -- only ever added to
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        product_id INTEGER NOT NULL,       -- nothing about stock may stop a sale: no reference
        lot TEXT NOT NULL,                 -- '' where it is not known
        quantity INTEGER NOT NULL,         -- thousandths of the unit; below zero: it left
        cost INTEGER,                      -- minor units, for all of it; NULL: not known
        kind TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        document TEXT NOT NULL DEFAULT '', -- which delivery, count or other paper
        sale_no INTEGER NOT NULL DEFAULT 0,
        line INTEGER NOT NULL DEFAULT 0,
        counted INTEGER,                   -- how much there was at a count, thousandths
        by TEXT NOT NULL DEFAULT '',
        journal INTEGER NOT NULL DEFAULT 0 -- the journal's row that says so; 0: not yet
    );
    -- What was sold is in the order of its sales only: a sale writes no page more than it must.
    CREATE INDEX movements_not_sold ON movements(product_id, lot, seq) WHERE kind <> 'sold';
    CREATE INDEX movements_paid ON movements(product_id, seq)
        WHERE cost IS NOT NULL AND quantity > 0 AND kind <> 'revalued';
    CREATE INDEX movements_to_journal ON movements(seq) WHERE journal = 0;
    CREATE TRIGGER movements_stay BEFORE UPDATE ON movements WHEN old.journal <> 0
        BEGIN SELECT raise(ABORT, 'a movement of goods stays as it was written'); END;
    CREATE TRIGGER movements_remain BEFORE DELETE ON movements
        BEGIN SELECT raise(ABORT, 'a movement of goods stays as it was written'); END;
    CREATE TABLE stock_on_hand (           -- the sums of the movements, by lot
        product_id INTEGER NOT NULL,
        lot TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        cost INTEGER NOT NULL,
        uncosted INTEGER NOT NULL,         -- how much of the quantity has no known cost
        is_known INTEGER NOT NULL,         -- 1: it was received or counted at some time
        PRIMARY KEY (product_id, lot)
    ) WITHOUT ROWID;
    """,
    take_over_stock,
    """
    CREATE TABLE suppliers (
        name TEXT PRIMARY KEY COLLATE NOCASE,
        used INTEGER NOT NULL,             -- how often
        last_at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY AUTOINCREMENT, -- one that was dropped is not given again
        supplier TEXT NOT NULL COLLATE NOCASE,
        document TEXT NOT NULL COLLATE NOCASE, -- the paper's number; '' where it has none
        total INTEGER,                     -- minor units, the paper's; NULL: not yet typed
        opened_at TEXT NOT NULL,
        by TEXT NOT NULL,
        booked_at TEXT,                    -- NULL: a draft
        difference INTEGER NOT NULL DEFAULT 0 -- lines less total, minor units, when booked
    );
    CREATE INDEX delivery_drafts ON deliveries(number) WHERE booked_at IS NULL;
    CREATE UNIQUE INDEX delivery_papers ON deliveries(supplier, document)
        WHERE booked_at IS NOT NULL AND document <> '';
    CREATE TABLE delivery_lines (
        delivery INTEGER NOT NULL REFERENCES deliveries(number),
        line INTEGER NOT NULL,
        product_id INTEGER NOT NULL,
        quantity INTEGER NOT NULL,         -- thousandths of the unit
        cost INTEGER NOT NULL,             -- minor units, for all of it
        lot TEXT NOT NULL,
        expires_on TEXT,                   -- NULL: goods without a date
        produced_on TEXT,
        kind TEXT NOT NULL,                -- of the date
        PRIMARY KEY (delivery, line)
    ) WITHOUT ROWID;
    CREATE INDEX movements_issued ON movements(seq)
        WHERE kind IN ('written_off', 'moved', 'repacked');
    """,
    """
    ALTER TABLE products ADD COLUMN age_limit INTEGER NOT NULL DEFAULT 0;  -- years; 0: none
    ALTER TABLE products ADD COLUMN deposit_id INTEGER NOT NULL DEFAULT 0; -- its deposit; 0: none
    ALTER TABLE products ADD COLUMN discontinued TEXT NOT NULL DEFAULT ''; -- since when
    ALTER TABLE products ADD COLUMN next_price INTEGER NOT NULL DEFAULT 0; -- of dated_prices,
    ALTER TABLE products ADD COLUMN next_starts INTEGER NOT NULL DEFAULT 0; -- the first; 0: none
    CREATE TABLE dated_prices (
        seq INTEGER PRIMARY KEY,
        product_id INTEGER NOT NULL REFERENCES products(id),
        starts INTEGER NOT NULL,           -- seconds since 1970, UTC
        price INTEGER NOT NULL,            -- minor units
        by TEXT NOT NULL,
        begun INTEGER NOT NULL DEFAULT 0   -- 1: it has become the product's price
    );
    CREATE UNIQUE INDEX dated_prices_of_product ON dated_prices(product_id, starts)
        WHERE begun = 0;
    CREATE INDEX dated_prices_due ON dated_prices(starts) WHERE begun = 0;
    CREATE TABLE product_changes (         -- only ever added to
        seq INTEGER PRIMARY KEY,
        product_id INTEGER NOT NULL,
        at TEXT NOT NULL,
        field TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        by TEXT NOT NULL
    );
    CREATE INDEX product_changes_of_product ON product_changes(product_id, seq);
    """,
    """
    CREATE TABLE counts (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        place TEXT NOT NULL DEFAULT '',    -- which shelf or category
        begun_at TEXT NOT NULL,
        begun_by TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'open', -- open, approved, void
        closed_at TEXT,
        closed_by TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX counts_open ON counts(name) WHERE state = 'open';
    CREATE TABLE count_entries (           -- one a scan or a typed quantity, only ever added to
        seq INTEGER PRIMARY KEY,
        count_id INTEGER NOT NULL,
        product_id INTEGER NOT NULL,
        lot TEXT NOT NULL,                 -- '' where none was named
        expires_on TEXT,                   -- a date that was scanned or typed with it
        date_kind TEXT NOT NULL DEFAULT 'use_by',
        quantity INTEGER NOT NULL,         -- thousandths of the unit
        act TEXT NOT NULL,                 -- add, set, replace, withdraw
        run INTEGER NOT NULL DEFAULT 0,    -- the first entry of what one person counts in one go
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        movement INTEGER NOT NULL,         -- the last movement of goods at that moment
        is_posted INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX count_entries_of_count ON count_entries(count_id, product_id, seq);
    """,
    """
    ALTER TABLE products ADD COLUMN minimum INTEGER NOT NULL DEFAULT 0; -- thousandths; 0: none
    CREATE INDEX products_with_minimum ON products(id) WHERE minimum > 0;
    """,
    """
    ALTER TABLE item_codes ADD COLUMN pieces INTEGER NOT NULL DEFAULT 1; -- 12: the code of a case
    ALTER TABLE products ADD COLUMN pinyin TEXT NOT NULL DEFAULT ''; -- of its name, and initials
    CREATE TABLE search_changes (             -- what an index for searching has to look at again
        seq INTEGER PRIMARY KEY AUTOINCREMENT, -- new products have the highest ids instead
        product_id INTEGER NOT NULL
    );
    CREATE TRIGGER product_renamed AFTER UPDATE OF name, initials, pinyin, size ON products
        WHEN (OLD.name, OLD.initials, OLD.pinyin, OLD.size)
            IS NOT (NEW.name, NEW.initials, NEW.pinyin, NEW.size)
        BEGIN INSERT INTO search_changes (product_id) VALUES (NEW.id); END;
    CREATE TRIGGER further_code_added AFTER INSERT ON item_codes WHEN NEW.alternative = 1
        BEGIN INSERT INTO search_changes (product_id) VALUES (NEW.product_id); END;
    CREATE TRIGGER code_changed AFTER UPDATE OF code, product_id ON item_codes
        BEGIN INSERT INTO search_changes (product_id) VALUES (NEW.product_id); END;
    """,
    """
    CREATE TABLE shifts (
        number INTEGER PRIMARY KEY,        -- and that of its Z report
        day TEXT NOT NULL,                 -- the accounting day
        day_ends_at INTEGER NOT NULL,      -- the hour at which such a day ends
        opened_at TEXT NOT NULL,
        opened_by TEXT NOT NULL,           -- '' where money came before anybody opened it
        closed_at TEXT,
        closed_by TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX shift_open ON shifts((1)) WHERE closed_at IS NULL;
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE ledger_entries (          -- only ever added to
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        day TEXT NOT NULL,                 -- the accounting day
        shift INTEGER NOT NULL,            -- 0: between two
        kind TEXT NOT NULL,
        sale_no INTEGER NOT NULL DEFAULT 0,
        document TEXT NOT NULL DEFAULT '',
        by TEXT NOT NULL,
        journal INTEGER NOT NULL           -- the journal's row that says so
    );
    CREATE INDEX ledger_entries_of_shift ON ledger_entries(shift, kind);
    CREATE INDEX ledger_entries_of_sale ON ledger_entries(sale_no) WHERE sale_no > 0;
    CREATE TABLE postings (                -- only ever added to; those of an entry add up to 0
        entry INTEGER NOT NULL,
        leg INTEGER NOT NULL,
        account INTEGER NOT NULL,
        amount INTEGER NOT NULL,           -- minor units; above zero: a debit
        PRIMARY KEY (entry, leg)
    ) WITHOUT ROWID;
    CREATE TRIGGER ledger_entries_stay BEFORE UPDATE ON ledger_entries
        BEGIN SELECT raise(ABORT, 'an entry of the ledger stays as it was written'); END;
    CREATE TRIGGER ledger_entries_remain BEFORE DELETE ON ledger_entries
        BEGIN SELECT raise(ABORT, 'an entry of the ledger stays as it was written'); END;
    CREATE TRIGGER postings_stay BEFORE UPDATE ON postings
        BEGIN SELECT raise(ABORT, 'an entry of the ledger stays as it was written'); END;
    CREATE TRIGGER postings_remain BEFORE DELETE ON postings
        BEGIN SELECT raise(ABORT, 'an entry of the ledger stays as it was written'); END;
    CREATE TABLE ledger_sums (             -- the sums of the postings
        account INTEGER NOT NULL,
        day TEXT NOT NULL,
        shift INTEGER NOT NULL,
        debit INTEGER NOT NULL,
        credit INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (account, day, shift)
    ) WITHOUT ROWID;
    CREATE INDEX ledger_sums_of_shift ON ledger_sums(shift);
    CREATE VIEW ledger_sums_counted AS SELECT p.account, e.day, e.shift,
        sum(max(p.amount, 0)) AS debit, sum(max(-p.amount, 0)) AS credit, count(*) AS count
        FROM postings p JOIN ledger_entries e ON e.number = p.entry
        GROUP BY p.account, e.day, e.shift;
    CREATE TABLE sold_lines (              -- what each paid sale sold; only ever added to
        sale_no INTEGER NOT NULL,
        line INTEGER NOT NULL,
        product_id INTEGER NOT NULL,
        category TEXT NOT NULL,            -- as it was then
        quantity INTEGER NOT NULL,         -- thousandths
        gross INTEGER NOT NULL,            -- minor units, all of these
        paid INTEGER NOT NULL,             -- after every discount, with all tax
        net_before INTEGER NOT NULL,       -- without tax, before any discount
        net INTEGER NOT NULL,              -- without tax
        tax_class TEXT NOT NULL,
        tax INTEGER NOT NULL,
        kind TEXT NOT NULL,                -- goods, deposit, voucher, settlement
        PRIMARY KEY (sale_no, line)
    ) WITHOUT ROWID;
    CREATE TABLE sold_offers (             -- what came off each of those lines
        sale_no INTEGER NOT NULL,
        line INTEGER NOT NULL,
        offer TEXT NOT NULL,               -- '': its share of what came off the basket
        amount INTEGER NOT NULL
    );
    CREATE INDEX sold_offers_of_sale ON sold_offers(sale_no);
    ALTER TABLE sales ADD COLUMN day TEXT;            -- the accounting day it was paid on
    ALTER TABLE sales ADD COLUMN shift INTEGER;
    ALTER TABLE sales ADD COLUMN cashier TEXT;
    CREATE INDEX sales_of_day ON sales(day) WHERE state = 'paid';
    """,
    """
    CREATE TABLE wrong_pins (
        pins_for TEXT PRIMARY KEY,         -- approval, sign_on
        failures INTEGER NOT NULL,         -- in a row
        locked_until TEXT,                 -- UTC
        locked_at_ticks REAL               -- of a clock that no one sets
    ) WITHOUT ROWID;
    INSERT INTO wrong_pins
        SELECT 'approval', max(failures), max(locked_until), max(locked_at_ticks) FROM staff
        WHERE role = 'supervisor' HAVING max(failures) > 0;
    ALTER TABLE staff RENAME TO earlier_staff;
    CREATE TABLE staff (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL
            CHECK (role IN ('cashier', 'supervisor', 'manager', 'technician', 'trainer')),
        pin_hash TEXT NOT NULL,            -- Argon2id, in its own text form
        badge_hash BLOB,                   -- HMAC-SHA-256 of its code; NULL: no badge
        last_on INTEGER                    -- when they signed on by PIN, seconds since 1970, UTC
    ) WITHOUT ROWID;
    INSERT INTO staff (name, role, pin_hash) SELECT name, role, pin_hash FROM earlier_staff;
    DROP TABLE earlier_staff;
    CREATE UNIQUE INDEX staff_badges ON staff(badge_hash) WHERE badge_hash IS NOT NULL;
    CREATE TABLE badge_salt (one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL);
    """,
    """
    ALTER TABLE shifts ADD COLUMN journal INTEGER NOT NULL DEFAULT 0; -- its last row at opening
    CREATE TABLE drawer_acts (             -- only ever added to
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        shift INTEGER NOT NULL,
        kind TEXT NOT NULL,                -- float, pay_in, pay_out, drop, no_sale, counted
        amount INTEGER NOT NULL,           -- minor units
        expected INTEGER NOT NULL,         -- float, counted: what the books had
        reason TEXT NOT NULL,
        by TEXT NOT NULL,
        approved_by TEXT NOT NULL,
        pieces TEXT NOT NULL,              -- JSON; '' where only a sum was counted
        journal INTEGER NOT NULL           -- the journal's row that says so
    );
    CREATE INDEX drawer_acts_of_shift ON drawer_acts(shift, kind);
    CREATE TRIGGER drawer_acts_stay BEFORE UPDATE ON drawer_acts
        BEGIN SELECT raise(ABORT, 'an act of the drawer stays as it was written'); END;
    CREATE TRIGGER drawer_acts_remain BEFORE DELETE ON drawer_acts
        BEGIN SELECT raise(ABORT, 'an act of the drawer stays as it was written'); END;
    CREATE TABLE z_reports (               -- only ever added to
        shift INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        report BLOB NOT NULL,              -- JSON
        text BLOB NOT NULL,                -- as it was laid out, UTF-8
        job BLOB NOT NULL,                 -- the printer's bytes
        journal INTEGER NOT NULL           -- the journal's row that closed the shift
    );
    CREATE TRIGGER z_reports_stay BEFORE UPDATE ON z_reports
        BEGIN SELECT raise(ABORT, 'a Z report stays as it was printed'); END;
    CREATE TRIGGER z_reports_remain BEFORE DELETE ON z_reports
        BEGIN SELECT raise(ABORT, 'a Z report stays as it was printed'); END;
    CREATE INDEX sales_held ON sales(number) WHERE state = 'held';
    """,
    """
    CREATE TABLE returned_lines (          -- what came back in each paid sale; only ever added to
        return_sale INTEGER NOT NULL,      -- in which it came back
        return_line INTEGER NOT NULL,
        sale_no INTEGER NOT NULL,          -- how it was sold; 0: empties, or without a receipt
        line INTEGER NOT NULL,
        product_id INTEGER NOT NULL,
        category TEXT NOT NULL,            -- as it was when it was sold
        quantity INTEGER NOT NULL,         -- thousandths
        amount INTEGER NOT NULL,           -- minor units, with all tax
        net INTEGER NOT NULL,              -- without tax
        tax_class TEXT NOT NULL,
        tax INTEGER NOT NULL,
        kind TEXT NOT NULL,                -- as in sold_lines
        fate TEXT NOT NULL,                -- to_shelf, to_check, written_off
        reason TEXT NOT NULL,
        PRIMARY KEY (return_sale, return_line)
    ) WITHOUT ROWID;
    CREATE INDEX returned_lines_of_sale ON returned_lines(sale_no, line) WHERE sale_no > 0;
    CREATE TRIGGER returned_lines_stay BEFORE UPDATE ON returned_lines
        BEGIN SELECT raise(ABORT, 'what came back stays as it was written'); END;
    CREATE TRIGGER returned_lines_remain BEFORE DELETE ON returned_lines
        BEGIN SELECT raise(ABORT, 'what came back stays as it was written'); END;
    CREATE TABLE return_claims (           -- what sales that await their refunds give back
        return_sale INTEGER NOT NULL,
        return_line INTEGER NOT NULL,
        sale_no INTEGER NOT NULL,
        line INTEGER NOT NULL,
        quantity INTEGER NOT NULL,
        PRIMARY KEY (return_sale, return_line)
    ) WITHOUT ROWID;
    CREATE INDEX return_claims_of_sale ON return_claims(sale_no, line);
    CREATE TABLE late_money (              -- came for orders that were given up
        order_no TEXT PRIMARY KEY,
        sale_no INTEGER NOT NULL,
        amount INTEGER NOT NULL,           -- minor units
        platform TEXT NOT NULL,
        state TEXT NOT NULL,               -- here, going_back, gone_back
        at TEXT NOT NULL,                  -- since when it is known to be there
        is_seen INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX late_money_not_seen ON late_money(at) WHERE is_seen = 0;
    CREATE INDEX products_deposit ON products(deposit_id) WHERE deposit_id > 0;
    CREATE INDEX movements_of_sale ON movements(sale_no, line) WHERE sale_no > 0;
    """,
    """
    CREATE TABLE vouchers (                -- the shop's own; only ever added to
        id INTEGER PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,       -- who knows it can spend it
        issued_at TEXT NOT NULL,
        expires_on TEXT,                   -- its last good day
        sale_no INTEGER NOT NULL DEFAULT 0, -- the sale that sold it
        reason TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX vouchers_of_sale ON vouchers(sale_no) WHERE sale_no > 0;
    CREATE TABLE voucher_movements (       -- only ever added to; what is on a voucher is their sum
        seq INTEGER PRIMARY KEY,
        voucher INTEGER NOT NULL REFERENCES vouchers(id),
        at TEXT NOT NULL,
        what TEXT NOT NULL,
        amount INTEGER NOT NULL,           -- minor units; above zero: onto it
        sale_no INTEGER NOT NULL DEFAULT 0,
        by TEXT NOT NULL
    );
    CREATE INDEX movements_of_voucher ON voucher_movements(voucher);
    CREATE TRIGGER vouchers_stay BEFORE UPDATE ON vouchers
        BEGIN SELECT raise(ABORT, 'a voucher stays as it was issued'); END;
    CREATE TRIGGER vouchers_remain BEFORE DELETE ON vouchers
        BEGIN SELECT raise(ABORT, 'a voucher stays as it was issued'); END;
    CREATE TRIGGER voucher_movements_stay BEFORE UPDATE ON voucher_movements
        BEGIN SELECT raise(ABORT, 'a movement of a voucher stays as it was written'); END;
    CREATE TRIGGER voucher_movements_remain BEFORE DELETE ON voucher_movements
        BEGIN SELECT raise(ABORT, 'a movement of a voucher stays as it was written'); END;
    CREATE INDEX IF NOT EXISTS postings_of_account ON postings(account, entry);
    ALTER TABLE customers ADD COLUMN account_limit INTEGER; -- minor units; NULL: no account
    """,
    """
    CREATE TABLE clearing_bills (          -- only ever added to; the last of a day counts
        seq INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        day TEXT NOT NULL,
        paid INTEGER NOT NULL,             -- minor units, by the platform's bill
        refunded INTEGER NOT NULL,
        differences INTEGER NOT NULL,      -- how many the gateway found
        at TEXT NOT NULL,
        by TEXT NOT NULL
    );
    CREATE INDEX clearing_bills_of_day ON clearing_bills(day, platform);
    CREATE TABLE payouts (                 -- only ever added to
        entry INTEGER PRIMARY KEY,         -- of the ledger
        day TEXT NOT NULL,                 -- its accounting day
        platform TEXT NOT NULL,
        amount INTEGER NOT NULL,           -- minor units that came to the bank
        fee INTEGER NOT NULL,              -- minor units that the platform kept
        document TEXT NOT NULL COLLATE NOCASE,
        UNIQUE (platform, document)
    );
    CREATE INDEX payouts_of_day ON payouts(day);
    CREATE TRIGGER clearing_bills_stay BEFORE UPDATE ON clearing_bills
        BEGIN SELECT raise(ABORT, 'a bill stays as it was read'); END;
    CREATE TRIGGER clearing_bills_remain BEFORE DELETE ON clearing_bills
        BEGIN SELECT raise(ABORT, 'a bill stays as it was read'); END;
    CREATE TRIGGER payouts_stay BEFORE UPDATE ON payouts
        BEGIN SELECT raise(ABORT, 'a payout stays as it was written'); END;
    CREATE TRIGGER payouts_remain BEFORE DELETE ON payouts
        BEGIN SELECT raise(ABORT, 'a payout stays as it was written'); END;
    """,
    """
    ALTER TABLE products ADD COLUMN tare INTEGER NOT NULL DEFAULT 0; -- grams; 0: none
    """,
    """
    CREATE TABLE print_jobs (              -- never deleted; only their states change
        number INTEGER PRIMARY KEY,
        role TEXT NOT NULL,                -- of the printer: receipt, …
        kind TEXT NOT NULL,
        document INTEGER NOT NULL,         -- the sale, the Z report, the voucher … that it is of
        copy INTEGER NOT NULL,             -- 0: the first print
        job BLOB,                          -- the printer's bytes; NULL once it is over
        made_at TEXT NOT NULL,             -- UTC, as all times here
        wanted_at TEXT NOT NULL,           -- when somebody last wanted it printed
        by TEXT NOT NULL,
        state TEXT NOT NULL,               -- waiting, sending, confirmed, sent, unsure, given_up
        since TEXT NOT NULL,
        why BLOB,                          -- JSON; what the printer said
        is_over INTEGER NOT NULL           -- confirmed, sent, given_up
    );
    CREATE INDEX print_jobs_open ON print_jobs(role, number) WHERE is_over = 0;
    CREATE INDEX print_jobs_of_document ON print_jobs(kind, document);
    INSERT INTO print_jobs
        (role, kind, document, copy, made_at, wanted_at, by, state, since, is_over)
        SELECT 'receipt', 'receipt', sale_no, 0, made, made, '', 'unsure', made, 0 FROM (
            SELECT sale_no, coalesce(strftime('%Y-%m-%dT%H:%M:%S+00:00', at),
                                     '1970-01-01T00:00:00+00:00') AS made
            FROM paper ORDER BY sale_no
        );
    DELETE FROM paper;                     -- from now on: paid, and its receipt not yet made
    """,
)
