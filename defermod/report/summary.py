"""The totals of a run, in numbers and in one sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from defermod.model import Status

if TYPE_CHECKING:
    from defermod.pipeline.request import RunResult

SAID = {
    Status.FIXED: "fixed",
    Status.FIXABLE: "fixable",
    Status.UNDECIDED: "undecided",
    Status.UNSAFE: "fixable with --unsafe-fixes",
    Status.REFUSED: "left alone",
    Status.REJECTED: "rejected by validation",
}
"""The words for the statuses wherever findings are counted."""


def summary(run: RunResult) -> dict[str, int]:
    """The numbers: files looked at and changed, findings in all and by status, problems that were fatal."""
    counts = Counter(finding.status for finding in run.findings)
    return {
        "files": run.looked_at,
        "changed": len(run.changed),
        "findings": sum(counts.values()),
        **{status.value: counts[status] for status in Status},
        "problems": sum(problem.fatal for _, problem in run.all_problems),
    }


def sentence(run: RunResult) -> str:
    """The summary line of the text output, without newline."""
    counts = Counter(finding.status for finding in run.findings)
    total = sum(counts.values())
    if not run.looked_at:
        return "No files to look at."
    files = _plural(run.looked_at, "file")
    if not total:
        return f"No findings in what could be checked of {files}." if run.failed else f"No findings in {files}."
    parts = ", ".join(f"{counts[status]} {said}" for status, said in SAID.items() if counts[status])
    rules = Counter(finding.rule for finding in run.findings)
    named = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))
    by_rule = f" ({named})" if len(rules) > 1 else ""
    return f"{_plural(total, 'finding')} in {files}{by_rule}: {parts}.{_next(run, counts)}"


def _next(run: RunResult, counts: Counter[Status]) -> str:
    """The command to run now, if there is one."""
    if run.codemod:
        return _next_with_codemod(run.mode.value, counts)
    match run.mode.value:
        case "check" if counts[Status.UNDECIDED]:
            return " `defermod check --types` decides, `defermod fix --diff` shows the fixes."
        case "verdicts" | "diff" if counts[Status.FIXABLE]:
            shown = "`defermod fix --diff` shows the fixes, " if run.mode.value == "verdicts" else ""
            return f" {shown}`defermod fix` writes them."
        case _ if counts[Status.UNSAFE]:
            return " `defermod fix --unsafe-fixes --interactive` goes through what is not proven."
        case _ if counts[Status.REFUSED]:
            return " `defermod explain CODE` says what is in the way, `defermod silence` marks what is to stay."
        case _:
            return ""


def _next_with_codemod(mode: str, counts: Counter[Status]) -> str:
    match mode:
        case "diff" if counts[Status.FIXABLE]:
            return " The same command without --diff writes them."
        case "fix" if counts[Status.UNSAFE]:
            return " The same command with --unsafe-fixes --interactive goes through what is not proven."
        case _:
            return ""


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
