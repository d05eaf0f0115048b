"""``--output-format json``: one object, described in docs/json.md and in ``schema.json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from defermod.model import Edit, Fix, Hazard, Refusal, Span
from defermod.report.places import Places
from defermod.report.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from defermod.model import Finding
    from defermod.pipeline.request import RunResult

VERSION = 2


def render(run: RunResult) -> str:
    """The whole run as one JSON object, ending in a newline."""
    return "".join(pieces(run))


def pieces(run: RunResult) -> Iterator[str]:
    """The whole run as one JSON object, ending in a newline, in pieces: each finding is a line.

    Each finding has all edits of its fix, so that a closure for a thousand defers has a million edits; they are never
    in memory together.  Everything but ASCII is escaped, so that
    a file name that is not valid UTF-8 still gives valid JSON.
    """
    yield f'{{\n"version": {VERSION},\n"findings": ['
    separator = "\n"
    for result in run.files:
        places = Places(result.before)
        for finding in result.findings:
            yield separator + json.dumps(_finding(result.path, finding, places))
            separator = ",\n"
    yield f'\n],\n"files": {json.dumps(_files(run))},\n"summary": {json.dumps(summary(run))}\n}}\n'


def _finding(path: str, finding: Finding, places: Places) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "rule": finding.rule,
        "path": path,
        **_range(finding.span, places),
        "function": finding.function,
        "message": finding.message,
        "severity": finding.severity.value,
        "status": finding.status.value,
    }
    match finding.outcome:
        case Fix() as fix:
            shown["fix"] = _fix(path, fix, places)
        case Refusal() as refusal:
            shown["refusal"] = _refusal(path, refusal, places)
    return shown


def _fix(path: str, fix: Fix, places: Places) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safety": fix.safety.value,
        "reason": fix.reason,
        "hazards": [_hazard(path, hazard, places) for hazard in fix.hazards],
        "assumes": list(fix.assumes),
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _hazard(path: str, hazard: Hazard, places: Places) -> dict[str, Any]:
    shown: dict[str, Any] = {"code": hazard.code, "message": hazard.sentence}
    if hazard.place is not None:
        shown["place"] = {"path": path, **_range(hazard.place, places)}
    return shown


def _edit(edit: Edit) -> dict[str, Any]:
    return {"start": edit.start, "end": edit.end, "new": edit.new.decode("utf-8", "replace")}


def _refusal(path: str, refusal: Refusal, places: Places) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "explanation": refusal.explanation,
        "blockers": [
            {"path": path, **_range(blocker.span, places), "note": blocker.note} for blocker in refusal.blockers
        ],
    }


def _range(span: Span, places: Places) -> dict[str, int]:
    """1-based lines and byte columns; the end is the position after the last byte."""
    line, column = places.position(span.start)
    end_line, end_column = places.position(span.end)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _files(run: RunResult) -> list[dict[str, Any]]:
    """Return the validators' validations on each file that changes, or would have but for them."""
    return [
        {
            "path": result.path,
            "changed": result.changed,
            "validators": [
                {"name": validation.validator, "status": validation.status.value, "message": validation.message}
                for validation in validations
            ],
        }
        for result, validations in run.validated
    ]
