"""Rules, found and run to a fixed point over one text."""
