"""Deliveries of goods: drafts as they are entered, their booking, and who delivers."""
