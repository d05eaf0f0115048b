"""Imported once by the server that worker processes are copied from, where there is one: loads the engine."""

from defermod.pipeline.pool import load_engine

load_engine()
