"""What the servers and the platforms share: RSA, XML, sealed keys, serving, the one HTTP call."""
