"""The drawer: acts beside sales, counts, reports of shifts, what explains a difference."""
