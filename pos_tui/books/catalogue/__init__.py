"""What the shop sells: products, offers, lots, and the file they come in by."""
