"""Scales: whatever says what lies on it. Each kind is one dialect behind one protocol."""

from pos_tui.devices.scales.make import make_scale
from pos_tui.devices.scales.reading import ReadingState, ScaleReading
from pos_tui.devices.scales.scale import NullScale, Scale

__all__ = ["NullScale", "ReadingState", "Scale", "ScaleReading", "make_scale"]
