"""The go command and git: the only package, but for the fleet and the pager, that starts other programs."""
