"""``--statistics``: how often each rule found something, by what became of it, in place of the findings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from defermod.model import Status
from defermod.report.summary import sentence

if TYPE_CHECKING:
    from defermod.model import Finding
    from defermod.pipeline.request import RunResult


def render(run: RunResult) -> str:
    """A line for each rule, status and code, the most frequent first, and the summary line."""
    counts = Counter((finding.rule, finding.status.value, code_of(finding)) for finding in run.findings)
    rows = [(str(count), *key) for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    lines = [
        f"{count:>{widths[0]}}  {rule:<{widths[1]}}  {status:<{widths[2]}}  {code}".rstrip()
        for count, rule, status, code in rows
    ]
    return "\n".join([*lines, sentence(run)]) + "\n"


def code_of(finding: Finding) -> str:
    """The name that says most about what became of a finding; empty for one that was or can be fixed."""
    if finding.refusal is not None:
        return finding.refusal.code
    if finding.status is Status.REJECTED or finding.fix is None or not finding.fix.hazards:
        return ""
    return finding.fix.hazards[0].code
