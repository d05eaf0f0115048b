"""Facts about the rule that are known before it is loaded."""

from __future__ import annotations

from defermod.engine.about import About
from defermod.settings import Setting, choice

# No prefilter: what the text alone says of a file is not to be remembered as the verdict.
ABOUT = About(
    "conditional-release",
    without_defers=True,
    settings=(
        Setting(
            "release_style",
            choice(("defer", "call"), "release style"),
            "What is written for releases repeated by hand and missing once: defer or call.",
            "STYLE",
            default="defer",
            commands=("check", "fix"),
        ),
    ),
)
