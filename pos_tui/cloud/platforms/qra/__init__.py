"""UnionPay QRA."""
