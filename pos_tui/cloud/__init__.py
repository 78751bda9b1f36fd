"""The servers' wing: the gateway, the relay, and the stand-ins for the payment platforms."""
