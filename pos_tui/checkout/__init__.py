"""The sale as a state machine: its list, its expiry verdicts, its orders, what may happen next."""
