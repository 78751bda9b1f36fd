"""What the simulated platforms share: trades, scripts, delivery, keys."""
