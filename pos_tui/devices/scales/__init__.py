"""Scales: whatever says what lies on it. Each kind is one dialect behind one protocol."""

from pos_tui.devices.scales.make import make_scale
from pos_tui.devices.scales.reading import Reading, ReadingState
from pos_tui.devices.scales.scale import NullScale, Scale

__all__ = ["NullScale", "Reading", "ReadingState", "Scale", "make_scale"]
