"""The first cloud server: takes the tills' orders to the platforms and logs every payment."""
