"""``--output-format rdjson``: reviewdog's Diagnostic Format, with the fixes as suggestions.

Its columns are 1-based bytes, like ours.  A suggestion there replaces one range, and several
suggestions are alternatives, so the edits of a fix become one replacement of all that they span.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from defermod.model import Fix, Severity, Span, joined
from defermod.report.phrases import OFFERED, outcome
from defermod.report.places import Places

if TYPE_CHECKING:
    from defermod.model import FileResult, Finding
    from defermod.pipeline.request import RunResult

_SEVERITY = {Severity.WARNING: "WARNING", Severity.ERROR: "ERROR"}


def render(run: RunResult) -> str:
    """One DiagnosticResult object, ending in a newline."""
    diagnostics: list[dict[str, Any]] = []
    for result in run.files:
        places = Places(result.before)
        diagnostics += [_diagnostic(result, finding, places) for finding in result.findings]
    return json.dumps({"source": {"name": "defermod"}, "diagnostics": diagnostics}, indent=2) + "\n"


def _diagnostic(result: FileResult, finding: Finding, places: Places) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "message": f"{finding.message}; {outcome(finding)}",
        "location": {"path": result.path, "range": _range(finding.span, places)},
        "severity": _SEVERITY[finding.severity],
        "code": {"value": finding.rule},
    }
    if finding.refusal and finding.refusal.blockers:
        shown["related_locations"] = [
            {"message": blocker.note, "location": {"path": result.path, "range": _range(blocker.span, places)}}
            for blocker in finding.refusal.blockers
        ]
    if finding.fix and finding.status in OFFERED:
        shown["suggestions"] = [_suggestion(result.before, finding.fix, places)]
    return shown


def _suggestion(text: bytes, fix: Fix, places: Places) -> dict[str, Any]:
    edit = joined(text, fix.edits)
    return {"range": _range(Span(edit.start, edit.end), places), "text": edit.new.decode("utf-8", "replace")}


def _range(span: Span, places: Places) -> dict[str, Any]:
    line, column = places.position(span.start)
    end_line, end_column = places.position(span.end)
    return {"start": {"line": line, "column": column}, "end": {"line": end_line, "column": end_column}}
