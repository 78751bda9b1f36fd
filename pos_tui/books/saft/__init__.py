"""SAF-T Cash Register: a till's day as Norway's tax administration has it described."""
