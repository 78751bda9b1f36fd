"""The program on a real Windows Python under Wine: its tests, and whole scenes of a shop's day."""
