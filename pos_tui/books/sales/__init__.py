"""Sales and their orders, as they are kept."""
