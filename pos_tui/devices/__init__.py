"""What the till reads from and writes to; none of it knows what a sale is."""
