"""What is to be printed: jobs that outlive a stop of the till."""
