"""Scanners: whatever gives the till strings."""
