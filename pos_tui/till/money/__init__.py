"""The shop's money at the till: what the pages of money and their commands do."""
