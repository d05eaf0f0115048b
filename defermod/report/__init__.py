"""Reports: one module per output format, each a pure function from a run to text."""
