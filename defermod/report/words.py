"""The sentences about a finding that several outputs share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.model import Fix, Status

if TYPE_CHECKING:
    from defermod.model import Finding

OFFERED = frozenset({Status.FIXABLE, Status.UNSAFE})
"""What another program may apply: neither what is in the file already, nor what a validator refused."""

_FIX = {
    Status.FIXED: "fixed",
    Status.FIXABLE: "fixable",
    Status.UNSAFE: "needs --unsafe-fixes",
    Status.REJECTED: "rejected by validation",
}


def label(finding: Finding) -> str:
    """What became of the finding, in a word or three."""
    if isinstance(finding.outcome, Fix):
        return _FIX.get(finding.status, finding.status.value)
    return f"left alone ({finding.outcome.code})"


def detail(finding: Finding) -> str:
    """The fix and why it is in its class, or why there is none."""
    if isinstance(finding.outcome, Fix):
        fix = finding.outcome
        return f"{fix.title} ({fix.safety.value}: {fix.reason})"
    return finding.outcome.explanation


def outcome(finding: Finding) -> str:
    """Both on one line."""
    return f"{label(finding)}: {detail(finding)}"
