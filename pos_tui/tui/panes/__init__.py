"""The panes: each draws what it is given, one line at a time, and knows nothing else."""
