"""``--output-format sarif``: SARIF 2.1.0, as code-scanning services take it, with the fixes.

Columns are Unicode code points (``columnKind``), because the format has no bytes in its columns.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from defermod import __version__
from defermod.model import Fix, Severity, Span
from defermod.report.places import Places
from defermod.report.words import OFFERED, outcome

if TYPE_CHECKING:
    from defermod.model import Finding
    from defermod.run import RunResult

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.WARNING: "warning", Severity.ERROR: "error"}


def render(run: RunResult) -> str:
    """One SARIF log with one run, ending in a newline."""
    results: list[dict[str, Any]] = []
    for result in run.files:
        places = Places(result.before)
        results += [_result(result.path, finding, places) for finding in result.findings]
    rules = sorted({finding.rule for finding in run.findings})
    driver = {"name": "defermod", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=2) + "\n"


def _result(path: str, finding: Finding, places: Places) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{finding.message}; {outcome(finding)}"},
        "locations": [_location(path, finding.span, places)],
        "properties": {"function": finding.function, "status": finding.status.value},
    }
    if finding.refusal and finding.refusal.blockers:
        shown["relatedLocations"] = [
            {**_location(path, blocker.span, places), "id": number, "message": {"text": blocker.note}}
            for number, blocker in enumerate(finding.refusal.blockers)
        ]
    if finding.fix and finding.status in OFFERED:
        shown["fixes"] = [_fix(path, finding.fix, places)]
    return shown


def _fix(path: str, fix: Fix, places: Places) -> dict[str, Any]:
    return {
        "description": {"text": f"{fix.title} ({fix.safety.value}: {fix.reason})"},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [
                    {
                        "deletedRegion": _region(Span(edit.start, edit.end), places),
                        "insertedContent": {"text": edit.new.decode("utf-8", "replace")},
                    }
                    for edit in fix.edits
                ],
            }
        ],
    }


def _location(path: str, span: Span, places: Places) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(span, places)}}


def _artifact(path: str) -> dict[str, str]:
    """A URI reference relative to the directory the run started in."""
    return {"uri": quote(path.encode("utf-8", "surrogateescape"))}


def _region(span: Span, places: Places) -> dict[str, int]:
    line, column = places.character(span.start)
    end_line, end_column = places.character(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
