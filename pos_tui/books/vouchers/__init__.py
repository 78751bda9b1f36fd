"""The shop's own vouchers: what is on each, and where it came from and went."""
