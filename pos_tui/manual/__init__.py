"""The manual: a page per subject in each language, shipped with the program."""
