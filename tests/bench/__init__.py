"""The benchmark: our till and its peers side by side. Run it with `python -m tests.bench`."""
