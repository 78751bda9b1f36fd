"""The journal: append-only rows, each chained to the one before."""
