"""Everything that talks to Go: the only package that starts subprocesses."""
