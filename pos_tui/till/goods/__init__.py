"""The shop's goods at the till: what the pages of goods and their commands do."""
