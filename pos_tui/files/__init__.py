"""What every part that keeps files needs of the system: whose a file is, and replacing one."""
