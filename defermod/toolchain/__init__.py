"""The go command and git.

Other programs are started from here, except by the fleet, by ``cli/programs`` and by the tests of rules.
"""
