"""Printing at the till: jobs, one worker for each printer, and what is not on paper."""
