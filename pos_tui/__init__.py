"""pos_tui: a checkout that a shop runs in a terminal."""
