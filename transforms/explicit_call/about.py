"""Facts about the rule that are known before it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.engine.about import About
from defermod.settings import PATH, REGEXP, STRINGS, Setting, percentage

if TYPE_CHECKING:
    from defermod.config import Settings


def _is_wanted(settings: Settings, text: bytes) -> bool:
    """Return True if it matters what is hot in a file: explicit calls in loops can be for hot functions only, too."""
    return settings.value("loop_style") == "explicit" or "hot-defer" in settings.rules_for(text)


ABOUT = About(
    "hot-defer",
    mark=b"//defermod:hot",
    settings=(
        Setting(
            "hot",
            STRINGS,
            "Functions that are hot: F, pkg.F, (*T).M, '*'; may be repeated.",
            "PATTERN",
            default=(),
            commands=("check", "fix", "bench", "silence"),
            wakes=True,
        ),
        Setting(
            "profile",
            PATH,
            "A CPU profile (pprof) that says which functions are hot.",
            "FILE",
            commands=("check", "fix", "silence"),
            wakes=True,
        ),
        Setting(
            "bench",
            REGEXP,
            "Find hot functions by a CPU profile of these benchmarks of the packages.",
            "REGEXP",
            commands=("check", "fix"),
            wakes=True,
        ),
        Setting(
            "hot_threshold",
            percentage("hot-threshold"),
            "The share of a profile that a defer itself has to cost.  [1]",
            "PERCENT",
            default=1.0,
            commands=("check", "fix", "bench"),
        ),
    ),
    beyond_the_text=True,
    evidence="evidence",
    wants_evidence=_is_wanted,
    when="where `--hot`, `--profile`, `--bench` or a `//defermod:hot` says what is hot",
)
