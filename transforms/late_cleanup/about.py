"""Facts about the rule that are known before it is loaded."""

from __future__ import annotations

from defermod.engine.about import About

ABOUT = About("late-cleanup", on_by_default=True, prefilter="prefilter")
