"""Differential testing: random Go functions, run before and after the rewrite, every event compared.

``tree`` is what functions are made of, ``generator`` makes them from a seed, ``program`` puts many
of them into one Go program in both versions, ``campaign`` counts and reports, ``reduce`` makes a
failing function small, ``mutants`` are wrong tools that the oracle must catch.  ``runtime/`` is the
Go side: what the functions call, and the oracle itself.
"""
