"""Pages: what opens over the till's screen."""
