"""What the technician looks at: checks, and one order's way in time."""
