"""What `pos-tui` can do, one module a subject; nothing is imported before it is run."""
