"""The demo shop: its goods, its basket, and the servers behind it, for training and tests."""
