"""The sentences about a finding that several outputs share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.model import UNDECIDABLE, Refusal, Status
from defermod.report.reasons import said

if TYPE_CHECKING:
    from defermod.model import Finding

OFFERED = frozenset({Status.FIXABLE, Status.UNSAFE})
"""Statuses of fixes that another program may apply: neither those made already, nor those that a validator rejected."""

_LABELS = {
    Status.FIXED: "fixed",
    Status.UNDECIDED: "undecided",
    Status.FIXABLE: "fixable",
    Status.UNSAFE: "needs --unsafe-fixes",
    Status.REJECTED: "rejected by validation",
}


def label(finding: Finding) -> str:
    """Return the state of the finding, in a word or three."""
    if isinstance(finding.outcome, Refusal) and finding.status is Status.REFUSED:
        return f"left alone ({finding.outcome.code})"
    return _LABELS.get(finding.status, finding.status.value)


def detail(finding: Finding) -> str:
    """The fix and why it is in its class, or why there is none, or that nothing is known."""
    if isinstance(finding.outcome, Refusal):
        return finding.outcome.explanation
    fix = finding.outcome
    if finding.status is Status.UNDECIDED:
        return next((hazard.sentence for hazard in fix.hazards if hazard.code in UNDECIDABLE), fix.reason)
    codes = ", ".join(dict.fromkeys(hazard.code for hazard in fix.hazards))
    return f"{fix.title} ({fix.safety.value}{f', {codes}' if codes else ''}: {said(fix)})"


def outcome(finding: Finding) -> str:
    """Both on one line."""
    return f"{label(finding)}: {detail(finding)}"
