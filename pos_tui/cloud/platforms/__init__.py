"""The payment platforms, a folder each, behind one protocol."""
