"""``--output-format sarif``: SARIF 2.1.0, as code-scanning services take it, with the fixes.

Columns are Unicode code points (``columnKind``), because the format has no bytes in its columns.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from defermod import __version__
from defermod.model import Fix, Severity, Span, joined
from defermod.report.phrases import OFFERED, outcome
from defermod.report.places import Places

if TYPE_CHECKING:
    from defermod.model import FileResult, Finding, Problem
    from defermod.pipeline.request import RunResult

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.WARNING: "warning", Severity.ERROR: "error"}

_MOST = 100
"""More replacements of a fix than these become one, as each finding that a closure settles has them all."""


def render(run: RunResult) -> str:
    """One SARIF log with one run, ending in a newline."""
    results: list[dict[str, Any]] = []
    for result in run.files:
        places = Places(result.before)
        results += [_result(result, finding, places) for finding in result.findings]
    rules = sorted({finding.rule for finding in run.findings})
    for shown in results:
        shown["ruleIndex"] = rules.index(shown["ruleId"])
    driver = {"name": "defermod", "semanticVersion": __version__, "rules": [_rule(rule) for rule in rules]}
    done = {
        "tool": {"driver": driver},
        "invocations": [_invocation(run)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [done]}, indent=2) + "\n"


def _rule(name: str) -> dict[str, Any]:
    """A rule with its page, as far as it is one of ours."""
    from defermod.engine.registry import transforms

    known = transforms().get(name)
    if known is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": known.doc.title},
        "fullDescription": {"text": f"Finds {known.doc.what}."},
        "help": {"text": known.doc.why, "markdown": known.doc.why},
    }


def _invocation(run: RunResult) -> dict[str, Any]:
    """Return an object that states whether the run could do its work, and what it could not."""
    said = [
        {
            "level": "error" if problem.fatal else "warning",
            "message": {"text": problem.message},
            **({"locations": [_place(file, problem)]} if file else {}),
        }
        for file, problem in run.all_problems
    ]
    return {"executionSuccessful": not run.failed, "toolExecutionNotifications": said}


def _place(file: FileResult, problem: Problem) -> dict[str, Any]:
    if problem.span is not None:
        return _location(file.path, problem.span, Places(file.before))
    return {"physicalLocation": {"artifactLocation": _artifact(file.path)}}


def _result(result: FileResult, finding: Finding, places: Places) -> dict[str, Any]:
    path = result.path
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
        shown["fixes"] = [_fix(result, finding.fix, places)]
    return shown


def _fix(result: FileResult, fix: Fix, places: Places) -> dict[str, Any]:
    edits = fix.edits if len(fix.edits) <= _MOST else (joined(result.before, fix.edits),)
    return {
        "description": {"text": f"{fix.title} ({fix.safety.value}: {fix.reason})"},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(result.path),
                "replacements": [
                    {
                        "deletedRegion": _region(Span(edit.start, edit.end), places),
                        "insertedContent": {"text": edit.new.decode("utf-8", "replace")},
                    }
                    for edit in edits
                ],
            }
        ],
    }


def _location(path: str, span: Span, places: Places) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(span, places)}}


def _artifact(path: str) -> dict[str, str]:
    """A URI reference relative to the directory the run started in; a whole URI for an absolute path."""
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path.encode("utf-8", "surrogateescape"))}


def _region(span: Span, places: Places) -> dict[str, int]:
    line, column = places.character(span.start)
    end_line, end_column = places.character(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
