"""Where the gateway keeps its orders: SQLite in a file, or PostgreSQL by its URL."""
