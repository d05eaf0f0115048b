"""Facts about the rule that are known before it is loaded."""

from __future__ import annotations

from defermod.engine.about import About

# No prefilter: what the text alone says of a file is not to be remembered as the verdict.
ABOUT = About("conditional-release", without_defers=True)
