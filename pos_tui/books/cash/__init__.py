"""The drawer: what is put in and taken out beside sales, its counts, and reports of shifts."""
