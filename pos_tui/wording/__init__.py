"""Wording: reasons, labels and help in words, in the language of the person who reads them."""
