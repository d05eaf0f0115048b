"""Golden cases: what a case says, what its two programs print, and how the two traces must be related."""
