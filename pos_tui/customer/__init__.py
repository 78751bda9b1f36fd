"""The customer's screen: what listens to a till of this machine and shows what it sends."""
