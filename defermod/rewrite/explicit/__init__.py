"""Deferred calls made explicit: what is saved, which ways out there are, and what is written at each."""
