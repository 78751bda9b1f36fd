"""Stock takes: what was counted, at which movement, how it differs, and what is posted of it."""
