"""Who works here and who buys here."""
