"""The tables of the gateway's database, as the steps that lead to them; a step is never changed."""

from __future__ import annotations

from pos_tui.cloud.gateway.database.dialect import Dialect


def order_migrations(of: Dialect) -> tuple[str, ...]:
    """The steps, in the words of a database."""
    return (
        f"""
        CREATE TABLE orders (
            merchant TEXT NOT NULL,
            order_no TEXT NOT NULL,
            till TEXT NOT NULL,
            amount {of.integer} NOT NULL,
            currency TEXT NOT NULL,
            subject TEXT NOT NULL,
            fingerprint {of.blob},            -- none: cancelled before it was ever ordered
            platform TEXT,
            state TEXT NOT NULL,
            waited {of.real} NOT NULL,        -- seconds since the pay call, counted while running
            tries {of.integer} NOT NULL,      -- steps taken in this state
            next_at {of.real},                -- when the next step is due; none: nothing left to do
            platform_ref TEXT,
            paid_at TEXT,
            reason TEXT,
            say TEXT,
            refund TEXT,                 -- due, done; none: nothing to give back
            PRIMARY KEY (merchant, order_no)
        ) {of.table_end};
        CREATE INDEX unfinished ON orders (next_at) WHERE next_at IS NOT NULL;
        CREATE TABLE outbox (
            merchant TEXT NOT NULL,
            order_no TEXT NOT NULL,
            entry {of.blob} NOT NULL,
            PRIMARY KEY (merchant, order_no)
        ) {of.table_end};
        """,
        f"""
        ALTER TABLE orders ADD COLUMN channel TEXT;
        ALTER TABLE orders ADD COLUMN account TEXT;
        ALTER TABLE orders ADD COLUMN scene TEXT NOT NULL DEFAULT '';
        ALTER TABLE orders ADD COLUMN made_at {of.real} NOT NULL DEFAULT 0;
        ALTER TABLE orders ADD COLUMN to_log {of.integer} NOT NULL DEFAULT 0;
        ALTER TABLE orders ADD COLUMN log TEXT;
        ALTER TABLE orders ADD COLUMN owner TEXT;
        ALTER TABLE orders ADD COLUMN leased_until {of.real};
        CREATE TABLE refunds (
            merchant TEXT NOT NULL,
            order_no TEXT NOT NULL,
            refund_no TEXT NOT NULL,
            amount {of.integer} NOT NULL,
            wanted TEXT NOT NULL,        -- why, in the words of whoever asked
            late {of.integer} NOT NULL,       -- 1: the payment came after its order had ended
            made_at {of.real} NOT NULL,
            state TEXT NOT NULL,         -- due, done, refused
            tries {of.integer} NOT NULL,
            next_at {of.real},
            done_at TEXT,
            reason TEXT,
            say TEXT,
            PRIMARY KEY (merchant, order_no, refund_no)
        ) {of.table_end};
        CREATE UNIQUE INDEX refund_number ON refunds (merchant, refund_no);
        CREATE TABLE nonces (
            merchant TEXT NOT NULL,
            nonce TEXT NOT NULL,
            used_at {of.real} NOT NULL,
            PRIMARY KEY (merchant, nonce)
        ) {of.table_end};
        CREATE INDEX used ON nonces (used_at);
        CREATE INDEX paid ON orders (merchant, paid_at) WHERE paid_at IS NOT NULL;
        UPDATE orders SET channel = CASE platform WHEN 'unionpay' THEN 'qra' ELSE platform END;
        UPDATE orders SET to_log = 1 WHERE EXISTS (
            SELECT 1 FROM outbox b
            WHERE b.merchant = orders.merchant AND b.order_no = orders.order_no
        );
        UPDATE orders SET state = 'sent' WHERE state = 'new';
        INSERT INTO refunds
            SELECT merchant, order_no, 'R' || substr(order_no, 1, 31), amount,
                'paid after the sale was cancelled', 1, 0, refund, 0,
                CASE refund WHEN 'due' THEN 0 END, NULL, reason, say
            FROM orders WHERE refund IS NOT NULL;
        DROP TABLE outbox;
        ALTER TABLE orders DROP COLUMN refund;
        """,
        f"""
        ALTER TABLE orders ADD COLUMN sale_no {of.integer} NOT NULL DEFAULT 0;
        ALTER TABLE orders ADD COLUMN journal TEXT NOT NULL DEFAULT '';
        CREATE INDEX of_till ON orders (merchant, till, made_at);
        """,
    )
