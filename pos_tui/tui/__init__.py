"""The till's screen: draws what the till tells, passes keys to it."""
