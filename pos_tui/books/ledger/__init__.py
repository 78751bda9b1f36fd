"""The books as double entry, in the languages of ledger programs."""
