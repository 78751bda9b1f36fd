"""The fault matrix: every account, every script, the gateway killed at every place that matters."""
