"""Findings as diagnostics: what can be fixed is a warning, what is left alone a hint that shows what forbids it."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from defermod.lsp.positions import Positions
from defermod.lsp.session import Analysis
from defermod.model import Finding, Refusal, Severity, Status
from defermod.report.phrases import outcome

SOURCE = "defermod"


Link = Callable[[str], str | None]
"""The address of the page that explains a name; None if there is none."""


def diagnostics(analysis: Analysis, positions: Positions, link: Link) -> list[types.Diagnostic]:
    """One diagnostic per finding, in source order."""
    return [diagnostic(finding, analysis.snapshot.uri, positions, link) for finding in analysis.result.findings]


def diagnostic(finding: Finding, uri: str, positions: Positions, link: Link) -> types.Diagnostic:
    shown = types.Diagnostic(
        range=positions.range(finding.span),
        message=f"{finding.message}; {outcome(finding)}",
        severity=_severity(finding),
        code=finding.rule,
        source=SOURCE,
    )
    if address := link(finding.rule):
        shown.code_description = types.CodeDescription(address)
    if isinstance(finding.outcome, Refusal) and finding.outcome.blockers:
        shown.related_information = [
            types.DiagnosticRelatedInformation(types.Location(uri, positions.range(blocker.span)), blocker.note)
            for blocker in finding.outcome.blockers
        ]
    return shown


def _severity(finding: Finding) -> types.DiagnosticSeverity:
    if finding.severity is Severity.ERROR:
        return types.DiagnosticSeverity.Error
    left_alone = finding.status is Status.REFUSED
    return types.DiagnosticSeverity.Hint if left_alone else types.DiagnosticSeverity.Warning
