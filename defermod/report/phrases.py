"""Words and sentences about a finding that several output formats share, such as the label of each status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.model import UNDECIDABLE, Refusal, Status
from defermod.report.reasons import reason_of

if TYPE_CHECKING:
    from defermod.model import Finding

OFFERED = frozenset({Status.FIXABLE, Status.UNSAFE})
"""Statuses of fixes that another program may apply: not those applied already or rejected by a validator."""

_LABELS = {
    Status.FIXED: "fixed",
    Status.UNDECIDED: "undecided",
    Status.FIXABLE: "fixable",
    Status.UNSAFE: "needs --unsafe-fixes",
    Status.REJECTED: "rejected by validation",
}


def label(finding: Finding) -> str:
    """Return the finding's status in a few words."""
    if isinstance(finding.outcome, Refusal) and finding.status is Status.REFUSED:
        return f"left alone ({finding.outcome.code})"
    return _LABELS.get(finding.status, finding.status.value)


def detail(finding: Finding) -> str:
    """Return the fix and why it is safe or unsafe, the explanation of a refusal, or why the finding is undecided."""
    if isinstance(finding.outcome, Refusal):
        return finding.outcome.explanation
    fix = finding.outcome
    if finding.status is Status.UNDECIDED:
        return next((hazard.sentence for hazard in fix.hazards if hazard.code in UNDECIDABLE), fix.reason)
    codes = ", ".join(dict.fromkeys(hazard.code for hazard in fix.hazards))
    return f"{fix.title} ({fix.safety.value}{f', {codes}' if codes else ''}: {reason_of(fix)})"


def outcome(finding: Finding) -> str:
    """Return label and detail on one line."""
    return f"{label(finding)}: {detail(finding)}"
