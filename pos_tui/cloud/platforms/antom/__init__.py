"""Alipay+ wallets through Antom."""
