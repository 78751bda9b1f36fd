"""The drawer: shifts, counts, reports, and what explains a difference."""
