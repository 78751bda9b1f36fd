"""The shop's goods: every movement of them, what is on hand by lot, what it is worth."""
