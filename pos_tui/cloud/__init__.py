"""The servers' wing: the gateway, the relay, and the simulated payment platforms."""
