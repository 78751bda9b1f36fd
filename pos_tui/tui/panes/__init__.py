"""The panes: each draws what it is told, one line at a time, and knows nothing else."""
