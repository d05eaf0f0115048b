"""Facts about the rule that are known before it is loaded."""

from __future__ import annotations

from defermod.engine.about import About
from defermod.settings import STRINGS, Setting

ABOUT = About(
    "wide-defer",
    settings=(
        Setting(
            "wide",
            STRINGS,
            "Functions that hold too long: F, pkg.F, (*T).M, '*'; may be repeated.",
            "PATTERN",
            decides=True,
            default=(),
            commands=("check", "fix", "silence"),
            wakes=True,
        ),
    ),
    evidence="evidence",
    when="no: `--select wide-defer`, or `--wide` for functions known to hold too long",
)
