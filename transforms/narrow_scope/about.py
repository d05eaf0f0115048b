"""Facts about the rule that are known before it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.engine.about import About
from defermod.settings import STRINGS, Setting

if TYPE_CHECKING:
    from defermod.config import Settings


def _is_wanted(settings: Settings, text: bytes) -> bool:
    return settings.value("profile") is not None and "wide-defer" in settings.rules_for(text)


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
    wants_evidence=_is_wanted,
    when="no: `--select wide-defer`, or `--wide` for functions known to hold too long",
)
