"""Scanners: whatever gives the till strings. Each kind is one module behind one protocol."""

from pos_tui.devices.scanners.make import make_scanner

__all__ = ["make_scanner"]
