"""UnionPay ACP."""
