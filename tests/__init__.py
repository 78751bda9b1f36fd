"""The tests read like the shop: what the cashier did, and what must have happened."""
