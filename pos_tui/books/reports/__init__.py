"""What was earned: one query layer over what was sold, and sums by day that make it quick."""
