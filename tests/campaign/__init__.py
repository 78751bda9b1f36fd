"""Long trials, each with its own make target: what the suite tries briefly, many thousand times."""
