"""Facts about the rule that are known before it is loaded."""

from __future__ import annotations

from defermod.engine.about import About
from defermod.settings import Setting, choice

ABOUT = About(
    "defer-in-loop",
    on_by_default=True,
    prefilter="prefilter",
    settings=(
        Setting(
            "loop_style",
            choice(("closure", "explicit"), "loop style"),
            "What a defer in a loop becomes: closure or explicit (calls).",
            "STYLE",
            default="closure",
            commands=("check", "fix", "bench", "asm"),
            decides=True,
        ),
        Setting(
            "test_style",
            choice(("closure", "run", "cleanup"), "test style"),
            "What a defer in a test's loop becomes: closure, run or cleanup.",
            "STYLE",
            default="closure",
            commands=("check", "fix"),
            decides=True,
        ),
    ),
)
